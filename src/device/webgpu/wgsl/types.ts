/** The types of kernel values in WGSL, and the shapes that its functions come in. */
import type { ValueType } from '../../../kernel/types.ts';
import { isFloat, isSigned, isVector, laneOf } from '../../../kernel/types.ts';

/** The types there are. Integers narrower than 32 bits are held in 32, always within their range. */
const WGSL: Partial<Record<ValueType, string>> = {
  bool: 'bool',
  i8: 'i32',
  i16: 'i32',
  i32: 'i32',
  u8: 'u32',
  u16: 'u32',
  u32: 'u32',
  f32: 'f32',
  i32x4: 'vec4<i32>',
  u32x4: 'vec4<u32>',
  f32x4: 'vec4<f32>',
};

/**
 * A kernel type in WGSL.
 *
 * @throws Error for the types that WGSL lacks: those of 64 bits, and vectors of other than four lanes.
 */
export function wgslType(type: ValueType): string {
  const name = WGSL[type];
  if (name) return name;
  throw new Error(
    laneOf(type).endsWith('64')
      ? `${type} on a device without 64-bit types`
      : `${type} on a device whose vectors have four lanes of 32 bits`,
  );
}

/** The names of the types of a scalar, or of four lanes; each is also the function that makes all lanes of one value. */
export interface Shape {
  readonly f: string;
  readonly i: string;
  readonly u: string;
  /** What a comparison gives. */
  readonly b: string;
}

const SCALAR: Shape = { f: 'f32', i: 'i32', u: 'u32', b: 'bool' };
const VECTOR: Shape = { f: 'vec4<f32>', i: 'vec4<i32>', u: 'vec4<u32>', b: 'vec4<bool>' };

export function shapeOf(type: ValueType): Shape {
  return isVector(type) ? VECTOR : SCALAR;
}

/** The suffix of literals of a number type. */
export function suffixOf(type: ValueType): 'f' | 'i' | 'u' {
  if (isFloat(type)) return 'f';
  return isSigned(type) ? 'i' : 'u';
}
