/** sinh, cosh, tanh and their inverses. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  SHORT_SERIES,
  twoTerms,
  bitsOf,
  choose,
  fromBits,
  function1,
  isFinite,
  numberLike,
  polynomial,
  throughDouble,
} from './common.ts';
import type { ByFloat } from './common.ts';
import type { Double2 } from './double2.ts';
import { add1, divide2, fastTwoSum, sqrt2, twoSquare, twoSum } from './double2.ts';
import { quarterExp, shortExp } from './exp.ts';
import { log1pDouble2, logNormal } from './log.ts';
import { coshSingle, sinhSingle, tanhSingle } from './singleexp.ts';
import { TANH_HI, TANH_LO } from './tables.ts';

/** (sinh x - x) / x^3 by x^2 for |x| <= 1: a minimax fit of relative error 2^-59. */
const SINH = [
  0.16666666666666666, 0.0083333333333333, 0.00019841269841323515, 2.7557319191673784e-6,
  2.5052117639554737e-8, 1.6057684636163548e-10, 7.746011426995292e-13,
];

/** (tanh x - x) / x^3 by x^2 for |x| <= 1/16: a minimax fit of relative error 2^-55. */
const TANH = [
  -0.3333333333333333, 0.13333333333325198, -0.05396825380161052, 0.021869369042019426, -0.008828246244088329,
];

/** x + x^3 p(x^2). */
const oddSeries = (x: Expr, coefficients: readonly number[]): Expr => {
  const z = k.mul(x, x);
  return k.add(x, k.mul(k.mul(x, z), polynomial(z, coefficients)));
};

/** From here on sinh and cosh are infinite. */
const OVERFLOW = 711;

/** (exp x + sign * exp -x) / 2 for x >= 0, the sum rounded once. */
function halfSum(x: Expr, sign: 1 | -1): Expr {
  const quarter = quarterExp(x);
  const sum = fastTwoSum(quarter.hi, k.div(sign / 16, quarter.hi));
  return k.mul(k.add(sum.hi, k.add(sum.lo, quarter.lo)), 2);
}

/** (exp x + sign * exp -x) / 2 for float32 arguments. */
function shortHalfSum(x: Expr, sign: 1 | -1): Expr {
  const power = shortExp(k.pmin(x, 100));
  return k.mul(k.add(power, k.div(sign, power)), 0.5);
}

/** sinh x. */
export const sinh = /* @__PURE__ */ throughDouble(
  (x) => {
    const a = k.pmin(k.abs(x), OVERFLOW);
    return k.copysign(k.select(k.lt(a, 1), oddSeries(a, SINH), halfSum(a, -1)), x);
  },
  sinhSingle,
  (x) => {
    const a = k.abs(x);
    return k.copysign(k.select(k.lt(a, SHORT_SERIES), twoTerms(a, 6), shortHalfSum(a, -1)), x);
  },
);

/** cosh x. */
export const cosh = /* @__PURE__ */ throughDouble(
  (x) => halfSum(k.pmin(k.abs(x), OVERFLOW), 1),
  coshSingle,
  (x) => shortHalfSum(k.abs(x), 1),
);

const TANH_FIRST = 0x3fafn;
const TANH_ONE = 24;

/**
 * tanh x, by tanh(c + r) = tanh c + (1 - tanh^2 c) tanh r / (1 + tanh c tanh r), where c is |x| rounded to 4 bits (0 below 1/16)
 * and tanh c comes from a table.
 */
export const tanh = /* @__PURE__ */ throughDouble((x) => {
  const a = k.abs(x);
  // In this order of operands NaN gives a number, and in the other one NaN: the table is never left, and NaN not lost.
  const bits = bitsOf(k.pmin(k.const('f64', TANH_ONE), a));
  const rounded = fromBits(k.and(k.add(bits, 1n << 47n), -1n << 48n));
  const listed = bitsOf(k.pmax(rounded, fromBits(k.const('i64', TANH_FIRST << 48n))));
  const index = k.convert('i32', k.sub(k.shr(k.bitcast('u64', listed), 48n), TANH_FIRST));
  const hi = k.lookup(TANH_HI, index);
  const lo = k.lookup(TANH_LO, index);
  const center = k.select(k.ge(rounded, 0.0625), rounded, 0);
  const t = oddSeries(k.sub(k.pmin(a, TANH_ONE), center), TANH);
  const slope = k.mul(k.sub(k.sub(1, hi), lo), k.add(hi, 1));
  const step = k.div(k.mul(slope, t), k.add(k.mul(hi, t), 1));
  return k.copysign(k.add(hi, k.add(step, lo)), x);
}, tanhSingle);

/** From here on arcsinh and arccosh are log(2x) to the last bit. */
const LARGE: ByFloat<number> = { f32: 2 ** 13, f64: 2 ** 30 };

/** Below this, for float32, x^3 is nothing beside x. */
const TINY = 2 ** -13;

/** x + root - 1 in double-double, the argument of log1p that gives log(x + root). */
function sumLess1(x: Expr, root: Double2): Double2 {
  const less = fastTwoSum(x, numberLike(x, -1));
  const sum = twoSum(less.hi, root.hi);
  return { hi: sum.hi, lo: k.add(sum.lo, k.add(less.lo, root.lo)) };
}

/** log(2x) for a large x, which may be infinite or NaN. */
const logOfTwice = (x: Expr): Expr => k.select(isFinite(x), logNormal(x, 1), x);

const slowArcsinh = /* @__PURE__ */ function1('arcsinh', (x) => k.copysign(logOfTwice(k.abs(x)), x));

/** log(a + sqrt(a^2 + 1)) for 0 <= a < LARGE: the root less 1 is added up in double-double. */
function arcsinhNear(a: Expr): Expr {
  const root = sqrt2(add1(twoSquare(a), numberLike(a, 1)));
  const sum = twoSum(a, k.sub(root.hi, 1));
  return log1pDouble2({ hi: sum.hi, lo: k.add(sum.lo, root.lo) });
}

function arcsinhSingle(x: Expr): Expr {
  const a = k.abs(x);
  const value = k.select(k.lt(a, LARGE.f32), arcsinhNear(k.pmin(a, LARGE.f32)), logOfTwice(a));
  return k.select(k.lt(a, TINY), x, k.copysign(value, x));
}

/** The inverse hyperbolic sine. */
export const arcsinh = /* @__PURE__ */ throughDouble(
  (x) => {
    const a = k.abs(x);
    return k.rare(k.not(k.lt(a, LARGE.f64)), k.copysign(arcsinhNear(a), x), slowArcsinh, x);
  },
  arcsinhSingle,
  (x) => {
    const a = k.abs(x);
    return oddFunction(x, a, SHORT_SERIES, -6, logNormal(k.add(a, k.sqrt(k.add(k.mul(a, a), 1)))));
  },
);

/** An odd function: two terms of its series below a bound, infinity and NaN as they are, else `value`. */
function oddFunction(x: Expr, a: Expr, bound: number, divisor: number, value: Expr): Expr {
  const cases = [
    [k.lt(a, bound), twoTerms(a, divisor)],
    [isFinite(a), value],
  ] as const;
  return k.copysign(choose(cases, a), x);
}

/** NaN below 1, infinity as it is, else `value`. */
const from1 = (x: Expr, value: Expr): Expr =>
  choose(
    [
      [k.lt(x, 1), NaN],
      [k.eq(x, 1), 0],
      [isFinite(x), value],
    ],
    x,
  );

const slowArccosh = /* @__PURE__ */ function1('arccosh', (x) => from1(x, logNormal(x, 1)));

/** log(x + sqrt(x^2 - 1)) for 1 < x < LARGE, the sum in double-double. */
const arccoshNear = (x: Expr): Expr =>
  log1pDouble2(sumLess1(x, sqrt2(add1(twoSquare(x), numberLike(x, -1)))));

/** The inverse hyperbolic cosine. NaN below 1. */
export const arccosh = /* @__PURE__ */ throughDouble(
  (x) => k.rare(k.not(k.and(k.gt(x, 1), k.lt(x, LARGE.f64))), arccoshNear(x), slowArccosh, x),
  (x) => from1(x, k.select(k.lt(x, LARGE.f32), arccoshNear(k.pmin(x, LARGE.f32)), logOfTwice(x))),
  (x) => from1(x, logNormal(k.add(x, k.sqrt(k.sub(k.mul(x, x), 1))))),
);

const slowArctanh = /* @__PURE__ */ function1('arctanh', (x) =>
  k.copysign(k.select(k.eq(k.abs(x), 1), k.const('f64', Infinity), NaN), x),
);

/** log1p(2a / (1 - a)) / 2 for 0 <= a < 1, the quotient in double-double. */
function arctanhWithin(a: Expr): Expr {
  const quotient = divide2({ hi: k.mul(a, 2), lo: numberLike(a, 0) }, fastTwoSum(numberLike(a, 1), k.neg(a)));
  return k.mul(log1pDouble2(quotient), 0.5);
}

/** The inverse hyperbolic tangent. NaN beyond 1. */
export const arctanh = /* @__PURE__ */ throughDouble(
  (x) => {
    const a = k.abs(x);
    return k.rare(k.not(k.lt(a, 1)), k.copysign(arctanhWithin(a), x), slowArctanh, x);
  },
  (x) => {
    const a = k.abs(x);
    return k.select(k.lt(a, TINY), x, within1(x, a, 0, arctanhWithin(k.pmin(a, 1 - 2 ** -24))));
  },
  (x) => {
    const a = k.abs(x);
    return within1(x, a, SHORT_SERIES, k.mul(logNormal(k.div(k.add(a, 1), k.sub(1, a))), 0.5));
  },
);

function within1(x: Expr, a: Expr, bound: number, value: Expr): Expr {
  const cases = [
    [k.lt(a, bound), twoTerms(a, 3)],
    [k.lt(a, 1), value],
    [k.eq(a, 1), Infinity],
  ] as const;
  return k.copysign(choose(cases, numberLike(x, NaN)), x);
}
