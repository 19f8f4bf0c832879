/** Small helpers that the elementary functions share. */
import { func, k, lift } from '../build.ts';
import type { Operand } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';

/** The least positive normal double. */
export const MIN_NORMAL = 2 ** -1022;

/** What differs between the two float types. */
export type ByFloat<T> = Readonly<Record<FloatType, T>>;

type FloatType = 'f32' | 'f64';

/** The one of two that belongs to the type of x. */
export const forTypeOf = <T>(x: Expr, values: ByFloat<T>): T => values[x.type as 'f32' | 'f64'];

/** A number in the type of x. */
export const numberLike = (x: Expr, value: number): Expr => lift(value, x.type);

/** Clears the low 27 bits of a double, or 12 of a float32: what is left times such another is exact. */
const UPPER_BITS: ByFloat<number | bigint> = { f32: -1 << 12, f64: -1n << 27n };

/**
 * A value of which no compiler may reckon as if float arithmetic were exact. That of float64 never is taken so: the devices
 * whose compilers do it have no float64.
 */
export const opaque = (x: Expr): Expr => (x.type === 'f32' ? k.opaque(x) : x);

/** The bits of a float as a signed integer of its width. */
export const bitsOf = (x: Expr): Expr => k.bitcast(x.type === 'f32' ? 'i32' : 'i64', x);

/** The float of the same width with these bits. */
export const fromBits = (bits: Expr): Expr =>
  k.bitcast(bits.type === 'i32' || bits.type === 'u32' ? 'f32' : 'f64', bits);

/** A double cut to its upper 26 bits, a float32 to 12. */
export const upperPart = (x: Expr): Expr => fromBits(k.and(bitsOf(x), forTypeOf(x, UPPER_BITS)));

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

/** The upper half of the product of two u64 or u32. */
export function multiplyHigh(a: Expr, b: Expr): Expr {
  const [mask, half] = a.type === 'u64' ? [0xffffffffn, 32n] : [0xffff, 16];
  const low = (x: Expr): Expr => k.and(x, mask);
  const high = (x: Expr): Expr => k.shr(x, half);
  const middle = k.add(k.mul(high(a), low(b)), high(k.mul(low(a), low(b))));
  const other = k.add(k.mul(low(a), high(b)), low(middle));
  return k.add(k.add(k.mul(high(a), high(b)), high(middle)), high(other));
}

/** A power of 2 whose product with d > 0 is neither very large nor small; for float32, is about 1. */
export function moderating(d: Expr): Expr {
  if (d.type === 'f32') {
    const exponent = k.and(bitsOf(d), 0x7f800000);
    return fromBits(k.max(k.sub(254 << 23, exponent), 1 << 23));
  }
  const small = k.select(k.lt(d, 2 ** -400), k.const('f64', 2 ** 600), 1);
  return k.select(k.gt(d, 2 ** 500), k.const('f64', 2 ** -600), small);
}

export const isNaN = (x: Expr): Expr => k.ne(x, x);

/** True but for NaN and the infinities. */
export const isFinite = (x: Expr): Expr => k.lt(k.abs(x), Infinity);

/** 2^n as a double, for an i64 n from -1022 to 1023; as a float32, for an i32 n from -126 to 127. */
export const power2 = (n: Expr): Expr =>
  fromBits(n.type === 'i64' ? k.shl(k.add(n, 1023n), 52n) : k.shl(k.add(n, 127), 23));

/**
 * x * 2^n for an i64 n from -2044 to 2046 and a double, or an i32 n from -252 to 254 and a float32; rounded once more if the
 * result is subnormal.
 */
export function scale2(x: Expr, n: Expr): Expr {
  const half = k.shr(n, 1);
  return k.mul(opaque(k.mul(x, power2(half))), power2(k.sub(n, half)));
}

/**
 * A function of doubles, for floats too: float32 is computed in float64, which leaves one rounding at the end, or on devices
 * without float64 by `narrow`. `short` is a quicker form whose relative error of 2^-30 or so is good enough for float32.
 */
export function throughDouble<A extends Expr[]>(
  f: (...args: A) => Expr,
  narrow: (...args: A) => Expr,
  short: (...args: A) => Expr = f,
): (...args: A) => Expr {
  return (...args) => {
    if (args[0].type === 'f64') return f(...args);
    const wide = k.convert('f32', short(...(args.map((x) => k.convert('f64', x)) as A)));
    return k.either(wide, () => narrow(...args));
  };
}

/** A float32 made positive and normal, of the positive number x = value * 2^exponent: by integers, because subnormals may count as 0. */
export function madeNormal(x: Expr): { readonly value: Expr; readonly exponent: Expr } {
  const bits = bitsOf(x);
  const isSubnormal = k.lt(bits, 1 << 23);
  return {
    value: k.select(isSubnormal, k.convert('f32', bits), x),
    exponent: k.select(isSubnormal, k.const('i32', -149), 0),
  };
}

/** Whether a float32 is zero, by its bits: subnormals may count as 0. */
export const isZeroBits = (x: Expr): Expr => k.eq(k.shl(bitsOf(x), 1), 0);

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

/** A kernel function of one float, by default a double. */
export const function1 = (name: string, f: (x: Expr) => Expr, type: FloatType = 'f64'): KernelFunction =>
  func(name, { x: type }, type, (b, { x }) => b.return(f(x)));

/** A kernel function of two floats, by default doubles. */
export const function2 = (
  name: string,
  f: (x: Expr, y: Expr) => Expr,
  type: FloatType = 'f64',
): KernelFunction => func(name, { x: type, y: type }, type, (b, { x, y }) => b.return(f(x, y)));
