/** One Householder reflection, as LAPACK's larfg makes it. */
import { func, k, lift } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';
import type { Value } from '../value.ts';
import { partsOf, v } from '../value.ts';
import type { Field } from './field.ts';
import { held, load, real, store } from './field.ts';

/** Between these a sum of squares has lost nothing to underflow, nor overflowed. */
const SAFE = { f32: [1e-25, 1e37], f64: [1e-270, 1e300] } as const;

const largestPart = (x: Value): Expr =>
  partsOf(x)
    .map((part) => k.abs(part))
    .reduce(k.max);

/** |x / scale|^2. */
const square = (x: Value, scale?: Expr): Expr =>
  partsOf(x)
    .map((part) => (scale ? k.div(part, scale) : part))
    .map((part) => k.mul(part, part))
    .reduce(k.add);

/** Visits the elements of a column below the first. */
function below(
  b: Body,
  field: Field,
  column: Expr,
  row: Expr,
  m: Expr,
  visit: (x: Value, place: Expr) => void,
): void {
  const place = b.let(column, 'place');
  b.for(1, m, 1, () => {
    b.bump(place, row);
    visit(held(b, load(field, place)), place);
  });
}

/** The length of a column, and whether something below its first element, or that element's imaginary part, is not zero. */
function lengthOf(
  b: Body,
  field: Field,
  column: Expr,
  row: Expr,
  m: Expr,
  first: Value,
): { length: Expr; acts: Expr } {
  const [low, high] = SAFE[field.part as 'f32' | 'f64'];
  const zero = lift(0, field.part);
  const rest = b.let(square(v.im(first)), 'rest');
  below(b, field, column, row, m, (x) => b.set(rest, k.add(rest, square(x))));
  const own = square(v.re(first));
  const length = b.let(k.sqrt(k.add(rest, own)), 'length');
  const acts = b.let(k.ne(rest, 0), 'acts');
  const whole = b.let(k.add(rest, own), 'whole');
  b.if(k.not(k.and(k.gt(rest, low), k.lt(whole, high))), () => {
    const largest = b.let(k.abs(v.im(first)), 'largest');
    below(b, field, column, row, m, (x) => b.set(largest, k.max(largest, largestPart(x))));
    b.set(acts, k.ne(largest, 0));
    b.if(acts, () => {
      const scale = b.let(k.max(largest, k.abs(v.re(first))), 'scale');
      const sum = b.let(square(first, scale), 'sum');
      below(b, field, column, row, m, (x) => b.set(sum, k.add(sum, square(x, scale))));
      b.set(length, k.mul(scale, k.sqrt(sum)));
    });
  });
  return { length: k.select(acts, length, zero), acts };
}

/**
 * `reflect(m, column, row, tau)`: the reflection whose adjoint takes a column of m elements, `row` bytes apart, to (beta, 0, 0, ...). Writes beta, the
 * elements of v below its first one, which is 1, and tau.
 */
export function reflection(field: Field): KernelFunction {
  const params = { m: 'i32', column: 'i32', row: 'i32', tau: 'i32' } as const;
  return func('reflect', params, undefined, (b, { m, column, row, tau }) => {
    const first = held(b, load(field, column));
    const { length, acts } = lengthOf(b, field, column, row, m, first);
    b.if(k.not(acts), () => {
      store(b, field, tau, real(field, lift(0, field.part)));
      b.return();
    });
    const beta = b.let(k.neg(k.copysign(length, v.re(first))), 'beta');
    const parts = partsOf(first).map((part, i) => k.div(i === 0 ? k.sub(beta, part) : k.neg(part), beta));
    store(b, field, tau, field.isComplex ? { re: parts[0], im: parts[1] } : parts[0]);
    const divisor = held(b, v.sub(first, real(field, beta)));
    below(b, field, column, row, m, (x, place) => store(b, field, place, held(b, v.div(x, divisor))));
    store(b, field, column, real(field, beta));
  });
}
