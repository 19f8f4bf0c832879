/** Linear maps, embeddings, attention and distances. */
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points } from './points.ts';

const F = np.nn.functional;

describe('linear and bilinear', () => {
  it('refuse what does not fit', () => {
    expect(() => F.linear(points([2, 4]), points([4, 3]))).toThrow('[2, 4]');
    expect(() => F.linear(points([2, 3]), points([4, 3]), points([3]))).toThrow('does not fit 4 outputs');
    expect(() => F.linear(points([2, 3]).astype('float32'), points([4, 3]))).toThrow(TypeError);
    expect(() => F.bilinear(points([2, 3]), points([3, 4]), points([5, 3, 4]))).toThrow('batch dimensions');
    expect(() => F.bilinear(points([2, 3]), points([2, 4]), points([5, 4, 3]))).toThrow('input1 size');
  });

  it('take any number of axes', () => {
    expect(F.linear(points([3]), points([4, 3])).shape).toEqual([4]);
    expect(F.linear(points([2, 5, 3]), points([4, 3]), points([4])).shape).toEqual([2, 5, 4]);
    expect(F.linear(points([0, 3]), points([4, 3])).shape).toEqual([0, 4]);
  });
});

describe('embedding', () => {
  it('adds up the gradients of repeated rows, and leaves the padding out', () => {
    const w = np.tensor(points([4, 2]), { requiresGrad: true });
    np.sum(F.embedding([1, 1, 3], w, { paddingIdx: -1 })).backward();
    expect(flat(w.grad)).toEqual([0, 0, 2, 2, 0, 0, 0, 0]);
    w.grad = null;
    np.sum(F.embedding([1, 1, 3], w, { scaleGradByFreq: true })).backward();
    expect(flat(w.grad)).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });

  it('brings rows to a norm in place', () => {
    const w = np.array([
      [3, 4],
      [0.3, 0.4],
    ]);
    F.embedding([0, 1, 0], w, { maxNorm: 1 });
    flat(w).forEach((value, i) => expect(value).toBeCloseTo([0.6, 0.8, 0.3, 0.4][i], 6));
  });

  it('refuses what is no row', () => {
    const w = points([3, 2]);
    expect(() => F.embedding([3], w)).toThrow('3 is no row of 3');
    expect(() => F.embedding([-1], w)).toThrow(np.IndexError);
    expect(() => F.embedding(np.array([0.5]), w)).toThrow(TypeError);
    expect(() => F.embedding([0.5], w)).toThrow(TypeError);
    expect(() => F.embedding([0], w, 3)).toThrow(np.ValueError);
    expect(() => F.embedding([0], points([3]))).toThrow('[3]');
  });
});

describe('embeddingBag', () => {
  const w = np.array([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  it('takes bags of any length', () => {
    const bags = (mode: 'sum' | 'mean' | 'max'): number[] =>
      flat(F.embeddingBag([0, 1, 2], w, [0, 2, 2], { mode }));
    expect(bags('sum')).toEqual([4, 6, 0, 0, 5, 6]);
    expect(bags('mean')).toEqual([2, 3, 0, 0, 5, 6]);
    expect(bags('max')).toEqual([3, 4, 0, 0, 5, 6]);
    expect(flat(F.embeddingBag([0, 1, 2], w, [0, 2, 3], { mode: 'sum', includeLastOffset: true }))).toEqual([
      4, 6, 5, 6,
    ]);
    expect(flat(F.embeddingBag([[0, 1]], w, { paddingIdx: 0 }))).toEqual([3, 4]);
  });

  it('refuses what is wrong', () => {
    expect(() => F.embeddingBag([0, 1], w)).toThrow('offsets has to be a 1D array');
    expect(() => F.embeddingBag([0, 1], w, [1])).toThrow('offsets[0] has to be 0');
    expect(() => F.embeddingBag([0, 1], w, [0, 3])).toThrow(np.ValueError);
    expect(() => F.embeddingBag([[0, 1]], w, { perSampleWeights: np.ones([1, 2]) })).toThrow("mode='sum'");
    expect(() => F.embeddingBag([[0, 1]], w, { mode: 'median' as never })).toThrow(np.ValueError);
  });
});

describe('oneHot', () => {
  it('has one at the class', () => {
    expect(F.oneHot([2, 0]).tolist()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(F.oneHot(np.array([[1n]]), 3).shape).toEqual([1, 1, 3]);
    expect(() => F.oneHot([3], 3)).toThrow('got 3 for 3');
    expect(() => F.oneHot([-1], 3)).toThrow(np.ValueError);
    expect(() => F.oneHot(np.array([0.5]))).toThrow(TypeError);
  });
});

describe('scaledDotProductAttention', () => {
  const [q, k, v] = [points([2, 3, 4]), points([2, 3, 4], 1), points([2, 3, 5], 2)];

  it('sees only the past when causal', () => {
    const causal = F.scaledDotProductAttention(q, k, v, { isCausal: true });
    expect(flat(causal.get(':, 0'))).toEqual(flat(v.get(':, 0')));
    const mask = np.tri(3, 3, { dtype: 'bool' });
    expect(flat(F.scaledDotProductAttention(q, k, v, mask))).toEqual(flat(causal));
  });

  it('does not depend on the order of keys', () => {
    const turned = (a: NDArray): NDArray => np.flip(a, 1) as NDArray;
    const [one, other] = [
      F.scaledDotProductAttention(q, k, v),
      F.scaledDotProductAttention(q, turned(k), turned(v)),
    ];
    flat(np.subtract(one, other)).forEach((d) => expect(Math.abs(d)).toBeLessThan(1e-14));
  });

  it('refuses what does not fit', () => {
    expect(() => F.scaledDotProductAttention(q, points([2, 3, 5]), v)).toThrow('[2, 3, 5]');
    expect(() => F.scaledDotProductAttention(q, points([2, 2, 4]), v)).toThrow(np.ValueError);
    expect(() => F.scaledDotProductAttention(q, k, v, np.tri(3), 0, true)).toThrow('isCausal');
    expect(() => F.scaledDotProductAttention(q, k, v, { dropoutP: 2 })).toThrow(np.ValueError);
  });
});

describe('distances', () => {
  const x = points([4, 3]);

  it('have gradients of zero at zero', () => {
    for (const p of [1, 2, 3, Infinity]) {
      const a = np.tensor(x, { requiresGrad: true });
      np.sum(F.pairwiseDistance(a, x, { p, eps: 0 })).backward();
      expect(new Set(flat(np.absolute(a.grad!)))).toEqual(new Set([0]));
    }
  });

  it('agree with each other', () => {
    const pairs = flat(F.pdist(x, 3));
    expect(pairs).toHaveLength(6);
    expect(pairs[0]).toBeCloseTo(Number(F.pairwiseDistance(x.get('0'), x.get('1'), { p: 3, eps: 0 })), 12);
    expect(
      flat(F.cosineSimilarity(x, np.multiply(x, -2) as NDArray)).every((c) => Math.abs(c + 1) < 1e-14),
    ).toBe(true);
  });

  it('refuse what does not fit', () => {
    expect(() => F.cosineSimilarity(x, points([4, 2]))).toThrow(np.ValueError);
    expect(() => F.cosineSimilarity(x, x, 2)).toThrow(np.IndexError);
    expect(() => F.pairwiseDistance(x, points([4, 2]))).toThrow(np.ValueError);
    expect(() => F.pdist(points([3]))).toThrow(np.ValueError);
  });
});
