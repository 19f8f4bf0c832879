/** The second stage of products and convolutions whose depth is split among workgroups: adds the parts, and does what follows. */
import { k } from '../../build.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { partsOf, valueOf } from '../../value.ts';
import type { GridRing } from './ring.ts';
import { fromNumber, noughtOf } from './ring.ts';
import type { ProductEnd } from './results.ts';
import { endBuffers, endParams, writeEnd, writtenTogether } from './results.ts';

/** Invocations of a workgroup. */
export const SUM_GROUP = 256;

/**
 * The kernel that adds parts. Its buffers: the parts one after the other, and the end's. Its parameters: elements of a part, which
 * lie as (..., columns, inner), columns, inner, parts, and the end's.
 */
export function buildProductSum(ring: GridRing, end: ProductEnd): GridKernel {
  const together = writtenTogether(end);
  return gridKernel(
    `product sum ${ring.element}${end.key && ` ${end.key}`}`,
    SUM_GROUP,
    { parts: 'read', ...endBuffers(end) },
    { total: 'i32', columns: 'i32', inner: 'i32', splits: 'i32', ...endParams(end) },
    (b, arrays, p: Readonly<Record<string, Local>>) => {
      const index = b.let(k.mul(b.invocation, together), 'index');
      b.if(k.lt(index, p['total']), () => {
        const column = b.let(k.irem(k.idiv(index, p['inner']), p['columns']), 'column');
        const sums = Array.from({ length: together }, (_, j): Value => {
          const sum = partsOf(noughtOf(ring)).map((x) => b.let(x, 'sum'));
          const value: Value = valueOf(sum);
          const place = b.let(j === 0 ? index : k.add(index, j), 'place');
          b.for(0, p['splits'], 1, () => {
            const part = loadElement(arrays['parts'], ring.partial, ring.partial, place);
            const parts = partsOf(ring.add(value, part)).map((x) => b.let(x, 'next'));
            sum.forEach((own, i) => b.set(own, parts[i]));
            b.bump(place, p['total']);
          });
          return fromNumber(ring, value);
        });
        writeEnd(b, end, arrays, p, index, column, sums);
      });
    },
  );
}
