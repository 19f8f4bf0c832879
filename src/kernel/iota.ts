/** Arithmetic progressions: element i is `start + i * step`, computed in the element's own type as NumPy's fill does. */
import { constant, func, k } from './build.ts';
import type { Expr, KernelModule } from './ir.ts';
import { BYTES } from './types.ts';

/** The types that progressions are computed in. */
export type IotaType = 'f32' | 'f64' | 'i64';

/** `iota(address, n, start, step)` for `n` elements. */
export function buildIota(type: IotaType): KernelModule {
  const iota = func('iota', { address: 'i32', n: 'i32', start: type, step: type }, undefined, (b, p) => {
    b.for(constant('i32', 0), p.n, 1, (i) => {
      const at: Expr = k.add(p.address, k.mul(i, BYTES[type]));
      b.store(at, k.add(p.start, k.mul(k.convert(type, i), p.step)));
    });
  });
  return { exports: [iota] };
}
