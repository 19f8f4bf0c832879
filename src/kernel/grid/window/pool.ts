/** Windows on a grid: where the largest element of each is, and sums over the windows that have an element as their largest. */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import { coordinates, divided, integers, nested, ofAxes, sumOf } from './window.ts';

/** Invocations of a workgroup of the kernels made here. */
export const POOL_GROUP = 256;

/** Two numbers of a table whose entries are pairs: the entry's, from `start` on. */
function pairAt(b: GridBody, table: BufferArray, start: Expr, entry: Expr): readonly [Expr, Expr] {
  const first = b.let(k.add(start, k.mul(entry, 2)), 'entry');
  const word = (i: number): Expr => b.let(k.bitcast('i32', at(table, k.add(first, i))), 'word');
  return [word(0), word(1)];
}

/**
 * The kernel that finds the place of each window's first largest element, or last NaN if there is one, as an index into the flattened
 * plane. Buffers: x, the windows along each axis (the first place, and how many lie inside), the indices as int32.
 */
export function buildGridExtrema(axes: number, element: ElementType): GridKernel {
  const range = Array.from({ length: axes }, (_, d) => d);
  const params = integers(
    ...['total', 'offset', 'plane'],
    ...ofAxes(axes, ['windows', 'table', 'step', 'stride', 'dense']),
  );
  const buffers = { x: 'read', tables: 'read', indices: 'write' } as const;
  return gridKernel('largest of windows', POOL_GROUP, buffers, params, (b, { x, tables, indices }, p) => {
    b.if(k.lt(b.invocation, p['total']), () => {
      const lengths = range.map((d) => p[`windows${d}`]);
      const [plane, ...window] = coordinates(b, b.invocation, lengths);
      const spans = window.map((w, d) => pairAt(b, tables, p[`table${d}`], w));
      const base = b.let(k.add(p['offset'], k.mul(plane, p['plane'])), 'base');
      const best = b.let(lift(-Infinity, 'f32'), 'best');
      const found = b.let(sumOf(spans.map(([start], d) => k.mul(start, p[`dense${d}`]))), 'found');
      const counts = spans.map(([, count]) => count);
      nested(b, counts, (steps) => {
        const places = steps.map((i, d) => b.let(k.add(spans[d][0], k.mul(i, p[`step${d}`])), 'place'));
        const index = sumOf([base, ...places.map((place, d) => k.mul(place, p[`stride${d}`]))]);
        const value = b.let(loadElement(x, element, 'f32', b.let(index, 'index')) as Expr, 'value');
        b.if(k.or(k.gt(value, best), k.ne(value, value)), () => {
          b.set(best, value);
          b.set(found, sumOf(places.map((place, d) => k.mul(place, p[`dense${d}`]))));
        });
      });
      b.put(indices, b.invocation, k.bitcast('u32', found));
    });
  });
}

/**
 * The kernel of the adjoint to picking the elements that the other kernel finds: each element sums up the values of those windows that
 * have it as their largest. Buffers: values, indices, the range of windows that may (from, to) for each place of each axis, the sums.
 */
export function buildGridWindowSums(axes: number, element: ElementType): GridKernel {
  const range = Array.from({ length: axes }, (_, d) => d);
  const params = integers(
    ...['total', 'share', 'size', 'offset', 'plane', 'stride', 'indexOffset'],
    ...ofAxes(axes, ['length', 'table', 'windows']),
  );
  const buffers = { values: 'read', indices: 'read', tables: 'read', sums: 'write' } as const;
  return gridKernel(
    'sums of windows',
    POOL_GROUP,
    buffers,
    params,
    (b, { values, indices, tables, sums }, p) => {
      b.if(k.lt(b.invocation, p['total']), () => {
        const lengths = range.map((d) => p[`length${d}`]);
        const [plane, ...place] = coordinates(b, b.invocation, lengths);
        const spans = place.map((x, d) => pairAt(b, tables, p[`table${d}`], x));
        const own = place.reduce((index, x, d) => k.add(k.mul(index, lengths[d]), x));
        const index = b.let(own, 'index');
        const [indexPlane] = divided(b, plane, p['share']);
        const indicesAt = b.let(k.add(p['indexOffset'], k.mul(indexPlane, p['size'])), 'indicesAt');
        const valuesAt = b.let(k.add(p['offset'], k.mul(plane, p['plane'])), 'valuesAt');
        const sum = b.let(lift(0, 'f32'), 'sum');
        const counts = spans.map(([from, to]) => b.let(k.sub(to, from), 'count'));
        nested(b, counts, (steps) => {
          const window = steps.map((i, d) => k.add(spans[d][0], i));
          const flat = window.reduce((w, x, d) => k.add(k.mul(w, p[`windows${d}`]), x));
          const number = b.let(flat, 'number');
          const chosen = k.bitcast('i32', at(indices, k.add(indicesAt, number)));
          b.if(k.eq(chosen, index), () => {
            const from = k.add(valuesAt, k.mul(number, p['stride']));
            b.set(sum, k.add(sum, loadElement(values, element, 'f32', from) as Expr));
          });
        });
        b.put(sums, b.invocation, k.bitcast('u32', sum));
      });
    },
  );
}
