/** Constants in WGSL. */
import type { ScalarType } from '../../../kernel/types.ts';
import { BYTES, isFloat, isSigned } from '../../../kernel/types.ts';
import { suffixOf } from './types.ts';

const word = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4));

/** The bits of a float32. */
export function floatBits(x: number): number {
  word.setFloat32(0, x);
  return word.getUint32(0);
}

/** The bits of a constant of up to 32 bits, extended by its sign. */
export function bitsOf(type: ScalarType, value: number | bigint): number {
  return isFloat(type) ? floatBits(Number(value)) : Number(value) >>> 0;
}

/** The float32 that bits stand for. */
export function floatOf(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

/** Whether bits are those of a float that a literal can stand for: of -0, subnormal numbers, infinities and NaN none can be relied on. */
export function isPlainFloat(bits: number): boolean {
  const magnitude = bits & 0x7fffffff;
  return bits === 0 || (magnitude >= 0x00800000 && magnitude < 0x7f800000);
}

/** Bits as a u32 literal. */
export const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}u`;

/** A constant as a literal. A float must be a plain one. */
export function literal(type: ScalarType, value: number | bigint): string {
  if (type === 'bool') return value ? 'true' : 'false';
  if (isFloat(type)) return `${Math.fround(Number(value))}f`;
  const wrapped = wrap(type, Number(value));
  // The minus sign is no part of a literal, and 2147483648i is out of range.
  return wrapped === -(2 ** 31) ? 'i32(-2147483648)' : `${wrapped}${suffixOf(type)}`;
}

/** An integer modulo two to the width of its type. */
function wrap(type: ScalarType, value: number): number {
  const free = 32 - 8 * BYTES[type];
  return isSigned(type) ? (value << free) >> free : (value << free) >>> free;
}
