/** The arguments of functions on images: arrays (n, channels, ...spatial) or (channels, ...spatial), and sizes for each axis. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { expand_dims, squeeze } from '../../np/shape/reshape.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';

/** A number for every spatial axis, or one for each. */
export type Size = number | readonly number[];

/** A shape or a list of sizes as PyTorch shows it. */
export const listed = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;

/**
 * A size for each of `rank` axes.
 *
 * @throws TypeError for what is no integer; ValueError for another number of sizes.
 */
export function sizesOf(fn: string, parameter: string, size: Size, rank: number): number[] {
  const given = typeof size === 'number' ? [size] : [...size];
  if (!given.every((n) => Number.isInteger(n)))
    throw new TypeError(`${fn}: ${parameter} must be an integer or a list of integers, not ${String(size)}`);
  if (given.length === 1) return new Array<number>(rank).fill(given[0]);
  if (given.length !== rank) {
    throw new ValueError(
      `${fn}: ${parameter} must either be a single int, or a tuple of ${rank} ints, but got ${listed(given)}`,
    );
  }
  return given;
}

/** A float array. */
export function floatArray(fn: string, x: ArrayLike, parameter = 'input'): NDArray {
  const a = asArray(x);
  if (a.dtype.kind !== 'f')
    throw new TypeError(`${fn}: ${parameter} must be of a float dtype, but is of ${a.dtype.name}`);
  return a;
}

/** Images with a batch axis, and how to give results the form that the images had. */
export interface Images {
  readonly images: NDArray;
  readonly unbatched: (result: NDArray) => NDArray;
}

/**
 * Images of `rank` spatial axes, with or without a batch axis.
 *
 * @throws ValueError for another number of axes; TypeError for another dtype than a float's.
 */
export function imagesOf(fn: string, input: ArrayLike, rank: number): Images {
  const a = floatArray(fn, input);
  if (a.ndim === rank + 2) return { images: a, unbatched: (result) => result };
  if (a.ndim !== rank + 1) {
    throw new ValueError(
      `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${fn}, but got input of size: ${listed(a.shape)}`,
    );
  }
  return { images: expand_dims(a, 0), unbatched: (result) => squeeze(result, 0) as NDArray };
}
