/** Vector operations as machine instructions; what SIMD lacks is put together from what it has, or done lane by lane. */
import type { BinaryOp, CompareOp, Expr, UnaryOp, WidenOp } from '../../kernel/ir.ts';
import type { ScalarType, VectorType } from '../../kernel/types.ts';
import { BYTES, isFloat, isSigned, laneOf, lanes } from '../../kernel/types.ts';
import { Instruction, i32, plain, vectorConst } from './instruction.ts';
import { I32, MACHINE, OP, V128, VECTOR_OPS, signed } from './opcodes.ts';
import { scalarBinary, scalarUnary } from './scalars.ts';

const code = (op: string, type: VectorType) => signed(VECTOR_OPS[type], op, isSigned(type));

const direct = (op: string, type: VectorType, ...args: Instruction[]) => plain(code(op, type), V128, ...args);

const laneBuffer = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** The little-endian bytes of a lane. */
function laneBytes(type: ScalarType, value: number | bigint): Uint8Array {
  if (type === 'f32') laneBuffer.setFloat32(0, Number(value), true);
  else if (type === 'f64') laneBuffer.setFloat64(0, Number(value), true);
  else laneBuffer.setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
  return new Uint8Array(laneBuffer.buffer, 0, BYTES[type]);
}

/** A constant with the same value in every lane. */
function everyLane(type: VectorType, value: number | bigint): Instruction {
  const lane = laneBytes(laneOf(type), value);
  const bytes = new Uint8Array(16);
  for (let at = 0; at < 16; at += lane.length) bytes.set(lane, at);
  return vectorConst(bytes);
}

export function splat(type: VectorType, a: Instruction): Instruction {
  if (a.form === 'const') return everyLane(type, a.immediate as number | bigint);
  return new Instruction('splat', VECTOR_OPS[type].splat!, V128, [a]);
}

export function extract(type: VectorType, a: Instruction, lane: number): Instruction {
  return new Instruction('lane', code('extract', type)!, MACHINE[laneOf(type)], [a], lane);
}

export function replace(type: VectorType, a: Instruction, lane: number, b: Instruction): Instruction {
  if (a.form === 'const' && b.form === 'const') {
    const bytes = Uint8Array.from(a.immediate as Uint8Array);
    bytes.set(laneBytes(laneOf(type), b.immediate as number | bigint), lane * BYTES[laneOf(type)]);
    return vectorConst(bytes);
  }
  return new Instruction('lane', VECTOR_OPS[type].replace!, V128, [a, b], lane);
}

export function shuffle(a: Instruction, b: Instruction, bytes: readonly number[]): Instruction {
  return new Instruction('bytes', OP.shuffle, V128, [a, b], Uint8Array.from(bytes));
}

/** Lanes of `b` where the mask has zeros, of `a` where it has ones. */
export function bitselect(mask: Instruction, a: Instruction, b: Instruction): Instruction {
  return plain(OP.bitselect, V128, a, b, mask);
}

/** `compute` for each lane. */
function byLanes(type: VectorType, compute: (lane: number) => Instruction): Instruction {
  let result = splat(type, compute(0));
  for (let lane = 1; lane < lanes(type); lane++) result = replace(type, result, lane, compute(lane));
  return result;
}

/** Turns unsigned order into signed order. */
const flipSign = (a: Instruction) => plain(VECTOR_OPS.i64x2.xor, V128, a, everyLane('i64x2', 1n << 63n));

const isUnsigned64 = (type: VectorType) => type === 'u64x2';

type Unary = (type: VectorType, a: Instruction) => Instruction;

const pairs = (type: VectorType, counts: Instruction) => plain(VECTOR_OPS[type].pairs_u, V128, counts);

const UNARY: Partial<Record<UnaryOp, Unary>> = {
  abs: (type, a) => (isFloat(type) || isSigned(type) ? direct('abs', type, a) : a),
  popcnt: (type, a) => {
    const counts = plain(VECTOR_OPS.i8x16.popcnt, V128, a);
    if (BYTES[laneOf(type)] === 1) return counts;
    const halves = pairs('i16x8', counts);
    if (BYTES[laneOf(type)] === 2) return halves;
    const words = pairs('i32x4', halves);
    if (BYTES[laneOf(type)] === 4) return words;
    const high = plain(VECTOR_OPS.u64x2.shr_u, V128, words, i32(32));
    const sum = plain(VECTOR_OPS.i64x2.add, V128, words, high);
    return plain(VECTOR_OPS.i64x2.and, V128, sum, everyLane('i64x2', 0xffn));
  },
};

export function vectorUnary(op: UnaryOp, type: VectorType, a: Instruction): Instruction {
  const build = UNARY[op];
  if (build) return build(type, a);
  if (code(op, type) !== undefined) return direct(op, type, a);
  return byLanes(type, (lane) => scalarUnary(op, laneOf(type), extract(type, a, lane)));
}

type Binary = (type: VectorType, a: Instruction, b: Instruction) => Instruction;

const smaller: Binary = (type, a, b) => bitselect(vectorCompare('lt', type, b, a), b, a);
const larger: Binary = (type, a, b) => bitselect(vectorCompare('lt', type, a, b), b, a);

const BINARY: Partial<Record<BinaryOp, Binary>> = {
  min: smaller,
  max: larger,
  pmin: (type, a, b) => vectorBinary('min', type, a, b),
  pmax: (type, a, b) => vectorBinary('max', type, a, b),
  mul: (_type, a, b) => {
    // Bytes: the even and the odd ones as 16-bit products.
    const { mul, shl, shr_u: shr } = VECTOR_OPS.u16x8;
    const even = plain(mul, V128, a, b);
    const odd = plain(mul, V128, plain(shr, V128, a, i32(8)), plain(shr, V128, b, i32(8)));
    return bitselect(everyLane('u16x8', 0xff), even, plain(shl, V128, odd, i32(8)));
  },
  copysign: (type, a, b) => {
    const sign = type === 'f32x4' ? everyLane('i32x4', 1 << 31) : everyLane('i64x2', 1n << 63n);
    return bitselect(sign, b, a);
  },
};

/** For a shift, `b` is a scalar count. */
export function vectorBinary(op: BinaryOp, type: VectorType, a: Instruction, b: Instruction): Instruction {
  if (code(op, type) !== undefined) return direct(op, type, a, b);
  const build = op === 'copysign' && !isFloat(type) ? undefined : BINARY[op];
  if (build) return build(type, a, b);
  return byLanes(type, (lane) =>
    scalarBinary(op, laneOf(type), extract(type, a, lane), extract(type, b, lane)),
  );
}

export function vectorCompare(op: CompareOp, type: VectorType, a: Instruction, b: Instruction): Instruction {
  if (isUnsigned64(type) && op !== 'eq' && op !== 'ne')
    return vectorCompare(op, 'i64x2', flipSign(a), flipSign(b));
  return direct(op, type, a, b);
}

/** The table entry of a width-changing operation, and whether the source's or the target's sign chooses it. */
const WIDEN: Readonly<Record<WidenOp, { name: string; signOf: 'source' | 'target' }>> = {
  extendLow: { name: 'low', signOf: 'source' },
  extendHigh: { name: 'high', signOf: 'source' },
  multiplyLow: { name: 'multiplyLow', signOf: 'source' },
  multiplyHigh: { name: 'multiplyHigh', signOf: 'source' },
  narrow: { name: 'narrow', signOf: 'target' },
  promoteLow: { name: 'promoteLow', signOf: 'target' },
  demoteZero: { name: 'demoteZero', signOf: 'target' },
  convertLow: { name: 'convertLow', signOf: 'source' },
  convert: { name: 'convert', signOf: 'source' },
  truncSat: { name: 'truncSat', signOf: 'target' },
  truncSatZero: { name: 'truncSatZero', signOf: 'target' },
};

export function widen(expr: Expr & { op: 'widen' }, a: Instruction, b: Instruction | undefined): Instruction {
  const { name, signOf } = WIDEN[expr.how];
  const isSourceSigned = isSigned(signOf === 'source' ? expr.a.type : expr.type);
  const opcode = signed(VECTOR_OPS[expr.type], name, isSourceSigned);
  return b ? plain(opcode, V128, a, b) : plain(opcode, V128, a);
}

export function test(how: 'bitmask' | 'anyTrue' | 'allTrue', type: VectorType, a: Instruction): Instruction {
  return plain(how === 'anyTrue' ? OP.anyTrue : VECTOR_OPS[type][how], I32, a);
}
