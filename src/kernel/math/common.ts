/** Small helpers that the elementary functions share. */
import { func, k, lift } from '../build.ts';
import type { Operand } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';

/** The least positive normal double. */
export const MIN_NORMAL = 2 ** -1022;

/** Clears the low 27 bits of a double: what is left times such another is exact. */
const UPPER_BITS = -1n << 27n;

/** The bits of a float as a signed integer of its width. */
export const bitsOf = (x: Expr): Expr => k.bitcast(x.type === 'f32' ? 'i32' : 'i64', x);

/** The float of the same width with these bits. */
export const fromBits = (bits: Expr): Expr =>
  k.bitcast(bits.type === 'i32' || bits.type === 'u32' ? 'f32' : 'f64', bits);

/** A double cut to its upper 26 bits. */
export const upperPart = (x: Expr): Expr => fromBits(k.and(bitsOf(x), UPPER_BITS));

/** c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule. */
export function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  const last = coefficients.length - 1;
  let sum = lift(coefficients[last], x.type);
  for (let i = last - 1; i >= 0; i--) sum = k.add(k.mul(sum, x), coefficients[i]);
  return sum;
}

/** c[0] + c[1] x + c[2] x^2 + ..., by Estrin's rule: a shorter chain of dependent operations than Horner's. */
export function estrin(x: Expr, coefficients: readonly number[]): Expr {
  let terms: Expr[] = coefficients.map((c) => lift(c, x.type));
  for (let power = x; terms.length > 1; power = k.mul(power, power)) {
    const next: Expr[] = [];
    for (let i = 0; i + 1 < terms.length; i += 2) next.push(k.add(terms[i], k.mul(terms[i + 1], power)));
    if (terms.length % 2) next.push(terms[terms.length - 1]);
    terms = next;
  }
  return terms[0];
}

/** The first value whose condition holds, else the last argument. */
export function choose(cases: readonly (readonly [cond: Expr, value: Operand])[], otherwise: Expr): Expr {
  return cases.reduceRight((rest: Expr, [cond, value]) => k.select(cond, value, rest), otherwise);
}

/** The upper 64 bits of the product of two u64. */
export function multiplyHigh(a: Expr, b: Expr): Expr {
  const low = (x: Expr): Expr => k.and(x, 0xffffffffn);
  const high = (x: Expr): Expr => k.shr(x, 32n);
  const middle = k.add(k.mul(high(a), low(b)), high(k.mul(low(a), low(b))));
  const other = k.add(k.mul(low(a), high(b)), low(middle));
  return k.add(k.add(k.mul(high(a), high(b)), high(middle)), high(other));
}

export const isNaN = (x: Expr): Expr => k.ne(x, x);

/** True but for NaN and the infinities. */
export const isFinite = (x: Expr): Expr => k.lt(k.abs(x), Infinity);

/** 2^n as a double, for an i64 n from -1022 to 1023. */
export const power2 = (n: Expr): Expr => fromBits(k.shl(k.add(n, 1023n), 52n));

/** x * 2^n for an i64 n from -2044 to 2046, rounded once more if the result is subnormal. */
export function scale2(x: Expr, n: Expr): Expr {
  const half = k.shr(n, 1n);
  return k.mul(k.mul(x, power2(half)), power2(k.sub(n, half)));
}

/**
 * A function of doubles, for floats too: float32 is computed in float64, which leaves one rounding at the end. `short` is a
 * quicker form whose relative error of 2^-30 or so is good enough for float32.
 */
export function throughDouble<A extends Expr[]>(
  f: (...args: A) => Expr,
  short: (...args: A) => Expr = f,
): (...args: A) => Expr {
  return (...args) => {
    if (args[0].type === 'f64') return f(...args);
    return k.convert('f32', short(...(args.map((x) => k.convert('f64', x)) as A)));
  };
}

/** x + x^3 / divisor: an odd function near zero. */
export const twoTerms = (x: Expr, divisor: number): Expr =>
  k.add(x, k.mul(k.mul(k.mul(x, x), x), 1 / divisor));

/** Below this, for float32, two or three terms of a series do; above, a difference from 1 has enough digits left. */
export const SHORT_SERIES = 2 ** -10;

/** One function of floats and one of doubles as one of both. */
export const byPrecision =
  (single: (x: Expr) => Expr, double: (x: Expr) => Expr): ((x: Expr) => Expr) =>
  (x) =>
    x.type === 'f64' ? double(x) : single(x);

/** A kernel function of one double. */
export const function1 = (name: string, f: (x: Expr) => Expr): KernelFunction =>
  func(name, { x: 'f64' }, 'f64', (b, { x }) => b.return(f(x)));

/** A kernel function of two doubles. */
export const function2 = (name: string, f: (x: Expr, y: Expr) => Expr): KernelFunction =>
  func(name, { x: 'f64', y: 'f64' }, 'f64', (b, { x, y }) => b.return(f(x, y)));
