/** Arrays as .npy files: the header and the elements. */
import type { DType } from '../../array/dtype.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { cast } from '../../ops/cast.ts';
import { swapBytes } from './byteorder.ts';
import { formatHeader, readHeader } from './header.ts';
import type { Version } from './header.ts';
import type { Source } from './source.ts';

/** An array as it can be written: itself if its elements lie densely in C or F order, or a copy in C order. */
export function dense(a: NDArray): NDArray {
  return a.cContiguous || a.fContiguous ? a : cast(a, a.dtype, emptyArray(a.shape, a.dtype));
}

/**
 * Writes an array as an .npy file.
 *
 * @param a - a dense array.
 * @param write - takes the pieces. The elements are not copied: the piece that holds them is the array's own memory.
 */
export function writeNpy(a: NDArray, write: (bytes: Uint8Array) => void, version?: Version): void {
  write(formatHeader(a.shape, a.dtype, !a.cContiguous, version));
  if (a.size > 0) write(elementBytes(a));
}

/**
 * Reads an .npy file.
 *
 * @throws ValueError if it is damaged, or holds what arrays cannot hold here; before memory is taken for the elements.
 */
export function readNpy(source: Source, maxHeaderSize: number): NDArray {
  const { shape, fortranOrder, dtype, swapped, dataStart } = readHeader(source, maxHeaderSize);
  const a = emptyArray(shape, dtype, fortranOrder ? 'F' : 'C');
  if (a.size > 0) source.copyTo(dataStart, elementBytes(a));
  makeNative(elementBytes(a), dtype, swapped);
  return a;
}

/** Turns elements as they were stored into what arrays hold: little-endian, and booleans that are 0 or 1. */
export function makeNative(bytes: Uint8Array, dtype: DType, swapped: boolean): void {
  if (swapped) swapBytes(bytes, dtype);
  if (dtype.kind === 'b') bytes.forEach((byte, i) => byte > 1 && (bytes[i] = 1));
}

/** The memory of a dense array. */
export function elementBytes(a: NDArray): Uint8Array {
  return a.storage.views.uint8.subarray(a.offset, a.offset + a.nbytes);
}
