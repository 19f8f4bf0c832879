/** Reductions of slices of an axis, the positions of which are values. */
import type { DType } from '../array/dtype.ts';
import { emptyArray, scalarAt, viewArray } from '../array/ndarray.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto } from './cast.ts';
import { reduce } from './reduce.ts';
import { narrow } from './views.ts';

export interface SlicesOptions {
  /** The dtype to compute in, and of the result. */
  readonly dtype: DType;
  /** Where to put the result, cast to its dtype: an array of the result's shape. */
  readonly out?: NDArray;
}

/**
 * Combines the elements of slices of an axis: each from a position up to the next one, the last up to the end, and where the next position
 * is not greater the one element there. Nothing is checked here.
 *
 * @param spec - the operation on values of `dtype`
 * @param a - an array of any dtype; its elements are cast to `dtype` first
 * @param starts - integers, of one axis, from 0 up to the axis's length
 * @returns the result, with as many elements along the axis as there are positions; `out` if it is given
 */
export function reduceSlices(
  spec: ReduceSpec,
  a: NDArray,
  axis: number,
  starts: NDArray,
  options: SlicesOptions,
): NDArray {
  const { dtype, out = emptyArray(a.shape.with(axis, starts.size), dtype) } = options;
  const on = acceleratorOf(a) ?? acceleratorOf(starts) ?? acceleratorOf(out);
  if (on !== null) return on.reduceSlices(spec, a, axis, starts, options);
  slicesOf(starts, a.shape[axis]).forEach(([start, stop], i) => {
    const target = alongAxis(out, axis, i);
    if (stop - start > 1) reduce(spec, narrow(a, axis, start, stop - start), [axis], { dtype, out: target });
    else castInto(target, alongAxis(a, axis, start));
  });
  return out;
}

/** The slices that positions on the processor mean: each one's first element, and where it ends. */
export function slicesOf(starts: NDArray, length: number): (readonly [start: number, stop: number])[] {
  const at = (i: number): number => Number(scalarAt(starts, starts.offset + i * starts.strides[0]));
  return Array.from({ length: starts.size }, (_, i) => {
    const start = at(i);
    return [start, Math.max(i + 1 < starts.size ? at(i + 1) : length, start + 1)];
  });
}

/** The elements at one position of an axis. */
function alongAxis(a: NDArray, axis: number, position: number): NDArray {
  const kept = (_: number, i: number): boolean => i !== axis;
  return viewArray(a, a.shape.filter(kept), a.strides.filter(kept), a.offset + position * a.strides[axis]);
}
