/** Builders for the kernel language (ir.ts): typed expressions as `k.add(x, 1)`, functions as `func(name, params, ...)`. */
import type {
  BinaryOp,
  CompareOp,
  Expr,
  KernelFunction,
  Local,
  Stmt,
  Store,
  Table,
  UnaryOp,
  WidenOp,
} from './ir.ts';
import type { ScalarType, ValueType, VectorType } from './types.ts';
import { isVector, laneOf, maskOf } from './types.ts';

/** An expression, or a literal that takes the type of the expression beside it. */
export type Operand = Expr | number | bigint | boolean;

/** A constant of a scalar type. */
export function constant(type: ScalarType, value: number | bigint | boolean): Expr {
  const wide = type === 'i64' || type === 'u64';
  return { op: 'const', type, value: wide ? BigInt(value) : Number(value) };
}

/** `x` as an expression of `type`: a literal becomes a constant, splatted over a vector's lanes. */
export function lift(x: Operand, type: ValueType): Expr {
  if (typeof x === 'object') return x;
  const scalar = constant(laneOf(type), x);
  return isVector(type) ? { op: 'splat', type, a: scalar } : scalar;
}

const unary =
  (op: UnaryOp) =>
  (a: Expr): Expr => ({ op, type: a.type, a });

const binary =
  (op: BinaryOp) =>
  (a: Operand, b: Operand): Expr => {
    const type = operandType(op, a, b);
    return { op, type, a: lift(a, type), b: lift(b, type) };
  };

const shift =
  (op: 'shl' | 'shr') =>
  (a: Expr, count: Operand): Expr => ({
    op,
    type: a.type,
    a,
    b: lift(count, isVector(a.type) ? 'i32' : a.type),
  });

const compare =
  (op: CompareOp) =>
  (a: Operand, b: Operand): Expr => {
    const type = operandType(op, a, b);
    return { op, type: maskOf(type), a: lift(a, type), b: lift(b, type) };
  };

function operandType(op: string, a: Operand, b: Operand): ValueType {
  if (typeof a !== 'object' && typeof b !== 'object') throw new Error(`kernel: ${op} of two literals`);
  const type = (typeof a === 'object' ? a : (b as Expr)).type;
  if (typeof a === 'object' && typeof b === 'object' && a.type !== b.type) {
    throw new Error(`kernel: ${op} of ${a.type} and ${b.type}`);
  }
  return type;
}

const widen =
  (how: WidenOp) =>
  (type: VectorType, a: Expr, b?: Expr): Expr => ({ op: 'widen', how, type, a, b });

/** The expression builders. */
export const k = {
  const: constant,
  neg: unary('neg'),
  abs: unary('abs'),
  sqrt: unary('sqrt'),
  floor: unary('floor'),
  ceil: unary('ceil'),
  trunc: unary('trunc'),
  nearest: unary('nearest'),
  not: unary('not'),
  clz: unary('clz'),
  ctz: unary('ctz'),
  popcnt: unary('popcnt'),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  idiv: binary('idiv'),
  irem: binary('irem'),
  and: binary('and'),
  or: binary('or'),
  xor: binary('xor'),
  min: binary('min'),
  max: binary('max'),
  pmin: binary('pmin'),
  pmax: binary('pmax'),
  copysign: binary('copysign'),
  shl: shift('shl'),
  shr: shift('shr'),
  eq: compare('eq'),
  ne: compare('ne'),
  lt: compare('lt'),
  le: compare('le'),
  gt: compare('gt'),
  ge: compare('ge'),
  select: (cond: Expr, a: Operand, b: Operand): Expr => {
    const type = operandType('select', a, b);
    return { op: 'select', type, cond, a: lift(a, type), b: lift(b, type) };
  },
  convert: (type: ScalarType, a: Expr): Expr => (a.type === type ? a : { op: 'convert', type, a }),
  bitcast: (type: ValueType, a: Expr): Expr => (a.type === type ? a : { op: 'bitcast', type, a }),
  load: (type: ValueType, address: Expr, offset = 0): Expr => ({ op: 'load', type, address, offset }),
  lookup: (table: Table, index: Expr): Expr => ({ op: 'lookup', type: table.type, table, index }),
  call: (fn: KernelFunction, ...args: Expr[]): Expr => {
    if (!fn.result) throw new Error(`kernel: ${fn.name} returns nothing`);
    return { op: 'call', type: fn.result, fn, args };
  },
  /** `cond ? slow(...args) : fast`, for a condition that seldom holds. */
  rare: (cond: Expr, fast: Expr, slow: KernelFunction, ...args: Expr[]): Expr => {
    if (slow.result !== fast.type)
      throw new Error(`kernel: rare of ${fast.type} and ${slow.result ?? 'nothing'}`);
    return { op: 'rare', type: slow.result, cond, fast, slow, args };
  },
  /** `wide`, or on devices without 64-bit types what `narrow` makes. */
  either: (wide: Expr, narrow: () => Expr): Expr => ({
    op: 'either',
    type: wide.type as ScalarType,
    wide,
    narrow,
  }),
  /** `a`, a float32, as a value that no compiler simplifies what is computed from. */
  opaque: (a: Expr): Expr => ({ op: 'opaque', type: 'f32', a }),
  splat: (type: VectorType, a: Operand): Expr => ({ op: 'splat', type, a: lift(a, laneOf(type)) }),
  extract: (a: Expr, lane: number): Expr => ({ op: 'extract', type: laneOf(a.type), a, lane }),
  replace: (a: Expr, lane: number, b: Operand): Expr => ({
    op: 'replace',
    type: a.type as VectorType,
    a,
    lane,
    b: lift(b, laneOf(a.type)),
  }),
  shuffle: (type: VectorType, a: Expr, b: Expr, bytes: readonly number[]): Expr => ({
    op: 'shuffle',
    type,
    a,
    b,
    bytes,
  }),
  extendLow: widen('extendLow'),
  extendHigh: widen('extendHigh'),
  multiplyLow: widen('multiplyLow'),
  multiplyHigh: widen('multiplyHigh'),
  narrow: widen('narrow'),
  promoteLow: widen('promoteLow'),
  demoteZero: widen('demoteZero'),
  convertLow: widen('convertLow'),
  convertLanes: widen('convert'),
  truncSat: widen('truncSat'),
  truncSatZero: widen('truncSatZero'),
  bitmask: (a: Expr): Expr => ({ op: 'test', how: 'bitmask', type: 'i32', a }),
  anyTrue: (a: Expr): Expr => ({ op: 'test', how: 'anyTrue', type: 'bool', a }),
  allTrue: (a: Expr): Expr => ({ op: 'test', how: 'allTrue', type: 'bool', a }),
};

let nextId = 0;

/** A fresh mutable local of `type`. */
export function local<T extends ValueType>(type: T, name = 't'): Local<T> {
  return { op: 'local', type, id: nextId++, name };
}

/** Collects the statements of a function body. Each method appends to the innermost open block. */
export class Body {
  protected block: Stmt[] = [];

  /** A new local that starts as `value`. */
  let<E extends Expr>(value: E, name = 't'): Local<E['type']> {
    const target = local(value.type, name);
    this.set(target, value);
    return target;
  }

  set(target: Local, value: Operand): void {
    this.block.push({ stmt: 'set', target, value: lift(value, target.type) });
  }

  /** `target += value`. */
  bump(target: Local, value: Operand): void {
    this.set(target, k.add(target, value));
  }

  store(address: Expr, value: Expr, offset = 0): void {
    this.stores([{ address, offset, value }]);
  }

  stores(items: readonly Store[]): void {
    this.block.push({ stmt: 'store', items });
  }

  if(cond: Expr, then: () => void, otherwise?: () => void): void {
    this.block.push({
      stmt: 'if',
      cond,
      then: this.nested(then),
      else: otherwise ? this.nested(otherwise) : [],
    });
  }

  while(cond: Expr, body: () => void): void {
    this.block.push({ stmt: 'while', cond, body: this.nested(body) });
  }

  /** `for (i = from; i < to; i += step)`, compared as signed. A `continue` inside would skip the step: don't. */
  for(from: Operand, to: Operand, step: Operand, body: (i: Local<'i32'>) => void): void {
    const i = local('i32', 'i');
    this.set(i, from);
    this.while(k.lt(i, to), () => {
      body(i);
      this.bump(i, step);
    });
  }

  break(): void {
    this.block.push({ stmt: 'break' });
  }

  continue(): void {
    this.block.push({ stmt: 'continue' });
  }

  return(value?: Expr): void {
    this.block.push({ stmt: 'return', value });
  }

  call(fn: KernelFunction, ...args: Expr[]): void {
    this.block.push({ stmt: 'call', fn, args });
  }

  copy(to: Expr, from: Expr, bytes: Operand): void {
    this.block.push({ stmt: 'copy', to, from, bytes: lift(bytes, 'i32') });
  }

  fill(to: Expr, byte: Operand, bytes: Operand): void {
    this.block.push({ stmt: 'fill', to, byte: lift(byte, 'i32'), bytes: lift(bytes, 'i32') });
  }

  /** Statements collected elsewhere. */
  append(statements: readonly Stmt[]): void {
    this.block.push(...statements);
  }

  private nested(body: () => void): Stmt[] {
    const outer = this.block;
    const inner: Stmt[] = (this.block = []);
    body();
    this.block = outer;
    return inner;
  }

  /** The statements so far. */
  finish(): Stmt[] {
    return this.block;
  }
}

type ParamTypes = Readonly<Record<string, ScalarType>>;
type ParamLocals<P extends ParamTypes> = { readonly [N in keyof P]: Local<P[N]> };

/**
 * A kernel function. `body` receives the statement collector and the parameters by name; a function that calls itself
 * finds itself in the third argument.
 */
export function func<P extends ParamTypes>(
  name: string,
  params: P,
  result: ScalarType | undefined,
  body: (b: Body, p: ParamLocals<P>, self: KernelFunction) => void,
): KernelFunction {
  const locals = Object.entries(params).map(([n, type]) => local(type, n));
  const b = new Body();
  const self: KernelFunction = { name, params: locals, result, body: b.finish() };
  body(b, Object.fromEntries(locals.map((p) => [p.name, p])) as ParamLocals<P>, self);
  return self;
}
