/** Convolutions and their transposes. */
import { ValueError } from '../../array/errors.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import type { Size } from '../functional/images.ts';
import { sizesOf } from '../functional/images.ts';
import type { PadMode } from '../functional/pad.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { requireCount, uniformParameter } from './linear.ts';

/** What stands beyond the ends of the input. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export interface ConvOptions extends FactoryOptions {
  /** Elements between neighbouring windows; 1 by default. */
  stride?: Size;
  /** Elements added on both sides of each axis, 'same' or 'valid'; 0 by default. */
  padding?: Size | 'same' | 'valid';
  /** Elements between neighbouring places of a window; 1 by default. */
  dilation?: Size;
  /** The channels and the filters are cut into so many groups, each on its own; 1 by default. */
  groups?: number;
  /** Whether a number is added to each filter's results; true by default. */
  bias?: boolean;
  /** What is added; 'zeros' by default. */
  paddingMode?: PaddingMode;
}

export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding' | 'paddingMode'> {
  /** How much the result is cut off on both sides of each axis; 0 by default. */
  padding?: Size;
  /** How much longer the result is at the end of each axis; 0 by default. */
  outputPadding?: Size;
  /** Only 'zeros'. */
  paddingMode?: 'zeros';
}

const CONV = ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', 'device', 'dtype'] as const;
const TRANSPOSED = [
  'stride',
  'padding',
  'outputPadding',
  'groups',
  'bias',
  'dilation',
  'paddingMode',
  'device',
  'dtype',
] as const;

const PAD_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** What convolutions of every rank and direction have. */
abstract class Convolution extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  weight: Parameter;
  /** Shape (outChannels). */
  bias: Parameter | null;

  protected constructor(
    name: string,
    rank: number,
    channels: readonly [number, number],
    kernelSize: Size,
    transposed: boolean,
    options: Partial<Omit<ConvOptions, 'padding'>>,
  ) {
    super();
    const { stride = 1, dilation = 1, groups = 1, bias = true, paddingMode = 'zeros', ...place } = options;
    const [inChannels, outChannels] = channels;
    requireCount(name, 'inChannels', inChannels);
    requireCount(name, 'outChannels', outChannels);
    requireCount(name, 'groups', groups, 1);
    for (const [what, n] of [
      ['inChannels', inChannels],
      ['outChannels', outChannels],
    ] as const) {
      if (n % groups !== 0)
        throw new ValueError(`${name}: ${what} must be divisible by groups, got ${n} and ${groups}`);
    }
    if (!PAD_MODES.includes(paddingMode))
      throw new ValueError(
        `${name}: paddingMode must be one of ${PAD_MODES.join(', ')}, but got '${String(paddingMode)}'`,
      );
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = sizesOf(name, 'kernelSize', kernelSize, rank);
    this.stride = sizesOf(name, 'stride', stride, rank);
    this.dilation = sizesOf(name, 'dilation', dilation, rank);
    this.groups = groups;
    this.paddingMode = paddingMode;
    const [rows, columns] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    const shape = [rows, columns / groups, ...this.kernelSize];
    const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
    this.weight = uniformParameter(shape, fanIn, place);
    this.bias = bias ? uniformParameter([outChannels], fanIn, place) : null;
  }

  protected shown(padding: unknown, outputPadding: readonly number[]): string {
    const { inChannels, outChannels, kernelSize, stride, dilation, groups, bias, paddingMode } = this;
    const isSame = (sizes: readonly number[], usual: number): boolean => sizes.every((n) => n === usual);
    return optionsText({
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding: Array.isArray(padding) && isSame(padding as number[], 0) ? null : padding,
      dilation: isSame(dilation, 1) ? null : dilation,
      outputPadding: isSame(outputPadding, 0) ? null : outputPadding,
      groups: groups === 1 ? null : groups,
      bias: bias === null ? false : null,
      paddingMode: paddingMode === 'zeros' ? null : paddingMode,
    });
  }
}

type ConvFunction = typeof F.conv2d;

abstract class Conv extends Convolution {
  readonly padding: readonly number[] | 'same' | 'valid';
  /** What other modes than zeros add before the convolution, as `F.pad` takes it. */
  private readonly added: readonly number[] | null;

  protected constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    args: Args<ConvOptions, typeof CONV>,
  ) {
    const name = `Conv${rank}d`;
    const { padding = 0, ...options } = bind<ConvOptions>(name, args, CONV);
    super(name, rank, [inChannels, outChannels], kernelSize, false, options);
    if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
      throw new ValueError(`Invalid padding string '${String(padding)}', should be one of 'same', 'valid'`);
    if (padding === 'same' && this.stride.some((n) => n !== 1))
      throw new ValueError("padding='same' is not supported for strided convolutions");
    this.padding = typeof padding === 'string' ? padding : sizesOf(name, 'padding', padding, rank);
    this.added = this.paddingMode === 'zeros' ? null : this.ends();
  }

  /** How much is added before and after each axis, the last one first. */
  private ends(): number[] {
    const { padding, kernelSize, dilation } = this;
    const ends = kernelSize.map((n, axis) => {
      if (padding === 'valid') return [0, 0];
      if (padding !== 'same') return [padding[axis], padding[axis]];
      const total = dilation[axis] * (n - 1);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
    return ends.reverse().flat();
  }

  protected run(convolve: ConvFunction, input: ArrayLike): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const { added } = this;
    if (added === null)
      return convolve(input, weight, {
        bias,
        stride,
        padding: this.padding as Size,
        dilation,
        groups,
      }) as Tensor;
    const padded = F.pad(input, added, { mode: this.paddingMode as PadMode });
    return convolve(padded, weight, { bias, stride, dilation, groups }) as Tensor;
  }

  override extraRepr(): string {
    return this.shown(this.padding, [0]);
  }
}

/** A convolution of signals (n, inChannels, length): sums of windows weighted by each filter. */
export class Conv1d extends Conv {
  /**
   * @param kernelSize - places of a window
   * @param args - `stride` 1, `padding` 0, `dilation` 1, `groups` 1, `bias` true, `paddingMode` 'zeros', `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.Conv1d(3, 8, 5, { padding: 'same' }).call(np.randn(2, 3, 10)).shape; // [2, 8, 10]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvOptions, typeof CONV>
  ) {
    super(1, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike): Tensor {
    return this.run(F.conv1d, input);
  }
}

/** A convolution of images (n, inChannels, height, width): sums of windows weighted by each filter. */
export class Conv2d extends Conv {
  /**
   * @param kernelSize - places of a window, one number or [height, width]
   * @param args - `stride` 1, `padding` 0, `dilation` 1, `groups` 1, `bias` true, `paddingMode` 'zeros', `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.Conv2d(3, 8, 3, { stride: 2, padding: 1 }).call(np.randn(2, 3, 8, 8)).shape; // [2, 8, 4, 4]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvOptions, typeof CONV>
  ) {
    super(2, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike): Tensor {
    return this.run(F.conv2d, input);
  }
}

/** A convolution of volumes (n, inChannels, depth, height, width): sums of windows weighted by each filter. */
export class Conv3d extends Conv {
  /**
   * @param kernelSize - places of a window, one number or [depth, height, width]
   * @param args - `stride` 1, `padding` 0, `dilation` 1, `groups` 1, `bias` true, `paddingMode` 'zeros', `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.Conv3d(1, 2, 3).call(np.randn(1, 1, 4, 4, 4)).shape; // [1, 2, 2, 2, 2]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvOptions, typeof CONV>
  ) {
    super(3, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike): Tensor {
    return this.run(F.conv3d, input);
  }
}

type ConvTransposeFunction = typeof F.convTranspose2d;

/** What the call of a transposed convolution may be given. */
export interface ConvTransposeCall {
  /** The spatial lengths of the result, where `stride` leaves several; or its whole shape. */
  outputSize?: readonly number[] | null;
}

abstract class ConvTranspose extends Convolution {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  protected constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    args: Args<ConvTransposeOptions, typeof TRANSPOSED>,
  ) {
    const name = `ConvTranspose${rank}d`;
    const { padding = 0, outputPadding = 0, ...options } = bind<ConvTransposeOptions>(name, args, TRANSPOSED);
    super(name, rank, [inChannels, outChannels], kernelSize, true, options);
    if (this.paddingMode !== 'zeros')
      throw new ValueError(`Only 'zeros' padding mode is supported for ${name}`);
    this.padding = sizesOf(name, 'padding', padding, rank);
    this.outputPadding = sizesOf(name, 'outputPadding', outputPadding, rank);
  }

  protected run(
    convolve: ConvTransposeFunction,
    input: ArrayLike,
    { outputSize }: ConvTransposeCall,
  ): Tensor {
    const { weight, bias, stride, padding, groups, dilation } = this;
    const outputPadding = outputSize ? this.paddingFor(asTensor(input), outputSize) : this.outputPadding;
    return convolve(input, weight, { bias, stride, padding, outputPadding, groups, dilation }) as Tensor;
  }

  /** The output padding that makes results of a size. @throws ValueError for a size that is out of reach. */
  private paddingFor(input: Tensor, outputSize: readonly number[]): number[] {
    const { kernelSize, stride, padding, dilation } = this;
    const rank = kernelSize.length;
    const wanted = outputSize.slice(-rank);
    if (outputSize.length !== rank && outputSize.length !== input.ndim)
      throw new ValueError(
        `outputSize must have ${rank} or ${input.ndim} elements (got ${outputSize.length})`,
      );
    const lengths = input.shape.slice(-rank);
    return wanted.map((n, axis) => {
      const least =
        (lengths[axis] - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernelSize[axis] - 1) + 1;
      if (n >= least && n < least + stride[axis]) return n - least;
      throw new ValueError(
        `requested an output size of ${n}, but valid sizes range from ${least} to ${least + stride[axis] - 1} (axis ${axis})`,
      );
    });
  }

  override extraRepr(): string {
    return this.shown(this.padding, this.outputPadding);
  }
}

/** The transposed convolution of signals: each element adds a filter, times itself, to a window of the result. */
export class ConvTranspose1d extends ConvTranspose {
  /**
   * @param kernelSize - places of a window
   * @param args - `stride` 1, `padding` 0, `outputPadding` 0, `groups` 1, `bias` true, `dilation` 1, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.ConvTranspose1d(3, 8, 2, { stride: 2 }).call(np.randn(2, 3, 5)).shape; // [2, 8, 10]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvTransposeOptions, typeof TRANSPOSED>
  ) {
    super(1, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike, options: ConvTransposeCall = {}): Tensor {
    return this.run(F.convTranspose1d, input, options);
  }
}

/** The transposed convolution of images: each element adds a filter, times itself, to a window of the result. */
export class ConvTranspose2d extends ConvTranspose {
  /**
   * @param kernelSize - places of a window, one number or [height, width]
   * @param args - `stride` 1, `padding` 0, `outputPadding` 0, `groups` 1, `bias` true, `dilation` 1, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.ConvTranspose2d(3, 8, 2, { stride: 2 }).call(np.randn(2, 3, 5, 5)).shape; // [2, 8, 10, 10]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvTransposeOptions, typeof TRANSPOSED>
  ) {
    super(2, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike, options: ConvTransposeCall = {}): Tensor {
    return this.run(F.convTranspose2d, input, options);
  }
}

/** The transposed convolution of volumes: each element adds a filter, times itself, to a window of the result. */
export class ConvTranspose3d extends ConvTranspose {
  /**
   * @param kernelSize - places of a window, one number or [depth, height, width]
   * @param args - `stride` 1, `padding` 0, `outputPadding` 0, `groups` 1, `bias` true, `dilation` 1, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be, and channels that the groups don't divide.
   * @example
   * new np.nn.ConvTranspose3d(1, 2, 2).call(np.randn(1, 1, 2, 2, 2)).shape; // [1, 2, 3, 3, 3]
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    ...args: Args<ConvTransposeOptions, typeof TRANSPOSED>
  ) {
    super(3, inChannels, outChannels, kernelSize, args);
  }

  override forward(input: ArrayLike, options: ConvTransposeCall = {}): Tensor {
    return this.run(F.convTranspose3d, input, options);
  }
}

keepsNothing(Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d);
