/** Reading and writing one element as a JavaScript scalar. */
import type { ElementType } from '../kernel/element.ts';
import { Complex } from './complex.ts';
import { bitsToHalf, halfToBits } from './half.ts';
import type { Views } from './views.ts';

export type Scalar = number | bigint | boolean | Complex;

/** The element at a byte position. A 64-bit integer is a number when that is exact, else a bigint. */
export function readElement(views: Views, type: ElementType, address: number): Scalar {
  switch (type) {
    case 'bool':
      return views.uint8[address] !== 0;
    case 'i8':
      return views.int8[address];
    case 'u8':
      return views.uint8[address];
    case 'i16':
      return views.int16[address / 2];
    case 'u16':
      return views.uint16[address / 2];
    case 'i32':
      return views.int32[address / 4];
    case 'u32':
      return views.uint32[address / 4];
    case 'i64':
      return safe(views.int64[address / 8]);
    case 'u64':
      return safe(views.uint64[address / 8]);
    case 'f16':
      return bitsToHalf(views.uint16[address / 2]);
    case 'f32':
      return views.float32[address / 4];
    case 'f64':
      return views.float64[address / 8];
    case 'c64':
      return new Complex(views.float32[address / 4], views.float32[address / 4 + 1]);
    case 'c128':
      return new Complex(views.float64[address / 8], views.float64[address / 8 + 1]);
  }
}

type NumberArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** The typed array that holds elements of a type as they are; undefined if an element has to be decoded. */
function plainView(views: Views, type: ElementType): NumberArray | undefined {
  switch (type) {
    case 'i8':
      return views.int8;
    case 'u8':
      return views.uint8;
    case 'i16':
      return views.int16;
    case 'u16':
      return views.uint16;
    case 'i32':
      return views.int32;
    case 'u32':
      return views.uint32;
    case 'f32':
      return views.float32;
    case 'f64':
      return views.float64;
    default:
      return undefined;
  }
}

/** `count` elements, `stride` bytes apart, as JavaScript scalars. */
export function readElements(
  views: Views,
  type: ElementType,
  address: number,
  stride: number,
  count: number,
): Scalar[] {
  const items = new Array<Scalar>(count);
  const plain = plainView(views, type);
  if (!plain) {
    for (let i = 0; i < count; i++) items[i] = readElement(views, type, address + i * stride);
    return items;
  }
  const width = plain.BYTES_PER_ELEMENT;
  const [first, step] = [address / width, stride / width];
  for (let i = 0; i < count; i++) items[i] = plain[first + i * step];
  return items;
}

/** A 64-bit integer as a number when it is a safe integer. */
export function safe(x: bigint): number | bigint {
  const n = Number(x);
  return Number.isSafeInteger(n) ? n : x;
}

/** Writes a scalar that the element type can hold (checked by the caller) at a byte position. */
export function writeElement(views: Views, type: ElementType, address: number, value: Scalar): void {
  switch (type) {
    case 'bool':
      views.uint8[address] = isTrue(value) ? 1 : 0;
      return;
    case 'i8':
      views.int8[address] = Number(value);
      return;
    case 'u8':
      views.uint8[address] = Number(value);
      return;
    case 'i16':
      views.int16[address / 2] = Number(value);
      return;
    case 'u16':
      views.uint16[address / 2] = Number(value);
      return;
    case 'i32':
      views.int32[address / 4] = Number(value);
      return;
    case 'u32':
      views.uint32[address / 4] = Number(value);
      return;
    case 'i64':
      views.int64[address / 8] = toBigInt(value);
      return;
    case 'u64':
      views.uint64[address / 8] = toBigInt(value);
      return;
    case 'f16':
      views.uint16[address / 2] = halfToBits(Number(value));
      return;
    case 'f32':
      views.float32[address / 4] = Number(value);
      return;
    case 'f64':
      views.float64[address / 8] = Number(value);
      return;
    case 'c64':
      writePair(views.float32, address / 4, value);
      return;
    case 'c128':
      writePair(views.float64, address / 8, value);
      return;
  }
}

function writePair(view: Float32Array | Float64Array, at: number, value: Scalar): void {
  view[at] = value instanceof Complex ? value.re : Number(value);
  view[at + 1] = value instanceof Complex ? value.im : 0;
}

/** Python's truth of a scalar; NaN is true. */
export function isTrue(value: Scalar): boolean {
  return value instanceof Complex ? value.re !== 0 || value.im !== 0 : Boolean(value) || Number.isNaN(value);
}

function toBigInt(value: Scalar): bigint {
  return BigInt(typeof value === 'number' ? Math.trunc(value) : (value as bigint | boolean));
}
