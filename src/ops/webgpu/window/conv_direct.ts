/** Convolutions of groups with few filters on the GPU. */
import { sizeOf } from '../../../array/layout.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { DIRECT_GROUP, buildGridDirect, buildGridTaps } from '../../../kernel/grid/window/conv_direct.ts';
import { gridRing } from '../../../kernel/grid/product/ring.ts';
import type { EndJob } from '../product/bilinear.ts';
import { addParts, endKey, plainJob } from '../product/bilinear.ts';
import type { Operand } from './launch.ts';
import { byAxis, endValues, paramsFor } from './launch.ts';
import type { WebGpu } from '../webgpu.ts';

/** Windows along an axis: the place of a tap is `column * columnStep + tap * tapStep + origin`, over `divisor`. */
interface DirectAxis {
  readonly columns: number;
  readonly columnStep: number;
  readonly taps: number;
  readonly tapStep: number;
  readonly origin: number;
  /** The length of the images' axis. */
  readonly length: number;
}

/** A convolution, or its adjoint to the images. */
export interface Direct {
  readonly left: Operand;
  readonly image: Operand;
  /** The result's. */
  readonly shape: readonly number[];
  /** Channels of the result, and of the images, in a group. */
  readonly rows: number;
  readonly channels: number;
  /** Strides of the kernels: from one channel of the result to the next, from one of the images, from one group. */
  readonly roles: { readonly rows: number; readonly channels: number; readonly group: number };
  readonly axes: readonly (DirectAxis & { readonly divisor: number })[];
  readonly strided: boolean;
}

/** Computes a convolution element by element, and does the job. */
export function directly(home: WebGpu, direct: Direct, job: EndJob): void {
  const { left, image, shape, rows, channels, roles, axes, strided } = direct;
  const spec = {
    axes: axes.length,
    left: left.element,
    image: image.element,
    strided,
  };
  const { end, buffers, params: values, targets } = job;
  const key = `conv direct ${Object.values(spec).join(' ')} ${endKey(end)}`;
  const kernel = home.kernel(key, () => buildGridDirect({ ...spec, end }));
  const total = sizeOf(shape);
  const params = paramsFor(kernel, {
    total,
    rows,
    filters: shape[1],
    channels,
    imageOffset: image.offset,
    imageOuter: image.strides[0],
    imageChannel: image.strides[1],
    aOffset: left.offset,
    aRow: roles.rows,
    aOuter: roles.channels,
    aGroup: roles.group,
    ...endValues(end, values),
    ...byAxis(
      axes.map((axis, d) => ({ ...numbersOf(axis), ...stridesOf(left, image, d), divisor: axis.divisor })),
    ),
  });
  const bound = [left.bytes, image.bytes, ...buffers, ...targets];
  home.gpu.launch(kernel, bound, params, Math.ceil(total / DIRECT_GROUP));
}

const numbersOf = ({ columns, columnStep, taps, tapStep, origin, length }: DirectAxis) => ({
  columns,
  columnStep,
  taps,
  tapStep,
  origin,
  length,
});

const stridesOf = (left: Operand, image: Operand, d: number) => ({
  a: left.strides[d + 2],
  image: image.strides[d + 2],
});

/** An adjoint to the kernels: `left` are gradients of the result. */
export interface DirectTaps {
  readonly left: Operand;
  readonly image: Operand;
  /** The kernels'. */
  readonly shape: readonly number[];
  /** Filters in a group. */
  readonly rows: number;
  readonly axes: readonly DirectAxis[];
}

/** Taps of the last axis that a workgroup sums up together, at most. */
const MOST_TAPS = 8;
/** Workgroups that keep a large GPU busy, and the elements that are worth one more. */
const BUSY = 512;
const LEAST_DEPTH = 4096;

/** Computes the gradient of kernels, few neighbouring elements in a workgroup. */
export function tapsDirectly(home: WebGpu, direct: DirectTaps, result: GpuBytes): void {
  const { left, image, shape, rows, axes } = direct;
  const [filters, channels, ...taps] = shape;
  const across = taps.at(-1)!;
  const each = Math.min(across, MOST_TAPS);
  const chunks = Math.ceil(across / each);
  const spec = { axes: axes.length, left: left.element, image: image.element, each };
  const kernel = home.kernel(`conv taps ${Object.values(spec).join(' ')}`, () => buildGridTaps(spec));
  const size = sizeOf(shape);
  const depth = axes.reduce((n, { columns }) => n * columns, left.array.shape[0]);
  const groups = (size / across) * chunks;
  const splits = Math.max(1, Math.min(Math.ceil(BUSY / groups), Math.floor(depth / LEAST_DEPTH)));
  const total = groups * splits;
  const params = paramsFor(kernel, {
    total,
    splits,
    splitDepth: Math.ceil(depth / splits),
    depth,
    size,
    filters,
    rows,
    channels,
    chunks,
    aOffset: left.offset,
    aOuter: left.strides[0],
    aRow: left.strides[1],
    imageOffset: image.offset,
    imageOuter: image.strides[0],
    imageChannel: image.strides[1],
    ...byAxis(axes.map((axis, d) => ({ ...numbersOf(axis), ...stridesOf(left, image, d) }))),
  });
  if (splits === 1) {
    home.gpu.launch(kernel, [left.bytes, image.bytes, result], params, total);
    return;
  }
  const parts = home.gpu.allocate(4 * size * splits);
  home.gpu.launch(kernel, [left.bytes, image.bytes, parts], params, total);
  const columns = { size, columns: filters, inner: size / filters };
  addParts(home, gridRing('f32'), columns, splits, parts, plainJob('f32', true, result));
  parts.release();
}
