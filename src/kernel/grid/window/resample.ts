/** Weighted sums along an axis on a grid: a sparse matrix times the axis. */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { Expr } from '../../ir.ts';
import { coordinates, integers, sumOf } from './window.ts';

/** Invocations of a workgroup: each makes an element, or all of them make one together. */
export const RESAMPLE_GROUP = { alone: 256, together: 64 } as const;

/**
 * The kernel of a matrix along an axis: element (outer, row, inner) is the sum over the row's entries of weight times element
 * (outer, index, inner). Long rows are summed up by the invocations of a workgroup `together`.
 *
 * Buffers: x, the matrix (where each row's entries begin and the last one's end, then entries of index and weight), the result.
 */
export function buildGridResample(element: ElementType, together: boolean): GridKernel {
  const params = integers(
    'total',
    'rows',
    'inner',
    'entries',
    'offset',
    'outerStride',
    'axisStride',
    'innerStride',
  );
  const size = RESAMPLE_GROUP[together ? 'together' : 'alone'];
  const buffers = { x: 'read', matrix: 'read', c: 'write' } as const;
  return gridKernel('resample', size, buffers, params, (b, { x, matrix, c }, p) => {
    const word = (i: Expr): Expr => k.bitcast('i32', at(matrix, i));
    const target = together ? b.group : b.invocation;
    b.if(k.lt(target, p['total']), () => {
      const [outer, row, inner] = coordinates(b, target, [p['rows'], p['inner']]);
      const [from, to] = [0, 1].map((i) => b.let(word(k.add(row, i)), 'entry'));
      const start = [p['offset'], k.mul(outer, p['outerStride']), k.mul(inner, p['innerStride'])];
      const base = b.let(sumOf(start), 'base');
      const term = (entry: Expr): Expr => {
        const pair = b.let(k.add(p['entries'], k.mul(entry, 2)), 'pair');
        const place = b.let(k.add(base, k.mul(word(pair), p['axisStride'])), 'place');
        const weight = k.bitcast('f32', at(matrix, k.add(pair, 1)));
        return k.mul(weight, loadElement(x, element, 'f32', place) as Expr);
      };
      const sum = b.let(lift(0, 'f32'), 'sum');
      const first = together ? b.let(k.add(from, b.local), 'first') : from;
      // The first one is not added to zero, so that it keeps the sign of its own.
      b.if(k.lt(first, to), () => b.set(sum, term(first)));
      b.for(k.add(first, together ? size : 1), to, together ? size : 1, (entry) =>
        b.set(sum, k.add(sum, term(entry))),
      );
      if (together) addUp(b, sum, size, (all) => b.put(c, target, k.bitcast('u32', all)));
      else b.put(c, target, k.bitcast('u32', sum));
    });
  });
}

/** Adds up the numbers of a workgroup's invocations; one of them has the sum. */
function addUp(b: GridBody, own: Expr, size: number, use: (sum: Expr) => void): void {
  const sums = b.shared('f32', size, 'sums');
  b.put(sums, b.local, own);
  b.barrier();
  for (let half = size / 2; half >= 1; half /= 2) {
    b.if(k.lt(b.local, half), () =>
      b.put(sums, b.local, k.add(at(sums, b.local), at(sums, k.add(b.local, half)))),
    );
    b.barrier();
  }
  b.if(k.eq(b.local, 0), () => use(at(sums, 0)));
}
