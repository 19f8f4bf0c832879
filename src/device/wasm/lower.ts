/** Lowering: kernel expressions to machine instructions, one instruction object for each expression object of a statement. */
import type { GridExpr } from '../../kernel/grid/ir.ts';
import type { BinaryOp, CompareOp, Expr, KernelFunction, Local, UnaryOp } from '../../kernel/ir.ts';
import type { ScalarType, ValueType, VectorType } from '../../kernel/types.ts';
import { BYTES, isVector } from '../../kernel/types.ts';
import { Instruction, i32, load, normalise, plain, scalarConst, select } from './instruction.ts';
import { I32, MACHINE, OP } from './opcodes.ts';
import {
  readsLowBits,
  scalarBinary,
  scalarBitcast,
  scalarCompare,
  scalarConvert,
  scalarUnary,
} from './scalars.ts';
import { tableAddress } from './tables.ts';
import * as vectors from './vectors.ts';

/** What lowering must know of the function and module around it. */
export interface Names {
  localIndex(local: Local): number;
  functionIndex(fn: KernelFunction): number;
}

type Build<E> = (lower: Lowering, expr: E) => Instruction;
type ExprOf<Op extends Expr['op']> = Extract<Expr, { op: Op }>;

export class Lowering {
  readonly names: Names;
  private readonly known = new Map<Expr, Instruction>();

  constructor(names: Names) {
    this.names = names;
  }

  /** Forgets the last statement's expressions. */
  reset(): void {
    if (this.known.size > 0) this.known.clear();
  }

  /** The value of `expr` in its type's normal form. */
  value(expr: Expr): Instruction {
    return normalise(this.lowBits(expr), expr.type);
  }

  /** The value for a reader that looks at no more bits than the type has (for a `bool`: at whether it is zero). */
  lowBits(expr: Expr): Instruction {
    if (expr.op === 'const') return scalarConst(expr.type, expr.value);
    if (expr.op === 'local')
      return new Instruction('local', OP.localGet, MACHINE[expr.type], [], this.names.localIndex(expr));
    let known = this.known.get(expr);
    if (known === undefined) {
      known = (BUILD[expr.op] as Build<Expr>)(this, expr);
      this.known.set(expr, known);
    }
    return known;
  }

  operand(expr: Expr, op: string): Instruction {
    return readsLowBits(op, expr.type as ScalarType) ? this.lowBits(expr) : this.value(expr);
  }
}

const unary: Build<ExprOf<UnaryOp>> = (lower, { op, type, a }) =>
  isVector(type)
    ? vectors.vectorUnary(op, type, lower.value(a))
    : scalarUnary(op, type, lower.operand(a, op));

const binary: Build<ExprOf<BinaryOp>> = (lower, { op, type, a, b }) => {
  if (op === 'shl' || op === 'shr') return shift(lower, op, type, a, b);
  if (isVector(type)) return vectors.vectorBinary(op, type, lower.value(a), lower.value(b));
  return scalarBinary(op, type, lower.operand(a, op), lower.operand(b, op));
};

/** A count may be of any integer type: it is read modulo the width. */
function shift(lower: Lowering, op: 'shl' | 'shr', type: ValueType, a: Expr, b: Expr): Instruction {
  const countType: ValueType = MACHINE[type] === MACHINE.i64 ? 'i64' : 'i32';
  const count = scalarConvert(countType, b.type as ScalarType, lower.value(b));
  if (isVector(type)) return vectors.vectorBinary(op, type, lower.value(a), count);
  return scalarBinary(op, type, lower.operand(a, op), count);
}

const compare: Build<ExprOf<CompareOp>> = (lower, { op, a, b }) => {
  const [x, y] = [lower.value(a), lower.value(b)];
  return isVector(a.type) ? vectors.vectorCompare(op, a.type, x, y) : scalarCompare(op, a.type, x, y);
};

const gridOnly: Build<GridExpr> = (_, { op }) => {
  throw new Error(`kernel: ${op} outside a grid`);
};

const BUILD: { readonly [Op in Exclude<Expr['op'], 'const' | 'local'>]: Build<ExprOf<Op>> } = {
  neg: unary,
  abs: unary,
  sqrt: unary,
  floor: unary,
  ceil: unary,
  trunc: unary,
  nearest: unary,
  not: unary,
  clz: unary,
  ctz: unary,
  popcnt: unary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  idiv: binary,
  irem: binary,
  and: binary,
  or: binary,
  xor: binary,
  shl: binary,
  shr: binary,
  min: binary,
  max: binary,
  pmin: binary,
  pmax: binary,
  copysign: binary,
  eq: compare,
  ne: compare,
  lt: compare,
  le: compare,
  gt: compare,
  ge: compare,
  select: (lower, { cond, a, b }) => {
    const [x, y] = [lower.value(a), lower.value(b)];
    return isVector(cond.type)
      ? vectors.bitselect(lower.value(cond), x, y)
      : select(lower.lowBits(cond), x, y);
  },
  convert: (lower, { type, a }) => {
    const narrows =
      MACHINE[type] === I32 && MACHINE[a.type] === I32 && BYTES[type] <= BYTES[a.type as ScalarType];
    const keepsLowBits = narrows && type !== 'bool' && a.type !== 'bool';
    return scalarConvert(type, a.type as ScalarType, keepsLowBits ? lower.lowBits(a) : lower.value(a));
  },
  bitcast: (lower, { type, a }) => scalarBitcast(type, a.type, lower.value(a)),
  load: (lower, { type, address, offset }) => load(type, lower.value(address), offset),
  lookup: (lower, { table, index }) => {
    const scale = Math.log2(BYTES[table.type]);
    const at = lower.value(index);
    return load(table.type, scale ? plain(0x74, I32, at, i32(scale)) : at, tableAddress(table));
  },
  call: (lower, { type, fn, args }) =>
    new Instruction(
      'call',
      OP.call,
      MACHINE[type],
      args.map((arg) => lower.value(arg)),
      lower.names.functionIndex(fn),
    ),
  rare: (lower, { type, cond, fast, slow, args }) =>
    new Instruction(
      'rare',
      OP.call,
      MACHINE[type],
      [lower.value(fast), lower.lowBits(cond), ...args.map((arg) => lower.value(arg))],
      lower.names.functionIndex(slow),
    ),
  splat: (lower, { type, a }) => vectors.splat(type, lower.lowBits(a)),
  extract: (lower, { a, lane }) => vectors.extract(a.type as VectorType, lower.value(a), lane),
  replace: (lower, { type, a, lane, b }) => vectors.replace(type, lower.value(a), lane, lower.lowBits(b)),
  shuffle: (lower, { a, b, bytes }) => vectors.shuffle(lower.value(a), lower.value(b), bytes),
  widen: (lower, expr) => vectors.widen(expr, lower.value(expr.a), expr.b && lower.value(expr.b)),
  either: (lower, { wide }) => lower.lowBits(wide),
  opaque: (lower, { a }) => lower.lowBits(a),
  element: gridOnly,
  exchange: gridOnly,
  place: gridOnly,
  test: (lower, { how, a }) => vectors.test(how, a.type as VectorType, lower.value(a)),
};
