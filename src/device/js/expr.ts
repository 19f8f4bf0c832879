/** Turns kernel expressions into closures over a frame. */
import type { BinaryOp, CompareOp, Expr, KernelFunction, Local, Table, UnaryOp } from '../../kernel/ir.ts';
import { operandsOf, wideForm } from '../../kernel/traverse.ts';
import type { ValueType } from '../../kernel/types.ts';
import { isVector, lanes, laneOf } from '../../kernel/types.ts';
import { memoryView } from './memory.ts';
import type { Op1, Op2, Scalar } from './scalar.ts';
import { binaryOp, bitcast, compareOp, converter, read, unaryOp, wrapTo, zeroOf } from './scalar.ts';
import type { Lanes } from './vector.ts';
import {
  bitcastLanes,
  mapLanes,
  onBits,
  readLanes,
  selectLanes,
  shuffleLanes,
  testLanes,
  widenLanes,
  zipLanes,
} from './vector.ts';

/** What a kernel value is here: a scalar, or the lanes of a vector. */
export type Cell = Scalar | Lanes;
/** The locals and shared subexpressions of one call, by slot. */
export type Frame = (Cell | undefined)[];
export type Eval = (frame: Frame) => Cell;
/** A compiled kernel function, called with values that already have the parameters' types. */
export type Callee = (args: readonly Cell[]) => Cell | undefined;

type ScalarEval = (frame: Frame) => Scalar;
type LanesEval = (frame: Frame) => Lanes;
type NumberEval = (frame: Frame) => number;

/** What a function's code shares: its slots, and how to find the functions that it calls. */
export interface Scope {
  slotOf(local: Local): number;
  newSlot(type: ValueType): number;
  callee(fn: KernelFunction): Callee;
}

/** The expressions of one statement, ready to run: `prepare` computes what they share, then each of `values` may run. */
export interface Unit {
  readonly prepare: ((frame: Frame) => void) | undefined;
  readonly values: readonly Eval[];
}

/** Compiles the expressions of one statement. A node that they reach more than once is computed once, into a slot. */
export function compileUnit(scope: Scope, roots: readonly Expr[]): Unit {
  const slots = new Map<Expr, number>();
  const steps = sharedNodes(roots).map((node) => {
    const value = compile(scope, slots, node);
    const slot = scope.newSlot(node.type);
    slots.set(node, slot);
    return (f: Frame): void => {
      f[slot] = value(f);
    };
  });
  const values = roots.map((root) => compile(scope, slots, root));
  return { prepare: steps.length ? (f) => steps.forEach((step) => step(f)) : undefined, values };
}

/** A unit of one expression as one closure. */
export function compileSingle(scope: Scope, root: Expr): Eval {
  const { prepare, values } = compileUnit(scope, [root]);
  const [value] = values;
  if (!prepare) return value;
  return (f) => {
    prepare(f);
    return value(f);
  };
}

/** The nodes reached by more than one path, operands before their users. */
function sharedNodes(roots: readonly Expr[]): Expr[] {
  const uses = new Map<Expr, number>();
  const order: Expr[] = [];
  const visit = (node: Expr): void => {
    if (node.op === 'const' || node.op === 'local') return;
    const seen = uses.get(node) ?? 0;
    uses.set(node, seen + 1);
    if (seen) return;
    operandsOf(node).forEach(visit);
    order.push(node);
  };
  roots.map(wideForm).forEach(visit);
  return order.filter((node) => uses.get(node)! > 1);
}

function compile(scope: Scope, slots: ReadonlyMap<Expr, number>, root: Expr): Eval {
  const node = wideForm(root);
  const slot = node.op === 'local' ? scope.slotOf(node) : slots.get(node);
  if (slot !== undefined) return (f) => f[slot] as Cell;
  const inner = operandsOf(node).map((operand) => compile(scope, slots, operand));
  return isVector(node.type) || node.op === 'test' || node.op === 'extract'
    ? compileVector(node, inner)
    : compileScalar(scope, node, inner as ScalarEval[]);
}

const apply1 =
  (fn: Op1, a: ScalarEval): Eval =>
  (f) =>
    fn(a(f));
const apply2 =
  (fn: Op2, a: ScalarEval, b: ScalarEval): Eval =>
  (f) =>
    fn(a(f), b(f));

function compileScalar(scope: Scope, node: Expr, inner: readonly ScalarEval[]): Eval {
  const [a, b, c] = inner;
  const type = laneOf(node.type);
  switch (node.op) {
    case 'const': {
      const value = wrapTo(type)(node.value);
      return () => value;
    }
    case 'select':
      return (f) => {
        const [cond, yes, no] = [a(f), b(f), c(f)];
        return cond ? yes : no;
      };
    case 'convert':
      return apply1(converter(laneOf(node.a.type), type), a);
    case 'bitcast': {
      if (isVector(node.a.type)) throw new Error(`kernel: bitcast of ${node.a.type} to ${node.type}`);
      const from = laneOf(node.a.type);
      return (f) => bitcast(from, type, a(f));
    }
    case 'load': {
      const { offset } = node;
      return (f) => read(memoryView(), type, ((a(f) as number) >>> 0) + offset);
    }
    case 'lookup': {
      const values = tableValues(node.table);
      return (f) => values[a(f) as number];
    }
    case 'call': {
      const callee = scope.callee(node.fn);
      return (f) => callee(inner.map((arg) => arg(f))) as Scalar;
    }
    case 'rare': {
      const slow = scope.callee(node.slow);
      const args = inner.slice(2);
      return (f) => (a(f) ? (slow(args.map((arg) => arg(f))) as Scalar) : b(f));
    }
    case 'opaque':
      return a;
    case 'local':
    case 'either':
    case 'splat':
    case 'extract':
    case 'replace':
    case 'shuffle':
    case 'widen':
    case 'test':
    case 'element':
    case 'exchange':
    case 'place':
      throw new Error(`kernel: ${node.op} of a scalar`);
    default:
      if (isComparison(node)) return apply2(compareOp(node.op, 1, 0), a, b);
      return isUnary(node) ? apply1(unaryOp(node.op, type), a) : apply2(binaryOp(node.op, type), a, b);
  }
}

function compileVector(node: Expr, inner: readonly Eval[]): Eval {
  const [a, b, c] = inner as LanesEval[];
  const { type } = node;
  const lane = laneOf(type);
  switch (node.op) {
    case 'select': {
      const maskType = node.cond.type;
      return (f) => selectLanes(maskType, type, a(f), b(f), c(f));
    }
    case 'bitcast': {
      const from = node.a.type;
      return (f) => bitcastLanes(from, type, a(f));
    }
    case 'load': {
      const { offset } = node;
      const address = inner[0] as NumberEval;
      return (f) => readLanes(memoryView(), type, (address(f) >>> 0) + offset);
    }
    case 'splat': {
      const value = inner[0] as ScalarEval;
      const count = lanes(type);
      return (f) => new Array<Scalar>(count).fill(value(f));
    }
    case 'extract':
      return (f) => a(f)[node.lane];
    case 'replace': {
      const value = inner[1] as ScalarEval;
      return (f) => a(f).with(node.lane, value(f));
    }
    case 'shuffle': {
      const types = [node.a.type, node.b.type, type] as const;
      return (f) => shuffleLanes(types, a(f), b(f), node.bytes);
    }
    case 'widen': {
      const widen = widenLanes(node.how, node.a.type, type);
      return (f) => widen(a(f), b ? b(f) : []);
    }
    case 'test': {
      const test = testLanes(node.how, node.a.type);
      return (f) => test(a(f));
    }
    case 'shl':
    case 'shr': {
      const fn = binaryOp(node.op, lane);
      const count = inner[1] as ScalarEval;
      return (f) => {
        const by = count(f);
        return mapLanes((x) => fn(x, by), a(f));
      };
    }
    case 'const':
    case 'local':
    case 'either':
    case 'opaque':
    case 'convert':
    case 'lookup':
    case 'call':
    case 'rare':
    case 'element':
    case 'exchange':
    case 'place':
      throw new Error(`kernel: ${node.op} of a vector`);
    default:
      return compileLanewise(node, a, b);
  }
}

function compileLanewise(node: Unary | Binary | Comparison, a: LanesEval, b: LanesEval): Eval {
  const lane = laneOf(node.type);
  if (isComparison(node)) {
    const zero = zeroOf(lane);
    const fn = compareOp(node.op, zero === 0 ? -1 : -1n, zero);
    return (f) => zipLanes(fn, a(f), b(f));
  }
  if (node.op === 'not') {
    const flip = onBits(node.type, (type) => unaryOp('not', type));
    return (f) => mapLanes((x) => flip(x, x), a(f));
  }
  if (isUnary(node)) {
    const fn = unaryOp(node.op, lane);
    return (f) => mapLanes(fn, a(f));
  }
  const { op } = node;
  const bitwise = op === 'and' || op === 'or' || op === 'xor';
  const fn = bitwise ? onBits(node.type, (type) => binaryOp(op, type)) : binaryOp(op, lane);
  return (f) => zipLanes(fn, a(f), b(f));
}

type Comparison = Extract<Expr, { readonly op: CompareOp }>;
type Unary = Extract<Expr, { readonly op: UnaryOp }>;
type Binary = Extract<Expr, { readonly op: BinaryOp }>;

const isComparison = (node: Unary | Binary | Comparison): node is Comparison => COMPARISONS.has(node.op);
const isUnary = (node: Unary | Binary): node is Unary => !('b' in node);

const COMPARISONS: ReadonlySet<string> = /* @__PURE__ */ new Set<CompareOp>([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
]);

const tables = /* @__PURE__ */ new WeakMap<Table, readonly Scalar[]>();

/** A table's values rounded to its type, as memory would hold them. */
function tableValues(table: Table): readonly Scalar[] {
  let values = tables.get(table);
  if (!values) {
    const wrap = wrapTo(table.type);
    values = table.values.map((x) => wrap(x));
    tables.set(table, values);
  }
  return values;
}
