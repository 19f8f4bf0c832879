import { afterEach, describe, expect, it } from 'vitest';
import {
  DTYPES,
  bool_,
  complex64,
  float16,
  float32,
  float64,
  int64,
  int8,
  uint32,
  uint64,
} from '../../src/array/dtype.ts';
import type { NDArray } from '../../src/array/ndarray.ts';
import { setSoftLimit } from '../../src/array/storage.ts';
import { kernels } from '../../src/device/kernels.ts';
import { lazyKernel } from '../../src/device/current.ts';
import { heap } from '../../src/array/heap.ts';
import { buildPhilox } from '../../src/kernel/random.ts';
import { Generator, defaultGenerator, manualSeed, randomBits } from '../../src/ops/generator.ts';
import { bernoulli, integers, normal, permutation, uniform } from '../../src/ops/random.ts';

afterEach(() => {
  kernels.use('wasm');
  setSoftLimit(768 * 2 ** 20);
});

const values = (a: NDArray): number[] => Array.from(a.data as ArrayLike<number | bigint>, Number);
const bytes = (a: NDArray): number[] => {
  const { buffer } = a.storage.views;
  return Array.from(new Uint8Array(buffer, a.offset, a.nbytes));
};
const seeded = (seed = 1234): Generator => new Generator(seed);

/** The known answers of Random123, file kat_vectors: counter, key and result, least word first. */
const KNOWN = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
];

const hex = (text: string): number[] => text.split(' ').map((word) => parseInt(word, 16));
const wide = ([low, high]: number[]): bigint => (BigInt(high) << 32n) | BigInt(low);

/** A plain Philox4x32-10, for blocks at any place. */
function reference(counter: number[], key: number[]): number[] {
  let [a, b, c, d] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const [p, q] = [a * 0xd2511f53n, c * 0xcd9e8d57n];
    [a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & mask, (p >> 32n) ^ d ^ k1, p & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [a, b, c, d].map(Number);
}

describe.each(['wasm', 'js'] as const)('Philox on %s', (device) => {
  const kernel = lazyKernel<'philox'>(buildPhilox);
  const run = (quads: number, key: bigint, block: bigint, stream: bigint): number[] => {
    kernels.use(device);
    const address = heap.alloc(64 * quads);
    kernel().philox(address, quads, key, block, stream);
    const words = Array.from(heap.views.uint32.subarray(address / 4, address / 4 + 16 * quads));
    heap.free(address);
    return words;
  };

  it.each(KNOWN)('gives the known answer for counter %s and key %s', (counter, key, result) => {
    const words = hex(counter);
    const block = run(1, wide(hex(key)), wide(words), wide(words.slice(2))).slice(0, 4);
    expect(block).toEqual(hex(result));
    expect(reference(words, hex(key))).toEqual(hex(result));
  });

  it('counts blocks, also across 32 bits', () => {
    const start = 0xfffffffen;
    const words = run(3, 0x123456789abcdefn, start, 5n);
    for (let i = 0; i < 12; i++) {
      const at = start + BigInt(i);
      const counter = [Number(at & 0xffffffffn), Number(at >> 32n), 5, 0];
      expect(words.slice(4 * i, 4 * i + 4)).toEqual(reference(counter, [0x89abcdef, 0x01234567]));
    }
  });
});

describe('Generator', () => {
  it('gives the stream of its seed, piece by piece', () => {
    const whole = values(randomBits(seeded(), [32], uint32));
    const g = seeded();
    const pieces = [3, 4, 1].flatMap((n) => values(randomBits(g, [n], uint32)));
    expect(pieces).toEqual([...whole.slice(0, 3), ...whole.slice(4, 8), ...whole.slice(8, 9)]);
  });

  it('goes on from its state', () => {
    const g = seeded();
    uniform(g, [5], float32);
    const state = g.getState();
    const next = values(uniform(g, [7], float32));
    expect(values(uniform(new Generator(0).setState(state), [7], float32))).toEqual(next);
    expect(g.initialSeed()).toBe(1234);
  });

  it('carries from block to stream', () => {
    const state = new Uint8Array(24).fill(255, 8, 16);
    const g = new Generator(0).setState(state);
    randomBits(g, [5], uint32);
    expect(Array.from(g.getState().slice(8))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('takes seeds of 64 bits and refuses others', () => {
    expect(new Generator(-1).initialSeed()).toBe(2n ** 64n - 1n);
    expect(new Generator(2n ** 63n).initialSeed()).toBe(2n ** 63n);
    expect(() => new Generator(0.5)).toThrow(TypeError);
    expect(() => new Generator(NaN)).toThrow(TypeError);
    expect(() => new Generator(2n ** 64n)).toThrow(/2\*\*64/);
    expect(() => seeded().setState(new Uint8Array(23))).toThrow(/24 bytes/);
    expect(new Generator().initialSeed()).not.toBe(new Generator().initialSeed());
  });

  it('has a default that is seeded for all', () => {
    expect(manualSeed(9)).toBe(defaultGenerator());
    expect(values(uniform(defaultGenerator(), [3], float64))).toEqual(
      values(uniform(new Generator(9), [3], float64)),
    );
  });
});

describe('every distribution', () => {
  const draws: Record<string, (g: Generator, n: number) => NDArray> = {
    'uniform float16': (g, n) => uniform(g, [n], float16, -1, 3),
    'uniform float32': (g, n) => uniform(g, [n], float32),
    'uniform float64': (g, n) => uniform(g, [n], float64, 2, 5),
    'uniform complex64': (g, n) => uniform(g, [n], complex64),
    'normal float16': (g, n) => normal(g, [n], float16),
    'normal float32': (g, n) => normal(g, [n], float32, 1, 2),
    'normal float64': (g, n) => normal(g, [n], float64),
    'normal complex64': (g, n) => normal(g, [n], complex64),
    integers: (g, n) => integers(g, [n], int64, -5, 2n ** 40n),
    bernoulli: (g, n) => bernoulli(g, [n], 0.3, float32),
    permutation,
  };
  it.each(Object.entries(draws))('%s: the same bits on both devices and outside the heap', (_, draw) => {
    for (const n of [0, 1, 7, 1031]) {
      const expected = bytes(draw(seeded(), n));
      kernels.use('js');
      expect(bytes(draw(seeded(), n))).toEqual(expected);
      kernels.use('wasm');
      setSoftLimit(0);
      expect(bytes(draw(seeded(), n))).toEqual(expected);
      setSoftLimit(768 * 2 ** 20);
    }
  });

  it('draws large arrays outside the heap in pieces', () => {
    const expected = values(randomBits(seeded(), [200001], uint32));
    setSoftLimit(0);
    expect(values(randomBits(seeded(), [200001], uint32))).toEqual(expected);
  });
});

const N = 200_000;
const mean = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const moment = (x: number[], power: number, centre = 0): number => mean(x.map((v) => (v - centre) ** power));

describe('uniform', () => {
  it.each([float32, float64])('lies in [0, 1) evenly: %s', (dtype) => {
    const x = values(uniform(seeded(), [N], dtype));
    expect(Math.min(...x.slice(0, 100000))).toBeGreaterThanOrEqual(0);
    expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
    const counts = new Array<number>(64).fill(0);
    for (const v of x) counts[Math.floor(v * 64)]++;
    const chi2 = counts.reduce((sum, n) => sum + (n - N / 64) ** 2 / (N / 64), 0);
    // 63 degrees of freedom: the 0.001 and 0.999 points.
    expect(chi2).toBeGreaterThan(32);
    expect(chi2).toBeLessThan(104);
  });

  it('is the top bits over 2^24, 2^53 or 2^11', () => {
    const bits = values(randomBits(seeded(), [100], uint32));
    expect(values(uniform(seeded(), [100], float32))).toEqual(bits.map((b) => (b >>> 8) * 2 ** -24));
    const wideBits = Array.from(randomBits(seeded(), [100], uint64).data as BigUint64Array);
    expect(values(uniform(seeded(), [100], float64))).toEqual(
      wideBits.map((b) => Number(b >> 11n) * 2 ** -53),
    );
  });

  it('refuses integers', () => {
    expect(() => uniform(seeded(), [2], int64)).toThrow(/float and complex dtypes, not int64/);
  });
});

describe('normal', () => {
  it.each([float32, float64])('has the moments and tails of a normal distribution: %s', (dtype) => {
    const x = values(normal(seeded(), [N], dtype));
    expect(mean(x)).toBeCloseTo(0, 1.9);
    expect(moment(x, 2)).toBeCloseTo(1, 1.7);
    expect(Math.abs(moment(x, 3))).toBeLessThan(0.03);
    expect(Math.abs(moment(x, 4) - 3)).toBeLessThan(0.1);
    const beyond = (limit: number): number => x.filter((v) => Math.abs(v) > limit).length / N;
    expect(beyond(1)).toBeCloseTo(0.3173, 2);
    expect(beyond(2)).toBeCloseTo(0.0455, 2.3);
    expect(beyond(3)).toBeGreaterThan(0.0018);
    expect(beyond(3)).toBeLessThan(0.0037);
    // Neighbours come from the same two words.
    expect(Math.abs(mean(x.slice(1).map((v, i) => v * x[i])))).toBeLessThan(0.01);
  });

  it('is Box and Muller of its bits', () => {
    const g = seeded();
    const unit = (): number[] =>
      Array.from(randomBits(g, [50], uint64).data as BigUint64Array, (b) => Number(b >> 11n) * 2 ** -53);
    const [u, t] = [unit(), unit()];
    const x = values(normal(seeded(), [100], float64, 3, 2));
    u.forEach((first, i) => {
      const radius = Math.sqrt(-2 * Math.log(1 - first));
      expect(x[2 * i]).toBeCloseTo(3 + 2 * radius * Math.cos(2 * Math.PI * t[i]), 12);
      expect(x[2 * i + 1]).toBeCloseTo(3 + 2 * radius * Math.sin(2 * Math.PI * t[i]), 12);
    });
  });

  it('is close to the double form in single precision', () => {
    const g = seeded();
    const [u, t] = [values(randomBits(g, [50], uint32)), values(randomBits(g, [50], uint32))];
    const x = values(normal(seeded(), [100], float32));
    u.forEach((first, i) => {
      const radius = Math.sqrt(-2 * Math.log((first + 1) * 2 ** -32));
      const angle = 2 * Math.PI * ((t[i] >>> 8) * 2 ** -24);
      expect(x[2 * i]).toBeCloseTo(radius * Math.cos(angle), 5);
      expect(x[2 * i + 1]).toBeCloseTo(radius * Math.sin(angle), 5);
    });
  });

  it('halves the variance of complex parts, whose mean is real', () => {
    const x = values(normal(seeded(), [N], complex64, 1));
    const [re, im] = [x.filter((_, i) => i % 2 === 0), x.filter((_, i) => i % 2)];
    expect(mean(re)).toBeCloseTo(1, 1.9);
    expect(mean(im)).toBeCloseTo(0, 1.9);
    expect(moment(re, 2, 1)).toBeCloseTo(0.5, 1.7);
    expect(moment(im, 2)).toBeCloseTo(0.5, 1.7);
  });

  it('refuses a negative deviation', () => {
    expect(() => normal(seeded(), [2], float32, 0, -1)).toThrow(/std >= 0/);
    expect(() => normal(seeded(), [2], float32, 0, NaN)).toThrow(/std >= 0/);
  });
});

describe('integers', () => {
  it('are evenly spread between the bounds', () => {
    const counts = new Array<number>(7).fill(0);
    for (const v of values(integers(seeded(), [70000], int8, -3, 4))) counts[v + 3]++;
    for (const n of counts) expect(Math.abs(n - 10000)).toBeLessThan(400);
  });

  it('span all of int64', () => {
    const x = Array.from(
      integers(seeded(), [1000], int64, -(2n ** 63n), 2n ** 63n - 1n).data as BigInt64Array,
    );
    expect(x.some((v) => v > 2n ** 62n) && x.some((v) => v < -(2n ** 62n))).toBe(true);
  });

  it('refuse bounds without an integer between them', () => {
    expect(() => integers(seeded(), [2], int64, 3, 3)).toThrow(/low < high/);
    expect(() => integers(seeded(), [2], int64, 0, 2n ** 63n + 1n)).toThrow(/int64/);
  });
});

describe('permutation', () => {
  it('has each index once, and every order', () => {
    expect(values(permutation(seeded(), 1000)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    const g = seeded();
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = values(permutation(g, 3)).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const n of seen.values()) expect(Math.abs(n - 1000)).toBeLessThan(130);
  });
});

describe('bernoulli', () => {
  it('is one as often as told, in any dtype', () => {
    for (const dtype of DTYPES.filter((d) => d.kind !== 'c')) {
      const x = bernoulli(seeded(), [10000], 0.25, dtype);
      expect(x.dtype).toBe(dtype);
    }
    expect(mean(values(bernoulli(seeded(), [N], 0.25)))).toBeCloseTo(0.25, 2);
    expect(mean(values(bernoulli(seeded(), [1000], 0)))).toBe(0);
    expect(mean(values(bernoulli(seeded(), [1000], 1)))).toBe(1);
  });

  it('takes an array of probabilities', () => {
    const p = uniform(seeded(), [3, 1], float64);
    const [a, b, c] = values(p);
    const x = values(bernoulli(seeded(), [3, 20000], p, bool_));
    [a, b, c].forEach((expected, row) => {
      expect(mean(x.slice(20000 * row, 20000 * (row + 1)))).toBeCloseTo(expected, 1.7);
    });
  });

  it('refuses what is no probability', () => {
    for (const p of [-0.1, 1.1, NaN]) expect(() => bernoulli(seeded(), [2], p)).toThrow(/between 0 and 1/);
  });
});
