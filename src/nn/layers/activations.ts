/** Activations: functions of each element, and softmax. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import { constant_ } from '../init.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { emptyParameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { bind } from '../../np/args.ts';
import type { Args } from '../../np/args.ts';
import type { Needed } from './layer.ts';
import { layersOf, needed } from './layer.ts';

const map = /* @__PURE__ */ layersOf<[input: ArrayLike]>();

const NONE = [] as const;

/** max(0, x). */
export const ReLU = /* @__PURE__ */ map('ReLU', F.relu, NONE, {});
/** min(max(0, x), 6). */
export const ReLU6 = /* @__PURE__ */ map('ReLU6', F.relu6, NONE, {});
/** `ELU` with the scale that keeps mean and variance from layer to layer. */
export const SELU = /* @__PURE__ */ map('SELU', F.selu, NONE, {});
/** x sigmoid(x). */
export const SiLU = /* @__PURE__ */ map('SiLU', F.silu, NONE, {});
/** x tanh(softplus(x)). */
export const Mish = /* @__PURE__ */ map('Mish', F.mish, NONE, {});
/** x / (1 + |x|). */
export const Softsign = /* @__PURE__ */ map('Softsign', F.softsign, NONE, {});
/** 1 / (1 + exp(-x)). */
export const Sigmoid = /* @__PURE__ */ map('Sigmoid', F.sigmoid, NONE, {});
/** tanh(x). */
export const Tanh = /* @__PURE__ */ map('Tanh', F.tanh, NONE, {});
/** log(sigmoid(x)). */
export const LogSigmoid = /* @__PURE__ */ map('LogSigmoid', F.logSigmoid, NONE, {});
/** x - tanh(x). */
export const Tanhshrink = /* @__PURE__ */ map('Tanhshrink', F.tanhshrink, NONE, {});
/** min(max(0, x + 3), 6) / 6. */
export const Hardsigmoid = /* @__PURE__ */ map('Hardsigmoid', F.hardsigmoid, NONE, {});
/** x hardsigmoid(x). */
export const Hardswish = /* @__PURE__ */ map('Hardswish', F.hardswish, NONE, {});

/**
 * x where it is positive, and otherwise `alpha` (exp(x) - 1).
 *
 * @param args - `alpha` 1
 * @example
 * new np.nn.ELU({ alpha: 0.5 }).toString(); // 'ELU(alpha=0.5)'
 */
export const ELU = /* @__PURE__ */ map('ELU', F.elu, ['alpha'], { alpha: 1 });
/** x where it is positive, and otherwise `alpha` (exp(x / alpha) - 1). @param args - `alpha` 1 */
export const CELU = /* @__PURE__ */ map('CELU', F.celu, ['alpha'], { alpha: 1 });
/** x where it is positive, and otherwise x times `negativeSlope`. @param args - `negativeSlope` 0.01 */
export const LeakyReLU = /* @__PURE__ */ map('LeakyReLU', F.leakyRelu, ['negativeSlope'], {
  negativeSlope: 0.01,
});
/** x times the normal distribution's probability to lie below it. @param args - `approximate` 'none', or 'tanh' */
export const GELU = /* @__PURE__ */ map('GELU', F.gelu, ['approximate'], {
  approximate: 'none' as 'none' | 'tanh',
});
/** x, but at least `minVal` and at most `maxVal`. @param args - `minVal` -1, `maxVal` 1 */
export const Hardtanh = /* @__PURE__ */ map('Hardtanh', F.hardtanh, ['minVal', 'maxVal'], {
  minVal: -1,
  maxVal: 1,
});
/** log(1 + exp(`beta` x)) / `beta`; x itself where `beta` x is above `threshold`. @param args - `beta` 1, `threshold` 20 */
export const Softplus = /* @__PURE__ */ map('Softplus', F.softplus, ['beta', 'threshold'], {
  beta: 1,
  threshold: 20,
});
/** x where |x| is above `lambd`, otherwise 0. @param args - `lambd` 0.5 */
export const Hardshrink = /* @__PURE__ */ map('Hardshrink', F.hardshrink, ['lambd'], { lambd: 0.5 });
/** x, by `lambd` nearer to 0, and 0 where that would change the sign. @param args - `lambd` 0.5 */
export const Softshrink = /* @__PURE__ */ map('Softshrink', F.softshrink, ['lambd'], { lambd: 0.5 });
/** x where it is above `threshold`, otherwise `value`. @param args - `threshold`, `value` */
export const Threshold = /* @__PURE__ */ map('Threshold', F.threshold, ['threshold', 'value'], {
  threshold: needed as Needed<number>,
  value: needed as Needed<number>,
});
/** One half of the input along `dim` times the sigmoid of the other. @param args - `dim` -1 */
export const GLU = /* @__PURE__ */ map('GLU', F.glu, ['dim'], { dim: -1 });
/**
 * x where it is positive, otherwise x times a slope: in training one drawn for each element between `lower` and `upper`, in evaluation
 * their mean.
 *
 * @param args - `lower` 1/8, `upper` 1/3
 */
export const RReLU = /* @__PURE__ */ map(
  'RReLU',
  F.rrelu,
  ['lower', 'upper'],
  { lower: 1 / 8, upper: 1 / 3 },
  { training: true },
);

/**
 * exp(x), divided by its sum along an axis.
 *
 * @param args - `dim`
 * @example
 * new np.nn.Softmax(1).call(np.tensor([[0, 0]])); // tensor([[0.5, 0.5]])
 */
export const Softmax = /* @__PURE__ */ map('Softmax', F.softmax, ['dim'], { dim: needed as Needed<number> });
/** `Softmax` of -x. @param args - `dim` */
export const Softmin = /* @__PURE__ */ map('Softmin', F.softmin, ['dim'], { dim: needed as Needed<number> });
/** The logarithm of `Softmax`. @param args - `dim` */
export const LogSoftmax = /* @__PURE__ */ map('LogSoftmax', F.logSoftmax, ['dim'], {
  dim: needed as Needed<number>,
});
/** `Softmax` over the channels of images. */
export const Softmax2d = /* @__PURE__ */ map('Softmax2d', softmaxOfChannels, NONE, {});

function softmaxOfChannels(input: ArrayLike): unknown {
  const { shape } = asTensor(input);
  if (shape.length === 3 || shape.length === 4) return F.softmax(input, -3);
  throw new ValueError(`Softmax2d: expected input to be 3D or 4D, got ${shape.length}D instead`);
}

const PRELU = ['numParameters', 'init', 'device', 'dtype'] as const;

interface PReLUOptions extends FactoryOptions {
  /** One slope for all (1), or one for each channel. */
  numParameters?: number;
  /** The first value of the slopes, 0.25 by default. */
  init?: number;
}

/** x where it is positive, otherwise x times a slope that is learned. */
export class PReLU extends Module {
  readonly numParameters: number;
  weight: Parameter;

  /** @param args - `numParameters` 1, `init` 0.25, `device`, `dtype` */
  constructor(...args: Args<PReLUOptions, typeof PRELU>) {
    super();
    const { numParameters = 1, init = 0.25, ...place } = bind<PReLUOptions>('PReLU', args, PRELU);
    this.numParameters = numParameters;
    this.weight = constant_(emptyParameter([numParameters], place), init);
  }

  override forward(input: ArrayLike): Tensor {
    return F.prelu(input, this.weight) as NDArray as Tensor;
  }

  override extraRepr(): string {
    return optionsText({ numParameters: this.numParameters });
  }
}

keepsNothing(PReLU);
