/**
 * Double-double arithmetic: an unevaluated sum of two doubles holds about 106 bits, one of two float32 about 48. No fused
 * multiply-add exists here, so products are split in the way of Dekker, "A floating-point technique for extending the available
 * precision" (1971). The splitting cuts bits instead of multiplying by 2^27 + 1, which cannot overflow and loses at most one bit
 * in 2^106.
 *
 * All is `opaque` that a compiler could simplify away if it took rounding errors for nothing.
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { numberLike, opaque, upperPart } from './common.ts';

export interface Double2 {
  readonly hi: Expr;
  readonly lo: Expr;
}

const ARITHMETIC: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'either',
]);

/** A value that is used more than once must be the same everywhere, not part of a larger sum here and there. */
const settled = (x: Expr): Expr => (ARITHMETIC.has(x.op) ? opaque(x) : x);

/** a + b exactly, where |a| >= |b| or a is a multiple of b's last place. */
export function fastTwoSum(x: Expr, y: Expr): Double2 {
  const [a, b] = [settled(x), settled(y)];
  const hi = opaque(k.add(a, b));
  return { hi, lo: opaque(k.sub(b, opaque(k.sub(hi, a)))) };
}

/** a + b exactly (Knuth). */
export function twoSum(x: Expr, y: Expr): Double2 {
  const [a, b] = [settled(x), settled(y)];
  const hi = opaque(k.add(a, b));
  const c = opaque(k.sub(hi, a));
  return { hi, lo: opaque(k.add(opaque(k.sub(a, opaque(k.sub(hi, c)))), opaque(k.sub(b, c)))) };
}

/** a * b, whose error is beyond the 106th bit (of float32, none). */
export function twoProduct(x: Expr, y: Expr): Double2 {
  const [a, b] = [settled(x), settled(y)];
  const aHi = upperPart(a);
  const aLo = opaque(k.sub(a, aHi));
  const bHi = upperPart(b);
  const bLo = opaque(k.sub(b, bHi));
  const hi = opaque(k.mul(a, b));
  const first = opaque(k.add(opaque(k.sub(opaque(k.mul(aHi, bHi)), hi)), k.mul(aHi, bLo)));
  const cross = opaque(k.add(first, k.mul(aLo, bHi)));
  return { hi, lo: opaque(k.add(cross, k.mul(aLo, bLo))) };
}

/** x^2 exactly, for |x| < 2^900: here the splitting of doubles rounds (Veltkamp), which leaves 26 bits in both parts. */
export function twoSquare(x: Expr): Double2 {
  if (x.type === 'f32') return twoProduct(x, x);
  const big = k.mul(x, 2 ** 27 + 1);
  const xHi = k.sub(big, k.sub(big, x));
  const xLo = k.sub(x, xHi);
  const hi = k.mul(x, x);
  const cross = k.mul(k.mul(xHi, xLo), 2);
  return { hi, lo: k.add(k.add(k.sub(k.mul(xHi, xHi), hi), cross), k.mul(xLo, xLo)) };
}

/** x + y where nothing cancels beyond what the low parts hold, for a single float y. */
export function add1(x: Double2, y: Expr): Double2 {
  const s = twoSum(x.hi, y);
  return fastTwoSum(s.hi, k.add(s.lo, x.lo));
}

/** x * y. */
export function multiply2(x: Double2, y: Double2): Double2 {
  const p = twoProduct(x.hi, y.hi);
  return fastTwoSum(p.hi, k.add(p.lo, k.add(k.mul(x.hi, y.lo), k.mul(x.lo, y.hi))));
}

/** x / y. */
export function divide2(x: Double2, y: Double2): Double2 {
  const q = opaque(k.div(x.hi, y.hi));
  const p = twoProduct(q, y.hi);
  const rest = k.sub(k.add(opaque(k.sub(opaque(k.sub(settled(x.hi), p.hi)), p.lo)), x.lo), k.mul(q, y.lo));
  return fastTwoSum(q, k.div(rest, y.hi));
}

/** The square root of x > 0. */
export function sqrt2(x: Double2): Double2 {
  const s = opaque(k.sqrt(x.hi));
  const p = twoSquare(s);
  const rest = k.add(opaque(k.sub(opaque(k.sub(settled(x.hi), p.hi)), p.lo)), x.lo);
  return fastTwoSum(s, k.div(rest, k.mul(s, 2)));
}

/** The float nearest to x. */
export const value2 = (x: Double2): Expr => k.add(x.hi, x.lo);

/** -x. */
export const negate2 = (x: Double2): Double2 => ({ hi: k.neg(x.hi), lo: k.neg(x.lo) });

/** x + y where nothing cancels beyond what the low parts hold. */
export function add2(x: Double2, y: Double2): Double2 {
  const s = twoSum(x.hi, y.hi);
  return fastTwoSum(s.hi, k.add(s.lo, k.add(x.lo, y.lo)));
}

/** A number to the precision of two floats of the type of x. */
export function constant2(x: Expr, value: number, rest = 0): Double2 {
  const hi = x.type === 'f32' ? Math.fround(value) : value;
  return { hi: numberLike(x, hi), lo: numberLike(x, value - hi + rest) };
}
