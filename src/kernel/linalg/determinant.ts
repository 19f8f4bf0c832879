/** Determinants of matrices that are factored. */
import { func, k, lift } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { KernelModule } from '../ir.ts';
import { hypot, log } from '../math.ts';
import { BYTES } from '../types.ts';
import type { Value } from '../value.ts';
import { isComplexValue, v } from '../value.ts';
import { assign, at, fieldOf, held, i32, load, real, store } from './field.ts';

/**
 * `determinant(count, n, lu, pivots, sign, logarithm)`: of `count` dense factored n x n matrices the sign of the determinant, or its place on the unit
 * circle, and the logarithm of its absolute value. Of a singular one they are 0 and minus infinity.
 */
export function buildDeterminant(element: ElementType): KernelModule {
  const field = fieldOf(element);
  const { size, part } = field;
  const params = {
    count: 'i32',
    n: 'i32',
    lu: 'i32',
    pivots: 'i32',
    sign: 'i32',
    logarithm: 'i32',
  } as const;
  const length = (x: Value) => (isComplexValue(x) ? hypot(x.re, x.im) : k.abs(x));
  const determinant = func(
    'determinant',
    params,
    undefined,
    (b, { count, n, lu, pivots, sign, logarithm }) => {
      const next = b.let(k.mul(k.add(n, 1), size), 'next');
      b.for(0, count, 1, () => {
        const total = held(b, real(field, lift(1, part)));
        const sum = b.let(lift(0, part), 'sum');
        const singular = b.let(k.const('bool', false), 'singular');
        const place = b.let(lu, 'place');
        b.for(0, n, 1, (i) => {
          const x = held(b, load(field, place));
          const absolute = b.let(length(x), 'absolute');
          b.if(k.ne(k.load('i32', pivots), i), () => assign(b, total, v.neg(total)));
          if (isComplexValue(x)) {
            assign(b, total, v.mul(total, { re: k.div(x.re, absolute), im: k.div(x.im, absolute) }));
          } else b.if(k.lt(x, 0), () => assign(b, total, v.neg(total)));
          b.set(sum, k.add(sum, log(absolute)));
          b.set(singular, k.or(singular, k.eq(absolute, 0)));
          b.bump(place, next);
          b.bump(pivots, 4);
        });
        b.if(singular, () => {
          assign(b, total, real(field, lift(0, part)));
          b.set(sum, -Infinity);
        });
        store(b, field, sign, total);
        b.store(logarithm, sum);
        b.set(lu, at(lu, n, k.mul(n, i32(size))));
        b.bump(sign, size);
        b.bump(logarithm, BYTES[part]);
      });
    },
  );
  return { exports: [determinant] };
}
