/** Telling, on a grid, of values that a function refuses: the first invocation to find one writes down what it found. */
import { k } from '../build.ts';
import { at, gridKernel } from './build.ts';
import type { GridKernel } from './build.ts';
import { loadElement } from './element.ts';
import type { Expr } from '../ir.ts';
import type { BufferArray } from './ir.ts';
import { CHECK_PARAM, fail } from './failure.ts';
import { INDEX_GROUP } from './index/gather_places.ts';
import { integers } from './window/window.ts';

/**
 * The kernel that fails where a mask is true: with a code, the words of other arrays at that place, and integers. Buffers: the mask,
 * those arrays, of elements of 32 bits, all of them dense; the status. Offsets count elements.
 */
export function buildGridRefuse(shown: number, details: number): GridKernel {
  const numbers = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => name + i);
  const [arrays, offsets] = [numbers('shown', shown), numbers('from', shown)];
  const integersOf = numbers('detail', details);
  const params = integers('total', 'code', CHECK_PARAM, 'maskFrom', ...offsets, ...integersOf);
  const read = Object.fromEntries(['mask', ...arrays].map((name) => [name, 'read'] as const));
  const buffers: Record<string, BufferArray['access']> = { ...read, status: 'atomic' };
  return gridKernel('refuse', INDEX_GROUP, buffers, params, (b, named, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const isTrue = loadElement(named['mask'], 'bool', 'bool', k.add(p['maskFrom'], b.invocation)) as Expr;
      b.if(isTrue, () => {
        const words = arrays.map((name, i) => at(named[name], k.add(p[offsets[i]], b.invocation)));
        fail(b, named['status'], p[CHECK_PARAM], k.bitcast('u32', p['code']), [
          ...words,
          ...integersOf.map((name) => p[name]),
        ]);
      });
    }),
  );
}
