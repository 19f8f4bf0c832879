/** Arithmetic progressions on a grid. */
import { k } from '../build.ts';
import { gridKernel } from './build.ts';
import type { GridKernel } from './build.ts';

/** Invocations of a workgroup. */
export const IOTA_GROUP = 256;

/** The kernel that writes `start + i * step`, in float32 rounded after each operation as elsewhere. Buffer: the result. */
export function buildGridIota(type: 'f32' | 'i32'): GridKernel {
  const params = { total: 'i32', start: type, step: type } as const;
  return gridKernel('iota', IOTA_GROUP, { result: 'write' }, params, (b, { result }, p) =>
    b.if(k.lt(b.invocation, p.total), () => {
      const product = k.mul(k.convert(type, b.invocation), p.step);
      // Or else compilers make one operation of the two.
      const distance = type === 'f32' ? k.opaque(product) : product;
      b.put(result, b.invocation, k.bitcast('u32', k.add(p.start, distance)));
    }),
  );
}
