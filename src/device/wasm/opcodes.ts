/**
 * The instruction set as tables (WebAssembly core specification, with fixed-width SIMD and bulk memory).
 * An instruction with a prefix byte is numbered `prefix << 12 | code`.
 */
import type { ScalarType, ValueType, VectorType } from '../../kernel/types.ts';

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** What a value of a kernel type is held in. Small integers and truth values live in an i32. */
export const MACHINE: Readonly<Record<ValueType, number>> = {
  bool: I32,
  i8: I32,
  u8: I32,
  i16: I32,
  u16: I32,
  i32: I32,
  u32: I32,
  i64: I64,
  u64: I64,
  f32: F32,
  f64: F64,
  i8x16: V128,
  u8x16: V128,
  i16x8: V128,
  u16x8: V128,
  i32x4: V128,
  u32x4: V128,
  i64x2: V128,
  u64x2: V128,
  f32x4: V128,
  f64x2: V128,
};

export type OpTable = Readonly<Record<string, number | undefined>>;

const SIMD = 0xfd000;

/** Consecutive instruction numbers from `first`, by name. */
function run(first: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name, i) => [name, first + i]));
}

/** Control and variables. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  memoryCopy: 0xfc00a,
  memoryFill: 0xfc00b,
  shuffle: SIMD | 13,
  bitselect: SIMD | 82,
  anyTrue: SIMD | 83,
  andnot: SIMD | 79,
} as const;

/** `end` after a block without a result. */
export const EMPTY_BLOCK = 0x40;

const INTEGER_COMPARISONS = 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const INTEGER_ARITHMETIC = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u';
const FLOAT_COMPARISONS = 'eq ne lt gt le ge';
const FLOAT_ARITHMETIC = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';

/** Scalar operations by machine type. */
export const SCALAR_OPS: Readonly<Record<number, OpTable>> = /* @__PURE__ */ (() => ({
  [I32]: {
    ...run(0x45, INTEGER_COMPARISONS),
    ...run(0x67, INTEGER_ARITHMETIC),
    extend8: 0xc0,
    extend16: 0xc1,
  },
  [I64]: { ...run(0x50, INTEGER_COMPARISONS), ...run(0x79, INTEGER_ARITHMETIC) },
  [F32]: { ...run(0x5b, FLOAT_COMPARISONS), ...run(0x8b, FLOAT_ARITHMETIC) },
  [F64]: { ...run(0x61, FLOAT_COMPARISONS), ...run(0x99, FLOAT_ARITHMETIC) },
}))();

/** Conversions as `target from source`, where a machine type is followed by the sign its integers are read with. */
export const CONVERT: OpTable = {
  'i32 from i64': 0xa7,
  'i64 from i32': 0xac,
  'i64 from u32': 0xad,
  'f32 from i32': 0xb2,
  'f32 from u32': 0xb3,
  'f32 from i64': 0xb4,
  'f32 from u64': 0xb5,
  'f32 from f64': 0xb6,
  'f64 from i32': 0xb7,
  'f64 from u32': 0xb8,
  'f64 from i64': 0xb9,
  'f64 from u64': 0xba,
  'f64 from f32': 0xbb,
  'i32 from f32': 0xfc000,
  'u32 from f32': 0xfc001,
  'i32 from f64': 0xfc002,
  'u32 from f64': 0xfc003,
  'i64 from f32': 0xfc004,
  'u64 from f32': 0xfc005,
  'i64 from f64': 0xfc006,
  'u64 from f64': 0xfc007,
};

/** Reinterpretations, by machine type of the result; the operand is the other type of the same width. */
export const REINTERPRET: Readonly<Record<number, number>> = {
  [I32]: 0xbc,
  [I64]: 0xbd,
  [F32]: 0xbe,
  [F64]: 0xbf,
};

export const LOAD: Readonly<Record<ScalarType, number>> = {
  bool: 0x2d,
  i8: 0x2c,
  u8: 0x2d,
  i16: 0x2e,
  u16: 0x2f,
  i32: 0x28,
  u32: 0x28,
  i64: 0x29,
  u64: 0x29,
  f32: 0x2a,
  f64: 0x2b,
};

export const STORE: Readonly<Record<ScalarType, number>> = {
  bool: 0x3a,
  i8: 0x3a,
  u8: 0x3a,
  i16: 0x3b,
  u16: 0x3b,
  i32: 0x36,
  u32: 0x36,
  i64: 0x37,
  u64: 0x37,
  f32: 0x38,
  f64: 0x39,
};

export const VECTOR_LOAD = SIMD;
export const VECTOR_STORE = SIMD | 11;
export const VECTOR_CONST = SIMD | 12;

/** The load that splats what the scalar load of this number reads. */
export const LOAD_SPLAT: Readonly<Record<number, number | undefined>> = {
  0x2c: SIMD | 7,
  0x2d: SIMD | 7,
  0x2e: SIMD | 8,
  0x2f: SIMD | 8,
  0x28: SIMD | 9,
  0x2a: SIMD | 9,
  0x29: SIMD | 10,
  0x2b: SIMD | 10,
};

/** The load that splats lanes as wide as those of the splat of this number. */
export const SPLAT_LOAD: Readonly<Record<number, number | undefined>> = {
  [SIMD | 15]: SIMD | 7,
  [SIMD | 16]: SIMD | 8,
  [SIMD | 17]: SIMD | 9,
  [SIMD | 19]: SIMD | 9,
  [SIMD | 18]: SIMD | 10,
  [SIMD | 20]: SIMD | 10,
};

const BITS = /* @__PURE__ */ (() => ({ ...run(SIMD | 77, 'not and'), or: SIMD | 80, xor: SIMD | 81 }))();
const INT = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const MIN_MAX = 'min_s min_u max_s max_u';
const SHIFTS = 'shl shr_s shr_u add';

/** Vector operations by lane type; signed and unsigned lanes share a table, whose names end in _s or _u where it matters. */
const LANES = /* @__PURE__ */ (() => ({
  i8: {
    ...BITS,
    ...{ splat: SIMD | 15, extract_s: SIMD | 21, extract_u: SIMD | 22, replace: SIMD | 23 },
    ...run(SIMD | 35, INT),
    ...run(SIMD | 96, 'abs neg popcnt allTrue bitmask narrow_s narrow_u'),
    ...run(SIMD | 107, SHIFTS),
    sub: SIMD | 113,
    ...run(SIMD | 118, MIN_MAX),
  },
  i16: {
    ...BITS,
    ...{ splat: SIMD | 16, extract_s: SIMD | 24, extract_u: SIMD | 25, replace: SIMD | 26 },
    ...run(SIMD | 45, INT),
    ...{ pairs_u: SIMD | 125, abs: SIMD | 128, neg: SIMD | 129, mul: SIMD | 149, sub: SIMD | 145 },
    ...run(SIMD | 131, 'allTrue bitmask narrow_s narrow_u low_s high_s low_u high_u'),
    ...run(SIMD | 139, SHIFTS),
    ...run(SIMD | 150, MIN_MAX),
  },
  i32: {
    ...BITS,
    ...{ splat: SIMD | 17, extract: SIMD | 27, replace: SIMD | 28 },
    ...run(SIMD | 55, INT),
    ...{ pairs_u: SIMD | 127, abs: SIMD | 160, neg: SIMD | 161, sub: SIMD | 177 },
    ...run(SIMD | 163, 'allTrue bitmask'),
    ...run(SIMD | 167, 'low_s high_s low_u high_u'),
    ...run(SIMD | 171, SHIFTS),
    ...run(SIMD | 181, `mul ${MIN_MAX}`),
    ...run(SIMD | 248, 'truncSat_s truncSat_u'),
    ...run(SIMD | 252, 'truncSatZero_s truncSatZero_u'),
  },
  i64: {
    ...BITS,
    ...{ splat: SIMD | 18, extract: SIMD | 29, replace: SIMD | 30 },
    ...run(SIMD | 192, 'abs neg'),
    ...run(SIMD | 195, 'allTrue bitmask'),
    ...run(SIMD | 199, 'low_s high_s low_u high_u'),
    ...run(SIMD | 220, 'multiplyLow_s multiplyHigh_s multiplyLow_u multiplyHigh_u'),
    ...run(SIMD | 203, SHIFTS),
    ...{ sub: SIMD | 209, mul: SIMD | 213 },
    ...run(SIMD | 214, 'eq ne lt_s gt_s le_s ge_s'),
  },
  f32: {
    ...BITS,
    ...{ splat: SIMD | 19, extract: SIMD | 31, replace: SIMD | 32 },
    ...run(SIMD | 65, FLOAT_COMPARISONS),
    demoteZero: SIMD | 94,
    ...run(SIMD | 103, 'ceil floor trunc nearest'),
    ...run(SIMD | 224, 'abs neg'),
    ...run(SIMD | 227, 'sqrt add sub mul div min max pmin pmax'),
    ...run(SIMD | 250, 'convert_s convert_u'),
    ...{ allTrue: SIMD | 163, bitmask: SIMD | 164 },
  },
  f64: {
    ...BITS,
    ...{ splat: SIMD | 20, extract: SIMD | 33, replace: SIMD | 34 },
    ...run(SIMD | 71, FLOAT_COMPARISONS),
    ...{ promoteLow: SIMD | 95, ceil: SIMD | 116, floor: SIMD | 117, trunc: SIMD | 122, nearest: SIMD | 148 },
    ...run(SIMD | 236, 'abs neg'),
    ...run(SIMD | 239, 'sqrt add sub mul div min max pmin pmax'),
    ...run(SIMD | 254, 'convertLow_s convertLow_u'),
    ...{ allTrue: SIMD | 195, bitmask: SIMD | 196 },
  },
}))();

export const VECTOR_OPS: Readonly<Record<VectorType, OpTable>> = /* @__PURE__ */ (() => ({
  i8x16: LANES.i8,
  u8x16: LANES.i8,
  i16x8: LANES.i16,
  u16x8: LANES.i16,
  i32x4: LANES.i32,
  u32x4: LANES.i32,
  i64x2: LANES.i64,
  u64x2: LANES.i64,
  f32x4: LANES.f32,
  f64x2: LANES.f64,
}))();

/** An entry of a table, by the plain name or the one for the sign. */
export function signed(table: OpTable, name: string, isSigned: boolean): number | undefined {
  return table[name] ?? table[isSigned ? `${name}_s` : `${name}_u`];
}
