/** Remainders and floored quotients: fmod as in C, remainder and floor division as in Python and NumPy. */
import { k, lift } from '../build.ts';
import { func } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';
import { isFloat } from '../types.ts';
import type { ByFloat } from './common.ts';
import {
  bitsOf,
  choose,
  forTypeOf,
  isFinite,
  moderating,
  opaque,
  scale2,
  throughDouble,
  upperPart,
} from './common.ts';
import { twoProduct } from './double2.ts';

/** The integers in which a float's mantissa is divided. */
interface Layout {
  readonly word: 'u32' | 'u64';
  readonly signed: 'i32' | 'i64';
  readonly mantissaBits: number;
  /** The exponent of a subnormal's last bit, less 1. */
  readonly least: number;
  /** Bits that a word has left beside a mantissa. */
  readonly step: number;
}

const LAYOUTS: ByFloat<Layout> = {
  f32: { word: 'u32', signed: 'i32', mantissaBits: 23, least: -150, step: 8 },
  f64: { word: 'u64', signed: 'i64', mantissaBits: 52, least: -1075, step: 11 },
};

/** The mantissa of a positive float, and the exponent of its last bit. */
function decompose(x: Expr): { mantissa: Expr; exponent: Expr } {
  const { word, signed, mantissaBits, least } = forTypeOf(x, LAYOUTS);
  const bits = k.bitcast(word, x);
  const hidden = 1n << BigInt(mantissaBits);
  const biased = k.shr(bits, mantissaBits);
  const isSubnormal = k.eq(biased, 0);
  const fraction = k.and(bits, k.const(word, hidden - 1n));
  return {
    mantissa: k.select(isSubnormal, fraction, k.or(fraction, k.const(word, hidden))),
    exponent: k.add(k.bitcast(signed, k.select(isSubnormal, lift(1, word), biased)), least),
  };
}

/** What orders positive floats: float32 by their bits, because subnormals may count as 0. */
const rank = (x: Expr): Expr => (x.type === 'f32' ? bitsOf(x) : x);
const infinity: ByFloat<number> = { f32: 0x7f800000, f64: Infinity };

/** Long division, several bits of the quotient a step. */
const longFmod = (name: string, type: 'f32' | 'f64'): KernelFunction =>
  func(name, { x: type, y: type }, type, (b, { x, y }) => {
    const a = b.let(k.abs(x));
    const d = b.let(k.abs(y));
    const { word, step } = forTypeOf(a, LAYOUTS);
    const most = forTypeOf(a, infinity);
    const isDefined = k.and(k.lt(rank(a), most), k.and(k.gt(rank(d), 0), k.le(rank(d), most)));
    b.if(k.not(isDefined), () => b.return(k.const(type, NaN)));
    b.if(k.lt(rank(a), rank(d)), () => b.return(x));
    const [dividend, divisor] = [decompose(a), decompose(d)];
    const m = b.let(divisor.mantissa);
    const exponent = b.let(divisor.exponent);
    const rest = b.let(k.irem(dividend.mantissa, m));
    const left = b.let(k.sub(dividend.exponent, exponent));
    b.while(k.gt(left, 0), () => {
      const shift = b.let(k.select(k.lt(left, step), left, step));
      b.set(rest, k.irem(k.shl(rest, k.bitcast(word, shift)), m));
      b.set(left, k.sub(left, shift));
    });
    b.return(k.copysign(scale2(k.convert(type, rest), exponent), x));
  });

const fmodDouble = /* @__PURE__ */ longFmod('fmod', 'f64');
const fmodSingle = /* @__PURE__ */ longFmod('fmodf', 'f32');

/** The quotient is exact, and its product with half of a divisor's bits, when it is below this. */
const SHORT = 2 ** 26;

const fmodFloat = /* @__PURE__ */ throughDouble(
  (x: Expr, y: Expr) => {
    const [a, b] = [k.abs(x), k.abs(y)];
    const quotient = k.div(a, b);
    const n = k.trunc(quotient);
    const upper = upperPart(b);
    const rest = k.sub(k.sub(a, k.mul(n, upper)), k.mul(n, k.sub(b, upper)));
    // The quotient may have been rounded up to an integer.
    const value = k.select(k.lt(rest, 0), k.add(rest, b), rest);
    const isShort = k.and(k.lt(quotient, SHORT), k.lt(b, Infinity));
    return k.rare(k.not(isShort), k.copysign(value, x), fmodDouble, x, y);
  },
  (x, y) => k.call(fmodSingle, x, y),
);

/** The remainder of the truncated quotient, with the sign of x; 0 for an integer x and a zero y. */
export const fmod = (x: Expr, y: Expr): Expr => (isFloat(x.type) ? fmodFloat(x, y) : k.irem(x, y));

interface Division {
  /** The floored quotient. */
  readonly quotient: Expr;
  /** The remainder, with the sign of the divisor. */
  readonly remainder: Expr;
}

/** n / d; for float32 rounded once also where a device's division is not. */
function quotientOf(n: Expr, d: Expr): Expr {
  const plain = k.div(n, d);
  return n.type === 'f32' ? k.either(plain, () => correctedQuotient(n, d)) : plain;
}

function correctedQuotient(n: Expr, d: Expr): Expr {
  const isLarge = k.gt(k.abs(n), 2 ** 60);
  const moderate = moderating(k.abs(d));
  const scale = k.copysign(k.select(isLarge, k.pmin(moderate, 1), k.mul(moderate, 0.25)), d);
  const [dividend, divisor] = [opaque(k.mul(n, scale)), opaque(k.mul(d, scale))];
  const quotient = opaque(k.div(dividend, divisor));
  const product = twoProduct(quotient, divisor);
  const rest = opaque(k.sub(opaque(k.sub(dividend, product.hi)), product.lo));
  const isUsual = k.and(isFinite(quotient), isFinite(divisor));
  return k.select(isUsual, k.add(quotient, k.div(rest, divisor)), k.div(n, d));
}

/** NumPy's npy_divmod, step by step. */
function divmodFloat(a: Expr, b: Expr): Division {
  const mod = fmodFloat(a, b);
  const rough = quotientOf(k.sub(a, mod), b);
  const isExact = k.eq(mod, 0);
  const crosses = k.and(k.ne(mod, 0), k.xor(k.lt(b, 0), k.lt(mod, 0)));
  const quotient = k.select(crosses, k.sub(rough, 1), rough);
  const floor = k.floor(quotient);
  const near = k.select(k.gt(k.sub(quotient, floor), 0.5), k.add(floor, 1), floor);
  const zero = lift(0, a.type);
  const plain = k.div(a, b);
  const snapped = k.select(k.ne(quotient, 0), near, k.copysign(zero, plain));
  const remainder = choose(
    [
      [isExact, k.copysign(zero, b)],
      [crosses, k.add(mod, b)],
    ],
    mod,
  );
  const byZero = k.eq(b, 0);
  return { quotient: k.select(byZero, plain, snapped), remainder: k.select(byZero, mod, remainder) };
}

function divmodInteger(a: Expr, b: Expr): Division {
  const [quotient, rest] = [k.idiv(a, b), k.irem(a, b)];
  if (a.type[0] === 'u') return { quotient, remainder: rest };
  const crosses = k.and(k.ne(rest, 0), k.lt(k.xor(rest, b), 0));
  return {
    quotient: k.select(crosses, k.sub(quotient, 1), quotient),
    remainder: k.select(crosses, k.add(rest, b), rest),
  };
}

/** Python's divmod. A zero divisor gives 0 and 0 for integers, x/0 and NaN for floats. */
export const divmod = (x: Expr, y: Expr): Division =>
  isFloat(x.type) ? divmodFloat(x, y) : divmodInteger(x, y);

/** The quotient rounded towards minus infinity. */
export const floorDivide = (x: Expr, y: Expr): Expr => divmod(x, y).quotient;

/** The remainder with the divisor's sign. */
export const remainder = (x: Expr, y: Expr): Expr => divmod(x, y).remainder;
