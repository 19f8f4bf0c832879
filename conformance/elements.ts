/** Elements of arrays as plain typed arrays in C order, and distances between floats in units in the last place. */
import type { ArrayLike, TypedArray } from './namespace.ts';

/** How the elements of each dtype lie in memory: float16 as its bits, complex as pairs, bool as bytes. */
const STORED = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

export type StoredDType = keyof typeof STORED;

export const itemsize = (dtype: string): number =>
  STORED[dtype as StoredDType].BYTES_PER_ELEMENT * (isComplex(dtype) ? 2 : 1);

export const isComplex = (dtype: string): boolean => dtype.startsWith('complex');
export const isFloating = (dtype: string): boolean => dtype.startsWith('float') || isComplex(dtype);

/** Typed elements over the bytes of recorded memory. */
export function elementsOf(bytes: Uint8Array<ArrayBuffer>, dtype: string): TypedArray {
  return new STORED[dtype as StoredDType](bytes.buffer);
}

/** The elements of arrays that are not on the processor, as they were last read. */
const fetched = new WeakMap<ArrayLike, TypedArray>();

/** Keeps the elements of an array, in C order, for `gather`. */
export function keepElements(a: ArrayLike, elements: TypedArray): void {
  fetched.set(a, elements);
}

/** The elements of an array in C order. */
export function gather(a: ArrayLike): TypedArray {
  const known = fetched.get(a);
  if (known) return known;
  const dtype = a.dtype.name;
  const { data, shape, strides } = a;
  const width = isComplex(dtype) ? 2 : 1;
  const size = shape.reduce((product, n) => product * n, 1);
  const out = new STORED[dtype as StoredDType](size * width);
  if (size === 0) return out;
  const steps = strides.map((stride) => stride / data.BYTES_PER_ELEMENT);
  const first = steps.reduce((sum, step, axis) => sum + Math.min(0, step * (shape[axis] - 1)), 0);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, at = -first; i < size; i++) {
    for (let part = 0; part < width; part++) out[i * width + part] = data[at + part];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += steps[axis];
      if (++index[axis] < shape[axis]) break;
      at -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

const word64 = new DataView(new ArrayBuffer(8));

/** Bits of a float64 as an integer that grows with the value. */
function order64(x: number): bigint {
  word64.setFloat64(0, x);
  const bits = word64.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) - 1n : bits;
}

/** The bits of a number folded to 32; all NaN give the same. */
export function foldBits(x: number): number {
  word64.setFloat64(0, Number.isNaN(x) ? NaN : x);
  return word64.getInt32(0) ^ word64.getInt32(4);
}

function order32(x: number): number {
  word64.setFloat32(0, x);
  const bits = word64.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) - 1 : bits;
}

const order16 = (bits: number): number => (bits & 0x8000 ? -(bits & 0x7fff) - 1 : bits);
const isNaN16 = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;

/**
 * Distance in units in the last place. NaN equals NaN whatever its bits. NaN and a number, opposite infinities and opposite zeros
 * are infinitely far apart.
 */
export function ulpDistance(dtype: string, x: number, y: number): number {
  if (dtype === 'float16') {
    if (isNaN16(x) || isNaN16(y)) return isNaN16(x) && isNaN16(y) ? 0 : Infinity;
    return (x | y) === 0x8000 && x !== y ? Infinity : Math.abs(order16(x) - order16(y));
  }
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y) ? 0 : Infinity;
  if (Object.is(x, y)) return 0;
  if ((x === 0 && y === 0) || (!Number.isFinite(x) && !Number.isFinite(y))) return Infinity;
  if (dtype === 'float32' || dtype === 'complex64') return Math.abs(order32(x) - order32(y));
  const distance = order64(x) - order64(y);
  return Number(distance < 0n ? -distance : distance);
}

/** The spacing of floats of a dtype at the magnitude of `x`. */
export function spacingAt(dtype: string, x: number): number {
  const [bits, least] =
    dtype === 'float16' ? [10, -24] : dtype === 'float32' || dtype === 'complex64' ? [23, -149] : [52, -1074];
  const exponent = x === 0 || !Number.isFinite(x) ? -Infinity : Math.floor(Math.log2(Math.abs(x)));
  return 2 ** Math.max(least, exponent - bits);
}

/** The value of a float16's bits. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** An element as text, for messages. */
export function show(dtype: string, data: TypedArray, i: number): string {
  const text = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x));
  if (isComplex(dtype)) return `(${text(data[2 * i])}, ${text(data[2 * i + 1])}j)`;
  return text(dtype === 'float16' ? half(Number(data[i])) : data[i]);
}
