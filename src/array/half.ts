/** float16 bits and numbers, for platforms without Float16Array. */

const scratch = /* @__PURE__ */ new DataView(new ArrayBuffer(8));

/** The number that 16 bits of IEEE binary16 stand for. */
export function bitsToHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the binary16 nearest to `x`, ties to even. */
export function halfToBits(x: number): number {
  scratch.setFloat64(0, x);
  const sign = (scratch.getUint8(0) & 0x80) << 8;
  if (Number.isNaN(x)) return sign | 0x7e00;
  const magnitude = Math.abs(x);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below 2^-14 halves are multiples of 2^-24; above, of 2^(e - 10).
  const exponent = magnitude < 2 ** -14 ? -14 : ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
  const units = roundHalfEven(magnitude / 2 ** (exponent - 10));
  // A carry into the next power of two moves the exponent field up by itself.
  return sign | (magnitude < 2 ** -14 ? units : ((exponent + 14) << 10) + units);
}

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
