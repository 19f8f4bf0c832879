/**
 * Random bits: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A block of
 * four 32-bit words is a keyed mixture of its number, so that any block can be computed at any time, and four at once in vectors.
 */
import { func, k } from './build.ts';
import type { Body } from './build.ts';
import type { Expr, KernelModule, Local } from './ir.ts';

export const ROUNDS = 10;
export const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
/** What the two words of the key grow by from round to round: the golden ratio, and the square root of 3 less 1. */
export const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

/** Bytes of four blocks, the least that the kernel writes. */
export const QUAD_BYTES = 64;

/** One word of each of four blocks. */
type Words = Expr;

const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const ODD_WORDS = EVEN_WORDS.map((byte) => byte + 4);

/** The lower and upper words of 64-bit integers, two in each vector. */
function split(first: Expr, second: Expr): [low: Words, high: Words] {
  return [k.shuffle('u32x4', first, second, EVEN_WORDS), k.shuffle('u32x4', first, second, ODD_WORDS)];
}

function multiply(x: Words, multiplier: number): [low: Words, high: Words] {
  const factor = k.splat('u32x4', multiplier);
  return split(k.multiplyLow('u64x2', x, factor), k.multiplyHigh('u64x2', x, factor));
}

/** The words of four blocks after all rounds. */
function mix(b: Body, counter: readonly Words[], keys: readonly (readonly [Words, Words])[]): Words[] {
  let [x0, x1, x2, x3] = counter;
  for (const [key0, key1] of keys) {
    const [low0, high0] = multiply(x0, MULTIPLIERS[0]);
    const [low1, high1] = multiply(x2, MULTIPLIERS[1]);
    [x0, x1, x2, x3] = [k.xor(k.xor(high1, x1), key0), low1, k.xor(k.xor(high0, x3), key1), low0].map((x) =>
      b.let(x, 'x'),
    );
  }
  return [x0, x1, x2, x3];
}

const wordsBytes = (words: readonly number[]): number[] =>
  words.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));

/** From word i of four blocks in vector i to block i in vector i. */
function transpose([a, b, c, d]: readonly Words[]): Words[] {
  const alternate = (x: Expr, y: Expr, from: number): Expr =>
    k.shuffle('u32x4', x, y, wordsBytes([from, from + 4, from + 1, from + 5]));
  const halves = (x: Expr, y: Expr, words: readonly number[]): Expr =>
    k.shuffle('u32x4', x, y, wordsBytes(words));
  return [0, 2].flatMap((from) => {
    const [first, second] = [alternate(a, b, from), alternate(c, d, from)];
    return [halves(first, second, [0, 1, 4, 5]), halves(first, second, [2, 3, 6, 7])];
  });
}

/** The two halves of a u64 as vectors of one word. */
function wordsOf(b: Body, x: Local): [low: Words, high: Words] {
  const word = (bits: Expr): Words => b.let(k.splat('u32x4', k.convert('u32', bits)), 'word');
  return [word(x), word(k.shr(x, 32n))];
}

function roundKeys(b: Body, key: Local): [Words, Words][] {
  let words = wordsOf(b, key);
  const keys = [words];
  while (keys.length < ROUNDS) {
    words = [b.let(k.add(words[0], WEYL[0]), 'key'), b.let(k.add(words[1], WEYL[1]), 'key')];
    keys.push(words);
  }
  return keys;
}

/**
 * `philox(address, quads, key, block, stream)` writes `quads` times four blocks of four u32. Their counters are the 128-bit numbers
 * with `stream` as the upper half and `block`, `block + 1`, ... as the lower.
 */
export function buildPhilox(): KernelModule {
  const params = { address: 'i32', quads: 'i32', key: 'u64', block: 'u64', stream: 'u64' } as const;
  const philox = func('philox', params, undefined, (b, { address, quads, key, block, stream }) => {
    const keys = roundKeys(b, key);
    const upper = wordsOf(b, stream);
    const pair = (from: number): Local =>
      b.let(k.replace(k.splat('u64x2', k.add(block, BigInt(from))), 1, k.add(block, BigInt(from + 1))));
    const [first, second] = [pair(0), pair(2)];
    b.for(0, quads, 1, () => {
      const blocks = transpose(mix(b, [...split(first, second), ...upper], keys));
      b.stores(blocks.map((value, i) => ({ address, offset: 16 * i, value })));
      b.bump(first, 4n);
      b.bump(second, 4n);
      b.bump(address, QUAD_BYTES);
    });
  });
  return { exports: [philox] };
}
