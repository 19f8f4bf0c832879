/** cbrt and hypot. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import type { ByFloat } from './common.ts';
import {
  MIN_NORMAL,
  bitsOf,
  choose,
  forTypeOf,
  fromBits,
  isFinite,
  isNaN,
  isZeroBits,
  madeNormal,
  numberLike,
  opaque,
  polynomial,
  power2,
  throughDouble,
} from './common.ts';
import type { Double2 } from './double2.ts';
import { fastTwoSum, sqrt2, twoProduct, twoSquare, twoSum, value2 } from './double2.ts';
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

/** The bits of a float32 between 1 and 8 divided by 3, plus this, are about those of its cube root. */
const THIRD_OF_BIAS_SINGLE = 709958130;

/** The cube root of a float32 from 1 to 8: two of Halley's steps, and one that knows the cube of what they lead to exactly. */
function cbrtOfMantissa(x: Expr): Expr {
  let t = fromBits(k.add(k.idiv(bitsOf(x), 3), THIRD_OF_BIAS_SINGLE));
  for (let i = 0; i < 2; i++) {
    const cube = k.mul(k.mul(t, t), t);
    t = opaque(k.mul(t, k.div(k.add(k.mul(x, 2), cube), k.add(x, k.mul(cube, 2)))));
  }
  const square = twoProduct(t, t);
  const cube = twoProduct(square.hi, t);
  const rest = k.sub(opaque(k.sub(opaque(k.sub(x, cube.hi)), cube.lo)), k.mul(square.lo, t));
  return k.add(t, k.div(rest, k.mul(square.hi, 3)));
}

function cbrtSingle(x: Expr): Expr {
  const { value, exponent: more } = madeNormal(k.abs(x));
  const bits = bitsOf(value);
  const exponent = k.add(k.sub(k.shr(bits, 23), 127), more);
  const third = k.sub(k.idiv(k.add(exponent, 150), 3), 50);
  const left = k.add(k.sub(exponent, k.mul(third, 3)), 127);
  const mantissa = fromBits(k.or(k.and(bits, 0x7fffff), k.shl(left, 23)));
  const root = k.mul(opaque(cbrtOfMantissa(mantissa)), power2(third));
  return k.select(k.or(isZeroBits(x), k.not(isFinite(x))), x, k.copysign(root, x));
}

/** The cube root. */
export const cbrt = /* @__PURE__ */ throughDouble((x) => {
  const a = k.abs(x);
  const isSubnormal = k.lt(a, MIN_NORMAL);
  const root = cbrtNormal(k.select(isSubnormal, k.mul(a, 2 ** 54), a));
  const scaled = k.select(isSubnormal, k.mul(root, 2 ** -18), root);
  return k.select(k.and(isFinite(x), k.ne(x, 0)), k.copysign(scaled, x), x);
}, cbrtSingle);

/** x^2 + y^2 after both were multiplied by a power of 2 so that the squares neither overflow nor vanish. */
interface ScaledSquare {
  readonly square: Double2;
  /** What the sum of two doubles lacks. */
  readonly rest: Expr;
  /** What depends on the exponent of that power of 2: negative for huge numbers, positive for tiny ones, else 0. */
  readonly byScale: (f: (exponent: number) => number) => Expr;
  readonly isZero: Expr;
}

/** Numbers above and below which the squares must be scaled, and by which power of 2. */
const SCALES: ByFloat<Readonly<Record<'huge' | 'tiny' | 'down' | 'up', number>>> = {
  f32: { huge: 2 ** 60, tiny: 2 ** -40, down: -80, up: 88 },
  f64: { huge: 2 ** 500, tiny: 2 ** -400, down: -600, up: 600 },
};

/** For finite numbers. */
export function scaledSquare(x: Expr, y: Expr): ScaledSquare {
  const [a, b] = [k.abs(x), k.abs(y)];
  const [large, small] = [k.pmax(a, b), k.pmin(a, b)];
  const { huge, tiny, down, up } = forTypeOf(x, SCALES);
  const isHuge = k.gt(large, huge);
  const isTiny = k.lt(large, tiny);
  const byScale = (f: (exponent: number) => number): Expr =>
    k.select(isHuge, numberLike(x, f(down)), k.select(isTiny, numberLike(x, f(up)), f(0)));
  const scale = byScale((e) => 2 ** e);
  const p = twoSquare(opaque(k.mul(large, scale)));
  const q = twoSquare(opaque(k.mul(small, scale)));
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

function hypotScaled(x: Expr, y: Expr): Expr {
  const { square, byScale, isZero } = scaledSquare(x, y);
  return k.select(
    isZero,
    0,
    k.mul(
      value2(sqrt2(square)),
      byScale((e) => 2 ** -e),
    ),
  );
}

/** Squares of float32 neither overflow nor round in float64. */
const rootOfSquares = /* @__PURE__ */ throughDouble(hypotScaled, hypotScaled, (a: Expr, b: Expr) =>
  k.sqrt(k.add(k.mul(a, a), k.mul(b, b))),
);

/** sqrt(x^2 + y^2) without overflow on the way; infinite if either is, even beside NaN. */
export function hypot(x: Expr, y: Expr): Expr {
  const isInfinite = k.or(k.eq(k.abs(x), Infinity), k.eq(k.abs(y), Infinity));
  return choose(
    [
      [isInfinite, Infinity],
      [k.or(isNaN(x), isNaN(y)), NaN],
    ],
    rootOfSquares(x, y),
  );
}
