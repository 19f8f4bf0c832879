/**
 * Float sums in NumPy's order (pairwise_sum in numpy/_core/src/umath/loops_utils.h.src): below 8 parts one after the other,
 * up to 128 parts in 8 interleaved sums, above that split into two halves. Parts are the real and imaginary parts together.
 */
import type { Body } from '../build.ts';
import { func, k, lift } from '../build.ts';
import { computeType, layoutOf } from '../element.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import type { Width } from '../lanes.ts';
import { deinterleave } from '../lanes.ts';
import { laneTypeOf, loadLanes } from '../row.ts';
import { BYTES } from '../types.ts';
import { v, valueOf } from '../value.ts';
import type { Accumulator, Source } from './values.ts';
import { LaneCombiner, accumulate, assign, loadElement, loadParts, storeParts } from './values.ts';

/** Bytes that a level of the recursion keeps. */
const LEVEL = 16;

/** A run of elements: where the next one is and how many are left. */
interface Run {
  readonly at: Local<'i32'>;
  readonly left: Local<'i32'>;
  readonly stride: Expr;
}

/**
 * `pairwise(at, n, stride, to)`: stores the parts of the sum of n elements at `to`, which must have room for the recursion.
 */
export function buildPairwise(source: Source): KernelFunction {
  const { loop } = source;
  const { parts } = layoutOf(loop);
  const unit = 8 / parts;
  const params = { at: 'i32', n: 'i32', stride: 'i32', to: 'i32' } as const;
  return func('pairwise', params, undefined, (b, { at, n, stride, to }, self) => {
    b.if(k.gt(n, 16 * unit), () => {
      // Half of the parts, rounded down to a multiple of 8.
      const half = b.let(parts === 2 ? k.shl(k.shr(n, 3), 2) : k.and(k.shr(n, 1), -8), 'half');
      b.call(self, at, half, stride, to);
      b.call(self, k.add(at, k.mul(half, stride)), k.sub(n, half), stride, k.add(to, LEVEL));
      storeParts(b, to, v.add(loadParts(loop, to), loadParts(loop, to, LEVEL)));
      b.return();
    });
    const total = nothing(b, source);
    const run = { at, left: n, stride };
    const vectors = vectorSums(source, unit);
    b.if(k.ge(n, unit), () => {
      if (vectors) sumUnits(b, vectors, unit, run, total);
      else sumUnits(b, scalarSums(source, unit, stride), unit, run, total);
    });
    sumSingly(b, source, run, total);
    storeParts(b, to, valueOf(total));
  });
}

/** The sum of no elements: -0, which leaves every number as it is. */
function nothing(b: Body, { loop }: Source): Accumulator {
  return accumulate(b, valueOf(new Array<Expr>(layoutOf(loop).parts).fill(lift(-0, computeType(loop)))));
}

function sumSingly(b: Body, source: Source, run: Run, total: Accumulator): void {
  b.while(k.gt(run.left, 0), () => {
    assign(b, total, v.add(valueOf(total), loadElement(source, run.at)));
    advance(b, run, 1);
  });
}

/** The sum of n elements, stored as `pairwise` does it; a short run without the call. The run is used up. */
export function sumRun(b: Body, source: Source, pairwise: KernelFunction, run: Run, to: Expr): Accumulator {
  const total = nothing(b, source);
  b.if(
    k.lt(run.left, 8 / layoutOf(source.loop).parts),
    () => sumSingly(b, source, run, total),
    () => {
      b.call(pairwise, run.at, run.left, run.stride, to);
      assign(b, total, loadParts(source.loop, to));
    },
  );
  return total;
}

function advance(b: Body, run: Run, count: number): void {
  b.bump(run.at, count === 1 ? run.stride : k.mul(run.stride, count));
  b.bump(run.left, -count);
}

/** Sums whole units of 8 parts in 8 sums, and these in pairs. */
function sumUnits<Acc>(b: Body, sums: Sums<Acc>, unit: number, run: Run, total: Accumulator): void {
  const step = (): void => advance(b, run, unit);
  const acc = sums.first(b, run.at);
  step();
  b.while(k.ge(run.left, unit), () => {
    sums.add(b, acc, run.at);
    step();
  });
  assign(b, total, valueOf(sums.total(acc)));
}

interface Sums<Acc> {
  first(b: Body, at: Expr): Acc;
  add(b: Body, acc: Acc, at: Expr): void;
  /** The parts of ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)). */
  total(acc: Acc): Expr[];
}

function vectorSums(source: Source, unit: number): Sums<readonly Local[]> | undefined {
  const { element, loop, contiguous } = source;
  const width = BYTES[computeType(loop)] as Width;
  if (unit === 8) {
    const combiner = new LaneCombiner(source, { combine: k.add, nanWins: false }, unit);
    if (!combiner.worthwhile) return undefined;
    return {
      first: (b, at) => combiner.first(b, at).acc,
      add: (b, acc, at) => combiner.add(b, { acc, nan: undefined }, at),
      total: (acc) => [treeSum(acc, width, unit)],
    };
  }
  if (element !== loop || !contiguous) return undefined;
  const load = (at: Expr): readonly Expr[] => loadLanes(laneTypeOf(loop), at, 8);
  return {
    first: (b, at) => load(at).map((x) => b.let(x, 'lanes')),
    add: (b, acc, at) => load(at).forEach((x, i) => b.bump(acc[i], x)),
    total: (acc) => deinterleave(acc, width).map((part) => treeSum(part, width, unit)),
  };
}

/** Neighbours first, then neighbouring sums, until one is left. */
function treeSum(lanes: readonly Expr[], width: Width, count: number): Expr {
  let block = lanes;
  for (let left = count; left > 1; left /= 2) {
    const [even, odd] = deinterleave(block, width);
    block = even.map((x, i) => k.add(x, odd[i]));
  }
  return k.extract(block[0], 0);
}

function scalarSums(source: Source, unit: number, stride: Expr): Sums<readonly Accumulator[]> {
  const addresses = (b: Body, at: Expr): Expr[] => {
    const all = [at];
    while (all.length < unit) all.push(b.let(k.add(all[all.length - 1], stride), 'p'));
    return all;
  };
  const tree = (acc: readonly Accumulator[]): Accumulator | readonly Expr[] => {
    if (acc.length === 1) return acc[0];
    const half = acc.length / 2;
    const [low, high] = [tree(acc.slice(0, half)), tree(acc.slice(half))];
    return low.map((x, i) => k.add(x, high[i]));
  };
  return {
    first: (b, at) => addresses(b, at).map((p) => accumulate(b, loadElement(source, p))),
    add: (b, acc, at) =>
      addresses(b, at).forEach((p, i) => assign(b, acc[i], v.add(valueOf(acc[i]), loadElement(source, p)))),
    total: (acc) => [...tree(acc)],
  };
}
