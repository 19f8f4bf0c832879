/** Statistics that pass over NaN. */
import type { DType } from '../../array/dtype.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { asConstant, isTraced, spare } from '../../array/tracing.ts';
import { cast, copyOf } from '../../ops/cast.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { add as addRow, fmax, fmin, multiply as multiplyRow } from '../../ops/ufuncs/arithmetic.ts';
import { logical_and as logicalAnd, logical_or as logicalOr } from '../../ops/ufuncs/comparison.ts';
import { setIndex } from '../../ops/index/set.ts';
import { bind } from '../args.ts';
import { reduceArray, reduceToArray } from '../ufunc/reduce.ts';
import { real } from '../complex.ts';
import { conjugate, divide, isnan, less_equal, logical_not, multiply, sqrt, subtract } from '../ufuncs.ts';
import type { ArgArgs, ArgOptions } from './arg.ts';
import { ARG_KEYWORDS, ARG_POSITIONAL, argExtremum } from './arg.ts';
import type { CumulativeArgs } from './cumulative.ts';
import { cumprod, cumsum } from './cumulative.ts';
import type { MeanArgs, MeanOptions, VarArgs, VarOptions } from './moments.ts';
import { countingDType, meanArray, varArray } from './moments.ts';
import { canBeNaN } from './order.ts';
import type { ExtremumArgs, ExtremumOptions, SumArgs, SumOptions } from './reductions.ts';

/** Where `a` is NaN. */
function missingIn(a: NDArray): NDArray {
  return asArray(isnan(a) as ArrayLike);
}

/** A copy of `a` with `value` in place of NaN. */
function filled(a: NDArray, value: number, missing: NDArray = missingIn(a)): NDArray {
  const result = copyOf(a, a.dtype);
  setIndex(result, [missing], value);
  return result;
}

const SUM = ['axis', 'dtype', 'out', 'keepdims', 'initial', 'where'] as const;

/**
 * The sum, NaN counting as zero.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.nansum([1, NaN, 2]); // 3
 */
export function nansum(a: ArrayLike, ...args: SumArgs): ArrayOrScalar {
  const x = asArray(a);
  return reduceArray(addRow, canBeNaN(x) ? filled(x, 0) : x, bind<SumOptions>('nansum', args, SUM));
}

/**
 * The product, NaN counting as one.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.nanprod([2, NaN, 3]); // 6
 */
export function nanprod(a: ArrayLike, ...args: SumArgs): ArrayOrScalar {
  const x = asArray(a);
  return reduceArray(multiplyRow, canBeNaN(x) ? filled(x, 1) : x, bind<SumOptions>('nanprod', args, SUM));
}

const EXTREMUM = ['axis', 'out', 'keepdims', 'initial', 'where'] as const;

/**
 * The largest element that is not NaN; NaN where there is none.
 *
 * @throws ValueError for no elements without `initial`; AxisError.
 * @example
 * np.nanmax([1, NaN, 2]); // 2
 */
export function nanmax(a: ArrayLike, ...args: ExtremumArgs): ArrayOrScalar {
  return reduceArray(fmax, asArray(a), bind<ExtremumOptions>('nanmax', args, EXTREMUM));
}

/**
 * The smallest element that is not NaN; NaN where there is none.
 *
 * @throws ValueError for no elements without `initial`; AxisError.
 * @example
 * np.nanmin([1, NaN, 2]); // 1
 */
export function nanmin(a: ArrayLike, ...args: ExtremumArgs): ArrayOrScalar {
  return reduceArray(fmin, asArray(a), bind<ExtremumOptions>('nanmin', args, EXTREMUM));
}

const ALL_NAN: Refusal = {
  name: 'slice of NaN only',
  error: () => new ValueError('All-NaN slice encountered'),
};

function nanArgExtremum(kind: 'argmax' | 'argmin', a: ArrayLike, args: readonly unknown[]): ArrayOrScalar {
  const options = bind<ArgOptions>(`nan${kind}`, args, ARG_POSITIONAL, ARG_KEYWORDS);
  const x = asArray(a);
  if (!canBeNaN(x)) return argExtremum(kind, x, options);
  const missing = missingIn(x);
  const { axis } = options;
  const empty = reduceArray(logicalAnd, missing, { axis: axis ?? null });
  const known = filled(x, kind === 'argmax' ? -Infinity : Infinity, missing);
  if (x.size > 0) refuseWhere(known, asArray(empty as ArrayLike), ALL_NAN);
  return argExtremum(kind, known, options);
}

/**
 * The position of the largest element that is not NaN.
 *
 * @throws ValueError where all elements are NaN; AxisError.
 * @example
 * np.nanargmax([1, NaN, 2]); // 2
 */
export function nanargmax(a: ArrayLike, ...args: ArgArgs): ArrayOrScalar {
  if (isTraced(a)) return asConstant(nanargmax, a, ...args);
  return nanArgExtremum('argmax', a, args);
}

/**
 * The position of the smallest element that is not NaN.
 *
 * @throws ValueError where all elements are NaN; AxisError.
 * @example
 * np.nanargmin([1, NaN, 2]); // 0
 */
export function nanargmin(a: ArrayLike, ...args: ArgArgs): ArrayOrScalar {
  if (isTraced(a)) return asConstant(nanargmin, a, ...args);
  return nanArgExtremum('argmin', a, args);
}

/**
 * The running sum, NaN counting as zero.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.nancumsum([1, NaN, 2]); // [1. 1. 3.]
 */
export function nancumsum(a: ArrayLike, ...args: CumulativeArgs): NDArray {
  const x = asArray(a);
  return cumsum(canBeNaN(x) ? filled(x, 0) : x, ...args);
}

/**
 * The running product, NaN counting as one.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.nancumprod([1, NaN, 2]); // [1. 1. 2.]
 */
export function nancumprod(a: ArrayLike, ...args: CumulativeArgs): NDArray {
  const x = asArray(a);
  return cumprod(canBeNaN(x) ? filled(x, 1) : x, ...args);
}

function scalarUnless(result: NDArray, out: NDArray | null | undefined): ArrayOrScalar {
  return (out ? result : arrayOrScalar(result)) as ArrayOrScalar;
}

/** Float results need a float to put NaN in. */
function requireFloat(options: { dtype?: unknown; out?: NDArray | null }): DType | undefined {
  const dtype = options.dtype ? toDType(options.dtype as DType) : undefined;
  if (dtype && dtype.kind !== 'f' && dtype.kind !== 'c') {
    throw new TypeError('If a is inexact, then dtype must be inexact');
  }
  if (options.out && options.out.dtype.kind !== 'f' && options.out.dtype.kind !== 'c') {
    throw new TypeError('If a is inexact, then out must be inexact');
  }
  return dtype;
}

/**
 * The mean of the elements that are not NaN; NaN where there is none.
 *
 * @throws AxisError; TypeError for an integer `dtype` or `out`.
 * @example
 * np.nanmean([1, NaN, 3]); // 2
 */
export function nanmean(a: ArrayLike, ...args: MeanArgs): ArrayOrScalar {
  const options = bind<MeanOptions>('nanmean', args, ['axis', 'dtype', 'out', 'keepdims'], ['where']);
  const x = asArray(a);
  if (!canBeNaN(x)) return scalarUnless(meanArray(x, options), options.out);
  const dtype = requireFloat(options);
  const missing = missingIn(x);
  const total = reduceToArray(addRow, filled(x, 0, missing), { ...options, dtype });
  return scalarUnless(divideBy(total, countOf(missing, options)), options.out);
}

/** How many elements are not NaN. */
function countOf(missing: NDArray, { axis, keepdims, where }: MeanOptions): NDArray {
  return reduceToArray(addRow, asArray(logical_not(missing) as ArrayLike), {
    axis,
    keepdims,
    where,
    dtype: countingDType(missing),
  });
}

function divideBy(a: NDArray, count: NDArray): NDArray {
  return cast(divide(a, count, { out: spare(a), casting: 'unsafe' }) as NDArray, a.dtype);
}

/** The variance with parsed options, in the order of operations of numpy/lib/_nanfunctions_impl.py. */
function nanVarArray(x: NDArray, options: VarOptions): NDArray {
  const { axis, out, keepdims = false, where, ddof, correction } = options;
  const dtype = requireFloat(options);
  const missing = missingIn(x);
  const known = filled(x, 0, missing);
  const counted = countOf(missing, { axis, keepdims: true, where });
  const centre = options.mean
    ? asArray(options.mean)
    : divideBy(reduceToArray(addRow, known, { axis, dtype, keepdims: true, where }), counted);
  // In the array's own dtype, whatever is asked for, as NumPy has it.
  const values = cast(
    subtract(known, centre, { out: spare(known), casting: 'unsafe' }) as NDArray,
    known.dtype,
  );
  setIndex(values, [missing], 0);
  const squares =
    values.dtype.kind === 'c'
      ? squaredModulus(values)
      : (multiply(values, values, { out: spare(values) }) as NDArray);
  const total = reduceToArray(addRow, squares, { axis, dtype, out, keepdims, where });
  const freedom = asArray(
    subtract(keepdims ? counted : countOf(missing, { axis, where }), correction ?? ddof ?? 0) as ArrayLike,
  );
  const variance = divideBy(total, freedom);
  const lost = asArray(less_equal(freedom, 0) as ArrayLike);
  // Values on a device can't be looked at.
  if (variance.storage.remote !== null || truth(reduceArray(logicalOr, lost, {})))
    setIndex(variance, [lost], NaN);
  return variance;
}

function squaredModulus(z: NDArray): NDArray {
  return asArray(real(multiply(z, conjugate(z)) as ArrayLike) as ArrayLike);
}

/**
 * The variance of the elements that are not NaN; NaN where there are too few.
 *
 * @throws AxisError; TypeError for an integer `dtype` or `out`.
 * @example
 * np.nanvar([1, NaN, 3]); // 1
 */
export function nanvar(a: ArrayLike, ...args: VarArgs): ArrayOrScalar {
  const { options, result } = nanVariance('nanvar', a, args);
  return scalarUnless(result, options.out);
}

function nanVariance(
  name: string,
  a: ArrayLike,
  args: readonly unknown[],
): { options: Partial<VarOptions>; result: NDArray } {
  const options = bind<VarOptions>(
    name,
    args,
    ['axis', 'dtype', 'out', 'ddof', 'keepdims'],
    ['where', 'mean', 'correction'],
  );
  if (options.ddof && options.correction !== undefined) {
    throw new ValueError("ddof and correction can't be provided simultaneously.");
  }
  const x = asArray(a);
  return { options, result: canBeNaN(x) ? nanVarArray(x, options) : varArray(x, options) };
}

/**
 * The standard deviation of the elements that are not NaN; NaN where there are too few.
 *
 * @throws AxisError; TypeError for an integer `dtype` or `out`.
 * @example
 * np.nanstd([1, NaN, 3]); // 1
 */
export function nanstd(a: ArrayLike, ...args: VarArgs): ArrayOrScalar {
  const { options, result } = nanVariance('nanstd', a, args);
  return scalarUnless(sqrt(result, { out: spare(result), casting: 'unsafe' }) as NDArray, options.out);
}
