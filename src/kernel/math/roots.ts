/** cbrt and hypot. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import {
  MIN_NORMAL,
  bitsOf,
  choose,
  fromBits,
  isFinite,
  isNaN,
  polynomial,
  throughDouble,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, sqrt2, twoSquare, twoSum, value2 } from './double2.ts';
import { ROUNDER } from './exp.ts';

/** 1/cbrt by r = t^3/x for an approximation t of cbrt x, to 23 bits. */
const CBRT = [
  1.87595182427177009643, -1.88497979543377169875, 1.62142972010535446614, -0.758397934778766047437,
  0.145996192886612446982,
];

/** A third of the upper word of a double plus this is about the upper word of its cube root. */
const THIRD_OF_BIAS = 715094163;

/** The cube root of a positive normal number. FreeBSD's s_cbrt.c (Sun Microsystems and B. Evans, freely granted), 0.67 ULP. */
function cbrtNormal(x: Expr): Expr {
  const word = k.bitcast('f64', k.or(k.shr(k.bitcast('u64', x), 32n), 0x4330000000000000n));
  const third = k.add(k.mul(k.sub(word, 2 ** 52), 1 / 3), ROUNDER + THIRD_OF_BIAS);
  const t0 = fromBits(k.shl(bitsOf(third), 32n));
  const r = k.mul(k.mul(t0, t0), k.div(t0, x));
  const t1 = k.mul(t0, polynomial(r, CBRT));
  // Rounded away from zero to 23 bits, so that its square is exact.
  const t2 = fromBits(k.and(k.add(bitsOf(t1), 0x80000000n), -0x40000000n));
  const q = k.div(x, k.mul(t2, t2));
  return k.add(t2, k.mul(t2, k.div(k.sub(q, t2), k.add(k.add(t2, t2), q))));
}

/** The cube root. */
export const cbrt = /* @__PURE__ */ throughDouble((x) => {
  const a = k.abs(x);
  const isSubnormal = k.lt(a, MIN_NORMAL);
  const root = cbrtNormal(k.select(isSubnormal, k.mul(a, 2 ** 54), a));
  const scaled = k.select(isSubnormal, k.mul(root, 2 ** -18), root);
  return k.select(k.and(isFinite(x), k.ne(x, 0)), k.copysign(scaled, x), x);
});

/** x^2 + y^2 after both were multiplied by a power of 2 so that the squares neither overflow nor vanish. */
interface ScaledSquare {
  readonly square: Double2;
  /** What the sum of two doubles lacks. */
  readonly rest: Expr;
  /** What depends on the scale: a value for 2^-600 (huge numbers), for 2^600 (tiny ones) and for 1. */
  readonly byScale: (huge: number, tiny: number, otherwise: number) => Expr;
  readonly isZero: Expr;
}

/** For finite numbers. */
export function scaledSquare(x: Expr, y: Expr): ScaledSquare {
  const [a, b] = [k.abs(x), k.abs(y)];
  const [large, small] = [k.pmax(a, b), k.pmin(a, b)];
  const isHuge = k.gt(large, 2 ** 500);
  const isTiny = k.lt(large, 2 ** -400);
  const byScale = (huge: number, tiny: number, otherwise: number): Expr =>
    k.select(isHuge, k.const('f64', huge), k.select(isTiny, k.const('f64', tiny), otherwise));
  const scale = byScale(2 ** -600, 2 ** 600, 1);
  const p = twoSquare(k.mul(large, scale));
  const q = twoSquare(k.mul(small, scale));
  const sum = fastTwoSum(p.hi, q.hi);
  const low = twoSum(p.lo, q.lo);
  const lows = twoSum(sum.lo, low.hi);
  return {
    square: { hi: sum.hi, lo: lows.hi },
    rest: k.add(lows.lo, low.lo),
    byScale,
    isZero: k.eq(large, 0),
  };
}

function hypotDouble(x: Expr, y: Expr): Expr {
  const { square, byScale, isZero } = scaledSquare(x, y);
  return k.select(isZero, 0, k.mul(value2(sqrt2(square)), byScale(2 ** 600, 2 ** -600, 1)));
}

/** Squares of float32 neither overflow nor round in float64. */
function hypotSingle(x: Expr, y: Expr): Expr {
  const [a, b] = [k.convert('f64', x), k.convert('f64', y)];
  return k.convert('f32', k.sqrt(k.add(k.mul(a, a), k.mul(b, b))));
}

/** sqrt(x^2 + y^2) without overflow on the way; infinite if either is, even beside NaN. */
export function hypot(x: Expr, y: Expr): Expr {
  const isInfinite = k.or(k.eq(k.abs(x), Infinity), k.eq(k.abs(y), Infinity));
  const value = x.type === 'f32' ? hypotSingle(x, y) : hypotDouble(x, y);
  return choose(
    [
      [isInfinite, Infinity],
      [k.or(isNaN(x), isNaN(y)), NaN],
    ],
    value,
  );
}
