/** Sums, products, extrema and truth of all elements or along axes: ufunc reductions under their own names. */
import type { DTypeLike } from '../../array/dtype.ts';
import { bool_ } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { spare } from '../../array/tracing.ts';
import { cast } from '../../ops/cast.ts';
import { add, maximum, minimum, multiply } from '../../ops/ufuncs/arithmetic.ts';
import { logical_and, logical_or } from '../../ops/ufuncs/comparison.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { subtract } from '../ufuncs.ts';
import { reduceArray, reduceToArray } from '../ufunc/reduce.ts';

/** The axes to reduce: one, several, or `null` for all. */
export type Axis = number | readonly number[] | null;

export interface SumOptions {
  axis?: Axis;
  /** The dtype to compute in; small integers are summed in 64 bits. */
  dtype?: DTypeLike | null;
  out?: NDArray | null;
  /** Keep reduced axes with length 1. */
  keepdims?: boolean;
  /** The value to start from. */
  initial?: Scalar | null;
  /** Which elements take part. */
  where?: ArrayLike;
}

export type SumArgs = Args<SumOptions, ['axis', 'dtype', 'out', 'keepdims', 'initial', 'where']>;

const SUM = ['axis', 'dtype', 'out', 'keepdims', 'initial', 'where'] as const;

/**
 * The sum of all elements or along axes, in NumPy's pairwise order.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.sum([[1, 2], [3, 4]], 0); // [4. 6.]
 */
export function sum(a: ArrayLike, ...args: SumArgs): ArrayOrScalar {
  return reduceArray(add, asArray(a), bind<SumOptions>('sum', args, SUM));
}

/**
 * The product of all elements or along axes.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.prod([2, 3, 4]); // 24
 */
export function prod(a: ArrayLike, ...args: SumArgs): ArrayOrScalar {
  return reduceArray(multiply, asArray(a), bind<SumOptions>('prod', args, SUM));
}

export type ExtremumOptions = Omit<SumOptions, 'dtype'>;
export type ExtremumArgs = Args<ExtremumOptions, ['axis', 'out', 'keepdims', 'initial', 'where']>;

const EXTREMUM = ['axis', 'out', 'keepdims', 'initial', 'where'] as const;

/**
 * The largest element of all or along axes; NaN where one takes part.
 *
 * @throws ValueError for no elements without `initial`; AxisError.
 * @example
 * np.max([[1, 5], [3, 4]], 1); // [5. 4.]
 */
export function max(a: ArrayLike, ...args: ExtremumArgs): ArrayOrScalar {
  return reduceArray(maximum, asArray(a), bind<ExtremumOptions>('max', args, EXTREMUM));
}

/**
 * The smallest element of all or along axes; NaN where one takes part.
 *
 * @throws ValueError for no elements without `initial`; AxisError.
 * @example
 * np.min([[1, 5], [3, 4]], 1); // [1. 3.]
 */
export function min(a: ArrayLike, ...args: ExtremumArgs): ArrayOrScalar {
  return reduceArray(minimum, asArray(a), bind<ExtremumOptions>('min', args, EXTREMUM));
}

/** `max` under its older name. */
export const amax: typeof max = max;
/** `min` under its older name. */
export const amin: typeof min = min;

type PtpOptions = Pick<SumOptions, 'axis' | 'out' | 'keepdims'>;

/**
 * The range of values, largest minus smallest, of all elements or along axes.
 *
 * @throws ValueError for no elements; AxisError.
 * @example
 * np.ptp([3, 9, 4]); // 6
 */
export function ptp(a: ArrayLike, ...args: Args<PtpOptions, ['axis', 'out', 'keepdims']>): ArrayOrScalar {
  const { axis, out = null, keepdims } = bind<PtpOptions>('ptp', args, ['axis', 'out', 'keepdims']);
  const x = asArray(a);
  const high = reduceToArray(maximum, x, { axis, keepdims, out });
  const low = reduceToArray(minimum, x, { axis, keepdims });
  const range = subtract(high, low, { out: out ?? spare(high) }) as NDArray;
  return (out ? range : arrayOrScalar(range)) as ArrayOrScalar;
}

type TruthOptions = Pick<SumOptions, 'axis' | 'out' | 'keepdims' | 'where'>;
type TruthArgs = Args<TruthOptions, ['axis', 'out', 'keepdims']>;

/** A truth value, or an array of them. */
export type ArrayOrBoolean = NDArray & boolean;

/**
 * Whether all elements are true, of all or along axes.
 *
 * @throws AxisError.
 * @example
 * np.all([[true, false], [true, true]], 1); // [False  True]
 */
export function all(a: ArrayLike, ...args: TruthArgs): ArrayOrBoolean {
  const options = bind<TruthOptions>('all', args, ['axis', 'out', 'keepdims'], ['where']);
  return reduceArray(logical_and, asArray(a), options) as unknown as ArrayOrBoolean;
}

/**
 * Whether some element is true, of all or along axes.
 *
 * @throws AxisError.
 * @example
 * np.any(np.isnan([1, NaN])); // true
 */
export function any(a: ArrayLike, ...args: TruthArgs): ArrayOrBoolean {
  const options = bind<TruthOptions>('any', args, ['axis', 'out', 'keepdims'], ['where']);
  return reduceArray(logical_or, asArray(a), options) as unknown as ArrayOrBoolean;
}

type CountOptions = Pick<SumOptions, 'axis' | 'keepdims'>;

/**
 * The number of elements that are not zero (or are true), of all or along axes.
 *
 * @throws AxisError.
 * @example
 * np.count_nonzero([0, 1, 7]); // 2
 */
export function count_nonzero(a: ArrayLike, ...args: Args<CountOptions, ['axis']>): ArrayOrScalar {
  const options = bind<CountOptions>('count_nonzero', args, ['axis'], ['keepdims']);
  const x = asArray(a);
  return reduceArray(add, cast(x, bool_), options);
}
