/** Values at which operations are likely to differ. */
import { k } from '../../src/kernel/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import { BYTES, isSigned } from '../../src/kernel/types.ts';

const INTEGERS = [
  0,
  1,
  2,
  3,
  7,
  8,
  31,
  32,
  33,
  100,
  ...[7, 8, 15, 16, 31].flatMap((n) => [2 ** n - 1, 2 ** n, 2 ** n + 1]),
];
const HALVES = [0.5, 1.5, 2.5, 3.5, 255.5, 32767.5, 8388607.5];
const LIMITS = [128, 256, 2 ** 31 - 128, 2 ** 31, 2 ** 32 - 256, 2 ** 32, 3e38, Infinity, NaN];
const TINY = [2 ** -126, 2 ** -127, 1e-38, 1e-45];
const FLOATS = [
  0,
  1,
  3,
  0.1,
  0.49999997,
  1e-20,
  2 ** -23,
  100.25,
  127.9,
  65535.9,
  8388609,
  1e10,
  ...HALVES,
  ...LIMITS,
  ...TINY,
];

/** Their bits, of a type. */
function awkward(type: ScalarType): number[] {
  if (type === 'f32') return [...new Uint32Array(Float32Array.from(FLOATS.flatMap((x) => [x, -x])).buffer)];
  if (type === 'bool') return [0, 1];
  const values = INTEGERS.flatMap((x) => [x, -x]).map((x) => x >>> 0);
  const mask = 2 ** (8 * BYTES[type]) - 1;
  return [...new Set(values.map((x) => (x & mask) >>> 0))];
}

/** JavaScript's engines keep the bits of no other NaN. */
const NAN = 0x7fc00000;

/** PCG's output of a linear congruential generator (O'Neill): the same words in every run. */
export function randomWords(count: number, seed = 20): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const mixed = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737);
    return ((mixed >>> 22) ^ mixed) >>> 0;
  });
}

/** Pairs of all awkward values, or of each with itself; and as many of random bits. */
export function pairsOf(type: ScalarType, all: boolean): Uint32Array<ArrayBuffer> {
  const values = awkward(type);
  const pairs = values.flatMap((a) => (all ? values.flatMap((b) => [a, b]) : [a, a]));
  const words = Uint32Array.from([...pairs, ...randomWords(pairs.length)]);
  return type === 'f32' ? words.map((x) => (isNaNBits(x) ? NAN : x)) : words;
}

export const isNaNBits = (bits: number): boolean => (bits & 0x7fffffff) >>> 0 > 0x7f800000;
export const isTiny = (bits: number): boolean => (bits & 0x7fffffff) > 0 && (bits & 0x7fffffff) <= 0x00800000;

/** The awkward values of a type as constants. */
export function constants(type: ScalarType): Expr[] {
  const word = new DataView(new ArrayBuffer(4));
  return awkward(type).map((bits) => {
    word.setUint32(0, bits);
    if (type === 'f32') return k.const(type, word.getFloat32(0));
    const free = 32 - 8 * BYTES[type];
    return k.const(type, isSigned(type) ? (bits << free) >> free : bits);
  });
}
