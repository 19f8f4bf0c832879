/**
 * Functions made of the exponential, for float32 without the help of float64: what exp x is before its last rounding, as a sum of
 * two floats.
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { choose, opaque, polynomial, power2, scale2 } from './common.ts';
import type { Double2 } from './double2.ts';
import { divide2, fastTwoSum, twoSum, value2 } from './double2.ts';
import { expSingle } from './single.ts';

/** log 2, its head to 9 bits, so that its product with an exponent is exact. */
const LN2_HI = 0.693359375;
const LN2_LO = -2.12194442e-4;

/** (exp r - 1 - r) / r^2 for |r| <= log 2 / 2: a minimax fit of relative error 2^-31 in exp r - 1. */
const EXP = [0.5, 0.16666666, 0.041666493, 0.008333543, 0.0013932366, 0.00019764356];
/** (2^r - 1 - r log 2) / r^2 for |r| <= 1/2, likewise. */
const EXP2 = [0.2402265, 0.055504106, 0.009618085, 0.0013333831, 0.00015453102, 1.5208804e-5];
/** (sinh r - r) / r^3 and (cosh r - 1) / r^2 by r^2 for |r| <= log 2 / 2: minimax fits of relative error 2^-33. */
const SINH = [0.16666667, 0.008333176, 0.00019973013];
const COSH = [0.5, 0.04166646, 0.0013935458];

/** x + low = n log 2 + rest, |rest| <= log 2 / 2 and n an i32. */
function reduced(x: Expr, low?: Expr): { readonly n: Expr; readonly rest: Double2 } {
  const n = k.nearest(k.mul(x, Math.LOG2E));
  const head = opaque(k.sub(x, k.mul(n, LN2_HI)));
  const w = opaque(k.mul(n, LN2_LO));
  const r = opaque(k.sub(head, w));
  const lost = opaque(k.sub(opaque(k.sub(head, r)), w));
  return { n: k.convert('i32', n), rest: fastTwoSum(r, low ? k.add(lost, low) : lost) };
}

/** A power as 2^n * (1 + t). */
interface Exponential {
  readonly n: Expr;
  readonly t: Double2;
}

/** exp(x + low) in parts, for an x within 128. */
export function exponential(x: Expr, low?: Expr): Exponential {
  const { n, rest } = reduced(x, low);
  const r = rest.hi;
  return { n, t: fastTwoSum(r, k.add(rest.lo, k.mul(k.mul(r, r), polynomial(r, EXP)))) };
}

/** log 2 in two parts, the first of 12 bits. */
const LN2_UPPER = 0.693115234375;
const LN2_LOWER = Math.LN2 - LN2_UPPER;

/** 2^(x + low) in parts. */
export function exponential2(x: Expr, low: Expr): Exponential {
  const steps = k.nearest(x);
  const rest = fastTwoSum(opaque(k.sub(x, steps)), low);
  const r = rest.hi;
  const upper = opaque(k.nearest(k.mul(r, 4096)));
  const whole = k.mul(upper, LN2_UPPER / 4096);
  const lower = k.add(opaque(k.sub(r, k.mul(upper, 1 / 4096))), rest.lo);
  const small = k.add(k.mul(lower, Math.LN2), k.mul(upper, LN2_LOWER / 4096));
  const series = k.mul(k.mul(r, r), polynomial(r, EXP2));
  return { n: k.convert('i32', steps), t: fastTwoSum(opaque(whole), k.add(small, series)) };
}

/** 1 + t in two parts. */
function onePlus({ hi, lo }: Double2): Double2 {
  const sum = fastTwoSum(k.const('f32', 1), hi);
  return { hi: sum.hi, lo: k.add(sum.lo, lo) };
}

/** 2^n * (1 + t), whatever its size. */
export const exponentialValue = ({ n, t }: Exponential): Expr => scale2(opaque(value2(onePlus(t))), n);

/** 2^n * (1 + t) as a sum of two floats, for a power far from subnormals. */
export function exponentialPair({ n, t }: Exponential): Double2 {
  const { hi, lo } = onePlus(t);
  const power = power2(n);
  return { hi: k.mul(hi, power), lo: k.mul(lo, power) };
}

/** x, or the limit beyond it; NaN stays. */
const atMost = (x: Expr, most: number): Expr => k.pmin(x, most);

/** From here on 1 is nothing beside exp x. */
const ALONE = 40;

/** e^x - 1: (2^n - 1) + 2^n t, added up without loss. */
export function expm1Single(x: Expr): Expr {
  const { n, t } = exponential(k.pmax(atMost(x, ALONE), -20));
  const power = power2(n);
  const sum = twoSum(opaque(k.sub(power, 1)), opaque(k.mul(power, t.hi)));
  const value = k.add(sum.hi, k.add(sum.lo, k.mul(power, t.lo)));
  return choose(
    [
      [k.lt(k.abs(x), 2 ** -26), x],
      [k.gt(x, ALONE), expSingle(x)],
    ],
    value,
  );
}

/** Below this an odd function with a small x^3 is x to the last bit. */
const TINY = 2 ** -13;

/**
 * sinh a and cosh a for a >= 0, divided by 2^less: with S and D the sum and the difference of 2^(n-1) and 2^(-n-1), cosh a is
 * S cosh r + D sinh r and sinh a is D cosh r + S sinh r.
 */
function hyperbolicPair(a: Expr, less: number): { readonly sinh: Double2; readonly cosh: Double2 } {
  const { n, rest } = reduced(a);
  const up = power2(k.sub(n, 1 + less));
  const down = power2(k.max(k.sub(-1 - less, n), -126));
  const [sum, difference] = [fastTwoSum(up, down), fastTwoSum(up, k.neg(down))];
  const r = rest.hi;
  const z = k.mul(r, r);
  const sinhLow = k.add(rest.lo, k.mul(k.mul(r, z), polynomial(z, SINH)));
  const coshLess1 = k.mul(z, polynomial(z, COSH));
  const added = (ofCosh: Double2, ofSinh: Double2): Double2 => {
    const main = twoSum(ofCosh.hi, k.mul(ofSinh.hi, r));
    const low = k.add(k.mul(ofSinh.hi, sinhLow), k.mul(ofCosh.hi, coshLess1));
    return fastTwoSum(main.hi, k.add(k.add(main.lo, ofCosh.lo), low));
  };
  return { sinh: added(difference, sum), cosh: added(sum, difference) };
}

/** From here on sinh and cosh are infinite. */
const OVERFLOW = 90;

/** A function of |x| that may overflow only in its last step. */
const quadrupled = (quarter: Double2): Expr => k.mul(opaque(value2(quarter)), 4);

/** sinh x. */
export function sinhSingle(x: Expr): Expr {
  const a = k.abs(x);
  const value = quadrupled(hyperbolicPair(atMost(a, OVERFLOW), 2).sinh);
  return k.select(k.lt(a, TINY), x, k.copysign(value, x));
}

/** cosh x. */
export const coshSingle = (x: Expr): Expr => quadrupled(hyperbolicPair(atMost(k.abs(x), OVERFLOW), 2).cosh);

/** From here on tanh is 1. */
const TANH_ONE = 10;

/** tanh x. */
export function tanhSingle(x: Expr): Expr {
  const a = k.abs(x);
  const { sinh, cosh } = hyperbolicPair(atMost(a, TANH_ONE), 0);
  const value = k.pmin(value2(divide2(sinh, cosh)), 1);
  return k.select(k.lt(a, TINY), x, k.copysign(value, x));
}
