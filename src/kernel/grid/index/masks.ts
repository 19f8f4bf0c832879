/** Where masks are true, on a grid, by running counts of what is true. */
import { k } from '../../build.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement, perWord, storeElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import type { Bits } from './gather.ts';
import { GridWalk, INDEX_GROUP } from './gather_places.ts';
import { integers } from '../window/window.ts';

/** How many elements are true up to one, and whether it is. */
function countAt(b: GridBody, counts: BufferArray, i: Expr): { readonly count: Expr; readonly isTrue: Expr } {
  const [count, before] = [i, k.max(k.sub(i, 1), 0)].map((place) => k.bitcast('i32', at(counts, place)));
  const own = b.let(count, 'count');
  const isFirst = k.eq(i, 0);
  return { count: own, isTrue: k.or(k.and(isFirst, k.gt(own, 0)), k.and(k.not(isFirst), k.gt(own, before))) };
}

/** The kernel that lists the numbers of true elements. Buffers: running counts, the numbers. */
export const gridTrueElements: GridKernel = /* @__PURE__ */ gridKernel(
  'true elements',
  INDEX_GROUP,
  { counts: 'read', numbers: 'write' },
  { total: 'i32' },
  (b, { counts, numbers }, p) =>
    b.if(k.lt(b.invocation, p.total), () => {
      const { count, isTrue } = countAt(b, counts, b.invocation);
      b.if(isTrue, () => b.put(numbers, k.sub(count, 1), k.bitcast('u32', b.invocation)));
    }),
);

/** What is walked to put values: the elements to write to. */
export const PUT = ['elements'] as const;

/**
 * The kernel that puts values, one after the other, where a mask is true. Buffers: running counts, values side by side, elements, and,
 * unless the values are repeated as often as needed, the status: nothing is written where there are more or fewer, but it fails with
 * a code, the number of values and that of true elements.
 */
export function buildGridPutTrue(element: Bits, rank: number, code: number | null): GridKernel {
  const walk = new GridWalk(rank, PUT);
  const params = integers(
    ...['total', 'first', 'stride', 'size'],
    ...(code === null ? [] : [CHECK_PARAM]),
    ...walk.params,
  );
  const target = perWord(element) > 1 ? 'atomic' : 'write';
  const buffers: Record<string, BufferArray['access']> = { counts: 'read', values: 'read', elements: target };
  if (code !== null) buffers['status'] = 'atomic';
  return gridKernel('put where true', INDEX_GROUP, buffers, params, (b, named, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const { count, isTrue } = countAt(b, named['counts'], b.invocation);
      const write = (): void =>
        b.if(isTrue, () => {
          const number = k.irem(k.sub(count, 1), p['size']);
          const place = b.let(k.add(p['first'], k.mul(number, p['stride'])), 'place');
          const bits = b.let(loadElement(named['values'], element, element, place) as Expr, 'bits');
          storeElement(b, named['elements'], element, element, walk.places(b, p, b.invocation)[0], bits);
        });
      if (code === null) return write();
      const all = b.let(k.bitcast('i32', at(named['counts'], k.sub(p['total'], 1))), 'all');
      b.if(k.eq(all, p['size']), write, () =>
        b.if(k.eq(b.invocation, 0), () => fail(b, named['status'], p[CHECK_PARAM], code, [p['size'], all])),
      );
    }),
  );
}
