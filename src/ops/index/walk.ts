/** Walks in C order, for kernels where the order of elements is part of the result, and the memory that they take arguments in. */
import { MemoryError } from '../../array/errors.ts';
import { heap } from '../../array/heap.ts';
import { Storage, borrowHeap } from '../../array/storage.ts';
import { NDArray } from '../../array/ndarray.ts';
import type { DType, DTypeName } from '../../array/dtype.ts';
import { denseStrides, sizeOf } from '../../array/layout.ts';
import type { KernelEntry } from '../../device/device.ts';
import { writeWalk } from '../argblock.ts';
import type { Axis, Layout, Walk } from '../iterate.ts';

/** The walk over a shape in C order; neighbouring axes that every operand takes as one are merged. */
export function orderedWalk(shape: readonly number[], layouts: readonly Layout[]): Walk {
  const axes: Axis[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    const strides = layouts.map((x) => x.strides[d]);
    const inner = axes.at(-1);
    if (inner && strides.every((s, i) => s === inner.strides[i] * inner.length)) {
      axes[axes.length - 1] = { length: inner.length * shape[d], strides: inner.strides };
    } else {
      axes.push({ length: shape[d], strides });
    }
  }
  return { axes, addresses: layouts.map((x) => x.address) };
}

/** Kernels count in 31 bits. */
const LONGEST = 2 ** 30;

/** The same walk in parts, one after the other, of at most `most` elements. */
export function* parts({ axes, addresses }: Walk, most = LONGEST): Generator<Walk> {
  const count = axes.reduce((n, axis) => n * axis.length, 1);
  if (count === 0) return;
  if (count <= most) {
    yield { axes, addresses };
    return;
  }
  const outer = axes[axes.length - 1];
  const inner = axes.slice(0, -1);
  const rows = Math.floor((most * outer.length) / count);
  for (let i = 0; i < outer.length; i += Math.max(rows, 1)) {
    const at = addresses.map((a, o) => a + outer.strides[o] * i);
    if (rows === 0) yield* parts({ axes: inner, addresses: at }, most);
    else {
      const part = { length: Math.min(rows, outer.length - i), strides: outer.strides };
      yield { axes: [...inner, part], addresses: at };
    }
  }
}

/** Offsets that are computed at a time, so that they are used while in the cache. */
export const PIECE = 8192;

const LARGEST_INDEX = 8;

let memory = 0;

/** Where kernels leave a word for the caller. */
export function statusAddress(): number {
  if (memory === 0) {
    memory = heap.alloc(64 + (4 + LARGEST_INDEX) * PIECE);
    if (memory === 0) throw new MemoryError('the heap has no room for index offsets');
  }
  return memory;
}

/** Where PIECE offsets have room. */
export function pieceAddress(): number {
  return statusAddress() + 64;
}

const heapStorage = /* @__PURE__ */ new Storage(0, 0, null, null);

/** An array over memory of the heap that somebody else holds. */
export function heapView(
  shape: readonly number[],
  dtype: DType,
  strides: readonly number[],
  address: number,
): NDArray {
  return new NDArray(heapStorage, dtype, shape, strides, address, null);
}

/** A dense array of at most PIECE indices in memory that the next such array takes over. */
export function stagedArray(shape: readonly number[], dtype: DType): NDArray {
  const address = pieceAddress() + 4 * PIECE;
  return heapView(shape, dtype, denseStrides(shape, dtype.itemsize), address);
}

/** Runs a row kernel, or its nest if the walk has several axes. `extra` are the arguments behind those of the walk. */
export function runWalk(
  row: KernelEntry,
  nest: KernelEntry,
  { axes, addresses }: Walk,
  extra: readonly (number | bigint)[] = [],
): void {
  if (axes.length > 1) nest(writeWalk(0, axes, addresses), ...extra);
  else if (axes.length === 1) row(...addresses, axes[0].length, ...axes[0].strides, ...extra);
  else row(...addresses, 1, ...addresses.map(() => 0), ...extra);
}

/**
 * A dense array that surely lies in the heap, for the time of a call: dispose of its storage.
 *
 * @throws MemoryError when the heap has no room.
 */
export function heapArray<D extends DTypeName>(shape: readonly number[], dtype: DType<D>): NDArray<D> {
  const bytes = sizeOf(shape) * dtype.itemsize;
  const storage = borrowHeap(bytes);
  if (storage === null) throw new MemoryError(`Unable to allocate ${bytes} bytes in the heap`);
  const strides = denseStrides(shape, dtype.itemsize);
  return new NDArray(storage, dtype, shape, strides, storage.address, null);
}
