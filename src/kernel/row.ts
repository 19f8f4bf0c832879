/** The inner loop of an elementwise kernel: vector blocks where they pay, then single elements. */
import { Body, k, local } from './build.ts';
import type { ElementType } from './element.ts';
import { castValue, decode, encode, layoutOf } from './element.ts';
import type { Expr, Local, Store } from './ir.ts';
import type { Block, LaneType, Width } from './lanes.ts';
import { allOf, deinterleave, interleave, vectorCount } from './lanes.ts';
import { operandsOf, wideForm, withOperands } from './traverse.ts';
import type { ScalarType, VectorType } from './types.ts';
import { BYTES, lanes, vectorOf } from './types.ts';
import type { Value } from './value.ts';
import { Vectorizer, rareConditions, varyingNodes, vectorCost } from './vectorize.ts';

/** An operand in memory along the inner loop. */
export interface RowOperand {
  readonly element: ElementType;
  /** The type that the expression takes or gives. */
  readonly loop: ElementType;
  readonly stride: 'c' | 'b' | 's';
  readonly pointer: Local<'i32'>;
  /** The stride in bytes, for class 's'. */
  readonly step: Local<'i32'> | undefined;
}

/** An input that is one value for all elements, in the loop's type. */
export interface RowScalar {
  readonly loop: ElementType;
  readonly parts: readonly Local[];
}

export interface RowPlan {
  readonly expr: (...inputs: Value[]) => Value | readonly Value[];
  readonly inputs: readonly (RowOperand | RowScalar)[];
  readonly mask: RowOperand | undefined;
  readonly outputs: readonly RowOperand[];
  readonly n: Local<'i32'>;
  /** Vector code is made if its cost relative to scalar code (vectorCost) is below this. The results are the same. */
  readonly vectorsBelow: number;
}

/** An operand with the locals that stand for the parts of its current element. */
interface Loaded extends RowOperand {
  readonly leaves: readonly Local[];
}

/** An output with the parts to store for the current element. */
interface Stored extends RowOperand {
  readonly parts: readonly Expr[];
}

/** What the loop does for each element. */
interface Row {
  readonly loaded: readonly Loaded[];
  readonly stored: readonly Stored[];
  /** The operands whose pointers move. */
  readonly moving: readonly RowOperand[];
}

/** Emits the loop over n elements: blocks of vectors, and singly those that blocks leave. */
export function buildRow(b: Body, plan: RowPlan): void {
  const row = describe(b, plan);
  const { n } = plan;
  const i = b.let(k.const('i32', 0), 'i');
  const singly = (until: Expr): void =>
    b.while(k.lt(i, until), () => {
      for (const operand of row.loaded) {
        operand.leaves.forEach((leaf, part) => b.set(leaf, loadPart(operand, part)));
      }
      b.stores(
        row.stored.flatMap((output) => output.parts.map((value, part) => storePart(output, part, value))),
      );
      advance(b, row.moving, 1);
      b.bump(i, 1);
    });
  const blocks = blockLoop(b, row, i, plan);
  if (!blocks) return singly(n);
  b.while(k.lt(i, n), () => {
    blocks.emit();
    singly(b.let(k.min(n, k.add(i, blocks.count)), 'stop'));
  });
}

const partWidth = ({ element }: RowOperand): number => BYTES[layoutOf(element).part];

const loadPart = (operand: RowOperand, part: number): Expr =>
  k.load(layoutOf(operand.element).part, operand.pointer, part * partWidth(operand));

const storePart = (operand: RowOperand, part: number, value: Expr): Store => ({
  address: operand.pointer,
  offset: part * partWidth(operand),
  value,
});

/** The operands that are read for every element and the values to store. What no element changes is computed here, once. */
function describe(b: Body, plan: RowPlan): Row {
  const loaded: Loaded[] = [];
  const partsOfElement = (operand: RowOperand): readonly Expr[] => {
    const { part, parts } = layoutOf(operand.element);
    if (operand.stride === 'b') {
      return Array.from({ length: parts }, (_, at) => b.let(loadPart(operand, at)));
    }
    const leaves = Array.from({ length: parts }, () => local(part, 'x'));
    loaded.push({ ...operand, leaves });
    return leaves;
  };
  const inputs = plan.inputs.map((input) =>
    'element' in input
      ? castValue(input.loop, input.element, decode(input.element, partsOfElement(input)))
      : decodeScalar(input),
  );
  const results = [plan.expr(...inputs)].flat() as Value[];
  const encoded = plan.outputs.map((output, at) => encode(output.element, output.loop, results[at]));
  const mask = plan.mask && partsOfElement(plan.mask)[0];
  const written = mask
    ? encoded.map((parts, at) => {
        const old = partsOfElement(plan.outputs[at]);
        return parts.map((value, part) => k.select(mask, value, old[part]));
      })
    : encoded;
  const hoisted = hoistUniform(b, written.flat(), leavesOf(loaded));
  let next = 0;
  const stored = plan.outputs.map((output, at): Stored => ({
    ...output,
    parts: written[at].map(() => hoisted[next++]),
  }));
  const inMemory = plan.inputs.filter((input) => 'element' in input);
  const moving = [...inMemory, ...(plan.mask ? [plan.mask] : []), ...plan.outputs].filter(
    (o) => o.stride !== 'b',
  );
  return { loaded, stored, moving };
}

function decodeScalar({ loop, parts }: RowScalar): Value {
  return loop === 'f16' ? parts[0] : decode(loop, parts);
}

const leavesOf = (loaded: readonly Loaded[]): Set<Local> =>
  new Set(loaded.flatMap((operand) => operand.leaves));

/** Computes the subexpressions that do not vary now, and gives the roots in terms of their values. */
function hoistUniform(b: Body, roots: readonly Expr[], leaves: ReadonlySet<Local>): Expr[] {
  const varying = varyingNodes(roots, leaves);
  const done = new Map<Expr, Expr>();
  const visit = (node: Expr): Expr => {
    if (node.op === 'const' || node.op === 'local') return node;
    let result = done.get(node);
    if (!result) {
      result = varying.has(node) ? withOperands(node, operandsOf(node).map(visit)) : b.let(node, 'uniform');
      done.set(node, result);
    }
    return result;
  };
  return roots.map(wideForm).map(visit);
}

/** Moves the pointers on by `count` elements. */
function advance(b: Body, operands: readonly RowOperand[], count: number): void {
  for (const { pointer, element, step } of operands) {
    b.bump(pointer, step ? k.mul(step, count) : count * layoutOf(element).bytes);
  }
}

/** A loop over whole blocks, which ends before one whose elements must be computed singly. */
interface BlockLoop {
  /** Elements of a block. */
  readonly count: number;
  emit(): void;
}

/** The loop over whole blocks, if vectors are to be used. */
function blockLoop(b: Body, row: Row, i: Local, { n, vectorsBelow }: RowPlan): BlockLoop | undefined {
  const { loaded, stored } = row;
  const roots = stored.flatMap((output) => output.parts);
  const varying = varyingNodes(roots, leavesOf(loaded));
  const gathered = movedSingly(loaded) + movedSingly(stored);
  if (vectorCost(varying, gathered) >= vectorsBelow) return undefined;
  const count = blockLength(varying, roots, gathered > 0);
  const body = new Body();
  const vectorizer = vectorizerOf(b, body, row, varying, count);
  body.stores(
    stored.flatMap((output) => {
      const values = output.parts.map((x) => vectorizer.stored(x));
      return storeBlocks(body, output, values, count);
    }),
  );
  advance(body, row.moving, count);
  body.bump(i, count);
  const last = b.let(k.sub(n, count), 'last');
  const inside = k.le(i, last);
  const unusual = rareConditions(varying);
  if (unusual.length === 0) return { count, emit: () => b.while(inside, () => b.append(body.finish())) };
  // Looked at ahead of each block, so that the loop has one way out and the engine keeps constants out of it.
  const ahead = new Body();
  const goes = local('bool', 'goes');
  const looker = vectorizerOf(b, ahead, row, varying, count);
  const usual = unusual.flatMap((cond) =>
    cond.op === 'not' ? looker.truth(cond.a) : looker.truth(cond).map(k.not),
  );
  ahead.set(goes, k.allTrue(allOf(usual)));
  const look = (): void => {
    b.set(goes, inside);
    b.if(goes, () => b.append(ahead.finish()));
  };
  const emit = (): void => {
    look();
    b.while(goes, () => {
      b.append(body.finish());
      look();
    });
  };
  return { count, emit };
}

/** What makes the vectors of a block, which loads it in `body`. */
function vectorizerOf(
  outside: Body,
  body: Body,
  { loaded }: Row,
  varying: ReadonlySet<Expr>,
  count: number,
): Vectorizer {
  const vectorizer = new Vectorizer(outside, count, varying);
  for (const operand of loaded) {
    loadBlocks(body, operand, count).forEach((block, part) => vectorizer.define(operand.leaves[part], block));
  }
  return vectorizer;
}

const movedSingly = (operands: readonly RowOperand[]): number =>
  operands.reduce((sum, { element, stride }) => sum + (stride === 's' ? layoutOf(element).parts : 0), 0);

/** Elements of a block beyond which moving them one by one makes too much code. */
const MOST_GATHERED = 16;

/** Elements in a block: several vectors, whose computations the processor overlaps, unless that makes too much code. */
function blockLength(varying: ReadonlySet<Expr>, roots: readonly Expr[], gathers: boolean): number {
  const widest = Math.max(...[...varying, ...roots].map(({ type }) => BYTES[type as ScalarType]));
  const unroll = varying.size <= 160 ? 4 : 2;
  const perVector = 16 / widest;
  return gathers ? Math.max(perVector, Math.min(MOST_GATHERED, perVector * unroll)) : perVector * unroll;
}

/** The element's addresses of a block of a strided operand. */
function addresses(b: Body, { pointer, step }: RowOperand, count: number): Expr[] {
  const all: Expr[] = [pointer];
  while (all.length < count) all.push(b.let(k.add(all[all.length - 1], step!)));
  return all;
}

const WORDS = { 2: 'i16', 4: 'i32', 8: 'i64' } as const;
/** The lanes that hold a part of an element; a bool is a byte. */
export const laneTypeOf = (element: ElementType): LaneType => {
  const { part } = layoutOf(element);
  return part === 'bool' ? 'u8' : part;
};

/** For each part of the elements, its lanes; a bool's are masks. */
function loadBlocks(b: Body, operand: Loaded, count: number): Block[] {
  const { element, stride, pointer } = operand;
  const { parts } = layoutOf(element);
  const type = laneTypeOf(element);
  const masked = (block: Block): Block => (element === 'bool' ? block.map((x) => k.ne(x, 0)) : block);
  if (stride !== 's') {
    // Vectors are loaded where they are used: named here, all would occupy registers at once.
    const block = loadLanes(type, pointer, parts * count);
    return (parts === 2 ? deinterleave(block, BYTES[type] as Width) : [block]).map(masked);
  }
  const at = addresses(b, operand, count);
  return operand.leaves.map((_, part) => {
    const block = gather(vectorOf(type), at, part * BYTES[type], type);
    return masked(block).map((x) => b.let(x, 'v'));
  });
}

function gather(vector: VectorType, at: readonly Expr[], offset: number, type: LaneType): Block {
  const perVector = lanes(vector);
  return Array.from({ length: vectorCount(at.length, BYTES[type]) }, (_, v) => {
    const inVector = at
      .slice(v * perVector, (v + 1) * perVector)
      .map((address) => k.load(type, address, offset));
    return inVector.slice(1).reduce((x, lane, l) => k.replace(x, l + 1, lane), k.splat(vector, inVector[0]));
  });
}

/** `count` lanes that lie side by side; fewer than a vector of them in its low part. */
export function loadLanes(type: LaneType, pointer: Expr, count: number): Block {
  const vector = vectorOf(type);
  const bytes = count * BYTES[type];
  if (bytes >= 16) return Array.from({ length: bytes / 16 }, (_, v) => k.load(vector, pointer, 16 * v));
  const word = WORDS[bytes as 2 | 4 | 8];
  return [k.bitcast(vector, k.splat(vectorOf(word), k.load(word, pointer)))];
}

function storeBlocks(b: Body, output: Stored, blocks: readonly Block[], count: number): Store[] {
  const { element, stride, pointer } = output;
  const type = laneTypeOf(element);
  if (stride === 's') {
    const at = addresses(b, output, count);
    return blocks.flatMap((block, part) => scatter(block, at, part * BYTES[type]));
  }
  const block =
    blocks.length === 2 ? interleave(blocks[0], blocks[1], BYTES[type] as Width, count) : blocks[0];
  const bytes = blocks.length * count * BYTES[type];
  if (bytes >= 16) return block.map((value, v) => ({ address: pointer, offset: 16 * v, value }));
  const word = vectorOf(WORDS[bytes as 2 | 4 | 8]);
  return [{ address: pointer, offset: 0, value: k.extract(k.bitcast(word, block[0]), 0) }];
}

function scatter(block: Block, at: readonly Expr[], offset: number): Store[] {
  const perVector = lanes(block[0].type);
  return at.map((address, i) => {
    return { address, offset, value: k.extract(block[Math.floor(i / perVector)], i % perVector) };
  });
}
