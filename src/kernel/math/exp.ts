/**
 * exp, exp2, expm1, and the exponential in parts that powers and hyperbolic functions are made of.
 *
 * The argument is cut into k * log 2 / 128 and a rest |r| <= log 2 / 256; 2^(k/128) comes from a table, exp r - 1 from a
 * polynomial. Method and coefficients are those of ARM's optimized-routines (exp.c and exp2.c, MIT licence).
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  SHORT_SERIES,
  polynomial,
  bitsOf,
  byPrecision,
  estrin,
  fromBits,
  function1,
  scale2,
  throughDouble,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, twoSum, value2 } from './double2.ts';
import { exp2Single, expSingle } from './single.ts';
import { expm1Single } from './singleexp.ts';
import { EXP_HEAD, EXP_TAIL } from './tables.ts';

/** Adding and subtracting this rounds a double below 2^51 to an integer, which in between stands in the lowest bits. */
export const ROUNDER = 6755399441055744;
const ROUNDER_BITS = 0x4338000000000000n;

const STEPS_PER_UNIT = 184.6649652337873;
const STEP_HI = 0.005415212348111709;
const STEP_LO = 1.2864023111638346e-14;
/** (exp r - 1 - r) / r^2 and (2^r - 1 - r log 2) / r^2. */
const EXP = [0.49999999999996786, 0.16666666666665886, 0.0416666808410674, 0.008333335853059549];
const EXP2 = [0.24022650695909065, 0.0555041086686087, 0.009618131975721055, 0.001333207457011959];

/** Below this exp is far from overflow, and from subnormals, where power * t would lose bits. */
const EXP_LIMIT = 700;

/** 2^x or e^x as power * (1 + t). */
export interface Exponential {
  /** The number of steps of 1/128 as an i64, in its low 51 bits. */
  readonly n: Expr;
  readonly t: Expr;
}

const indexOf = (n: Expr): Expr => k.convert('i32', k.and(n, 127n));

/** 2^(n/128), rounded, for an n that keeps it normal. */
export const powerOf = (n: Expr): Expr =>
  fromBits(k.add(bitsOf(k.lookup(EXP_HEAD, indexOf(n))), k.shl(n, 45n)));

/** exp(r) - 1 - r, for |r| <= log 2 / 256. */
const series = (r: Expr): Expr => k.mul(k.mul(r, r), estrin(r, EXP));

/** exp(x + low), in parts: 2^(n/128) * (1 + t). */
export function exponential(x: Expr, low?: Expr): Exponential {
  const shifted = k.add(k.mul(x, STEPS_PER_UNIT), ROUNDER);
  const steps = k.sub(shifted, ROUNDER);
  const n = bitsOf(shifted);
  const head = k.sub(k.sub(x, k.mul(steps, STEP_HI)), k.mul(steps, STEP_LO));
  const r = low ? k.add(head, low) : head;
  return { n, t: k.add(k.add(k.lookup(EXP_TAIL, indexOf(n)), r), series(r)) };
}

/** 2^(x + low), in parts, for a low that matters to the last bits only. */
export function exponential2(x: Expr, low?: Expr): Exponential {
  const shifted = k.add(x, ROUNDER / 128);
  const n = bitsOf(shifted);
  const head = k.sub(x, k.sub(shifted, ROUNDER / 128));
  const r = low ? k.add(head, low) : head;
  const rest = k.mul(k.mul(r, r), estrin(r, EXP2));
  return { n, t: k.add(k.add(k.lookup(EXP_TAIL, indexOf(n)), k.mul(r, Math.LN2)), rest) };
}

/** power * (1 + t) where the power is a normal double. */
export function exponentialInRange({ n, t }: Exponential): Expr {
  const power = powerOf(n);
  return k.add(power, k.mul(power, t));
}

/** power * (1 + t), whatever its size: the power of 2 is multiplied in last. */
export function exponentialAtAnySize({ n, t }: Exponential): Expr {
  const steps = k.sub(n, ROUNDER_BITS);
  const y = exponentialInRange({ n: k.and(steps, 127n), t });
  return scale2(y, k.shr(steps, 7n));
}

/** x between -limit and limit; NaN stays. */
export const clampDouble = (x: Expr, limit: number): Expr => k.pmax(k.pmin(x, limit), -limit);

const slowExp = /* @__PURE__ */ function1('exp', (x) =>
  exponentialAtAnySize(exponential(clampDouble(x, 800))),
);
const slowExp2 = /* @__PURE__ */ function1('exp2', (x) =>
  exponentialAtAnySize(exponential2(clampDouble(x, 1200))),
);

const beyond = (x: Expr, limit: number): Expr => k.not(k.lt(k.abs(x), limit));

/** e^x. */
export const exp = /* @__PURE__ */ byPrecision(expSingle, (x) =>
  k.rare(beyond(x, EXP_LIMIT), exponentialInRange(exponential(x)), slowExp, x),
);

/** 2^x. */
export const exp2 = /* @__PURE__ */ byPrecision(exp2Single, (x) =>
  k.rare(beyond(x, 1010), exponentialInRange(exponential2(x)), slowExp2, x),
);

/** exp(x) / 4 as a sum of two doubles, for 0 <= x < 711: exp(x) itself may overflow. */
export function quarterExp(x: Expr): Double2 {
  const { n, t } = exponential(x);
  const power = powerOf(k.sub(n, 256n));
  return fastTwoSum(power, k.mul(power, t));
}

/** exp(x + low) - 1 as a sum of two doubles, for -700 < x < 709. */
function expm1Double2(x: Expr, low?: Expr): Double2 {
  const shifted = k.add(k.mul(x, STEPS_PER_UNIT), ROUNDER);
  const steps = k.sub(shifted, ROUNDER);
  const n = bitsOf(shifted);
  const head = k.sub(x, k.mul(steps, STEP_HI));
  const product = k.mul(steps, STEP_LO);
  const rest = low ? k.sub(low, product) : k.neg(product);
  const r = fastTwoSum(head, rest);
  const tail = k.add(k.lookup(EXP_TAIL, indexOf(n)), r.lo);
  const t = k.add(k.add(tail, k.mul(tail, r.hi)), series(r.hi));
  // power * (1 + r + t) - 1 = (power - 1) + r + ((power - 1) * r + power * t), the first sum without loss.
  const power = powerOf(n);
  const less = k.sub(power, 1);
  const lost = k.sub(power, k.add(less, 1));
  const sum = twoSum(less, r.hi);
  const small = k.add(k.mul(less, r.hi), k.mul(power, t));
  return fastTwoSum(sum.hi, k.add(k.add(sum.lo, lost), small));
}

/** e^x for float32 arguments (as doubles) that are at most 100; NaN stays. */
export const shortExp = (x: Expr): Expr => exponentialInRange(exponential(k.pmax(x, -200)));

/** e^x - 1. */
export const expm1 = /* @__PURE__ */ throughDouble(
  (x) => {
    const y = expm1Double2(k.pmax(x, -50));
    return k.rare(k.not(k.lt(x, 709)), k.copysign(value2(y), x), slowExp, x);
  },
  expm1Single,
  (x) => {
    const small = k.mul(x, polynomial(x, [1, 1 / 2, 1 / 6]));
    const value = k.sub(shortExp(k.pmin(x, 100)), 1);
    return k.select(k.lt(k.abs(x), SHORT_SERIES), small, value);
  },
);
