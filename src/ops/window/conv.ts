/**
 * Convolution (in the sense of deep learning: correlation) over any of 1 to 3 axes, and its two adjoints. The three are one bilinear
 * form seen from its three sides, so each one's derivatives are the other two.
 */
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { heapArray } from '../index/walk.ts';
import { clearBytes } from '../move.ts';
import { inChunks } from './chunks.ts';
import type { SpaceAxis } from './contraction.ts';
import { contractSpaces } from './contraction.ts';
import { computeDType, isNear, withNear } from './near.ts';
import type { ConvAxis, Taps } from './taps.ts';
import { adjointTaps, forwardTaps, reach } from './taps.ts';

/** How windows lie: an entry for each spatial axis, the outermost first. */
export interface ConvOptions {
  readonly stride: readonly number[];
  /** Zeros before the first element of each axis. */
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

type Shape = readonly number[];

function convAxes(input: Shape, kernel: Shape, output: Shape, options: ConvOptions): ConvAxis[] {
  const { stride, padding, dilation } = options;
  return stride.map((step, d) => ({
    input: input[d + 2],
    kernel: kernel[d + 2],
    output: output[d + 2],
    stride: step,
    padding: padding[d],
    dilation: dilation[d],
  }));
}

/**
 * The convolution of images with kernels.
 *
 * @param x - images, (n, channels, ...spatial) in a float dtype
 * @param w - kernels, (filters, channels / groups, ...spatial) in the same dtype
 * @param bias - a number for each filter, in the same dtype
 * @param output - the result's spatial lengths
 * @returns (n, filters, ...output)
 */
export function convolve(
  x: NDArray,
  w: NDArray,
  bias: NDArray | null,
  output: Shape,
  options: ConvOptions,
): NDArray {
  if (isTraced([x, w, bias])) return tracing.tracer!.call(CONVOLVE, [x, w, bias, output, options]) as NDArray;
  const on = acceleratorOf(x) ?? acceleratorOf(w);
  if (on !== null) return on.convolve(x, w, bias, output, options);
  const [filters, channels] = w.shape;
  const shape = [x.shape[0], filters, ...output];
  const taps = convAxes(x.shape, w.shape, shape, options).map((axis) => [forwardTaps(axis)]);
  const { groups } = options;
  const roles = { rows: 0, depth: 1, group: filters / groups };
  return correlate(x, w, bias, shape, taps, { rows: filters / groups, channels, groups, roles });
}

/** The convolution as the tape knows it. */
export const CONVOLVE = /* @__PURE__ */ primitive('convolution', convolve);

/**
 * The adjoint of `convolve` to its images: a transposed convolution.
 *
 * @param y - (n, filters, ...output)
 * @param bias - a number for each channel of the result
 * @param input - the result's spatial lengths
 * @returns (n, channels, ...input)
 */
export function convolveToInput(
  y: NDArray,
  w: NDArray,
  bias: NDArray | null,
  input: Shape,
  options: ConvOptions,
): NDArray {
  if (isTraced([y, w, bias]))
    return tracing.tracer!.call(CONVOLVE_TO_INPUT, [y, w, bias, input, options]) as NDArray;
  const on = acceleratorOf(y) ?? acceleratorOf(w);
  if (on !== null) return on.convolveToInput(y, w, bias, input, options);
  const [filters, channels] = w.shape;
  const { groups } = options;
  const shape = [y.shape[0], channels * groups, ...input];
  const taps = convAxes(shape, w.shape, y.shape, options).map(adjointTaps);
  const roles = { rows: 1, depth: 0, group: filters / groups };
  return correlate(y, w, bias, shape, taps, { rows: channels, channels: filters / groups, groups, roles });
}

/** The adjoint to the images as the tape knows it. */
export const CONVOLVE_TO_INPUT = /* @__PURE__ */ primitive('transposed convolution', convolveToInput);

/** What a kernel is multiplied as: a matrix for each group. */
interface KernelMatrix {
  readonly rows: number;
  /** Channels of the source in a group. */
  readonly channels: number;
  readonly groups: number;
  /** Which axes of the kernel are rows and depth, and how many of its first axis make a group. */
  readonly roles: { readonly rows: number; readonly depth: number; readonly group: number };
}

/** All combinations that take one item of each list. */
function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((x) => [...head, x])), [[]]);
}

/** Sums over windows of the source, for every pattern of `taps` along each axis. */
function correlate(
  source: NDArray,
  w: NDArray,
  bias: NDArray | null,
  shape: Shape,
  taps: readonly Taps[][],
  kernel: KernelMatrix,
): NDArray {
  const result = emptyArray(shape, source.dtype);
  if (result.size === 0) return result;
  const patterns = w.size === 0 ? [] : product(taps);
  const reached = patterns.reduce((n, p) => n + p.reduce((m, { columns }) => m * columns, 1), 0);
  const begin = (out: NDArray): void => {
    if (bias) castInto(out, perChannel(bias, out.ndim));
    else if (reached < sizeOf(shape.slice(2))) clearBytes(out.storage, out.offset, out.nbytes);
  };
  if (patterns.length === 0) begin(result);
  else {
    withNear(w, (near) =>
      inChunks(source, taps.map(reach), result, 'write', (images, out) => {
        begin(out);
        for (const pattern of patterns) correlatePattern(images, near, bias !== null, out, pattern, kernel);
      }),
    );
  }
  return result;
}

/** A number for each channel as an array that broadcasts to (n, channels, ...spatial). */
export function perChannel(bias: NDArray, ndim: number): NDArray {
  const spatial = new Array<number>(ndim - 2).fill(1);
  return viewArray(bias, [1, bias.shape[0], ...spatial], [0, bias.strides[0], ...spatial.map(() => 0)]);
}

function correlatePattern(
  image: NDArray,
  w: NDArray,
  accumulate: boolean,
  out: NDArray,
  pattern: readonly Taps[],
  { rows, channels, groups, roles }: KernelMatrix,
): void {
  const [ofImage, ofKernel, ofResult] = [image, w, out].map((x) => x.strides.slice(2));
  const columns = pattern.map((t, d): SpaceAxis => ({
    length: t.columns,
    first: t.columnStep * ofImage[d],
    second: t.outStep * ofResult[d],
  }));
  const depth = pattern.map((t, d): SpaceAxis => ({
    length: t.taps,
    first: t.kernelStep * ofKernel[d],
    second: t.tapStep * ofImage[d],
  }));
  const start = (strides: Shape, place: (t: Taps) => number): number =>
    pattern.reduce((sum, t, d) => sum + place(t) * strides[d], 0);
  contractSpaces({
    element: w.dtype.element,
    rows,
    groups,
    a: {
      address: w.offset + start(ofKernel, (t) => t.kernelStart),
      row: w.strides[roles.rows],
      group: roles.group * w.strides[0],
    },
    b: {
      address: image.offset + start(ofImage, (t) => t.origin),
      group: channels * image.strides[1],
    },
    c: {
      address: out.offset + start(ofResult, (t) => t.outStart),
      row: out.strides[1],
      group: rows * out.strides[1],
    },
    columns: [
      ...columns.reverse(),
      { length: out.shape[0], first: image.strides[0], second: out.strides[0] },
    ],
    depth: [
      ...depth.reverse(),
      { length: channels, first: w.strides[roles.depth], second: image.strides[1] },
    ],
    accumulate,
  });
}

/**
 * The adjoint of `convolve` to its kernels.
 *
 * @param y - (n, filters, ...output)
 * @param x - (n, channels, ...spatial)
 * @param kernel - the result's spatial lengths
 * @returns (filters, channels / groups, ...kernel)
 */
export function convolveToKernel(y: NDArray, x: NDArray, kernel: Shape, options: ConvOptions): NDArray {
  if (isTraced([y, x])) return tracing.tracer!.call(CONVOLVE_TO_KERNEL, [y, x, kernel, options]) as NDArray;
  const on = acceleratorOf(y) ?? acceleratorOf(x);
  if (on !== null) return on.convolveToKernel(y, x, kernel, options);
  const { groups } = options;
  const [filters, channels] = [y.shape[1] / groups, x.shape[1] / groups];
  const result = emptyArray([filters * groups, channels, ...kernel], x.dtype);
  if (result.size === 0) return result;
  if (y.size === 0) {
    clearBytes(result.storage, result.offset, result.nbytes);
    return result;
  }
  const near = isNear(result) ? result : heapArray(result.shape, computeDType(result.dtype));
  const taps = convAxes(x.shape, result.shape, y.shape, options).map(forwardTaps);
  const bounds = taps.map((t) => reach([t]));
  let accumulate = false;
  inChunks(x, bounds, y, 'read', (image, gradient) => {
    const [ofImage, ofKernel, ofOutput] = [image, near, gradient].map((a) => a.strides.slice(2));
    const columns = taps.map((t, d): SpaceAxis => ({
      length: t.taps,
      first: t.tapStep * ofImage[d],
      second: ofKernel[d],
    }));
    const depth = taps.map((t, d): SpaceAxis => ({
      length: t.columns,
      first: ofOutput[d],
      second: t.columnStep * ofImage[d],
    }));
    const origin = taps.reduce((sum, t, d) => sum + t.origin * ofImage[d], 0);
    contractSpaces({
      element: near.dtype.element,
      rows: filters,
      groups,
      a: { address: gradient.offset, row: gradient.strides[1], group: filters * gradient.strides[1] },
      b: { address: image.offset + origin, group: channels * image.strides[1] },
      c: { address: near.offset, row: near.strides[0], group: filters * near.strides[0] },
      columns: [...columns.reverse(), { length: channels, first: image.strides[1], second: near.strides[1] }],
      depth: [
        ...depth.reverse(),
        { length: image.shape[0], first: gradient.strides[0], second: image.strides[0] },
      ],
      accumulate,
    });
    accumulate = true;
  });
  if (near !== result) {
    castInto(result, near);
    near.storage.dispose();
  }
  return result;
}

/** The adjoint to the kernels as the tape knows it. */
export const CONVOLVE_TO_KERNEL = /* @__PURE__ */ primitive('convolution to kernel', convolveToKernel);
