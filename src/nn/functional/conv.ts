/** Convolutions and transposed convolutions over one, two and three axes. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { convolve, convolveToInput } from '../../ops/window/conv.ts';
import type { Size } from './images.ts';
import { floatArray, imagesOf, listed, sizesOf } from './images.ts';

export interface ConvOptions {
  /** A number for each filter, shape (filters). */
  bias?: ArrayLike | null;
  /** Elements between neighbouring windows; 1 by default. */
  stride?: Size;
  /** Zeros on both sides of each axis: a size, 'valid' for none (the default), 'same' for results of the input's size. */
  padding?: Size | 'valid' | 'same';
  /** Elements between neighbouring places of a window; 1 by default. */
  dilation?: Size;
  /** The channels and the filters are cut into so many groups, each on its own; 1 by default. */
  groups?: number;
}

export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding'> {
  /** How much the result is cut off on both sides of each axis; 0 by default. */
  padding?: Size;
  /** How much longer the result is at the end of each axis; 0 by default. */
  outputPadding?: Size;
}

const CONV = ['bias', 'stride', 'padding', 'dilation', 'groups'] as const;
const TRANSPOSED = ['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'] as const;

type Conv = (input: ArrayLike, weight: ArrayLike, ...args: Args<ConvOptions, typeof CONV>) => NDArray;
type ConvTranspose = (
  input: ArrayLike,
  weight: ArrayLike,
  ...args: Args<ConvTransposeOptions, typeof TRANSPOSED>
) => NDArray;

/** Checks that operands are floats of one dtype, and the sizes that both kinds of convolution have. */
function operands(
  fn: string,
  rank: number,
  input: ArrayLike,
  weight: ArrayLike,
  given: ConvTransposeOptions,
) {
  const { stride = 1, dilation = 1, groups = 1 } = given;
  const { images, unbatched } = imagesOf(fn, input, rank);
  const kernels = floatArray(fn, weight, 'weight');
  const bias = given.bias == null ? null : floatArray(fn, given.bias, 'bias');
  for (const [name, other] of [
    ['weight', kernels],
    ['bias', bias],
  ] as const) {
    if (other && other.dtype !== images.dtype) {
      throw new TypeError(
        `${fn}: input (${images.dtype.name}) and ${name} (${other.dtype.name}) must have the same dtype`,
      );
    }
  }
  if (kernels.ndim !== rank + 2) {
    throw new ValueError(
      `${fn}: expected ${rank + 2}-dimensional weight, but got weight of size ${listed(kernels.shape)}`,
    );
  }
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`${fn}: non-positive groups is not supported`);
  if (kernels.shape[0] % groups !== 0 || kernels.shape[0] < groups) {
    throw new ValueError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, and divisible by it, but got weight of size ${listed(kernels.shape)}`,
    );
  }
  const sizes = {
    stride: positive(fn, 'stride', stride, rank),
    dilation: positive(fn, 'dilation', dilation, rank),
    groups,
  };
  return { images, kernels, bias, unbatched, sizes };
}

function positive(fn: string, parameter: string, size: Size, rank: number): number[] {
  const sizes = sizesOf(fn, parameter, size, rank);
  if (sizes.some((n) => n < 1))
    throw new ValueError(`${fn}: non-positive ${parameter} is not supported: ${listed(sizes)}`);
  return sizes;
}

function notNegative(fn: string, parameter: string, size: Size, rank: number): number[] {
  const sizes = sizesOf(fn, parameter, size, rank);
  if (sizes.some((n) => n < 0))
    throw new ValueError(`${fn}: negative ${parameter} is not supported: ${listed(sizes)}`);
  return sizes;
}

function requireChannels(what: string, images: NDArray, kernels: NDArray, channels: number): void {
  if (images.shape[1] === channels) return;
  throw new ValueError(
    `Given ${what}, weight of size ${listed(kernels.shape)}, expected input${listed(images.shape)} to have ${channels} channels, but got ${images.shape[1]} channels instead`,
  );
}

function requireBias(what: string, kernels: NDArray, bias: NDArray | null, count: number): void {
  if (!bias || (bias.ndim === 1 && bias.shape[0] === count)) return;
  throw new ValueError(
    `Given ${what}weight of size ${listed(kernels.shape)}, expected bias to be 1-dimensional with ${count} elements, but got bias of size ${listed(bias.shape)} instead`,
  );
}

/** The zeros before and after the elements of each axis. */
function paddings(
  fn: string,
  padding: Size | string,
  rank: number,
  extents: readonly number[],
  stride: readonly number[],
) {
  if (padding === 'same') {
    if (stride.some((s) => s !== 1))
      throw new ValueError("padding='same' is not supported for strided convolutions");
    return extents.map((extent) => [Math.floor((extent - 1) / 2), Math.ceil((extent - 1) / 2)]);
  }
  if (padding === 'valid') return extents.map(() => [0, 0]);
  if (typeof padding === 'string')
    throw new ValueError(`Invalid padding string: '${padding}': must be one of 'valid', 'same'`);
  return notNegative(fn, 'padding', padding, rank).map((p) => [p, p]);
}

function conv(rank: number): Conv {
  const fn = `conv${rank}d`;
  return (input, weight, ...args) => {
    const given = bind<ConvOptions>(fn, args, CONV);
    const { padding = 0, ...rest } = given;
    const { images, kernels, bias, unbatched, sizes } = operands(fn, rank, input, weight, rest);
    const kernel = kernels.shape.slice(2);
    const extents = kernel.map((n, d) => sizes.dilation[d] * (n - 1) + 1);
    const around = paddings(fn, padding, rank, extents, sizes.stride);
    requireChannels(`groups=${sizes.groups}`, images, kernels, kernels.shape[1] * sizes.groups);
    requireBias('', kernels, bias, kernels.shape[0]);
    const padded = images.shape.slice(2).map((n, d) => n + around[d][0] + around[d][1]);
    if (padded.some((n, d) => n < extents[d])) {
      throw new ValueError(
        `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${extents.join(' x ')}). Kernel size can't be greater than actual input size`,
      );
    }
    const output = padded.map((n, d) => Math.floor((n - extents[d]) / sizes.stride[d]) + 1);
    const options = { ...sizes, padding: around.map(([before]) => before) };
    return unbatched(convolve(images, kernels, bias, output, options));
  };
}

function convTranspose(rank: number): ConvTranspose {
  const fn = `convTranspose${rank}d`;
  return (input, weight, ...args) => {
    const given = bind<ConvTransposeOptions>(fn, args, TRANSPOSED);
    const { images, kernels, bias, unbatched, sizes } = operands(fn, rank, input, weight, given);
    const { stride, dilation, groups } = sizes;
    const padding = notNegative(fn, 'padding', given.padding ?? 0, rank);
    const more = notNegative(fn, 'outputPadding', given.outputPadding ?? 0, rank);
    requireChannels('transposed=1', images, kernels, kernels.shape[0]);
    requireBias('transposed=1, ', kernels, bias, kernels.shape[1] * groups);
    more.forEach((n, d) => {
      if (n < Math.max(stride[d], dilation[d])) return;
      throw new ValueError(
        `${fn}: output padding must be smaller than either stride or dilation, but got outputPadding ${listed(more)}, stride ${listed(stride)}, dilation ${listed(dilation)}`,
      );
    });
    const output = images.shape.slice(2).map((n, d) => {
      const extent = dilation[d] * (kernels.shape[d + 2] - 1) + 1;
      return (n - 1) * stride[d] - 2 * padding[d] + extent + more[d];
    });
    if (output.some((n) => n < 1)) {
      throw new ValueError(
        `Given input size per channel: ${listed(images.shape.slice(2))}. Calculated output size per channel: ${listed(output)}. Output size is too small`,
      );
    }
    const options = { stride, padding, dilation, groups };
    return unbatched(convolveToInput(images, kernels, bias, output, options));
  };
}

/**
 * The sums of products of kernels with windows of a sequence: a convolution in the sense of deep learning, whose kernels are not
 * turned round.
 *
 * The sums are added up in float32 (float64) in blocks, so that the last bits may differ from PyTorch's; they are the same on every device.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param weight - (filters, channels / groups, kernel length), in the same dtype
 * @param args - `bias`, `stride`, `padding`, `dilation`, `groups`
 * @returns (n, filters, windows), or without n
 * @throws ValueError for shapes that do not fit, a kernel longer than the padded input, sizes out of range; TypeError for dtypes that are
 *   not equal or no floats.
 * @example
 * np.nn.functional.conv1d([[[1, 2, 3, 4]]], [[[1, 1]]]); // [[[3. 5. 7.]]]
 */
export const conv1d: Conv = /* @__PURE__ */ conv(1);

/**
 * `conv1d` for images.
 *
 * @param input - (n, channels, height, width) or (channels, height, width)
 * @param weight - (filters, channels / groups, kernel height, kernel width)
 * @param args - `bias`, `stride`, `padding`, `dilation`, `groups`
 * @returns (n, filters, rows, columns), or without n
 * @throws as `conv1d`.
 * @example
 * const x = np.ones([1, 3, 8, 8]);
 * np.nn.functional.conv2d(x, np.ones([5, 3, 3, 3]), { stride: 2, padding: 1 }).shape; // [1, 5, 4, 4]
 */
export const conv2d: Conv = /* @__PURE__ */ conv(2);

/**
 * `conv1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width) or without n
 * @param weight - (filters, channels / groups, depth, height, width)
 * @param args - `bias`, `stride`, `padding`, `dilation`, `groups`
 * @returns (n, filters, layers, rows, columns), or without n
 * @throws as `conv1d`.
 * @example
 * np.nn.functional.conv3d(np.ones([1, 1, 4, 4, 4]), np.ones([2, 1, 3, 3, 3])).shape; // [1, 2, 2, 2, 2]
 */
export const conv3d: Conv = /* @__PURE__ */ conv(3);

/**
 * The transposed convolution: every element of the input adds a kernel, times itself, to a window of the result. It is the derivative of
 * `conv1d` with respect to its input.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param weight - (channels, filters / groups, kernel length), in the same dtype
 * @param args - `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`
 * @returns (n, filters, (length - 1) * stride - 2 * padding + dilation * (kernel length - 1) + outputPadding + 1), or without n
 * @throws ValueError for shapes that do not fit, sizes out of range, an empty result; TypeError for dtypes that are not equal or no floats.
 * @example
 * np.nn.functional.convTranspose1d([[[1, 2]]], [[[1, 1, 1]]], { stride: 2 }); // [[[1. 1. 3. 2. 2.]]]
 */
export const convTranspose1d: ConvTranspose = /* @__PURE__ */ convTranspose(1);

/**
 * `convTranspose1d` for images.
 *
 * @param input - (n, channels, height, width) or without n
 * @param weight - (channels, filters / groups, kernel height, kernel width)
 * @param args - `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`
 * @throws as `convTranspose1d`.
 * @example
 * const x = np.ones([1, 3, 4, 4]);
 * np.nn.functional.convTranspose2d(x, np.ones([3, 5, 2, 2]), { stride: 2 }).shape; // [1, 5, 8, 8]
 */
export const convTranspose2d: ConvTranspose = /* @__PURE__ */ convTranspose(2);

/**
 * `convTranspose1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width) or without n
 * @param weight - (channels, filters / groups, depth, height, width)
 * @param args - `bias`, `stride`, `padding`, `outputPadding`, `groups`, `dilation`
 * @throws as `convTranspose1d`.
 * @example
 * np.nn.functional.convTranspose3d(np.ones([1, 1, 2, 2, 2]), np.ones([1, 2, 3, 3, 3])).shape; // [1, 2, 4, 4, 4]
 */
export const convTranspose3d: ConvTranspose = /* @__PURE__ */ convTranspose(3);
