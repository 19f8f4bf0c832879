/** log(exp x + exp y) and log2(2^x + 2^y): the greater one plus log1p of the exponential of the difference, in double-double. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { choose, isNaN, throughDouble } from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, multiply2, twoSum } from './double2.ts';
import type { Exponential } from './exp.ts';
import { exp, exp2, exponential, exponential2, powerOf } from './exp.ts';
import { logDouble2 } from './logdouble.ts';

/** 1 / log 2. */
const PER_LN2: readonly [number, number] = [1.4426950408889634, 2.0355273740931033e-17];

interface Base {
  readonly power: (x: Expr) => Expr;
  readonly parts: (x: Expr, low: Expr) => Exponential;
  /** One over the logarithm of the base. */
  readonly factor?: Double2;
  /** Below this the power is so small that only its first term in the series of log1p counts, and nearly subnormal. */
  readonly least: number;
  readonly logOf2: number;
}

function logOfSum(base: Base, x: Expr, y: Expr): Expr {
  const [high, low] = [k.pmax(x, y), k.pmin(x, y)];
  const difference = twoSum(low, k.neg(high));
  const isSmall = k.lt(difference.hi, base.least);
  const { n, t } = base.parts(k.pmax(difference.hi, base.least), k.select(isSmall, 0, difference.lo));
  const power = powerOf(n);
  const term = fastTwoSum(power, k.mul(power, t));
  const one = fastTwoSum(k.const('f64', 1), term.hi);
  const natural = logDouble2({ hi: one.hi, lo: k.add(one.lo, term.lo) });
  const log = base.factor ? multiply2(natural, base.factor) : natural;
  const sum = twoSum(high, log.hi);
  const smallPower = base.power(difference.hi);
  const tiny = base.factor ? k.mul(smallPower, base.factor.hi) : smallPower;
  const atInfinity = k.eq(high, Infinity);
  return choose(
    [
      [k.eq(x, y), k.add(x, base.logOf2)],
      [k.or(isNaN(x), isNaN(y)), NaN],
      [atInfinity, Infinity],
      [isSmall, k.add(high, tiny)],
    ],
    k.add(sum.hi, k.add(sum.lo, log.lo)),
  );
}

/** log(exp x + exp y). */
export const logaddexp = /* @__PURE__ */ throughDouble((x: Expr, y: Expr) =>
  logOfSum({ power: exp, parts: exponential, least: -700, logOf2: Math.LN2 }, x, y),
);

/** log2(2^x + 2^y). */
export const logaddexp2 = /* @__PURE__ */ throughDouble((x: Expr, y: Expr) => {
  const factor = { hi: k.const('f64', PER_LN2[0]), lo: k.const('f64', PER_LN2[1]) };
  return logOfSum({ power: exp2, parts: exponential2, factor, least: -1000, logOf2: 1 }, x, y);
});
