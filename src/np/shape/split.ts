/** Splitting arrays into views. */
import { ValueError, ZeroDivisionError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { Slice } from '../../array/slice.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { requireKnownShape } from '../../ops/given.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { rowsOf } from './join.ts';
import { moveaxis } from './transpose.ts';

/** A number of sections, or the positions to split at. */
export type Sections = number | readonly number[] | NDArray;

type AxisArgs = Args<{ axis: number }, ['axis']>;

function axisOf(name: string, args: readonly unknown[]): number {
  return bind<{ axis: number }>(name, args, ['axis']).axis ?? 0;
}

/**
 * Views of consecutive parts along an axis; with a number of sections, the first parts are one longer where it does not divide.
 *
 * @throws ValueError for a number of sections below 1; AxisError.
 * @example
 * np.array_split(np.arange(5), 2); // [[0 1 2], [3 4]]
 */
export function array_split(ary: ArrayLike, indices_or_sections: Sections, ...args: AxisArgs): NDArray[] {
  const a = asArray(ary);
  const axis = normalizeAxis(axisOf('array_split', args), a.ndim);
  const bounds =
    typeof indices_or_sections === 'number'
      ? evenBounds(indices_or_sections, a.shape[axis])
      : listBounds(indices_or_sections, a.shape[axis]);
  return bounds.slice(1).map((stop, i) => part(a, axis, bounds[i], stop));
}

function evenBounds(sections: number, length: number): number[] {
  if (!Number.isInteger(sections)) throw new TypeError('number of sections must be an integer');
  if (sections <= 0) throw new ValueError('number sections must be larger than 0.');
  const each = Math.floor(length / sections);
  const longer = length % sections;
  return Array.from({ length: sections + 1 }, (_, i) => i * each + Math.min(i, longer));
}

function listBounds(positions: readonly number[] | NDArray, length: number): number[] {
  requireKnownShape('split', 'indices_or_sections', positions);
  const list = [...(asArray(positions as ArrayLike).tolist() as number[])];
  return [0, ...list, length];
}

/** The slice `start:stop`, bounds read as Python does. */
function part(a: NDArray, axis: number, start: number, stop: number): NDArray {
  const range = new Slice(start, stop, null).indices(a.shape[axis]);
  return viewArray(a, a.shape.with(axis, range.length), a.strides, a.offset + range.start * a.strides[axis]);
}

/**
 * Views of equal parts along an axis, or of the parts between positions.
 *
 * @throws ValueError if the axis does not divide into that many sections; AxisError.
 * @example
 * np.split(np.arange(6), [1, 4]); // [[0], [1 2 3], [4 5]]
 */
export function split(ary: ArrayLike, indices_or_sections: Sections, ...args: AxisArgs): NDArray[] {
  const a = asArray(ary);
  const axis = normalizeAxis(axisOf('split', args), a.ndim);
  if (indices_or_sections === 0) throw new ZeroDivisionError('integer modulo by zero');
  if (typeof indices_or_sections === 'number' && a.shape[axis] % indices_or_sections !== 0) {
    throw new ValueError('array split does not result in an equal division');
  }
  return array_split(a, indices_or_sections, axis);
}

function splitAlong(
  name: string,
  ary: ArrayLike,
  sections: Sections,
  least: number,
  axis: (a: NDArray) => number,
): NDArray[] {
  const a = asArray(ary);
  if (a.ndim < least) throw new ValueError(`${name} only works on arrays of ${least} or more dimensions`);
  return split(a, sections, axis(a));
}

/**
 * `split` along the second axis; of a vector along its only one.
 *
 * @throws ValueError for a 0-d array or an uneven division.
 * @example
 * np.hsplit(np.ones([2, 4]), 2);
 */
export function hsplit(ary: ArrayLike, indices_or_sections: Sections): NDArray[] {
  return splitAlong('hsplit', ary, indices_or_sections, 1, (a) => (a.ndim > 1 ? 1 : 0));
}

/**
 * `split` along the first axis.
 *
 * @throws ValueError for fewer than two axes or an uneven division.
 * @example
 * np.vsplit(np.ones([4, 2]), 2);
 */
export function vsplit(ary: ArrayLike, indices_or_sections: Sections): NDArray[] {
  return splitAlong('vsplit', ary, indices_or_sections, 2, () => 0);
}

/**
 * `split` along the third axis.
 *
 * @throws ValueError for fewer than three axes or an uneven division.
 * @example
 * np.dsplit(np.ones([2, 2, 4]), 2);
 */
export function dsplit(ary: ArrayLike, indices_or_sections: Sections): NDArray[] {
  return splitAlong('dsplit', ary, indices_or_sections, 3, () => 2);
}

/**
 * The elements of an axis as an array of views.
 *
 * @throws ValueError for a 0-d array; AxisError.
 * @example
 * const [x, y] = np.unstack([[1, 2], [3, 4]], { axis: 1 }); // [1. 3.], [2. 4.]
 */
export function unstack(x: ArrayLike, ...args: Args<{ axis: number }>): NDArray[] {
  const { axis = 0 } = bind<{ axis: number }>('unstack', args, [], ['axis']);
  const a = asArray(x);
  if (a.ndim === 0) throw new ValueError('Input array must be at least 1-d.');
  return rowsOf(moveaxis(a, axis, 0));
}
