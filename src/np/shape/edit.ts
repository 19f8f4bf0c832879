/** Elements put in and taken out along an axis: append, insert, delete, trim_zeros. */
import { bool_, int64 } from '../../array/dtype.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { Slice } from '../../array/slice.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { requireKnownShape } from '../../ops/given.ts';
import { indexDType, integersOf } from '../../ops/index/integers.ts';
import { truePositions } from '../../ops/index/masks.ts';
import { fill, setIndex } from '../../ops/index/set.ts';
import { iota } from '../../ops/iota.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { argsortAxis } from '../../ops/sort.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { where } from '../indexing/choose.ts';
import { add, greater, greater_equal, less, logical_or, not_equal } from '../ufuncs.ts';
import { concatenate } from './join.ts';
import { chosen } from './rearrange.ts';
import { ravelArray, reshapeArray } from './reshape.ts';
import { moveaxis } from './transpose.ts';

type AxisArgs = Args<{ axis: number | null }, ['axis']>;

/** The array and axis to work on: the flattened array where no axis is named. */
function target(name: string, arr: ArrayLike, args: readonly unknown[]): { a: NDArray; axis: number } {
  const { axis = null } = bind<{ axis: number | null }>(name, args, ['axis']);
  const x = asArray(arr);
  const a = axis === null || x.ndim === 0 ? ravelArray(x) : x;
  if (x.ndim === 0 && axis !== null) normalizeAxis(axis, 0);
  return { a, axis: normalizeAxis(axis ?? 0, a.ndim) };
}

/**
 * Values joined to the end of an axis; without an axis both are flattened.
 *
 * @throws ValueError if the shapes do not fit; AxisError.
 * @example
 * np.append([1, 2], [3]); // [1. 2. 3.]
 */
export function append(arr: ArrayLike, values: ArrayLike, ...args: AxisArgs): NDArray {
  const { axis = null } = bind<{ axis: number | null }>('append', args, ['axis']);
  if (axis === null) return concatenate([ravelArray(asArray(arr)), ravelArray(asArray(values))]);
  return concatenate([asArray(arr), asArray(values)], axis);
}

/** Which positions of an axis: one, a slice, several, or a mask. */
export type Positions = number | bigint | Slice | ArrayLike;

const OUT_OF_BOUNDS: Refusal = {
  name: 'position out of bounds',
  error: ([position], [axis, n]) =>
    new IndexError(`index ${position} is out of bounds for axis ${axis} with size ${n}`),
};

/** Positions as an array of integers, of an axis or none; a mask gives those where it is true. */
function integersFrom(obj: Positions, n: number, checkMask?: (mask: NDArray) => void): NDArray {
  if (obj instanceof Slice) {
    const { start, length, step } = obj.indices(n);
    return iota(length, start, step, int64);
  }
  const array = Array.isArray(obj) && obj.length === 0 ? emptyArray([0], int64) : asArray(obj);
  if (array.dtype === bool_) {
    checkMask?.(array);
    return truePositions(array)[0];
  }
  const invalid = (): Error => new IndexError('arrays used as indices must be of integer (or boolean) type');
  const positions = integersOf(array, invalid) as NDArray;
  if (positions.ndim > 1)
    throw new ValueError('index array argument obj to insert must be one dimensional or scalar');
  return positions;
}

/**
 * Positions of an axis of length `n` up to `last`, counted from its start: one axis of integers.
 *
 * @throws IndexError for others. Of positions on a GPU, reads of what is computed of them do.
 */
function fromStart(positions: NDArray, axis: number, n: number, last: number): NDArray {
  if (isTraced(positions)) return asConstant(fromStart, positions, axis, n, last);
  const isOutside = logical_or(less(positions, -n), greater(positions, last)) as NDArray;
  const found = where(less(positions, 0), add(positions, n), positions) as NDArray;
  refuseWhere(found, asArray(isOutside), OUT_OF_BOUNDS, [positions], [axis, n]);
  return reshapeArray(found, [-1]);
}

/**
 * The array without some elements of an axis.
 *
 * @param obj - a position, positions, a slice, or a mask of what to take out.
 * @throws IndexError for a position out of bounds; ValueError for a mask of another length; AxisError; RuntimeError for several
 *   positions or a mask on a GPU, which decide the shape of the result.
 * @example
 * np.delete([1, 2, 3, 4], [1, 2]); // [1. 4.]
 */
export function delete_(arr: ArrayLike, obj: Positions, ...args: AxisArgs): NDArray {
  const { a, axis } = target('delete', arr, args);
  const n = a.shape[axis];
  const positions = integersFrom(obj, n, (mask) => {
    if (mask.ndim !== 1 || mask.size !== n)
      throw new ValueError(
        `boolean array argument obj to delete must be one dimensional and match the axis length of ${n}`,
      );
    requireKnownShape('delete', 'obj', mask);
  });
  if (positions.size !== 1) requireKnownShape('delete', 'obj', positions);
  return chosen(a, remaining(fromStart(positions, axis, n, n - 1), n), axis);
}

/** The positions below `n` without some. */
function remaining(out: NDArray, n: number): NDArray {
  if (isTraced(out)) return asConstant(remaining, out, n);
  if (out.size === 1) {
    const left = iota(n - 1, 0, 1, indexDType(out));
    return add(left, greater_equal(left, out)) as NDArray;
  }
  const isLeft = emptyArray([n], bool_);
  fill(isLeft, true);
  setIndex(isLeft, [out], false);
  return truePositions(isLeft)[0];
}

/**
 * The array with values put in before the given positions of an axis.
 *
 * @param obj - a position, positions, or a slice.
 * @param values - broadcast to the places; cast to the array's dtype.
 * @throws IndexError for a position out of bounds (of positions on a GPU, reading the result does); ValueError if `values` do not fit;
 *   AxisError.
 * @example
 * np.insert([1, 2, 3], 1, 9); // [1. 9. 2. 3.]
 */
export function insert(arr: ArrayLike, obj: Positions, values: ArrayLike, ...args: AxisArgs): NDArray {
  const { a, axis } = target('insert', arr, args);
  const n = a.shape[axis];
  const positions = integersFrom(obj, n);
  const before = fromStart(positions, axis, n, n);
  const given = valuesFor(a, values, axis, positions.ndim === 0);
  // A single position takes as many values as there are.
  const count = before.size === 1 ? given.shape[axis] : before.size;
  const added = broadcastTo(given, a.shape.with(axis, count));
  return chosen(concatenate([added, a], axis), inOrder(before, count, n), axis);
}

/** In which order elements to be put in before some positions and the `n` that are there follow each other. */
function inOrder(before: NDArray, count: number, n: number): NDArray {
  if (isTraced(before)) return asConstant(inOrder, before, count, n);
  // Of equal numbers the first comes first: those put in, in their order, then the one at that position.
  return argsortAxis(concatenate([broadcastTo(before, [count]), iota(n, 0, 1, indexDType(before))]), 0);
}

/** The values with as many axes as the array. At a single position their first axis is the insertion axis. */
function valuesFor(a: NDArray, values: ArrayLike, axis: number, isScalar: boolean): NDArray {
  const given = cast(asArray(values), a.dtype);
  const lead = new Array<number>(Math.max(a.ndim - given.ndim, 0)).fill(1);
  const padded = reshapeArray(given, [...lead, ...given.shape]);
  return isScalar ? moveaxis(padded, 0, axis) : padded;
}

/**
 * The array without the zeros at its ends.
 *
 * @param trim - 'f' for the front, 'b' for the back, 'fb' for both.
 * @param axis - the axes to trim; all by default.
 * @throws ValueError for another `trim`; RuntimeError for an array on a GPU, whose values decide the shape of the result.
 * @example
 * np.trim_zeros([0, 1, 2, 0]); // [1. 2.]
 */
export function trim_zeros(
  filt: ArrayLike,
  ...args: Args<{ trim: string; axis: number | readonly number[] | null }, ['trim', 'axis']>
): NDArray {
  const options = bind<{ trim: string; axis: number | readonly number[] | null }>('trim_zeros', args, [
    'trim',
    'axis',
  ]);
  const trim = (options.trim ?? 'fb').toLowerCase();
  if (!['fb', 'bf', 'f', 'b'].includes(trim))
    throw new ValueError(`unexpected character(s) in \`trim\`: '${options.trim}'`);
  const a = asArray(filt);
  const axes = normalizeAxes(options.axis, a.ndim);
  requireKnownShape('trim_zeros', 'filt', a);
  const found = truePositions(asArray(not_equal(a, 0) as ArrayLike));
  return axes.reduce((trimmed, axis) => {
    const places = [found[axis].tolist()].flat() as number[];
    if (places.length === 0) return narrow(trimmed, axis, 0, 0);
    const first = trim.includes('f') ? Math.min(...places) : 0;
    const last = trim.includes('b') ? Math.max(...places) : a.shape[axis] - 1;
    return narrow(trimmed, axis, first, last - first + 1);
  }, a);
}
