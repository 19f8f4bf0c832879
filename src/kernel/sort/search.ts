/** Binary search of many values in sorted elements. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { elementItem } from './order.ts';

/**
 * `left(elements, n, values, count, out)` and `right`: for each value, before which index (int64) it can be inserted, in front of
 * or behind equal elements. The order is that of sorting.
 *
 * Source: NumPy's npy_binsearch. Where the values rise, each search goes on from the bound that the one before found.
 */
export function buildSearch(element: ElementType): KernelModule {
  return { exports: [search(element, 'left'), search(element, 'right')] };
}

function search(element: ElementType, side: 'left' | 'right'): KernelFunction {
  const item = elementItem(element);
  const params = { elements: 'i32', n: 'i32', values: 'i32', count: 'i32', out: 'i32' } as const;
  return func(side, params, undefined, (b, { elements, n, values, count, out }) => {
    /** Whether an element stands in front of the place where `value` goes. */
    const passes = (x: readonly Expr[], value: readonly Expr[]): Expr =>
      side === 'left' ? item.before(x, value) : k.eq(k.convert('i32', item.before(value, x)), 0);
    const load = (address: Expr): readonly Local[] => item.load(address).map((part) => b.let(part));
    b.if(k.eq(count, 0), () => b.return());
    const last = load(values);
    const [low, high] = [b.let(k.const('i32', 0), 'low'), b.let(n, 'high')];
    b.for(0, count, 1, () => {
      const value = load(values);
      b.if(
        passes(last, value),
        () => b.set(high, n),
        () => {
          b.set(low, 0);
          b.set(high, k.select(k.lt(high, n), k.add(high, 1), n));
        },
      );
      last.forEach((part, i) => b.set(part, value[i]));
      narrow(b, low, high, (middle) => passes(load(k.add(elements, k.mul(middle, item.bytes))), value));
      b.store(out, k.convert('i64', low));
      b.bump(values, item.bytes);
      b.bump(out, 8);
    });
  });
}

/** Closes in on the first index from `low` to `high` that does not pass. */
function narrow(b: Body, low: Local, high: Local, passes: (middle: Local) => Expr): void {
  b.while(k.lt(low, high), () => {
    const middle = b.let(k.add(low, k.shr(k.sub(high, low), 1)), 'middle');
    b.if(
      passes(middle),
      () => b.set(low, k.add(middle, 1)),
      () => b.set(high, middle),
    );
  });
}
