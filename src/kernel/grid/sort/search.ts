/** Binary search on a grid: an invocation looks up one value. */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import type { Expr } from '../../ir.ts';
import { before, loadBits } from './items.ts';

/** Invocations of a workgroup. */
export const SEARCH_GROUP = 256;

/**
 * The kernel that finds before which index of sorted elements each value can be inserted, in front of equal elements or behind them.
 * Buffers: elements, values, int32 results. Offsets count elements.
 */
export function buildGridSearch(element: ElementType, side: 'left' | 'right'): GridKernel {
  const buffers = { elements: 'read', values: 'read', result: 'write' } as const;
  const params = { n: 'i32', offset: 'i32', count: 'i32', valueOffset: 'i32' } as const;
  return gridKernel('search', SEARCH_GROUP, buffers, params, (b, { elements, values, result }, p) =>
    b.if(k.lt(b.invocation, p.count), () => {
      const value = loadBits(values, element, k.add(p.valueOffset, b.invocation)).map((x) => b.let(x, 'x'));
      const passes = (x: readonly Expr[]): Expr =>
        side === 'left' ? before(element, x, value) : k.not(before(element, value, x));
      const low = b.let(k.const('i32', 0), 'low');
      const high = b.let(p.n, 'high');
      b.while(k.lt(low, high), () => {
        const middle = b.let(k.shr(k.add(low, high), 1), 'middle');
        b.if(
          passes(loadBits(elements, element, k.add(p.offset, middle))),
          () => b.set(low, k.add(middle, 1)),
          () => b.set(high, middle),
        );
      });
      b.put(result, b.invocation, k.bitcast('u32', low));
    }),
  );
}
