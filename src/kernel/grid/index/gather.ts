/** Gathering on a grid: an invocation moves one chosen element, or as many as share a word of the result. */
import { k, lift } from '../../build.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { loadElement, packWord, perWord } from '../element.ts';
import type { Expr } from '../../ir.ts';
import { GridWalk, INDEX_GROUP, offsetAt } from './gather_places.ts';
import { integers } from '../window/window.ts';

/** Elements as bits, which are moved as they are. */
export type Bits = 'u8' | 'u16' | 'u32';

/** What a gather walks: the places that are chosen from, and the offsets. */
export const GATHERED = ['chosen', 'offsets'] as const;

/** The kernel that gathers elements of some bits, and 0 where an index was refused. Buffers: elements, offsets, the result in C order. */
export function buildGridGather(element: Bits, rank: number): GridKernel {
  const each = perWord(element);
  const walk = new GridWalk(rank, GATHERED);
  const params = integers('total', ...walk.params);
  const buffers = { elements: 'read', offsets: 'read', result: 'write' } as const;
  return gridKernel('gather', INDEX_GROUP, buffers, params, (b, { elements, offsets, result }, p) => {
    const first = b.let(k.mul(b.invocation, each), 'first');
    b.if(k.lt(first, p['total']), () => {
      const last = b.let(k.sub(p['total'], 1), 'last');
      const values = Array.from({ length: each }, (_, j) => {
        const number = j === 0 ? first : b.let(k.min(k.add(first, j), last), 'element');
        const [chosen, place] = walk.places(b, p, number);
        const { offset, isChosen } = offsetAt(b, offsets, place);
        const from = b.let(k.select(isChosen, k.add(chosen, offset), lift(0, 'i32')), 'from');
        const value = loadElement(elements, element, element, from) as Expr;
        return b.let(k.select(isChosen, value, lift(0, element)), 'value');
      });
      b.put(result, b.invocation, packWord(element, element, values));
    });
  });
}
