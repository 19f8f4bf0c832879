/** The scalar operations of the kernel language on JavaScript numbers and bigints (ir.ts says what each one means). */
import type { BinaryOp, CompareOp, UnaryOp } from '../../kernel/ir.ts';
import type { ScalarType } from '../../kernel/types.ts';
import { BYTES, isFloat, isInteger, isSigned, laneOf } from '../../kernel/types.ts';

/** A scalar value: bigint for i64 and u64, number for the rest; a bool is 0 or 1. */
export type Scalar = number | bigint;
export type Op1 = (a: Scalar) => Scalar;
export type Op2 = (a: Scalar, b: Scalar) => Scalar;

type Unaries = Partial<Record<UnaryOp, Op1>>;
type Binaries = Partial<Record<BinaryOp, Op2>>;
interface Ops {
  readonly unary: Unaries;
  readonly binary: Binaries;
}

/* A type's operations all take values of one kind, number or bigint: the tables are written in that kind's terms. */
type Table<V> = Record<string, (a: V, b: V) => V>;
const unaries = <V extends Scalar>(table: Table<V>): Unaries => table as unknown as Unaries;
const binaries = <V extends Scalar>(table: Table<V>): Binaries => table as unknown as Binaries;

const bits = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(16));

/** The value of another type of the same width that has the bits of `x`. */
export function bitcast(from: ScalarType, to: ScalarType, x: Scalar): Scalar {
  write(bits, from, 0, x);
  return read(bits, to, 0);
}

/** Reads a value of `type` at a byte position. */
export function read(view: DataView, type: ScalarType, at: number): Scalar {
  switch (type) {
    case 'bool':
      return view.getUint8(at) === 0 ? 0 : 1;
    case 'i8':
      return view.getInt8(at);
    case 'u8':
      return view.getUint8(at);
    case 'i16':
      return view.getInt16(at, true);
    case 'u16':
      return view.getUint16(at, true);
    case 'i32':
      return view.getInt32(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
    case 'f32':
      return view.getFloat32(at, true);
    case 'f64':
      return view.getFloat64(at, true);
  }
}

/** Writes a value of `type` at a byte position. */
export function write(view: DataView, type: ScalarType, at: number, x: Scalar): void {
  switch (type) {
    case 'bool':
    case 'i8':
    case 'u8':
      return view.setUint8(at, x as number);
    case 'i16':
    case 'u16':
      return view.setUint16(at, x as number, true);
    case 'i32':
    case 'u32':
      return view.setUint32(at, x as number, true);
    case 'i64':
    case 'u64':
      return view.setBigUint64(at, x as bigint, true);
    case 'f32':
      return view.setFloat32(at, x as number, true);
    case 'f64':
      return view.setFloat64(at, x as number, true);
  }
}

/** The integer `x` as a value of `type`, modulo 2 to its width; a float rounded to `type`; a truth value as 0 or 1. */
export function wrapTo(type: ScalarType): Op1 {
  const wrap = WRAP[type] as Op1;
  return wrap;
}

const identity = (x: number): number => x;

const WRAP = {
  bool: (x: Scalar): number => (x ? 1 : 0),
  i8: (x: number): number => (x << 24) >> 24,
  u8: (x: number): number => x & 0xff,
  i16: (x: number): number => (x << 16) >> 16,
  u16: (x: number): number => x & 0xffff,
  i32: (x: number): number => x | 0,
  u32: (x: number): number => x >>> 0,
  i64: (x: bigint): bigint => BigInt.asIntN(64, x),
  u64: (x: bigint): bigint => BigInt.asUintN(64, x),
  f32: Math.fround,
  f64: identity,
};

/** The zero of a type. */
export function zeroOf(type: ScalarType): Scalar {
  return type === 'i64' || type === 'u64' ? 0n : 0;
}

const boolOps = (): Ops => ({
  unary: unaries<number>({ not: (a) => a ^ 1 }),
  binary: binaries<number>({
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
    min: (a, b) => a & b,
    max: (a, b) => a | b,
  }),
});

function intOps(type: ScalarType): Ops {
  const wrap = wrapTo(type) as (x: number) => number;
  const width = 8 * BYTES[type];
  const mask = width - 1;
  const signed = isSigned(type);
  const unsignedBits = (a: number): number => (width === 32 ? a >>> 0 : a & ((1 << width) - 1));
  const leadingZeros = (a: number): number => Math.clz32(unsignedBits(a)) - (32 - width);
  return {
    unary: unaries<number>({
      neg: (a) => wrap(-a),
      abs: (a) => (a < 0 ? wrap(-a) : a),
      not: (a) => wrap(~a),
      clz: leadingZeros,
      ctz: (a) => (a === 0 ? width : 31 - Math.clz32(a & -a)),
      popcnt: (a) => {
        let count = 0;
        for (let rest = unsignedBits(a); rest !== 0; rest &= rest - 1) count++;
        return count;
      },
    }),
    binary: binaries<number>({
      add: (a, b) => wrap(a + b),
      sub: (a, b) => wrap(a - b),
      mul: (a, b) => wrap(Math.imul(a, b)),
      idiv: (a, b) => (b === 0 ? 0 : wrap(Math.trunc(a / b))),
      irem: (a, b) => (b === 0 ? 0 : wrap(a % b)),
      and: (a, b) => wrap(a & b),
      or: (a, b) => wrap(a | b),
      xor: (a, b) => wrap(a ^ b),
      shl: (a, b) => wrap(a << (b & mask)),
      shr: signed ? (a, b) => a >> (b & mask) : (a, b) => a >>> (b & mask),
      ...ordered<number>(),
    }),
  };
}

function bigOps(type: ScalarType): Ops {
  const wrap = wrapTo(type) as unknown as (x: bigint) => bigint;
  return {
    unary: unaries<bigint>({
      neg: (a) => wrap(-a),
      abs: (a) => (a < 0n ? wrap(-a) : a),
      not: (a) => wrap(~a),
      clz: (a) => {
        const [low, high] = halves(a);
        return BigInt(high === 0 ? 32 + Math.clz32(low) : Math.clz32(high));
      },
      ctz: (a) => {
        const [low, high] = halves(a);
        if (low !== 0) return BigInt(31 - Math.clz32(low & -low));
        return BigInt(high === 0 ? 64 : 63 - Math.clz32(high & -high));
      },
      popcnt: (a) => {
        let count = 0n;
        for (let rest = BigInt.asUintN(64, a); rest !== 0n; rest &= rest - 1n) count++;
        return count;
      },
    }),
    binary: binaries<bigint>({
      add: (a, b) => wrap(a + b),
      sub: (a, b) => wrap(a - b),
      mul: (a, b) => wrap(a * b),
      idiv: (a, b) => (b === 0n ? 0n : wrap(a / b)),
      irem: (a, b) => (b === 0n ? 0n : a % b),
      and: (a, b) => a & b,
      or: (a, b) => a | b,
      xor: (a, b) => a ^ b,
      // A vector's count is an i32, so a number.
      shl: (a, b) => wrap(a << (BigInt(b) & 63n)),
      shr: (a, b) => a >> (BigInt(b) & 63n),
      ...ordered<bigint>(),
    }),
  };
}

/** The low and high 32 bits of a 64-bit integer. */
function halves(a: bigint): [low: number, high: number] {
  bits.setBigUint64(0, a, true);
  return [bits.getInt32(0, true), bits.getInt32(4, true)];
}

const ordered = <V extends Scalar>(): Table<V> => ({
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  pmin: (a, b) => (b < a ? b : a),
  pmax: (a, b) => (a < b ? b : a),
});

function floatOps(type: ScalarType): Ops {
  const round = wrapTo(type) as (x: number) => number;
  return {
    unary: unaries<number>({
      neg: (a) => (a === a ? -a : withSign(a, !signBit(a))),
      abs: (a) => (a === a ? Math.abs(a) : withSign(a, false)),
      sqrt: (a) => round(Math.sqrt(a)),
      floor: Math.floor,
      ceil: Math.ceil,
      trunc: Math.trunc,
      nearest,
    }),
    binary: binaries<number>({
      ...ordered<number>(),
      add: (a, b) => round(a + b),
      sub: (a, b) => round(a - b),
      mul: (a, b) => round(a * b),
      div: (a, b) => round(a / b),
      min: (a, b) => {
        if (a !== a || b !== b) return a + b;
        return a === b ? (signBit(a) ? a : b) : a < b ? a : b;
      },
      max: (a, b) => {
        if (a !== a || b !== b) return a + b;
        return a === b ? (signBit(a) ? b : a) : a < b ? b : a;
      },
      copysign: (a, b) => withSign(a, signBit(b)),
    }),
  };
}

/** Whether the sign bit of a float is set, NaN's included. */
export function signBit(x: number): boolean {
  if (x !== 0 && x === x) return x < 0;
  bits.setFloat64(0, x, true);
  return bits.getInt32(4, true) < 0;
}

function withSign(x: number, negative: boolean): number {
  if (x === x) return negative ? -Math.abs(x) : Math.abs(x);
  bits.setFloat64(0, x, true);
  const high = bits.getUint32(4, true);
  bits.setUint32(4, negative ? high | 0x80000000 : high & 0x7fffffff, true);
  return bits.getFloat64(0, true);
}

/** Rounds half to even: adding 2^52 leaves no fraction bits, and the addition itself rounds. */
function nearest(x: number): number {
  const size = Math.abs(x);
  if (!(size < 4503599627370496)) return x;
  return withSign(size + 4503599627370496 - 4503599627370496, signBit(x));
}

const opsOf = /* @__PURE__ */ new Map<ScalarType, Ops>();

function operations(type: ScalarType): Ops {
  let ops = opsOf.get(type);
  if (!ops) {
    if (type === 'bool') ops = boolOps();
    else if (isFloat(type)) ops = floatOps(type);
    else ops = BYTES[type] === 8 ? bigOps(type) : intOps(type);
    opsOf.set(type, ops);
  }
  return ops;
}

export function unaryOp(op: UnaryOp, type: ScalarType): Op1 {
  const fn = operations(type).unary[op];
  if (!fn) throw new Error(`kernel: ${type} has no ${op}`);
  return fn;
}

export function binaryOp(op: BinaryOp, type: ScalarType): Op2 {
  const fn = operations(type).binary[op];
  if (!fn) throw new Error(`kernel: ${type} has no ${op}`);
  return fn;
}

/** Comparisons give `yes` or `no`: 1 and 0 of scalars, all ones and zero of a mask's lanes. */
export function compareOp(op: CompareOp, yes: Scalar, no: Scalar): Op2 {
  switch (op) {
    case 'eq':
      return (a, b) => (a === b ? yes : no);
    case 'ne':
      return (a, b) => (a !== b ? yes : no);
    case 'lt':
      return (a, b) => (a < b ? yes : no);
    case 'le':
      return (a, b) => (a <= b ? yes : no);
    case 'gt':
      return (a, b) => (a > b ? yes : no);
    case 'ge':
      return (a, b) => (a >= b ? yes : no);
  }
}

/** The conversion of values of one scalar type to another. */
export function converter(from: ScalarType, to: ScalarType): Op1 {
  const big = to === 'i64' || to === 'u64';
  const fromBig = from === 'i64' || from === 'u64';
  if (to === 'bool') return (x) => (x ? 1 : x === x ? 0 : 1);
  if (isFloat(from) && isInteger(to)) return saturating(to);
  if (fromBig && to === 'f32') return (x) => bigToSingle(x as bigint);
  const wrap = wrapTo(to);
  if (fromBig && big) return wrap;
  if (fromBig) return isFloat(to) ? (x) => Number(x) : (x) => wrap(Number(BigInt.asIntN(32, x as bigint)));
  if (big) return (x) => wrap(BigInt(x));
  return wrap;
}

/** Truncates a float and clamps it to the range of an integer type; NaN gives 0. */
export function saturating(to: ScalarType): Op1 {
  const width = BYTES[laneOf(to)] * 8;
  const signed = isSigned(to);
  const below = signed ? -(2 ** (width - 1)) : 0;
  const above = 2 ** (signed ? width - 1 : width);
  if (width < 64) {
    return (x) => {
      const t = Math.trunc(x as number);
      return t >= above ? above - 1 : t <= below ? below : t !== t ? 0 : t + 0;
    };
  }
  const least = BigInt(below);
  const most = BigInt(above) - 1n;
  return (x) => {
    const t = Math.trunc(x as number);
    return t >= above ? most : t <= below ? least : t !== t ? 0n : BigInt(t);
  };
}

/** Rounds once: the bits that a double would round away are first gathered in a sticky bit. */
function bigToSingle(x: bigint): number {
  const size = x < 0n ? -x : x;
  if (size < 9007199254740992n) return Math.fround(Number(x));
  const kept = (size >> 11n) << 11n;
  const sticky = kept === size ? 0n : 1n << 11n;
  const rounded = Math.fround(Number(kept | sticky));
  return x < 0n ? -rounded : rounded;
}
