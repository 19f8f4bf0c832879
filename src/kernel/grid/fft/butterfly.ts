/** Small Fourier transforms in registers. */
import type { Body } from '../../build.ts';
import { k, lift } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { ComplexValue } from '../../value.ts';
import { v } from '../../value.ts';

/** The largest prime that has a butterfly. */
export const LARGEST_PRIME = 13;

/** A complex number whose parts are computed now. */
export function settled(b: Body, { re, im }: ComplexValue, name = 'x'): ComplexValue {
  return { re: b.let(re, name), im: b.let(im, name) };
}

export const add = (x: ComplexValue, y: ComplexValue): ComplexValue => v.add(x, y) as ComplexValue;
export const sub = (x: ComplexValue, y: ComplexValue): ComplexValue => v.sub(x, y) as ComplexValue;
export const mul = (x: ComplexValue, y: ComplexValue): ComplexValue => v.mul(x, y) as ComplexValue;

/** Both parts times a real factor. */
export const scaled = ({ re, im }: ComplexValue, factor: Expr): ComplexValue => ({
  re: k.mul(re, factor),
  im: k.mul(im, factor),
});

/**
 * The transform of two, four or an odd number of points.
 *
 * @param direction - a float32: 1 for powers of exp(2 pi i / n), -1 for those of its conjugate
 */
export function butterfly(b: Body, x: readonly ComplexValue[], direction: Expr): ComplexValue[] {
  if (x.length === 2) return [add(x[0], x[1]), sub(x[0], x[1])];
  return x.length === 4 ? butterfly4(b, x, direction) : butterflyOdd(b, x, direction);
}

/** Times i, or -i. */
const quarter = ({ re, im }: ComplexValue, direction: Expr): ComplexValue => ({
  re: k.neg(k.mul(direction, im)),
  im: k.mul(direction, re),
});

function butterfly4(b: Body, [p, q, r, s]: readonly ComplexValue[], direction: Expr): ComplexValue[] {
  const even = settled(b, add(p, r));
  const odd = settled(b, add(q, s));
  const difference = settled(b, sub(p, r));
  const turned = settled(b, quarter(sub(q, s), direction));
  return [add(even, odd), add(difference, turned), sub(even, odd), sub(difference, turned)];
}

/** Numbers j and n - j have roots with the same cosine and opposite sines, so that they are added and subtracted first. */
function butterflyOdd(b: Body, x: readonly ComplexValue[], direction: Expr): ComplexValue[] {
  const n = x.length;
  const pairs = Array.from({ length: n >> 1 }, (_, j) => j + 1);
  const sums = pairs.map((j) => settled(b, add(x[j], x[n - j])));
  const differences = pairs.map((j) => settled(b, sub(x[j], x[n - j])));
  const weighted = (values: readonly ComplexValue[], weight: (angle: number) => number, i: number) =>
    values
      .map((value, at) => {
        const angle = (2 * Math.PI * ((i * (at + 1)) % n)) / n;
        return scaled(value, lift(Math.fround(weight(angle)), 'f32'));
      })
      .reduce(add);
  const results = [x[0], ...new Array<ComplexValue>(n - 1)];
  results[0] = sums.reduce(add, x[0]);
  for (const i of pairs) {
    const even = settled(b, add(x[0], weighted(sums, Math.cos, i)));
    const odd = settled(b, quarter(weighted(differences, Math.sin, i), direction));
    results[i] = add(even, odd);
    results[n - i] = sub(even, odd);
  }
  return results;
}
