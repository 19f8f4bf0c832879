/** Arrays of random numbers in every layout, and what the operations on windows are by their definitions. */
import { NDArray, viewArray } from '../../../src/array/ndarray.ts';
import { adopt } from '../../../src/array/storage.ts';
import { denseStrides } from '../../../src/array/layout.ts';
import { readElement, writeElement } from '../../../src/array/element.ts';
import { float64 } from '../../../src/array/dtype.ts';
import type { DType } from '../../../src/array/dtype.ts';
import { emptyArray } from '../../../src/array/ndarray.ts';
import type { ConvOptions } from '../../../src/ops/window/conv.ts';

let state = 7;

/** Numbers between -1 and 1; with `integers` among -4 to 4, so that sums are exact. */
export function random(shape: readonly number[], dtype: DType = float64, integers = true): NDArray {
  const a = emptyArray(shape, dtype);
  for (let i = 0; i < a.size; i++) {
    state = (state * 48271) % 2147483647;
    const value = integers ? (state % 9) - 4 : state / 2 ** 30 - 1;
    writeElement(a.storage.views, dtype.element, a.offset + i * a.itemsize, value as never);
  }
  return a;
}

/** The places of all indices of a shape, in C order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) yield [];
  else for (let i = 0; i < shape[0]; i++) for (const rest of indices(shape.slice(1))) yield [i, ...rest];
}

export function at(a: NDArray, index: readonly number[]): number {
  const address = index.reduce((sum, i, axis) => sum + i * a.strides[axis], a.offset);
  return Number(readElement(a.storage.views, a.dtype.element, address));
}

/** The elements in C order. */
export const values = (a: NDArray): number[] => [...indices(a.shape)].map((index) => at(a, index) + 0);

/** The elements of `a` in another layout: axes in reverse order in memory, walked backwards, with gaps. */
export function scattered(a: NDArray): NDArray {
  const gaps = a.shape.map((n) => 2 * n + 1);
  const strides = denseStrides(gaps, a.itemsize, 'F').map((s) => -2 * s);
  const room = emptyArray([gaps.reduce((n, m) => n * m, 1)], a.dtype);
  const last = a.shape.reduce((sum, n, axis) => sum - (n - 1) * strides[axis], 0);
  const view = viewArray(room, a.shape, strides, room.offset + last);
  return copied(a, view);
}

/** The elements of `a` in an ordinary buffer, outside the heap. */
export function outside(a: NDArray): NDArray {
  const strides = denseStrides(a.shape, a.itemsize);
  return copied(a, new NDArray(adopt(new Uint8Array(a.nbytes)), a.dtype, a.shape, strides, 0, null));
}

function copied(a: NDArray, to: NDArray): NDArray {
  for (const index of indices(a.shape)) {
    const address = index.reduce((sum, i, axis) => sum + i * to.strides[axis], to.offset);
    writeElement(to.storage.views, to.dtype.element, address, at(a, index) as never);
  }
  return to;
}

/** The spatial lengths of a convolution's result with as much padding at the end as at the start. */
export function outputOf(x: readonly number[], w: readonly number[], o: ConvOptions): number[] {
  return o.stride.map((s, d) =>
    Math.floor((x[d + 2] + 2 * o.padding[d] - o.dilation[d] * (w[d + 2] - 1) - 1) / s + 1),
  );
}

/** Visits every product of a convolution: the places of the image, the kernel and the result. */
export function eachProduct(
  x: readonly number[],
  w: readonly number[],
  output: readonly number[],
  { stride, padding, dilation, groups }: ConvOptions,
  visit: (image: number[], kernel: number[], result: number[]) => void,
): void {
  const [filters, channels] = w;
  for (const result of indices([x[0], filters, ...output])) {
    const group = Math.floor(result[1] / (filters / groups));
    for (const [c, ...taps] of indices(w.slice(1))) {
      const place = taps.map((t, d) => result[d + 2] * stride[d] - padding[d] + t * dilation[d]);
      if (place.some((p, d) => p < 0 || p >= x[d + 2])) continue;
      visit([result[0], group * channels + c, ...place], [result[1], c, ...taps], result);
    }
  }
}
