/** Maps from random bits to random numbers. Every bit pattern is equally likely; each formula uses as many as its result can hold. */
import { k } from './build.ts';
import type { Expr } from './ir.ts';
import type { MapSpec } from './map.ts';
import { cos, log, sin } from './math.ts';
import { multiplyHigh } from './math/common.ts';
import { shortCos, shortSin } from './math/single.ts';

/** The float types that random numbers are computed in. */
export type RandomFloat = 'f32' | 'f64';

/** The unsigned integers that a float is made of. */
export const BITS_OF = { f32: 'u32', f64: 'u64' } as const;

/** A uniform float in [0, 1) from the top 24 bits of a u32, or a double from the top 53 of a u64. */
function unit(bits: Expr): Expr {
  if (bits.type === 'u32') return k.mul(k.convert('f32', k.shr(bits, 8)), 2 ** -24);
  // Beside the exponent of 1 the upper 52 bits make a number in [1, 2): no vector converts 64-bit integers to floats.
  const upper = k.sub(k.bitcast('f64', k.or(k.shr(bits, 12n), 0x3ff0000000000000n)), 1);
  const last = k.and(k.neg(k.and(k.shr(bits, 11n), 1n)), 0x3ca0000000000000n);
  return k.add(upper, k.bitcast('f64', last));
}

/** The top 11 bits as a float in [0, 1): what float16 holds exactly. */
const unitHalf = (bits: Expr): Expr => k.mul(k.convert('f32', k.shr(bits, 21)), 2 ** -11);

/** A uniform float in (0, 1], as fine near zero as the bits allow. */
function positive(bits: Expr): Expr {
  if (bits.type === 'u64') return k.sub(1, unit(bits));
  return k.mul(k.add(k.convert('f32', bits), 1), 2 ** -32);
}

/** sin and cos of `t` turns, 0 <= t < 1, from those of the angle to the nearest quarter. */
function sinCosOfTurns(t: Expr): { sin: Expr; cos: Expr } {
  const quarter = k.nearest(k.mul(t, 4));
  const angle = k.mul(k.sub(t, k.mul(quarter, 0.25)), 2 * Math.PI);
  const [s, c] = t.type === 'f32' ? [shortSin(angle), shortCos(angle)] : [sin(angle), cos(angle)];
  const is = (n: number): Expr => k.eq(quarter, n);
  const odd = k.or(is(1), is(3));
  const signed = (negative: Expr, x: Expr): Expr => k.select(negative, k.neg(x), x);
  return {
    sin: signed(k.or(is(2), is(3)), k.select(odd, c, s)),
    cos: signed(k.or(is(1), is(2)), k.select(odd, s, c)),
  };
}

const real = (x: unknown): Expr => x as Expr;

/** Uniform numbers from `low` to `high` out of one word each: (bits, low, high). */
export function uniformSpec(float: RandomFloat, half = false): MapSpec {
  const fraction = half ? unitHalf : unit;
  return {
    name: `uniform ${half ? 'f16' : float}`,
    inputs: [BITS_OF[float], float, float],
    outputs: [float],
    expr: (...inputs) => {
      const [bits, low, high] = inputs.map(real);
      return k.add(k.mul(fraction(bits), k.sub(high, low)), low);
    },
  };
}

/**
 * Normal numbers, two out of two words, as the parts of a complex number: (bits, bits, mean, mean, deviation). After Box and Muller, "A note
 * on the generation of random normal deviates" (1958).
 */
export function normalSpec(float: RandomFloat): MapSpec {
  return {
    name: `normal ${float}`,
    inputs: [BITS_OF[float], BITS_OF[float], float, float, float],
    outputs: [float === 'f32' ? 'c64' : 'c128'],
    expr: (...inputs) => {
      const [bits, other, mean, otherMean, deviation] = inputs.map(real);
      const radius = k.mul(k.sqrt(k.mul(log(positive(bits)), -2)), deviation);
      const direction = sinCosOfTurns(unit(other));
      return {
        re: k.add(k.mul(radius, direction.cos), mean),
        im: k.add(k.mul(radius, direction.sin), otherMean),
      };
    },
  };
}

/** Integers from `low` on, `count` different ones: (bits, low, count). None is likelier than another by more than count / 2^64. */
export const INTEGERS: MapSpec = {
  name: 'random integers',
  inputs: ['u64', 'i64', 'u64'],
  outputs: ['i64'],
  expr: (...inputs) => {
    const [bits, low, count] = inputs.map(real);
    return k.add(low, k.bitcast('i64', multiplyHigh(bits, count)));
  },
};

/** True with a probability: (bits, probability). */
export const BERNOULLI: MapSpec = {
  name: 'bernoulli',
  inputs: ['u32', 'f32'],
  outputs: ['bool'],
  expr: (bits, probability) => k.lt(unit(real(bits)), real(probability)),
};
