/** Adds up results that several workgroups have computed a part of. */
import { k, lift } from '../build.ts';
import type { ElementType } from '../element.ts';
import { at, gridKernel } from './build.ts';
import type { GridKernel } from './build.ts';
import { loadElement } from './element.ts';
import type { BufferArray } from './ir.ts';
import type { Expr } from '../ir.ts';
import { integers } from './window.ts';

/** Invocations of a workgroup of the kernel. */
export const PARTS_GROUP = 256;

/**
 * The kernel that adds up `splits` results of `total` elements each, and to every element the number of its channel: the elements lie
 * as (..., channels, inner).
 */
export function buildSumOfParts(bias: ElementType | null): GridKernel {
  const names = ['total', 'splits', ...(bias ? ['inner', 'channels', 'biasOffset', 'biasStride'] : [])];
  const params = integers(...names);
  const buffers: Record<string, BufferArray['access']> = { parts: 'read', c: 'write' };
  if (bias) buffers['bias'] = 'read';
  return gridKernel('sum of parts', PARTS_GROUP, buffers, params, (b, arrays, p) => {
    const element = b.invocation;
    b.if(k.lt(element, p['total']), () => {
      const sum = b.let(lift(0, 'f32'), 'sum');
      const index = b.let(element, 'index');
      b.for(0, p['splits'], 1, () => {
        b.set(sum, k.add(sum, k.bitcast('f32', at(arrays['parts'], index))));
        b.bump(index, p['total']);
      });
      if (bias) {
        const channel = k.irem(k.idiv(element, p['inner']), p['channels']);
        const place = k.add(p['biasOffset'], k.mul(channel, p['biasStride']));
        b.set(sum, k.add(sum, loadElement(arrays['bias'], bias, 'f32', place) as Expr));
      }
      b.put(arrays['c'], element, k.bitcast('u32', sum));
    });
  });
}
