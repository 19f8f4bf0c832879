/** The distinct elements of an array, or the distinct parts along an axis. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { bool_ } from '../../array/dtype.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { iota } from '../../ops/iota.ts';
import { truePositions } from '../../ops/index/masks.ts';
import { fill, setIndex } from '../../ops/index/set.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { moveaxis } from '../shape/transpose.ts';
import { lexsortAxis } from '../sorting/lexsort.ts';
import { part } from '../sorting/part.ts';
import { any } from '../statistics/reductions.ts';
import { cumsum } from '../statistics/cumulative.ts';
import { isnan, logical_and, logical_not, not_equal, subtract } from '../ufuncs.ts';

interface Extras {
  /** Also give the index of each value's first occurrence. */
  return_index?: boolean;
  /** Also give, for each element, the index of its value. */
  return_inverse?: boolean;
  /** Also give how often each value occurs. */
  return_counts?: boolean;
}

export interface UniqueOptions extends Extras {
  /** The axis whose parts are compared; `null` compares the elements of the flattened array. */
  axis?: number | null;
  /** Whether all NaN count as one value. */
  equal_nan?: boolean;
  /** Results are sorted in any case. */
  sorted?: boolean;
}

type Plain = Omit<UniqueOptions, keyof Extras>;
type Asked = { [K in keyof Extras]: Record<K, true> }[keyof Extras];

const POSITIONAL = ['return_index', 'return_inverse', 'return_counts', 'axis'] as const;

/**
 * The distinct elements of an array, sorted; NaN is one value and last.
 *
 * @param ar - an array of any shape; flattened unless there is an `axis`.
 * @param args - `return_index`, `return_inverse`, `return_counts`, `axis` (null), `equal_nan` (true), `sorted`.
 * @returns the values, or a list of the values and what else was asked for: the first occurrences, the inverse (in `ar`'s shape
 *   without an axis) and the counts, all int64.
 * @throws AxisError.
 * @example
 * np.unique([3, 1, 3]); // [1. 3.]
 * const [values, counts] = np.unique([3, 1, 3], { return_counts: true }); // [1. 3.], [1 2]
 */
export function unique(ar: ArrayLike, options?: Plain): NDArray;
export function unique(ar: ArrayLike, options: UniqueOptions & Asked): NDArray[];
export function unique(ar: ArrayLike, ...args: Args<UniqueOptions, typeof POSITIONAL>): NDArray | NDArray[];
export function unique(ar: ArrayLike, ...args: unknown[]): NDArray | NDArray[] {
  if (isTraced(ar)) return asConstant(unique, ar, ...args);
  const options = bind<UniqueOptions>('unique', args, POSITIONAL, ['equal_nan', 'sorted']);
  const { return_index, return_inverse, return_counts, axis = null, equal_nan = true } = options;
  const a = asArray(ar);
  const wanted = { index: return_index, inverse: return_inverse };
  const found = axis === null ? distinct(a, wanted, equal_nan) : distinctAlong(a, axis, wanted);
  const results = [found.values];
  if (return_index) results.push(found.indices!);
  if (return_inverse) results.push(found.inverse!);
  if (return_counts) results.push(found.counts());
  return results.length === 1 ? results[0] : results;
}

interface Distinct {
  readonly values: NDArray;
  readonly indices?: NDArray;
  readonly inverse?: NDArray;
  counts(): NDArray;
}

interface Wanted {
  readonly index?: boolean;
  readonly inverse?: boolean;
}

/** The distinct elements of the flattened array. The inverse has the array's shape. */
export function distinct(a: NDArray, wanted: Wanted, equalNaN: boolean): Distinct {
  const flat = ravelArray(a);
  const order = wanted.index || wanted.inverse ? argsortAxis(flat, 0) : undefined;
  const sorted = order ? (getIndex(flat, [order]) as NDArray) : sortedCopy(flat);
  const first = differsFromBefore(sorted, equalNaN);
  return { values: getIndex(sorted, [first]) as NDArray, ...describe(first, order, a.shape) };
}

/** The elements of an array of one axis, sorted. */
export function sortedCopy(a: NDArray): NDArray {
  const result = copyOf(a, a.dtype);
  sortInPlace(result, 0);
  return result;
}

/** For each element of a sorted array, whether it is the first of its value. */
export function differsFromBefore(sorted: NDArray, equalNaN: boolean): NDArray {
  const first = emptyArray(sorted.shape, bool_);
  fill(first, true);
  if (sorted.size < 2) return first;
  const [rest, before] = [part(sorted, 1), part(sorted, 0, -1)];
  const different = not_equal(rest, before) as NDArray;
  const bothNaN = equalNaN && (sorted.dtype.kind === 'f' || sorted.dtype.kind === 'c');
  const result = bothNaN
    ? logical_and(different, logical_not(logical_and(isnan(rest), isnan(before))))
    : different;
  castInto(part(first, 1), result as NDArray);
  return first;
}

/** For each element the number of its value. */
export function inverseOf(first: NDArray, order: NDArray, shape: readonly number[]): NDArray {
  const flat = emptyArray([order.size], indexDType(order));
  setIndex(flat, [order], subtract(cumsum(first), 1));
  return reshapeArray(flat, shape);
}

/** What the marks of first occurrences in sorted order tell. */
function describe(
  first: NDArray,
  order: NDArray | undefined,
  shape: readonly number[],
): Omit<Distinct, 'values'> {
  return {
    get indices() {
      return order && (getIndex(order, [first]) as NDArray);
    },
    get inverse() {
      if (!order) return undefined;
      return inverseOf(first, order, shape);
    },
    counts() {
      const starts = concatenate([truePositions(first)[0], iota(1, first.size, 1, indexDType(first))]);
      return subtract(part(starts, 1), part(starts, 0, -1)) as NDArray;
    },
  };
}

/** The distinct parts along an axis, in the order of their elements. A part with NaN equals no other. */
function distinctAlong(a: NDArray, axis: number, wanted: Wanted): Distinct {
  const along = normalizeAxis(axis, a.ndim);
  if (a.ndim === 1) return distinct(a, wanted, true);
  const parts = moveaxis(a, along, 0);
  const [n, ...shape] = parts.shape;
  const rows = reshapeArray(parts, [n, sizeOf(shape)]);
  const order = rowOrder(rows);
  const sorted = getIndex(rows, [order]) as NDArray;
  const first = emptyArray([n], bool_);
  fill(first, true);
  if (n > 1) castInto(part(first, 1), rowsDiffer(sorted));
  const values = moveaxis(reshapeArray(getIndex(sorted, [first]) as NDArray, [-1, ...shape]), 0, along);
  return { values, ...describe(first, order, [n]) };
}

function rowOrder(rows: NDArray): NDArray {
  const [n, width] = rows.shape;
  const columns = Array.from({ length: width }, (_, i) => getIndex(rows, [':', width - 1 - i]) as NDArray);
  return columns.length > 0 ? lexsortAxis(columns, 0) : argsortAxis(asArray(new Uint8Array(n)), 0);
}

function rowsDiffer(rows: NDArray): NDArray {
  return any(not_equal(getIndex(rows, ['1:']) as NDArray, getIndex(rows, [':-1']) as NDArray), 1);
}

/**
 * The distinct elements with their first occurrences, the inverse and the counts. Every NaN is a value of its own.
 *
 * @returns a list with the names `values`, `indices`, `inverse_indices`, `counts`.
 * @example
 * const { values, counts } = np.unique_all([1, 1, 2]); // [1. 2.], [2 1]
 */
export function unique_all(
  x: ArrayLike,
): Named<{ values: NDArray; indices: NDArray; inverse_indices: NDArray; counts: NDArray }> {
  if (isTraced(x)) return asConstant(unique_all, x);
  const found = distinct(asArray(x), { index: true, inverse: true }, false);
  return named({
    values: found.values,
    indices: found.indices!,
    inverse_indices: found.inverse!,
    counts: found.counts(),
  });
}

/**
 * The distinct elements and how often each occurs. Every NaN is a value of its own.
 *
 * @returns a list with the names `values` and `counts`.
 * @example
 * const { values, counts } = np.unique_counts([1, 1, 2]); // [1. 2.], [2 1]
 */
export function unique_counts(x: ArrayLike): Named<{ values: NDArray; counts: NDArray }> {
  if (isTraced(x)) return asConstant(unique_counts, x);
  const found = distinct(asArray(x), {}, false);
  return named({ values: found.values, counts: found.counts() });
}

/**
 * The distinct elements and, for each element, the index of its value. Every NaN is a value of its own.
 *
 * @returns a list with the names `values` and `inverse_indices`.
 * @example
 * const { values, inverse_indices } = np.unique_inverse([5, 5, 2]); // [2. 5.], [1 1 0]
 */
export function unique_inverse(x: ArrayLike): Named<{ values: NDArray; inverse_indices: NDArray }> {
  if (isTraced(x)) return asConstant(unique_inverse, x);
  const found = distinct(asArray(x), { inverse: true }, false);
  return named({ values: found.values, inverse_indices: found.inverse! });
}

/**
 * The distinct elements, sorted. Every NaN is a value of its own.
 *
 * @example
 * np.unique_values([2, 1, 2]); // [1. 2.]
 */
export function unique_values(x: ArrayLike): NDArray {
  if (isTraced(x)) return asConstant(unique_values, x);
  return distinct(asArray(x), {}, false).values;
}
