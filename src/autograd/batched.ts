/** Where calls with tensors of `vmap` go: set while one runs. */
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../array/tracing.ts';

/** Runs primitives and views on batches; `undefined` where no argument is one. */
export interface Batching {
  call(primitive: Primitive, args: readonly unknown[]): unknown;
  view(
    a: NDArray,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
    dtype: DType,
    writeable: boolean,
  ): NDArray | undefined;
  /** A blank as a batch, where an operand is one. */
  blank(operands: unknown, fresh: NDArray): NDArray | undefined;
  /** @throws RuntimeError if an argument is a batch that can't be written to. */
  refuseWrite(primitive: Primitive, args: readonly unknown[]): void;
}

export const batched = { live: null as Batching | null };
