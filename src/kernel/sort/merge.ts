/** Merge sort with insertion-sorted runs: stable, for short rows and for elements that have no integer key. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import type { Item } from './order.ts';

/** Items of a run that insertion sorts. */
const RUN = 16;

const lets = (b: Body, parts: readonly Expr[]): readonly Local[] => parts.map((part) => b.let(part));

/**
 * `merge(items, n, spare, base)` sorts `n` items with as much spare memory beside them, and gives the address where they then
 * lie: their own or the spare one.
 *
 * @param itemAt - makes the items; `base` is theirs to use.
 */
export function mergeSort(itemAt: (base: Expr) => Item): KernelFunction {
  const insert = insertionRun(itemAt);
  const merge = mergePair(itemAt);
  const params = { items: 'i32', n: 'i32', spare: 'i32', base: 'i32' } as const;
  return func('merge_sort', params, 'i32', (b, { items, n, spare, base }) => {
    const { bytes } = itemAt(base);
    const least = (x: Expr, y: Expr): Expr => k.select(k.lt(x, y), x, y);
    b.for(0, n, RUN, (i) => {
      b.call(insert, k.add(items, k.mul(i, bytes)), least(k.const('i32', RUN), k.sub(n, i)), base);
    });
    const [from, to] = [b.let(items, 'from'), b.let(spare, 'to')];
    const width = b.let(k.const('i32', RUN), 'width');
    b.while(k.lt(width, n), () => {
      const done = b.let(k.const('i32', 0), 'done');
      b.while(k.lt(done, n), () => {
        const left = b.let(least(width, k.sub(n, done)), 'left');
        const right = b.let(least(width, k.sub(k.sub(n, done), left)), 'right');
        const offset = k.mul(done, bytes);
        b.call(merge, k.add(from, offset), left, right, k.add(to, offset), base);
        b.bump(done, k.add(left, right));
      });
      const swap = b.let(from, 'swap');
      b.set(from, to);
      b.set(to, swap);
      b.set(width, k.mul(width, 2));
    });
    b.return(from);
  });
}

/** `insertion_run(items, n, base)` sorts a few items, stably. */
export function insertionRun(itemAt: (base: Expr) => Item): KernelFunction {
  return func(
    'insertion_run',
    { items: 'i32', n: 'i32', base: 'i32' },
    undefined,
    (b, { items, n, base }) => {
      const item = itemAt(base);
      b.for(1, n, 1, (i) => {
        const hole = b.let(k.add(items, k.mul(i, item.bytes)), 'hole');
        const moving = lets(b, item.load(hole));
        b.while(k.ne(hole, items), () => {
          const other = lets(b, item.load(k.sub(hole, item.bytes)));
          b.if(k.eq(k.convert('i32', item.before(moving, other)), 0), () => b.break());
          b.stores(item.stores(hole, other));
          b.bump(hole, -item.bytes);
        });
        b.stores(item.stores(hole, moving));
      });
    },
  );
}

/** `merge_pair(items, left, right, out, base)`: two sorted neighbours of `left` and `right` items as one at `out`. */
function mergePair(itemAt: (base: Expr) => Item): KernelFunction {
  const params = { items: 'i32', left: 'i32', right: 'i32', out: 'i32', base: 'i32' } as const;
  return func('merge_pair', params, undefined, (b, { items, left, right, out, base }) => {
    const item = itemAt(base);
    const other = b.let(k.add(items, k.mul(left, item.bytes)), 'other');
    b.while(k.and(k.gt(left, 0), k.gt(right, 0)), () => {
      const x = lets(b, item.load(items));
      const y = lets(b, item.load(other));
      b.if(
        item.before(y, x),
        () => {
          b.stores(item.stores(out, y));
          b.bump(other, item.bytes);
          b.bump(right, -1);
        },
        () => {
          b.stores(item.stores(out, x));
          b.bump(items, item.bytes);
          b.bump(left, -1);
        },
      );
      b.bump(out, item.bytes);
    });
    b.copy(out, items, k.mul(left, item.bytes));
    b.copy(k.add(out, k.mul(left, item.bytes)), other, k.mul(right, item.bytes));
  });
}
