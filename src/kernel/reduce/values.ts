/** Accumulators: values held in locals, in memory, or in the lanes of vectors. */
import type { Body } from '../build.ts';
import { k, local } from '../build.ts';
import type { ElementType } from '../element.ts';
import { castValue, computeType, decode, encode, layoutOf, loadAs } from '../element.ts';
import type { Expr, Local } from '../ir.ts';
import type { Block } from '../lanes.ts';
import { anyOf } from '../lanes.ts';
import { loadLanes } from '../row.ts';
import type { ScalarType, VectorType } from '../types.ts';
import { BYTES, lanes } from '../types.ts';
import type { Value } from '../value.ts';
import { partsOf, valueOf } from '../value.ts';
import type { LaneForm } from './spec.ts';
import { Vectorizer, varyingNodes, vectorCost } from '../vectorize.ts';

/** The locals of a value: one, or two for a complex number. */
export type Accumulator = readonly Local[];

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

/** What `LaneCombiner` keeps: accumulators and, where NaN is looked for, masks of the lanes that met one. */
export interface LaneState {
  readonly acc: Lanes;
  readonly nan: Local | undefined;
}

/** Vector code that combines blocks of elements of real types. */
export class LaneCombiner {
  /** Elements of a block. */
  readonly count: number;
  readonly worthwhile: boolean;
  private readonly acc: Local<ScalarType>;
  private readonly x: Local<ScalarType>;
  private readonly other: Local<ScalarType>;
  private readonly element: Expr;
  private readonly added: Expr;
  private readonly merged: Expr;
  private readonly isNaN: Expr | undefined;

  /** @param count - elements of a block; if not given, what fills four vectors of accumulators */
  constructor(
    { element, loop, contiguous }: Source,
    form: Pick<LaneForm, 'combine' | 'nanWins'>,
    count?: number,
  ) {
    const type = computeType(loop);
    const real = layoutOf(element).parts === 1 && layoutOf(loop).parts === 1;
    this.count = count ?? 64 / BYTES[type];
    this.acc = local(type, 'acc');
    this.other = local(type, 'other');
    this.x = local(layoutOf(element).part, 'x');
    this.element = real ? (castValue(loop, element, decode(element, [this.x])) as Expr) : this.acc;
    this.added = form.combine(this.acc, this.element);
    this.merged = form.combine(this.acc, this.other);
    this.isNaN = form.nanWins ? k.ne(this.element, this.element) : undefined;
    const varying = varyingNodes([this.added], new Set([this.acc, this.x]));
    this.worthwhile =
      contiguous && real && this.count * BYTES[this.x.type] >= 2 && vectorCost(varying, 0) <= WORTH;
  }

  /** Bytes of a block of elements in memory. */
  get bytes(): number {
    return this.count * BYTES[this.x.type];
  }

  /** Starts with the elements at `at`. */
  first(b: Body, at: Expr): LaneState {
    const lanesOf = this.vectorizer(b, this.element, this.count, [[this.x, this.load(b, at)]]);
    const acc = lanesOf(this.element).map((v) => b.let(v, 'lanes'));
    const nan = this.isNaN && b.let(anyOf(acc.map((v) => k.ne(v, v))), 'nan');
    return { acc, nan };
  }

  /** Combines the elements at `at` into the accumulators. */
  add(b: Body, { acc, nan }: LaneState, at: Expr): void {
    const leaves = [
      [this.acc, acc],
      [this.x, this.load(b, at)],
    ] as const;
    const lanesOf = this.vectorizer(b, this.added, this.count, leaves);
    if (nan) {
      b.set(nan, k.or(nan, anyOf(lanesOf(this.element).map((v) => k.ne(v, v)))));
    }
    lanesOf(this.added).forEach((v, i) => b.set(acc[i], v));
  }

  /** Combines all lanes into one vector of accumulators, pairs of vectors first. */
  fold(b: Body, { acc }: LaneState): Local {
    let current = acc;
    while (current.length > 1) {
      const half = current.length / 2;
      const [low, high] = [current.slice(0, half), current.slice(half)];
      const leaves = [
        [this.acc, low],
        [this.other, high],
      ] as const;
      const lanesOf = this.vectorizer(b, this.merged, half * lanes(low[0].type), leaves);
      current = lanesOf(this.merged).map((v) => b.let(v, 'lanes'));
    }
    return current[0];
  }

  /**
   * Combines the lanes, by way of scratch memory, into one value with the scalar operation. Where a NaN was met, that is
   * combined as well.
   */
  finish(b: Body, state: LaneState, scratch: Expr, combine: (x: Expr) => void): void {
    const vector = this.fold(b, state);
    const { type } = this.acc;
    b.store(scratch, type === 'bool' ? k.and(vector, 1) : vector);
    for (let lane = 0; lane < lanes(vector.type); lane++) combine(k.load(type, scratch, lane * BYTES[type]));
    if (state.nan) b.if(k.anyTrue(state.nan), () => combine(k.const(type, NaN)));
  }

  /** Whether some element of the block at `at` equals `value`. */
  has(b: Body, at: Expr, value: Expr): Expr {
    const lanesOf = this.vectorizer(b, this.element, this.count, [[this.x, this.load(b, at)]]);
    return k.anyTrue(anyOf(lanesOf(this.element).map((v) => k.eq(v, k.splat(v.type as VectorType, value)))));
  }

  private load(b: Body, at: Expr): Block {
    const { type } = this.x;
    const block = loadLanes(type === 'bool' ? 'u8' : type, at, this.count);
    return block.map((v) => b.let(type === 'bool' ? k.ne(v, 0) : v, 'x'));
  }

  private vectorizer(
    b: Body,
    root: Expr,
    count: number,
    leaves: readonly (readonly [Local, Block])[],
  ): (node: Expr) => Block {
    const varying = varyingNodes([root], new Set(leaves.map(([leaf]) => leaf)));
    const vectorizer = new Vectorizer(b, count, varying);
    for (const [leaf, block] of leaves) vectorizer.define(leaf, block);
    return (node) => (node.type === 'bool' ? vectorizer.mask(node, 1) : vectorizer.block(node));
  }
}
