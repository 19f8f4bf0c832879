import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points } from './points.ts';

const F = np.nn.functional;

const small = (x: unknown, bound = 1e-12): void =>
  flat(x).forEach((value) => expect(Math.abs(value)).toBeLessThan(bound));

describe('norms', () => {
  const x = points([3, 4, 5]);

  it('give mean 0 and variance 1 where they say so', () => {
    const eps = 0;
    const cases: [NDArray, number[]][] = [
      [F.batchNorm(x, { training: true, eps }), [0, 2]],
      [F.instanceNorm(x, { eps }), [2]],
      [F.layerNorm(x, [4, 5], { eps }), [1, 2]],
      [F.groupNorm(x, 1, { eps }), [1, 2]],
      [F.groupNorm(x, 4, { eps }), [2]],
    ];
    for (const [y, axis] of cases) {
      small(np.mean(y, { axis }));
      small(np.subtract(np.var(y, { axis }), 1));
    }
    small(np.subtract(np.mean(np.square(F.rmsNorm(x, 5, { eps })), { axis: 2 }), 1));
    small(np.subtract(np.sum(np.square(F.normalize(x, 2, 2)), { axis: 2 }), 1));
  });

  it('do not change with scale and shift', () => {
    const moved = np.add(np.multiply(x, 3), 7) as NDArray;
    small(np.subtract(F.layerNorm(moved, 5, { eps: 0 }), F.layerNorm(x, 5, { eps: 0 })));
    small(np.subtract(F.rmsNorm(np.multiply(x, 3) as NDArray, 5, { eps: 0 }), F.rmsNorm(x, 5, { eps: 0 })));
  });

  it('take views, other dtypes and long rows', () => {
    const turned = np.transpose(x) as NDArray;
    small(np.subtract(F.layerNorm(turned, 3), F.layerNorm(turned.copy(), 3)), 1e-300);
    const long = points([2, 1003]).astype('float32');
    small(np.subtract(F.layerNorm(long, 1003), F.layerNorm(long.astype('float64'), 1003)), 1e-5);
    expect(F.layerNorm(long.astype('float16'), 1003).dtype.name).toBe('float16');
    expect(F.layerNorm(np.zeros([0, 3]), 3).shape).toEqual([0, 3]);
  });

  it('gather running statistics in place', () => {
    const mean = np.tensor([0, 0, 0, 0], { dtype: 'float64' });
    const variance = np.tensor([1, 1, 1, 1], { dtype: 'float64' });
    const input = np.tensor(x, { requiresGrad: true });
    F.batchNorm(input, mean, variance, { training: true, momentum: 0.25 });
    small(np.subtract(mean, np.multiply(np.mean(x, { axis: [0, 2] }), 0.25)));
    const expected = np.add(0.75, np.multiply(np.var(x, { axis: [0, 2], ddof: 1 }), 0.25));
    small(np.subtract(variance, expected));
    expect(mean.requiresGrad).toBe(false);
    const before = flat(mean);
    F.batchNorm(input, mean, variance);
    expect(flat(mean)).toEqual(before);
  });

  it('refuse what is wrong', () => {
    expect(() => F.batchNorm(np.zeros([1, 3]), { training: true })).toThrow('more than 1 value per channel');
    expect(() => F.batchNorm(x)).toThrow(np.RuntimeError);
    expect(() => F.batchNorm(x, np.zeros(3), np.ones(3))).toThrow(
      'runningMean should contain 4 elements not [3]',
    );
    expect(() => F.instanceNorm(np.zeros([2, 3, 1]))).toThrow('more than 1 spatial element');
    expect(() => F.layerNorm(x, [4])).toThrow(
      'expected input with shape [*, 4], but got input of size [3, 4, 5]',
    );
    expect(() => F.layerNorm(x, [])).toThrow(np.ValueError);
    expect(() => F.layerNorm(x, 5, np.ones(4))).toThrow('same shape as normalizedShape');
    expect(() => F.layerNorm(x, 5, np.ones(5).astype('float32'))).toThrow(TypeError);
    expect(() => F.groupNorm(x, 3)).toThrow('divisible by numGroups');
    expect(() => F.localResponseNorm(np.zeros([2, 2]), 2)).toThrow(np.ValueError);
    expect(() => F.localResponseNorm(x, 0)).toThrow(np.ValueError);
    expect(() => F.normalize(np.zeros([3]))).toThrow(np.IndexError);
  });
});
