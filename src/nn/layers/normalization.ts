/** Norms of layers and groups of channels: they know nothing of other calls. */
import { ValueError, shapeText } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import { ones_, zeros_ } from '../init.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { emptyParameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import type { Needed } from './layer.ts';
import { layersOf, needed } from './layer.ts';
import { requireCount } from './linear.ts';

/** A factor for each of `shape`, one at first. */
export const scaleParameter = (shape: readonly number[], place: FactoryOptions): Parameter =>
  ones_(emptyParameter(shape, place));

/** A summand for each of `shape`, zero at first. */
export const shiftParameter = (shape: readonly number[], place: FactoryOptions): Parameter =>
  zeros_(emptyParameter(shape, place));

/** The axes that a norm is taken over: a number is one axis. */
function normalized(module: string, shape: number | readonly number[]): readonly number[] {
  const axes = typeof shape === 'number' ? [shape] : [...shape];
  if (axes.length === 0) throw new ValueError(`${module}: normalizedShape must have at least one axis`);
  for (const n of axes) requireCount(module, 'each of normalizedShape', n);
  return axes;
}

export interface LayerNormOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number;
  /** Whether there are factors and summands to be learned; true by default. */
  elementwiseAffine?: boolean;
  /** Whether there are summands; true by default. */
  bias?: boolean;
}

const LAYER = ['eps', 'elementwiseAffine', 'bias', 'device', 'dtype'] as const;

/** The last axes with mean 0 and variance 1, times a factor plus a summand for each element. */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  /**
   * @param normalizedShape - the lengths of the last axes
   * @param args - `eps` 1e-5, `elementwiseAffine` true, `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be.
   * @example
   * new np.nn.LayerNorm(2).call(np.tensor([[1, 3]])).shape; // [1, 2]
   */
  constructor(normalizedShape: number | readonly number[], ...args: Args<LayerNormOptions, typeof LAYER>) {
    super();
    const {
      eps = 1e-5,
      elementwiseAffine = true,
      bias = true,
      ...place
    } = bind<LayerNormOptions>('LayerNorm', args, LAYER);
    this.normalizedShape = normalized('LayerNorm', normalizedShape);
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? scaleParameter(this.normalizedShape, place) : null;
    this.bias = elementwiseAffine && bias ? shiftParameter(this.normalizedShape, place) : null;
  }

  override forward(input: ArrayLike): Tensor {
    return F.layerNorm(input, this.normalizedShape, this.weight, this.bias, this.eps) as Tensor;
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${shapeText(normalizedShape)}, ${optionsText({ eps, elementwiseAffine })}`;
  }
}

export interface RMSNormOptions extends FactoryOptions {
  /** Added to the mean square; the dtype's eps by default. */
  eps?: number | null;
  /** Whether there are factors to be learned; true by default. */
  elementwiseAffine?: boolean;
}

const RMS = ['eps', 'elementwiseAffine', 'device', 'dtype'] as const;

/** The last axes divided by their root mean square, times a factor for each element. */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;

  /**
   * @param normalizedShape - the lengths of the last axes
   * @param args - `eps` null, `elementwiseAffine` true, `device`, `dtype`
   * @throws TypeError, ValueError for lengths that can't be.
   * @example
   * new np.nn.RMSNorm(2).call(np.tensor([[1, 1]])).shape; // [1, 2]
   */
  constructor(normalizedShape: number | readonly number[], ...args: Args<RMSNormOptions, typeof RMS>) {
    super();
    const { eps = null, elementwiseAffine = true, ...place } = bind<RMSNormOptions>('RMSNorm', args, RMS);
    this.normalizedShape = normalized('RMSNorm', normalizedShape);
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? scaleParameter(this.normalizedShape, place) : null;
  }

  override forward(input: ArrayLike): Tensor {
    const { normalizedShape, weight, eps } = this;
    return F.rmsNorm(input, normalizedShape, weight, eps === null ? {} : { eps }) as Tensor;
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${shapeText(normalizedShape)}, ${optionsText({ eps, elementwiseAffine })}`;
  }
}

export interface GroupNormOptions extends FactoryOptions {
  /** Added to the variance; 1e-5 by default. */
  eps?: number;
  /** Whether there are factors and summands to be learned; true by default. */
  affine?: boolean;
}

const GROUP = ['eps', 'affine', 'device', 'dtype'] as const;

/** Groups of channels with mean 0 and variance 1, times a factor plus a summand for each channel. */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  /**
   * @param numGroups - divides `numChannels`
   * @param numChannels - the length of the input's second axis
   * @param args - `eps` 1e-5, `affine` true, `device`, `dtype`
   * @throws TypeError, ValueError for numbers that can't be.
   * @example
   * new np.nn.GroupNorm(2, 4).call(np.randn(1, 4, 3)).shape; // [1, 4, 3]
   */
  constructor(numGroups: number, numChannels: number, ...args: Args<GroupNormOptions, typeof GROUP>) {
    super();
    const { eps = 1e-5, affine = true, ...place } = bind<GroupNormOptions>('GroupNorm', args, GROUP);
    requireCount('GroupNorm', 'numGroups', numGroups, 1);
    requireCount('GroupNorm', 'numChannels', numChannels);
    if (numChannels % numGroups !== 0) throw new ValueError('numChannels must be divisible by numGroups');
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? scaleParameter([numChannels], place) : null;
    this.bias = affine ? shiftParameter([numChannels], place) : null;
  }

  override forward(input: ArrayLike): Tensor {
    return F.groupNorm(input, this.numGroups, this.weight, this.bias, this.eps) as Tensor;
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this;
    return `${numGroups}, ${numChannels}, ${optionsText({ eps, affine })}`;
  }
}

/**
 * Each element divided by a power of the squares of `size` neighbouring channels.
 *
 * @param args - `size`, `alpha` 1e-4, `beta` 0.75, `k` 1
 */
export const LocalResponseNorm = /* @__PURE__ */ layersOf<[input: ArrayLike]>()(
  'LocalResponseNorm',
  F.localResponseNorm,
  ['size', 'alpha', 'beta', 'k'],
  { size: needed as Needed<number>, alpha: 1e-4, beta: 0.75, k: 1 },
);

keepsNothing(LayerNorm, RMSNorm, GroupNorm);
