/** Arrays over bytes that the user holds. */
import { uint8 } from '../../array/dtype.ts';
import type { DType, DTypeLike, DTypeName } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { NDArray, emptyArray, viewArray } from '../../array/ndarray.ts';
import { adopt } from '../../array/storage.ts';
import { bind } from '../args.ts';
import type { Args } from '../args.ts';
import { storedType } from './byteorder.ts';
import type { StoredType } from './byteorder.ts';
import { makeNative } from './npy.ts';

/** What `np.frombuffer` takes besides the buffer. */
export interface FrombufferOptions<D extends DTypeName = DTypeName> {
  /** The dtype of the elements; those that begin with `>`, such as `'>f8'`, are big-endian. float64 if left out. */
  dtype?: DTypeLike<D> | null;
  /** The number of elements; all that follow if negative. */
  count?: number | null;
  /** Where the first element begins, in bytes. */
  offset?: number | null;
}

/**
 * Shows the bytes of a buffer as a one-dimensional array.
 *
 * The array shares the buffer's memory: writing to one writes to the other. What arrays cannot hold is copied instead,
 * into a read-only array: big-endian elements, elements that are not aligned, booleans that are neither 0 nor 1.
 *
 * @param buffer - a typed array, an ArrayBuffer, or a C-contiguous array.
 * @param args - `dtype, count, offset`; see FrombufferOptions.
 * @returns An array of shape `(count,)`.
 * @throws ValueError if the buffer is too small, no multiple of the element's size, or not C-contiguous.
 * @throws TypeError if there is no such dtype, or `buffer` is no buffer.
 * @example
 * np.frombuffer(Uint8Array.of(0, 1, 1, 0), { dtype: '>u2' }); // array([  1, 256], dtype=uint16)
 */
export function frombuffer<D extends DTypeName = 'float64'>(
  buffer: ArrayBufferView | ArrayBufferLike | NDArray,
  ...args: Args<FrombufferOptions<D>, ['dtype', 'count', 'offset']>
): NDArray<D> {
  const options = bind<FrombufferOptions<D>>('frombuffer', args, ['dtype', 'count', 'offset']);
  const type = storedType(options.dtype);
  const bytes = bytesOf(buffer);
  const { start, count } = findElements(bytes.size, type.dtype, options.count ?? -1, options.offset ?? 0);
  const part = viewArray(bytes, [count * type.dtype.itemsize], [1], bytes.offset + start);
  return (canShare(part, type) ? shared(part, type.dtype) : copied(part, type)) as NDArray<D>;
}

/** The memory of a buffer as an array of bytes. */
function bytesOf(buffer: ArrayBufferView | ArrayBufferLike | NDArray): NDArray<'uint8'> {
  if (buffer instanceof NDArray) {
    if (!buffer.cContiguous) throw new ValueError('ndarray is not C-contiguous');
    return viewArray(buffer, [buffer.nbytes], [1], buffer.offset, uint8);
  }
  const view = ArrayBuffer.isView(buffer) ? buffer : new Uint8Array(checkBuffer(buffer));
  return new NDArray(adopt(view), uint8, [view.byteLength], [1], view.byteOffset, null);
}

function checkBuffer(buffer: ArrayBufferLike): ArrayBufferLike {
  const kind = Object.prototype.toString.call(buffer).slice(8, -1);
  if (kind === 'ArrayBuffer' || kind === 'SharedArrayBuffer') return buffer;
  throw new TypeError(`a bytes-like object is required, not '${kind}'`);
}

function findElements(
  size: number,
  dtype: DType,
  count: number,
  start: number,
): { start: number; count: number } {
  if (!Number.isInteger(count) || !Number.isInteger(start)) {
    throw new TypeError('count and offset must be integers');
  }
  if (start < 0 || start > size) {
    throw new ValueError(`offset must be non-negative and no greater than buffer length (${size})`);
  }
  const available = (size - start) / dtype.itemsize;
  if (count < 0 && !Number.isInteger(available)) {
    throw new ValueError('buffer size must be a multiple of element size');
  }
  if (count > available) throw new ValueError('buffer is smaller than requested size');
  return { start, count: count < 0 ? available : count };
}

function canShare(part: NDArray, { dtype, swapped }: StoredType): boolean {
  if (swapped || part.offset % dtype.alignment !== 0) return false;
  return dtype.kind !== 'b' || rawBytes(part).every((byte) => byte < 2);
}

function shared(part: NDArray, dtype: DType): NDArray {
  return viewArray(part, [part.size / dtype.itemsize], [dtype.itemsize], part.offset, dtype);
}

function copied(part: NDArray, { dtype, swapped }: StoredType): NDArray {
  const a = emptyArray([part.size / dtype.itemsize], dtype);
  const target = a.storage.views.uint8.subarray(a.offset, a.offset + a.nbytes);
  target.set(rawBytes(part));
  makeNative(target, dtype, swapped);
  a.writeable = false;
  return a;
}

function rawBytes(part: NDArray): Uint8Array {
  return part.storage.views.uint8.subarray(part.offset, part.offset + part.size);
}
