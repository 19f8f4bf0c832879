/** Where the largest or smallest element of a run is. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { computeType } from '../element.ts';
import type { Expr, KernelModule, Local } from '../ir.ts';
import { blockOffsets, nextOuter } from '../map.ts';
import { isFloat } from '../types.ts';
import { v, valueOf } from '../value.ts';
import type { Accumulator, Source } from './values.ts';
import { LaneCombiner, accumulate, assign, loadElement } from './values.ts';

export type Extremum = 'max' | 'min';

/** What a compiled search is specialised by. */
export interface ArgVariant {
  readonly kind: Extremum;
  readonly element: ElementType;
  /** Whether the elements of a run lie side by side. */
  readonly contiguous: boolean;
}

/** Blocks of vectors that are searched for their extremum before it is compared with those before. */
const BLOCKS = 64;

/** The search in one run: the best element so far, and a place at or before which it occurs first. */
interface Search {
  readonly source: Source;
  readonly better: (x: Expr, best: Expr) => Expr;
  readonly run: Local<'i32'>;
  readonly n: Local<'i32'>;
  readonly stride: Expr;
  readonly scratch: Expr;
  readonly best: Accumulator;
  readonly from: Local<'i32'>;
  /** Whether a NaN was met, at or after `from`. */
  readonly met: Local<'bool'>;
}

/**
 * A module that exports `nest(address of the argument block)`, laid out by `blockOffsets(1, 2)` for the i64 results and the
 * input, whose inner axis is searched: the first place of the extremum, or of a NaN if there is one. The second i32 in
 * place of the scalar is the address of scratch memory.
 */
export function buildArg(variant: ArgVariant): KernelModule {
  const { kind, element, contiguous } = variant;
  const source = { element, loop: element, contiguous };
  const better = (kind === 'max' ? v.gt : v.lt) as Search['better'];
  const at = blockOffsets(1, 2);
  const nest = func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const word = (offset: number): Local<'i32'> => b.let(k.load('i32', block, offset)) as Local<'i32'>;
    const [scratch, n, count] = [word(4), word(at.lengths), word(at.lengths + 4)];
    const operands = [0, 1].map((i) => {
      const offset = at.operands + 12 * i;
      return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
    });
    b.while(k.const('bool', true), () => {
      const [out, run] = operands.map((o) => b.let(o.pointer, 'p') as Local<'i32'>);
      b.for(0, count, 1, () => {
        const best = accumulate(b, loadElement(source, run));
        const from = b.let(k.const('i32', 0), 'from') as Local<'i32'>;
        const met = b.let(v.isNaN(valueOf(best)), 'met') as Local<'bool'>;
        const search = { source, better, run, n, stride: operands[1].inner, scratch, best, from, met };
        const position = b.let(k.const('i32', 0), 'position') as Local<'i32'>;
        const combiner = laneCode(search, kind);
        if (combiner) searchBlocks(b, search, combiner, position);
        searchElements(b, search, position);
        findFirst(b, search, combiner);
        b.store(out, k.convert('i64', from));
        b.bump(out, operands[0].second);
        b.bump(run, operands[1].second);
      });
      nextOuter(b, block, at, operands);
    });
  });
  return { exports: [nest] };
}

const place = ({ run, stride }: Search, position: Expr): Expr => k.add(run, k.mul(position, stride));

/** Vector code for runs that it can search. */
function laneCode({ source }: Search, kind: Extremum): LaneCombiner | undefined {
  const float = isFloat(computeType(source.element));
  const form = { combine: LANES[kind][float ? 'float' : 'integer'], nanWins: float };
  const combiner = new LaneCombiner(source, form);
  return combiner.worthwhile ? combiner : undefined;
}

/** Takes blocks of contiguous elements by their extremum alone. */
function searchBlocks(b: Body, search: Search, combiner: LaneCombiner, position: Local<'i32'>): void {
  const { better, n, best, from, met, scratch } = search;
  const { count, bytes } = combiner;
  b.while(k.and(k.le(position, k.sub(n, count)), k.not(met)), () => {
    const vectors = b.let(k.min(k.idiv(k.sub(n, position), count), BLOCKS), 'vectors');
    const at = b.let(place(search, position), 'at');
    const state = combiner.first(b, at);
    b.for(1, vectors, 1, () => {
      b.bump(at, bytes);
      combiner.add(b, state, at);
    });
    const [top] = accumulate(b, valueOf(best));
    combiner.finish(b, state, scratch, (x) => {
      const taken = isFloat(x.type) ? k.or(better(x, top), k.ne(x, x)) : better(x, top);
      b.set(top, k.select(taken, x, top));
    });
    b.set(met, k.ne(top, top));
    b.if(k.or(better(top, best[0]), met), () => {
      b.set(best[0], top);
      b.set(from, position);
    });
    b.bump(position, k.mul(vectors, count));
  });
}

const LANES = {
  max: { float: (acc: Expr, x: Expr) => k.pmax(x, acc), integer: k.max },
  min: { float: (acc: Expr, x: Expr) => k.pmin(x, acc), integer: k.min },
} as const;

/** Takes the rest one by one. */
function searchElements(b: Body, search: Search, position: Local<'i32'>): void {
  const { source, better, n, best, from, met, stride } = search;
  const at = b.let(place(search, position), 'at');
  b.while(k.and(k.lt(position, n), k.not(met)), () => {
    const x = accumulate(b, loadElement(source, at));
    const [value, top] = [valueOf(x), valueOf(best)] as Expr[];
    b.set(met, v.isNaN(value));
    b.if(k.or(better(value, top), met), () => {
      assign(b, best, value);
      b.set(from, position);
    });
    b.bump(at, stride);
    b.bump(position, 1);
  });
}

/** Moves on to the very place: of the first NaN, if one was met. */
function findFirst(b: Body, search: Search, combiner: LaneCombiner | undefined): void {
  const { source, best, from, met, n, stride } = search;
  const at = b.let(place(search, from), 'at');
  if (combiner) {
    b.while(k.and(k.le(from, k.sub(n, combiner.count)), k.not(met)), () => {
      b.if(combiner.has(b, at, best[0]), () => b.break());
      b.bump(at, combiner.bytes);
      b.bump(from, combiner.count);
    });
  }
  b.while(k.const('bool', true), () => {
    const x = valueOf(accumulate(b, loadElement(source, at)));
    const found = k.select(met, v.isNaN(x), v.eq(x, valueOf(best)));
    b.if(found, () => b.break());
    b.bump(at, stride);
    b.bump(from, 1);
  });
}
