/** Windows along axes, the places of their largest elements, and the matrices that sum over them. */
import { int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { heap } from '../../array/heap.ts';
import { denseStrides, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { LazyKernel } from '../../device/current.ts';
import { lazyKernel } from '../../device/current.ts';
import { BYTES, lanes, vectorOf } from '../../kernel/types.ts';
import { windowExtrema } from '../../kernel/window/extrema.ts';
import { acceleratorOf } from '../accelerator.ts';
import { allocateWork } from '../product.ts';
import { computeDType } from './near.ts';
import { makePlanes, planesOf } from './planes.ts';
import type { SparseMatrix } from './resample.ts';
import { sparseMatrix } from './resample.ts';

/** The windows along an axis: the first place of each inside the axis, and how many of its places are. */
export interface Windows {
  readonly length: number;
  readonly starts: readonly number[];
  readonly counts: readonly number[];
  /** Elements between places of a window. */
  readonly step: number;
}

/** Windows of `kernel` places that slide over an axis. */
export function slidingWindows(
  length: number,
  output: number,
  {
    kernel,
    stride,
    padding,
    dilation,
  }: { kernel: number; stride: number; padding: number; dilation: number },
): Windows {
  const starts: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < output; i++) {
    const first = i * stride - padding;
    const before = first < 0 ? Math.ceil(-first / dilation) : 0;
    const inside = Math.ceil((length - first) / dilation);
    starts.push(first + before * dilation);
    counts.push(Math.max(Math.min(kernel, inside) - before, 0));
  }
  return { length, starts, counts, step: dilation };
}

/** Windows that cover an axis evenly. */
export function evenWindows(length: number, output: number): Windows {
  const edges = Array.from({ length: output }, (_, i) => [
    Math.floor((i * length) / output),
    Math.ceil(((i + 1) * length) / output),
  ]);
  return {
    length,
    starts: edges.map(([start]) => start),
    counts: edges.map(([start, end]) => end - start),
    step: 1,
  };
}

/** The matrix that sums over windows. */
export function sumOver({ length, starts, counts, step }: Windows): SparseMatrix {
  const row = (start: number, count: number) =>
    Array.from({ length: count }, (_, i) => [start + i * step, 1] as const);
  return sparseMatrix(
    length,
    starts.map((start, i) => row(start, counts[i])),
  );
}

const known = /* @__PURE__ */ new Map<'f32' | 'f64', LazyKernel<'argmax'>>();

function kernelOf(type: 'f32' | 'f64'): LazyKernel<'argmax'> {
  let kernel = known.get(type);
  if (!kernel) known.set(type, (kernel = lazyKernel(() => windowExtrema(type))));
  return kernel;
}

const NO_AXIS: Windows = { length: 1, starts: [0], counts: [1], step: 1 };

/**
 * The place of each window's first largest element, or last NaN if there is one, as an index into the flattened plane.
 *
 * @param x - shape (..., plane) in a float dtype
 * @param windows - of each axis of the plane, one to three
 * @returns shape (..., windows along each axis)
 * @throws ValueError for a window that has no place inside the plane.
 */
export function maxIndices(x: NDArray, windows: readonly Windows[]): NDArray<'int64'> {
  if (tracing.tracer !== null && x.traced)
    return tracing.tracer.call(MAX_INDICES, [x, windows]) as NDArray<'int64'>;
  const on = acceleratorOf(x);
  if (on !== null) return on.maxIndices(x, windows);
  for (const { counts, length } of windows) {
    if (counts.includes(0)) throw new ValueError(`a window has no place inside an axis of length ${length}`);
  }
  const lead = x.shape.slice(0, x.ndim - windows.length);
  const axes = [...new Array<Windows>(3 - windows.length).fill(NO_AXIS), ...windows];
  const lengths = axes.map(({ length }) => length);
  const outputs = axes.map(({ starts }) => starts.length);
  const [plane, size] = [sizeOf(lengths), sizeOf(outputs)];
  const type = computeDType(x.dtype).element as 'f32' | 'f64';
  const [layer, row] = denseStrides(lengths, 1);
  const steps = axes.map(({ step }, i) => step * [layer, row, 1][i]);
  const wide = evenRun(axes[2], lanes(vectorOf(type)));
  const source = planesOf(x, sizeOf(lead), plane);
  const tables = writeTables(axes);
  try {
    const shape = [...lead, ...outputs.slice(3 - windows.length)];
    return makePlanes(shape, int64, size, [source], ([at], out, planes) => {
      // prettier-ignore
      kernelOf(type)().argmax(
        planes, at, plane * BYTES[type], out,
        ...outputs, ...tables, ...steps, layer, row, wide.start, wide.count, wide.stride,
      );
    }) as NDArray<'int64'>;
  } finally {
    heap.free(tables[0]);
  }
}

/** The search for largest elements as the tape knows it: indices have no derivative. */
export const MAX_INDICES = /* @__PURE__ */ primitive('argmax of windows', maxIndices);

/** The longest run of whole windows that lie equally far apart, its length a multiple of `lanes`. */
function evenRun({ starts, counts }: Windows, multiple: number) {
  const whole = Math.max(...counts);
  const start = counts.indexOf(whole);
  const stride = start + 1 < starts.length ? starts[start + 1] - starts[start] : 1;
  let end = start + 1;
  while (end < starts.length && counts[end] === whole && starts[end] - starts[end - 1] === stride) end++;
  return { start, count: Math.floor((end - start) / multiple) * multiple, stride };
}

/** Writes the windows of each axis as the kernel reads them, and gives the tables' addresses. */
function writeTables(axes: readonly Windows[]): number[] {
  let next = allocateWork(axes.reduce((bytes, { starts }) => bytes + 8 * starts.length, 0));
  return axes.map(({ starts, counts }) => {
    const table = next;
    heap.views.int32.set(
      starts.flatMap((start, i) => [start, counts[i]]),
      table / 4,
    );
    next += 8 * starts.length;
    return table;
  });
}
