/** A function applied to the vectors along an axis, or over several axes in turn. */
import { beside } from '../../array/tracing.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { transpose } from '../../ops/views.ts';
import { expand_dims } from '../shape/reshape.ts';

/**
 * Applies a function to every vector along an axis.
 *
 * @param func1d - takes a vector (a view) and `args`, and returns an array-like of the same shape each time
 * @param axis - the axis of the vectors
 * @param args - passed on to `func1d`
 * @returns the array with the axis replaced by the axes of `func1d`'s result; its dtype is that of the first result
 * @throws ValueError if the array has no vectors, or results differ in shape; AxisError.
 * @example
 * np.apply_along_axis((v) => np.max(v), 1, [[1, 5], [7, 2]]); // [5. 7.]
 */
export function apply_along_axis(
  func1d: (vector: NDArray, ...args: never[]) => ArrayLike,
  axis: number,
  arr: ArrayLike,
  ...args: readonly unknown[]
): NDArray {
  if (typeof func1d !== 'function') throw new TypeError('apply_along_axis: func1d must be a function');
  const a = asArray(arr);
  const along = normalizeAxis(axis, a.ndim);
  const outer = a.shape.filter((_, i) => i !== along);
  if (outer.includes(0)) throw new ValueError('Cannot apply_along_axis when any iteration dimensions are 0');
  const others = a.strides.filter((_, i) => i !== along);
  const call = (index: readonly number[]): NDArray => {
    const offset = index.reduce((sum, n, i) => sum + n * others[i], a.offset);
    const vector = viewArray(a, [a.shape[along]], [a.strides[along]], offset);
    return asArray(func1d(vector, ...(args as never[])));
  };
  const first = call(outer.map(() => 0));
  const result = beside(first, () => emptyArray([...outer, ...first.shape], first.dtype));
  for (const index of indicesOf(outer)) {
    const value = index.some((n) => n > 0) ? call(index) : first;
    const offset = index.reduce((sum, n, i) => sum + n * result.strides[i], result.offset);
    const target = viewArray(result, first.shape, result.strides.slice(outer.length), offset);
    if (value.ndim !== first.ndim || value.shape.some((n, i) => n !== first.shape[i])) {
      throw new ValueError(
        `could not broadcast input array from shape (${value.shape}) into shape (${first.shape})`,
      );
    }
    castInto(target, value);
  }
  const place = outer.map((_, i) => i);
  place.splice(along, 0, ...first.shape.map((_, i) => outer.length + i));
  return place.every((p, i) => p === i) ? result : transpose(result, place);
}

/** Every index of a shape, in C order. */
function* indicesOf(shape: readonly number[]): Generator<readonly number[]> {
  const total = shape.reduce((n, length) => n * length, 1);
  for (let flat = 0; flat < total; flat++) {
    let rest = flat;
    yield shape.map((_, i) => {
      const inner = shape.slice(i + 1).reduce((n, length) => n * length, 1);
      const index = Math.floor(rest / inner);
      rest %= inner;
      return index;
    });
  }
}

/**
 * Applies a reducing function over several axes, one after the other.
 *
 * @param func - `func(array, axis)`; its result has as many axes as the array, or one less
 * @param axes - one axis or several
 * @throws ValueError if `func` returns another number of axes; AxisError.
 * @example
 * np.apply_over_axes((x, axis) => np.sum(x, axis), np.ones([2, 3, 4]), [0, 2]).shape; // [1, 3, 1]
 */
export function apply_over_axes(
  func: (array: NDArray, axis: number) => ArrayLike,
  a: ArrayLike,
  axes: number | readonly number[],
): NDArray {
  let value = asArray(a);
  const { ndim } = value;
  for (const axis of typeof axes === 'number' ? [axes] : axes) {
    const along = normalizeAxis(axis, ndim);
    const result = asArray(func(value, along));
    value = result.ndim === value.ndim ? result : expand_dims(result, along);
    if (value.ndim !== ndim) {
      throw new ValueError('function is not returning an array of the correct shape');
    }
  }
  return value;
}
