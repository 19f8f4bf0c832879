/** Medians, percentiles and quantiles that pass over NaN: sorted last, so that counting the others says where to look. */
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { bind } from '../args.ts';
import { full } from '../creation/filled.ts';
import { where } from '../indexing/choose.ts';
import { take_along_axis } from '../indexing/take.ts';
import { concatenate } from '../shape/join.ts';
import { equal, floor_divide, isnan, logical_not, subtract } from '../ufuncs.ts';
import type { Fractions } from './fractions.ts';
import { fractions } from './fractions.ts';
import { meanArray } from './moments.ts';
import { canBeNaN, lerp, sortedCopy } from './order.ts';
import { placesAmong } from './places.ts';
import type { MedianArgs, MedianOptions, QuantileArgs, QuantileOptions } from './quantiles.ts';
import {
  MEDIAN_POSITIONAL,
  QUANTILE_POSITIONAL,
  checkMethod,
  delivered,
  medianOfFirstAxis,
  quantileArray,
} from './quantiles.ts';
import { sum } from './reductions.ts';
import { axesToFront } from './samples.ts';

/** Samples sorted along the first axis, and how many of each line are not NaN, with a first axis of length 1. */
function countedInOrder(samples: NDArray): { sorted: NDArray; counts: NDArray } {
  const known = logical_not(isnan(samples) as ArrayLike) as NDArray;
  return {
    sorted: sortedCopy(samples),
    counts: sum(known, { axis: 0, keepdims: true }) as unknown as NDArray,
  };
}

/** The median of a line with as many samples that are not NaN as counted; NaN where there is none. */
function nanMedianOfFirstAxis(samples: NDArray): NDArray {
  const { sorted, counts } = countedInOrder(samples);
  const [lower, upper] = [subtract(counts, 1), counts].map((x) => floor_divide(x as ArrayLike, 2) as NDArray);
  const middle = [lower, upper].map((places) => take_along_axis(sorted, places, 0));
  const mean = meanArray(concatenate(middle, 0), { axis: 0, keepdims: true });
  const known = where(equal(lower, upper) as ArrayLike, middle[0], mean);
  return where(equal(counts, 0) as ArrayLike, NaN, known);
}

/**
 * The median of the elements that are not NaN; NaN where there is none.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.nanmedian([3, NaN, 1]); // 2
 */
export function nanmedian(a: ArrayLike, ...args: MedianArgs): ArrayOrScalar {
  const { axis, out, keepdims = false } = bind<MedianOptions>('nanmedian', args, MEDIAN_POSITIONAL);
  const { samples, kept, keptdims } = axesToFront(asArray(a), axis);
  const passesOver = canBeNaN(samples) && samples.size > 0;
  const result = passesOver ? nanMedianOfFirstAxis(samples) : medianOfFirstAxis(samples);
  return delivered(result, keepdims ? keptdims : kept, out);
}

/**
 * The q-th percentiles of the elements that are not NaN; NaN where there is none.
 *
 * @throws ValueError for `q` out of range or an unknown method; AxisError.
 * @example
 * np.nanpercentile([1, NaN, 3], 50); // 2
 */
export function nanpercentile(a: ArrayLike, q: ArrayLike, ...args: QuantileArgs): ArrayOrScalar {
  const options = bind<QuantileOptions>('nanpercentile', args, QUANTILE_POSITIONAL, ['weights']);
  return nanQuantileArray(asArray(a), fractions(asArray(a), q, 100), options);
}

/**
 * The q-th quantiles of the elements that are not NaN; NaN where there is none.
 *
 * @throws ValueError for `q` out of range or an unknown method; AxisError.
 * @example
 * np.nanquantile([1, NaN, 3], 0.5); // 2
 */
export function nanquantile(a: ArrayLike, q: ArrayLike, ...args: QuantileArgs): ArrayOrScalar {
  const options = bind<QuantileOptions>('nanquantile', args, QUANTILE_POSITIONAL, ['weights']);
  return nanQuantileArray(asArray(a), fractions(asArray(a), q, 1), options);
}

function nanQuantileArray(a: NDArray, q: Fractions, options: QuantileOptions): ArrayOrScalar {
  if (!canBeNaN(a) || options.weights) return quantileArray(a, q, options, true);
  const { axis, out, method = 'linear', keepdims = false } = options;
  checkMethod(method);
  const { samples, kept, keptdims } = axesToFront(a, axis);
  const shape = [...q.shape, ...(keepdims ? keptdims : kept)];
  if (samples.shape[0] === 0) {
    const nothing = beside(samples, () => full(shape, NaN, { dtype: a.dtype }));
    return delivered(nothing, shape, out);
  }
  const { sorted, counts } = countedInOrder(samples);
  const [lower, upper, share] = placesAmong(counts, samples.shape[0], q, method);
  const below = take_along_axis(sorted, lower, 0);
  const result = share ? lerp(below, take_along_axis(sorted, upper!, 0), share, q) : below;
  return delivered(result, shape, out);
}
