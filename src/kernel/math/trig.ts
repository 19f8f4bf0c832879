/**
 * sin, cos and tan: the argument less a multiple of pi/2 in double-double, then fdlibm's polynomials (k_sin.c, k_cos.c, k_tan.c;
 * Sun Microsystems, freely granted). Arguments up to 2^20 are reduced by a pi/2 in four parts (Cody and Waite); greater ones, by
 * the binary digits of 2/pi (Payne and Hanek, "Radian reduction for trigonometric functions", 1983).
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  bitsOf,
  fromBits,
  function1,
  isFinite,
  multiplyHigh,
  polynomial,
  throughDouble,
  upperPart,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, multiply2 } from './double2.ts';
import { ROUNDER } from './exp.ts';
import { shortCos, shortSin } from './single.ts';
import { TWO_OVER_PI } from './tables.ts';

const SIN = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
  2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
];
const COS = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
];
/** The coefficients of x^3, of x^5, x^9, ... and of x^7, x^11, ... of tan. */
const TAN_CUBE = 3.33333333333334091986e-1;
const TAN_ODD = [
  1.33333333333201242699e-1, 2.18694882948595424599e-2, 3.59207910759131235356e-3, 5.88041240820264096874e-4,
  7.817944429395570923e-5, -1.85586374855275456654e-5,
];
const TAN_EVEN = [
  5.39682539762260521377e-2, 8.86323982359930005737e-3, 1.45620945432529025516e-3, 2.46463134818469906812e-4,
  7.14072491382608190305e-5, 2.59073051863633712884e-5,
];

const TWO_PER_PI = 0.6366197723675814;

/** pi/2 in parts of 33 bits, whose products with an integer below 2^20 are exact, and a last one of 53. */
const PIO2_1 = 1.5707963267341256;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_4 = 8.4784276603689e-32;
const PIO2: readonly [number, number] = [1.5707963267948966, 6.123233995736766e-17];

/** Below this the products with the parts of pi/2 are exact. */
const MEDIUM = 2 ** 20;

/** An angle as quadrant * pi/2 + angle, the angle within pi/4 (and a rounding). */
interface Reduced {
  /** An integer whose two lowest bits count. */
  readonly quadrant: Expr;
  readonly angle: Double2;
}

/** For |x| <= 2^20. */
function reduceMedium(x: Expr): Reduced {
  const shifted = k.add(k.mul(x, TWO_PER_PI), ROUNDER);
  const n = k.sub(shifted, ROUNDER);
  const a = k.sub(x, k.mul(n, PIO2_1));
  const w2 = k.mul(n, PIO2_2);
  const b = k.sub(a, w2);
  const lost = k.sub(k.sub(a, b), w2);
  const w3 = k.mul(n, PIO2_3);
  const rest = k.sub(lost, w3);
  const c = fastTwoSum(b, rest);
  const restLost = k.sub(k.sub(lost, rest), w3);
  const angle = fastTwoSum(c.hi, k.add(c.lo, k.sub(restLost, k.mul(n, PIO2_4))));
  return { quadrant: bitsOf(shifted), angle };
}

/** 192 bits of 2/pi from bit `position` of the table, most significant word first. */
function window(position: Expr): [Expr, Expr, Expr] {
  const word = k.convert('i32', k.shr(position, 6n));
  const shift = k.and(position, 63n);
  const words = [0, 1, 2, 3].map((i) => k.lookup(TWO_OVER_PI, k.add(word, i)));
  const part = (i: number): Expr =>
    k.or(k.shl(words[i], shift), k.shr(k.shr(words[i + 1], 1n), k.sub(63n, shift)));
  return [part(0), part(1), part(2)];
}

/** For finite |x| >= 2^20: the product with 2/pi modulo 4 to 190 binary places. */
function reduceHuge(x: Expr): Reduced {
  const bits = k.bitcast('u64', x);
  const mantissa = k.or(k.and(bits, 0xfffffffffffffn), 1n << 52n);
  const exponent = k.and(k.shr(bits, 52n), 0x7ffn);
  const [w2, w1, w0] = window(k.sub(exponent, 1075n - 62n));
  const p1Low = k.mul(mantissa, w1);
  const p1 = k.add(p1Low, multiplyHigh(mantissa, w0));
  const carry = k.convert('u64', k.lt(p1, p1Low));
  const p2 = k.add(k.add(k.mul(mantissa, w2), multiplyHigh(mantissa, w1)), carry);
  const quadrant = k.bitcast('i64', k.shr(k.add(p2, 1n << 61n), 62n));
  // The fraction as a signed number of 128 bits, cut into pieces that doubles hold.
  const upper = k.bitcast('i64', k.or(k.shl(p2, 2n), k.shr(p1, 62n)));
  const lower = k.or(k.shl(k.bitcast('u64', upper), 53n), k.shr(k.shl(p1, 2n), 11n));
  const piece = (value: Expr, scale: number): Expr => k.mul(k.convert('f64', value), scale);
  const sum = fastTwoSum(
    piece(k.and(upper, -2048n), 2 ** -64),
    piece(k.and(lower, 0xfffffffffffff800n), 2 ** -117),
  );
  const turns = { hi: sum.hi, lo: k.add(sum.lo, piece(k.and(lower, 0x7ffn), 2 ** -117)) };
  const angle = multiply2(turns, { hi: k.const('f64', PIO2[0]), lo: k.const('f64', PIO2[1]) });
  const negative = k.lt(x, 0);
  return {
    quadrant: k.select(negative, k.neg(quadrant), quadrant),
    angle: { hi: negateIf(negative, angle.hi), lo: negateIf(negative, angle.lo) },
  };
}

const negateIf = (cond: Expr, x: Expr): Expr => k.select(cond, k.neg(x), x);

/** sin of an angle within pi/4. */
function sinOfAngle({ hi: x, lo: y }: Double2): Expr {
  const z = k.mul(x, x);
  const v = k.mul(z, x);
  const r = polynomial(z, SIN.slice(1));
  return k.sub(x, k.sub(k.sub(k.mul(z, k.sub(k.mul(y, 0.5), k.mul(v, r))), y), k.mul(v, SIN[0])));
}

/** cos of an angle within pi/4. */
function cosOfAngle({ hi: x, lo: y }: Double2): Expr {
  const z = k.mul(x, x);
  const half = k.mul(z, 0.5);
  const w = k.sub(1, half);
  const r = k.mul(z, polynomial(z, COS));
  return k.add(w, k.add(k.sub(k.sub(1, w), half), k.sub(k.mul(z, r), k.mul(x, y))));
}

/** The sine of the angle `turns` quadrants further, from the sine and cosine of the angle. */
function turned(quadrant: Expr, turns: bigint, sine: Expr, cosine: Expr): Expr {
  const q = turns ? k.add(quadrant, turns) : quadrant;
  const value = k.select(k.ne(k.and(q, 1n), 0n), cosine, sine);
  return fromBits(k.xor(bitsOf(value), k.shl(k.and(q, 2n), 62n)));
}

const sinOf = ({ quadrant, angle }: Reduced, turns: bigint): Expr =>
  turned(quadrant, turns, sinOfAngle(angle), cosOfAngle(angle));

/** float32 numbers up to 2^20, as doubles: two parts of pi/2 do, and one double for the angle. */
function reduceSingle(x: Expr): { readonly quadrant: Expr; readonly angle: Expr } {
  const shifted = k.add(k.mul(x, TWO_PER_PI), ROUNDER);
  const n = k.sub(shifted, ROUNDER);
  return {
    quadrant: bitsOf(shifted),
    angle: k.sub(k.sub(x, k.mul(n, PIO2_1)), k.mul(n, PIO2_2 + PIO2_3)),
  };
}

function sinOfSingle(x: Expr, turns: bigint): Expr {
  const { quadrant, angle } = reduceSingle(x);
  return turned(quadrant, turns, shortSin(angle), shortCos(angle));
}

/** tan, or -1/tan in the odd quadrants. */
function tanOf({ quadrant, angle }: Reduced): Expr {
  const odd = k.ne(k.and(quadrant, 1n), 0n);
  // Near pi/4: tan x = (1 - tan(pi/4 - x)) / (1 + tan(pi/4 - x)).
  const near = k.ge(k.abs(angle.hi), 0.67434);
  const negative = k.lt(angle.hi, 0);
  const x0 = k.abs(angle.hi);
  const y0 = negateIf(negative, angle.lo);
  const complement = k.add(k.sub(PIO2[0] / 2, x0), k.sub(PIO2[1] / 2, y0));
  const x = k.select(near, complement, x0);
  const y = k.select(near, 0, y0);
  const z = k.mul(x, x);
  const w = k.mul(z, z);
  const s = k.mul(z, x);
  const series = k.add(polynomial(w, TAN_ODD), k.mul(z, polynomial(w, TAN_EVEN)));
  const r = k.add(k.add(y, k.mul(z, k.add(k.mul(s, series), y))), k.mul(s, TAN_CUBE));
  const tan = k.add(x, r);
  const unit = k.select(odd, k.const('f64', -1), 1);
  const quotient = k.div(k.select(near, k.mul(tan, tan), -1), k.select(near, k.add(tan, unit), tan));
  const nearValue = k.sub(unit, k.mul(k.sub(x, k.sub(quotient, r)), 2));
  // -1 / (x + r) with the rounding of the sum and of the quotient made good.
  const upper = upperPart(tan);
  const lower = k.sub(r, k.sub(upper, x));
  const inverse = upperPart(quotient);
  const rest = k.add(k.add(k.mul(inverse, upper), 1), k.mul(inverse, lower));
  const oddValue = k.add(inverse, k.mul(quotient, rest));
  return negateIf(negative, k.select(near, nearValue, k.select(odd, oddValue, tan)));
}

const isHuge = (x: Expr): Expr => k.not(k.lt(k.abs(x), MEDIUM));
const finiteOrNaN = (x: Expr, value: Expr): Expr => k.select(isFinite(x), value, NaN);

const slowSin = /* @__PURE__ */ function1('sin', (x) => finiteOrNaN(x, sinOf(reduceHuge(x), 0n)));
const slowCos = /* @__PURE__ */ function1('cos', (x) => finiteOrNaN(x, sinOf(reduceHuge(x), 1n)));
const slowTan = /* @__PURE__ */ function1('tan', (x) => finiteOrNaN(x, tanOf(reduceHuge(x))));

/** f(x), but x itself where it is so small that f would change no bit, except perhaps the sign of zero. */
const unlessTiny = (x: Expr, value: Expr): Expr => k.select(k.lt(k.abs(x), 2 ** -27), x, value);

/** sin x, x in radians. */
export const sin = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isHuge(x), unlessTiny(x, sinOf(reduceMedium(x), 0n)), slowSin, x),
  (x) => k.rare(isHuge(x), unlessTiny(x, sinOfSingle(x, 0n)), slowSin, x),
);

/** cos x. */
export const cos = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isHuge(x), sinOf(reduceMedium(x), 1n), slowCos, x),
  (x) => k.rare(isHuge(x), sinOfSingle(x, 1n), slowCos, x),
);

/** tan of float32 numbers up to 2^20. */
function tanOfSingle(x: Expr): Expr {
  const { quadrant, angle } = reduceSingle(x);
  const isOdd = k.ne(k.and(quadrant, 1n), 0n);
  const [sine, cosine] = [shortSin(angle), shortCos(angle)];
  return k.div(k.select(isOdd, k.neg(cosine), sine), k.select(isOdd, sine, cosine));
}

/** tan x. */
export const tan = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isHuge(x), unlessTiny(x, tanOf(reduceMedium(x))), slowTan, x),
  (x) => k.rare(isHuge(x), unlessTiny(x, tanOfSingle(x)), slowTan, x),
);
