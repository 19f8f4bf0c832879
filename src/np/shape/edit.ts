/** Elements put in and taken out along an axis: append, insert, delete, trim_zeros. */
import { bool_, int64 } from '../../array/dtype.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { Slice } from '../../array/slice.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { truePositions } from '../../ops/index/masks.ts';
import { setIndex } from '../../ops/index/set.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { not_equal } from '../ufuncs.ts';
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

/** Positions of an axis of length `n` up to `last`, negative ones counted from the end; a mask gives those where it is true. */
function positionsOf(
  obj: Positions,
  n: number,
  last: number,
  refuse: (i: number) => Error,
  isFullMask = false,
): { list: number[]; isScalar: boolean } {
  if (obj instanceof Slice) {
    const { start, length, step } = obj.indices(n);
    return { list: Array.from({ length }, (_, i) => start + i * step), isScalar: false };
  }
  const array = Array.isArray(obj) && obj.length === 0 ? emptyArray([0], int64) : asArray(obj);
  const invalid = (): Error => new IndexError('arrays used as indices must be of integer (or boolean) type');
  const list = (
    array.dtype === bool_
      ? truePositions(isFullMask ? maskOf(array, n) : array)[0]
      : integersOf(array, invalid)
  ) as NDArray;
  if (list.ndim > 1)
    throw new ValueError('index array argument obj to insert must be one dimensional or scalar');
  const values = [list.tolist()].flat() as number[];
  for (const i of values) if (i < -n || i > last) throw refuse(i);
  return { list: values.map((i) => (i < 0 ? i + n : i)), isScalar: array.ndim === 0 };
}

function maskOf(mask: NDArray, n: number): NDArray {
  if (mask.ndim !== 1 || mask.size !== n) {
    throw new ValueError(
      `boolean array argument obj to delete must be one dimensional and match the axis length of ${n}`,
    );
  }
  return mask;
}

/**
 * The array without some elements of an axis.
 *
 * @param obj - a position, positions, a slice, or a mask of what to take out.
 * @throws IndexError for a position out of bounds; ValueError for a mask of another length; AxisError.
 * @example
 * np.delete([1, 2, 3, 4], [1, 2]); // [1. 4.]
 */
export function delete_(arr: ArrayLike, obj: Positions, ...args: AxisArgs): NDArray {
  const { a, axis } = target('delete', arr, args);
  const n = a.shape[axis];
  const refuse = (i: number): Error =>
    new IndexError(`index ${i} is out of bounds for axis ${axis} with size ${n}`);
  const out = new Set(positionsOf(obj, n, n - 1, refuse, true).list);
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !out.has(i));
  return chosen(a, asArray(kept, int64), axis);
}

/**
 * The array with values put in before the given positions of an axis.
 *
 * @param obj - a position, positions, or a slice.
 * @param values - broadcast to the places; cast to the array's dtype.
 * @throws IndexError for a position out of bounds; ValueError if `values` do not fit; AxisError.
 * @example
 * np.insert([1, 2, 3], 1, 9); // [1. 9. 2. 3.]
 */
export function insert(arr: ArrayLike, obj: Positions, values: ArrayLike, ...args: AxisArgs): NDArray {
  const { a, axis } = target('insert', arr, args);
  const n = a.shape[axis];
  const refuse = (i: number): Error =>
    new IndexError(`index ${i} is out of bounds for axis ${axis} with size ${n}`);
  const positions = positionsOf(obj, n, n, refuse);
  const { list, values: given } = placesFor(positions, valuesFor(a, values, axis, positions.isScalar), axis);
  const order = list
    .map((position, i) => ({ position, i }))
    .sort((p, q) => p.position - q.position || p.i - q.i);
  const places = new Array<number>(list.length);
  order.forEach(({ position, i }, before) => (places[i] = position + before));
  const isNew = new Set(places);
  const result = beside([a, given], () => emptyArray(a.shape.with(axis, n + list.length), a.dtype));
  const old = Array.from({ length: n + list.length }, (_, i) => i).filter((i) => !isNew.has(i));
  const before = (positions: readonly number[]): (Slice | NDArray)[] => [
    ...new Array<Slice>(axis).fill(new Slice(null, null, null)),
    asArray(positions, int64),
  ];
  setIndex(result, before(old), a);
  setIndex(result, before(places), broadcastTo(given, a.shape.with(axis, list.length)));
  return result;
}

/** The values with as many axes as the array. At a single position their first axis is the insertion axis. */
function valuesFor(a: NDArray, values: ArrayLike, axis: number, isScalar: boolean): NDArray {
  const given = cast(asArray(values), a.dtype);
  const lead = new Array<number>(Math.max(a.ndim - given.ndim, 0)).fill(1);
  const padded = reshapeArray(given, [...lead, ...given.shape]);
  return isScalar ? moveaxis(padded, 0, axis) : padded;
}

/** A single position takes as many values as there are. */
function placesFor(
  { list }: { list: number[] },
  values: NDArray,
  axis: number,
): { list: number[]; values: NDArray } {
  if (list.length !== 1) return { list, values };
  return { list: new Array<number>(values.shape[axis]).fill(list[0]), values };
}

/**
 * The array without the zeros at its ends.
 *
 * @param trim - 'f' for the front, 'b' for the back, 'fb' for both.
 * @param axis - the axes to trim; all by default.
 * @throws ValueError for another `trim`.
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
  const found = truePositions(asArray(not_equal(a, 0) as ArrayLike));
  return axes.reduce((trimmed, axis) => {
    const places = [found[axis].tolist()].flat() as number[];
    if (places.length === 0) return narrow(trimmed, axis, 0, 0);
    const first = trim.includes('f') ? Math.min(...places) : 0;
    const last = trim.includes('b') ? Math.max(...places) : a.shape[axis] - 1;
    return narrow(trimmed, axis, first, last - first + 1);
  }, a);
}
