import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points } from './points.ts';

const F = np.nn.functional;

describe('dropout', () => {
  it('drops as many as asked for, and keeps the mean', () => {
    const y = F.dropout(np.ones([20000]), 0.3, { generator: new np.Generator(1) });
    const dropped = Number(np.mean(np.equal(y, 0) as NDArray));
    expect(Math.abs(dropped - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(Number(np.mean(y)) - 1)).toBeLessThan(0.02);
    expect([...new Set(flat(y))].sort()).toEqual([0, 1 / 0.7]);
  });

  it('repeats with a seed, and uses it', () => {
    const draw = (): number[] => flat(F.dropout(np.ones([64])));
    np.manualSeed(3);
    const first = draw();
    const second = draw();
    np.manualSeed(3);
    expect(draw()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('drops the same in backward', () => {
    const x = np.tensor(points([50]), { requiresGrad: true });
    const y = F.dropout(x, 0.5);
    np.sum(y).backward();
    const kept = flat(np.not_equal(y.detach(), 0));
    expect(flat(x.grad)).toEqual(kept.map((k) => (k ? 2 : 0)));
  });

  it('drops whole channels', () => {
    const y = F.dropout2d(np.ones([30, 8, 2, 2]), 0.5);
    const sums = new Set(flat(np.sum(y, { axis: [2, 3] })));
    expect(sums).toEqual(new Set([0, 8]));
    expect(F.dropout1d(np.ones([4, 5]), 0.5).shape).toEqual([4, 5]);
  });

  it('keeps mean and variance in alphaDropout', () => {
    const x = np.randn([40000], { generator: new np.Generator(5), dtype: 'float64' });
    for (const y of [
      F.alphaDropout(x, 0.4, true),
      F.featureAlphaDropout(np.reshape(x, [-1, 1]), 0.4, true),
    ]) {
      expect(Math.abs(Number(np.mean(y)))).toBeLessThan(0.03);
      expect(Math.abs(Number(np.var(y)) - 1)).toBeLessThan(0.05);
    }
  });

  it('does nothing outside training, and drops all at 1', () => {
    const x = points([3, 4]);
    expect(F.dropout(x, 0.5, false)).toBe(x);
    expect(F.alphaDropout(x)).toBe(x);
    expect(new Set(flat(np.absolute(F.dropout(np.array([Infinity, 1]).get('1:') as NDArray, 1))))).toEqual(
      new Set([0]),
    );
  });

  it('refuses what is wrong', () => {
    expect(() => F.dropout(points([2]), 1.5)).toThrow('between 0 and 1, but got 1.5');
    expect(() => F.dropout(points([2]), NaN)).toThrow(np.ValueError);
    expect(() => F.dropout2d(points([2, 2]))).toThrow(np.ValueError);
    expect(() => F.dropout(np.array([1n]))).toThrow(TypeError);
  });
});
