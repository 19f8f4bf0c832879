/** Writing to given positions: put, put_along_axis, place, putmask, copyto. */
import type { Casting, DType } from '../../array/dtype.ts';
import { bool_, canCast, promoteWeak } from '../../array/dtype.ts';
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { broadcastsTo } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Scalar } from '../../array/element.ts';
import { isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast, castInto, castWhere } from '../../ops/cast.ts';
import { cycled } from '../../ops/cycle.ts';
import { alongAxis } from '../../ops/index/axis.ts';
import { fitted, putTrue, requireWriteable, setIndex, writeSelected } from '../../ops/index/set.ts';
import { countTrue } from '../../ops/index/masks.ts';
import { scatter } from '../../ops/scatter.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from './arguments.ts';
import {
  castError,
  flattened,
  kindOf,
  indexArray,
  requireMode,
  requireNDArray,
  safeValues,
  throughFlat,
} from './arguments.ts';
import { inRange, placesAlongAxis, placesOnAxes } from './take.ts';

/**
 * Writes values at indices of the flattened array, in place; values are repeated if there are too few.
 *
 * @param a - the array to write to
 * @param ind - integers
 * @param v - the values, converted to `a`'s dtype
 * @param mode - what to do with indices out of range
 * @throws IndexError; TypeError for indices that are no integers; ValueError if `a` is read-only. Nothing is written then.
 * @example
 * const a = np.arange(5);
 * np.put(a, [0, -1], [10, 20]); // a is [10 1 2 3 20]
 */
export function put(
  a: NDArray,
  ind: ArrayLike,
  v: ArrayLike,
  ...args: Args<{ mode: ClipMode }, ['mode']>
): void {
  requireNDArray('put', a);
  const mode = requireMode(bind<{ mode: ClipMode }>('put', args, ['mode']).mode ?? 'raise');
  if (!a.writeable) throw new ValueError('put: output array is read-only');
  const indices = flattened(indexArray(ind));
  const values = flattened(isScalar(v) || Array.isArray(v) ? asArray(v, a.dtype) : asArray(v));
  if (indices.size === 0) return;
  if (a.size === 0) throw new IndexError('cannot replace elements of an empty array');
  if (values.size === 0) return;
  const source = cycled(values, indices.size);
  throughFlat(a, (flat) => {
    if (isTraced([flat, source])) setIndex(flat, [inRange(indices, a.size, mode)], source);
    else scatter(flat, alongAxis(flat, 0, indices, mode), source);
  });
}

/**
 * Writes values at indices that differ from place to place, in place: the counterpart of `take_along_axis`.
 *
 * @throws as `take_along_axis`; ValueError also for values that do not broadcast to the places, or a read-only array.
 * @example
 * const a = np.array([[10, 30, 20], [60, 40, 50]]);
 * np.put_along_axis(a, np.argmax(a, { axis: 1, keepdims: true }), 99, 1); // a is [[10. 99. 20.] [99. 40. 50.]]
 */
export function put_along_axis(
  arr: NDArray,
  indices: ArrayLike,
  values: ArrayLike,
  axis: number | null,
): void {
  requireNDArray('put_along_axis', arr);
  requireWriteable(arr);
  const write = (target: NDArray): void => {
    if (isTraced([target, values])) {
      const [a, places] = placesOnAxes(target, indices, axis);
      return setIndex(a, places, values);
    }
    const { a, selection } = placesAlongAxis(target, indices, axis);
    if (selection.shape.includes(0)) return;
    writeSelected(a, selection, values);
  };
  if (axis === null) throughFlat(arr, write);
  else write(arr);
}

/**
 * Writes the first values, one after the other, where a mask holds; they are repeated if there are too few.
 *
 * @param mask - taken as bool, as many elements as `arr`
 * @throws ValueError for a mask of another size, or no values though it holds somewhere; TypeError for values that do not cast safely.
 * @example
 * const a = np.arange(6);
 * np.place(a, np.greater(a, 2), [44, 55]); // a is [ 0 1 2 44 55 44]
 */
export function place(arr: NDArray, mask: ArrayLike, vals: ArrayLike): void {
  requireNDArray('place', arr);
  const chosen = flatMask('place', arr, mask);
  const values = flattened(safeValues(vals, arr.dtype));
  requireWriteable(arr);
  throughFlat(arr, (flat) => {
    if (chosen.storage.remote !== null) {
      if (values.size === 0) throw new ValueError('Cannot insert from an empty array!');
      return putTrue(flat, chosen, values, true);
    }
    const count = countTrue(chosen);
    if (count > 0 && values.size === 0) throw new ValueError('Cannot insert from an empty array!');
    if (count > 0) setIndex(flat, [chosen], cycled(values, count));
  });
}

function flatMask(fn: string, a: NDArray, mask: ArrayLike): NDArray {
  const given = asArray(mask);
  if (given.size !== a.size) throw new ValueError(`${fn}: mask and data must be the same size`);
  return flattened(cast(given, bool_));
}

/**
 * Writes values where a mask holds: at a place that is the n-th of the array, the n-th of the values, repeated if they are fewer.
 *
 * @throws ValueError for a mask of another size; TypeError for values that do not cast safely.
 * @example
 * const a = np.arange(5);
 * np.putmask(a, np.greater(a, 1), [-33, -44]); // a is [ 0 1 -33 -44 -33]
 */
export function putmask(a: NDArray, mask: ArrayLike, values: ArrayLike): void {
  requireNDArray('putmask', a);
  const chosen = flatMask('putmask', a, mask);
  const given = flattened(safeValues(values, a.dtype));
  requireWriteable(a);
  if (given.size === 0 || a.size === 0) return;
  const source = given.size === 1 ? given : cycled(given, a.size);
  throughFlat(a, (flat) => castWhere(flat, source, chosen));
}

export interface CopytoOptions {
  /** Which conversions are allowed. */
  casting?: Casting;
  /** Where to copy; broadcasts to `dst`. */
  where?: ArrayLike;
}

/**
 * Copies values into an array, broadcast and converted. They may overlap.
 *
 * @throws TypeError if the conversion is not allowed; ValueError if `src` or `where` does not broadcast or `dst` is read-only;
 *   OverflowError for a scalar that the dtype cannot hold.
 * @example
 * const a = np.zeros([2, 3]);
 * np.copyto(a, [1, 2, 3], { where: [[true], [false]] });
 */
export function copyto(
  dst: NDArray,
  src: ArrayLike,
  ...args: Args<CopytoOptions, ['casting', 'where']>
): void {
  requireNDArray('copyto', dst);
  const { casting = 'same_kind', where } = bind<CopytoOptions>('copyto', args, ['casting', 'where']);
  const source = sourceFor(dst, src, casting);
  requireWriteable(dst);
  const values = fitted(source, dst.shape);
  if (where === undefined || where === true) return castInto(dst, values);
  const mask = cast(asArray(where), bool_);
  if (!broadcastsTo(mask.shape, dst.shape)) {
    throw new ValueError(
      `could not broadcast where mask from shape ${shapeText(mask.shape)} into shape ${shapeText(dst.shape)}`,
    );
  }
  castWhere(dst, values, mask);
}

function sourceFor(dst: NDArray, src: ArrayLike, casting: Casting): NDArray {
  if (isScalar(src)) return scalarSource(dst.dtype, src, casting);
  const source = asArray(src);
  if (!canCast(source.dtype, dst.dtype, casting))
    throw castError(source.dtype, dst.dtype, casting, kindOf(source));
  return source;
}

/** A scalar is weak: it takes the dtype if that is of its kind, whatever the casting rule. */
function scalarSource(dtype: DType, src: Scalar, casting: Casting): NDArray {
  const kind = weakKind(src);
  const from = typeof kind === 'string' ? promoteWeak(dtype, kind) : kind;
  if (from !== dtype && !canCast(from, dtype, casting)) throw castError(from, dtype, casting, 'scalar');
  return asArray(convertScalar(src, from), from);
}
