/** The edges of a histogram's bins. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { getIndex } from '../../ops/index/get.ts';
import { any } from '../statistics/reductions.ts';
import { greater } from '../ufuncs.ts';
import type { BinEstimator } from './estimators.ts';
import { estimatedBins, isEstimator } from './estimators.ts';
import type { Limit, Range } from './limits.ts';
import { insideMask, limitsOf } from './limits.ts';
import { part } from './part.ts';
import type { Uniform } from './uniform.ts';
import { uniformEdges } from './uniform.ts';

/** A number of bins, their edges, or the name of a rule that finds a number. */
export type Bins = number | ArrayLike | BinEstimator;
/**
 * @throws ValueError for edges that do not increase, a number below 1, an unknown rule, or a range that is not finite; TypeError for
 *   a number that is no integer, or a rule with weights.
 */
export function binEdges(
  a: NDArray,
  bins: Bins,
  range: Range | null,
  isWeighted: boolean,
): { edges: NDArray; uniform?: Uniform } {
  if (typeof bins === 'string') {
    if (!isEstimator(bins)) throw new ValueError(`'${String(bins)}' is not a valid estimator for \`bins\``);
    if (isWeighted) {
      throw new TypeError('Automated estimation of the number of bins is not supported for weighted data');
    }
    const [first, last] = limitsOf(a, range);
    return uniformEdges(a, first, last, estimatedBins(bins, range ? within(a, first, last) : a, first, last));
  }
  const given = asArray(bins as ArrayLike);
  if (given.ndim === 0) {
    const count = integerOf(given, '`bins` must be an integer, a string, or an array');
    if (count < 1) throw new ValueError('`bins` must be positive, when an integer');
    const [first, last] = limitsOf(a, range);
    return uniformEdges(a, first, last, count);
  }
  if (given.ndim !== 1) throw new ValueError('`bins` must be 1d, when an array');
  requireIncreasing(given, '`bins` must increase monotonically, when an array');
  return { edges: given };
}

/** The integer that a 0-d array holds. */
export function integerOf(x: NDArray, message: string): number {
  const value = scalarAt(x, x.offset);
  if (x.dtype.kind === 'c' || !Number.isInteger(Number(value))) throw new TypeError(message);
  return Number(value);
}

/** @throws ValueError if an edge is greater than the next. */
export function requireIncreasing(edges: NDArray, message: string): void {
  if (edges.size > 0 && truth(any(greater(part(edges, 0, -1), part(edges, 1)))))
    throw new ValueError(message);
}

function within(a: NDArray, first: Limit, last: Limit): NDArray {
  return getIndex(a, [insideMask(a, first, last)]) as NDArray;
}
