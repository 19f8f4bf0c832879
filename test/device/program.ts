/**
 * Random kernels for comparing devices: a program made from a tape of numbers, so that a shorter tape is a simpler program.
 * The sign and payload of a NaN are the one thing that devices may differ in, so no NaN's bits are looked at.
 */
import type { Body } from '../../src/kernel/build.ts';
import { func, k, local } from '../../src/kernel/build.ts';
import type { BinaryOp, CompareOp, Expr, KernelFunction, Local, UnaryOp } from '../../src/kernel/ir.ts';
import type { ScalarType, ValueType, VectorType } from '../../src/kernel/types.ts';
import {
  BYTES,
  isFloat,
  isInteger,
  isSigned,
  isVector,
  lanes,
  laneOf,
  maskOf,
} from '../../src/kernel/types.ts';

export const SCALARS = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const;
export const VECTORS = [
  ...(['i8x16', 'u8x16', 'i16x8', 'u16x8', 'i32x4', 'u32x4', 'i64x2', 'u64x2', 'f32x4', 'f64x2'] as const),
];
const TYPES: readonly ValueType[] = [...SCALARS, ...VECTORS];

/** Bytes of the input that programs read, and of the output that they write; both begin at the program's argument. */
export const INPUT = 256;
export const OUTPUT = 1024;

/** A stored value: where in the output and of which type. */
export interface Result {
  readonly at: number;
  readonly type: ValueType;
}

export interface Program {
  readonly fn: KernelFunction;
  readonly results: readonly Result[];
}

const INT_UNARY: UnaryOp[] = ['neg', 'abs', 'not', 'clz', 'ctz', 'popcnt'];
const FLOAT_UNARY: UnaryOp[] = ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'];
const INT_BINARY: BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'idiv',
  'irem',
  'and',
  'or',
  'xor',
  'min',
  'max',
  'pmin',
  'pmax',
];
const FLOAT_BINARY: BinaryOp[] = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pmin', 'pmax', 'copysign'];
const BITWISE: BinaryOp[] = ['and', 'or', 'xor'];
const COMPARE: CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

function unaryOps(type: ValueType): UnaryOp[] {
  if (type === 'bool') return ['not'];
  return isFloat(type) ? FLOAT_UNARY : INT_UNARY;
}

function binaryOps(type: ValueType): BinaryOp[] {
  if (type === 'bool') return BITWISE;
  return isFloat(type) ? FLOAT_BINARY : INT_BINARY;
}

const vectorWhere = (accept: (type: VectorType) => boolean): VectorType[] => VECTORS.filter(accept);

class Generator {
  private readonly tape: readonly number[];
  private at = 0;
  private readonly base: Local<'i32'>;
  private readonly variables: Local[];
  private readonly results: Result[] = [];
  private readonly helper: KernelFunction;
  private pool: Expr[] = [];

  constructor(tape: readonly number[], base: Local<'i32'>, helper: KernelFunction) {
    this.tape = tape;
    this.base = base;
    this.helper = helper;
    this.variables = TYPES.map((type) => local(type, type));
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.number(choices.length)];
  }

  private number(below: number): number {
    return (this.tape[this.at++] ?? 0) % below;
  }

  private get dry(): boolean {
    return this.at >= this.tape.length;
  }

  /** An expression of `type`; one made before in the same statement is sometimes used again. */
  expr(type: ValueType, depth: number): Expr {
    const known = this.pool.filter((node) => node.type === type);
    if (known.length && this.number(4) === 1) return this.pick(known);
    const node = depth <= 0 || this.dry ? this.leaf(type) : this.node(type, depth - 1);
    this.pool.push(node);
    return node;
  }

  private leaf(type: ValueType): Expr {
    const choice = this.number(3);
    if (choice === 0) return this.variables.find((v) => v.type === type)!;
    if (choice === 1 && !isVector(type)) return k.const(type, this.literal(type));
    return k.load(type, this.base, this.number(INPUT - 15));
  }

  private literal(type: ScalarType): number | bigint {
    if (type === 'bool') return this.number(2);
    if (isFloat(type))
      return this.pick([0, -0, 1, -1.5, 0.5, 2.5, NaN, Infinity, -Infinity, 1e-310, 3e38, 2 ** 31, 2 ** 63]);
    const width = BYTES[type] * 8;
    const extremes = isSigned(type)
      ? [-(2n ** BigInt(width - 1)), 2n ** BigInt(width - 1) - 1n]
      : [2n ** BigInt(width) - 1n];
    const value = this.pick([0n, 1n, 7n, ...extremes]);
    return width === 64 ? value : Number(value);
  }

  private node(type: ValueType, depth: number): Expr {
    const sub = (t: ValueType): Expr => this.expr(t, depth);
    const shared: (() => Expr)[] = [
      () => this.leaf(type),
      () => ({ op: this.pick(unaryOps(type)), type, a: sub(type) }),
      () => this.binary(type, sub),
      () => this.binary(type, sub),
      () => k.select(sub(isVector(type) ? maskOf(type) : 'bool'), sub(type), sub(type)),
    ];
    if (isInteger(type)) shared.push(() => this.shift(type, sub));
    const own = isVector(type) ? this.vectorNodes(type, sub) : this.scalarNodes(type, sub);
    // A select of a vector takes a mask, whose lanes are all ones or zero: only a comparison is one.
    const node = this.pick([...shared, ...own])();
    return node.op === 'select' && isVector(type) ? { ...node, cond: this.compare(type, sub) } : node;
  }

  private binary(type: ValueType, sub: (t: ValueType) => Expr): Expr {
    const op = this.pick(binaryOps(type));
    const b = sub(type);
    return { op, type, a: sub(type), b: op === 'copysign' ? number(b) : b };
  }

  private shift(type: ValueType, sub: (t: ValueType) => Expr): Expr {
    const count = sub(isVector(type) ? 'i32' : type);
    return this.number(2) ? k.shl(sub(type), count) : k.shr(sub(type), count);
  }

  private compare(type: ValueType, sub: (t: ValueType) => Expr): Expr {
    return { op: this.pick(COMPARE), type: maskOf(type), a: sub(type), b: sub(type) };
  }

  private scalarNodes(type: ScalarType, sub: (t: ValueType) => Expr): (() => Expr)[] {
    const nodes = [() => k.convert(type, sub(this.pick(SCALARS)))];
    const vectors = vectorWhere((t) => laneOf(t) === type);
    const casts = SCALARS.filter((t) => BYTES[t] === BYTES[type] && t !== 'bool' && t !== type);
    if (type !== 'bool') nodes.push(() => k.bitcast(type, number(sub(this.pick(casts)))));
    if (type === 'bool') {
      nodes.push(() => this.compare(this.pick(SCALARS), sub));
      nodes.push(() => k.anyTrue(this.compare(this.pick(VECTORS), sub)));
      nodes.push(() => k.allTrue(this.compare(this.pick(VECTORS), sub)));
    }
    if (type === 'i32') nodes.push(() => k.bitmask(number(sub(this.pick(VECTORS)))));
    if (type === 'f64') nodes.push(() => k.call(this.helper, sub('f64'), sub('i64')));
    if (type === 'f64')
      nodes.push(() => k.rare(sub('bool'), sub('f64'), this.helper, sub('f64'), sub('i64')));
    if (vectors.length) nodes.push(() => k.extract(sub(vectors[0]), this.number(lanes(vectors[0]))));
    return nodes;
  }

  private vectorNodes(type: VectorType, sub: (t: ValueType) => Expr): (() => Expr)[] {
    const lane = laneOf(type);
    const nodes = [
      () => k.splat(type, sub(lane)),
      () => k.replace(sub(type), this.number(lanes(type)), sub(lane)),
      () => k.bitcast(type, number(sub(this.pick(VECTORS)))),
      () =>
        k.shuffle(
          type,
          number(sub(type)),
          number(sub(type)),
          Array.from({ length: 16 }, () => this.number(32)),
        ),
      ...this.widenings(type, sub),
    ];
    if (vectorWhere((t) => maskOf(t) === type).length) {
      nodes.push(() => this.compare(this.pick(vectorWhere((t) => maskOf(t) === type)), sub));
    }
    return nodes;
  }

  private widenings(type: VectorType, sub: (t: ValueType) => Expr): (() => Expr)[] {
    const width = BYTES[laneOf(type)];
    const integer = isInteger(type);
    const source = (bytes: number, signed = isSigned(type)): VectorType | undefined =>
      vectorWhere((t) => isInteger(t) && BYTES[laneOf(t)] === bytes && isSigned(t) === signed)[0];
    const nodes: (() => Expr)[] = [];
    const narrower = source(width / 2);
    const wider = source(width * 2, true);
    if (integer && narrower)
      nodes.push(
        () => k.extendLow(type, sub(narrower)),
        () => k.extendHigh(type, sub(narrower)),
      );
    if (integer && width === 8)
      nodes.push(
        () => k.multiplyLow(type, sub(narrower!), sub(narrower!)),
        () => k.multiplyHigh(type, sub(narrower!), sub(narrower!)),
      );
    if (integer && width < 4) nodes.push(() => k.narrow(type, sub(wider!), sub(wider!)));
    if (integer && width === 4)
      nodes.push(
        () => k.truncSat(type, sub('f32x4')),
        () => k.truncSatZero(type, sub('f64x2')),
      );
    const ints: readonly VectorType[] = ['i32x4', 'u32x4'];
    if (type === 'f64x2')
      nodes.push(
        () => k.promoteLow(type, sub('f32x4')),
        () => k.convertLow(type, sub(this.pick(ints))),
      );
    if (type === 'f32x4')
      nodes.push(
        () => k.demoteZero(type, sub('f64x2')),
        () => k.convertLanes(type, sub(this.pick(ints))),
      );
    return nodes;
  }

  private root(type: ValueType): Expr {
    this.pool = [];
    return this.expr(type, 3);
  }

  private statement(b: Body, depth: number): void {
    const choice = this.number(depth > 0 ? 8 : 5);
    const variable = this.pick(this.variables);
    if (choice <= 1) b.set(variable, this.root(variable.type));
    else if (choice === 2) this.store(b);
    else if (choice === 3) b.copy(this.output(64), this.output(128), this.number(64));
    else if (choice === 4) b.fill(this.output(192), this.root('i32'), this.number(64));
    else if (choice === 5)
      b.if(
        this.root('bool'),
        () => this.block(b, depth),
        () => this.block(b, depth),
      );
    else this.loop(b, depth);
  }

  private output(at: number): Expr {
    return k.add(this.base, INPUT + at);
  }

  /** Several stores at once; their places are the last of the output, so that nothing writes over them. */
  private store(b: Body): void {
    this.pool = [];
    const items = Array.from({ length: 1 + this.number(2) }, () => {
      const type = this.pick(TYPES);
      const at = OUTPUT - 16 * (1 + this.results.length);
      if (at < 256) return undefined;
      this.results.push({ at, type });
      return { address: this.base, offset: INPUT + at, value: this.expr(type, 3) };
    });
    const fitting = items.filter((item) => item !== undefined);
    if (fitting.length) b.stores(fitting);
  }

  private loop(b: Body, depth: number): void {
    const count = b.let(k.const('i32', 0));
    b.while(k.lt(count, 1 + this.number(4)), () => {
      b.bump(count, 1);
      this.block(b, depth);
      const leave = this.number(4);
      if (leave === 1) b.if(this.root('bool'), () => b.break());
      if (leave === 2) b.if(this.root('bool'), () => b.continue());
      if (leave === 3) b.if(this.root('bool'), () => b.return(k.const('f64', 1)));
      this.block(b, depth);
    });
  }

  private block(b: Body, depth: number): void {
    for (let n = this.number(3); n >= 0; n--) this.statement(b, depth - 1);
  }

  fill(b: Body): readonly Result[] {
    for (const variable of this.variables)
      b.set(variable, k.load(variable.type, this.base, this.number(INPUT - 15)));
    while (!this.dry) this.statement(b, 2);
    for (const variable of this.variables.slice(0, 20)) {
      const at = OUTPUT - 16 * (1 + this.results.length);
      if (at < 256) break;
      this.results.push({ at, type: variable.type });
      b.store(this.base, variable, INPUT + at);
    }
    b.return(this.root('f64'));
    return this.results;
  }
}

/** A float expression with every NaN replaced by a number, for where a NaN's bits would show. */
function number(x: Expr): Expr {
  return isFloat(x.type) ? k.select(k.eq(x, x), x, 0) : x;
}

/** The program that a tape describes. */
export function programOf(tape: readonly number[]): Program {
  const helper = func('helper', { x: 'f64', n: 'i64' }, 'f64', (b, { x, n }) => {
    b.if(k.gt(x, 1), () => b.return(k.sqrt(x)));
    b.return(k.add(x, k.convert('f64', n)));
  });
  let results: readonly Result[] = [];
  const fn = func('program', { base: 'i32' }, 'f64', (b, { base }) => {
    results = new Generator(tape, base, helper).fill(b);
  });
  return { fn, results };
}
