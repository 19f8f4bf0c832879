/** A complex number as the two lanes of a vector, and the few operations that Fourier transforms are made of. */
import { k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, Local } from '../ir.ts';

/** Bytes of a complex number. */
export const COMPLEX = 16;

const SWAPPED = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

export const loadComplex = (address: Expr, offset = 0): Expr => k.load('f64x2', address, offset);

/** A real factor in both lanes. */
export const both = (x: Expr): Expr => k.splat('f64x2', x);

export const times = (x: Expr, factor: number): Expr => k.mul(x, k.splat('f64x2', factor));

/** (1, -1) for a factor of 1. */
export const alternating = (factor: Expr): Expr => k.replace(both(factor), 1, k.neg(factor));

const swapped = (x: Expr): Expr => k.shuffle('f64x2', x, x, SWAPPED);

/** x's conjugate. */
export const conjugate = (x: Expr): Expr => k.mul(x, alternating(k.const('f64', 1)));

/**
 * The direction of a transform, from its sign: 1 is forward, with exp(-i t), and -1 inverse, with exp(i t). `turn` multiplies by
 * -i forward and by i inverse; `times` by a root of unity that is kept as (cos t, sin t).
 */
export class Direction {
  readonly #signs: Local;

  constructor(b: Body, sign: Expr) {
    this.#signs = b.let(alternating(sign), 'signs');
  }

  turn(x: Expr): Expr {
    return k.mul(swapped(x), this.#signs);
  }

  times(x: Expr, root: Expr, offset = 0): Expr {
    const cosine = both(k.load('f64', root, offset));
    const sine = both(k.load('f64', root, offset + 8));
    return k.add(k.mul(x, cosine), k.mul(this.turn(x), sine));
  }
}
