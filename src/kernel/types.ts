/** Types of values inside a kernel. `bool` is a truth value; the rest name a storage width and an interpretation. */
export type ScalarType = 'bool' | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';

/** A 128-bit vector, by lane type. Comparisons of vectors give a mask: the signed integer vector of the same lane width. */
export type VectorType =
  'i8x16' | 'u8x16' | 'i16x8' | 'u16x8' | 'i32x4' | 'u32x4' | 'i64x2' | 'u64x2' | 'f32x4' | 'f64x2';

export type ValueType = ScalarType | VectorType;

export const BYTES: Readonly<Record<ScalarType, number>> = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
};

const VECTOR_OF = {
  i8: 'i8x16',
  u8: 'u8x16',
  i16: 'i16x8',
  u16: 'u16x8',
  i32: 'i32x4',
  u32: 'u32x4',
  i64: 'i64x2',
  u64: 'u64x2',
  f32: 'f32x4',
  f64: 'f64x2',
} as const;

/** The 128-bit vector whose lanes are of `type`. */
export function vectorOf(type: Exclude<ScalarType, 'bool'>): VectorType {
  return VECTOR_OF[type];
}

export function isVector(type: ValueType): type is VectorType {
  return type.includes('x');
}

/** The lane type of a vector, and a scalar type itself. */
export function laneOf(type: ValueType): ScalarType {
  return (isVector(type) ? type.slice(0, type.indexOf('x')) : type) as ScalarType;
}

/** The number of lanes of a vector; 1 for a scalar. */
export function lanes(type: ValueType): number {
  return isVector(type) ? 16 / BYTES[laneOf(type)] : 1;
}

export function isFloat(type: ValueType): boolean {
  return type[0] === 'f';
}

export function isSigned(type: ValueType): boolean {
  return type[0] === 'i';
}

export function isInteger(type: ValueType): boolean {
  return type[0] === 'i' || type[0] === 'u';
}

/** The mask type that a comparison of `type` gives. */
export function maskOf(type: ValueType): ValueType {
  if (!isVector(type)) return 'bool';
  return (['i8x16', 'i16x8', 'i32x4', 'i64x2'] as const)[Math.log2(BYTES[laneOf(type)])];
}
