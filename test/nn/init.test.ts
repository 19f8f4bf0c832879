import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';
import * as init from '../../src/nn/init.ts';

beforeEach(() => void np.manualSeed(2025));
afterEach(() => np.kernels.use('wasm'));

const values = (a: NDArray): number[] => np.ravel(a.astype('float64')).tolist() as number[];
const mean = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const deviation = (x: number[]): number => {
  const centre = mean(x);
  return Math.sqrt(mean(x.map((v) => (v - centre) ** 2)));
};
const zeros = (...shape: number[]): np.Tensor => np.tensor(np.zeros(shape, 'float32'));

describe('plain values', () => {
  it('are drawn between bounds or about a mean', () => {
    const x = values(init.uniform_(zeros(200, 100), -3, 5));
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...x)).toBeLessThan(5);
    expect(mean(x)).toBeCloseTo(1, 1);
    const y = values(init.normal_(zeros(200, 100), { mean: 2, std: 0.5 }));
    expect(mean(y)).toBeCloseTo(2, 1.5);
    expect(deviation(y)).toBeCloseTo(0.5, 1.5);
  });

  it('are constants, ones, zeros and the identity', () => {
    expect(values(init.constant_(zeros(3), 0.25))).toEqual([0.25, 0.25, 0.25]);
    expect(values(init.ones_(zeros(2)))).toEqual([1, 1]);
    expect(values(init.zeros_(init.ones_(zeros(2))))).toEqual([0, 0]);
    expect(init.eye_(init.ones_(zeros(2, 3))).tolist()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('go into views, plain arrays, leaves that require gradients, and any float dtype', () => {
    const a = np.zeros([4, 6], 'float64');
    init.ones_(a.get('::-2, 1::3'));
    expect(values(np.sum(a, { axis: 1 }) as NDArray)).toEqual([0, 2, 0, 2]);
    const w = np.tensor([1, 2, 3], { requiresGrad: true });
    const y = np.sum(np.square(w)) as unknown as np.Tensor;
    expect(init.uniform_(w)).toBe(w);
    expect(w.isLeaf && w.requiresGrad).toBe(true);
    expect(() => y.backward()).toThrow(/modified|in.?place|changed/i);
    expect(init.normal_(np.zeros(5, 'float16')).dtype.name).toBe('float16');
    expect(init.uniform_(np.zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it('come from the generator that is given', () => {
    const first = values(init.normal_(zeros(5), { generator: new np.Generator(3) }));
    expect(values(init.normal_(zeros(5), { generator: new np.Generator(3) }))).toEqual(first);
    np.manualSeed(3);
    expect(values(init.normal_(zeros(5)))).toEqual(first);
  });
});

describe('truncNormal_', () => {
  /** Mean and deviation of a normal distribution between bounds, by Simpson's rule. */
  function expected(m: number, s: number, a: number, b: number): [number, number] {
    const n = 20000;
    const density = (x: number): number => Math.exp(-((x - m) ** 2) / (2 * s * s));
    const integral = (f: (x: number) => number): number => {
      let sum = f(a) + f(b);
      for (let i = 1; i < n; i++) sum += (i % 2 ? 4 : 2) * f(a + ((b - a) * i) / n);
      return sum;
    };
    const total = integral(density);
    const centre = integral((x) => x * density(x)) / total;
    return [centre, Math.sqrt(integral((x) => (x - centre) ** 2 * density(x)) / total)];
  }
  it.each([
    [0, 1, -2, 2],
    [0, 0.02, -2, 2],
    [0, 1, 0, 0.1],
    [0, 1, 3, 10],
    [0, 1, 0.1, 50],
    [2, 0.5, -3, 0],
    [5, 2, -1, 0],
    [0, 1, -1e6, 0.5],
  ])('mean %f, std %f, from %f to %f', (m, s, a, b) => {
    const x = values(init.truncNormal_(np.zeros(40000), m, s, a, b));
    expect(Math.min(...x)).toBeGreaterThanOrEqual(a);
    expect(Math.max(...x)).toBeLessThanOrEqual(b);
    const [centre, spread] = expected(m, s, Math.max(a, m - 12 * s), Math.min(b, m + 12 * s));
    expect(Math.abs(mean(x) - centre)).toBeLessThan(0.03 * spread);
    expect(Math.abs(deviation(x) - spread)).toBeLessThan(0.03 * spread);
  });

  it('refuses what cannot be', () => {
    expect(() => init.truncNormal_(zeros(2), { std: 0 })).toThrow(/std > 0/);
    expect(() => init.truncNormal_(zeros(2), { a: 2, b: -2 })).toThrow(/a < b/);
  });
});

describe('scaled values', () => {
  const bound = (x: number[]): number => Math.max(...x.map(Math.abs));
  it('Xavier', () => {
    const std = 1.5 * Math.sqrt(2 / (80 * 9 + 40 * 9));
    const x = values(init.xavierUniform_(zeros(40, 80, 3, 3), 1.5));
    expect(deviation(x) / std).toBeCloseTo(1, 1.5);
    expect(bound(x)).toBeLessThanOrEqual(Math.sqrt(3) * std * (1 + 1e-6));
    expect(deviation(values(init.xavierNormal_(zeros(40, 80, 3, 3), { gain: 1.5 }))) / std).toBeCloseTo(
      1,
      1.5,
    );
  });

  it('Kaiming, by fan and nonlinearity', () => {
    const uniform = values(init.kaimingUniform_(zeros(200, 100), { a: Math.sqrt(5) }));
    // The default of linear layers: within 1 / sqrt(fan in).
    expect(bound(uniform)).toBeLessThanOrEqual(0.1 * (1 + 1e-6));
    expect(bound(uniform)).toBeGreaterThan(0.099);
    const normal = values(init.kaimingNormal_(zeros(200, 100), { mode: 'fan_out', nonlinearity: 'relu' }));
    expect(deviation(normal) / Math.sqrt(2 / 200)).toBeCloseTo(1, 1.5);
    expect(init.kaimingUniform_(zeros(0, 3)).shape).toEqual([0, 3]);
  });

  it('gains', () => {
    expect(init.calculateGain('conv_transpose2d')).toBe(1);
    expect(init.calculateGain('convTranspose2d')).toBe(1);
    expect(init.calculateGain('tanh')).toBe(5 / 3);
    expect(init.calculateGain('leakyRelu', 0.2)).toBe(Math.sqrt(2 / 1.04));
    expect(init.calculateGain('leaky_relu')).toBe(Math.sqrt(2 / (1 + 0.01 ** 2)));
    expect(() => init.calculateGain('toString')).toThrow(/Unsupported nonlinearity toString/);
  });
});

describe('orthogonal_', () => {
  it.each([
    [5, 5],
    [3, 7],
    [7, 3],
    [6, 2, 3, 2],
    [1, 4],
    [64, 200],
  ])('of shape %i, %i, ...', (...shape) => {
    const w = init.orthogonal_(np.zeros(shape), 2);
    const matrix = w.reshape(shape[0], -1);
    const [rows, columns] = matrix.shape;
    const product = rows <= columns ? np.matmul(matrix, matrix.T) : np.matmul(matrix.T, matrix);
    const wanted = np.multiply(np.eye(Math.min(rows, columns)), 4);
    expect(np.allclose(product as NDArray, wanted as NDArray, { atol: 1e-13 })).toBe(true);
  });

  it('prefers no direction', () => {
    const first = Array.from({ length: 2000 }, () => values(init.orthogonal_(np.zeros([2, 2]))));
    for (const at of [0, 1, 2, 3]) expect(Math.abs(mean(first.map((q) => q[at])))).toBeLessThan(0.06);
    expect(mean(first.map(([a, b, c, d]) => Math.sign(a * d - b * c)))).toBeCloseTo(0, 1);
  });
});

describe('dirac_ and sparse_', () => {
  it('dirac_ keeps channels, in groups', () => {
    const w = init.dirac_(init.ones_(zeros(6, 2, 3, 4)), 2);
    expect(Number(np.sum(w))).toBe(4);
    for (const [o, i] of [
      [0, 0],
      [1, 1],
      [3, 0],
      [4, 1],
    ])
      expect(Number(w.get(o, i, 1, 2))).toBe(1);
    expect(Number(np.sum(init.dirac_(zeros(2, 5, 3))))).toBe(2);
    expect(() => init.dirac_(zeros(5, 2, 3), 2)).toThrow(/divisible/);
    expect(() => init.dirac_(zeros(5, 2))).toThrow(/3 to 5 dimensions/);
  });

  it('sparse_ has as many zeros in each column, anywhere', () => {
    const w = init.sparse_(zeros(10, 400), 0.25, { std: 2 });
    const isZero = np.equal(w, 0);
    expect(new Set(values(np.sum(isZero, { axis: 0 }) as NDArray))).toEqual(new Set([3]));
    for (const n of values(np.sum(isZero, { axis: 1 }) as NDArray))
      expect(Math.abs(n - 120)).toBeLessThan(45);
    expect(deviation(values(w).filter((x) => x !== 0))).toBeCloseTo(2, 0.8);
    expect(() => init.sparse_(zeros(3), 0.5)).toThrow(/2 dimensions/);
    expect(() => init.sparse_(zeros(3, 3), 1.5)).toThrow(/between 0 and 1/);
  });

  it('tensors of too few axes are refused', () => {
    expect(() => init.xavierNormal_(zeros(3))).toThrow(/2 or more dimensions, got one of shape \(3,\)/);
    expect(() => init.kaimingUniform_(zeros(2, 2), { mode: 'fan' as never })).toThrow(/fan_in, fan_out/);
    expect(() => init.eye_(zeros(2))).toThrow(np.ValueError);
  });
});
