/**
 * log, log2, log10 and log1p: fdlibm's e_log.c (Sun Microsystems, freely granted). log(1 + f) is f - f^2/2 and a polynomial in
 * s = f / (2 + f). For the other bases the leading terms are cut in two and multiplied by a constant in two parts, after
 * FreeBSD's e_log2.c.
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import type { ByFloat } from './common.ts';
import {
  MIN_NORMAL,
  SHORT_SERIES,
  bitsOf,
  byPrecision,
  choose,
  estrin,
  forTypeOf,
  fromBits,
  function1,
  numberLike,
  opaque,
  polynomial,
  throughDouble,
  upperPart,
} from './common.ts';
import { twoSum } from './double2.ts';
import { logSingle, logarithmOf, slowSingle } from './single.ts';

/** The bits of the least mantissa: z lies from here to twice this (0.7057 to 1.4114). */
const OFFSET = 0x3fe6955500000000n;
const OFFSET_SINGLE = 0x3f34aaa9;

interface Normalized {
  /** The mantissa. */
  readonly z: Expr;
  /** The exponent, as a float of the same type. */
  readonly exponent: Expr;
}

interface NormalizedDouble extends Normalized {
  /** The exponent plus 1023 as a u64, above the 52 bits by which the mantissa exceeds the least one. */
  readonly position: Expr;
}

/** x = z * 2^exponent, for a positive normal x. */
export const normalize = (x: Expr): Normalized =>
  x.type === 'f64' ? normalizeDouble(x) : normalizeSingle(x);

function normalizeSingle(x: Expr): Normalized {
  const offset = k.sub(bitsOf(x), OFFSET_SINGLE);
  const z = fromBits(k.add(k.and(offset, 0x7fffff), OFFSET_SINGLE));
  return { z, exponent: k.convert('f32', k.shr(offset, 23)) };
}

/** The same of a double, with more about its bits. */
export function normalizeDouble(x: Expr): NormalizedDouble {
  const position = k.bitcast('u64', k.add(bitsOf(x), (1023n << 52n) - OFFSET));
  // Among the lowest bits of 2^52 the exponent becomes a double.
  const exponent = k.sub(k.bitcast('f64', k.or(k.shr(position, 52n), 0x4330000000000000n)), 2 ** 52 + 1023);
  const z = k.bitcast('f64', k.add(k.and(position, 0xfffffffffffffn), OFFSET));
  return { z, exponent, position };
}

/** log 2, its head to 33 places (for float32, 15), so that head times an exponent is exact. */
const LN2: ByFloat<readonly [hi: number, lo: number]> = {
  f32: [0.693145751953125, 1.428606765330187e-6],
  f64: [0.6931471803691238, 1.9082149292705877e-10],
};

/** (log((1 + s) / (1 - s)) / s - 2) / s^2 by s^2. For float32 those of FreeBSD's k_logf.h. */
const ATANH: ByFloat<readonly number[]> = {
  f32: [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841],
  f64: [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586,
  ],
};

/** s = f / (2 + f) and the series R of which log(1 + f) is f - s (f - R). */
interface Quotient {
  readonly s: Expr;
  readonly series: Expr;
}

/** For a 1 + f within a factor of the square root of 2 from 1. @param divisor - 2 + f */
function quotient(f: Expr, divisor: Expr): Quotient {
  const s = k.div(f, divisor);
  const z = k.mul(s, s);
  return { s, series: k.mul(z, estrin(z, forTypeOf(f, ATANH))) };
}

/** The same as f - half + rest, where rest is small beside the others. */
function logParts(f: Expr, divisor: Expr): { readonly half: Expr; readonly rest: Expr } {
  const { s, series } = quotient(f, divisor);
  const half = k.mul(k.mul(f, 0.5), f);
  return { half, rest: k.mul(s, k.add(half, series)) };
}

type Logarithm = (x: Expr, moreExponent?: number | Expr) => Expr;

interface Split {
  /** The mantissa less 1. */
  readonly f: Expr;
  /** 2 + f. */
  readonly divisor: Expr;
  /** The exponent. */
  readonly n: Expr;
}

function split(x: Expr, moreExponent: number | Expr): Split {
  const { z, exponent } = normalize(x);
  const n = moreExponent ? k.add(exponent, moreExponent) : exponent;
  return { f: k.sub(z, 1), divisor: k.add(z, 1), n };
}

/** log x for a positive normal x. */
export const logNormal: Logarithm = (x, moreExponent = 0) => {
  const { f, divisor, n } = split(x, moreExponent);
  const { s, series } = quotient(f, divisor);
  const [ln2, ln2Low] = forTypeOf(x, LN2);
  const small = k.sub(k.mul(s, k.sub(f, series)), k.mul(n, ln2Low));
  return k.add(k.mul(n, ln2), opaque(k.sub(f, opaque(small))));
};

/** A base as the inverse of its logarithm and the logarithm of 2 to it: heads whose products here are exact, and what they lack. */
interface Base {
  readonly inverse: readonly [hi: number, lo: number];
  readonly log2: readonly [hi: number, lo: number];
}

/** For float32 those of FreeBSD's e_log2f.c and e_log10f.c. */
const BASE2: ByFloat<Base> = {
  f32: { inverse: [1.4428710938, -1.7605285393e-4], log2: [1, 0] },
  f64: { inverse: [1.4426950216293335, 1.9259629911266175e-8], log2: [1, 0] },
};
const BASE10: ByFloat<Base> = {
  f32: { inverse: [4.3432617188e-1, -3.1689971365e-5], log2: [3.0102920532e-1, 7.9034151668e-7] },
  f64: {
    inverse: [0.4342944771051407, 4.798111141615973e-9],
    log2: [0.30102999566395283, 2.8363394551044964e-14],
  },
};

/** The logarithm of a positive normal x; powers of 2 to the base 2 are exact. */
const logToBase =
  (base: ByFloat<Base>): Logarithm =>
  (x, moreExponent = 0) => {
    const { inverse, log2 } = forTypeOf(x, base);
    const { f, divisor, n } = split(x, moreExponent);
    const { half, rest } = logParts(f, divisor);
    const hi = upperPart(k.sub(f, half));
    const lo = opaque(k.add(opaque(k.sub(opaque(k.sub(f, hi)), half)), rest));
    const main = opaque(k.mul(hi, inverse[0]));
    const low = opaque(k.add(k.mul(k.add(lo, hi), inverse[1]), k.mul(lo, inverse[0])));
    const power = opaque(log2[1] === 0 ? n : k.mul(n, log2[0]));
    const sum = opaque(k.add(power, main));
    const lost = opaque(k.add(opaque(k.sub(power, sum)), main));
    const small = log2[1] === 0 ? low : k.add(low, k.mul(n, log2[1]));
    return k.add(sum, k.add(small, lost));
  };

const log2Normal = /* @__PURE__ */ logToBase(BASE2);
const log10Normal = /* @__PURE__ */ logToBase(BASE10);

/** log(1 + u.hi + u.lo), for a sum from 2^-60 to 2^1000; of float32, from 2^-24 to 2^120. */
export function log1pDouble2(u: { readonly hi: Expr; readonly lo?: Expr }): Expr {
  const sum = twoSum(u.hi, numberLike(u.hi, 1));
  const { z, exponent } = normalize(sum.hi);
  // Near 1 the sum is not rounded: u itself is there.
  const isNear = k.eq(exponent, 0);
  const f = k.select(isNear, u.hi, k.sub(z, 1));
  const low = k.select(isNear, u.lo ?? 0, u.lo ? k.add(sum.lo, u.lo) : sum.lo);
  const { half, rest } = logParts(f, k.add(f, 2));
  const [ln2, ln2Low] = forTypeOf(z, LN2);
  const small = k.add(k.mul(exponent, ln2Low), k.div(low, sum.hi));
  const less = opaque(k.sub(opaque(k.sub(half, opaque(k.add(rest, small)))), f));
  return k.sub(k.mul(exponent, ln2), less);
}

/** A logarithm of any double, from one of normal doubles and one of subnormals times 2^54. */
const atAnySize =
  (f: Logarithm) =>
  (x: Expr): Expr =>
    choose(
      [
        [k.lt(x, 0), NaN],
        [k.eq(x, 0), -Infinity],
        [k.lt(x, MIN_NORMAL), f(k.mul(x, 2 ** 54), -54)],
        [k.lt(x, Infinity), f(x)],
      ],
      x,
    );

const slowLog = /* @__PURE__ */ function1('log', atAnySize(logNormal));
const slowLogSingle = /* @__PURE__ */ slowSingle('log', atAnySize(logNormal));
const slowLog2 = /* @__PURE__ */ function1('log2', atAnySize(log2Normal));
const slowLog10 = /* @__PURE__ */ function1('log10', atAnySize(log10Normal));

/** True but for the positive normal doubles: less the bits of the least one, theirs are the lowest unsigned numbers. */
const isUnusual = (x: Expr): Expr => k.not(k.lt(k.add(bitsOf(x), 0x7ff0000000000000n), -0x20000000000000n));

/** log x. */
export const log = /* @__PURE__ */ byPrecision(
  (x) => logSingle(x, slowLogSingle),
  (x) => k.rare(isUnusual(x), logNormal(x), slowLog, x),
);

/** A logarithm of any float32. */
const single =
  (f: Logarithm) =>
  (x: Expr): Expr =>
    logarithmOf(x, (value, exponent) => f(value, k.convert('f32', exponent)));

/** The logarithm to base 2. */
export const log2 = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isUnusual(x), log2Normal(x), slowLog2, x),
  single(log2Normal),
  (x) => k.rare(isUnusual(x), k.mul(logNormal(x), Math.LOG2E), slowLog2, x),
);

/** The logarithm to base 10. */
export const log10 = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isUnusual(x), log10Normal(x), slowLog10, x),
  single(log10Normal),
  (x) => k.rare(isUnusual(x), k.mul(logNormal(x), Math.LOG10E), slowLog10, x),
);

/** Whether the short forms of log1p cannot take 1 + x. */
const isUnusualSum = (sum: Expr): Expr => k.not(k.and(k.ge(sum, 2 ** -60), k.lt(sum, 2 ** 1000)));

function log1pSingle(x: Expr): Expr {
  return choose(
    [
      [k.lt(k.abs(x), 2 ** -26), x],
      [k.lt(x, -1), NaN],
      [k.eq(x, -1), -Infinity],
      [k.gt(x, 2 ** 60), log(x)],
    ],
    log1pDouble2({ hi: x }),
  );
}

/** log(1 + x). */
export const log1p = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isUnusualSum(k.add(x, 1)), k.copysign(log1pDouble2({ hi: x }), x), slowLog, k.add(x, 1)),
  log1pSingle,
  (x) => {
    const sum = k.add(x, 1);
    const small = k.mul(x, polynomial(x, [1, -1 / 2, 1 / 3]));
    const value = k.select(k.lt(k.abs(x), SHORT_SERIES), small, logNormal(sum));
    return k.rare(isUnusualSum(sum), value, slowLog, sum);
  },
);
