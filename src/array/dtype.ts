/** Data types: what an element is, how it is stored, and how types combine (NumPy 2's promotion and casting). */
import type { ElementType } from '../kernel/element.ts';
import { ValueError } from './errors.ts';
import type { Complex } from './complex.ts';

/** Everything that dtypes differ by, in NumPy's order of type numbers. */
export interface DTypeTable {
  bool: Row<Uint8Array, boolean>;
  int8: Row<Int8Array, number>;
  uint8: Row<Uint8Array, number>;
  int16: Row<Int16Array, number>;
  uint16: Row<Uint16Array, number>;
  int32: Row<Int32Array, number>;
  uint32: Row<Uint32Array, number>;
  int64: Row<BigInt64Array, number | bigint>;
  uint64: Row<BigUint64Array, number | bigint>;
  float16: Row<Uint16Array, number>;
  float32: Row<Float32Array, number>;
  float64: Row<Float64Array, number>;
  complex64: Row<Float32Array, Complex>;
  complex128: Row<Float64Array, Complex>;
}

interface Row<Data, Scalar> {
  data: Data;
  scalar: Scalar;
}

export type DTypeName = keyof DTypeTable;
/** The raw typed array of a dtype: bits for float16 and pairs for complex. */
export type DataOf<D extends DTypeName> = DTypeTable[D]['data'];
/** The JavaScript scalar of a dtype. */
export type ScalarOf<D extends DTypeName> = DTypeTable[D]['scalar'];

/** 'b' bool, 'i' signed, 'u' unsigned, 'f' float, 'c' complex. */
export type Kind = 'b' | 'i' | 'u' | 'f' | 'c';

/** A data type. There is one object for each, so `===` compares. */
export class DType<D extends DTypeName = DTypeName> {
  readonly name: D;
  /** NumPy's one-letter code. */
  readonly char: string;
  readonly kind: Kind;
  /** Bytes of an element. */
  readonly itemsize: number;
  /** NumPy's type number. */
  readonly num: number;
  /** The element type that kernels load and store. */
  readonly element: ElementType;

  constructor(name: D, char: string, kind: Kind, itemsize: number, num: number, element: ElementType) {
    this.name = name;
    this.char = char;
    this.kind = kind;
    this.itemsize = itemsize;
    this.num = num;
    this.element = element;
  }

  /** The array-protocol text, `'<f8'`. */
  get str(): string {
    return `${this.itemsize === 1 ? '|' : '<'}${this.kind}${this.itemsize}`;
  }

  get byteorder(): string {
    return this.itemsize === 1 ? '|' : '=';
  }

  get alignment(): number {
    return this.kind === 'c' ? this.itemsize / 2 : this.itemsize;
  }

  get isnative(): boolean {
    return true;
  }

  get ndim(): number {
    return 0;
  }

  get shape(): number[] {
    return [];
  }

  toString(): string {
    return this.name;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `dtype('${this.name}')`;
  }
}

/** True or false, one byte. */
export const bool_ = /* @__PURE__ */ new DType('bool', '?', 'b', 1, 0, 'bool');
/** Integers from -128 to 127. */
export const int8 = /* @__PURE__ */ new DType('int8', 'b', 'i', 1, 1, 'i8');
/** Integers from 0 to 255. */
export const uint8 = /* @__PURE__ */ new DType('uint8', 'B', 'u', 1, 2, 'u8');
/** Integers from -2^15 to 2^15 - 1. */
export const int16 = /* @__PURE__ */ new DType('int16', 'h', 'i', 2, 3, 'i16');
/** Integers from 0 to 2^16 - 1. */
export const uint16 = /* @__PURE__ */ new DType('uint16', 'H', 'u', 2, 4, 'u16');
/** Integers from -2^31 to 2^31 - 1. */
export const int32 = /* @__PURE__ */ new DType('int32', 'i', 'i', 4, 5, 'i32');
/** Integers from 0 to 2^32 - 1. */
export const uint32 = /* @__PURE__ */ new DType('uint32', 'I', 'u', 4, 6, 'u32');
/** Integers from -2^63 to 2^63 - 1, never squeezed through a double. */
export const int64 = /* @__PURE__ */ new DType('int64', 'l', 'i', 8, 7, 'i64');
/** Integers from 0 to 2^64 - 1, never squeezed through a double. */
export const uint64 = /* @__PURE__ */ new DType('uint64', 'L', 'u', 8, 8, 'u64');
/** IEEE half precision: 11 bits, up to 65504. Computed in float32. */
export const float16 = /* @__PURE__ */ new DType('float16', 'e', 'f', 2, 23, 'f16');
/** IEEE single precision: 24 bits. */
export const float32 = /* @__PURE__ */ new DType('float32', 'f', 'f', 4, 11, 'f32');
/** IEEE double precision: 53 bits, JavaScript's number. */
export const float64 = /* @__PURE__ */ new DType('float64', 'd', 'f', 8, 12, 'f64');
/** A pair of float32. */
export const complex64 = /* @__PURE__ */ new DType('complex64', 'F', 'c', 8, 14, 'c64');
/** A pair of float64. */
export const complex128 = /* @__PURE__ */ new DType('complex128', 'D', 'c', 16, 15, 'c128');

/** Every dtype, in the order of NumPy's type characters `?bBhHiIlLefdFD`. */
export const DTYPES: readonly DType[] = [
  bool_,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64,
  complex64,
  complex128,
];

/** NumPy's other names and characters. */
const ALIASES: Readonly<Record<string, DType>> = {
  bool_,
  '?': bool_,
  b1: bool_,
  byte: int8,
  b: int8,
  i1: int8,
  ubyte: uint8,
  B: uint8,
  u1: uint8,
  short: int16,
  h: int16,
  i2: int16,
  ushort: uint16,
  H: uint16,
  u2: uint16,
  intc: int32,
  i: int32,
  i4: int32,
  uintc: uint32,
  I: uint32,
  u4: uint32,
  int: int64,
  int_: int64,
  intp: int64,
  long: int64,
  longlong: int64,
  l: int64,
  q: int64,
  p: int64,
  n: int64,
  i8: int64,
  uint: uint64,
  uintp: uint64,
  ulong: uint64,
  ulonglong: uint64,
  L: uint64,
  Q: uint64,
  P: uint64,
  N: uint64,
  u8: uint64,
  half: float16,
  e: float16,
  f2: float16,
  single: float32,
  f: float32,
  f4: float32,
  float: float64,
  double: float64,
  d: float64,
  f8: float64,
  csingle: complex64,
  F: complex64,
  c8: complex64,
  complex: complex128,
  cdouble: complex128,
  D: complex128,
  c16: complex128,
};

/** What names a dtype: the object, its name, a NumPy code such as `'f4'` or `'<i8'`, or anything with a `dtype`. */
export type DTypeLike<D extends DTypeName = DTypeName> = DType<D> | D | string | { readonly dtype: DType<D> };

/**
 * The dtype that `x` names.
 *
 * @param x - a dtype, its name, NumPy's type code (`'f4'`, `'<i8'`, `'?'`), or an object with a `dtype`.
 * @throws TypeError if `x` names no dtype; for a byte-swapped type too, since arrays are always native.
 * @example
 * np.dtype('f4') === np.float32; // true
 */
export function dtype<D extends DTypeName>(x: DType<D> | D): DType<D>;
export function dtype(x: DTypeLike | null): DType;
export function dtype(x: DTypeLike | null): DType {
  if (x instanceof DType) return x;
  if (x === null || x === undefined) return float64;
  if (typeof x === 'string') {
    const found = parse(x);
    if (found) return found;
    throw new TypeError(`data type '${x}' not understood`);
  }
  if (typeof x === 'object' && x.dtype instanceof DType) return x.dtype;
  if (typeof x === 'function' && BUILTINS.has(x)) return BUILTINS.get(x)!;
  throw new TypeError(`Cannot interpret '${String(x)}' as a data type`);
}

const BUILTINS = /* @__PURE__ */ new Map<unknown, DType>([
  [Boolean, bool_],
  [Number, float64],
  [BigInt, int64],
]);

function parse(text: string): DType | undefined {
  const named = DTYPES.find((d) => d.name === text) ?? ownValue(ALIASES, text);
  if (named) return named;
  const code = /^([<=|>])(.+)$/.exec(text);
  if (!code || (code[1] === '>' && dtypeOfCode(code[2])?.itemsize !== 1)) return undefined;
  return dtypeOfCode(code[2]);
}

function dtypeOfCode(code: string): DType | undefined {
  return ownValue(ALIASES, code) ?? DTYPES.find((d) => d.char === code);
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A Python scalar's type for promotion: it takes part by kind only (NEP 50). */
export type Weak = 'int' | 'float' | 'complex';

/** The smallest dtype that both cast to safely, as NumPy 2 promotes. */
export function promote(a: DType, b: DType): DType {
  if (a === b || b.kind === 'b') return a;
  if (a.kind === 'b') return b;
  if (KIND_RANK[a.kind] > KIND_RANK[b.kind]) return promote(b, a);
  if (b.kind === 'c') return complexOf(promote(a.kind === 'c' ? floatPart(a) : a, floatPart(b)));
  if (a.kind === b.kind) return a.itemsize > b.itemsize ? a : b;
  if (b.kind === 'f') {
    const asFloat = a.itemsize === 1 ? float16 : a.itemsize === 2 ? float32 : float64;
    return promote(asFloat, b);
  }
  // An unsigned (a) and a signed (b) integer.
  if (b.itemsize > a.itemsize) return b;
  return { 1: int16, 2: int32, 4: int64, 8: float64 }[a.itemsize]!;
}

const KIND_RANK: Readonly<Record<Kind, number>> = { b: 0, u: 1, i: 2, f: 3, c: 4 };

/** The real dtype of a complex dtype's parts; any other dtype itself. */
export function floatPart(d: DType): DType {
  return d === complex64 ? float32 : d === complex128 ? float64 : d;
}

function complexOf(d: DType): DType {
  return d === float64 ? complex128 : complex64;
}

/** The dtype of a weak scalar beside arrays of dtype `strong` (`undefined`: no array takes part). */
export function promoteWeak(strong: DType | undefined, weak: Weak): DType {
  if (weak === 'int') return !strong || strong.kind === 'b' ? int64 : strong;
  if (weak === 'float') return !strong || KIND_RANK[strong.kind] < 3 ? float64 : strong;
  if (!strong || KIND_RANK[strong.kind] < 3) return complex128;
  return strong.kind === 'c' ? strong : complexOf(strong);
}

/** The common dtype of dtypes and weak scalars. */
export function resultType(types: readonly (DType | Weak)[]): DType {
  if (types.length === 0) throw new ValueError('at least one array or dtype is required');
  // From the highest kind down: integers meet the float before they widen each other.
  const strong = types
    .filter((t) => t instanceof DType)
    .sort((a, b) => KIND_RANK[b.kind] - KIND_RANK[a.kind]);
  const weak = WEAK_ORDER.findLast((w) => types.includes(w));
  const common = strong.length ? strong.reduce(promote) : undefined;
  return weak ? promoteWeak(common, weak) : common!;
}

const WEAK_ORDER: readonly Weak[] = ['int', 'float', 'complex'];

export type Casting = 'no' | 'equiv' | 'safe' | 'same_kind' | 'unsafe' | 'same_value';

/** Whether a cast is allowed under a casting rule. */
export function canCast(from: DType, to: DType, casting: Casting = 'safe'): boolean {
  switch (casting) {
    case 'no':
    case 'equiv':
      return from === to;
    case 'safe':
      return promote(from, to) === to;
    case 'same_kind':
      return promote(from, to) === to || KIND_RANK[from.kind] <= KIND_RANK[to.kind];
    case 'unsafe':
    case 'same_value':
      return true;
    default:
      throw new ValueError(
        `casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe', 'same_value' (got '${String(casting)}')`,
      );
  }
}
