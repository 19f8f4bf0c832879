/**
 * sin, cos and tan: the argument less a multiple of pi/2 in double-double, then fdlibm's polynomials (k_sin.c, k_cos.c, k_tan.c;
 * Sun Microsystems, freely granted). Arguments up to 2^20 are reduced by a pi/2 in four parts (Cody and Waite); greater ones, by
 * the binary digits of 2/pi (Payne and Hanek, "Radian reduction for trigonometric functions", 1983).
 */
import { k } from '../build.ts';
import type { Expr, KernelFunction, Table } from '../ir.ts';
import type { ByFloat } from './common.ts';
import {
  bitsOf,
  forTypeOf,
  fromBits,
  function1,
  isFinite,
  multiplyHigh,
  opaque,
  polynomial,
  throughDouble,
  upperPart,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { constant2, divide2, fastTwoSum, multiply2, negate2, value2 } from './double2.ts';
import { ROUNDER } from './exp.ts';
import { shortCos, shortSin } from './single.ts';
import { TWO_OVER_PI, TWO_OVER_PI_SINGLE } from './tables.ts';

/** (sin x - x) / x^3 and (cos x - 1 + x^2/2) / x^4 by x^2; for float32, minimax fits of relative error 2^-32. */
const SIN: ByFloat<readonly number[]> = {
  f32: [-0.16666667, 0.00833338, -0.00019853498, 2.8372476e-6],
  f64: [
    -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
    2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
  ],
};
const COS: ByFloat<readonly number[]> = {
  f32: [0.041666668, -0.0013888982, 2.4822968e-5, -2.8974176e-7],
  f64: [
    4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
    -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
  ],
};
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

/**
 * pi/2 in parts of 33 bits (for float32, 12), whose products with an integer below 2^20 (2^12) are exact, and a last one of 53
 * (24).
 */
const PIO2_PARTS: ByFloat<readonly [number, number, number, number]> = {
  f32: [1.5703125, 4.837512969970703e-4, 7.549533620476723e-8, 2.5633440682570896e-12],
  f64: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32],
};
const PIO2: readonly [number, number] = [1.5707963267948966, 6.123233995736766e-17];

/** Below this the products with the parts of pi/2 are exact. */
const MEDIUM: ByFloat<number> = { f32: 2 ** 12, f64: 2 ** 20 };

/** An angle as quadrant * pi/2 + angle, the angle within pi/4 (and a rounding). */
interface Reduced {
  /** An integer whose two lowest bits count. */
  readonly quadrant: Expr;
  readonly angle: Double2;
}

/** The integer nearest to x, as a float and as an integer of its width whose low bits are right. */
function rounded(x: Expr): { readonly n: Expr; readonly integer: Expr } {
  if (x.type === 'f32') {
    const n = k.nearest(x);
    return { n, integer: k.convert('i32', n) };
  }
  const shifted = k.add(x, ROUNDER);
  return { n: k.sub(shifted, ROUNDER), integer: bitsOf(shifted) };
}

/** For |x| <= MEDIUM. */
function reduceMedium(x: Expr): Reduced {
  const [part1, part2, part3, part4] = forTypeOf(x, PIO2_PARTS);
  const { n, integer } = rounded(k.mul(x, TWO_PER_PI));
  const a = opaque(k.sub(x, k.mul(n, part1)));
  const w2 = k.mul(n, part2);
  const b = opaque(k.sub(a, w2));
  const lost = opaque(k.sub(opaque(k.sub(a, b)), w2));
  const w3 = k.mul(n, part3);
  const rest = opaque(k.sub(lost, w3));
  const c = fastTwoSum(b, rest);
  const restLost = opaque(k.sub(opaque(k.sub(lost, rest)), w3));
  const angle = fastTwoSum(c.hi, k.add(c.lo, k.sub(restLost, k.mul(n, part4))));
  return { quadrant: integer, angle };
}

/** How a float is multiplied by 2/pi: in words of its own width. */
interface Layout {
  readonly word: 'u32' | 'u64';
  readonly signed: 'i32' | 'i64';
  readonly width: number;
  readonly mantissaBits: number;
  readonly exponentMask: number;
  /** The biased exponent for which the product's units begin the table. */
  readonly origin: number;
  readonly digits: Table;
  /** The fraction of a quarter turn, given as a signed number of two words, in two floats. */
  readonly turns: (upper: Expr, lower: Expr) => Double2;
}

/** An integer as a float of its width, times a power of 2. */
const piece = (value: Expr, scale: number): Expr =>
  k.mul(k.convert(value.type === 'u64' || value.type === 'i64' ? 'f64' : 'f32', value), scale);

function turnsOfDouble(upper: Expr, lower: Expr): Double2 {
  const rest = k.or(k.shl(k.bitcast('u64', upper), 53n), k.shr(lower, 11n));
  const sum = fastTwoSum(
    piece(k.and(upper, -2048n), 2 ** -64),
    piece(k.and(rest, 0xfffffffffffff800n), 2 ** -117),
  );
  return { hi: sum.hi, lo: k.add(sum.lo, piece(k.and(rest, 0x7ffn), 2 ** -117)) };
}

function turnsOfSingle(upper: Expr, lower: Expr): Double2 {
  const middle = k.or(k.shl(k.and(k.bitcast('u32', upper), 0xff), 16), k.shr(lower, 16));
  const sum = fastTwoSum(piece(k.and(upper, -256), 2 ** -32), piece(middle, 2 ** -48));
  return { hi: sum.hi, lo: k.add(sum.lo, piece(k.and(lower, 0xffff), 2 ** -64)) };
}

const LAYOUTS: ByFloat<Layout> = {
  f32: {
    word: 'u32',
    signed: 'i32',
    width: 32,
    mantissaBits: 23,
    exponentMask: 0xff,
    origin: 120,
    digits: TWO_OVER_PI_SINGLE,
    turns: turnsOfSingle,
  },
  f64: {
    word: 'u64',
    signed: 'i64',
    width: 64,
    mantissaBits: 52,
    exponentMask: 0x7ff,
    origin: 1013,
    digits: TWO_OVER_PI,
    turns: turnsOfDouble,
  },
};

/** Three words of 2/pi from bit `position` of the table, most significant word first. */
function window({ width, digits }: Layout, position: Expr): [Expr, Expr, Expr] {
  const word = k.convert('i32', k.shr(position, Math.log2(width)));
  const shift = k.and(position, width - 1);
  const words = [0, 1, 2, 3].map((i) => k.lookup(digits, k.add(word, i)));
  const part = (i: number): Expr =>
    k.or(k.shl(words[i], shift), k.shr(k.shr(words[i + 1], 1), k.sub(width - 1, shift)));
  return [part(0), part(1), part(2)];
}

/** For finite |x| >= MEDIUM: the product with 2/pi modulo 4 to 190 binary places (for float32, 94). */
function reduceHuge(x: Expr): Reduced {
  const layout = forTypeOf(x, LAYOUTS);
  const { word, signed, width, mantissaBits, exponentMask, origin } = layout;
  const bits = k.bitcast(word, x);
  const least = 1n << BigInt(mantissaBits);
  const mantissa = k.or(k.and(bits, k.const(word, least - 1n)), k.const(word, least));
  const exponent = k.and(k.shr(bits, mantissaBits), exponentMask);
  const [w2, w1, w0] = window(layout, k.sub(exponent, origin));
  const p1Low = k.mul(mantissa, w1);
  const p1 = k.add(p1Low, multiplyHigh(mantissa, w0));
  const carry = k.convert(word, k.lt(p1, p1Low));
  const p2 = k.add(k.add(k.mul(mantissa, w2), multiplyHigh(mantissa, w1)), carry);
  const half = k.const(word, 1n << BigInt(width - 3));
  const quadrant = k.bitcast(signed, k.shr(k.add(p2, half), width - 2));
  const upper = k.bitcast(signed, k.or(k.shl(p2, 2), k.shr(p1, width - 2)));
  const angle = multiply2(layout.turns(upper, k.shl(p1, 2)), constant2(x, ...PIO2));
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
  const [cube, ...others] = forTypeOf(x, SIN);
  const r = polynomial(z, others);
  return k.sub(x, opaque(k.sub(k.sub(k.mul(z, k.sub(k.mul(y, 0.5), k.mul(v, r))), y), k.mul(v, cube))));
}

/** cos of an angle within pi/4. */
function cosOfAngle({ hi: x, lo: y }: Double2): Expr {
  const z = k.mul(x, x);
  const half = k.mul(z, 0.5);
  const w = opaque(k.sub(1, half));
  const r = k.mul(z, polynomial(z, forTypeOf(x, COS)));
  return k.add(w, opaque(k.add(k.sub(opaque(k.sub(1, w)), half), k.sub(k.mul(z, r), k.mul(x, y)))));
}

/** The sine of the angle `turns` quadrants further, from the sine and cosine of the angle. */
function turned(quadrant: Expr, turns: number, sine: Expr, cosine: Expr): Expr {
  const q = turns ? k.add(quadrant, turns) : quadrant;
  const value = k.select(k.ne(k.and(q, 1), 0), cosine, sine);
  return fromBits(k.xor(bitsOf(value), k.shl(k.and(q, 2), quadrant.type === 'i64' ? 62 : 30)));
}

const sinOf = ({ quadrant, angle }: Reduced, turns: number): Expr =>
  turned(quadrant, turns, sinOfAngle(angle), cosOfAngle(angle));

/** float32 numbers up to 2^20, as doubles: two parts of pi/2 do, and one double for the angle. */
function reduceSingle(x: Expr): { readonly quadrant: Expr; readonly angle: Expr } {
  const { n, integer } = rounded(k.mul(x, TWO_PER_PI));
  const [part1, part2, part3] = PIO2_PARTS.f64;
  return { quadrant: integer, angle: k.sub(k.sub(x, k.mul(n, part1)), k.mul(n, part2 + part3)) };
}

function sinOfSingle(x: Expr, turns: number): Expr {
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

/** The float32 form of tan: the quotient of the sine and the cosine, each in two parts. */
function quotientOf({ quadrant, angle: { hi: x, lo: y } }: Reduced): Expr {
  const z = k.mul(x, x);
  const sine = fastTwoSum(x, k.add(k.mul(k.mul(x, z), polynomial(z, SIN.f32)), y));
  const half = k.mul(z, 0.5);
  const w = opaque(k.sub(1, half));
  const rest = k.sub(k.mul(k.mul(z, z), polynomial(z, COS.f32)), k.mul(x, y));
  const cosine = fastTwoSum(w, k.add(k.sub(opaque(k.sub(1, w)), half), rest));
  const isOdd = k.ne(k.and(quadrant, 1), 0);
  const pick = (a: Double2, b: Double2): Double2 => ({
    hi: k.select(isOdd, b.hi, a.hi),
    lo: k.select(isOdd, b.lo, a.lo),
  });
  return value2(divide2(pick(sine, negate2(cosine)), pick(cosine, sine)));
}

const isHuge = (x: Expr): Expr => k.not(k.lt(k.abs(x), forTypeOf(x, MEDIUM)));
const finiteOrNaN = (x: Expr, value: Expr): Expr => k.select(isFinite(x), value, NaN);

type OfReduced = (angle: Reduced) => Expr;
const sineOf: OfReduced = (angle) => sinOf(angle, 0);
const cosineOf: OfReduced = (angle) => sinOf(angle, 1);

/** A function of huge numbers. */
const slow = (name: string, type: 'f32' | 'f64', f: OfReduced): KernelFunction =>
  function1(name, (x) => finiteOrNaN(x, f(reduceHuge(x))), type);

const slowSin = /* @__PURE__ */ slow('sin', 'f64', sineOf);
const slowCos = /* @__PURE__ */ slow('cos', 'f64', cosineOf);
const slowTan = /* @__PURE__ */ slow('tan', 'f64', tanOf);
const slowSinSingle = /* @__PURE__ */ slow('sinf', 'f32', sineOf);
const slowCosSingle = /* @__PURE__ */ slow('cosf', 'f32', cosineOf);
const slowTanSingle = /* @__PURE__ */ slow('tanf', 'f32', quotientOf);

/** Below this sin and tan are x to the last bit. */
const TINY: ByFloat<number> = { f32: 2 ** -13, f64: 2 ** -27 };

/** f(x), but x itself where it is so small that f would change no bit, except perhaps the sign of zero. */
const unlessTiny = (x: Expr, value: Expr): Expr => k.select(k.lt(k.abs(x), forTypeOf(x, TINY)), x, value);

/** sin x, x in radians. */
export const sin = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isHuge(x), unlessTiny(x, sineOf(reduceMedium(x))), slowSin, x),
  (x) => k.rare(isHuge(x), unlessTiny(x, sineOf(reduceMedium(x))), slowSinSingle, x),
  (x) => k.rare(isHuge(x), unlessTiny(x, sinOfSingle(x, 0)), slowSin, x),
);

/** cos x. */
export const cos = /* @__PURE__ */ throughDouble(
  (x) => k.rare(isHuge(x), cosineOf(reduceMedium(x)), slowCos, x),
  (x) => k.rare(isHuge(x), cosineOf(reduceMedium(x)), slowCosSingle, x),
  (x) => k.rare(isHuge(x), sinOfSingle(x, 1), slowCos, x),
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
  (x) => k.rare(isHuge(x), unlessTiny(x, quotientOf(reduceMedium(x))), slowTanSingle, x),
  (x) => k.rare(isHuge(x), unlessTiny(x, tanOfSingle(x)), slowTan, x),
);
