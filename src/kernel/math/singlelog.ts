/**
 * The logarithm of a float32, or of a sum of two, as a sum of two: what powers and sums of exponentials are made of where there is
 * no float64. log z = 2 artanh s for s = (z - 1) / (z + 1), whose first two terms are computed in double-float.
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { bitsOf, fromBits, opaque, polynomial } from './common.ts';
import type { Double2 } from './double2.ts';
import { add1, add2, constant2, divide2, fastTwoSum, multiply2, twoSum } from './double2.ts';
import { normalize } from './log.ts';

/** log 2, its head to 15 places, so that head times an exponent is exact. */
const LN2_HI = 0.693145751953125;
const LN2_LO = 1.428606765330187e-6;

/** (artanh s / s - 1 - s^2 / 3) * 2 / s^4 by s^2, for |s| < 0.172: a minimax fit of relative error 2^-42 in artanh s. */
const ATANH = [0.39999998, 0.28571972, 0.22179729, 0.19556412];

/** log(x.hi + x.lo) + more * log 2 for a positive normal x.hi, to about 40 bits. */
export function logPair(x: { readonly hi: Expr; readonly lo?: Expr }, more?: Expr): Double2 {
  const { z, exponent } = normalize(x.hi);
  // z / x.hi, a power of 2.
  const scale = fromBits(k.add(k.sub(bitsOf(z), bitsOf(x.hi)), 127 << 23));
  const f = k.sub(z, 1);
  const less1 = x.lo ? twoSum(f, opaque(k.mul(x.lo, scale))) : { hi: f, lo: k.const('f32', 0) };
  const s = divide2(less1, add1(less1, k.const('f32', 2)));
  const square = multiply2(s, s);
  const third = constant2(z, 2 / 3);
  const higher = k.mul(square.hi, polynomial(square.hi, ATANH));
  const factor = fastTwoSum(third.hi, k.add(higher, third.lo));
  const cube = multiply2(multiply2(s, square), factor);
  const log = add2({ hi: k.mul(s.hi, 2), lo: k.mul(s.lo, 2) }, cube);
  const n = more ? k.add(exponent, more) : exponent;
  return add2({ hi: opaque(k.mul(n, LN2_HI)), lo: opaque(k.mul(n, LN2_LO)) }, log);
}
