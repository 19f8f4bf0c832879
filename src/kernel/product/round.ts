/** The last step of a product whose elements are narrower than the values it is computed with. */
import { func, k } from '../build.ts';
import { storeAs } from '../element.ts';
import type { KernelModule } from '../ir.ts';
import type { Ring } from './ring.ts';

/** `round(count, at)`: turns `count` values into elements, which take the place of the values from the front on. */
export function rounding(ring: Ring): KernelModule {
  const main = func('round', { count: 'i32', at: 'i32' }, undefined, (b, { count, at }) => {
    const to = b.let(at, 'to');
    b.for(0, count, 1, () => {
      b.stores(storeAs(ring.element, ring.element, k.load(ring.type, at), to));
      b.bump(at, ring.size);
      b.bump(to, ring.layout.bytes);
    });
  });
  return { exports: [main] };
}
