/** Partial sorting along an axis: some elements at their sorted positions, smaller or equal ones before, larger or equal behind. */
import type { DType } from '../array/dtype.ts';
import { heap } from '../array/heap.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import { argpartitionScratch, buildPartition } from '../kernel/sort/rows.ts';
import { acceleratorOf } from './accelerator.ts';
import { argsortRows, inDenseRows, indicesAlong, sortRows, withScratch } from './sort.ts';

const kernelsOf = /* @__PURE__ */ new Map<DType, LazyKernel<'partition' | 'argpartition'>>();

function kernelOf(dtype: DType): LazyKernel<'partition' | 'argpartition'> {
  let kernel = kernelsOf.get(dtype);
  if (!kernel) kernelsOf.set(dtype, (kernel = lazyKernel(() => buildPartition(dtype.element))));
  return kernel;
}

/** Every position reads the elements behind the last one anew: for more, sorting is quicker. */
const MOST_POSITIONS = 4;

/** The positions in ascending order, at the front of scratch memory of some more bytes. */
function withPositions(
  positions: readonly number[],
  bytes: number,
  fn: (address: number, scratch: number) => void,
): void {
  const size = 8 * Math.ceil(positions.length / 2);
  withScratch(size + bytes, (address) => {
    heap.views.int32.set(
      positions.toSorted((a, b) => a - b),
      address / 4,
    );
    fn(address, address + size);
  });
}

/**
 * Partitions an array in place.
 *
 * @param a - an array of at least one dimension
 * @param positions - from 0 to less than the axis is long, in any order
 */
export function partitionInPlace(a: NDArray, axis: number, positions: readonly number[]): void {
  const on = acceleratorOf(a);
  if (on !== null) return on.sortInPlace(a, axis);
  inDenseRows(a, axis, (rows, n) => {
    if (positions.length > MOST_POSITIONS) return sortRows(rows, n);
    withPositions(positions, 0, (address) => {
      const { partition } = kernelOf(a.dtype)();
      if (!partition(rows.offset, rows.size / n, n, address, positions.length)) sortRows(rows, n);
    });
  });
}

/**
 * The indices that partition an array along an axis.
 *
 * @param a - an array of at least one dimension
 * @param positions - from 0 to less than the axis is long, in any order
 * @returns int64 of `a`'s shape, in C order
 */
export function argpartitionAxis(a: NDArray, axis: number, positions: readonly number[]): NDArray<'int64'> {
  const on = acceleratorOf(a);
  if (on !== null) return on.argsortAxis(a, axis);
  return indicesAlong(a, axis, (rows, n, out) => {
    if (positions.length > MOST_POSITIONS) return argsortRows(rows, n, out);
    withPositions(positions, argpartitionScratch(n), (address, scratch) => {
      const { argpartition } = kernelOf(a.dtype)();
      const count = positions.length;
      const isDone = argpartition(rows.offset, rows.size / n, n, address, count, scratch, out.offset);
      if (!isDone) argsortRows(rows, n, out);
    });
  });
}
