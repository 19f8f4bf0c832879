/** Byte orders: arrays are always little-endian here, files and buffers need not be. */
import { DTYPES, dtype as dtypeOf } from '../../array/dtype.ts';
import type { DType, DTypeLike } from '../../array/dtype.ts';

/** A dtype, and whether its bytes lie in the other order than arrays have them. */
export interface StoredType {
  readonly dtype: DType;
  readonly swapped: boolean;
}

/**
 * The dtype that an array-protocol text such as `'>f8'` or `'|b1'` names, in either byte order.
 *
 * @returns undefined if it names none that arrays have here.
 */
export function parseDescr(text: string): StoredType | undefined {
  const [, order, kind, size] = /^([<>=|]?)([biufc])(\d{1,2})$/.exec(text) ?? [];
  const dtype = DTYPES.find((d) => d.kind === kind && d.itemsize === Number(size));
  return dtype && { dtype, swapped: order === '>' && dtype.itemsize > 1 };
}

/**
 * The dtype that an argument names, in either byte order: `np.dtype`'s names, and those with `>` before them.
 *
 * @throws TypeError if there is none.
 */
export function storedType(like: DTypeLike | null | undefined): StoredType {
  if (typeof like === 'string' && like.startsWith('>')) {
    const dtype = dtypeOf(`<${like.slice(1)}`);
    return { dtype, swapped: dtype.itemsize > 1 };
  }
  return { dtype: dtypeOf(like ?? null), swapped: false };
}

/** Reverses the bytes of every element (of each part of complex ones), in place. */
export function swapBytes(bytes: Uint8Array, dtype: DType): void {
  const size = dtype.alignment;
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = start, j = start + size - 1; i < j; i++, j--) {
      const kept = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = kept;
    }
  }
}
