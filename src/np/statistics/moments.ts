/** Means and variances. The order of operations is NumPy's (numpy/_core/_methods.py), so the bits are too. */
import type { DType, DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType, float16, float32, float64, floatPart, int64, promote } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxes } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, isRemote } from '../../ops/given.ts';
import { add as addRow } from '../../ops/ufuncs/arithmetic.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { maskOf } from '../ufunc/call.ts';
import { quickTotal, reduceArray, reduceToArray } from '../ufunc/reduce.ts';
import { add, divide, maximum, multiply, sqrt, subtract } from '../ufuncs.ts';
import type { Axis, SumOptions } from './reductions.ts';

export type MeanOptions = Pick<SumOptions, 'axis' | 'dtype' | 'out' | 'keepdims' | 'where'>;
export type MeanArgs = Args<MeanOptions, ['axis', 'dtype', 'out', 'keepdims']>;

/** Integers and bools are averaged as float64; bools of a device without that, which are counted, as float32. */
function averagingDType(a: NDArray, dtype: DTypeLike | null | undefined): DType | undefined {
  if (dtype) return toDType(dtype);
  if (a.dtype.kind === 'f' || a.dtype.kind === 'c') return undefined;
  return a.dtype.kind === 'b' ? doubleOn(isRemote(a)) : float64;
}

/** How many elements each result is made of: one number, or an array where a mask decides. */
export function countOf(
  a: NDArray,
  axis: Axis | undefined,
  keepdims: boolean,
  where: ArrayLike | undefined,
): number | NDArray {
  if (where === undefined || where === true) {
    return normalizeAxes(axis, a.ndim).reduce((n, i) => n * a.shape[i], 1);
  }
  const mask = broadcastTo(maskOf(where), a.shape);
  return reduceToArray(addRow, mask, { axis, keepdims, dtype: countingDType(a) });
}

/** What elements are counted in that a sum is to be divided by: devices without int64 have no common float for int32. */
export const countingDType = ({ storage }: NDArray): DType => (storage.remote === null ? int64 : float32);

/** `a / count` into `a` itself, in its own dtype. */
function divideInPlace(a: NDArray, count: number | NDArray): NDArray {
  if (typeof count !== 'number') return divide(a, count, { out: a, casting: 'unsafe' }) as NDArray;
  // A device without float64 divides in the array's own dtype.
  if (a.dtype === float64 || a.storage.remote !== null) return divide(a, count, a) as NDArray;
  const divisor = asArray(count, Number.isInteger(count) ? int64 : float64);
  return divide(a, divisor, { out: a, casting: 'unsafe' }) as NDArray;
}

function unwrap(a: NDArray, out: NDArray | null | undefined): ArrayOrScalar {
  return (out ? a : arrayOrScalar(a)) as ArrayOrScalar;
}

/**
 * The mean of all elements or along axes; of no elements NaN.
 *
 * @param dtype - the dtype to sum in; float64 for integers, float32 for float16.
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.mean([[1, 2], [3, 4]], { axis: 0 }); // [2. 3.]
 */
export function mean(a: ArrayLike, ...args: MeanArgs): ArrayOrScalar {
  const options = bind<MeanOptions>('mean', args, MEAN_POSITIONAL, MEAN_KEYWORDS);
  const x = asArray(a);
  return (quickMean(x, options) ?? unwrap(meanArray(x, options), options.out)) as ArrayOrScalar;
}

const MEAN_POSITIONAL = ['axis', 'dtype', 'out', 'keepdims'] as const;
const MEAN_KEYWORDS = ['where'] as const;

/** Numbers of these dtypes are rounded to them as JavaScript numbers: a quotient or root of such is the same then as computed there. */
const ROUNDING: ReadonlyMap<DType, (x: number) => number> = /* @__PURE__ */ new Map<
  DType,
  (x: number) => number
>([
  [float64, (x) => x],
  [float32, Math.fround],
]);

/** The mean of all elements where it is a scalar of a usual float dtype; else `undefined`. */
function quickMean(a: NDArray, options: MeanOptions): number | undefined {
  const dtype = averagingDType(a, options.dtype) ?? a.dtype;
  const round = ROUNDING.get(dtype);
  if (!round) return undefined;
  const total = quickTotal(addRow, a, dtype === a.dtype ? options : { ...options, dtype });
  return total === undefined ? undefined : round((total as number) / a.size);
}

/** `mean` with parsed options, as an array. */
export function meanArray(a: NDArray, options: MeanOptions): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(MEAN, [a, options]) as NDArray;
  const count = countOf(a, options.axis, options.keepdims ?? false, options.where);
  const isHalf = a.dtype === float16 && !options.dtype;
  const dtype = isHalf ? float32 : averagingDType(a, options.dtype);
  const total = divideInPlace(reduceToArray(addRow, a, { ...options, dtype }), count);
  return isHalf && !options.out ? cast(total, float16) : total;
}

/** The mean as a primitive. */
export const MEAN = /* @__PURE__ */ primitive('mean', meanArray);

export interface VarOptions extends MeanOptions {
  /** The divisor is the number of elements minus this. */
  ddof?: number;
  /** The array-API name of `ddof`. */
  correction?: number;
  /** The mean along the same axes, with `keepdims`, if it is known. */
  mean?: ArrayLike;
}

export type VarArgs = Args<VarOptions, ['axis', 'dtype', 'out', 'ddof', 'keepdims']>;

const VAR = ['axis', 'dtype', 'out', 'ddof', 'keepdims'] as const;
const VAR_KEYWORDS = ['where', 'mean', 'correction'] as const;

/**
 * The variance of all elements or along axes.
 *
 * @throws AxisError; ValueError if both `ddof` and `correction` are given.
 * @example
 * np.var([1, 2, 3, 4]); // 1.25
 */
export function var_(a: ArrayLike, ...args: VarArgs): ArrayOrScalar {
  const options = bind<VarOptions>('var', args, VAR, VAR_KEYWORDS);
  const x = asArray(a);
  return (quickVariance(x, options) ?? unwrap(varArray(x, options), options.out)) as ArrayOrScalar;
}

/**
 * The standard deviation of all elements or along axes.
 *
 * @throws AxisError; ValueError if both `ddof` and `correction` are given.
 * @example
 * np.std([1, 2, 3, 4], { ddof: 1 }); // 1.2909944487358056
 */
export function std(a: ArrayLike, ...args: VarArgs): ArrayOrScalar {
  const options = bind<VarOptions>('std', args, VAR, VAR_KEYWORDS);
  if (options.out && 'biu'.includes(options.out.dtype.kind)) {
    throw new TypeError(
      `Cannot cast ufunc 'sqrt' output from dtype('float64') to dtype('${options.out.dtype.name}') with casting rule 'same_kind'`,
    );
  }
  const x = asArray(a);
  const variance = quickVariance(x, options);
  if (variance !== undefined) {
    return (x.dtype === float32 ? Math.fround(Math.sqrt(variance)) : Math.sqrt(variance)) as ArrayOrScalar;
  }
  return unwrap(stdArray(x, options), options.out);
}

/** The standard deviation with parsed options, as an array. */
function stdArray(a: NDArray, options: VarOptions): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(STD, [a, options]) as NDArray;
  const variance = varArray(a, options);
  return sqrt(variance, { out: variance }) as NDArray;
}

/** The standard deviation as a primitive. */
export const STD = /* @__PURE__ */ primitive('std', stdArray);

/** The variance of all elements where it is a scalar of a usual float dtype, the array's own or float64; else `undefined`. */
function quickVariance(a: NDArray, options: VarOptions): number | undefined {
  const dtype = averagingDType(a, options.dtype) ?? a.dtype;
  const round = ROUNDING.get(dtype);
  const isOwn = dtype === a.dtype || (dtype === float64 && 'biu'.includes(a.dtype.kind));
  if (!round || !isOwn || options.mean || a.ndim === 0) return undefined;
  const mean = quickMean(a, options);
  if (mean === undefined) return undefined;
  const deviation = subtract(cast(a, dtype), mean) as NDArray;
  const total = reduceArray(addRow, squareInPlace(deviation), {}) as number;
  deviation.storage.dispose();
  return round(total / Math.max(a.size - freedomLost(options), 0));
}

/** The variance with parsed options, as an array. */
export function varArray(a: NDArray, options: VarOptions): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(VAR_OF, [a, options]) as NDArray;
  const { axis, out, keepdims = false, where } = options;
  const dtype = averagingDType(a, options.dtype);
  const deviation = deviationFrom(a, options.mean ? asArray(options.mean) : centre(a, dtype, axis, where));
  const squares = deviation.dtype.kind === 'c' ? squaredModulus(deviation) : squareInPlace(deviation);
  const total = reduceToArray(addRow, squares, { axis, dtype, out, keepdims, where });
  return divideInPlace(total, degreesOfFreedom(countOf(a, axis, keepdims, where), freedomLost(options)));
}

/** The variance as a primitive. */
export const VAR_OF = /* @__PURE__ */ primitive('var', varArray);

/** How many degrees of freedom are lost. */
export function freedomLost({ ddof, correction }: VarOptions): number {
  if (ddof && correction !== undefined) {
    throw new ValueError("ddof and correction can't be provided simultaneously.");
  }
  return correction ?? ddof ?? 0;
}

function centre(
  a: NDArray,
  dtype: DType | undefined,
  axis: Axis | undefined,
  where: ArrayLike | undefined,
): NDArray {
  const total = reduceToArray(addRow, a, { axis, dtype, keepdims: true, where });
  return divideInPlace(total, countOf(a, axis, true, where));
}

/** `a - mean` as an array of its own, even if it is 0-d. */
function deviationFrom(a: NDArray, mean: NDArray): NDArray {
  return asArray(subtract(a, mean) as ArrayLike, promote(a.dtype, mean.dtype));
}

function squareInPlace(x: NDArray): NDArray {
  return multiply(x, x, { out: x }) as NDArray;
}

/** re^2 + im^2, over the memory of `z`. */
function squaredModulus(z: NDArray): NDArray {
  const part = floatPart(z.dtype);
  const pairs = viewArray(z, [...z.shape, 2], [...z.strides, part.itemsize], z.offset, part);
  multiply(pairs, pairs, { out: pairs });
  const re = viewArray(z, z.shape, z.strides, z.offset, part);
  const im = viewArray(z, z.shape, z.strides, z.offset + part.itemsize, part);
  return add(re, im, { out: re }) as NDArray;
}

export function degreesOfFreedom(count: number | NDArray, lost: number): number | NDArray {
  if (typeof count === 'number') return Math.max(count - lost, 0);
  return maximum(subtract(count, lost), 0) as NDArray;
}
