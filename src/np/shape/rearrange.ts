/** Elements in other places: flip, roll, rot90, tile, repeat, resize. */
import { ValueError, broadcastError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis, normalizeShape, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, emptyArray, arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import { int64 } from '../../array/dtype.ts';
import { Slice } from '../../array/slice.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, isScalar } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { requireKnownShape } from '../../ops/given.ts';
import { clearBytes } from '../../ops/move.ts';
import { getIndex } from '../../ops/index/get.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { broadcastTo, flipped, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { concatenate } from './join.ts';
import { ravelArray, reshapeArray } from './reshape.ts';
import { swapaxes } from './transpose.ts';
import type { ShapeLike } from '../creation/filled.ts';

type Axes = number | readonly number[] | null;

/**
 * The elements in reverse order along axes: a view.
 *
 * @param axis - all axes by default.
 * @throws AxisError; ValueError for a repeated axis.
 * @example
 * np.flip([1, 2, 3]); // [3. 2. 1.]
 */
export function flip(m: ArrayLike, ...args: Args<{ axis: Axes }, ['axis']>): ArrayOrScalar {
  const { axis = null } = bind<{ axis: Axes }>('flip', args, ['axis']);
  const a = asArray(m);
  const result = flipped(a, normalizeAxes(axis, a.ndim));
  return arrayOrScalar(result);
}

/**
 * `flip` of the second axis.
 *
 * @throws ValueError for fewer than two axes.
 * @example
 * np.fliplr([[1, 2], [3, 4]]); // [[2. 1.] [4. 3.]]
 */
export function fliplr(m: ArrayLike): NDArray {
  const a = asArray(m);
  if (a.ndim < 2) throw new ValueError('Input must be >= 2-d.');
  return flipped(a, [1]);
}

/**
 * `flip` of the first axis.
 *
 * @throws ValueError for a 0-d array.
 * @example
 * np.flipud([[1, 2], [3, 4]]); // [[3. 4.] [1. 2.]]
 */
export function flipud(m: ArrayLike): NDArray {
  const a = asArray(m);
  if (a.ndim < 1) throw new ValueError('Input must be >= 1-d.');
  return flipped(a, [0]);
}

/**
 * The array turned by quarter turns in the plane of two axes, from the first towards the second: a view.
 *
 * @param k - how many quarter turns.
 * @throws ValueError unless `axes` are two different axes.
 * @example
 * np.rot90([[1, 2], [3, 4]]); // [[2. 4.] [1. 3.]]
 */
export function rot90(
  m: ArrayLike,
  ...args: Args<{ k: number; axes: readonly number[] }, ['k', 'axes']>
): NDArray {
  const { k = 1, axes = [0, 1] } = bind<{ k: number; axes: readonly number[] }>('rot90', args, ['k', 'axes']);
  const a = asArray(m);
  if (axes.length !== 2) throw new ValueError('len(axes) must be 2.');
  if (axes[0] === axes[1] || Math.abs(axes[0] - axes[1]) === a.ndim)
    throw new ValueError('Axes must be different.');
  if (axes.some((axis) => axis >= a.ndim || axis < -a.ndim)) {
    throw new ValueError(`Axes=(${axes.join(', ')}) out of range for array of ndim=${a.ndim}.`);
  }
  const [first, second] = axes.map((axis) => normalizeAxis(axis, a.ndim));
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return viewArray(a, a.shape, a.strides);
  if (turns === 2) return flipped(a, [first, second]);
  return turns === 1
    ? swapaxes(flipped(a, [second]), first, second)
    : flipped(swapaxes(a, first, second), [second]);
}

type Shift = number | readonly number[] | NDArray;

/**
 * The elements moved along axes, those pushed out coming back in at the other end.
 *
 * @param axis - one for each shift; without it the flattened array is rolled.
 * @param shift - fractions are cut off, as Python's `int` does.
 * @throws ValueError if shifts and axes do not broadcast, or for a NaN; OverflowError for an infinite shift; AxisError.
 * @example
 * np.roll([1, 2, 3, 4], 1); // [4. 1. 2. 3.]
 */
export function roll(a: ArrayLike, shift: Shift, ...args: Args<{ axis: Axes }, ['axis']>): NDArray {
  const { axis = null } = bind<{ axis: Axes }>('roll', args, ['axis']);
  const x = asArray(a);
  if (axis === null) return reshapeArray(roll(ravelArray(x), shift, 0), x.shape);
  const axes = (typeof axis === 'number' ? [axis] : axis).map((one) => normalizeAxis(one, x.ndim));
  const shifts = [shift]
    .flat()
    .flatMap((s) => (isScalar(s) ? [s] : (s.tolist() as number[])))
    .map((s) => Number(convertScalar(s, int64)));
  if (shifts.length !== axes.length && shifts.length !== 1 && axes.length !== 1) {
    throw broadcastError([[shifts.length], [axes.length]]);
  }
  const total = new Map<number, number>();
  for (let i = 0; i < Math.max(shifts.length, axes.length); i++) {
    const along = axes[axes.length === 1 ? 0 : i];
    total.set(along, (total.get(along) ?? 0) + shifts[shifts.length === 1 ? 0 : i]);
  }
  const result = beside(x, () => emptyArray(x.shape, x.dtype));
  copyRolled(x, result, [...total]);
  return result;
}

/** Copies the two parts of each axis to their new places. */
function copyRolled(
  from: NDArray,
  to: NDArray,
  shifts: readonly (readonly [axis: number, shift: number])[],
): void {
  if (shifts.length === 0 || from.size === 0) {
    castInto(to, from);
    return;
  }
  const [[axis, shift], ...rest] = shifts;
  const n = from.shape[axis];
  const by = ((shift % n) + n) % n;
  copyRolled(narrow(from, axis, 0, n - by), narrow(to, axis, by, n - by), rest);
  if (by > 0) copyRolled(narrow(from, axis, n - by, by), narrow(to, axis, 0, by), rest);
}

/**
 * The array repeated along each axis.
 *
 * @param reps - how often along each axis; a longer list adds axes in front.
 * @throws ValueError for a negative number.
 * @example
 * np.tile([1, 2], [2, 2]); // [[1. 2. 1. 2.] [1. 2. 1. 2.]]
 */
export function tile(A: ArrayLike, reps: ShapeLike | NDArray): NDArray {
  const a = asArray(A);
  requireKnownShape('tile', 'reps', reps);
  const counts = normalizeShape(
    reps instanceof Object && 'tolist' in reps ? (reps.tolist() as number[]) : (reps as ShapeLike),
  );
  const ndim = Math.max(counts.length, a.ndim);
  const times = [...new Array<number>(ndim - counts.length).fill(1), ...counts];
  const shape = [...new Array<number>(ndim - a.ndim).fill(1), ...a.shape];
  const apart = reshapeArray(
    a,
    shape.flatMap((n) => [1, n]),
  );
  const repeated = broadcastTo(
    apart,
    shape.flatMap((n, i) => [times[i], n]),
  );
  return viewOwn(
    copyOf(repeated, a.dtype, 'C'),
    shape.map((n, i) => n * times[i]),
  );
}

/** A fresh dense array in another shape, as an array of its own. */
function viewOwn(a: NDArray, shape: readonly number[]): NDArray {
  const view = reshapeArray(a, shape);
  if (view.traced) return view;
  return new NDArray(view.storage, view.dtype, view.shape, view.strides, view.offset, null);
}

/**
 * Each element repeated.
 *
 * @param repeats - how often: one number, or one for each element of the axis.
 * @param axis - without it the flattened array is used.
 * @throws ValueError for a negative number or a list that does not fit; AxisError.
 * @example
 * np.repeat([1, 2], [2, 3]); // [1. 1. 2. 2. 2.]
 */
export function repeat(
  a: ArrayLike,
  repeats: ArrayLike,
  ...args: Args<{ axis: number | null }, ['axis']>
): NDArray {
  const { axis = null } = bind<{ axis: number | null }>('repeat', args, ['axis']);
  const x = axis === null ? ravelArray(asArray(a)) : asArray(a);
  const along = normalizeAxis(axis ?? 0, Math.max(x.ndim, 1));
  const source = x.ndim === 0 ? reshapeArray(x, [1]) : x;
  const refuse = (): Error =>
    new TypeError(
      "Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'safe'",
    );
  const counts = integersOf(asArray(repeats), refuse);
  if (counts.ndim > 1) throw new ValueError('object too deep for desired array');
  if (counts.size !== 1 && counts.size !== source.shape[along])
    throw broadcastError([[counts.size], [source.shape[along]]]);
  requireKnownShape('repeat', 'repeats', counts);
  const list = ravelArray(counts).tolist() as number[];
  if (list.some((n) => n < 0)) throw new ValueError('repeats may not contain negative values.');
  return list.length === 1 ? repeatEach(source, list[0], along) : repeatBy(source, list, along);
}

/** A new axis of length `n` behind the axis, merged into it. */
function repeatEach(a: NDArray, n: number, axis: number): NDArray {
  const shape = [...a.shape.slice(0, axis + 1), n, ...a.shape.slice(axis + 1)];
  const strides = [...a.strides.slice(0, axis + 1), 0, ...a.strides.slice(axis + 1)];
  return viewOwn(copyOf(viewArray(a, shape, strides), a.dtype, 'C'), a.shape.with(axis, a.shape[axis] * n));
}

function repeatBy(a: NDArray, counts: readonly number[], axis: number): NDArray {
  const positions = counts.flatMap((n, i) => new Array<number>(n).fill(i));
  return chosen(a, asArray(positions, int64), axis);
}

/** The elements of an axis at the given positions, in a new array. */
export function chosen(a: NDArray, positions: NDArray, axis: number): NDArray {
  const whole = new Slice(null, null, null);
  return getIndex(a, [...new Array<Slice>(axis).fill(whole), positions]) as NDArray;
}

/**
 * The elements, repeated as often as needed, in another shape.
 *
 * @throws ValueError for a negative length.
 * @example
 * np.resize([1, 2, 3], [2, 2]); // [[1. 2.] [3. 1.]]
 */
export function resize(a: ArrayLike, new_shape: ShapeLike): NDArray {
  const flat = ravelArray(asArray(a));
  const lengths = (Array.isArray(new_shape) ? new_shape : [new_shape]).map(Number);
  if (lengths.some((n) => n < 0)) throw new ValueError('all elements of `new_shape` must be non-negative');
  const size = sizeOf(lengths);
  if (flat.size === 0) {
    const result = beside(flat, () => emptyArray(lengths, flat.dtype));
    clearBytes(result.storage, result.offset, result.nbytes);
    return result;
  }
  const copies = Math.ceil(size / flat.size);
  return reshapeArray(narrow(concatenate(new Array<NDArray>(copies || 1).fill(flat)), 0, 0, size), lengths);
}
