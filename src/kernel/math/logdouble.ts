/**
 * The logarithm in double-double, which powers and sums of exponentials are made of: the mantissa z is multiplied by a 9-bit
 * inverse 1/c from a table, and log z = log c + log1p(z/c - 1); z/c - 1 is exact. After Tang, "Table-driven implementation of
 * the logarithm function" (1990), and ARM's optimized-routines (pow.c, MIT licence).
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { estrin, upperPart } from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, twoSum } from './double2.ts';
import { normalizeDouble } from './log.ts';
import { LOG_HI, LOG_INVERSE, LOG_LO } from './tables.ts';

/** log 2, its head to 42 places, so that head times an exponent is exact. */
const LN2_HI = 0.6931471805598903;
const LN2_LO = 5.497923018708371e-14;

/** (log1p(r) - r + r^2/2) / r^3 for |r| < 0.0056, a minimax fit of relative error 2^-51. */
const TAIL = [
  0.3333333333333334, -0.25000000000000017, 0.19999999993853204, -0.16666666660110063, 0.14286236967766408,
  -0.12500496548858506,
];

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
  const { z, exponent, position } = normalizeDouble(x.hi);
  // z / x.hi = 2^-exponent.
  const scale = k.bitcast('f64', k.shl(k.sub(2046n, k.shr(position, 52n)), 52n));
  return logOfParts(
    { hi: z, lo: x.lo && k.mul(x.lo, scale) },
    indexOf(position),
    more ? k.add(exponent, more) : exponent,
  );
}
