import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points } from './points.ts';

const F = np.nn.functional;

/** erf to 17 digits (DLMF 7.6, computed with 50 digits). */
const ERF: readonly (readonly [x: number, y: number])[] = [
  [1e-10, 1.1283791670955126e-10],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [1.5, 0.9661051464753108],
  [3, 0.9999779095030014],
];

describe('activations', () => {
  it('know the error function', () => {
    for (const [x, y] of ERF) {
      // gelu(x sqrt 2) = x sqrt(1/2) (1 + erf x)
      const value = Number(F.gelu(np.array([x * Math.SQRT2])).get(0));
      expect(value / (x * Math.SQRT1_2) - 1).toBeCloseTo(y, 13);
    }
    expect(flat(F.gelu(np.array([Infinity, 0, NaN])))).toEqual([Infinity, 0, NaN]);
  });

  it('keep NaN and the dtype', () => {
    const nan = np.array([NaN, 0]).astype('float32');
    for (const fn of [F.relu, F.relu6, F.selu, F.silu, F.mish, F.softsign, F.sigmoid, F.tanh, F.logSigmoid]) {
      const y = fn(nan);
      expect(y.dtype.name).toBe('float32');
      expect(flat(y)[0]).toBeNaN();
    }
  });

  it('have no overflow far out', () => {
    const far = np.array([-1e4, 1e4]);
    expect(flat(F.softplus(far))).toEqual([0, 1e4]);
    expect(flat(F.logSigmoid(far))).toEqual([-1e4, -0]);
    expect(flat(F.mish(far))).toEqual([-0, 1e4]);
    expect(flat(F.elu(far))).toEqual([-1, 1e4]);
    const x = np.tensor(far, { requiresGrad: true });
    np.sum(F.elu(x)).backward();
    expect(flat(x.grad)).toEqual([0, 1]);
  });

  it('give gradients at joints as PyTorch does', () => {
    const slope = (fn: (x: NDArray) => NDArray, at: number): number => {
      const x = np.tensor([at], { dtype: 'float64', requiresGrad: true });
      np.sum(fn(x)).backward();
      return flat(x.grad)[0];
    };
    expect(slope(F.relu, 0)).toBe(0);
    expect(slope(F.relu6, 6)).toBe(0);
    expect(slope(F.hardsigmoid, 3)).toBe(0);
    expect(slope(F.hardswish, 3)).toBe(1.5);
    expect(slope((x) => F.leakyRelu(x, 0.25), 0)).toBe(0.25);
    expect(slope((x) => F.hardshrink(x), 0.5)).toBe(0);
  });

  it('take integers where PyTorch does', () => {
    expect(F.relu(np.array([-1n, 2n])).dtype.name).toBe('int64');
    expect(() => F.gelu(np.array([1n]))).toThrow(TypeError);
  });

  it('draw slopes while training', () => {
    const x = np.full([1000], -1);
    const slopes = F.rrelu(x, 0.2, 0.4, true);
    expect(Number(np.max(slopes))).toBeLessThanOrEqual(-0.2);
    expect(Number(np.min(slopes))).toBeGreaterThanOrEqual(-0.4);
    expect(Number(np.std(slopes))).toBeGreaterThan(0.04);
    expect(flat(F.rrelu(np.array([-1, 2]), 0.2, 0.4))).toEqual([-0.30000000000000004, 2]);
  });

  it('refuse what is wrong', () => {
    const x = points([2, 3]);
    expect(() => F.prelu(x, np.array([1, 2]))).toThrow('Found parameter numbers = 2 and channel size = 3');
    expect(() => F.glu(x)).toThrow('dimension 1 is size 3');
    expect(() => F.celu(x, 0)).toThrow(np.ValueError);
    expect(() => F.softshrink(x, -1)).toThrow(np.ValueError);
    expect(() => F.gelu(x, 'fast' as never)).toThrow(np.ValueError);
    expect(() => F.rrelu(x, 0.5, 0.1)).toThrow(np.ValueError);
    expect(() => F.elu(x, { slope: 1 } as never)).toThrow("unexpected keyword argument 'slope'");
  });
});
