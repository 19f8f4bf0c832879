/** Remainders and floored quotients: fmod as in C, remainder and floor division as in Python and NumPy. */
import { k, lift } from '../build.ts';
import { func } from '../build.ts';
import type { Expr } from '../ir.ts';
import { isFloat } from '../types.ts';
import { choose, scale2, throughDouble, upperPart } from './common.ts';

/** The mantissa of a positive double as a u64, and the exponent (i64) of its last bit. */
function decompose(x: Expr): { mantissa: Expr; exponent: Expr } {
  const bits = k.bitcast('u64', x);
  const biased = k.shr(bits, 52n);
  const isSubnormal = k.eq(biased, 0n);
  const fraction = k.and(bits, 0xfffffffffffffn);
  return {
    mantissa: k.select(isSubnormal, fraction, k.or(fraction, 1n << 52n)),
    exponent: k.sub(k.bitcast('i64', k.select(isSubnormal, lift(1n, 'u64'), biased)), 1075n),
  };
}

/** Long division, 11 bits of the quotient a step. */
const longFmod = /* @__PURE__ */ func('fmod', { x: 'f64', y: 'f64' }, 'f64', (b, { x, y }) => {
  const a = b.let(k.abs(x));
  const d = b.let(k.abs(y));
  const isDefined = k.and(k.lt(a, Infinity), k.gt(d, 0));
  b.if(k.not(isDefined), () => b.return(k.const('f64', NaN)));
  b.if(k.lt(a, d), () => b.return(x));
  const [dividend, divisor] = [decompose(a), decompose(d)];
  const m = b.let(divisor.mantissa);
  const exponent = b.let(divisor.exponent);
  const rest = b.let(k.irem(dividend.mantissa, m));
  const left = b.let(k.sub(dividend.exponent, exponent));
  b.while(k.gt(left, 0n), () => {
    const shift = b.let(k.select(k.lt(left, 11n), left, 11n));
    b.set(rest, k.irem(k.shl(rest, k.bitcast('u64', shift)), m));
    b.set(left, k.sub(left, shift));
  });
  b.return(k.copysign(scale2(k.convert('f64', rest), exponent), x));
});

/** The quotient is exact, and its product with half of a divisor's bits, when it is below this. */
const SHORT = 2 ** 26;

const fmodFloat = /* @__PURE__ */ throughDouble((x: Expr, y: Expr) => {
  const [a, b] = [k.abs(x), k.abs(y)];
  const quotient = k.div(a, b);
  const n = k.trunc(quotient);
  const upper = upperPart(b);
  const rest = k.sub(k.sub(a, k.mul(n, upper)), k.mul(n, k.sub(b, upper)));
  // The quotient may have been rounded up to an integer.
  const value = k.select(k.lt(rest, 0), k.add(rest, b), rest);
  const isShort = k.and(k.lt(quotient, SHORT), k.lt(b, Infinity));
  return k.rare(k.not(isShort), k.copysign(value, x), longFmod, x, y);
});

/** The remainder of the truncated quotient, with the sign of x; 0 for an integer x and a zero y. */
export const fmod = (x: Expr, y: Expr): Expr => (isFloat(x.type) ? fmodFloat(x, y) : k.irem(x, y));

interface Division {
  /** The floored quotient. */
  readonly quotient: Expr;
  /** The remainder, with the sign of the divisor. */
  readonly remainder: Expr;
}

/** NumPy's npy_divmod, step by step. */
function divmodFloat(a: Expr, b: Expr): Division {
  const mod = fmodFloat(a, b);
  const rough = k.div(k.sub(a, mod), b);
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
