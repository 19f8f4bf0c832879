/** Vectors of the kernel language as arrays of lanes, and what only vectors have. */
import type { WidenOp } from '../../kernel/ir.ts';
import type { ScalarType, ValueType } from '../../kernel/types.ts';
import { BYTES, isFloat, isInteger, isSigned, lanes, laneOf } from '../../kernel/types.ts';
import type { Op1, Op2, Scalar } from './scalar.ts';
import { bitcast, converter, read, saturating, signBit, write, zeroOf } from './scalar.ts';

/** The lanes of a vector, lowest first. Never changed once made. */
export type Lanes = readonly Scalar[];

export function mapLanes(fn: Op1, a: Lanes): Lanes {
  return a.map((x) => fn(x));
}

export function zipLanes(fn: Op2, a: Lanes, b: Lanes): Lanes {
  return a.map((x, i) => fn(x, b[i]));
}

/** Lifts a scalar operation to lanes. A float vector has the bitwise operations too, on its bits. */
export function onBits(type: ValueType, of: (type: ScalarType) => Op2): Op2 {
  const lane = laneOf(type);
  if (!isFloat(lane)) return of(lane);
  const int = lane === 'f32' ? 'i32' : 'i64';
  const fn = of(int);
  return (a, b) => bitcast(int, lane, fn(bitcast(lane, int, a), bitcast(lane, int, b)));
}

const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(48));

/** Writes the lanes of a vector at a byte position. */
export function writeLanes(view: DataView, type: ValueType, at: number, a: Lanes): void {
  const lane = laneOf(type);
  for (let i = 0; i < a.length; i++) write(view, lane, at + i * BYTES[lane], a[i]);
}

/** Reads the lanes of a vector at a byte position. */
export function readLanes(view: DataView, type: ValueType, at: number): Lanes {
  const lane = laneOf(type);
  return Array.from({ length: lanes(type) }, (_, i) => read(view, lane, at + i * BYTES[lane]));
}

/** The same 128 bits as lanes of another type. */
export function bitcastLanes(from: ValueType, to: ValueType, a: Lanes): Lanes {
  writeLanes(scratch, from, 0, a);
  return readLanes(scratch, to, 0);
}

export function shuffleLanes(
  types: readonly [a: ValueType, b: ValueType, result: ValueType],
  a: Lanes,
  b: Lanes,
  bytes: readonly number[],
): Lanes {
  writeLanes(scratch, types[0], 0, a);
  writeLanes(scratch, types[1], 16, b);
  bytes.forEach((from, i) => scratch.setUint8(32 + i, scratch.getUint8(from)));
  return readLanes(scratch, types[2], 32);
}

/** Takes each bit from `a` where the mask has a one, from `b` elsewhere. */
export function selectLanes(maskType: ValueType, type: ValueType, mask: Lanes, a: Lanes, b: Lanes): Lanes {
  const whole = lanes(maskType) === lanes(type) ? mask : bitcastLanes(maskType, sameWidth(type), mask);
  return whole.map((m, i) => (m ? a[i] : b[i]));
}

const sameWidth = (type: ValueType): ValueType =>
  (({ 1: 'i8x16', 2: 'i16x8', 4: 'i32x4', 8: 'i64x2' }) as const)[BYTES[laneOf(type)] as 1 | 2 | 4 | 8];

/** The width-changing operations; each takes the lanes of its one or two operands. */
export function widenLanes(how: WidenOp, from: ValueType, to: ValueType): (a: Lanes, b: Lanes) => Lanes {
  const source = laneOf(from);
  const target = laneOf(to);
  const half = lanes(from) / 2;
  const zero = zeroOf(target);
  switch (how) {
    case 'extendLow':
      return (a) => mapLanes(converter(source, target), a.slice(0, half));
    case 'extendHigh':
      return (a) => mapLanes(converter(source, target), a.slice(half));
    case 'multiplyLow':
      return (a, b) => products(source, target, a.slice(0, half), b.slice(0, half));
    case 'multiplyHigh':
      return (a, b) => products(source, target, a.slice(half), b.slice(half));
    case 'narrow': {
      const clamp = saturating(target);
      return (a, b) => [...a, ...b].map((x) => clamp(asSigned(source, x)));
    }
    case 'promoteLow':
    case 'convertLow':
      return (a) => a.slice(0, 2);
    case 'demoteZero':
    case 'truncSatZero':
      return (a) => [
        ...mapLanes(isInteger(target) ? saturating(target) : converter(source, target), a),
        zero,
        zero,
      ];
    case 'convert':
      return (a) => mapLanes(converter(source, target), a);
    case 'truncSat':
      return (a) => mapLanes(saturating(target), a);
  }
}

/** Products at twice the width, which hold them exactly. */
function products(from: ScalarType, to: ScalarType, a: Lanes, b: Lanes): Lanes {
  const wide = converter(from, to);
  return zipLanes((x, y) => (wide(x) as bigint) * (wide(y) as bigint), a, b);
}

const asSigned = (type: ScalarType, x: Scalar): Scalar =>
  isSigned(type) ? x : converter(type, type === 'u16' ? 'i16' : 'i32')(x);

/** The three questions about a vector's lanes. */
export function testLanes(how: 'bitmask' | 'anyTrue' | 'allTrue', type: ValueType): (a: Lanes) => number {
  const float = isFloat(type);
  const nonZero = (x: Scalar): boolean => (float ? x !== 0 || signBit(x as number) : Boolean(x));
  switch (how) {
    case 'bitmask':
      return (a) => a.reduce<number>((mask, x, i) => mask | (Number(negative(type, x)) << i), 0);
    case 'anyTrue':
      return (a) => Number(a.some(nonZero));
    case 'allTrue':
      return (a) => Number(a.every(nonZero));
  }
}

function negative(type: ValueType, x: Scalar): boolean {
  if (isFloat(type)) return signBit(x as number);
  const width = BigInt(8 * BYTES[laneOf(type)] - 1);
  return isSigned(type) ? x < 0 : x >= 1n << width;
}
