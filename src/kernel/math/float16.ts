/**
 * Conversions between half-precision bits and floats, by integer operations, because neither WASM nor SIMD has them.
 * Rounding is to nearest even. The method for float32 is Fabian Giesen's ("float_to_half_fast3_rtne").
 */
import { k, lift } from '../build.ts';
import type { Expr } from '../ir.ts';

/** The float32 of the half whose bits are the u16 `bits`; always exact. */
export function halfToFloat(bits: Expr): Expr {
  const wide = k.convert('i32', bits);
  const sign = k.shl(k.and(wide, 0x8000), 16);
  const magnitude = k.and(wide, 0x7fff);
  // The shifted bits read as a float32 are the number times 2^-112, subnormals included.
  const scaled = k.bitcast('i32', k.mul(k.bitcast('f32', k.shl(magnitude, 13)), 2 ** 112));
  const finite = k.either(scaled, () => finiteByParts(magnitude));
  const special = k.or(k.shl(k.and(magnitude, 0x3ff), 13), 0x7f800000);
  return k.bitcast('f32', k.or(k.select(k.ge(magnitude, 0x7c00), special, finite), sign));
}

/** The float32 bits of a finite half's, by integers where it is normal: float32 subnormals may count as 0. */
function finiteByParts(magnitude: Expr): Expr {
  const subnormal = k.bitcast('i32', k.mul(k.convert('f32', magnitude), 2 ** -24));
  return k.select(k.lt(magnitude, 0x400), subnormal, k.add(k.shl(magnitude, 13), 112 << 23));
}

/** The bits (u16) of the half nearest to a float32. */
export function floatToHalf(x: Expr): Expr {
  return bitsToHalf(k.bitcast('i32', x));
}

/** The bits (u16) of the half nearest to a float64, rounded once. */
export function doubleToHalf(x: Expr): Expr {
  // Rounding to float32 "to odd" (truncate, then set the last bit if anything was lost) keeps what the second rounding needs.
  const near = k.convert('f32', x);
  const back = k.convert('f64', near);
  const bits = k.bitcast('i32', near);
  const tooFar = k.convert('i32', k.gt(k.abs(back), k.abs(x)));
  const odd = k.or(k.sub(bits, tooFar), 1);
  const inexact = k.and(k.ne(back, x), k.eq(x, x));
  return bitsToHalf(k.select(inexact, odd, bits));
}

const HALF_INFINITY = 0x7c00;
/** The float32 bits of 2^16 and of 2^-14: from the first on, halves overflow; below the second they are subnormal. */
const OVERFLOW_BITS = 143 << 23;
const NORMAL_BITS = 113 << 23;
/** Adding 2^-1 to a subnormal half aligns its last bit with the float32's, so that the addition rounds it. */
const SUBNORMAL_MAGIC = 126 << 23;

function bitsToHalf(bits: Expr): Expr {
  const magnitude = k.and(bits, 0x7fffffff);
  const sign = k.and(k.shr(bits, 16), 0x8000);
  const special = k.select(k.gt(magnitude, 0x7f800000), nanBits(magnitude), lift(HALF_INFINITY, 'i32'));
  const aligned = k.add(k.bitcast('f32', magnitude), k.bitcast('f32', lift(SUBNORMAL_MAGIC, 'i32')));
  const subnormal = k.sub(k.bitcast('i32', aligned), SUBNORMAL_MAGIC);
  const lastBit = k.and(k.shr(magnitude, 13), 1);
  const normal = k.shr(k.add(k.add(magnitude, 0xfff - (112 << 23)), lastBit), 13);
  const finite = k.select(k.lt(magnitude, NORMAL_BITS), subnormal, normal);
  return k.convert('u16', k.or(k.select(k.ge(magnitude, OVERFLOW_BITS), special, finite), sign));
}

/** A NaN keeps its upper payload bits and stays a NaN. */
function nanBits(magnitude: Expr): Expr {
  const payload = k.and(k.shr(magnitude, 13), 0x3ff);
  return k.or(k.select(k.eq(payload, 0), lift(1, 'i32'), payload), HALF_INFINITY);
}
