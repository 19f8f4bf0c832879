/** Layers of matrix products. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { bilinear, linear } from '../functional/index.ts';
import { uniform_ } from '../init.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { emptyParameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';

/** Values for parameters of `shape` that are equally likely up to one over the root of `fanIn`, PyTorch's usual start. */
export function uniformParameter(shape: readonly number[], fanIn: number, place: FactoryOptions): Parameter {
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return uniform_(emptyParameter(shape, place), -bound, bound);
}

/** @throws TypeError, ValueError unless a number of features, channels or axes can be `n`. */
export function requireCount(module: string, name: string, n: unknown, least = 0): void {
  if (typeof n !== 'number' || !Number.isInteger(n))
    throw new TypeError(`${module}: ${name} must be an integer, got ${String(n)}`);
  if (n < least) throw new ValueError(`${module}: ${name} must be at least ${least}, got ${n}`);
}

export interface LinearOptions extends FactoryOptions {
  /** Whether a number is added to each feature; true by default. */
  bias?: boolean;
}

const OPTIONS = ['bias', 'device', 'dtype'] as const;

/** x Wᵀ + b: each output is a weighted sum of the inputs. */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Shape (outFeatures, inFeatures). */
  weight: Parameter;
  /** Shape (outFeatures). */
  bias: Parameter | null;

  /**
   * @param inFeatures - the length of the input's last axis
   * @param outFeatures - the length of the result's last axis
   * @param args - `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for numbers of features that can't be.
   * @example
   * new np.nn.Linear(3, 4).call(np.randn(2, 3)).shape; // [2, 4]
   */
  constructor(inFeatures: number, outFeatures: number, ...args: Args<LinearOptions, typeof OPTIONS>) {
    super();
    const { bias = true, ...place } = bind<LinearOptions>('Linear', args, OPTIONS);
    requireCount('Linear', 'inFeatures', inFeatures);
    requireCount('Linear', 'outFeatures', outFeatures);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = uniformParameter([outFeatures, inFeatures], inFeatures, place);
    this.bias = bias ? uniformParameter([outFeatures], inFeatures, place) : null;
  }

  /** @param input - (..., inFeatures) @returns (..., outFeatures) */
  override forward(input: ArrayLike): Tensor {
    return linear(input, this.weight, this.bias) as Tensor;
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, bias } = this;
    return optionsText({ inFeatures, outFeatures, bias: bias !== null });
  }
}

/** x₁ᵀ W x₂ + b for each output: a weighted sum of the products of two inputs' elements. */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** Shape (outFeatures, in1Features, in2Features). */
  weight: Parameter;
  /** Shape (outFeatures). */
  bias: Parameter | null;

  /**
   * @param in1Features - the length of the first input's last axis
   * @param in2Features - the length of the second input's last axis
   * @param outFeatures - the length of the result's last axis
   * @param args - `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for numbers of features that can't be.
   * @example
   * new np.nn.Bilinear(2, 3, 4).call(np.randn(5, 2), np.randn(5, 3)).shape; // [5, 4]
   */
  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    ...args: Args<LinearOptions, typeof OPTIONS>
  ) {
    super();
    const { bias = true, ...place } = bind<LinearOptions>('Bilinear', args, OPTIONS);
    requireCount('Bilinear', 'in1Features', in1Features, 1);
    requireCount('Bilinear', 'in2Features', in2Features);
    requireCount('Bilinear', 'outFeatures', outFeatures);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = uniformParameter([outFeatures, in1Features, in2Features], in1Features, place);
    this.bias = bias ? uniformParameter([outFeatures], in1Features, place) : null;
  }

  override forward(input1: ArrayLike, input2: ArrayLike): Tensor {
    return bilinear(input1, input2, this.weight, this.bias) as Tensor;
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    return optionsText({ in1Features, in2Features, outFeatures, bias: bias !== null });
  }
}

keepsNothing(Linear);
