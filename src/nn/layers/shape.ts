/** Layers that rearrange or resize their input. */
import { ValueError, shapeText } from '../../array/errors.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Size } from '../functional/images.ts';
import type { InterpolateMode } from '../functional/interpolate.ts';
import * as F from '../functional/index.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import { optionsText } from '../printing.ts';
import type { Needed } from './layer.ts';
import { layersOf, needed } from './layer.ts';

const map = /* @__PURE__ */ layersOf<[input: ArrayLike]>();

/** Gives its input back, whatever it was constructed with. */
export class Identity extends Module {
  constructor(..._args: readonly unknown[]) {
    super();
  }

  override forward(input: ArrayLike): Tensor {
    return asTensor(input);
  }
}

const FLATTEN = ['startDim', 'endDim'] as const;

interface FlattenOptions {
  startDim?: number;
  endDim?: number;
}

/** The axes from one to another as one axis. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /**
   * @param args - `startDim` 1, `endDim` -1
   * @example
   * new np.nn.Flatten().call(np.ones([2, 3, 4])).shape; // [2, 12]
   */
  constructor(...args: Args<FlattenOptions, typeof FLATTEN>) {
    super();
    const { startDim = 1, endDim = -1 } = bind<FlattenOptions>('Flatten', args, FLATTEN);
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override forward(input: ArrayLike): Tensor {
    const x = asTensor(input);
    if (x.ndim === 0) return reshapeArray(x, [1]) as Tensor;
    const [start, end] = [axisOf(x, this.startDim), axisOf(x, this.endDim)];
    if (start > end) throw new ValueError('flatten() has invalid args: startDim cannot come after endDim');
    const { shape } = x;
    const length = shape.slice(start, end + 1).reduce((product, n) => product * n, 1);
    return reshapeArray(x, [...shape.slice(0, start), length, ...shape.slice(end + 1)]) as Tensor;
  }

  override extraRepr(): string {
    return optionsText({ startDim: this.startDim, endDim: this.endDim });
  }
}

/** One axis as several. */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  /**
   * @param dim - the axis
   * @param unflattenedSize - the lengths of the axes that take its place; one may be -1
   * @example
   * new np.nn.Unflatten(1, [3, 4]).call(np.ones([2, 12])).shape; // [2, 3, 4]
   */
  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  override forward(input: ArrayLike): Tensor {
    const x = asTensor(input);
    const at = axisOf(x, this.dim);
    const size = this.#sizeFor(x.shape[at]);
    return reshapeArray(x, [...x.shape.slice(0, at), ...size, ...x.shape.slice(at + 1)]) as Tensor;
  }

  #sizeFor(length: number): readonly number[] {
    const { unflattenedSize } = this;
    const known = unflattenedSize.reduce((product, n) => (n === -1 ? product : product * n), 1);
    const size = unflattenedSize.map((n) => (n === -1 ? length / known : n));
    if (size.reduce((product, n) => product * n, 1) === length && size.every(Number.isInteger)) return size;
    throw new ValueError(
      `unflatten: provided sizes ${shapeText(unflattenedSize)} don't multiply up to the size of dim ${this.dim} (${length}) in the input tensor`,
    );
  }

  override extraRepr(): string {
    return optionsText({ dim: this.dim, unflattenedSize: this.unflattenedSize });
  }
}

/** @throws ValueError if the tensor has no such axis. */
function axisOf({ shape }: Tensor, dim: number): number {
  const axis = dim < 0 ? dim + shape.length : dim;
  if (Number.isInteger(axis) && axis >= 0 && axis < shape.length) return axis;
  throw new ValueError(
    `Dimension out of range (expected to be in range of [${-shape.length}, ${shape.length - 1}], but got ${dim})`,
  );
}

/**
 * Images, signals or volumes made larger or smaller.
 *
 * @param args - `size` or `scaleFactor`; `mode` 'nearest', 'linear', 'bilinear', 'bicubic' or 'trilinear'; `alignCorners`,
 *   `recomputeScaleFactor`
 * @example
 * new np.nn.Upsample({ scaleFactor: 2 }).call(np.tensor([[[1, 2]]])); // tensor([[[1., 1., 2., 2.]]])
 */
export const Upsample = /* @__PURE__ */ map(
  'Upsample',
  F.interpolate,
  ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor'],
  {
    size: null as Size | null,
    scaleFactor: null as Size | null,
    mode: 'nearest' as InterpolateMode,
    alignCorners: null as boolean | null,
    recomputeScaleFactor: null as boolean | null,
  },
);

/** Channels (n, c r r, h, w) as pixels (n, c, h r, w r). @param args - `upscaleFactor` */
export const PixelShuffle = /* @__PURE__ */ map('PixelShuffle', F.pixelShuffle, ['upscaleFactor'], {
  upscaleFactor: needed as Needed<number>,
});
/** Pixels (n, c, h r, w r) as channels (n, c r r, h, w). @param args - `downscaleFactor` */
export const PixelUnshuffle = /* @__PURE__ */ map('PixelUnshuffle', F.pixelUnshuffle, ['downscaleFactor'], {
  downscaleFactor: needed as Needed<number>,
});
/** The channels dealt out to `groups` and put together again. @param args - `groups` */
export const ChannelShuffle = /* @__PURE__ */ map('ChannelShuffle', F.channelShuffle, ['groups'], {
  groups: needed as Needed<number>,
});

const SLIDE = ['kernelSize', 'dilation', 'padding', 'stride'] as const;
const slide = {
  kernelSize: needed as Needed<Size>,
  dilation: 1 as Size,
  padding: 0 as Size,
  stride: 1 as Size,
};

/**
 * The windows of images (n, c, h, w) as columns (n, c k k, windows).
 *
 * @param args - `kernelSize`, `dilation` 1, `padding` 0, `stride` 1
 */
export const Unfold = /* @__PURE__ */ map('Unfold', F.unfold, SLIDE, slide);
/**
 * The sum of windows, given as columns (n, c k k, windows), as images (n, c, h, w).
 *
 * @param args - `outputSize`, `kernelSize`, `dilation` 1, `padding` 0, `stride` 1
 */
export const Fold = /* @__PURE__ */ map('Fold', F.fold, ['outputSize', ...SLIDE], {
  outputSize: needed as Needed<Size>,
  ...slide,
});

keepsNothing(Identity, Flatten, Unflatten);
