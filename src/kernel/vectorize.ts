/**
 * Turns scalar expressions into vector code for a block of n elements at once. Every value becomes a block of n lanes of
 * its own width (lanes.ts), so that mixed widths vectorise; a truth value becomes masks of the width where it is used.
 * The lanes' values are those of the scalar code, bit for bit.
 */
import type { Body } from './build.ts';
import { k } from './build.ts';
import type { BinaryOp, CompareOp, Expr, Local } from './ir.ts';
import type { Block, LaneType, Width } from './lanes.ts';
import { canConvert, convertBlock, maskVector, resizeMask, vectorCount, widthOf } from './lanes.ts';
import { nodesOf, operandsOf, wideForm, withOperands } from './traverse.ts';
import type { ScalarType } from './types.ts';
import { BYTES, isFloat, lanes, vectorOf } from './types.ts';

type Node<Op extends Expr['op']> = Extract<Expr, { readonly op: Op }>;
type Shift = Node<BinaryOp> & { readonly op: 'shl' | 'shr' };
type Binary = Node<BinaryOp> | Node<CompareOp>;

/** What varies from element to element: the locals that stand for the elements of operands. */
export type Leaves = ReadonlySet<Local>;

/** The nodes of an expression that depend on a leaf. */
export function varyingNodes(roots: readonly Expr[], leaves: Leaves): Set<Expr> {
  const varying = new Set<Expr>();
  for (const node of nodesOf(roots)) {
    const varies = node.op === 'local' ? leaves.has(node) : operandsOf(node).some((x) => varying.has(x));
    if (varies) varying.add(node);
  }
  return varying;
}

/** The conditions of which none may hold for values to be the fast ones. */
export function rareConditions(varying: ReadonlySet<Expr>): Expr[] {
  return [...varying].flatMap((node) => (node.op === 'rare' ? [wideForm(node.cond)] : []));
}

/**
 * The vector code of one block. Values that no element changes are computed in `outside`. A `rare` node is taken to have its
 * fast value: blocks in which one does not (`rareConditions`) must be computed otherwise.
 */
export class Vectorizer {
  private readonly blocks = new Map<Expr, Block>();
  private readonly masks = new Map<Expr, Partial<Record<Width, Block>>>();
  private readonly widths = new Map<Expr, Width>();
  private readonly outside: Body;
  private readonly n: number;
  private readonly varying: ReadonlySet<Expr>;

  constructor(outside: Body, n: number, varying: ReadonlySet<Expr>) {
    this.outside = outside;
    this.n = n;
    this.varying = varying;
  }

  /** Says which lanes a leaf has; a bool's are masks of width 1. */
  define(leaf: Local, block: Block): void {
    if (leaf.type === 'bool') this.masks.set(leaf, { 1: block });
    else this.blocks.set(leaf, block);
  }

  /** The lanes of a value that is no bool. */
  block(root: Expr): Block {
    const node = wideForm(root);
    let block = this.blocks.get(node);
    if (!block) {
      block = this.varying.has(node) ? this.compute(node) : this.uniform(node);
      this.blocks.set(node, block);
    }
    return block;
  }

  /** The lanes of a bool as masks of `width` bytes. */
  mask(root: Expr, width: Width): Block {
    const node = wideForm(root);
    let known = this.masks.get(node);
    if (!known) this.masks.set(node, (known = this.computeMask(node, width)));
    const from = Object.keys(known).map(Number) as Width[];
    known[width] ??= resizeMask(known[from[0]]!, from[0], width, this.n);
    return known[width];
  }

  /** The lanes of a bool as masks of whatever width costs least. */
  truth(node: Expr): Block {
    return this.mask(node, this.naturalWidth(wideForm(node)));
  }

  /** The lanes as memory has them: a bool as bytes 0 and 1. */
  stored(node: Expr): Block {
    if (node.type !== 'bool') return this.block(node);
    return this.mask(node, 1).map((m) => k.bitcast('u8x16', k.and(m, 1)));
  }

  private uniform(node: Expr): Block {
    const vector = vectorOf(node.type as LaneType);
    const splat = k.splat(vector, node);
    const value = node.op === 'const' ? splat : this.outside.let(splat);
    return new Array<Expr>(vectorCount(this.n, BYTES[laneType(node)])).fill(value);
  }

  private uniformMask(node: Expr, width: Width): Block {
    const vector = maskVector(width);
    const lane = { 1: 'i8', 2: 'i16', 4: 'i32', 8: 'i64' } as const;
    const value = this.outside.let(k.splat(vector, k.neg(k.convert(lane[width], node))));
    return new Array<Expr>(vectorCount(this.n, width)).fill(value);
  }

  private compute(node: Expr): Block {
    switch (node.op) {
      case 'select': {
        const [a, b] = [this.block(node.a), this.block(node.b)];
        return this.mask(node.cond, widthOf(laneType(node))).map((m, i) => k.select(m, a[i], b[i]));
      }
      case 'convert':
        return this.convert(node);
      case 'bitcast':
        return this.block(node.a).map((x) => k.bitcast(vectorOf(laneType(node)), x));
      case 'shl':
      case 'shr':
        return this.shift(node as Shift);
      case 'rare':
        return this.block(node.fast);
      case 'opaque':
        return this.block(node.a);
      case 'call':
      case 'lookup':
      case 'load':
        return this.byLane(node);
      default:
        return this.lanewise(node);
    }
  }

  /** The operation vector by vector. */
  private lanewise(node: Expr): Block {
    const operands = operandsOf(node).map((x) => this.block(x));
    const type = vectorOf(laneType(node));
    return operands[0].map(
      (_, i) =>
        ({
          ...withOperands(
            node,
            operands.map((x) => x[i]),
          ),
          type,
        }) as Expr,
    );
  }

  private convert(node: Node<'convert'>): Block {
    const to = laneType(node);
    if (node.a.type === 'bool') {
      const ones = oneBits(to);
      return this.mask(node.a, widthOf(to)).map((m) => k.bitcast(vectorOf(to), k.and(m, ones)));
    }
    const from = laneType(node.a);
    return canConvert(to, from) ? convertBlock(to, from, this.block(node.a), this.n) : this.byLane(node);
  }

  private shift(node: Shift): Block {
    const count = wideForm(node.b);
    if (this.varying.has(count)) return this.byLane(node);
    const same = count.op === 'const' ? wrapped(count.value) : this.outside.let(k.convert('i32', count));
    return this.block(node.a).map((x) => k[node.op](x, same));
  }

  /** Takes the operands apart, computes every element by itself and puts the results together. */
  private byLane(node: Expr): Block {
    const readers = operandsOf(node).map((x) => this.laneReader(x));
    const element = (i: number): Expr =>
      withOperands(
        node,
        readers.map((read) => read(i)),
      );
    return this.assemble(vectorOf(laneType(node)), element);
  }

  private assemble(type: ReturnType<typeof vectorOf>, element: (i: number) => Expr): Block {
    const perVector = lanes(type);
    return Array.from({ length: vectorCount(this.n, 16 / perVector) }, (_, v) => {
      let vector = k.splat(type, element(v * perVector));
      for (let lane = 1; lane < Math.min(perVector, this.n); lane++) {
        vector = k.replace(vector, lane, element(v * perVector + lane));
      }
      return vector;
    });
  }

  /** The i-th element of a value as a scalar. */
  private laneReader(root: Expr): (i: number) => Expr {
    const node = wideForm(root);
    if (!this.varying.has(node)) return () => node;
    const isBool = node.type === 'bool';
    const block = isBool ? this.truth(node) : this.block(node);
    const perVector = lanes(block[0].type);
    return (i) => {
      const lane = k.extract(block[Math.floor(i / perVector)], i % perVector);
      return isBool ? k.ne(lane, 0) : lane;
    };
  }

  private computeMask(node: Expr, width: Width): Partial<Record<Width, Block>> {
    if (!this.varying.has(node)) return { [width]: this.uniformMask(node, width) };
    const own = this.naturalWidth(node);
    return { [own]: this.maskOf(node, own) };
  }

  /** The width at which a bool arises: that of the narrowest lanes it is made of. */
  private naturalWidth(node: Expr): Width {
    const known = this.masks.get(node);
    if (known) return Number(Object.keys(known)[0]) as Width;
    let width = this.widths.get(node);
    if (!width) this.widths.set(node, (width = this.widthOfSources(node)));
    return width;
  }

  private widthOfSources(node: Expr): Width {
    if (node.op === 'call' || node.op === 'lookup' || node.op === 'load') return 1;
    const widths = operandsOf(node)
      .filter((x) => this.varying.has(x))
      .map((x) => (x.type === 'bool' ? this.naturalWidth(x) : widthOf(laneType(x))));
    return widths.length > 0 ? (Math.min(...widths) as Width) : 1;
  }

  private maskOf(node: Expr, width: Width): Block {
    const at = (x: Expr): Block => this.mask(x, width);
    switch (node.op) {
      case 'convert': {
        const zero = k.splat(vectorOf(laneType(node.a)), 0);
        return this.block(node.a).map((x) => k.ne(x, zero));
      }
      case 'not':
        return at(node.a).map(k.not);
      case 'select': {
        const [a, b] = [at(node.a), at(node.b)];
        return at(node.cond).map((m, i) => k.select(m, a[i], b[i]));
      }
      case 'call':
      case 'lookup':
        return this.maskByLane(node);
      case 'rare':
        return at(node.fast);
      default:
        return 'b' in node && node.b && node.op !== 'replace'
          ? this.binaryMask(node as Binary, width)
          : this.maskByLane(node);
    }
  }

  private maskByLane(node: Expr): Block {
    const readers = operandsOf(node).map((x) => this.laneReader(x));
    return this.assemble('i8x16', (i) =>
      k.neg(
        k.convert(
          'i8',
          withOperands(
            node,
            readers.map((read) => read(i)),
          ),
        ),
      ),
    );
  }

  /** A comparison, or a bitwise operation of bools; an ordering of bools has false below true. */
  private binaryMask(node: Binary, width: Width): Block {
    if (node.a.type !== 'bool') {
      const type = maskVector(width);
      const [a, b] = [this.block(node.a), this.block(node.b)];
      return a.map((x, i) => ({ op: node.op, type, a: x, b: b[i] }) as Expr);
    }
    const combine = BOOLEAN[node.op];
    if (!combine) throw new Error(`kernel: ${node.op} of bools`);
    const [a, b] = [this.mask(node.a, width), this.mask(node.b, width)];
    return a.map((x, i) => combine(x, b[i]));
  }
}

const BOOLEAN: Readonly<Record<string, (a: Expr, b: Expr) => Expr>> = {
  and: k.and,
  or: k.or,
  xor: k.xor,
  ne: k.xor,
  eq: (a, b) => k.not(k.xor(a, b)),
  lt: (a, b) => k.and(k.not(a), b),
  gt: (a, b) => k.and(a, k.not(b)),
  le: (a, b) => k.or(k.not(a), b),
  ge: (a, b) => k.or(a, k.not(b)),
  min: k.and,
  max: k.or,
};

function laneType(node: Expr): LaneType {
  if (node.type === 'bool') throw new Error(`kernel: ${node.op} of bool lanes`);
  return node.type as LaneType;
}

/** The low 32 bits: all that a shift looks at. */
const wrapped = (count: number | bigint): Expr => k.const('i32', Number(BigInt.asIntN(32, BigInt(count))));

/** The integer whose bits are the number one of a type. */
function oneBits(type: ScalarType): number | bigint {
  if (!isFloat(type)) return 1;
  return type === 'f32' ? 0x3f800000 : 0x3ff0000000000000n;
}

/** What SIMD has no instruction for is taken apart, which costs about this many operations an element. */
const APART = 3;
const CALL = 20;
/** Moving a strided element by itself into or out of a vector, relative to the scalar loop, whose overhead it shares. */
const GATHER = 0.75;

/**
 * Operations per element in vectors, relative to the scalar code: below 1, vectors pay. `gathered` is the number of
 * leaves and results that are moved one by one.
 */
export function vectorCost(varying: ReadonlySet<Expr>, gathered: number): number {
  let scalar = gathered;
  let vector = GATHER * gathered;
  for (const node of varying) {
    if (node.op === 'local') continue;
    const cost = node.op === 'call' ? CALL : 1;
    scalar += cost;
    vector += isApart(node, varying) ? cost + APART : BYTES[widest(node)] / 16;
  }
  return scalar === 0 ? 0 : vector / scalar;
}

function widest(node: Expr): ScalarType {
  const types = [node, ...operandsOf(node)].map((x) => x.type as ScalarType);
  return types.reduce((a, b) => (BYTES[b] > BYTES[a] ? b : a));
}

function isApart(node: Expr, varying: ReadonlySet<Expr>): boolean {
  switch (node.op) {
    case 'call':
    case 'lookup':
    case 'load':
    case 'idiv':
    case 'irem':
    case 'clz':
    case 'ctz':
      return true;
    case 'shl':
    case 'shr':
      return varying.has((node as Shift).b);
    case 'convert':
      return node.type !== 'bool' && node.a.type !== 'bool' && !canConvert(laneType(node), laneType(node.a));
    default:
      return false;
  }
}
