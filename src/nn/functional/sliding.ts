/** The windows of pooling: those that slide over images, and those that cover them evenly. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Windows } from '../../ops/window/pool.ts';
import { evenWindows, slidingWindows } from '../../ops/window/pool.ts';
import type { Size } from './images.ts';
import { listed, sizesOf } from './images.ts';

export interface PoolOptions {
  /** Elements between neighbouring windows; by default the kernel's size. */
  stride?: Size | null;
  /** How far windows reach over both ends of each axis, at most half of the kernel; 0 by default. */
  padding?: Size;
  /** Whether a window that begins inside but does not end there counts; false by default. */
  ceilMode?: boolean;
}

export interface Sliding {
  readonly kernel: number[];
  readonly stride: number[];
  readonly padding: number[];
  readonly dilation: number[];
  /** How many windows there are along each axis. */
  readonly output: number[];
}

/** The windows that slide over images. */
export function sliding(
  fn: string,
  images: NDArray,
  kernelSize: Size,
  given: PoolOptions & { dilation?: Size },
): Sliding {
  const spatial = images.shape.slice(2);
  const rank = spatial.length;
  const kernel = sizesOf(fn, 'kernelSize', kernelSize, rank);
  const stride = given.stride == null ? kernel : sizesOf(fn, 'stride', given.stride, rank);
  const padding = sizesOf(fn, 'padding', given.padding ?? 0, rank);
  const dilation = sizesOf(fn, 'dilation', given.dilation ?? 1, rank);
  const refuse = (what: string): never => {
    throw new ValueError(`${fn}: ${what}`);
  };
  if (stride.some((s) => s <= 0)) refuse(`stride should be greater than zero, but got ${listed(stride)}`);
  if (kernel.some((n) => n <= 0))
    refuse(`kernel size should be greater than zero, but got ${listed(kernel)}`);
  if (dilation.some((n) => n <= 0))
    refuse(`dilation should be greater than zero, but got ${listed(dilation)}`);
  if (padding.some((n, d) => n < 0 || 2 * n > kernel[d])) {
    refuse(
      `pad should be at least 0 and at most half of kernel size, but got padding=${listed(padding)} and kernelSize=${listed(kernel)}`,
    );
  }
  if (spatial.includes(0) || images.shape[1] === 0)
    refuse(`expected non-empty images, but got input of size ${listed(images.shape)}`);
  const output = spatial.map((length, d) => {
    const room = length + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1;
    const windows = Math.floor((room + (given.ceilMode ? stride[d] - 1 : 0)) / stride[d]) + 1;
    // The last window must begin inside the axis or its padding in front.
    return given.ceilMode && (windows - 1) * stride[d] >= length + padding[d] ? windows - 1 : windows;
  });
  if (output.some((n) => n < 1)) {
    refuse(
      `Given input size: ${listed(images.shape.slice(1))}. Calculated output size: ${listed([images.shape[1], ...output])}. Output size is too small`,
    );
  }
  return { kernel, stride, padding, dilation, output };
}

/** The windows along each axis. */
export function windowsOf(
  images: NDArray,
  { kernel, stride, padding, dilation, output }: Sliding,
): Windows[] {
  return output.map((count, d) =>
    slidingWindows(images.shape[d + 2], count, {
      kernel: kernel[d],
      stride: stride[d],
      padding: padding[d],
      dilation: dilation[d],
    }),
  );
}

/** The size of an adaptive result along each axis; `null` is the input's. */
export type OutputSize = number | readonly (number | null)[];

export function even(fn: string, images: NDArray, outputSize: OutputSize): Windows[] {
  const spatial = images.shape.slice(2);
  const given = Array.isArray(outputSize)
    ? outputSize.map((n: number | null, d) => n ?? spatial[d])
    : outputSize;
  const sizes = sizesOf(fn, 'outputSize', given as Size, spatial.length);
  if (sizes.some((n) => n < 0))
    throw new ValueError(`${fn}: outputSize must not be negative: ${listed(sizes)}`);
  if (spatial.includes(0) || images.shape[1] === 0)
    throw new ValueError(`${fn}: expected non-empty images, but got input of size ${listed(images.shape)}`);
  return sizes.map((n, d) => evenWindows(spatial[d], n));
}
