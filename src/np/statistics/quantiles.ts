/** Medians, percentiles and quantiles. The arithmetic follows numpy/lib/_function_base_impl.py step by step. */
import { IndexError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { isRemote, narrowArray } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import { narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { reshapeArray } from '../shape/reshape.ts';
import type { Fractions } from './fractions.ts';
import { fractions } from './fractions.ts';
import { meanArray } from './moments.ts';
import { lerp, selectedCopy, sortedCopy, withNaNs } from './order.ts';
import { placesOf } from './places.ts';
import { QUANTILE_METHODS } from './quantile_methods.ts';
import type { QuantileMethod } from './quantile_methods.ts';
import type { Axis } from './reductions.ts';
import { axesToFront } from './samples.ts';
import { weightedQuantiles } from './weighted_quantiles.ts';

export type { QuantileMethod };

export interface MedianOptions {
  axis?: Axis;
  out?: NDArray | null;
  /** Allowed to use the input's memory; it never is. */
  overwrite_input?: boolean;
  keepdims?: boolean;
}

export type MedianArgs = Args<MedianOptions, ['axis', 'out', 'overwrite_input', 'keepdims']>;

export interface QuantileOptions extends MedianOptions {
  method?: QuantileMethod;
  /** Weights of the elements, with 'inverted_cdf' only. */
  weights?: ArrayLike | null;
}

export type QuantileArgs = Args<QuantileOptions, ['axis', 'out', 'overwrite_input', 'method', 'keepdims']>;

export const QUANTILE_POSITIONAL = ['axis', 'out', 'overwrite_input', 'method', 'keepdims'] as const;
export const MEDIAN_POSITIONAL = ['axis', 'out', 'overwrite_input', 'keepdims'] as const;

/** Sets `out`, or gives the result in the shape asked for; 0-d results as scalars. */
export function delivered(
  result: NDArray,
  shape: readonly number[],
  out: NDArray | null | undefined,
): ArrayOrScalar {
  const shaped = reshapeArray(result, shape);
  if (out) {
    if (out.shape.join() !== shape.join())
      throw new ValueError(
        `output array has shape (${out.shape.join(',')}), the result (${shape.join(',')})`,
      );
    castInto(out, shaped);
    return out as ArrayOrScalar;
  }
  return arrayOrScalar(shaped);
}

/**
 * The median of all elements or along axes; NaN where one takes part.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.median([3, 1, 2, 10]); // 2.5
 */
export function median(a: ArrayLike, ...args: MedianArgs): ArrayOrScalar {
  const { axis, out, keepdims = false } = bind<MedianOptions>('median', args, MEDIAN_POSITIONAL);
  const { samples, kept, keptdims } = axesToFront(asArray(a), axis);
  return delivered(medianOfFirstAxis(samples), keepdims ? keptdims : kept, out);
}

/** The median along the first axis. */
export function medianOfFirstAxis(samples: NDArray): NDArray {
  const n = samples.shape[0];
  if (n === 0) return meanArray(samples, { axis: 0 });
  const places = n % 2 === 1 ? [(n - 1) / 2] : [n / 2 - 1, n / 2];
  const selected = selectedCopy(samples, places);
  const middle = narrow(selected, 0, places[0], places.length);
  return withNaNs(meanArray(middle, { axis: 0 }), samples, selected);
}

/**
 * The q-th percentiles of all elements or along axes.
 *
 * @param q - percentages from 0 to 100; an array's axes come first in the result.
 * @throws ValueError for `q` out of range, an unknown method, or weights with another method than 'inverted_cdf'; AxisError.
 * @example
 * np.percentile([1, 2, 3, 4], 50); // 2.5
 */
export function percentile(a: ArrayLike, q: ArrayLike, ...args: QuantileArgs): ArrayOrScalar {
  const options = bind<QuantileOptions>('percentile', args, QUANTILE_POSITIONAL, ['weights']);
  return quantileArray(asArray(a), fractions(asArray(a), q, 100), options);
}

/**
 * The q-th quantiles of all elements or along axes.
 *
 * @param q - fractions from 0 to 1; an array's axes come first in the result.
 * @throws ValueError for `q` out of range, an unknown method, or weights with another method than 'inverted_cdf'; AxisError.
 * @example
 * np.quantile([1, 2, 3, 4], [0.25, 0.5]); // [1.75 2.5 ]
 */
export function quantile(a: ArrayLike, q: ArrayLike, ...args: QuantileArgs): ArrayOrScalar {
  const options = bind<QuantileOptions>('quantile', args, QUANTILE_POSITIONAL, ['weights']);
  return quantileArray(asArray(a), fractions(asArray(a), q, 1), options);
}

/**
 * Quantiles with parsed arguments.
 *
 * @param ignoresNaN - whether samples that are NaN weigh nothing, where there are weights
 */
export function quantileArray(
  a: NDArray,
  q: Fractions,
  options: QuantileOptions,
  ignoresNaN = false,
): ArrayOrScalar {
  const { axis, out, method = 'linear', keepdims = false } = options;
  const weights = options.weights ?? null;
  const { samples, kept, keptdims } = axesToFront(a, axis);
  checkMethod(method);
  if (weights !== null && method !== 'inverted_cdf') {
    throw new ValueError(`Only method 'inverted_cdf' supports weights. Got: ${method}.`);
  }
  const weigh = (given: NDArray): NDArray => weightedQuantiles(a, samples, q, given, axis, ignoresNaN);
  const rows =
    weights === null
      ? quantilesOfFirstAxis(samples, q, method)
      : weigh(isRemote(a) ? narrowArray(weights) : asArray(weights));
  return delivered(rows, [...q.shape, ...(keepdims ? keptdims : kept)], out);
}

/** @throws ValueError for a name that is no method's. */
export function checkMethod(method: string): void {
  if (Object.hasOwn(QUANTILE_METHODS, method)) return;
  throw new ValueError(
    `'${method}' is not a valid method. Use one of: ${Object.keys(QUANTILE_METHODS).join(', ')}`,
  );
}

/** A row of the result for each fraction, along the first axis. */
function quantilesOfFirstAxis(samples: NDArray, q: Fractions, method: QuantileMethod): NDArray {
  const n = samples.shape[0];
  if (n === 0) throw new IndexError('index -1 is out of bounds for axis 0 with size 0');
  const [lower, upper, share] = placesOf(n, q.values, q.exact, method);
  const places = upper ? [lower, upper] : [lower];
  const sorted = isRemote(lower)
    ? sortedCopy(samples)
    : selectedCopy(samples, places.map((x) => x.tolist() as number[]).flat());
  const [below, above] = places.map((x) => getIndex(sorted, [x]) as NDArray);
  if (!share) return withNaNs(below, samples, sorted);
  const shares = reshapeArray(share, [share.size, ...new Array<number>(samples.ndim - 1).fill(1)]);
  return withNaNs(lerp(below, above, shares, q), samples, sorted);
}
