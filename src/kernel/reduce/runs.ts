/** Reduction along the inner axis: every run of elements becomes one result. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import { loadAs, storeAs } from '../element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { anyOf } from '../lanes.ts';
import { blockOffsets, nextOuter } from '../map.ts';
import type { Value } from '../value.ts';
import { valueOf } from '../value.ts';
import { buildPairwise, sumRun } from './pairwise.ts';
import type { ReduceSpec, ReduceVariant } from './spec.ts';
import { groupingOf, laneForm } from './spec.ts';
import type { Accumulator } from './values.ts';
import { LaneCombiner, accumulate, assign, loadElement, rounded } from './values.ts';

/** Combines n elements at a place into an accumulator. */
type Fold = (b: Body, acc: Accumulator, at: Local<'i32'>, n: Local<'i32'>) => void;

/**
 * A module that exports `nest(address of the argument block)`, laid out by `blockOffsets(1, operands)` for the operands
 * result, input and, if there is one, mask. In place of the scalar there are two i32: the longest run that is combined
 * by itself, and the address of scratch memory.
 */
export function buildRuns(spec: ReduceSpec, variant: ReduceVariant): KernelModule {
  const { loop, masked } = variant;
  const at = blockOffsets(1, masked ? 3 : 2);
  const pairwise = groupingOf(spec, loop) === 'pairwise' ? buildPairwise(variant) : undefined;
  const nest = func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const word = (offset: number): Local<'i32'> => b.let(k.load('i32', block, offset)) as Local<'i32'>;
    const [chunk, scratch] = [word(0), word(4)];
    const [n, second] = [word(at.lengths), word(at.lengths + 4)];
    const operands = Array.from({ length: masked ? 3 : 2 }, (_, i) => {
      const offset = at.operands + 12 * i;
      return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
    });
    const [, input, mask] = operands;
    const fold = chooseFold(spec, variant, input.inner, scratch, pairwise);
    b.while(k.const('bool', true), () => {
      const pointers = operands.map((o) => b.let(o.pointer, 'p') as Local<'i32'>);
      const [out, x] = pointers;
      b.for(0, second, 1, () => {
        const acc = accumulate(b, loadAs(loop, loop, out));
        const position = b.let(x, 'at') as Local<'i32'>;
        const which = masked ? (b.let(pointers[2], 'mask') as Local<'i32'>) : undefined;
        const left = b.let(n, 'left');
        b.while(k.gt(left, 0), () => {
          const size = b.let(k.min(left, chunk), 'size') as Local<'i32'>;
          b.bump(left, k.neg(size));
          if (which)
            foldMasked(b, acc, fold, { at: position, n: size, stride: input.inner }, which, mask.inner);
          else foldWhole(b, acc, fold, { at: position, n: size, stride: input.inner });
        });
        b.stores(storeAs(loop, loop, valueOf(acc), out));
        pointers.forEach((p, i) => b.bump(p, operands[i].second));
      });
      nextOuter(b, block, at, operands);
    });
  });
  return { exports: [nest] };
}

interface Chunk {
  readonly at: Local<'i32'>;
  readonly n: Local<'i32'>;
  readonly stride: Expr;
}

/** Folds a chunk and moves on to the next. */
function foldWhole(b: Body, acc: Accumulator, fold: Fold, { at, n, stride }: Chunk): void {
  const next = b.let(k.add(at, k.mul(n, stride)), 'next');
  fold(b, acc, at, n);
  b.set(at, next);
}

/** Folds each run of elements that the mask lets through, as NumPy's masked loops do. */
function foldMasked(
  b: Body,
  acc: Accumulator,
  fold: Fold,
  { at, n, stride }: Chunk,
  mask: Local,
  step: Expr,
): void {
  const skip = (until: boolean, count: Local): void =>
    b.while(k.gt(n, 0), () => {
      const taken = k.load('bool', mask);
      b.if(until ? taken : k.not(taken), () => b.break());
      b.bump(at, stride);
      b.bump(mask, step);
      b.bump(n, -1);
      b.bump(count, 1);
    });
  b.while(k.gt(n, 0), () => {
    skip(true, b.let(k.const('i32', 0), 'skipped'));
    const start = b.let(at, 'start') as Local<'i32'>;
    const count = b.let(k.const('i32', 0), 'count') as Local<'i32'>;
    skip(false, count);
    b.if(k.gt(count, 0), () => fold(b, acc, start, count));
  });
}

function chooseFold(
  spec: ReduceSpec,
  variant: ReduceVariant,
  stride: Expr,
  scratch: Expr,
  pairwise: KernelFunction | undefined,
): Fold {
  const { combine } = spec;
  const { loop } = variant;
  const grouping = groupingOf(spec, loop);
  if (pairwise) {
    return (b, acc, at, n) => {
      const total = sumRun(b, variant, pairwise, { at, left: n, stride }, scratch);
      assign(b, acc, rounded(loop, combine(valueOf(acc), valueOf(total))));
    };
  }
  const next = (acc: Accumulator, at: Expr): Value => {
    const value = combine(valueOf(acc), loadElement(variant, at));
    return grouping === 'stepwise' ? rounded(loop, value) : value;
  };
  const rest: Fold = (b, acc, at, n) =>
    b.while(k.gt(n, 0), () => {
      assign(b, acc, next(acc, at));
      b.bump(at, stride);
      b.bump(n, -1);
    });
  const finish: Fold = (b, acc, at, n) => {
    rest(b, acc, at, n);
    if (grouping === 'sequential') assign(b, acc, rounded(loop, valueOf(acc)));
  };
  if (grouping !== 'any') return finish;
  const form = laneForm(spec, loop);
  const combiner = new LaneCombiner(variant, form);
  const many = combiner.worthwhile
    ? foldLanes(combiner, spec, form.absorbing, scratch)
    : foldFour(spec, variant, stride);
  return (b, acc, at, n) => {
    many(b, acc, at, n);
    rest(b, acc, at, n);
  };
}

/** Whole blocks of contiguous elements in the lanes of four vectors. */
function foldLanes(
  combiner: LaneCombiner,
  spec: ReduceSpec,
  absorbing: boolean | undefined,
  scratch: Expr,
): Fold {
  return (b, acc, at, n) => {
    const { count, bytes } = combiner;
    const move = (): void => {
      b.bump(at, bytes);
      b.bump(n, -count);
    };
    b.if(k.ge(n, 2 * count), () => {
      const state = combiner.first(b, at);
      move();
      b.while(k.ge(n, count), () => {
        combiner.add(b, state, at);
        move();
        if (absorbing !== undefined) b.if(settled(state.acc, absorbing), () => b.set(n, 0));
      });
      combiner.finish(b, state, scratch, (x) => assign(b, acc, spec.combine(valueOf(acc), x)));
    });
  };
}

/** Whether some lane of truth values cannot change any more. */
function settled(masks: readonly Expr[], value: boolean): Expr {
  if (value) return k.anyTrue(anyOf(masks));
  return k.not(k.allTrue(masks.reduce((all, mask) => k.and(all, mask))));
}

/** Four accumulators in turn, so that a step need not wait for the one before. */
function foldFour({ combine }: ReduceSpec, variant: ReduceVariant, stride: Expr): Fold {
  return (b, acc, at, n) => {
    const load = (): Value => loadElement(variant, at);
    const move = (): void => {
      b.bump(at, stride);
      b.bump(n, -1);
    };
    b.if(k.ge(n, 8), () => {
      const four = Array.from({ length: 4 }, () => {
        const one = accumulate(b, load());
        move();
        return one;
      });
      b.while(k.ge(n, 4), () => {
        for (const one of four) {
          assign(b, one, combine(valueOf(one), load()));
          move();
        }
      });
      for (const one of four) assign(b, acc, combine(valueOf(acc), valueOf(one)));
    });
  };
}
