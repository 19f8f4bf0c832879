/** Medians, percentiles and quantiles. The arithmetic follows numpy/lib/_function_base_impl.py step by step. */
import { bitsToHalf, halfToBits } from '../../array/half.ts';
import type { DType } from '../../array/dtype.ts';
import { float16, float32, float64, int64, resultType } from '../../array/dtype.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { cast, castInto, castWhere, copyOf } from '../../ops/cast.ts';
import { beside, isTraced } from '../../array/tracing.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import { narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { take_along_axis } from '../indexing/take.ts';
import { add, divide, isnan, multiply, subtract } from '../ufuncs.ts';
import { meanArray } from './moments.ts';
import type { Axis } from './reductions.ts';
import { QUANTILE_METHODS } from './quantile_methods.ts';
import type { QuantileMethod, Rounding } from './quantile_methods.ts';
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
  const sorted = sortedCopy(samples);
  const middle = Math.floor(n / 2);
  const part =
    n === 0 ? sorted : n % 2 === 1 ? narrow(sorted, 0, middle, 1) : narrow(sorted, 0, middle - 1, 2);
  const result = meanArray(part, { axis: 0 });
  return n > 0 ? withNaNs(result, sorted) : result;
}

/** A copy sorted along the first axis. */
function sortedCopy(samples: NDArray): NDArray {
  if (isTraced(samples)) return take_along_axis(samples, argsortAxis(samples, 0), 0);
  const copy = copyOf(samples, samples.dtype, 'C');
  sortInPlace(copy, 0);
  return copy;
}

/** Slices that hold NaN have one at their end when sorted, and give it. */
function withNaNs(result: NDArray, sorted: NDArray): NDArray {
  if (sorted.dtype.kind !== 'f' && sorted.dtype.kind !== 'c') return result;
  const last = rowAt(sorted, sorted.shape[0] - 1);
  const missing = asArray(isnan(last) as ArrayLike);
  castWhere(result, last, missing);
  return result;
}

function rowAt(a: NDArray, i: number): NDArray {
  return viewArray(a, a.shape.slice(1), a.strides.slice(1), a.offset + i * a.strides[0]);
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

/** The fractions wanted. A scalar is weak in promotion. */
export interface Fractions {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly isWeak: boolean;
  /** The precision that positions are computed in; an integer dtype names samples exactly. */
  readonly dtype: DType;
}

/** Checks and scales `q`, which counts in units of 1 / `per`. */
export function fractions(a: NDArray, q: ArrayLike, per: 1 | 100): Fractions {
  if (a.dtype.kind === 'c') throw new TypeError('a must be an array of real numbers');
  const isWeak = isScalar(q);
  const scaled =
    per === 1
      ? asArray(q, isWeak && Number.isInteger(q) ? int64 : null)
      : asArray(divide(q, 100) as ArrayLike);
  if (scaled.ndim > 2) throw new ValueError('q must be a scalar or 1d');
  const values = (reshapeArray(scaled, [scaled.size]).tolist() as number[]).map(Number);
  if (values.some((x) => !(x >= 0 && x <= 1))) {
    throw new ValueError(
      per === 100 ? 'Percentiles must be in the range [0, 100]' : 'Quantiles must be in the range [0, 1]',
    );
  }
  return { values, shape: scaled.shape, isWeak, dtype: scaled.dtype };
}

/** Quantiles with parsed arguments. */
export function quantileArray(a: NDArray, q: Fractions, options: QuantileOptions): ArrayOrScalar {
  const { axis, out, method = 'linear', keepdims = false, weights } = options;
  const { samples, kept, keptdims } = axesToFront(a, axis);
  checkMethod(method);
  if (weights !== undefined && weights !== null && method !== 'inverted_cdf') {
    throw new ValueError(`Only method 'inverted_cdf' supports weights. Got: ${method}.`);
  }
  const rows =
    weights === undefined || weights === null
      ? quantilesOfFirstAxis(samples, q, method)
      : weightedQuantiles(a, samples, q, asArray(weights), axis);
  return delivered(stackRows(rows, q.shape), [...q.shape, ...(keepdims ? keptdims : kept)], out);
}

/** @throws ValueError for a name that is no method's. */
export function checkMethod(method: string): void {
  if (Object.hasOwn(QUANTILE_METHODS, method)) return;
  throw new ValueError(
    `'${method}' is not a valid method. Use one of: ${Object.keys(QUANTILE_METHODS).join(', ')}`,
  );
}

function stackRows(rows: readonly NDArray[], shape: readonly number[]): NDArray {
  if (rows.length === 1 && shape.length === 0) return rows[0];
  const result = beside(rows, () => emptyArray([rows.length, ...rows[0].shape], rows[0].dtype));
  rows.forEach((row, i) => castInto(rowAt(result, i), row));
  return result;
}

/** One row of the result for each fraction, along the first axis. */
export function quantilesOfFirstAxis(samples: NDArray, q: Fractions, method: QuantileMethod): NDArray[] {
  const n = samples.shape[0];
  if (n === 0) throw new IndexError('index -1 is out of bounds for axis 0 with size 0');
  const sorted = sortedCopy(samples);
  const round = roundingOf(q.dtype);
  return q.values.map((fraction) => withNaNs(oneQuantile(sorted, fraction, q, method, round), sorted));
}

/** Numbers are rounded to the precision that NumPy computes positions in. */
function roundingOf(dtype: DType): Rounding {
  if (dtype === float32) return Math.fround;
  return dtype === float16 ? (x) => bitsToHalf(halfToBits(x)) : (x) => x;
}

function oneQuantile(
  sorted: NDArray,
  fraction: number,
  q: Fractions,
  method: QuantileMethod,
  round: Rounding,
): NDArray {
  const n = sorted.shape[0];
  const { position, weight } = QUANTILE_METHODS[method];
  const at = position(n, fraction, round);
  if (!weight || (method === 'linear' && q.dtype.kind === 'i')) return rowCopy(sorted, at);
  const [previous, next] = neighbours(at, n);
  const gamma = weight(round(at - previous), at);
  return lerp(rowAt(sorted, previous), rowAt(sorted, next), gamma, q);
}

function rowCopy(sorted: NDArray, i: number): NDArray {
  return copyOf(rowAt(sorted, i), sorted.dtype);
}

/** The sorted positions on both sides, both at an end beyond it. */
function neighbours(at: number, n: number): [number, number] {
  if (at >= n - 1) return [n - 1, n - 1];
  if (at < 0) return [0, 0];
  return [Math.floor(at), Math.floor(at) + 1];
}

/** a + (b - a) t, from b's side for t of a half and more. */
function lerp(a: NDArray, b: NDArray, t: number, q: Fractions): NDArray {
  const dtype = resultType([a.dtype, q.isWeak ? 'float' : q.dtype.kind === 'f' ? q.dtype : float64]);
  const difference = cast(asArray(subtract(b, a) as ArrayLike, a.dtype), dtype);
  const part = asArray(multiply(difference, asArray(t >= 0.5 ? 1 - t : t, dtype)) as ArrayLike, dtype);
  return asArray((t >= 0.5 ? subtract(b, part) : add(a, part)) as ArrayLike, dtype);
}
