/** Scalar operations of the kernel language as machine instructions. */
import type { BinaryOp, CompareOp, UnaryOp } from '../../kernel/ir.ts';
import type { ScalarType, ValueType } from '../../kernel/types.ts';
import { BYTES, isFloat, isSigned } from '../../kernel/types.ts';
import type { Instruction } from './instruction.ts';
import { i32, immediate, isNarrow, normalise, plain, scalarConst, select, wrap } from './instruction.ts';
import { CONVERT, I32, I64, MACHINE, REINTERPRET, SCALAR_OPS, V128, signed } from './opcodes.ts';

/** Operations whose low bits depend on the operands' low bits only. */
const WRAPPING: ReadonlySet<string> = /* @__PURE__ */ new Set(['add', 'sub', 'mul', 'shl', 'neg', 'not']);

/** Whether the operation may read operands whose high bits are not in normal form. */
export function readsLowBits(op: string, type: ScalarType): boolean {
  return type !== 'bool' ? WRAPPING.has(op) : op === 'not' || op === 'or';
}

const code = (op: string, type: ScalarType) => signed(SCALAR_OPS[MACHINE[type]], op, isSigned(type));

const direct = (op: string, type: ScalarType, ...args: Instruction[]) =>
  plain(code(op, type), MACHINE[type], ...args);

function dirtied(value: Instruction, type: ScalarType): Instruction {
  value.dirty = isNarrow(type);
  return value;
}

const isZero = (a: Instruction) => plain(SCALAR_OPS[a.type].eqz, I32, a);

type Unary = (a: Instruction, type: ScalarType) => Instruction;

const INTEGER_UNARY: Partial<Record<UnaryOp, Unary>> = {
  neg: (a, type) => dirtied(direct('sub', type, immediate(a.type, 0), a), type),
  not: (a, type) =>
    type === 'bool' ? isZero(a) : dirtied(direct('xor', type, a, immediate(a.type, -1)), type),
  abs: (a, type) => {
    if (!isSigned(type)) return a;
    const negated = direct('sub', type, immediate(a.type, 0), a);
    const isNegative = plain(code('lt', type), I32, a, immediate(a.type, 0));
    return dirtied(select(isNegative, negated, a), type);
  },
  clz: (a, type) => {
    const unused = isNarrow(type) ? 32 - 8 * BYTES[type] : 0;
    return unused
      ? direct('sub', type, direct('clz', type, lowBits(a, type)), i32(unused))
      : direct('clz', type, a);
  },
  ctz: (a, type) =>
    direct('ctz', type, isNarrow(type) ? direct('or', type, a, i32(1 << (8 * BYTES[type]))) : a),
  popcnt: (a, type) => direct('popcnt', type, lowBits(a, type)),
};

/** The value's bits with zeros above them. */
function lowBits(a: Instruction, type: ScalarType): Instruction {
  return isNarrow(type) && isSigned(type)
    ? plain(code('and', 'i32'), I32, a, i32(2 ** (8 * BYTES[type]) - 1))
    : a;
}

export function scalarUnary(op: UnaryOp, type: ScalarType, a: Instruction): Instruction {
  const build = isFloat(type) ? undefined : INTEGER_UNARY[op];
  return build ? build(a, type) : direct(op, type, a);
}

export function scalarCompare(op: CompareOp, type: ScalarType, a: Instruction, b: Instruction): Instruction {
  return plain(code(op, type), I32, a, b);
}

type Binary = (a: Instruction, b: Instruction, type: ScalarType) => Instruction;

const smaller: Binary = (a, b, type) => select(scalarCompare('lt', type, b, a), b, a);
const larger: Binary = (a, b, type) => select(scalarCompare('lt', type, a, b), b, a);

/** A divisor that cannot trap: 1 in place of 0. */
const nonZero = (b: Instruction) => select(isZero(b), immediate(b.type, 1), b);

const INTEGER_BINARY: Partial<Record<BinaryOp, Binary>> = {
  min: smaller,
  max: larger,
  pmin: smaller,
  pmax: larger,
  irem: (a, b, type) => direct('rem', type, a, nonZero(b)),
  idiv: (a, b, type) => {
    if (!isSigned(type)) return select(isZero(b), b, direct('div', type, a, nonZero(b)));
    // Both divisors that could trap, 0 and -1, have a * b as their quotient.
    const one = immediate(a.type, 1);
    const special = plain(SCALAR_OPS[a.type].lt_u, I32, direct('add', type, b, one), immediate(a.type, 2));
    return dirtied(
      select(special, direct('mul', type, a, b), direct('div', type, a, select(special, one, b))),
      type,
    );
  },
  shl: (a, b, type) => dirtied(direct('shl', type, a, shiftCount(b, type)), type),
  shr: (a, b, type) => direct('shr', type, a, shiftCount(b, type)),
};

/** The count modulo the width, which the machine does by itself for 32 and 64 bits. */
function shiftCount(count: Instruction, type: ScalarType): Instruction {
  if (!isNarrow(type)) return count;
  const mask = 8 * BYTES[type] - 1;
  if (count.form === 'const') return i32(Number(count.immediate) & mask);
  return plain(code('and', 'i32'), I32, count, i32(mask));
}

const FLOAT_BINARY: Partial<Record<BinaryOp, Binary>> = { pmin: smaller, pmax: larger };

export function scalarBinary(op: BinaryOp, type: ScalarType, a: Instruction, b: Instruction): Instruction {
  const build = (isFloat(type) ? FLOAT_BINARY : INTEGER_BINARY)[op];
  if (build) return build(a, b, type);
  const result = direct(op, type, a, b);
  return WRAPPING.has(op) || a.dirty || b.dirty ? dirtied(result, type) : result;
}

/** Names of the machine types in the conversion table, by kernel type. */
const CONVERT_NAME = {
  bool: 'u32',
  i8: 'i32',
  u8: 'i32',
  i16: 'i32',
  u16: 'i32',
  i32: 'i32',
  u32: 'u32',
  i64: 'i64',
  u64: 'u64',
  f32: 'f32',
  f64: 'f64',
} as const;

export function scalarConvert(to: ScalarType, from: ScalarType, a: Instruction): Instruction {
  if (to === from) return a;
  if (a.form === 'const' && MACHINE[to] !== I64 && typeof a.immediate === 'number' && !isFloat(from)) {
    return scalarConst(to, a.immediate);
  }
  if (to === 'bool') return plain(SCALAR_OPS[a.type].ne, I32, a, immediate(a.type, 0));
  if (isFloat(from) && isNarrow(to)) return saturate(to, machineConvert('i32', from, a));
  if (isFloat(to) || isFloat(from)) return machineConvert(to, from, a);
  if (a.type !== MACHINE[to]) {
    // Widening reads the source's sign only, and narrowing to 32 bits reads none.
    const resized = a.type === I64 ? plain(CONVERT['i32 from i64'], I32, a) : machineConvert('i64', from, a);
    return dirtied(resized, to);
  }
  return contains(to, from) ? a : wrap(a, to);
}

function machineConvert(to: ScalarType, from: ScalarType, a: Instruction): Instruction {
  return plain(CONVERT[`${CONVERT_NAME[to]} from ${CONVERT_NAME[from]}`], MACHINE[to], a);
}

/** Whether every `from` in its normal form is also a `to` in normal form. */
function contains(to: ScalarType, from: ScalarType): boolean {
  if (from === 'bool' || !isNarrow(to)) return true;
  const grows = BYTES[to] > BYTES[from];
  return isSigned(to) ? grows || (isSigned(from) && BYTES[to] === BYTES[from]) : grows && !isSigned(from);
}

function saturate(to: ScalarType, value: Instruction): Instruction {
  const bits = 8 * BYTES[to];
  const [low, high] = isSigned(to) ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return larger(smaller(value, i32(high), 'i32'), i32(low), 'i32');
}

export function scalarBitcast(to: ValueType, from: ValueType, a: Instruction): Instruction {
  const machine = MACHINE[to];
  if (machine === V128) return a;
  if (machine !== a.type) return plain(REINTERPRET[machine], machine, normalise(a, from));
  return wrap(a, to);
}
