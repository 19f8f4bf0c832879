/**
 * float32 forms of the functions that are needed most, in float32 throughout: four lanes at once instead of two. Every other
 * function of float32 is computed in float64 where there is one.
 */
import { func, k, lift } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';
import { bitsOf, choose, fromBits, isZeroBits, madeNormal, polynomial, power2, scale2 } from './common.ts';

/** Adding this to a float below 2^22 rounds it to an integer, which then stands in the lowest bits. */
const ROUNDER = 12582912;
const ROUNDER_BITS = 0x4b400000;

/** log 2, its head to 9 bits, so that its product with an exponent is exact. */
const LN2_HI = 0.693359375;
const LN2_LO = -2.1219444e-4;

/** log 2 to 12 bits. */
const LN2_UPPER = 0.693115234375;

/** (exp r - 1 - r) / r^2 for |r| <= log 2 / 2: a minimax fit of relative error 2^-23. */
const EXP = [
  0.49999999552072577, 0.16666577222511672, 0.041666853412018964, 0.008363152729017598, 0.0013901296709274652,
];
/** (2^r - 1 - r log 2) / r^2 for |r| <= 1/2, from a minimax fit of relative error 2^-32. */
const EXP2 = [
  0.24022650920784983, 0.055504107276010024, 0.009618056919281814, 0.001333366926060362,
  0.00015461367631765515, 1.5252800660260042e-5,
];

/** How the two kinds of devices are sure of what they compute: those whose compilers keep to IEEE 754, and the others. */
interface Arithmetic {
  /** A value that nothing may be simplified with. */
  readonly exact: (x: Expr) => Expr;
  /** The integer nearest to x, as a float and as an i32. */
  readonly round: (x: Expr) => { readonly n: Expr; readonly integer: Expr };
  /** x * 2^n for an i32 n, whatever the size of the result. */
  readonly scale: (x: Expr, n: Expr) => Expr;
}

const STRICT: Arithmetic = {
  exact: (x) => x,
  round: (x) => {
    const shifted = k.add(x, ROUNDER);
    return { n: k.sub(shifted, ROUNDER), integer: k.sub(bitsOf(shifted), ROUNDER_BITS) };
  },
  scale: (x, n) => {
    const half = k.shr(n, 1);
    return k.mul(k.mul(x, power2(half)), power2(k.sub(n, half)));
  },
};

const LOOSE: Arithmetic = {
  exact: k.opaque,
  round: (x) => {
    const n = k.nearest(x);
    return { n, integer: k.convert('i32', n) };
  },
  scale: scale2,
};

/** A float32 function in both kinds of arithmetic. */
const inBoth =
  (f: (x: Expr, arithmetic: Arithmetic) => Expr): ((x: Expr) => Expr) =>
  (x) =>
    k.either(f(x, STRICT), () => f(x, LOOSE));

/** x, or the nearest limit; NaN stays. */
const clamp = (x: Expr, least: number, most: number): Expr => k.pmax(k.pmin(x, most), least);

/** e^x. */
export const expSingle = /* @__PURE__ */ inBoth((x, { exact, round, scale }) => {
  const bounded = clamp(x, -105, 90);
  const { n, integer } = round(k.mul(bounded, Math.LOG2E));
  const head = exact(k.sub(bounded, k.mul(n, LN2_HI)));
  const w = k.mul(n, LN2_LO);
  const r = exact(k.sub(head, w));
  const lost = k.sub(exact(k.sub(head, r)), w);
  const series = k.add(lost, k.mul(k.mul(r, r), polynomial(r, EXP)));
  return scale(k.add(exact(k.add(r, series)), 1), integer);
});

/** 2^x. */
export const exp2Single = /* @__PURE__ */ inBoth((x, { exact, round, scale }) => {
  const bounded = clamp(x, -151, 129);
  const { n, integer } = round(bounded);
  const r = k.sub(bounded, n);
  // The product with the upper part of log 2 is exact.
  const upper = fromBits(k.and(bitsOf(r), -0x1000));
  const rest = k.add(k.mul(k.sub(r, upper), Math.LN2), k.mul(upper, Math.LN2 - LN2_UPPER));
  const series = exact(k.add(rest, k.mul(k.mul(r, r), polynomial(r, EXP2))));
  const y = k.add(exact(k.add(k.mul(upper, LN2_UPPER), series)), 1);
  return scale(y, integer);
});

/** The bits of sqrt(1/2), the least mantissa. */
const OFFSET = 0x3f3504f3;

/** fdlibm's e_logf.c (Sun Microsystems, freely granted), for positive normal x. */
function logNormal(x: Expr, { exact }: Arithmetic, more?: Expr): Expr {
  const offset = k.sub(bitsOf(x), OFFSET);
  const exponent = k.shr(offset, 23);
  const n = k.convert('f32', more ? k.add(exponent, more) : exponent);
  const f = k.sub(fromBits(k.add(k.and(offset, 0x7fffff), OFFSET)), 1);
  const s = k.div(f, k.add(f, 2));
  const s2 = k.mul(s, s);
  const series = k.mul(s2, polynomial(s2, [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841]));
  const half = k.mul(k.mul(f, 0.5), f);
  const correction = k.add(k.mul(s, k.add(half, series)), k.mul(n, 9.0580006145e-6));
  return k.sub(k.mul(n, 0.69313812256), exact(k.sub(exact(k.sub(half, correction)), f)));
}

/** A float32 function for rare arguments, computed by its float64 form. */
export const slowSingle = (name: string, double: (x: Expr) => Expr): KernelFunction =>
  func(`${name}f`, { x: 'f32' }, 'f32', (b, { x }) =>
    b.return(k.convert('f32', double(k.convert('f64', x)))),
  );

/** log x; `slow` takes what is not positive and normal, where there is float64. */
export function logSingle(x: Expr, slow: KernelFunction): Expr {
  const isUnusual = k.not(k.and(k.ge(x, 2 ** -126), k.lt(x, Infinity)));
  return k.either(k.rare(isUnusual, logNormal(x, STRICT), slow, x), () =>
    logarithmOf(x, (value, exponent) => logNormal(value, LOOSE, exponent)),
  );
}

/** A logarithm of any float32, from one of value * 2^exponent for normal values. */
export function logarithmOf(x: Expr, normal: (value: Expr, exponent: Expr) => Expr): Expr {
  const { value, exponent } = madeNormal(x);
  return choose(
    [
      [isZeroBits(x), -Infinity],
      [k.lt(bitsOf(x), 0), NaN],
      [k.lt(x, Infinity), normal(value, exponent)],
    ],
    x,
  );
}

/** Reduced angles of float32 numbers: a double is precise enough by itself. After musl's __sindf.c and __cosdf.c. */
const SIN = [
  -0.166666666416265235595, 0.0083333293858894631756, -0.000198393348360966317347,
  0.0000027183114939898219064,
];
const COS = [
  -0.49999999725103100312, 0.0416666233237390631894, -0.00138867637746099294692, 0.0000243904487962774090654,
];

/** sin of a double within pi/4, good enough for float32. */
export function shortSin(x: Expr): Expr {
  const z = k.mul(x, x);
  return k.add(x, k.mul(k.mul(x, z), polynomial(z, SIN)));
}

/** cos of a double within pi/4, good enough for float32. */
export function shortCos(x: Expr): Expr {
  const z = k.mul(x, x);
  return k.add(k.mul(z, polynomial(z, COS)), lift(1, x.type));
}
