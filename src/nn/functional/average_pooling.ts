/** Average pooling: the mean of each window, or its p-norm. */
import { float16, float32 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { absolute, divide, multiply, power, sign } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import type { Windows } from '../../ops/window/pool.ts';
import { sumOver } from '../../ops/window/pool.ts';
import type { AxisMatrix, SparseMatrix } from '../../ops/window/resample.ts';
import { resampleAxes } from '../../ops/window/resample.ts';
import type { Size } from './images.ts';
import { imagesOf } from './images.ts';
import type { OutputSize, PoolOptions, Sliding } from './sliding.ts';
import { even, sliding, windowsOf } from './sliding.ts';

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros, or not at all; true by default. */
  countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of places. */
  divisorOverride?: number | null;
}

export interface LpPoolOptions {
  stride?: Size | null;
  ceilMode?: boolean;
}

const AVG1D = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
const AVG = [...AVG1D, 'divisorOverride'] as const;
const LP = ['stride', 'ceilMode'] as const;

/** The axis that shrinks most first. */
function smallestFirst(ndim: number, matrices: readonly SparseMatrix[]): AxisMatrix[] {
  const growth = ({ matrix }: AxisMatrix): number => (matrix.starts.length - 1) / matrix.columns;
  return matrices
    .map((matrix, d) => ({ matrix, axis: ndim - matrices.length + d }))
    .sort((x, y) => growth(x) - growth(y));
}

/** The sum of each window divided by what its divisors along the axes multiply to. */
function averages(
  images: NDArray,
  windows: readonly Windows[],
  divisors: readonly (readonly number[])[],
): NDArray {
  const isHalf = images.dtype === (float16 as NDArray['dtype']);
  const wide = isHalf ? cast(images, float32 as NDArray['dtype']) : images;
  const sums = resampleAxes(wide, smallestFirst(images.ndim, windows.map(sumOver)));
  const uniform = divisors.every((along) => along.every((n) => n === along[0]));
  const divisor = uniform
    ? divisors.reduce((all, along) => all * along[0], 1)
    : divisors
        .map((along, d) =>
          reshape(
            asArray(along, sums.dtype),
            divisors.map((_, i) => (i === d ? along.length : 1)),
          ),
        )
        .reduce((all, along) => multiply(all, along) as NDArray);
  const result = divide(sums, divisor) as NDArray;
  return isHalf ? cast(result, images.dtype) : result;
}

function avgPool(rank: number) {
  const fn = `avgPool${rank}d`;
  return (input: ArrayLike, kernelSize: Size, ...args: Args<AvgPoolOptions, typeof AVG>): NDArray => {
    const given = bind<AvgPoolOptions>(fn, args, rank === 1 ? AVG1D : AVG);
    const { images, unbatched } = imagesOf(fn, input, rank);
    const { divisorOverride = null } = given;
    if (divisorOverride === 0) throw new ValueError(`${fn}: divisor must be not zero`);
    return unbatched(average(images, sliding(fn, images, kernelSize, given), given));
  };
}

function average(
  images: NDArray,
  windows: Sliding,
  { countIncludePad = true, divisorOverride = null }: AvgPoolOptions,
): NDArray {
  const along = windowsOf(images, windows);
  const { kernel, stride, padding } = windows;
  const padded = along.map(({ length, starts }, d) =>
    starts.map((_, i) => Math.min(kernel[d], length + 2 * padding[d] - i * stride[d])),
  );
  const counts = countIncludePad ? padded : along.map((w) => w.counts);
  return averages(images, along, divisorOverride === null ? counts : [[divisorOverride]]);
}

function adaptiveAvgPool(rank: number) {
  const fn = `adaptiveAvgPool${rank}d`;
  return (input: ArrayLike, outputSize: OutputSize): NDArray => {
    const { images, unbatched } = imagesOf(fn, input, rank);
    return unbatched(adaptiveAverage(images, outputSize, fn));
  };
}

/** The means of windows that cover each spatial axis of images evenly. */
export function adaptiveAverage(images: NDArray, outputSize: OutputSize, fn = 'interpolate'): NDArray {
  const windows = even(fn, images, outputSize);
  const counts = windows.map((along) => along.counts);
  return averages(images, windows, counts);
}

function lpPool(rank: number) {
  const fn = `lpPool${rank}d`;
  return (
    input: ArrayLike,
    normType: number,
    kernelSize: Size,
    ...args: Args<LpPoolOptions, typeof LP>
  ): NDArray => {
    const given = bind<LpPoolOptions>(fn, args, LP);
    if (typeof normType !== 'number' || normType === 0)
      throw new ValueError(`${fn}: normType must be a number other than 0, not ${String(normType)}`);
    const { images, unbatched } = imagesOf(fn, input, rank);
    const windows = sliding(fn, images, kernelSize, given);
    const mean = average(power(images, normType) as NDArray, windows, {});
    // The sign apart from the size, so that a window of zeros has the gradient that it has in PyTorch.
    const sum = multiply(multiply(sign(mean), absolute(mean)), sizeOf(windows.kernel));
    return unbatched(power(sum, 1 / normType) as NDArray);
  };
}

/**
 * The mean of each window of a sequence.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param kernelSize - places of a window
 * @param args - `stride`, `padding`, `ceilMode`, `countIncludePad`
 * @returns (n, channels, windows), or without n
 * @throws ValueError for sizes out of range, no windows, another number of axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.avgPool1d([[[1, 5, 2, 4]]], 2); // [[[3. 3.]]]
 */
export const avgPool1d = /* @__PURE__ */ avgPool(1);

/**
 * `avgPool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param args - `stride`, `padding`, `ceilMode`, `countIncludePad`, `divisorOverride`
 * @throws as `avgPool1d`.
 * @example
 * np.nn.functional.avgPool2d(np.ones([1, 3, 8, 8]), [2, 4]).shape; // [1, 3, 4, 2]
 */
export const avgPool2d = /* @__PURE__ */ avgPool(2);

/**
 * `avgPool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param args - `stride`, `padding`, `ceilMode`, `countIncludePad`, `divisorOverride`
 * @throws as `avgPool1d`.
 * @example
 * np.nn.functional.avgPool3d(np.ones([1, 3, 4, 4, 4]), 2).shape; // [1, 3, 2, 2, 2]
 */
export const avgPool3d = /* @__PURE__ */ avgPool(3);

/**
 * The means of so many windows that cover a sequence evenly.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param outputSize - how many windows
 * @returns (n, channels, outputSize), or without n
 * @throws ValueError for a negative size or another number of axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.adaptiveAvgPool1d([[[1, 5, 2, 4]]], 2); // [[[3. 3.]]]
 */
export const adaptiveAvgPool1d = /* @__PURE__ */ adaptiveAvgPool(1);

/**
 * `adaptiveAvgPool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param outputSize - how many windows along each axis; `null` for as many as places
 * @throws as `adaptiveAvgPool1d`.
 * @example
 * np.nn.functional.adaptiveAvgPool2d(np.ones([1, 3, 8, 9]), [2, null]).shape; // [1, 3, 2, 9]
 */
export const adaptiveAvgPool2d = /* @__PURE__ */ adaptiveAvgPool(2);

/**
 * `adaptiveAvgPool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param outputSize - how many windows along each axis; `null` for as many as places
 * @throws as `adaptiveAvgPool1d`.
 * @example
 * np.nn.functional.adaptiveAvgPool3d(np.ones([1, 3, 4, 4, 4]), 1).shape; // [1, 3, 1, 1, 1]
 */
export const adaptiveAvgPool3d = /* @__PURE__ */ adaptiveAvgPool(3);

/**
 * The p-norm of each window of a sequence: the p-th root of the sum of p-th powers.
 *
 * @param input - (n, channels, length) or (channels, length), in a float dtype
 * @param normType - p
 * @param kernelSize - places of a window
 * @param args - `stride`, `ceilMode`
 * @returns (n, channels, windows), or without n
 * @throws ValueError for p = 0, sizes out of range, no windows, another number of axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.lpPool1d([[[3, 4, 6, 8]]], 2, 2); // [[[ 5. 10.]]]
 */
export const lpPool1d = /* @__PURE__ */ lpPool(1);

/**
 * `lpPool1d` for images.
 *
 * @param input - (n, channels, height, width), or without n
 * @param args - `stride`, `ceilMode`
 * @throws as `lpPool1d`.
 * @example
 * np.nn.functional.lpPool2d(np.ones([1, 3, 8, 8]), 2, 4).shape; // [1, 3, 2, 2]
 */
export const lpPool2d = /* @__PURE__ */ lpPool(2);

/**
 * `lpPool1d` for volumes.
 *
 * @param input - (n, channels, depth, height, width), or without n
 * @param args - `stride`, `ceilMode`
 * @throws as `lpPool1d`.
 * @example
 * np.nn.functional.lpPool3d(np.ones([1, 3, 4, 4, 4]), 2, 2).shape; // [1, 3, 2, 2, 2]
 */
export const lpPool3d = /* @__PURE__ */ lpPool(3);
