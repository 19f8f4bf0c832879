/**
 * Tables of roots of unity exp(i t), kept as (cos t, sin t). A root is the product of one from a fine and one from a coarse table
 * of about sqrt(n) roots each (as in pocketfft): two roundings more than the best, and sines for few of them.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Store } from '../ir.ts';
import { function1 } from '../math/common.ts';
import { cos, sin } from '../math/trig.ts';
import { COMPLEX, loadComplex } from './complex.ts';

const HALF_PI = 1.5707963267948966;

/** `exact(to, count, step, n)`: the roots number 0, step, 2 step, ... of n, the angle brought below 45 degrees first. */
function exact(): KernelFunction {
  const cosine = function1('cosine', cos);
  const sine = function1('sine', sin);
  const params = { to: 'i32', count: 'i32', step: 'f64', n: 'f64' } as const;
  return func('exact', params, undefined, (b, { to, count, step, n }) => {
    b.for(0, count, 1, (i) => {
      const quarters = b.let(k.mul(k.mul(k.convert('f64', i), step), 4), 'quarters');
      const turns = b.let(k.floor(k.div(quarters, n)), 'turns');
      const rest = b.let(k.sub(quarters, k.mul(turns, n)), 'rest');
      const steep = b.let(k.gt(k.add(rest, rest), n), 'steep');
      const angle = b.let(
        k.mul(k.div(k.select(steep, k.sub(n, rest), rest), n), k.const('f64', HALF_PI)),
        'angle',
      );
      const near = b.let(k.call(cosine, angle), 'near');
      const far = b.let(k.call(sine, angle), 'far');
      const x = b.let(k.select(steep, far, near), 'x');
      const y = b.let(k.select(steep, near, far), 'y');
      const odd = k.or(k.eq(turns, 1), k.eq(turns, 3));
      const real = k.select(odd, y, x);
      const imaginary = k.select(odd, x, y);
      const left = k.or(k.eq(turns, 1), k.eq(turns, 2));
      b.stores([
        { address: to, offset: 0, value: k.select(left, k.neg(real), real) },
        { address: to, offset: 8, value: k.select(k.ge(turns, 2), k.neg(imaginary), imaginary) },
      ]);
      b.bump(to, COMPLEX);
    });
  });
}

/** Where the fine and the coarse table lie, and how many bits of an index the fine one takes. */
interface Tables {
  readonly fine: Expr;
  readonly coarse: Expr;
  readonly bits: Expr;
}

/** The stores that write root number `index`. */
function rootAt(b: Body, to: Expr, index: Expr, { fine, coarse, bits }: Tables): Store[] {
  const within = k.and(index, k.sub(k.shl(k.const('i32', 1), bits), 1));
  const x = b.let(k.add(fine, k.mul(within, COMPLEX)), 'x');
  const y = b.let(k.add(coarse, k.mul(k.shr(index, bits), COMPLEX)), 'y');
  const [a, c] = [k.load('f64', x), k.load('f64', x, 8)];
  const [d, e] = [k.load('f64', y), k.load('f64', y, 8)];
  return [
    { address: to, offset: 0, value: k.sub(k.mul(a, d), k.mul(c, e)) },
    { address: to, offset: 8, value: k.add(k.mul(a, e), k.mul(c, d)) },
  ];
}

/** `turns(to, length, radix, groups, fine, coarse, bits)`: for each i < length the roots j i groups for j = 1 ... radix - 1. */
function turns(): KernelFunction {
  const params = {
    to: 'i32',
    length: 'i32',
    radix: 'i32',
    groups: 'i32',
    fine: 'i32',
    coarse: 'i32',
    bits: 'i32',
  } as const;
  return func('turns', params, undefined, (b, p) => {
    b.for(0, p.length, 1, (i) => {
      const step = b.let(k.mul(i, p.groups), 'step');
      const index = b.let(step, 'index');
      b.for(1, p.radix, 1, () => {
        b.stores(rootAt(b, p.to, index, p));
        b.bump(p.to, COMPLEX);
        b.bump(index, step);
      });
    });
  });
}

/**
 * `chirp(to, n, cycle, padded, fine, coarse, bits)`: the roots number m^2 of 2n for m < n; and to `cycle` the same as a cycle of
 * `padded` numbers, m from 1 - n to n - 1 and zeros between.
 */
function chirp(): KernelFunction {
  const params = {
    to: 'i32',
    n: 'i32',
    cycle: 'i32',
    padded: 'i32',
    fine: 'i32',
    coarse: 'i32',
    bits: 'i32',
  } as const;
  return func('chirp', params, undefined, (b, p) => {
    const round = b.let(k.mul(p.n, 2), 'round');
    const square = b.let(k.const('i32', 0), 'square');
    const end = b.let(k.mul(p.padded, COMPLEX), 'end');
    b.fill(p.cycle, 0, end);
    b.for(0, p.n, 1, (m) => {
      b.stores(rootAt(b, p.to, square, p));
      const root = b.let(loadComplex(p.to), 'root');
      const at = b.let(k.mul(m, COMPLEX), 'at');
      b.store(k.add(p.cycle, at), root);
      b.if(k.gt(m, 0), () => b.store(k.add(p.cycle, k.sub(end, at)), root));
      b.bump(p.to, COMPLEX);
      b.bump(square, k.add(k.mul(m, 2), 1));
      b.set(square, k.select(k.ge(square, round), k.sub(square, round), square));
    });
  });
}

/** What plans are made with. */
export function buildRoots(): KernelModule {
  return { exports: [exact(), turns(), chirp()] };
}
