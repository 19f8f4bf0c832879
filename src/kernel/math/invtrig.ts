/** arcsin, arccos, arctan and arctan2, after fdlibm (e_asin.c, e_acos.c, s_atan.c; Sun Microsystems, freely granted). */
import { k, lift } from '../build.ts';
import type { Operand } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  MIN_NORMAL,
  choose,
  forTypeOf,
  isNaN,
  moderating,
  numberLike,
  opaque,
  polynomial,
  throughDouble,
  upperPart,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { constant2, fastTwoSum, twoProduct, value2 } from './double2.ts';

const PI = Math.PI;
const PI_LO = 1.2246467991473532e-16;

/** A multiple of pi in two parts. */
const piTimes = (x: Expr, factor: number): Double2 => constant2(x, PI * factor, PI_LO * factor);

/** asin x = x + x * P(x^2) / Q(x^2) for |x| <= 1/2. */
const P = [
  1.66666666666666657415e-1, -3.25565818622400915405e-1, 2.01212532134862925881e-1,
  -4.00555345006794114027e-2, 7.91534994289814532176e-4, 3.4793310759602116757e-5,
];
const Q = [
  1, -2.40339491173441421878, 2.02094576023350569471, -6.8828397160545329303e-1, 7.70381505559019352791e-2,
];

/** (arcsin x - x) / x^3 by x^2, for float32 and |x| <= 1/2: a minimax fit of relative error 2^-31. */
const SHORT = [0.1666666, 0.07500521, 0.044513635, 0.031836055, 0.014329189, 0.037673127];

/** (arcsin x - x) / x by x^2. */
const arcSeries = (t: Expr): Expr =>
  t.type === 'f32' ? k.mul(t, polynomial(t, SHORT)) : k.div(k.mul(t, polynomial(t, P)), polynomial(t, Q));

interface ArcParts {
  readonly isSmall: Expr;
  /** |x| up to 1/2; beyond, sqrt((1 - |x|) / 2), whose arcsine is (pi/2 - arcsin |x|) / 2. */
  readonly s: Expr;
  /** What s lacks when it is a root. */
  readonly low: Expr;
  /** arcsin s - s. */
  readonly rest: Expr;
}

function arcParts(x: Expr): ArcParts {
  const a = k.abs(x);
  const isSmall = k.lt(a, 0.5);
  const t = k.select(isSmall, k.mul(a, a), k.mul(k.sub(1, a), 0.5));
  const root = opaque(k.sqrt(t));
  const s = k.select(isSmall, a, root);
  const upper = upperPart(root);
  const sum = k.pmax(k.add(root, upper), forTypeOf(x, { f32: 2 ** -126, f64: MIN_NORMAL }));
  const low = opaque(k.div(k.sub(t, k.mul(upper, upper)), sum));
  return { isSmall, s, low: k.sub(low, opaque(k.sub(root, upper))), rest: k.mul(s, arcSeries(t)) };
}

function arcsinOf(x: Expr): Expr {
  const { isSmall, s, low, rest } = arcParts(x);
  const quarter = piTimes(x, 1 / 2);
  const main = fastTwoSum(quarter.hi, k.mul(s, -2));
  const large = k.add(main.hi, k.add(main.lo, k.sub(quarter.lo, k.mul(k.add(rest, low), 2))));
  return k.copysign(k.select(isSmall, k.add(s, rest), large), x);
}

/** The inverse sine. NaN beyond 1. */
export const arcsin = /* @__PURE__ */ throughDouble(arcsinOf, arcsinOf);

function arccosOf(x: Expr): Expr {
  const { isSmall, s, low, rest } = arcParts(x);
  // pi/2 - arcsin x, else 2 arcsin of the root or pi less that.
  const isNegative = k.lt(x, 0);
  const [quarter, half] = [piTimes(x, 1 / 2), piTimes(x, 1)];
  const byCase = (part: 'hi' | 'lo'): Expr =>
    k.select(isSmall, quarter[part], k.select(isNegative, half[part], 0));
  const times = k.select(isSmall, numberLike(x, -1), 2);
  const main = fastTwoSum(byCase('hi'), k.mul(k.copysign(s, x), times));
  const beyond = k.add(rest, k.select(isSmall, 0, low));
  // With a root that is off by more than its rounding, what it lacks may be the greater part, and negative.
  const signed = x.type === 'f32' ? k.select(isNegative, k.neg(beyond), beyond) : k.copysign(beyond, x);
  const correction = k.mul(signed, times);
  return k.add(main.hi, k.add(main.lo, k.add(byCase('lo'), correction)));
}

/** The inverse cosine. NaN beyond 1. */
export const arccos = /* @__PURE__ */ throughDouble(arccosOf, arccosOf);

/** (x - arctan x) / x^3 by x^2: the even and the odd powers of x^2. */
const ARCTAN_EVEN = [
  3.33333333333329318027e-1, 1.42857142725034663711e-1, 9.09088713343650656196e-2, 6.66107313738753120669e-2,
  4.97687799461593236017e-2, 1.62858201153657823623e-2,
];
const ARCTAN_ODD = [
  -1.99999999998764832476e-1, -1.1111110405462355788e-1, -7.69187620504482999495e-2,
  -5.83357013379057348645e-2, -3.6531572744216915527e-2,
];

/** (x - arctan x) / x^3 by x^2 for float32: a minimax fit of relative error 2^-29. */
const SHORT_ARCTAN = [0.33333305, -0.19997787, 0.14230317, -0.10495203, 0.058282707];

/** arctan x = arctan c + arctan((x - c) / (1 + c x)), with the c of the range that begins at `from`. */
const ARCTAN_RANGES = [
  { from: 2.4375, c: Infinity, hi: PI / 2, lo: PI_LO / 2 },
  { from: 1.1875, c: 1.5, hi: 9.82793723247329054082e-1, lo: 1.39033110312309984516e-17 },
  { from: 0.6875, c: 1, hi: PI / 4, lo: PI_LO / 4 },
  { from: 0.4375, c: 0.5, hi: 4.63647609000806093515e-1, lo: 2.26987774529616870924e-17 },
];

/** arctan a + low for a >= 0, as a constant and the rest. */
function arctanParts(a: Expr, low?: Expr): Double2 {
  const ofRange = (values: readonly Operand[], otherwise: Operand): Expr =>
    choose(
      ARCTAN_RANGES.map(({ from }, i) => [k.ge(a, from), lift(values[i], a.type)]),
      lift(otherwise, a.type),
    );
  const constants = ARCTAN_RANGES.map(({ hi, lo }) => constant2(a, hi, lo));
  const column = (name: 'hi' | 'lo'): Expr =>
    ofRange(
      constants.map((constant) => constant[name]),
      0,
    );
  const finite = ARCTAN_RANGES.slice(1).map(({ c }) => c);
  const numerator = ofRange([-1, ...finite.map((c) => k.sub(a, c))], a);
  const denominator = ofRange([a, ...finite.map((c) => k.add(k.mul(a, c), 1))], 1);
  const t = opaque(k.div(numerator, denominator));
  const series = arctanSeries(t);
  const rests = [column('lo'), ...(low ? [low] : []), ...quotientError(t, numerator, denominator)];
  const lo = rests.reduce((sum, rest) => k.add(sum, rest));
  return { hi: column('hi'), lo: k.sub(t, k.sub(k.mul(t, series), lo)) };
}

/** 1 - arctan t / t. */
function arctanSeries(t: Expr): Expr {
  const z = k.mul(t, t);
  if (t.type === 'f32') return k.mul(z, polynomial(z, SHORT_ARCTAN));
  const w = k.mul(z, z);
  return k.add(k.mul(z, polynomial(w, ARCTAN_EVEN)), k.mul(w, polynomial(w, ARCTAN_ODD)));
}

/** What the quotient of float32 numbers lacks, where division may be off by more than its last rounding. */
function quotientError(quotient: Expr, n: Expr, d: Expr): Expr[] {
  if (quotient.type !== 'f32') return [];
  const product = twoProduct(quotient, d);
  const rest = opaque(k.sub(opaque(k.sub(n, product.hi)), product.lo));
  return [k.select(k.and(k.gt(d, 1), k.lt(d, 2 ** 30)), k.div(rest, d), 0)];
}

const arctanOf = (x: Expr): Expr => k.copysign(value2(arctanParts(k.abs(x))), x);

/** The inverse tangent. */
export const arctan = /* @__PURE__ */ throughDouble(arctanOf, (x) =>
  k.select(k.lt(k.abs(x), 2 ** -13), x, arctanOf(x)),
);

/** What n/d lacks for a d that may be very large or small, as long as the quotient is not small. */
function quotientRest(quotient: Expr, n: Expr, d: Expr): Expr {
  const scale = moderating(d);
  const [scaledN, scaledD] = [opaque(k.mul(n, scale)), opaque(k.mul(d, scale))];
  const product = twoProduct(quotient, scaledD);
  return k.div(k.sub(opaque(k.sub(scaledN, product.hi)), product.lo), scaledD);
}

/** n / d, also where a device's division fails at its greatest divisors. */
function quotientOf(n: Expr, d: Expr): Expr {
  if (d.type === 'f64') return k.div(n, d);
  const scale = moderating(d);
  return opaque(k.div(opaque(k.mul(n, scale)), opaque(k.mul(d, scale))));
}

/** What arctan(n / d) is beyond the arctangent of the rounded quotient. */
function arctanRest(quotient: Expr, n: Expr, d: Expr): Expr {
  const isExact = k.or(k.lt(quotient, 2 ** -100), k.eq(n, Infinity));
  const low = k.div(quotientRest(quotient, n, d), k.add(k.mul(quotient, quotient), 1));
  return k.select(isExact, 0, low);
}

/** The angle of the point (x, y); `isShort` where a quotient rounded to a double is good enough. */
function angleOf(y: Expr, x: Expr, isShort: boolean): Expr {
  const [a, b] = [k.abs(y), k.abs(x)];
  const isSteep = k.gt(a, b);
  const isLeft = k.lt(k.copysign(numberLike(x, 1), x), 0);
  const [n, d] = [k.select(isSteep, b, a), k.select(isSteep, a, b)];
  // 0/0 counts as 0, and inf/inf as 1.
  const quotient = choose(
    [
      [k.eq(n, 0), 0],
      [k.eq(n, Infinity), 1],
    ],
    quotientOf(n, d),
  );
  const parts = arctanParts(quotient, isShort ? undefined : arctanRest(quotient, n, d));
  // pi/2 -+ v where the point is nearer to the y axis, else v or pi - v.
  const [quarter, half] = [piTimes(x, 1 / 2), piTimes(x, 1)];
  const byCase = (part: 'hi' | 'lo'): Expr =>
    k.select(isSteep, quarter[part], k.select(isLeft, half[part], 0));
  const sign = k.select(k.xor(isSteep, isLeft), numberLike(x, -1), 1);
  const main = fastTwoSum(byCase('hi'), k.mul(parts.hi, sign));
  const low2 = k.add(byCase('lo'), k.mul(parts.lo, sign));
  const value = k.copysign(k.add(main.hi, k.add(main.lo, low2)), y);
  return k.select(k.or(isNaN(x), isNaN(y)), NaN, value);
}

/** The angle of the point (x, y), from -pi to pi; the signs of zeros count. */
export const arctan2 = /* @__PURE__ */ throughDouble(
  (y: Expr, x: Expr) => angleOf(y, x, false),
  (y, x) => angleOf(y, x, false),
  (y, x) => angleOf(y, x, true),
);
