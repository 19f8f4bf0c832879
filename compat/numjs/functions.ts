/** numjs's functions. Where a method does the same, they call it. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import * as arithmetic from './arithmetic.ts';
import { transform } from './convolve.ts';
import type { DTypeLike } from './dtypes.ts';
import { coreDType, dtypeName } from './dtypes.ts';
import { errors } from './errors.ts';
import type { ArrayLike, StdOptions } from './ndarray.ts';
import { NdArray, array, filled } from './ndarray.ts';
import { Selection } from './selection.ts';
import type { AxisArg } from './views.ts';

type ShapeLike = number | readonly number[];

const wrap = (x: NDArray, dtype: DTypeLike = 'array'): NdArray =>
  new NdArray(new Selection(x, dtypeName(dtype)));

/** `view` of an array, in its dtype. */
const viewed = (x: ArrayLike, view: (x: NDArray) => NDArray): NdArray => {
  const a = array(x);
  return wrap(view(a.np), a.dtype);
};

/**
 * Numbers from `start` to before `stop`.
 *
 * @param args - `stop`; `start, stop`; or `start, stop, step`; and then a dtype
 * @throws ValueError for a step of 0.
 * @example
 * nj.arange(3, 7, 2).tolist(); // [3, 5]
 * nj.arange(3, 'uint8').dtype; // 'uint8'
 */
export function arange(
  ...args: [number, DTypeLike?] | [number, number, DTypeLike?] | [number, number, number, DTypeLike?]
): NdArray {
  const numbers = args.filter((arg) => typeof arg === 'number');
  const dtype = dtypeName(args.find((arg) => arg !== undefined && typeof arg !== 'number'));
  const [start, stop, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  if (step === 0) throw new errors.ValueError('the step of arange must not be 0');
  return array(wrap(np.arange(start, stop, step, 'float64') as NDArray), dtype);
}

/** An array of zeros. */
export const zeros = (shape: ShapeLike, dtype?: DTypeLike): NdArray => filled(0, shape, dtype);

/** An array of ones. */
export const ones = (shape: ShapeLike, dtype?: DTypeLike): NdArray => filled(1, shape, dtype);

/** An array whose elements are not set: NaN in the default dtype, 0 in others. */
export const empty = (shape: ShapeLike, dtype?: DTypeLike): NdArray =>
  filled(dtypeName(dtype) === 'array' ? NaN : 0, shape, dtype);

/** Uniformly distributed numbers from 0 to 1, float64; without a shape, one of them. */
export function random(...shape: number[] | [readonly number[]]): NdArray {
  if (shape.length === 0) return array(Math.random());
  const lengths = shape.flat().map(Math.trunc);
  const size = lengths.reduce((product, n) => product * n, 1);
  const numbers = new Float64Array(size);
  for (let i = 0; i < size; i++) numbers[i] = Math.random();
  return wrap(np.reshape(np.asarray(numbers), lengths), 'float64');
}

/** The square matrix with ones on its diagonal. */
export const identity = (n: number, dtype?: DTypeLike): NdArray =>
  wrap(np.identity(n, coreDType(dtypeName(dtype))) as NDArray, dtypeName(dtype));

/** The diagonal of an array, a view; of a vector the matrix with that diagonal. */
export const diag = (x: ArrayLike): NdArray => array(x).diag();

/** A copy in one dimension. */
export const flatten = (x: ArrayLike): NdArray => array(x).flatten();

/** The elements in another shape. */
export const reshape = (x: ArrayLike, shape: ShapeLike): NdArray => array(x).reshape([shape].flat());

/** A view with the axes in the order given, in reverse order without one. */
export const transpose = (x: ArrayLike, axes?: readonly AxisArg[]): NdArray => array(x).transpose(axes);

/**
 * A view with one axis reversed.
 *
 * @throws AxisError (a ValueError) for an axis that there is not.
 */
export const flip = (m: ArrayLike, axis: number): NdArray => viewed(m, (x) => np.flip(x, axis) as NDArray);

/**
 * A view turned by k times 90 degrees, from the first axis to the second.
 *
 * @throws ValueError for axes that are not two different ones.
 */
export function rot90(m: ArrayLike, k = 1, axes: ArrayLike = [0, 1]): NdArray {
  const plane = array(axes).tolist() as [number, number];
  return viewed(m, (x) => np.rot90(x, k, plane));
}

/**
 * Arrays joined along their last axis, in the default dtype.
 *
 * @param arrays - one list of them, or each as an argument
 * @throws ValueError for shapes that do not fit.
 * @example
 * nj.concatenate([0, 1], [2]).tolist(); // [0, 1, 2]
 */
export function concatenate(...arrays: ArrayLike[]): NdArray {
  return wrap(np.concatenate(inDouble(oneList(arrays)), { axis: -1 }));
}

/** The arguments, or the list that is the only one. */
const oneList = (args: readonly ArrayLike[]): readonly ArrayLike[] =>
  args.length === 1 && Array.isArray(args[0]) ? args[0] : args;

const inDouble = (arrays: readonly ArrayLike[]): NDArray[] => arrays.map((x) => array(x, 'float64').np);

/**
 * Arrays of one shape along a new axis, in the default dtype. Numbers make a vector.
 *
 * @param axis - where the new axis is; 0 by default
 * @throws ValueError for no arrays or different shapes.
 */
export function stack(arrays: readonly ArrayLike[], axis = 0): NdArray {
  if (arrays.length === 0) throw new errors.ValueError('need at least one array to stack');
  if (arrays.every((x) => typeof x === 'number')) return concatenate(arrays);
  return wrap(np.moveaxis(np.stack(inDouble(arrays)), 0, axis));
}

/** The shape that two shapes broadcast to; undefined if they do not, or one has no axes. */
export function broadcast(shape1: readonly number[], shape2: readonly number[]): number[] | undefined {
  if (shape1.length === 0 || shape2.length === 0) return undefined;
  try {
    return [...np.broadcast_shapes(shape1 as number[], shape2 as number[])];
  } catch {
    return undefined;
  }
}

export const add = (a: ArrayLike, b: ArrayLike): NdArray => array(a).add(b);
export const subtract = (a: ArrayLike, b: ArrayLike): NdArray => array(a).subtract(b);
export const multiply = (a: ArrayLike, b: ArrayLike): NdArray => array(a).multiply(b);
export const divide = (a: ArrayLike, b: ArrayLike): NdArray => array(a).divide(b);
export const power = (a: ArrayLike, b: ArrayLike): NdArray => array(a).pow(b);
/** JavaScript's `%`. */
export const mod = (a: ArrayLike, b: ArrayLike): NdArray => array(a).mod(b);
export const remainder = mod;
export const dot = (a: ArrayLike, b: ArrayLike): NdArray => array(a).dot(b);
export const equal = (a: ArrayLike, b: ArrayLike): boolean => array(a).equal(b);
export const convolve = (a: ArrayLike, b: ArrayLike): NdArray => array(a).convolve(b);
export const fftconvolve = (a: ArrayLike, b: ArrayLike): NdArray => array(a).fftconvolve(b);

export const exp = (x: ArrayLike): NdArray => array(x).exp();
export const log = (x: ArrayLike): NdArray => array(x).log();
export const sqrt = (x: ArrayLike): NdArray => array(x).sqrt();
export const negative = (x: ArrayLike): NdArray => array(x).negative();
export const abs = (x: ArrayLike): NdArray => array(x).map(np.absolute);
export const sin = (x: ArrayLike): NdArray => array(x).map(np.sin);
export const cos = (x: ArrayLike): NdArray => array(x).map(np.cos);
export const tan = (x: ArrayLike): NdArray => array(x).map(np.tan);
export const arcsin = (x: ArrayLike): NdArray => array(x).map(np.arcsin);
export const arccos = (x: ArrayLike): NdArray => array(x).map(np.arccos);
export const arctan = (x: ArrayLike): NdArray => array(x).map(np.arctan);
export const tanh = (x: ArrayLike): NdArray => array(x).map(np.tanh);
/** To whole numbers; halves go up. */
export const round = (x: ArrayLike): NdArray => array(x).round();
/** 1 / (1 + exp(-t x)). */
export const sigmoid = (x: ArrayLike, t = 1): NdArray => array(x).map(arithmetic.sigmoid(t));
/** exp(x) over the sum of all. */
export const softmax = (x: ArrayLike): NdArray => array(x).map(arithmetic.softmax);
/** The larger of x and alpha x. */
export const leakyRelu = (x: ArrayLike, alpha = 1e-3): NdArray => array(x).map(arithmetic.leakyRelu(alpha));
/** Elements below `min` become it, those above `max` become that. */
export const clip = (x: ArrayLike, min = 0, max = 1): NdArray => array(x).map(arithmetic.clip(min, max));

export const sum = (x: ArrayLike): number => array(x).sum();
export const mean = (x: ArrayLike): number => array(x).mean();
export const std = (x: ArrayLike, options?: StdOptions): number => array(x).std(options);
/** The smallest element; `null` if there is none. */
export const min = (x: ArrayLike): number | null => array(x).min();
/** The largest element; `null` if there is none. */
export const max = (x: ArrayLike): number | null => array(x).max();

const transformed = (x: ArrayLike, inverse: boolean): NdArray => {
  const a = array(x);
  return wrap(transform(a.np, inverse, a.dtype), a.dtype);
};

/**
 * The Fourier transform over all axes but the last, which holds real and imaginary parts, with exp(+i t): it is the conjugate of
 * NumPy's for real numbers.
 *
 * @throws ValueError if the last axis has not two elements.
 * @example
 * nj.fft([[1, 0], [0, 0]]).tolist(); // [[1, 0], [1, 0]]
 */
export const fft = (x: ArrayLike): NdArray => transformed(x, false);

/** The inverse of `fft`. */
export const ifft = (x: ArrayLike): NdArray => transformed(x, true);

/** `x` in a dtype. */
const cast =
  (dtype: DTypeLike) =>
  (x: ArrayLike): NdArray =>
    array(x, dtype);

export const int8 = /* @__PURE__ */ cast('int8');
export const uint8 = /* @__PURE__ */ cast('uint8');
export const int16 = /* @__PURE__ */ cast('int16');
export const uint16 = /* @__PURE__ */ cast('uint16');
export const int32 = /* @__PURE__ */ cast('int32');
export const uint32 = /* @__PURE__ */ cast('uint32');
export const float32 = /* @__PURE__ */ cast('float32');
export const float64 = /* @__PURE__ */ cast('float64');
