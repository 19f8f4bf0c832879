/** The dtypes that a GPU has instead of those of 64 bits a number. */
import { elementsOf, itemsize } from '../elements.ts';
import type { TypedArray } from '../namespace.ts';

const NARROW: Readonly<Record<string, string>> = {
  int64: 'int32',
  uint64: 'uint32',
  float64: 'float32',
  complex128: 'complex64',
};

/** Whether a GPU lacks a dtype. */
export const isWide = (dtype: string): boolean => dtype in NARROW;

/** The dtype itself, or the one of half the bytes that stands for it on a GPU. */
export const narrowName = (dtype: string): string => NARROW[dtype] ?? dtype;

/** Elements in the dtype's narrow form: integers keep their low bits, as they do where an operation overflows. */
export function narrowElements(dtype: string, elements: TypedArray): TypedArray {
  if (elements instanceof BigInt64Array)
    return Int32Array.from(elements, (x) => Number(BigInt.asIntN(32, x)));
  if (elements instanceof BigUint64Array)
    return Uint32Array.from(elements, (x) => Number(BigInt.asUintN(32, x)));
  return isWide(dtype) ? Float32Array.from(elements as Float64Array) : elements;
}

/** Recorded bytes in the dtype's narrow form. */
export function narrowBytes(dtype: string, bytes: Uint8Array<ArrayBuffer>): TypedArray {
  return narrowElements(dtype, elementsOf(bytes, dtype));
}

/** Strides or an offset in bytes between elements of the narrow form; `null` where they don't fall on elements. */
export function narrowSteps(dtype: string, steps: readonly number[]): number[] | null {
  if (!isWide(dtype)) return [...steps];
  const ratio = itemsize(dtype) / itemsize(narrowName(dtype));
  const width = itemsize(narrowName(dtype));
  const narrow = steps.map((step) => step / ratio);
  return narrow.every((step) => step % width === 0) ? narrow : null;
}
