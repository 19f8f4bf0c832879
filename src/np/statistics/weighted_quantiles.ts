/** Quantiles of weighted samples: where the running sum of weights first reaches the fraction ('inverted_cdf'). */
import { IndexError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, isRemote, narrowArray, there } from '../../ops/given.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { argsortAxis } from '../../ops/sort.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import { where } from '../indexing/choose.ts';
import { take_along_axis } from '../indexing/take.ts';
import { expand_dims, reshapeArray } from '../shape/reshape.ts';
import { divide, greater, isnan, less, less_equal, logical_or, minimum } from '../ufuncs.ts';
import { fittingWeights } from './average.ts';
import { cumsum } from './cumulative.ts';
import type { Fractions } from './fractions.ts';
import { canBeNaN } from './order.ts';
import type { Axis } from './reductions.ts';
import { all, any, sum } from './reductions.ts';
import { axesToFront } from './samples.ts';

const NEGATIVE: Refusal = {
  name: 'negative weights',
  error: () => new ValueError('Weights must be non-negative.'),
};

const NO_DISTRIBUTION: Refusal = {
  name: 'weights that make no distribution',
  error: () => new ValueError('Weights included NaN, inf or were all zero.'),
};

/**
 * One row of the result for each fraction, along the first axis of `samples`.
 *
 * @param ignoresNaN - whether samples that are NaN weigh nothing
 * @throws ValueError for weights that are negative, not finite or all zero.
 */
export function weightedQuantiles(
  a: NDArray,
  samples: NDArray,
  q: Fractions,
  weights: NDArray,
  axis: Axis | undefined,
  ignoresNaN: boolean,
): NDArray {
  if (samples.shape[0] === 0) throw new IndexError('index -1 is out of bounds for axis 0 with size 0');
  const portions = axesToFront(broadcastTo(fittingWeights(weights, a, axis), a.shape), axis).samples;
  const order = argsortAxis(samples, 0);
  const places = placesByWeight(samples, portions, order, q.values, ignoresNaN);
  return take_along_axis(take_along_axis(samples, order, 0), places, 0);
}

/** Where among the sorted samples the quantiles are: a first axis for the fractions. */
function placesByWeight(
  samples: NDArray,
  portions: NDArray,
  order: NDArray,
  fractions: NDArray,
  ignoresNaN: boolean,
): NDArray {
  if (isTraced([samples, portions, fractions]))
    return asConstant(placesByWeight, samples, portions, order, fractions, ignoresNaN);
  const missing = canBeNaN(samples) ? (isnan(samples) as NDArray) : null;
  const counted = missing && ignoresNaN ? where(missing, 0, portions) : portions;
  const sorted = take_along_axis(counted, order, 0);
  const isOn = isRemote(samples);
  const running = cumsum(sorted, { axis: 0, dtype: doubleOn(isOn) });
  const last = samples.shape[0] - 1;
  const whole = narrow(running, 0, last, 1);
  const wanted = isOn ? there(narrowArray(fractions)) : fractions;
  const distribution = cast(divide(running, whole) as NDArray, wanted.dtype);
  refuseWhere(distribution, less(portions, 0) as NDArray, NEGATIVE);
  const lost = isnan(narrow(distribution, 0, last, 1)) as NDArray;
  const isEmpty = missing && ignoresNaN && all(missing, { axis: 0, keepdims: true });
  refuseWhere(
    distribution,
    isEmpty ? (greater(lost, isEmpty as ArrayLike) as NDArray) : lost,
    NO_DISTRIBUTION,
  );
  const rows = reshapeArray(wanted, [wanted.size, ...new Array<number>(samples.ndim).fill(1)]);
  const steps = expand_dims(distribution, 0);
  const before = logical_or(less(steps, rows) as ArrayLike, less_equal(steps, 0) as ArrayLike);
  const found = minimum(sum(before as NDArray, { axis: 1 }) as ArrayLike, last) as NDArray;
  return missing && !ignoresNaN
    ? where(any(missing, { axis: 0 }) as ArrayLike, asArray(last, found.dtype), found)
    : found;
}
