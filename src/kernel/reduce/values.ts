/** Accumulators: values held in locals, in memory, or in the lanes of vectors. */
import type { Body } from '../build.ts';
import { k, local } from '../build.ts';
import type { ElementType } from '../element.ts';
import { castValue, computeType, decode, encode, layoutOf, loadAs } from '../element.ts';
import type { Expr, Local } from '../ir.ts';
import type { Block, LaneType } from '../lanes.ts';
import { vectorCount } from '../lanes.ts';
import { laneTypeOf, loadLanes } from '../row.ts';
import type { ScalarType } from '../types.ts';
import { BYTES, lanes } from '../types.ts';
import type { Value } from '../value.ts';
import { partsOf } from '../value.ts';
import { Vectorizer, varyingNodes, vectorCost } from '../vectorize.ts';

/** The locals of a value: one, or two for a complex number. */
export type Accumulator = readonly Local[];

/** The value that locals hold. */
export function valueOf(parts: readonly Expr[]): Value {
  return parts.length === 2 ? { re: parts[0], im: parts[1] } : parts[0];
}

/** New locals that start as `value`. */
export function accumulate(b: Body, value: Value): Accumulator {
  return partsOf(value).map((part) => b.let(part, 'acc'));
}

/** `acc = value`, where the value may be computed from the accumulator. */
export function assign(b: Body, acc: Accumulator, value: Value): void {
  const parts = partsOf(value);
  const ready = parts.length > 1 ? parts.map((part) => b.let(part)) : parts;
  acc.forEach((target, i) => b.set(target, ready[i]));
}

/** A value as it would be after being stored and read again: float16 loses the precision of float32. */
export function rounded(loop: ElementType, value: Value): Value {
  return loop === 'f16' ? decode(loop, encode(loop, loop, value)) : value;
}

/** Parts in memory side by side, in the type that kernels compute with. */
export function storeParts(b: Body, at: Expr, value: Value, offset = 0): void {
  b.stores(
    partsOf(value).map((part, i) => ({
      address: at,
      offset: offset + i * BYTES[part.type as ScalarType],
      value: part,
    })),
  );
}

export function loadParts(loop: ElementType, at: Expr, offset = 0): Value {
  const type = computeType(loop);
  const count = layoutOf(loop).parts;
  return valueOf(Array.from({ length: count }, (_, i) => k.load(type, at, offset + i * BYTES[type])));
}

/** Elements that a run steps through: how they lie in memory and as which type they enter. */
export interface Source {
  readonly element: ElementType;
  readonly loop: ElementType;
  readonly contiguous: boolean;
}

export function loadElement({ element, loop }: Source, at: Expr): Value {
  return loadAs(element, loop, at);
}

/** Real accumulators in the lanes of a block of vectors; a bool's are masks. */
export type Lanes = readonly Local[];

/** Vectors pay from this cost relative to scalar code (vectorCost). */
export const WORTH = 0.8;

/** Vector code for `combine` over blocks of elements of real types. */
export class LaneCombiner {
  /** Elements of a block: what fills four vectors of accumulators. */
  readonly count: number;
  readonly worthwhile: boolean;
  private readonly type: LaneType;
  private readonly acc: Local;
  private readonly x: Local<ScalarType>;
  private readonly single: Local;
  private readonly element: Expr;
  private readonly merged: Expr;
  private readonly added: Expr;

  constructor(
    { element, loop, contiguous }: Source,
    combine: (acc: Value, x: Value) => Value,
    count?: number,
  ) {
    const type = computeType(loop);
    this.type = laneTypeOf(loop === 'f16' ? 'f32' : loop);
    this.count = count ?? 64 / BYTES[type];
    this.acc = local(type, 'acc');
    this.single = local(type, 'other');
    this.x = local(layoutOf(element).part, 'x');
    const real = layoutOf(element).parts === 1 && layoutOf(loop).parts === 1;
    this.element = real ? (castValue(loop, element, decode(element, [this.x])) as Expr) : this.x;
    this.added = real ? (combine(this.acc, this.element) as Expr) : this.acc;
    this.merged = real ? (combine(this.acc, this.single) as Expr) : this.acc;
    const varying = varyingNodes([this.added], new Set([this.acc, this.x]));
    this.worthwhile =
      contiguous && real && this.count * BYTES[this.x.type] >= 2 && vectorCost(varying, 0) <= WORTH;
  }

  /** Bytes of a block of elements in memory. */
  get bytes(): number {
    return this.count * BYTES[this.x.type];
  }

  /** The elements at `at` as accumulators. */
  first(b: Body, at: Expr): Lanes {
    return this.vectors(b, this.element, this.count, [[this.x, this.load(at)]]).map((v) => b.let(v, 'lanes'));
  }

  /** Combines the elements at `at` into the accumulators. */
  add(b: Body, acc: Lanes, at: Expr): void {
    const bound = this.load(at).map((v) => b.let(v, 'x'));
    this.set(
      b,
      acc,
      this.vectors(b, this.added, this.count, [
        [this.acc, acc],
        [this.x, bound],
      ]),
    );
  }

  /** Combines all lanes into one vector of accumulators, pairs of vectors first. */
  fold(b: Body, acc: Lanes): Local {
    let current = acc;
    while (current.length > 1) {
      const half = current.length / 2;
      const [low, high] = [current.slice(0, half), current.slice(half)];
      const count = half * lanes(low[0].type);
      current = this.vectors(b, this.merged, count, [
        [this.acc, low],
        [this.single, high],
      ]).map((v) => b.let(v, 'lanes'));
    }
    return current[0];
  }

  /** Stores one vector of accumulators as values of the type that kernels compute with. */
  store(b: Body, at: Expr, vector: Expr): void {
    b.store(at, this.acc.type === 'bool' ? k.and(vector, 1) : vector);
  }

  private set(b: Body, acc: Lanes, block: Block): void {
    acc.forEach((target, i) => b.set(target, block[i]));
  }

  private load(at: Expr): Block {
    const block = loadLanes(this.x.type === 'bool' ? 'u8' : (this.x.type as LaneType), at, this.count);
    return this.x.type === 'bool' ? block.map((v) => k.ne(v, 0)) : block;
  }

  private vectors(b: Body, root: Expr, count: number, leaves: readonly (readonly [Local, Block])[]): Block {
    const varying = varyingNodes([root], new Set(leaves.map(([leaf]) => leaf)));
    const vectorizer = new Vectorizer(b, b, count, varying);
    for (const [leaf, block] of leaves) vectorizer.define(leaf, block);
    return root.type === 'bool' ? vectorizer.mask(root, 1) : vectorizer.block(root);
  }

  /** The number of vectors of a block of accumulators. */
  get width(): number {
    return vectorCount(this.count, BYTES[this.type]);
  }
}
