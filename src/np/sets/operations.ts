/** Arrays as sets: membership, intersection, union, differences. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { DType } from '../../array/dtype.ts';
import { bool_, promote, uint64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, copyOf } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { searchSorted } from '../../ops/search.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { full } from '../creation/filled.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { part } from '../sorting/part.ts';
import { equal, greater_equal, logical_and, logical_not, minimum, not_equal, subtract } from '../ufuncs.ts';
import { distinct } from './unique.ts';

interface AssumeUnique {
  /** Whether the caller knows that no value occurs twice. */
  assume_unique?: boolean;
}

export interface IsinOptions extends AssumeUnique {
  /** Whether to tell what is not among the test elements. */
  invert?: boolean;
  /** NumPy's algorithm: has no effect on results; 'table' takes integers and booleans only. */
  kind?: 'sort' | 'table' | null;
}

/**
 * For each element, whether it is among the test elements. NaN is among none.
 *
 * @param element - values in any shape.
 * @param test_elements - values in any shape; compared in the common dtype, integers always exactly.
 * @param args - `assume_unique`, `invert`, `kind`.
 * @returns bool of `element`'s shape, an array even if that is 0-d.
 * @throws ValueError for an unknown kind, or 'table' with other than integers and booleans.
 * @example
 * np.isin([1, 2, 5], [2, 5, 7]); // [False  True  True]
 */
export function isin(
  element: ArrayLike,
  test_elements: ArrayLike,
  ...args: Args<IsinOptions, ['assume_unique', 'invert']>
): NDArray {
  if (isTraced(element) || isTraced(test_elements)) return asConstant(isin, element, test_elements, ...args);
  const { invert = false, kind = null } = bind<IsinOptions>(
    'isin',
    args,
    ['assume_unique', 'invert'],
    ['kind'],
  );
  const [a, b] = [asArray(element), ravelArray(asArray(test_elements))];
  if (kind !== null && kind !== 'sort' && kind !== 'table') {
    throw new ValueError(`Invalid kind: '${String(kind)}'. Please use None, 'sort' or 'table'.`);
  }
  if (kind === 'table' && !(isIntegral(a.dtype) && isIntegral(b.dtype))) {
    throw new ValueError(
      "The 'table' method is only supported for boolean or integer arrays. Please select 'sort' or None for kind.",
    );
  }
  const found = memberOf(ravelArray(a), b);
  return reshapeArray(invert ? (logical_not(found) as NDArray) : found, a.shape);
}

const isIntegral = ({ kind }: DType): boolean => kind === 'i' || kind === 'u' || kind === 'b';

function memberOf(a: NDArray, tests: NDArray): NDArray {
  const common = promote(a.dtype, tests.dtype);
  if (isIntegral(a.dtype) && isIntegral(tests.dtype) && common.kind === 'f')
    return memberOfUnsigned(a, tests);
  if (tests.size === 0) return full(a.shape, false, bool_);
  const sorted = copyOf(tests, common);
  sortInPlace(sorted, 0);
  const values = cast(a, common);
  const place = minimum(searchSorted(sorted, values, 'left'), sorted.size - 1);
  return equal(getIndex(sorted, [place]) as NDArray, values) as NDArray;
}

/** uint64 and a signed type have only float64 in common: what is not negative is compared as uint64. */
function memberOfUnsigned(a: NDArray, tests: NDArray): NDArray {
  const natural = getIndex(tests, [greater_equal(tests, 0) as NDArray]) as NDArray;
  return logical_and(greater_equal(a, 0), memberOf(cast(a, uint64), cast(natural, uint64))) as NDArray;
}

export interface IntersectOptions extends AssumeUnique {
  /** Also give the indices of the first occurrences in both arrays. */
  return_indices?: boolean;
}

type IntersectArgs = Args<IntersectOptions, ['assume_unique', 'return_indices']>;

/**
 * The values that are in both arrays, sorted.
 *
 * @param args - `assume_unique`, `return_indices`.
 * @returns the values; with `return_indices` a list of the values and their indices in both flattened arrays.
 * @example
 * np.intersect1d([1, 3, 4, 3], [3, 1, 2]); // [1. 3.]
 */
export function intersect1d(
  ar1: ArrayLike,
  ar2: ArrayLike,
  options: IntersectOptions & { return_indices: true },
): NDArray[];
export function intersect1d(ar1: ArrayLike, ar2: ArrayLike, options?: AssumeUnique): NDArray;
export function intersect1d(ar1: ArrayLike, ar2: ArrayLike, ...args: IntersectArgs): NDArray | NDArray[];
export function intersect1d(ar1: ArrayLike, ar2: ArrayLike, ...args: unknown[]): NDArray | NDArray[] {
  if (isTraced(ar1) || isTraced(ar2)) return asConstant(intersect1d, ar1, ar2, ...args);
  const { assume_unique = false, return_indices = false } = bind<IntersectOptions>('intersect1d', args, [
    'assume_unique',
    'return_indices',
  ]);
  const sets = [ar1, ar2].map((x) => setOf(x, assume_unique, return_indices));
  const both = concatenate(sets.map(({ values }) => values));
  const order = return_indices ? argsortAxis(both, 0) : undefined;
  const sorted = order ? (getIndex(both, [order]) as NDArray) : sortedInPlace(both);
  const twice = equal(part(sorted, 1), part(sorted, 0, -1)) as NDArray;
  const values = getIndex(part(sorted, 0, -1), [twice]) as NDArray;
  if (!order) return values;
  const first = getIndex(part(order, 0, -1), [twice]) as NDArray;
  const second = subtract(getIndex(part(order, 1), [twice]) as NDArray, sets[0].values.size) as NDArray;
  return [values, ...[first, second].map((places, i) => originals(sets[i].indices, places))];
}

const originals = (indices: NDArray | undefined, places: NDArray): NDArray =>
  indices ? (getIndex(indices, [places]) as NDArray) : places;

function setOf(x: ArrayLike, assumeUnique: boolean, index = false): { values: NDArray; indices?: NDArray } {
  const a = asArray(x);
  return assumeUnique ? { values: ravelArray(a) } : distinct(a, { index }, true);
}

function sortedInPlace(a: NDArray): NDArray {
  sortInPlace(a, 0);
  return a;
}

/**
 * The values that are in either array, sorted.
 *
 * @example
 * np.union1d([-1, 0, 1], [-2, 0, 2]); // [-2. -1.  0.  1.  2.]
 */
export function union1d(ar1: ArrayLike, ar2: ArrayLike): NDArray {
  if (isTraced(ar1) || isTraced(ar2)) return asConstant(union1d, ar1, ar2);
  return distinct(concatenate([ar1, ar2], null), {}, true).values;
}

/**
 * The values of `ar1` that are not in `ar2`, sorted; with `assume_unique` in `ar1`'s order.
 *
 * @example
 * np.setdiff1d([1, 2, 3, 2, 4, 1], [3, 4, 5, 6]); // [1. 2.]
 */
export function setdiff1d(
  ar1: ArrayLike,
  ar2: ArrayLike,
  ...args: Args<AssumeUnique, ['assume_unique']>
): NDArray {
  if (isTraced(ar1) || isTraced(ar2)) return asConstant(setdiff1d, ar1, ar2, ...args);
  const { assume_unique = false } = bind<AssumeUnique>('setdiff1d', args, ['assume_unique']);
  const { values } = setOf(ar1, assume_unique);
  const tests = setOf(ar2, assume_unique).values;
  return getIndex(values, [logical_not(memberOf(values, tests)) as NDArray]) as NDArray;
}

/**
 * The values that are in exactly one of the arrays, sorted.
 *
 * @example
 * np.setxor1d([1, 2, 3, 2, 4], [2, 3, 5, 7, 5]); // [1. 4. 5. 7.]
 */
export function setxor1d(
  ar1: ArrayLike,
  ar2: ArrayLike,
  ...args: Args<AssumeUnique, ['assume_unique']>
): NDArray {
  if (isTraced(ar1) || isTraced(ar2)) return asConstant(setxor1d, ar1, ar2, ...args);
  const { assume_unique = false } = bind<AssumeUnique>('setxor1d', args, ['assume_unique']);
  const sorted = concatenate([setOf(ar1, assume_unique).values, setOf(ar2, assume_unique).values], null);
  if (sorted.size === 0) return sorted;
  sortInPlace(sorted, 0);
  const changes = concatenate([[true], not_equal(part(sorted, 1), part(sorted, 0, -1)), [true]]);
  return getIndex(sorted, [logical_and(part(changes, 1), part(changes, 0, -1)) as NDArray]) as NDArray;
}
