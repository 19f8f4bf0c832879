/** log(exp x + exp y) and log2(2^x + 2^y): the greater one plus log1p of the exponential of the difference, in double-double. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { choose, isNaN, numberLike, throughDouble } from './common.ts';
import type { Double2 } from './double2.ts';
import { constant2, fastTwoSum, multiply2, twoSum } from './double2.ts';
import type { Exponential } from './exp.ts';
import { exp, exp2, exponential, exponential2, powerOf } from './exp.ts';
import { logDouble2 } from './logdouble.ts';
import {
  exponential as exponentialSingle,
  exponential2 as exponential2Single,
  exponentialPair,
} from './singleexp.ts';
import { logPair } from './singlelog.ts';

/** 1 / log 2. */
const PER_LN2: readonly [number, number] = [1.4426950408889634, 2.0355273740931033e-17];

/** What a base and a float type bring to the sum. */
interface Base {
  readonly power: (x: Expr) => Expr;
  /** The power of x.hi + x.lo, which is not positive, as a sum of two floats. */
  readonly pair: (hi: Expr, lo: Expr) => Double2;
  /** The natural logarithm of a sum of two floats. */
  readonly log: (x: Double2) => Double2;
  /** One over the logarithm of the base, unless that is 1. */
  readonly factor?: readonly [number, number];
  /** Below this the power is so small that only its first term in the series of log1p counts, and nearly subnormal. */
  readonly least: number;
  readonly logOf2: number;
}

function logOfSum({ power, pair, log, factor, least, logOf2 }: Base, x: Expr, y: Expr): Expr {
  const [high, low] = [k.pmax(x, y), k.pmin(x, y)];
  const difference = twoSum(low, k.neg(high));
  const isSmall = k.lt(difference.hi, least);
  const term = pair(k.pmax(difference.hi, least), k.select(isSmall, 0, difference.lo));
  const one = fastTwoSum(numberLike(x, 1), term.hi);
  const natural = log({ hi: one.hi, lo: k.add(one.lo, term.lo) });
  const perLog = factor && constant2(x, ...factor);
  const grown = perLog ? multiply2(natural, perLog) : natural;
  const sum = twoSum(high, grown.hi);
  const smallPower = power(difference.hi);
  const tiny = perLog ? k.mul(smallPower, perLog.hi) : smallPower;
  const atInfinity = k.eq(high, Infinity);
  return choose(
    [
      [k.eq(x, y), k.add(x, logOf2)],
      [k.or(isNaN(x), isNaN(y)), NaN],
      [atInfinity, Infinity],
      [isSmall, k.add(high, tiny)],
    ],
    k.add(sum.hi, k.add(sum.lo, grown.lo)),
  );
}

const pairOf =
  (parts: (x: Expr, low: Expr) => Exponential): Base['pair'] =>
  (hi, lo) => {
    const { n, t } = parts(hi, lo);
    const power = powerOf(n);
    return fastTwoSum(power, k.mul(power, t));
  };

const pairOfSingle =
  (parts: typeof exponential2Single): Base['pair'] =>
  (hi, lo) =>
    exponentialPair(parts(hi, lo));

/** log(exp x + exp y). */
export const logaddexp = /* @__PURE__ */ throughDouble(
  (x: Expr, y: Expr) =>
    logOfSum({ power: exp, pair: pairOf(exponential), log: logDouble2, least: -700, logOf2: Math.LN2 }, x, y),
  (x, y) =>
    logOfSum(
      { power: exp, pair: pairOfSingle(exponentialSingle), log: logPair, least: -70, logOf2: Math.LN2 },
      x,
      y,
    ),
);

/** log2(2^x + 2^y). */
export const logaddexp2 = /* @__PURE__ */ throughDouble(
  (x: Expr, y: Expr) =>
    logOfSum(
      { power: exp2, pair: pairOf(exponential2), log: logDouble2, factor: PER_LN2, least: -1000, logOf2: 1 },
      x,
      y,
    ),
  (x, y) =>
    logOfSum(
      {
        power: exp2,
        pair: pairOfSingle(exponential2Single),
        log: logPair,
        factor: PER_LN2,
        least: -100,
        logOf2: 1,
      },
      x,
      y,
    ),
);
