/** The edges of a histogram's bins. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { isRemote, narrowArray } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import { any } from '../statistics/reductions.ts';
import { greater } from '../ufuncs.ts';
import { givenEdgesOn, refuseRule, uniformEdgesOn } from './device_bins.ts';
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
 * The edges of the bins that are asked for.
 *
 * @param fn - the function that is called
 * @throws ValueError for edges that do not increase, a number below 1, an unknown rule, or a range that is not finite; TypeError for
 *   a number that is no integer, or a rule with weights; RuntimeError for a rule and data on a device.
 */
export function binEdges(
  a: NDArray,
  bins: Bins,
  range: Range | null,
  isWeighted: boolean,
  fn: string,
): { edges: NDArray; uniform?: Uniform } {
  if (typeof bins === 'string') {
    if (!isEstimator(bins)) throw new ValueError(`'${String(bins)}' is not a valid estimator for \`bins\``);
    if (isWeighted) {
      throw new TypeError('Automated estimation of the number of bins is not supported for weighted data');
    }
    if (isRemote(a)) refuseRule(a, fn, bins);
    const [first, last] = limitsOf(a, range);
    return uniformEdges(a, first, last, estimatedBins(bins, range ? within(a, first, last) : a, first, last));
  }
  const given = isRemote(a) ? narrowArray(bins as ArrayLike) : asArray(bins as ArrayLike);
  if (given.ndim === 0) {
    const count = integerOf(given, '`bins` must be an integer, a string, or an array');
    if (count < 1) throw new ValueError('`bins` must be positive, when an integer');
    if (isRemote(a)) return { edges: uniformEdgesOn(a, range, count) };
    const [first, last] = limitsOf(a, range);
    return uniformEdges(a, first, last, count);
  }
  if (given.ndim !== 1) throw new ValueError('`bins` must be 1d, when an array');
  const falls = '`bins` must increase monotonically, when an array';
  if (isRemote(a)) return { edges: givenEdgesOn(given, falls) };
  requireIncreasing(given, falls);
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
