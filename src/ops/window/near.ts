/** Operands where kernels can work on them: in the heap, in the type that kernels compute with. */
import type { DType } from '../../array/dtype.ts';
import { float32 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import { castInto } from '../cast.ts';
import { heapArray } from '../index/walk.ts';

/** The dtype that kernels compute elements of a float dtype with. */
export function computeDType(dtype: DType): DType {
  return dtype.name === 'float16' ? float32 : dtype;
}

/** Whether kernels can work on the array as it is. */
export function isNear(a: NDArray): boolean {
  return a.storage.inHeap && a.dtype === computeDType(a.dtype);
}

/** Calls `fn` with an array that holds the elements of `a` near: itself, or a dense copy for the time of the call. */
export function withNear<T>(a: NDArray, fn: (near: NDArray) => T): T {
  if (isNear(a)) return fn(a);
  const copy = heapArray(a.shape, computeDType(a.dtype));
  try {
    castInto(copy, a);
    return fn(copy);
  } finally {
    copy.storage.dispose();
  }
}

/** The part `start:start + count` of the first axis. */
export function part(a: NDArray, start: number, count: number): NDArray {
  return viewArray(a, a.shape.with(0, count), a.strides, a.offset + start * a.strides[0]);
}

/** Bytes of copies that are worked on at a time, so that they stay in the cache. */
const CHUNK = 2 ** 21;

/** How many of `count` pieces to take at a time, where one needs so many bytes of copies. */
export function chunkLength(count: number, bytes: number): number {
  return bytes === 0 ? count : Math.max(1, Math.min(count, Math.floor(CHUNK / bytes)));
}
