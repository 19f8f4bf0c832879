/** Bins of one width. */
import { truth } from '../../array/ndarray.ts';
import type { DType } from '../../array/dtype.ts';
import { complex128, float64, int64, promote, resultType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { cast } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { zeros } from '../creation/filled.ts';
import { linspace } from '../creation/ranges.ts';
import { all, any } from '../statistics/reductions.ts';
import {
  add,
  divide,
  greater_equal,
  less,
  logical_and,
  minimum,
  multiply,
  not_equal,
  subtract,
} from '../ufuncs.ts';
import { countAt } from './bincount.ts';
import type { Limit } from './limits.ts';
import { extent, insideMask, kindOf } from './limits.ts';
import { part } from './part.ts';

/** How the bins divide a range. */
export interface Uniform {
  readonly first: Limit;
  readonly last: Limit;
  readonly count: number;
}

/**
 * The edges of `count` bins between limits.
 *
 * @throws ValueError if neighbouring edges round to one number.
 */
export function uniformEdges(
  a: NDArray,
  first: Limit,
  last: Limit,
  count: number,
): { edges: NDArray; uniform: Uniform } {
  const common = resultType([kindOf(first), kindOf(last), a.dtype]);
  const dtype = common.kind === 'f' || common.kind === 'c' ? common : promote(common, float64);
  const edges = linspace(first, last, count + 1, { dtype });
  if (truth(any(greater_equal(part(edges, 0, -1), part(edges, 1))))) {
    throw tooManyBins(count);
  }
  return { edges, uniform: { first, last, count } };
}

/** The error for edges of which neighbours are the same number. */
export const tooManyBins = (count: number): ValueError =>
  new ValueError(`Too many bins for data range. Cannot create ${count} finite-sized bins.`);

/** Elements taken at a time, as in NumPy: sums of weights are added up in this order. */
export const BLOCK = 65536;

/** What falls into each bin: the bin is computed, and corrected where rounding has missed an edge. */
export function countUniform(
  data: NDArray,
  weights: NDArray | null,
  edges: NDArray,
  uniform: Uniform,
): NDArray {
  const { first, last, count } = uniform;
  const counts = zeros(count, weights ? weights.dtype : int64);
  const width = extent(first, last);
  for (let i = 0; i < data.size; i += BLOCK) {
    const block = part(data, i, i + BLOCK);
    const inside = insideMask(block, first, last);
    const chosen = (x: NDArray): NDArray => (truth(all(inside)) ? x : (getIndex(x, [inside]) as NDArray));
    const values = cast(chosen(block), edges.dtype);
    const scaled = multiply(divide(subtract(values, first), width), count) as NDArray;
    const bins = corrected(minimum(cast(scaled, int64), count - 1) as NDArray, values, edges, count);
    const addends = weights && accumulable(chosen(part(weights, i, i + BLOCK)));
    add(counts, cast(countAt(bins, count, addends), counts.dtype), { out: counts });
  }
  return counts;
}

function corrected(bins: NDArray, values: NDArray, edges: NDArray, count: number): NDArray {
  const below = less(values, getIndex(edges, [bins]) as NDArray);
  const lowered = subtract(bins, below) as NDArray;
  const above = greater_equal(values, getIndex(edges, [add(lowered, 1) as NDArray]) as NDArray);
  return add(lowered, logical_and(above, not_equal(lowered, count - 1))) as NDArray;
}

/** Weights are summed in double precision. */
function accumulable(weights: NDArray): NDArray {
  const dtype: DType = weights.dtype.kind === 'c' ? complex128 : float64;
  return cast(weights, dtype);
}
