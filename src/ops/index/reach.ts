/** Brings arrays that lie outside the heap to where kernels reach them. */
import { heap } from '../../array/heap.ts';
import { byteExtent } from '../../array/layout.ts';
import { NDArray } from '../../array/ndarray.ts';
import { borrowHeap } from '../../array/storage.ts';
import { castInto } from '../cast.ts';
import { heapArray } from './walk.ts';

/** Calls `fn` with the array, or with a dense copy of it in the heap that it only reads. */
export function inHeap<T>(a: NDArray, fn: (a: NDArray) => T): T {
  if (a.storage.inHeap) return fn(a);
  const own = heapArray(a.shape, a.dtype);
  try {
    castInto(own, a);
    return fn(own);
  } finally {
    own.storage.dispose();
  }
}

/** What is done with the elements: if they are written all of them, what was there before does not matter. */
export type Use = 'read' | 'write' | 'change';

/**
 * Calls `fn` with the array, or with an array of the same strides on a copy of its bytes in the heap, which are copied back if
 * they are written.
 *
 * @returns false if the heap has no room; `fn` has not been called then
 */
export function withBytesInHeap(a: NDArray, use: Use, fn: (a: NDArray) => void): boolean {
  if (a.storage.inHeap) {
    fn(a);
    return true;
  }
  const { low, high } = byteExtent(a.shape, a.strides, a.itemsize);
  const length = high - low;
  const storage = borrowHeap(length);
  if (storage === null) return false;
  const { address } = storage;
  try {
    const bytes = a.storage.views.uint8.subarray(a.offset + low, a.offset + high);
    const holes = length !== a.nbytes;
    if (use !== 'write' || holes) heap.views.uint8.set(bytes, address);
    fn(new NDArray(storage, a.dtype, a.shape, a.strides, address - low, null));
    if (use !== 'read') bytes.set(heap.views.uint8.subarray(address, address + length));
    return true;
  } finally {
    storage.dispose();
  }
}
