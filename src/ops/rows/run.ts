/** Runs kernels that work on rows. */
import { float32, float64 } from '../../array/dtype.ts';
import type { DType } from '../../array/dtype.ts';
import { denseStrides } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { LazyKernel } from '../../device/current.ts';
import { currentDevice, lazyKernel } from '../../device/current.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { Row, RowType } from '../../kernel/rows/program.ts';
import { buildRows } from '../../kernel/rows/program.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto, copyOf } from '../cast.ts';
import { heapArray } from '../index/walk.ts';
import { chunkLength, computeDType, isNear, part } from '../window/near.ts';

/** The work on one row. */
export type RowWork = <P>(row: Row<P>, operands: readonly P[], numbers: readonly Expr[]) => void;

/** A kernel by rows, for both types. */
export interface RowKernel {
  /** Of two kernels with one name the work is the same. */
  readonly name: string;
  readonly work: RowWork;
  readonly of: Readonly<Record<RowType, LazyKernel<'rows'>>>;
}

/** Vectors must promise a gain; see ops/map.ts. */
const VECTORS_BELOW = 0.8;

/** A kernel on rows of so many arrays and with so many numbers. */
export function rowKernel(name: string, arrays: number, numbers: number, work: RowWork): RowKernel {
  const make = (type: RowType): LazyKernel<'rows'> =>
    lazyKernel<'rows'>(() =>
      buildRows(type, arrays, numbers, currentDevice().name === 'wasm' ? VECTORS_BELOW : 0, work),
    );
  return { name, work, of: { f32: make('f32'), f64: make('f64') } };
}

/**
 * What a kernel does with an array: `read` its rows, `write` them all, or use the one row that all share: `shared` to read, `summed`
 * to leave sums over all rows in.
 */
export type RowUse = 'read' | 'write' | 'shared' | 'summed';

/** Without an array: a row of scratch memory, whose elements are only read when they have been written for the same row. */
export type RowOperand = readonly [array: NDArray, use: RowUse] | null;

/**
 * Runs a kernel on all rows.
 *
 * @param n - the elements of a row, as the kernel counts them
 * @param operands - arrays of the same number of rows, in C order unless they are read only; of the dtype that is computed in, float16 for
 *   float32, or int64. On a device the first is an array there.
 */
export function runRows(
  kernel: RowKernel,
  count: number,
  n: number,
  operands: readonly RowOperand[],
  numbers: readonly number[] = [],
): void {
  if (count === 0) return;
  const on = acceleratorOf(operands[0]![0]);
  if (on !== null) return on.runRows(kernel, count, n, operands, numbers);
  const dtype = operands.some((one) => one?.[0].dtype === (float64 as DType)) ? float64 : float32;
  const { rows } = kernel.of[dtype.element as RowType]();
  const placed = operands.map((one) => (one ? placeRows(...one, count) : placeScratch(n, dtype)));
  const taken = chunkLength(
    count,
    placed.reduce((bytes, { copied }) => bytes + copied, 0),
  );
  try {
    for (const one of placed) one.prepare(taken);
    for (let start = 0; start < count; start += taken) {
      const size = Math.min(taken, count - start);
      const addresses = placed.map((one) => one.enter(start, size));
      rows(size, n, ...addresses, ...placed.map(({ step }) => step), ...numbers);
      for (const one of placed) one.leave(start, size);
    }
  } finally {
    for (const one of placed) one.finish();
  }
}

/** An operand during a run. */
interface Placed {
  /** Bytes of a row that has to be copied. */
  readonly copied: number;
  /** Bytes from row to row. */
  readonly step: number;
  prepare(rows: number): void;
  /** Where some rows are, to work on. */
  enter(start: number, size: number): number;
  /** They are done. */
  leave(start: number, size: number): void;
  finish(): void;
}

const nothing = (): void => undefined;

function placeRows(array: NDArray, use: RowUse, count: number): Placed {
  const isOne = use === 'shared' || use === 'summed';
  const matrix = asRows(array, isOne ? 1 : count);
  const { itemsize } = computeDType(array.dtype);
  const bytes = matrix.shape[1] * itemsize;
  const step = isOne ? 0 : bytes;
  if (isNear(matrix)) {
    const enter = (start: number): number => matrix.offset + start * step;
    return { copied: 0, step, prepare: nothing, enter, leave: nothing, finish: nothing };
  }
  let copy: NDArray | undefined;
  const rowsAt = (start: number, size: number): NDArray => (isOne ? matrix : part(matrix, start, size));
  return {
    copied: isOne ? 0 : bytes,
    step,
    prepare: (rows) => {
      copy = heapArray([isOne ? 1 : rows, matrix.shape[1]], computeDType(array.dtype));
      if (isOne) castInto(copy, matrix);
    },
    enter: (start, size) => {
      if (use === 'read') castInto(part(copy!, 0, size), rowsAt(start, size));
      return copy!.offset;
    },
    leave: (start, size) => {
      if (use === 'write') castInto(rowsAt(start, size), part(copy!, 0, size));
    },
    finish: () => {
      if (copy && use === 'summed') castInto(matrix, copy);
      copy?.storage.dispose();
    },
  };
}

function placeScratch(n: number, dtype: DType): Placed {
  const memory = heapArray([n], dtype);
  return {
    copied: 0,
    step: 0,
    prepare: nothing,
    enter: () => memory.offset,
    leave: nothing,
    finish: () => memory.storage.dispose(),
  };
}

/** The elements in C order as rows. */
function asRows(a: NDArray, count: number): NDArray {
  const dense = a.cContiguous ? a : copyOf(a, a.dtype, 'C');
  const shape = [count, a.size / count];
  return viewArray(dense, shape, denseStrides(shape, a.dtype.itemsize), dense.offset);
}
