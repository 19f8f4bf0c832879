/**
 * Selection: the items at some positions of the sorted order, smaller ones before each and larger ones behind. Quickselect whose
 * pivot is taken from a sorted sample, a little beyond the place of the wanted item, so that most items fall away at once
 * (after Floyd and Rivest, "Expected time bounds for selection", 1975). Items are divided without branches.
 */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import { insertionRun } from './merge.ts';
import type { Item } from './order.ts';

/** Ranges of so many items are sorted by insertion. */
const FEW = 32;
/** Items of a sample, and how many places beyond the wanted one the pivot lies. */
const SAMPLE = 25;
const BEYOND = 2;
/** After so many rounds for one position the items are not such that sampling helps. */
const ROUNDS = 48;

const lets = (b: Body, parts: readonly Expr[]): readonly Local[] => parts.map((part) => b.let(part));

/** Moves the items that go left to the front, and gives the address behind them. */
function divide(b: Body, item: Item, from: Expr, to: Expr, goesLeft: (x: readonly Expr[]) => Expr): Local {
  const border = b.let(from, 'border');
  const at = b.let(from, 'at');
  b.while(k.ne(at, to), () => {
    const x = lets(b, item.load(at));
    const other = lets(b, item.load(border));
    b.stores(item.stores(at, other));
    b.stores(item.stores(border, x));
    b.bump(border, k.mul(k.convert('i32', goesLeft(x)), item.bytes));
    b.bump(at, item.bytes);
  });
  return border;
}

/** Brings a sorted sample of a range to its front, and gives the address of the pivot for the item at `place` of the range. */
function choosePivot(itemAt: (base: Expr) => Item): KernelFunction {
  const insert = insertionRun(itemAt);
  const params = { items: 'i32', n: 'i32', place: 'i32', base: 'i32' } as const;
  return func('choose_pivot', params, 'i32', (b, { items, n, place, base }) => {
    const item = itemAt(base);
    const step = b.let(k.idiv(n, k.const('i32', SAMPLE)), 'step');
    b.for(0, SAMPLE, 1, (i) => {
      const to = b.let(k.add(items, k.mul(i, item.bytes)), 'to');
      const from = b.let(k.add(items, k.mul(k.mul(i, step), item.bytes)), 'from');
      const [x, y] = [lets(b, item.load(to)), lets(b, item.load(from))];
      b.stores(item.stores(from, x));
      b.stores(item.stores(to, y));
    });
    b.call(insert, items, k.const('i32', SAMPLE), base);
    const rank = b.let(k.idiv(place, k.add(step, 1)), 'rank');
    const isLow = k.lt(rank, SAMPLE >> 1);
    const chosen = k.add(rank, k.select(isLow, k.const('i32', BEYOND), -BEYOND));
    b.return(k.add(items, k.mul(k.min(chosen, k.const('i32', SAMPLE - 1)), item.bytes)));
  });
}

/**
 * `select(items, n, positions, count, base)` puts the items at `count` ascending positions (i32) where they belong. Tells whether
 * it did: if not, the items are to be sorted.
 *
 * @param itemAt - makes the items; `base` is theirs to use.
 */
export function selection(itemAt: (base: Expr) => Item): KernelFunction {
  const insert = insertionRun(itemAt);
  const pivotOf = choosePivot(itemAt);
  const params = { items: 'i32', n: 'i32', positions: 'i32', count: 'i32', base: 'i32' } as const;
  return func('select', params, 'bool', (b, { items, n, positions, count, base }) => {
    const item = itemAt(base);
    const { bytes } = item;
    const length = (from: Expr, to: Expr): Expr =>
      k.idiv(k.bitcast('u32', k.sub(to, from)), k.const('u32', bytes));
    const low = b.let(items, 'low');
    const end = b.let(k.add(items, k.mul(n, bytes)), 'end');
    b.for(0, count, 1, (c) => {
      const position = k.load('i32', k.add(positions, k.mul(c, 4)));
      const wanted = b.let(k.add(items, k.mul(position, bytes)), 'wanted');
      const high = b.let(end, 'high');
      const rounds = b.let(k.const('i32', ROUNDS), 'rounds');
      const size = b.let(k.bitcast('i32', length(low, high)), 'size');
      const isBefore = (x: Expr, y: Expr): Expr => k.lt(k.bitcast('u32', x), k.bitcast('u32', y));
      b.while(k.gt(size, FEW), () => {
        b.bump(rounds, -1);
        b.if(k.lt(rounds, 0), () => b.return(k.const('bool', false)));
        const place = k.bitcast('i32', length(low, wanted));
        const pivot = lets(b, item.load(k.call(pivotOf, low, size, place, base)));
        const border = divide(b, item, low, high, (x) => item.before(x, pivot));
        b.if(
          isBefore(wanted, border),
          () => b.set(high, border),
          () => {
            const left = b.let(k.bitcast('i32', length(low, border)), 'left');
            b.set(low, border);
            // Few smaller ones: perhaps many are equal, and are passed over together.
            b.if(k.lt(k.mul(left, 8), size), () => {
              b.set(
                low,
                divide(b, item, low, high, (x) => k.not(item.before(pivot, x))),
              );
              b.if(isBefore(wanted, low), () => {
                b.set(low, wanted);
                b.set(high, wanted);
              });
            });
          },
        );
        b.set(size, k.bitcast('i32', length(low, high)));
      });
      b.if(k.gt(size, 1), () => b.call(insert, low, size, base));
      b.set(low, wanted);
    });
    b.return(k.const('bool', true));
  });
}
