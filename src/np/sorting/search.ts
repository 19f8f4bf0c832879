/** Searching in sorted arrays. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { DType } from '../../array/dtype.ts';
import { float32, int64, promote } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, arrayOrScalar, scalarAt } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { countTrue, truePositions } from '../../ops/index/masks.ts';
import { holdsRemote, isRemote, narrowArray } from '../../ops/given.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import type { Side } from '../../ops/search.ts';
import { searchSorted } from '../../ops/search.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { where } from '../indexing/choose.ts';
import { flip } from '../shape/rearrange.ts';
import { greater, greater_equal, less, logical_or, not_equal, subtract } from '../ufuncs.ts';
import { elementAt, part } from './part.ts';

export interface SearchSortedOptions {
  /** Whether to insert in front of equal elements or behind them. */
  side?: Side;
  /** Indices that sort `a`. */
  sorter?: ArrayLike | null;
}

export type SearchSortedArgs = Args<SearchSortedOptions, ['side', 'sorter']>;

/**
 * Where values can be inserted into a sorted array so that it stays sorted, by binary search; NaN counts as the largest.
 *
 * @param a - a 1-d array in ascending order, or in any with `sorter`.
 * @param v - values in any shape; compared in the common dtype.
 * @param args - `side` ('left' or 'right'), `sorter`.
 * @returns int64 of `v`'s shape; an integer for a scalar.
 * @throws ValueError for an array that is not 1-d, another side, or a sorter of another length; TypeError for a sorter that is no
 *   1-d array of integers.
 * @example
 * np.searchsorted([1, 2, 3], [0.5, 2]); // [0 1]
 */
export function searchsorted(a: ArrayLike, v: ArrayLike, ...args: SearchSortedArgs): ArrayOrScalar {
  if (isTraced(a) || isTraced(v)) return asConstant(searchsorted, a, v, ...args);
  const options = bind<SearchSortedOptions>('searchsorted', args, ['side', 'sorter']);
  return searchsortedArray(beside(v, a), v, options);
}

/** `searchsorted` with parsed options. */
export function searchsortedArray(x: NDArray, v: ArrayLike, options: SearchSortedOptions): ArrayOrScalar {
  const { side = 'left', sorter = null } = options;
  requireVector(x);
  if (side !== 'left' && side !== 'right') {
    throw new ValueError(`search side must be one of 'left' or 'right' (got '${String(side)}')`);
  }
  const values = !isRemote(x) ? valuesOf(v) : beside(x, v);
  const dtype = searchDType(x, values.dtype);
  const sorted = sorter === null ? x : inOrder(x, asArray(sorter));
  const result = searchSorted(cast(sorted, dtype), cast(values, dtype), side);
  return arrayOrScalar(result);
}

/** The dtype that values are compared in: on a device without 64 bits float32 where that would need them. */
export function searchDType(a: NDArray, other: DType): DType {
  const common = promote(a.dtype, other);
  return isRemote(a) && common.itemsize > 4 && common.kind !== 'c' ? (float32 as DType) : common;
}

/** Lists and numbers given beside an array of a device are taken in 32 bits, on the processor. */
function beside(a: ArrayLike, given: ArrayLike): NDArray {
  return holdsRemote(a) && !(given instanceof NDArray) ? narrowArray(given) : asArray(given);
}

/** @throws ValueError unless `a` is 1-d. */
export function requireVector(a: NDArray): void {
  if (a.ndim === 1) return;
  throw new ValueError(`object ${a.ndim === 0 ? 'of too small depth' : 'too deep'} for desired array`);
}

/** A scalar integer is searched as int64. */
function valuesOf(v: ArrayLike): NDArray {
  return isScalar(v) && typeof v === 'number' && weakKind(v) === 'int' && Number.isSafeInteger(v)
    ? asArray(v, int64)
    : asArray(v);
}

const OUT_OF_RANGE: Refusal = {
  name: 'a sorter that is out of range',
  error: () => new ValueError('Sorter index out of range.'),
};

function inOrder(x: NDArray, sorter: NDArray): NDArray {
  if (sorter.ndim !== 1) throw new TypeError('could not parse sorter argument');
  const order = refusable(integersOf(sorter, () => new TypeError('sorter must only contain integers')));
  if (order.size !== x.size) throw new ValueError('sorter.size must equal a.size');
  refuseWhere(order, logical_or(less(order, 0), greater_equal(order, x.size)) as NDArray, OUT_OF_RANGE);
  return getIndex(x, [order]) as NDArray;
}

type DigitizeOptions = { right: boolean };

/**
 * The number of the bin that each value falls into: i where `bins[i-1] <= x < bins[i]`, 0 or `bins.size` outside.
 *
 * @param x - real values in any shape.
 * @param bins - a 1-d array of edges, ascending or descending.
 * @param args - `right` (false): whether bins are closed on the right instead.
 * @returns int64 of `x`'s shape; an integer for a scalar.
 * @throws ValueError for bins that are not monotonic or not 1-d; TypeError for complex values.
 * @example
 * np.digitize([0.2, 6.4, 3], [0, 1, 2.5, 4]); // [1 4 3]
 */
export function digitize(
  x: ArrayLike,
  bins: ArrayLike,
  ...args: Args<DigitizeOptions, ['right']>
): ArrayOrScalar {
  if (isTraced(x) || isTraced(bins)) return asConstant(digitize, x, bins, ...args);
  const { right = false } = bind<DigitizeOptions>('digitize', args, ['right']);
  const edges = beside(x, bins);
  if (asArray(x).dtype.kind === 'c') throw new TypeError('x may not be complex');
  if (edges.dtype.kind === 'c') {
    throw new TypeError(
      `Cannot cast array data from dtype('${edges.dtype.name}') to dtype('float64') according to the rule 'safe'`,
    );
  }
  requireVector(edges);
  const side = right ? 'left' : 'right';
  if (isRemote(edges)) return digitizeOn(edges, x, side);
  if (placedOn(null, () => isAscending(edges))) return searchsortedArray(edges, x, { side });
  const descending = searchsortedArray(flip(edges), x, { side });
  return subtract(edges.size, descending) as ArrayOrScalar;
}

const NOT_MONOTONIC: Refusal = {
  name: 'bins that are not monotonic',
  error: () => new ValueError('bins must be monotonically increasing or decreasing'),
};

/** `digitize` with edges on a device, which alone knows whether they ascend. */
function digitizeOn(edges: NDArray, x: ArrayLike, side: Side): ArrayOrScalar {
  if (edges.size < 2) return searchsortedArray(edges, x, { side });
  const [first, last] = [0, edges.size - 1].map((i) => elementAt(edges, i));
  const descends = greater(first, last) as ArrayLike;
  const [before, rest] = [part(edges, 0, -1), part(edges, 1)];
  const ascending = where(descends, flip(edges), edges) as NDArray;
  refuseWhere(
    ascending,
    where(descends, less(before, rest) as ArrayLike, greater(before, rest) as ArrayLike),
    NOT_MONOTONIC,
  );
  const found = searchsortedArray(ascending, x, { side });
  return where(descends, subtract(edges.size, found) as ArrayLike, found as ArrayLike) as ArrayOrScalar;
}

/** Whether edges ascend; equal ones do. @throws ValueError if they neither ascend nor descend. */
function isAscending(edges: NDArray): boolean {
  if (edges.size < 2) return true;
  const [rest, before] = [part(edges, 1), part(edges, 0, -1)];
  const first = scalarAt(edges, edges.offset);
  const [different] = truePositions(not_equal(rest, first) as NDArray);
  if (different.size === 0) return true;
  const next = scalarAt(rest, rest.offset + Number(scalarAt(different, different.offset)) * rest.strides[0]);
  const ascending = first < next;
  if (countTrue((ascending ? greater : less)(before, rest) as NDArray) > 0) {
    throw new ValueError('bins must be monotonically increasing or decreasing');
  }
  return ascending;
}
