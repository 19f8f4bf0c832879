/** The floats next to a float, and the taking apart of floats: nextafter, spacing, frexp, ldexp, modf. */
import { k, lift } from '../build.ts';
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
  numberLike,
  opaque,
  power2,
  throughDouble,
} from './common.ts';
import { floatToHalf, halfToFloat } from './float16.ts';

const leastLike = (x: Expr): Expr => fromBits(lift(1, bitsOf(x).type));

/** The float after x in the direction of y, where `rank` gives numbers in the order of floats, 0 for zeros. */
function nextafterBy(rank: (x: Expr) => Expr, x: Expr, y: Expr): Expr {
  const [a, b] = [rank(x), rank(y)];
  // Away from zero the bits grow, whatever the sign.
  const away = k.xor(k.lt(a, b), k.lt(a, 0));
  const bits = bitsOf(x);
  const step = k.select(away, lift(1, bits.type), -1);
  return choose(
    [
      [k.or(isNaN(x), isNaN(y)), NaN],
      [k.eq(a, b), y],
      [k.eq(a, 0), k.copysign(leastLike(x), y)],
    ],
    fromBits(k.add(bits, step)),
  );
}

/** The bits of a float32 as an integer in the order of floats. */
function orderedBits(x: Expr): Expr {
  const bits = bitsOf(x);
  const magnitude = k.and(bits, 0x7fffffff);
  return k.select(k.lt(bits, 0), k.neg(magnitude), magnitude);
}

/** The float after x in the direction of y. */
export function nextafter(x: Expr, y: Expr): Expr {
  const plain = nextafterBy((z) => z, x, y);
  return x.type === 'f32' ? k.either(plain, () => nextafterBy(orderedBits, x, y)) : plain;
}

/** The distance from x to the next float away from zero, with the sign of x. */
export function spacing(x: Expr): Expr {
  const next = fromBits(k.add(bitsOf(x), 1));
  const plain = choose(
    [
      [k.not(isFinite(x)), NaN],
      [k.eq(x, 0), leastLike(x)],
    ],
    k.sub(next, x),
  );
  return x.type === 'f32' ? k.either(plain, () => spacingByBits(x)) : plain;
}

/** The same by integers, because subnormals may count as 0. */
function spacingByBits(x: Expr): Expr {
  const bits = bitsOf(x);
  const magnitude = k.and(bits, 0x7fffffff);
  const exponent = k.shr(magnitude, 23);
  const subnormal = k.shl(k.const('i32', 1), k.max(k.sub(exponent, 1), 0));
  const distance = k.select(k.gt(exponent, 23), k.shl(k.sub(exponent, 23), 23), subnormal);
  const finite = k.select(k.eq(magnitude, 0x7f7fffff), 0x7f800000, distance);
  const signed = k.select(k.eq(magnitude, 0), finite, k.or(finite, k.and(bits, -0x80000000)));
  return k.select(isFinite(x), fromBits(signed), NaN);
}

/** The bits of a float16 as an i32, and back. */
const halfBits = (x: Expr): Expr => k.convert('i32', floatToHalf(x));
const fromHalfBits = (bits: Expr): Expr => halfToFloat(k.convert('u16', bits));

/** `nextafter` of float16 numbers, given and returned as float32. Equal ones give the first. */
export function nextafterHalf(x: Expr, y: Expr): Expr {
  const away = k.xor(k.lt(x, y), k.lt(x, 0));
  const step = k.select(away, lift(1, 'i32'), -1);
  return choose(
    [
      [k.or(isNaN(x), isNaN(y)), NaN],
      [k.eq(x, y), x],
      [k.eq(x, 0), k.copysign(k.const('f32', 2 ** -24), y)],
    ],
    fromHalfBits(k.add(halfBits(x), step)),
  );
}

/** `spacing` of float16 numbers, given and returned as float32: NumPy takes the next one upwards, so it is positive. */
export function spacingHalf(x: Expr): Expr {
  const step = k.select(k.lt(x, 0), lift(-1, 'i32'), 1);
  const next = fromHalfBits(k.add(halfBits(x), step));
  return choose(
    [
      [k.not(isFinite(x)), NaN],
      [k.eq(x, 0), 2 ** -24],
    ],
    k.sub(next, x),
  );
}

interface FloatLayout {
  readonly mantissaBits: number;
  readonly exponentMask: number;
  /** A power of 2 that makes subnormals normal, and its exponent. */
  readonly lift: number;
  readonly least: number;
}

const LAYOUTS: Readonly<Record<'f32' | 'f64', FloatLayout>> = {
  f32: { mantissaBits: 23, exponentMask: 0xff, lift: 30, least: 2 ** -126 },
  f64: { mantissaBits: 52, exponentMask: 0x7ff, lift: 54, least: MIN_NORMAL },
};

/** x = mantissa * 2^exponent with 1/2 <= |mantissa| < 1 and an i32 exponent; zeros, infinities and NaN have exponent 0. */
export function frexp(x: Expr): { readonly mantissa: Expr; readonly exponent: Expr } {
  const { mantissaBits, exponentMask, lift: up, least } = LAYOUTS[x.type as 'f32' | 'f64'];
  const isSubnormal = k.lt(k.abs(x), least);
  const normal = k.select(isSubnormal, k.mul(x, 2 ** up), x);
  const bits = bitsOf(normal);
  const half = exponentMask >> 1;
  const biased = k.convert('i32', k.and(k.shr(bits, mantissaBits), exponentMask));
  const exponent = k.sub(biased, k.select(isSubnormal, lift(half - 1 + up, 'i32'), half - 1));
  const one = BigInt(half - 1) << BigInt(mantissaBits);
  const mask = ~(BigInt(exponentMask) << BigInt(mantissaBits));
  const constantBits = (value: bigint): bigint | number =>
    bits.type === 'i32' ? Number(BigInt.asIntN(32, value)) : value;
  const mantissa = fromBits(k.or(k.and(bits, constantBits(mask)), constantBits(one)));
  const isOrdinary = k.and(isFinite(x), k.ne(x, 0));
  return { mantissa: k.select(isOrdinary, mantissa, x), exponent: k.select(isOrdinary, exponent, 0) };
}

/** The greatest and least exponents of a power of 2, and of steps downwards that leave subnormals to the last. */
const POWERS: ByFloat<Readonly<Record<'most' | 'least' | 'down', number>>> = {
  f32: { most: 127, least: -126, down: -102 },
  f64: { most: 1023, least: -1022, down: -969 },
};

/** x * 2^n, rounded once, for an i32 or i64 n of any size. After musl's scalbn (MIT licence). */
function ldexpOf(x: Expr, n: Expr): Expr {
  const { most, least, down } = forTypeOf(x, POWERS);
  const bounded = k.convert('i32', k.max(k.min(n, 2200), -2200));
  // Large steps first, and small enough downwards: then nothing is rounded before the last product.
  let [value, left] = [x, bounded];
  for (let i = 0; i < 2; i++) {
    const [isUp, isDown] = [k.gt(left, most), k.lt(left, least)];
    const power = k.select(isUp, numberLike(x, 2 ** most), k.select(isDown, numberLike(x, 2 ** down), 1));
    value = opaque(k.mul(value, power));
    left = k.sub(left, k.select(isUp, lift(most, 'i32'), k.select(isDown, lift(down, 'i32'), 0)));
  }
  const last = k.max(k.min(left, most), least);
  return k.mul(value, power2(x.type === 'f64' ? k.convert('i64', last) : last));
}

/** x * 2^n for an integer n of any size, rounded once. */
export function ldexp(x: Expr, n: Expr): Expr {
  const f = (y: Expr): Expr => ldexpOf(y, n);
  return throughDouble(f, f)(x);
}

/** The fractional and the integral part of x, both with its sign. */
export function modf(x: Expr): { readonly fraction: Expr; readonly integer: Expr } {
  const integer = k.trunc(x);
  const fraction = k.select(k.eq(k.abs(x), Infinity), 0, k.sub(x, integer));
  return { fraction: k.copysign(fraction, x), integer };
}
