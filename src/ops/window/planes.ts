/** Kernels that work on planes: dense pieces of arrays, one after the other, taken where kernels can reach them. */
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { DType } from '../../array/dtype.ts';
import { sizeOf } from '../../array/layout.ts';
import { castInto, copyOf } from '../cast.ts';
import { heapArray } from '../index/walk.ts';
import { chunkLength, computeDType, isNear, part } from './near.ts';

/** Planes that a kernel reads. */
export interface PlaneSource {
  readonly planes: NDArray;
  /** How many planes of the result go with one of these. */
  readonly share: number;
  /** Whether the planes are a copy, to be given back after use. */
  readonly own: boolean;
}

/** An array as so many planes of `size` elements: a view, or a copy if its elements do not lie in C order. */
export function planesOf(a: NDArray, count: number, size: number, share = 1): PlaneSource {
  const dense = a.cContiguous ? a : copyOf(a, a.dtype, 'C');
  const planes = viewArray(dense, [count, size], [size * a.itemsize, a.itemsize]);
  return { planes, share, own: dense !== a };
}

/** Addresses of the first planes of the sources and of the result, and how many planes of the result to make. */
type PlaneKernel = (sources: readonly number[], target: number, planes: number) => void;

/**
 * A new array of planes.
 *
 * @param shape - (..., plane); its planes come in C order
 * @param size - elements of a plane
 * @param sources - what the kernel reads
 */
export function makePlanes(
  shape: readonly number[],
  dtype: DType,
  size: number,
  sources: readonly PlaneSource[],
  kernel: PlaneKernel,
): NDArray {
  const result = emptyArray(shape, dtype);
  if (result.size === 0) return result;
  const target = viewArray(result, [sizeOf(shape) / size, size], [size * result.itemsize, result.itemsize]);
  const group = Math.max(1, ...sources.map(({ share }) => share));
  const staged = [target, ...sources.map(({ planes }) => planes)].map((a) => !isNear(a));
  const bytesOf = (a: NDArray, share: number): number =>
    (a.shape[1] * computeDType(a.dtype).itemsize * group) / share;
  const bytes = sources.reduce(
    (sum, { planes, share }, i) => sum + (staged[i + 1] ? bytesOf(planes, share) : 0),
    staged[0] ? bytesOf(target, 1) : 0,
  );
  const count = group * chunkLength(target.shape[0] / group, bytes);
  const room = (a: NDArray, planes: number, needed: boolean): NDArray | null =>
    needed ? heapArray([planes, a.shape[1]], computeDType(a.dtype)) : null;
  const made = room(target, count, staged[0]);
  const copies = sources.map(({ planes, share }, i) => room(planes, count / share, staged[i + 1]));
  try {
    for (let start = 0; start < target.shape[0]; start += count) {
      const taken = Math.min(count, target.shape[0] - start);
      const places = sources.map(({ planes, share }, i) => {
        const from = part(planes, start / share, taken / share);
        const copy = copies[i];
        if (!copy) return from.offset;
        castInto(part(copy, 0, taken / share), from);
        return copy.offset;
      });
      const to = part(target, start, taken);
      kernel(places, made ? made.offset : to.offset, taken);
      if (made) castInto(to, part(made, 0, taken));
    }
  } finally {
    for (const copy of [made, ...copies]) copy?.storage.dispose();
    for (const { planes, own } of sources) if (own) planes.storage.dispose();
  }
  return result;
}
