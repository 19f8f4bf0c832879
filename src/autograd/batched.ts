/** Where calls with tensors of `vmap` go: set while one runs. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive, Tracer } from '../array/tracing.ts';

/** Runs primitives and views on batches; `undefined` where no argument is one. */
export interface Batching {
  call(primitive: Primitive, args: readonly unknown[]): unknown;
  view(...move: Parameters<Tracer['view']>): NDArray | undefined;
  /** A blank as a batch, where an operand is one. */
  blank(operands: unknown, fresh: NDArray): NDArray | undefined;
  /** Writes for every example; `undefined` where no argument is a batch. */
  write(primitive: Primitive, target: unknown, args: readonly unknown[], run: Primitive['run']): unknown;
}

export const batched = { live: null as Batching | null };
