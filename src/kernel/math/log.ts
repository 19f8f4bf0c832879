/**
 * log, log2, log10, log1p, and the logarithm in double-double that powers and inverse hyperbolic functions are made of.
 *
 * log: fdlibm's e_log.c (Sun Microsystems, freely granted): log(1 + f) by a polynomial in s = f / (2 + f).
 * The others: the mantissa z is multiplied by a 9-bit inverse 1/c from a table, and log z = log c + log1p(z/c - 1); z/c - 1 is
 * exact. After Tang, "Table-driven implementation of the logarithm function" (1990), and ARM's optimized-routines (pow.c).
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  MIN_NORMAL,
  SHORT_SERIES,
  bitsOf,
  byPrecision,
  choose,
  estrin,
  function1,
  polynomial,
  throughDouble,
  upperPart,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, multiply2, twoSum, value2 } from './double2.ts';
import { logSingle, slowSingle } from './single.ts';
import { LOG_HI, LOG_INVERSE, LOG_LO } from './tables.ts';

/** The bits of the least mantissa: z lies from here to twice this (0.7057 to 1.4114). */
const OFFSET = 0x3fe6955500000000n;

/** log 2, its head to 42 places, so that head times an exponent is exact. */
const LN2_HI = 0.6931471805598903;
const LN2_LO = 5.497923018708371e-14;
export const PER_LN2: readonly [number, number] = [1.4426950408889634, 2.0355273740931033e-17];
const PER_LN10: readonly [number, number] = [0.4342944819032518, 1.098319650216765e-17];

/** (log1p(r) - r + r^2/2) / r^3 for |r| < 0.0056, a minimax fit of relative error 2^-51. */
const TAIL = [
  0.3333333333333334, -0.25000000000000017, 0.19999999993853204, -0.16666666660110063, 0.14286236967766408,
  -0.12500496548858506,
];

interface Normalized {
  /** The mantissa. */
  readonly z: Expr;
  /** The exponent, as a double. */
  readonly exponent: Expr;
  /** The exponent plus 1023 as a u64, above the 52 bits by which the mantissa exceeds the least one. */
  readonly position: Expr;
}

/** x = z * 2^exponent, for a positive normal x. */
function normalize(x: Expr): Normalized {
  const position = k.bitcast('u64', k.add(bitsOf(x), (1023n << 52n) - OFFSET));
  // Among the lowest bits of 2^52 the exponent becomes a double.
  const exponent = k.sub(k.bitcast('f64', k.or(k.shr(position, 52n), 0x4330000000000000n)), 2 ** 52 + 1023);
  const z = k.bitcast('f64', k.add(k.and(position, 0xfffffffffffffn), OFFSET));
  return { z, exponent, position };
}

/** The interval of mantissas, of 128. */
const indexOf = (position: Expr): Expr => k.convert('i32', k.and(k.shr(position, 45n), 127n));

/** A double-double, or a double. */
interface Argument {
  readonly hi: Expr;
  readonly lo?: Expr;
}

/** log z + exponent * log 2, to about 66 bits. */
function logOfParts(z: Argument, index: Expr, exponent: Expr | undefined): Double2 {
  const inverse = k.lookup(LOG_INVERSE, index);
  const upper = upperPart(z.hi);
  const first = fastTwoSum(k.sub(k.mul(upper, inverse), 1), k.mul(k.sub(z.hi, upper), inverse));
  const second = z.lo && twoSum(first.hi, k.mul(z.lo, inverse));
  const r = second ? second.hi : first.hi;
  const rLow = second ? k.add(second.lo, first.lo) : first.lo;
  const head = k.lookup(LOG_HI, index);
  const tail = k.lookup(LOG_LO, index);
  const main = fastTwoSum(exponent ? k.add(k.mul(exponent, LN2_HI), head) : head, r);
  // -r^2/2, its upper part exactly.
  const rUpper = upperPart(r);
  const square = fastTwoSum(main.hi, k.mul(k.mul(rUpper, -0.5), rUpper));
  const squareLow = k.mul(k.mul(k.add(r, rUpper), -0.5), k.sub(r, rUpper));
  const series = k.mul(k.mul(k.mul(r, r), r), estrin(r, TAIL));
  const constants = exponent ? k.add(k.mul(exponent, LN2_LO), tail) : tail;
  const small = k.add(k.add(k.add(constants, main.lo), squareLow), k.sub(rLow, k.mul(r, rLow)));
  return fastTwoSum(square.hi, k.add(k.add(small, square.lo), series));
}

/** log(x.hi + x.lo) + more * log 2, for a normal x.hi (from 2^-1000 to 2^1000 if there is an x.lo). */
export function logDouble2(x: Argument, more?: Expr): Double2 {
  const { z, exponent, position } = normalize(x.hi);
  // z / x.hi = 2^-exponent.
  const scale = k.bitcast('f64', k.shl(k.sub(2046n, k.shr(position, 52n)), 52n));
  return logOfParts(
    { hi: z, lo: x.lo && k.mul(x.lo, scale) },
    indexOf(position),
    more ? k.add(exponent, more) : exponent,
  );
}

/** (log((1 + s) / (1 - s)) / s - 2) / s^2 by s^2. */
const ATANH = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];

/** log x for a positive normal x. */
export function logNormal(x: Expr, moreExponent = 0): Expr {
  const { z, exponent } = normalize(x);
  const f = k.sub(z, 1);
  const s = k.div(f, k.add(f, 2));
  const s2 = k.mul(s, s);
  const series = k.mul(s2, polynomial(s2, ATANH));
  const half = k.mul(k.mul(f, 0.5), f);
  const n = moreExponent ? k.add(exponent, moreExponent) : exponent;
  const correction = k.add(k.mul(s, k.add(half, series)), k.mul(n, 1.9082149292705877e-10));
  return k.sub(k.mul(n, 0.6931471803691238), k.sub(k.sub(half, correction), f));
}

type Logarithm = (x: Expr, moreExponent?: number) => Expr;

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

const constant2 = ([hi, lo]: readonly [number, number]): Double2 => ({
  hi: k.const('f64', hi),
  lo: k.const('f64', lo),
});

/** log2 x for a positive normal x: the exponent is added last, which keeps powers of 2 exact. */
const log2Normal: Logarithm = (x, moreExponent = 0) => {
  const { z, exponent, position } = normalize(x);
  const mantissa = multiply2(logOfParts({ hi: z }, indexOf(position), undefined), constant2(PER_LN2));
  const total = moreExponent ? k.add(exponent, moreExponent) : exponent;
  const sum = fastTwoSum(total, mantissa.hi);
  return k.add(sum.hi, k.add(sum.lo, mantissa.lo));
};

const log10Normal: Logarithm = (x, moreExponent = 0) => {
  const { z, exponent, position } = normalize(x);
  const total = moreExponent ? k.add(exponent, moreExponent) : exponent;
  return value2(multiply2(logOfParts({ hi: z }, indexOf(position), total), constant2(PER_LN10)));
};

const slowLog = /* @__PURE__ */ function1('log', atAnySize(logNormal));
const slowLogSingle = /* @__PURE__ */ slowSingle('log', atAnySize(logNormal));
const slowLog2 = /* @__PURE__ */ function1('log2', atAnySize(log2Normal));
const slowLog10 = /* @__PURE__ */ function1('log10', atAnySize(log10Normal));

/** True but for the positive normal doubles. */
const isUnusual = (x: Expr): Expr => k.not(k.and(k.ge(x, MIN_NORMAL), k.lt(x, Infinity)));

/** log x. */
export const log = /* @__PURE__ */ byPrecision(
  (x) => logSingle(x, slowLogSingle),
  (x) => k.rare(isUnusual(x), logNormal(x), slowLog, x),
);

/** The logarithm to base 2. */
export const log2 = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isUnusual(x), log2Normal(x), slowLog2, x),
  (x) => k.rare(isUnusual(x), k.mul(logNormal(x), PER_LN2[0]), slowLog2, x),
);

/** The logarithm to base 10. */
export const log10 = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isUnusual(x), log10Normal(x), slowLog10, x),
  (x) => k.rare(isUnusual(x), k.mul(logNormal(x), PER_LN10[0]), slowLog10, x),
);

/** Whether the short forms of log1p cannot take 1 + x. */
const isUnusualSum = (sum: Expr): Expr => k.not(k.and(k.ge(sum, 2 ** -60), k.lt(sum, 2 ** 1000)));

/** log(1 + x). */
export const log1p = /* @__PURE__ */ throughDouble(
  (x) => {
    const sum = twoSum(x, k.const('f64', 1));
    return k.rare(isUnusualSum(sum.hi), k.copysign(value2(logDouble2(sum)), x), slowLog, sum.hi);
  },
  (x) => {
    const sum = k.add(x, 1);
    const small = k.mul(x, polynomial(x, [1, -1 / 2, 1 / 3]));
    const value = k.select(k.lt(k.abs(x), SHORT_SERIES), small, logNormal(sum));
    return k.rare(isUnusualSum(sum), value, slowLog, sum);
  },
);
