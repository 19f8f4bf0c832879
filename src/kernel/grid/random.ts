/** Philox (kernel/random.ts) on a grid: an invocation computes one block of four words. */
import { k } from '../build.ts';
import { gridKernel } from './build.ts';
import type { GridBody, GridKernel } from './build.ts';
import type { Expr } from '../ir.ts';
import { MULTIPLIERS, ROUNDS, WEYL } from '../random.ts';

/** Invocations of a workgroup. */
export const PHILOX_GROUP = 256;

/** The upper half of the product of two u32, out of the products of their halves. */
function multiplyHigh(b: GridBody, x: Expr, factor: number): Expr {
  const [low, high] = [k.and(x, 0xffff), k.shr(x, 16)].map((half) => b.let(half, 'half'));
  const [factorLow, factorHigh] = [factor & 0xffff, factor >>> 16];
  const middle = b.let(k.add(k.mul(high, factorLow), k.shr(k.mul(low, factorLow), 16)), 'middle');
  const other = k.add(k.mul(low, factorHigh), k.and(middle, 0xffff));
  return k.add(k.add(k.mul(high, factorHigh), k.shr(middle, 16)), k.shr(other, 16));
}

/** Writes the blocks `block`, `block + 1`, ... of a stream. Parameters are the 32-bit halves of the three 64-bit integers. */
export const gridPhilox: GridKernel = /* @__PURE__ */ gridKernel(
  'philox',
  PHILOX_GROUP,
  { words: 'write' },
  {
    blocks: 'i32',
    key0: 'u32',
    key1: 'u32',
    block0: 'u32',
    block1: 'u32',
    stream0: 'u32',
    stream1: 'u32',
  },
  (b, { words }, p) => {
    b.if(k.lt(b.invocation, p.blocks), () => {
      const first = b.let(k.add(p.block0, k.bitcast('u32', b.invocation)), 'counter');
      const carry = k.convert('u32', k.lt(first, p.block0));
      let x: Expr[] = [first, b.let(k.add(p.block1, carry), 'counter'), p.stream0, p.stream1];
      for (let round = 0; round < ROUNDS; round++) {
        const [key0, key1] = [p.key0, p.key1].map((key, i) => k.add(key, Math.imul(WEYL[i], round) >>> 0));
        const [low0, low1] = [k.mul(x[0], MULTIPLIERS[0]), k.mul(x[2], MULTIPLIERS[1])];
        const [high0, high1] = [multiplyHigh(b, x[0], MULTIPLIERS[0]), multiplyHigh(b, x[2], MULTIPLIERS[1])];
        x = [k.xor(k.xor(high1, x[1]), key0), low1, k.xor(k.xor(high0, x[3]), key1), low0].map((word) =>
          b.let(word, 'x'),
        );
      }
      const at = b.let(k.mul(b.invocation, 4), 'at');
      x.forEach((word, i) => b.put(words, k.add(at, i), word));
    });
  },
);
