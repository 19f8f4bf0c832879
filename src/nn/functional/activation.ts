/** Activation functions. Each is one kernel, and so is each derivative (ops/ufuncs/activations.ts). */
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { tanh as tanhOf } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Generator } from '../../ops/generator.ts';
import { defaultGenerator } from '../../ops/generator.ts';
import { uniform } from '../../ops/random.ts';
import * as rows from '../../ops/ufuncs/activations.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { narrow } from '../../ops/views.ts';
import { dimOf } from './arguments.ts';
import { floatArray, listed } from './images.ts';

/** A function of each element. */
export type Activation = (input: ArrayLike) => ArrayOrScalar;

const apply = (row: UFuncRow, ...operands: unknown[]): ArrayOrScalar =>
  callUFunc(row, operands) as ArrayOrScalar;

const of =
  (row: UFuncRow): Activation =>
  (input) =>
    apply(row, floatArray(row.name, input));

/**
 * max(x, 0).
 *
 * @param input - of any real dtype
 * @example
 * np.nn.functional.relu(np.array([-1, 2])); // array([0., 2.])
 */
export const relu: Activation = (input) => apply(rows.relu, asArray(input));

/**
 * x limited to 0 to 6.
 *
 * @example
 * np.nn.functional.relu6(np.array([-1, 2, 9])); // array([0., 2., 6.])
 */
export const relu6: Activation = (input) => apply(rows.hardtanh, floatArray('relu6', input), 0, 6);

/**
 * scale * (max(x, 0) + min(0, alpha * (exp x - 1))), with constants that keep mean 0 and variance 1 (Klambauer et al. 2017).
 *
 * @example
 * np.nn.functional.selu(np.array([1])); // array([1.05070099])
 */
export const selu: Activation = /* @__PURE__ */ of(rows.selu);

/**
 * x / (1 + exp(-x)), also called swish.
 *
 * @example
 * np.nn.functional.silu(np.array([0, 1])); // array([0.        , 0.73105858])
 */
export const silu: Activation = /* @__PURE__ */ of(rows.silu);

/**
 * x tanh(softplus x) (Misra 2019).
 *
 * @example
 * np.nn.functional.mish(np.array([0, 1])); // array([0.        , 0.86509839])
 */
export const mish: Activation = /* @__PURE__ */ of(rows.mish);

/**
 * x / (1 + |x|).
 *
 * @example
 * np.nn.functional.softsign(np.array([-1, 3])); // array([-0.5 ,  0.75])
 */
export const softsign: Activation = /* @__PURE__ */ of(rows.softsign);

/**
 * 1 / (1 + exp(-x)).
 *
 * @example
 * np.nn.functional.sigmoid(np.array([0, 2])); // array([0.5       , 0.88079708])
 */
export const sigmoid: Activation = (input) => apply(rows.sigmoid, asArray(input));

/**
 * The hyperbolic tangent, as `np.tanh`.
 *
 * @example
 * np.nn.functional.tanh(np.array([0])); // array([0.])
 */
export const tanh: Activation = (input) => tanhOf(asArray(input)) as ArrayOrScalar;

/**
 * log(sigmoid x), without overflow.
 *
 * @example
 * np.nn.functional.logSigmoid(np.array([-1000])); // array([-1000.])
 */
export const logSigmoid: Activation = /* @__PURE__ */ of(rows.logSigmoid);

/**
 * x - tanh x.
 *
 * @example
 * np.nn.functional.tanhshrink(np.array([0])); // array([0.])
 */
export const tanhshrink: Activation = /* @__PURE__ */ of(rows.tanhshrink);

/**
 * A line from 0 at -3 to 1 at 3.
 *
 * @example
 * np.nn.functional.hardsigmoid(np.array([-4, 0, 4])); // array([0. , 0.5, 1. ])
 */
export const hardsigmoid: Activation = /* @__PURE__ */ of(rows.hardsigmoid);

/**
 * x hardsigmoid x (Howard et al. 2019).
 *
 * @example
 * np.nn.functional.hardswish(np.array([-4, 0, 4])); // array([0., 0., 4.])
 */
export const hardswish: Activation = /* @__PURE__ */ of(rows.hardswish);

/**
 * x, or alpha * (exp x - 1) below zero.
 *
 * @example
 * np.nn.functional.elu(np.array([-1, 1])); // array([-0.63212056,  1.        ])
 */
export function elu(input: ArrayLike, ...args: Args<{ alpha?: number }, ['alpha']>): ArrayOrScalar {
  const { alpha = 1 } = bind<{ alpha: number }>('elu', args, ['alpha']);
  return apply(rows.elu, floatArray('elu', input), alpha);
}

/**
 * x, or alpha * (exp(x / alpha) - 1) below zero: differentiable at zero for every alpha (Barron 2017).
 *
 * @throws ValueError for alpha 0.
 * @example
 * np.nn.functional.celu(np.array([-1, 1]), 2); // array([-0.78693868,  1.        ])
 */
export function celu(input: ArrayLike, ...args: Args<{ alpha?: number }, ['alpha']>): ArrayOrScalar {
  const { alpha = 1 } = bind<{ alpha: number }>('celu', args, ['alpha']);
  if (alpha === 0) throw new ValueError('alpha cannot be 0 for CELU');
  return apply(rows.celu, floatArray('celu', input), alpha);
}

/**
 * x, or negativeSlope * x below zero.
 *
 * @example
 * np.nn.functional.leakyRelu(np.array([-1, 1]), 0.1); // array([-0.1,  1. ])
 */
export function leakyRelu(
  input: ArrayLike,
  ...args: Args<{ negativeSlope?: number }, ['negativeSlope']>
): ArrayOrScalar {
  const { negativeSlope = 0.01 } = bind<{ negativeSlope: number }>('leakyRelu', args, ['negativeSlope']);
  return apply(rows.leakyRelu, floatArray('leakyRelu', input), negativeSlope);
}

/**
 * x, or weight * x below zero, with a learned weight.
 *
 * @param weight - one number, or one for each channel (axis 1)
 * @throws ValueError if there are not as many as channels.
 * @example
 * np.nn.functional.prelu(np.array([-2, 1]), np.array([0.5])); // array([-1.,  1.])
 */
export function prelu(input: ArrayLike, weight: ArrayLike): ArrayOrScalar {
  const x = floatArray('prelu', input);
  const w = floatArray('prelu', weight, 'weight');
  if (w.size === 1) return apply(rows.prelu, x, reshape(w, []));
  const channels = x.ndim > 1 ? x.shape[1] : 1;
  if (w.ndim !== 1 || w.size !== channels) {
    throw new ValueError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${w.size} and channel size = ${channels}`,
    );
  }
  return apply(rows.prelu, x, reshape(w, [channels, ...new Array<number>(x.ndim - 2).fill(1)]));
}

export interface RReluOptions {
  lower?: number;
  upper?: number;
  /** Whether slopes are drawn; otherwise it is their mean. */
  training?: boolean;
  generator?: Generator;
}

/**
 * x, or below zero x times a slope drawn from `lower` (1/8) to `upper` (1/3), for each element anew.
 *
 * @throws ValueError if lower is above upper.
 * @example
 * np.nn.functional.rrelu(np.array([-1, 1]), 0.1, 0.3); // array([-0.2,  1. ])
 */
export function rrelu(
  input: ArrayLike,
  ...args: Args<RReluOptions, ['lower', 'upper', 'training']>
): ArrayOrScalar {
  const options = bind<RReluOptions>('rrelu', args, ['lower', 'upper', 'training'], ['generator']);
  const { lower = 1 / 8, upper = 1 / 3, training = false, generator = defaultGenerator() } = options;
  if (!(lower <= upper))
    throw new ValueError(
      `Lower bound should be less than or equal to the upper bound, got ${lower} and ${upper}`,
    );
  const x = floatArray('rrelu', input);
  if (!training) return apply(rows.leakyRelu, x, (lower + upper) / 2);
  return apply(rows.prelu, x, uniform(generator, x.shape, x.dtype, lower, upper));
}

/**
 * x times the share of a normal distribution that is below it (Hendrycks and Gimpel 2016).
 *
 * @param args - `approximate`: 'none' (with the error function) or 'tanh'
 * @throws ValueError for another approximation.
 * @example
 * np.nn.functional.gelu(np.array([-1, 1])); // array([-0.15865525,  0.84134475])
 */
export function gelu(
  input: ArrayLike,
  ...args: Args<{ approximate?: 'none' | 'tanh' }, ['approximate']>
): ArrayOrScalar {
  const { approximate = 'none' } = bind<{ approximate: string }>('gelu', args, ['approximate']);
  if (approximate !== 'none' && approximate !== 'tanh')
    throw new ValueError(`approximate argument must be either none or tanh, got ${String(approximate)}`);
  return apply(approximate === 'none' ? rows.gelu : rows.geluTanh, floatArray('gelu', input));
}

/**
 * x limited to minVal (-1) to maxVal (1).
 *
 * @example
 * np.nn.functional.hardtanh(np.array([-3, 0.5, 3])); // array([-1. ,  0.5,  1. ])
 */
export function hardtanh(
  input: ArrayLike,
  ...args: Args<{ minVal?: number; maxVal?: number }, ['minVal', 'maxVal']>
): ArrayOrScalar {
  const { minVal = -1, maxVal = 1 } = bind<{ minVal: number; maxVal: number }>('hardtanh', args, [
    'minVal',
    'maxVal',
  ]);
  return apply(rows.hardtanh, floatArray('hardtanh', input), minVal, maxVal);
}

/**
 * log(1 + exp(beta x)) / beta; x itself where beta x is above the threshold.
 *
 * @example
 * np.nn.functional.softplus(np.array([0, 100])); // array([  0.69314718, 100.        ])
 */
export function softplus(
  input: ArrayLike,
  ...args: Args<{ beta?: number; threshold?: number }, ['beta', 'threshold']>
): ArrayOrScalar {
  const options = bind<{ beta: number; threshold: number }>('softplus', args, ['beta', 'threshold']);
  const { beta = 1, threshold: limit = 20 } = options;
  return apply(rows.softplus, floatArray('softplus', input), beta, limit);
}

function shrink(row: UFuncRow, input: ArrayLike, args: readonly unknown[]): ArrayOrScalar {
  const { lambd = 0.5 } = bind<{ lambd: number }>(row.name, args, ['lambd']);
  if (row === rows.softshrink && lambd < 0)
    throw new ValueError(`lambda must be greater or equal to 0, but found to be ${lambd}.`);
  return apply(row, floatArray(row.name, input), lambd);
}

/**
 * Zero within lambd (0.5) of zero, else x.
 *
 * @example
 * np.nn.functional.hardshrink(np.array([0.4, 0.6])); // array([0. , 0.6])
 */
export function hardshrink(input: ArrayLike, ...args: Args<{ lambd?: number }, ['lambd']>): ArrayOrScalar {
  return shrink(rows.hardshrink, input, args);
}

/**
 * x moved towards zero by lambd (0.5).
 *
 * @throws ValueError if lambd is negative.
 * @example
 * np.nn.functional.softshrink(np.array([0.4, 2])); // array([0. , 1.5])
 */
export function softshrink(input: ArrayLike, ...args: Args<{ lambd?: number }, ['lambd']>): ArrayOrScalar {
  return shrink(rows.softshrink, input, args);
}

/**
 * x where it is above a threshold, else a value.
 *
 * @example
 * np.nn.functional.threshold(np.array([1, 3]), 2, -1); // array([-1.,  3.])
 */
export function threshold(input: ArrayLike, limit: number, value: number): ArrayOrScalar {
  return apply(rows.threshold, asArray(input), limit, value);
}

/**
 * The first half of an axis times the sigmoid of the second (Dauphin et al. 2016).
 *
 * @param args - `dim`: the axis, -1 by default
 * @throws ValueError if the axis has an odd length; IndexError if there is no such axis.
 * @example
 * np.nn.functional.glu(np.array([2, 4, 0, 0])); // array([1., 2.])
 */
export function glu(input: ArrayLike, ...args: Args<{ dim?: number }, ['dim']>): ArrayOrScalar {
  const { dim = -1 } = bind<{ dim: number }>('glu', args, ['dim']);
  const x: NDArray = floatArray('glu', input);
  if (x.ndim === 0) throw new ValueError('glu does not support scalars because halving size must be even');
  const axis = dimOf('glu', dim, x.ndim);
  const length = x.shape[axis];
  if (length % 2 !== 0) {
    throw new ValueError(
      `Halving dimension must be even, but dimension ${axis} is size ${length} (input of size ${listed(x.shape)})`,
    );
  }
  const half = length / 2;
  return apply(rows.glu, narrow(x, axis, 0, half), narrow(x, axis, half, half));
}
