/**
 * x^y = exp(y log x) with the logarithm in double-double, after pow.c of ARM's optimized-routines (MIT licence); special values
 * as C99 and NumPy have them.
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  MIN_NORMAL,
  choose,
  function2,
  isNaN,
  isZeroBits,
  madeNormal,
  numberLike,
  throughDouble,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { twoProduct } from './double2.ts';
import { clampDouble, exponential, exponentialAtAnySize, exponentialInRange } from './exp.ts';
import { logNormal, normalize } from './log.ts';
import { logDouble2 } from './logdouble.ts';
import { exponential as exponentialSingle, exponentialValue } from './singleexp.ts';
import { logPair } from './singlelog.ts';

/** y log x in double-double. */
function exponentOf(log: Double2, y: Expr): Double2 {
  const product = twoProduct(y, log.hi);
  return { hi: product.hi, lo: k.add(product.lo, k.mul(y, log.lo)) };
}

/** |x|^y for any finite y and finite x but zero. */
function magnitude(x: Expr, y: Expr): Expr {
  const isSubnormal = k.lt(x, MIN_NORMAL);
  const normal = k.select(isSubnormal, k.mul(x, 2 ** 54), x);
  const log = logDouble2({ hi: normal }, k.select(isSubnormal, k.const('f64', -54), 0));
  const { hi, lo } = exponentOf(log, y);
  const isLarge = k.ge(k.abs(hi), 800);
  return exponentialAtAnySize(exponential(clampDouble(hi, 800), k.select(isLarge, 0, lo)));
}

/** The same of float32 numbers. */
function magnitudeSingle(x: Expr, y: Expr): Expr {
  const { value, exponent } = madeNormal(x);
  const { hi, lo } = exponentOf(logPair({ hi: value }, k.convert('f32', exponent)), y);
  const isLarge = k.ge(k.abs(hi), 150);
  return exponentialValue(exponentialSingle(clampDouble(hi, 150), k.select(isLarge, 0, lo)));
}

/** x^y by the magnitude of finite powers, wherever that is not the answer. */
function powOf(x: Expr, y: Expr, finite: (a: Expr, y: Expr) => Expr): Expr {
  const a = k.abs(x);
  const isZero = x.type === 'f32' ? isZeroBits(x) : k.eq(a, 0);
  const [zero, one, infinity] = [0, 1, Infinity].map((value) => numberLike(x, value));
  const half = k.mul(y, 0.5);
  const isInteger = k.eq(k.trunc(y), y);
  const isOdd = k.and(isInteger, k.ne(k.trunc(half), half));
  const grows = k.eq(k.convert('i32', k.gt(a, 1)), k.convert('i32', k.gt(y, 0)));
  const positive = choose(
    [
      [isZero, k.select(k.lt(y, 0), infinity, zero)],
      [k.eq(a, Infinity), k.select(k.lt(y, 0), zero, infinity)],
      [k.eq(k.abs(y), Infinity), k.select(k.eq(a, 1), one, k.select(grows, infinity, zero))],
    ],
    finite(a, y),
  );
  return choose(
    [
      [k.or(k.eq(y, 0), k.eq(x, 1)), 1],
      [k.or(isNaN(x), isNaN(y)), NaN],
      [k.and(k.and(k.lt(x, 0), k.gt(x, -Infinity)), k.not(isInteger)), NaN],
      [isOdd, k.copysign(positive, x)],
    ],
    positive,
  );
}

const slowPow = /* @__PURE__ */ function2('pow', (x, y) => powOf(x, y, magnitude));
const powSingle = /* @__PURE__ */ function2('powf', (x, y) => powOf(x, y, magnitudeSingle), 'f32');

/**
 * exp(hi + lo) where x is positive and normal and the result far from overflow and subnormals. That is told from the exponent of
 * x, whose logarithm to the base 2 lies within 1/2 of it: vector code looks at it ahead of everything else.
 */
function fromExponent(x: Expr, y: Expr, hi: Expr, lo?: Expr): Expr {
  const range = k.mul(k.abs(y), k.add(k.abs(normalize(x).exponent), 0.5));
  const isUsual = k.and(k.and(k.ge(x, MIN_NORMAL), k.lt(x, Infinity)), k.lt(range, 1000));
  return k.rare(k.not(isUsual), exponentialInRange(exponential(hi, lo)), slowPow, x, y);
}

/** x^y. */
export const pow = /* @__PURE__ */ throughDouble(
  (x: Expr, y: Expr) => {
    const { hi, lo } = exponentOf(logDouble2({ hi: x }), y);
    return fromExponent(x, y, hi, lo);
  },
  (x, y) => k.call(powSingle, x, y),
  (x, y) => fromExponent(x, y, k.mul(y, logNormal(x))),
);
