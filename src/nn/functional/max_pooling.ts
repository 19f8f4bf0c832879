/** Max pooling: the largest element of each window, where it lies, and back. */
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { leave } from '../../autograd/leftover.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { max, min } from '../../np/statistics/reductions.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { indexDType, pickAt, putAt } from '../../ops/window/places.ts';
import type { Windows } from '../../ops/window/pool.ts';
import { maxIndices } from '../../ops/window/pool.ts';
import type { Size } from './images.ts';
import { imagesOf, listed, sizesOf } from './images.ts';
import type { OutputSize, PoolOptions } from './sliding.ts';
import { even, sliding, windowsOf } from './sliding.ts';

export interface MaxPoolOptions extends PoolOptions {
  /** Elements between neighbouring places of a window; 1 by default. */
  dilation?: Size;
  /** Whether the places of the largest elements are returned as well. */
  returnIndices?: boolean;
}

const MAX = ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices'] as const;

/** A pooled array with the places of its elements, as indices into the flattened spatial axes. */
type WithIndices = [NDArray, NDArray<'int64'>];

interface MaxPool {
  (input: ArrayLike, kernelSize: Size, options: MaxPoolOptions & { returnIndices: true }): WithIndices;
  (input: ArrayLike, kernelSize: Size, ...args: Args<MaxPoolOptions, typeof MAX>): NDArray;
}

/** The largest element of each window, and where it is. */
function largest(images: NDArray, windows: readonly Windows[]): WithIndices {
  const [n, channels, ...spatial] = images.shape;
  const indices = maxIndices(images, windows);
  const flat = reshape(images, [n, channels, sizeOf(spatial)]);
  const places = reshape(indices, [n, channels, sizeOf(indices.shape.slice(2))]) as NDArray<'int64'>;
  return [reshape(pickAt(flat, places), indices.shape), indices];
}

/** The values without their places, which only the derivative needs then. */
function alone(values: NDArray, indices: NDArray): NDArray {
  leave(indices.storage, values);
  return values;
}

function maxPool(rank: number): MaxPool {
  const fn = `maxPool${rank}d`;
  const pool = (input: ArrayLike, kernelSize: Size, ...args: unknown[]): unknown => {
    const given = bind<MaxPoolOptions>(fn, args, MAX);
    const { images, unbatched } = imagesOf(fn, input, rank);
    const [values, indices] = largest(images, windowsOf(images, sliding(fn, images, kernelSize, given)));
    return given.returnIndices ? [unbatched(values), unbatched(indices)] : alone(unbatched(values), indices);
  };
  return pool as MaxPool;
}

interface AdaptiveMaxPool {
  (input: ArrayLike, outputSize: OutputSize, options: { returnIndices: true }): WithIndices;
  (
    input: ArrayLike,
    outputSize: OutputSize,
    ...args: Args<{ returnIndices: boolean }, ['returnIndices']>
  ): NDArray;
}

function adaptiveMaxPool(rank: number): AdaptiveMaxPool {
  const fn = `adaptiveMaxPool${rank}d`;
  const pool = (input: ArrayLike, outputSize: OutputSize, ...args: unknown[]): unknown => {
    const { returnIndices = false } = bind<{ returnIndices: boolean }>(fn, args, ['returnIndices']);
    const { images, unbatched } = imagesOf(fn, input, rank);
    const [values, indices] = largest(images, even(fn, images, outputSize));
    return returnIndices ? [unbatched(values), unbatched(indices)] : alone(unbatched(values), indices);
  };
  return pool as AdaptiveMaxPool;
}

export interface MaxUnpoolOptions {
  stride?: Size | null;
  padding?: Size;
  /** The spatial lengths of the result; or its whole shape. */
  outputSize?: readonly number[] | null;
}

const UNPOOL = ['stride', 'padding', 'outputSize'] as const;

function maxUnpool(rank: number) {
  const fn = `maxUnpool${rank}d`;
  return (
    input: ArrayLike,
    indices: ArrayLike,
    kernelSize: Size,
    ...args: Args<MaxUnpoolOptions, typeof UNPOOL>
  ): NDArray => {
    const given = bind<MaxUnpoolOptions>(fn, args, UNPOOL);
    const { images, unbatched } = imagesOf(fn, input, rank);
    const places = asArray(indices);
    const wanted = indexDType(places);
    if (places.dtype !== wanted)
      throw new TypeError(`${fn}: indices must be ${wanted.name}, not ${places.dtype.name}`);
    const size = unpooledSize(fn, images, kernelSize, given);
    if (places.size !== images.size || places.shape.at(-1) !== images.shape.at(-1)) {
      throw new ValueError(
        `${fn}: expected indices of the input's size ${listed(images.shape)}, but got ${listed(places.shape)}`,
      );
    }
    const plane = sizeOf(size);
    // On another device than the processor it is a kernel that looks at them.
    if (places.size > 0 && places.storage.remote === null) {
      const [least, most] = [Number(min(places)), Number(max(places))];
      if (least < 0 || most >= plane) {
        throw new ValueError(
          `${fn}: found an invalid max index: ${least < 0 ? least : most} (output volumes are of size ${size.join('x')})`,
        );
      }
    }
    const [n, channels, ...spatial] = images.shape;
    const flat = [n, channels, sizeOf(spatial)];
    const put = putAt(reshape(images, flat), reshape(places, flat) as NDArray<'int64'>, plane);
    return unbatched(reshape(put, [n, channels, ...size]));
  };
}

function unpooledSize(fn: string, images: NDArray, kernelSize: Size, given: MaxUnpoolOptions): number[] {
  const spatial = images.shape.slice(2);
  const rank = spatial.length;
  const kernel = sizesOf(fn, 'kernelSize', kernelSize, rank);
  const stride = given.stride == null ? kernel : sizesOf(fn, 'stride', given.stride, rank);
  const padding = sizesOf(fn, 'padding', given.padding ?? 0, rank);
  const usual = spatial.map((n, d) => (n - 1) * stride[d] + kernel[d] - 2 * padding[d]);
  if (given.outputSize == null) return usual;
  const size = sizesOf(fn, 'outputSize', given.outputSize.slice(-rank), rank);
  size.forEach((n, d) => {
    if (n > usual[d] - stride[d] && n < usual[d] + stride[d]) return;
    throw new ValueError(
      `${fn}: invalid outputSize ${listed(size)} (axis ${d} must be between ${usual[d] - stride[d]} and ${usual[d] + stride[d]})`,
    );
  });
  return size;
}

/**
 * The largest element of each window of a sequence; NaN where there is one.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param kernelSize - places of a window
 * @param args - `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`
 * @returns (n, channels, windows), or without n; with `returnIndices` also where in the sequence each lies, int64 (int32 on webgpu)
 * @throws ValueError for sizes out of range, no windows, another number of axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.maxPool1d([[[1, 5, 2, 3]]], 2); // [[[5. 3.]]]
 */
export const maxPool1d: MaxPool = /* @__PURE__ */ maxPool(1);

/**
 * `maxPool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param args - `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`
 * @throws as `maxPool1d`.
 * @example
 * np.nn.functional.maxPool2d(np.ones([1, 3, 8, 8]), 3, { stride: 2, padding: 1 }).shape; // [1, 3, 4, 4]
 */
export const maxPool2d: MaxPool = /* @__PURE__ */ maxPool(2);

/**
 * `maxPool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param args - `stride`, `padding`, `dilation`, `ceilMode`, `returnIndices`
 * @throws as `maxPool1d`.
 * @example
 * np.nn.functional.maxPool3d(np.ones([1, 3, 4, 4, 4]), 2).shape; // [1, 3, 2, 2, 2]
 */
export const maxPool3d: MaxPool = /* @__PURE__ */ maxPool(3);

/**
 * The largest elements of so many windows that cover a sequence evenly.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param outputSize - how many windows
 * @param args - `returnIndices`
 * @returns (n, channels, outputSize), or without n; with `returnIndices` also where in the sequence each lies, int64 (int32 on webgpu)
 * @throws ValueError for a negative size or another number of axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.adaptiveMaxPool1d([[[1, 5, 2, 3, 4]]], 2); // [[[5. 4.]]]
 */
export const adaptiveMaxPool1d: AdaptiveMaxPool = /* @__PURE__ */ adaptiveMaxPool(1);

/**
 * `adaptiveMaxPool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param args - `returnIndices`
 * @throws as `adaptiveMaxPool1d`.
 * @example
 * np.nn.functional.adaptiveMaxPool2d(np.ones([1, 3, 8, 9]), [2, null]).shape; // [1, 3, 2, 9]
 */
export const adaptiveMaxPool2d: AdaptiveMaxPool = /* @__PURE__ */ adaptiveMaxPool(2);

/**
 * `adaptiveMaxPool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param args - `returnIndices`
 * @throws as `adaptiveMaxPool1d`.
 * @example
 * np.nn.functional.adaptiveMaxPool3d(np.ones([1, 3, 4, 4, 4]), 1).shape; // [1, 3, 1, 1, 1]
 */
export const adaptiveMaxPool3d: AdaptiveMaxPool = /* @__PURE__ */ adaptiveMaxPool(3);

/**
 * Undoes `maxPool1d` as far as possible: the largest elements in their places, zeros elsewhere.
 *
 * @param input - (n, channels, windows) or (channels, windows), in a float dtype
 * @param indices - where they were, as `maxPool1d` returns it
 * @param kernelSize - places of a window
 * @param args - `stride`, `padding`, `outputSize`
 * @returns (n, channels, length), or without n
 * @throws ValueError for an index outside the result (on webgpu when the result is read), an `outputSize` that no pooling makes the input of,
 *   shapes that do not fit; TypeError for other dtypes.
 * @example
 * const [y, places] = np.nn.functional.maxPool1d([[[1, 5, 2, 3]]], 2, { returnIndices: true });
 * np.nn.functional.maxUnpool1d(y, places, 2); // [[[0. 5. 0. 3.]]]
 */
export const maxUnpool1d = /* @__PURE__ */ maxUnpool(1);

/**
 * `maxUnpool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param args - `stride`, `padding`, `outputSize`
 * @throws as `maxUnpool1d`.
 * @example
 * const [y, places] = np.nn.functional.maxPool2d(np.ones([1, 3, 8, 8]), 2, { returnIndices: true });
 * np.nn.functional.maxUnpool2d(y, places, 2).shape; // [1, 3, 8, 8]
 */
export const maxUnpool2d = /* @__PURE__ */ maxUnpool(2);

/**
 * `maxUnpool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param args - `stride`, `padding`, `outputSize`
 * @throws as `maxUnpool1d`.
 * @example
 * const [y, places] = np.nn.functional.maxPool3d(np.ones([1, 1, 4, 4, 4]), 2, { returnIndices: true });
 * np.nn.functional.maxUnpool3d(y, places, 2).shape; // [1, 1, 4, 4, 4]
 */
export const maxUnpool3d = /* @__PURE__ */ maxUnpool(3);
