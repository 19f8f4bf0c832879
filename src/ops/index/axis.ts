/** Selections along one axis: the same indices for every place of the others, or indices for each place. */
import { broadcastShapes } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { IndexMode } from '../../kernel/offsets.ts';
import type { Selection } from './select.ts';

/**
 * The elements of `a` at indices along one axis, as `take` has them: the indices' axes stand in the axis' place.
 *
 * @param indices - integers, in any shape
 */
export function alongAxis(a: NDArray, axis: number, indices: NDArray, mode: IndexMode): Selection {
  const ones = new Array<number>(a.ndim - axis - 1).fill(1);
  const zeros = ones.map(() => 0);
  const array = viewArray(indices, [...indices.shape, ...ones], [...indices.strides, ...zeros]);
  return {
    shape: [...a.shape.slice(0, axis), ...indices.shape, ...a.shape.slice(axis + 1)],
    strides: [...a.strides.slice(0, axis), ...indices.shape.map(() => 0), ...a.strides.slice(axis + 1)],
    offset: a.offset,
    operands: [{ array, length: a.shape[axis], axis, stride: a.strides[axis], mode }],
  };
}

/**
 * The elements of `a` at indices that differ from place to place, as `take_along_axis` has them.
 *
 * @param indices - integers; an array of as many axes as `a`, which broadcasts with it on all but `axis`
 * @throws ValueError if it does not.
 */
export function pointwise(a: NDArray, axis: number, indices: NDArray, mode: IndexMode): Selection {
  const around = a.shape.map((n, i) => (i === axis ? 1 : n));
  return {
    shape: broadcastShapes(around, indices.shape),
    strides: a.strides.map((s, i) => (i === axis || a.shape[i] === 1 ? 0 : s)),
    offset: a.offset,
    operands: [{ array: indices, length: a.shape[axis], axis, stride: a.strides[axis], mode }],
  };
}
