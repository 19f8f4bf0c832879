/** Channels to pixels and back: views and copies only. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { transpose } from '../../np/shape/transpose.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { listed } from './images.ts';

function factorOf(fn: string, a: NDArray, factor: number): void {
  if (a.ndim < 3) {
    throw new ValueError(
      `${fn} expects input to have at least 3 dimensions, but got input with ${a.ndim} dimension(s)`,
    );
  }
  if (!Number.isInteger(factor) || factor < 1)
    throw new ValueError(`${fn} expects a positive integer factor, but got ${String(factor)}`);
}

/**
 * Spreads channels over pixels: every `upscaleFactor` squared channels become one, of larger images.
 *
 * @param input - (..., channels * factor², height, width), of any dtype
 * @returns (..., channels, height * factor, width * factor)
 * @throws ValueError for channels that the factor's square does not divide, fewer than three axes, or a factor that is no positive integer.
 * @example
 * np.nn.functional.pixelShuffle([[[1]], [[2]], [[3]], [[4]]], 2); // [[[1. 2.] [3. 4.]]]
 */
export function pixelShuffle(input: ArrayLike, upscaleFactor: number): NDArray {
  const a = asArray(input);
  const r = upscaleFactor;
  factorOf('pixelShuffle', a, r);
  const lead = a.shape.slice(0, -3);
  const [channels, height, width] = a.shape.slice(-3);
  if (channels % (r * r) !== 0) {
    throw new ValueError(
      `pixelShuffle expects its input's 'channel' dimension to be divisible by the square of upscaleFactor, but ${listed(a.shape)} has ${channels} channels for upscaleFactor=${r}`,
    );
  }
  const n = lead.length;
  const apart = reshape(a, [...lead, channels / (r * r), r, r, height, width]);
  const ordered = transpose(apart, [...lead.keys(), n, n + 3, n + 1, n + 4, n + 2]);
  return reshape(ordered, [...lead, channels / (r * r), height * r, width * r]);
}

/**
 * Gathers pixels into channels: the inverse of `pixelShuffle`.
 *
 * @param input - (..., channels, height * factor, width * factor), of any dtype
 * @returns (..., channels * factor², height, width)
 * @throws ValueError for images that the factor does not divide, fewer than three axes, or a factor that is no positive integer.
 * @example
 * np.nn.functional.pixelUnshuffle([[[1, 2], [3, 4]]], 2).shape; // [4, 1, 1]
 */
export function pixelUnshuffle(input: ArrayLike, downscaleFactor: number): NDArray {
  const a = asArray(input);
  const r = downscaleFactor;
  factorOf('pixelUnshuffle', a, r);
  const lead = a.shape.slice(0, -3);
  const [channels, height, width] = a.shape.slice(-3);
  if (height % r !== 0 || width % r !== 0) {
    throw new ValueError(
      `pixelUnshuffle expects height and width to be divisible by downscaleFactor, but ${listed(a.shape)} has ${height} x ${width} for downscaleFactor=${r}`,
    );
  }
  const n = lead.length;
  const apart = reshape(a, [...lead, channels, height / r, r, width / r, r]);
  const ordered = transpose(apart, [...lead.keys(), n, n + 2, n + 4, n + 1, n + 3]);
  return reshape(ordered, [...lead, channels * r * r, height / r, width / r]);
}

/**
 * Mixes the channels of groups: those of all groups in turn.
 *
 * @param input - (n, channels, ...), of any dtype
 * @param groups - how many groups the channels are in
 * @throws ValueError for channels that `groups` does not divide.
 * @example
 * np.nn.functional.channelShuffle([[[1], [2], [3], [4]]], 2); // [[[1.] [3.] [2.] [4.]]]
 */
export function channelShuffle(input: ArrayLike, groups: number): NDArray {
  const a = asArray(input);
  if (a.ndim < 3) {
    throw new ValueError(
      `channelShuffle expects input with more than 2 dims, but got input with sizes ${listed(a.shape)}`,
    );
  }
  const [n, channels, ...rest] = a.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ValueError(
      `channelShuffle: number of channels must be divisible by groups, but got ${channels} channels and ${String(groups)} groups`,
    );
  }
  const apart = reshape(a, [n, groups, channels / groups, ...rest]);
  return reshape(transpose(apart, [0, 2, 1, ...rest.map((_, i) => i + 3)]), a.shape);
}
