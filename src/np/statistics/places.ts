/** Where quantiles lie among sorted samples. */
import type { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import { cast } from '../../ops/cast.ts';
import { holdsRemote, isRemote, narrowArray, there } from '../../ops/given.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { arange } from '../creation/ranges.ts';
import { take } from '../indexing/take.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { add, floor, maximum, minimum, subtract } from '../ufuncs.ts';
import type { Fractions } from './fractions.ts';
import { QUANTILE_METHODS } from './quantile_methods.ts';
import type { Count, QuantileMethod } from './quantile_methods.ts';

/** The samples on both sides of each quantile, and how much of the second counts; only one where quantiles are samples. */
export type Places = readonly [lower: NDArray] | readonly [lower: NDArray, upper: NDArray, share: NDArray];

/**
 * The places of quantiles among `n` samples; an `n` of 0 gives -1 or 0.
 *
 * @param n - one number, or an array that broadcasts with the fractions
 * @param values - fractions
 * @param exact - whether they are integers
 */
export function placesOf(n: Count, values: NDArray, exact: boolean, method: QuantileMethod): Places {
  if (isTraced([n, values])) return asConstant(placesOf, n, values, exact, method);
  const find = (): Places => placesWhereTheyAre(n, values, exact, method);
  return holdsRemote([n, values]) ? find() : placedOn(null, find);
}

function placesWhereTheyAre(n: Count, values: NDArray, exact: boolean, method: QuantileMethod): Places {
  const { position, weight } = QUANTILE_METHODS[method];
  const at = position(n, values);
  const last = typeof n === 'number' ? n - 1 : (subtract(n, 1) as NDArray);
  const bounded = (x: NDArray): NDArray => minimum(maximum(x, 0), last) as NDArray;
  const before = cast(floor(at) as NDArray, indexDType(at));
  const lower = bounded(before);
  if (!weight || (exact && method === 'linear')) return [lower];
  const share = weight(subtract(at, cast(lower, at.dtype)) as NDArray, at);
  return [lower, bounded(add(before, 1) as NDArray), share];
}

/**
 * The places of quantiles of lines that differ in how many samples count.
 *
 * @param counts - integers from 0 to `most`, with a first axis of length 1
 * @returns arrays with a first axis for the fractions in its place
 */
export function placesAmong(
  counts: NDArray,
  most: number,
  { values, exact }: Fractions,
  method: QuantileMethod,
): Places {
  if (isTraced([counts, values])) return asConstant(placesAmongArrays, counts, most, values, exact, method);
  return placesAmongArrays(counts, most, values, exact, method);
}

function placesAmongArrays(
  counts: NDArray,
  most: number,
  values: NDArray,
  exact: boolean,
  method: QuantileMethod,
): Places {
  const rows = (behind: number): NDArray =>
    reshapeArray(values, [values.size, ...new Array<number>(behind).fill(1)]);
  if (!isRemote(counts) || isRemote(values)) return placesOf(counts, rows(counts.ndim - 1), exact, method);
  // Fractions of the processor have a precision that the device lacks: there the places of all counts are looked up.
  const table = placedOn(null, () =>
    placesOf(arange(most + 1), rows(1), exact, method).map((x) => narrowArray(x)),
  );
  const lines = reshapeArray(counts, counts.shape.slice(1));
  return table.map((x) => take(there(x), lines, 1) as NDArray) as unknown as Places;
}
