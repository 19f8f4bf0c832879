import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points } from './points.ts';

const F = np.nn.functional;

const farthest = (a: NDArray, b: NDArray): number =>
  Number(np.max(np.absolute(np.subtract(a, b) as NDArray)));

describe('softmax', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 });

  it('sums to one, whatever is added, along every axis', () => {
    fc.assert(
      fc.property(shapes, fc.nat(2), fc.integer({ min: -500, max: 500 }), (shape, axis, shift) => {
        const dim = axis % shape.length;
        const x = points(shape);
        const y = F.softmax(x, dim);
        expect(y.shape).toEqual(shape);
        expect(farthest(np.sum(y, { axis: dim, keepdims: true }), np.ones([1]))).toBeLessThan(1e-14);
        expect(farthest(F.softmax(np.add(x, shift), dim), y)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('is what its definition gives, for views of any strides', () => {
    const x = points([6, 7, 8]).get('::2, ::-1, 1:') as NDArray;
    for (const dim of [0, 1, 2]) {
      const exp = np.exp(x) as NDArray;
      const expected = np.divide(exp, np.sum(exp, { axis: dim, keepdims: true })) as NDArray;
      expect(farthest(F.softmax(x, dim), expected)).toBeLessThan(1e-15);
      expect(farthest(F.logSoftmax(x, dim), np.log(expected) as NDArray)).toBeLessThan(1e-14);
    }
  });

  it('keeps the dtype, and takes float16 through float32', () => {
    for (const dtype of ['float16', 'float32', 'float64'] as const)
      expect(F.softmax(points([3, 5]).astype(dtype), 1).dtype.name).toBe(dtype);
    const half = F.softmax(np.array([1, 2, 3]).astype('float16'), 0).astype('float64');
    expect(farthest(half, F.softmax(np.array([1, 2, 3]), 0))).toBeLessThan(3e-4);
    expect(F.softmax(np.array([1, 2]), 0, 'float32').dtype.name).toBe('float32');
  });

  it('has no overflow, and follows infinities and NaN', () => {
    expect(flat(F.softmax(np.array([1000, 1000]), 0))).toEqual([0.5, 0.5]);
    expect(flat(F.logSoftmax(np.array([-1e4, 0]), 0))).toEqual([-1e4, 0]);
    expect(flat(F.softmax(np.array([-Infinity, 0]), 0))).toEqual([0, 1]);
    expect(flat(F.softmax(np.array([-Infinity, -Infinity]), 0))).toEqual([NaN, NaN]);
    expect(flat(F.softmax(np.array([NaN, 0, 1]), 0))).toEqual([NaN, NaN, NaN]);
  });

  it('takes empty arrays and single numbers', () => {
    expect(F.softmax(np.zeros([0, 3]), 1).shape).toEqual([0, 3]);
    expect(F.softmax(np.zeros([3, 0]), 1).shape).toEqual([3, 0]);
    expect(Number(F.softmax(np.array(5), 0))).toBe(1);
  });

  it('gives the same bits on both devices', () => {
    const x = points([5, 37]).astype('float32');
    const onWasm = flat(F.softmax(x, 1));
    np.kernels.use('js');
    try {
      expect(flat(F.softmax(x, 1))).toEqual(onWasm);
    } finally {
      np.kernels.use('wasm');
    }
  });

  it('refuses what is wrong', () => {
    const x = np.zeros([2, 3]);
    expect(() => F.softmax(x, 2)).toThrow(np.IndexError);
    expect(() => F.softmax(x, 2)).toThrow('expected to be in range of [-2, 1], but got 2');
    expect(() => F.softmax(x, undefined as never)).toThrow(TypeError);
    expect(() => F.softmax(x, 0.5)).toThrow(TypeError);
    expect(() => F.softmax(np.array([1n, 2n]), 0)).toThrow(TypeError);
    expect(() => F.logSoftmax(x, { axis: 0 } as never)).toThrow("unexpected keyword argument 'axis'");
  });
});

describe('gumbelSoftmax', () => {
  it('samples classes as often as their probabilities say', () => {
    np.manualSeed(5);
    const shares = [0.1, 0.6, 0.3];
    const logits = np.log(np.multiply(np.ones([4000, 1]), np.array(shares)));
    const drawn = F.gumbelSoftmax(logits as NDArray, { hard: true });
    const mean = flat(np.mean(drawn, { axis: 0 }));
    mean.forEach((share, i) => expect(Math.abs(share - shares[i])).toBeLessThan(0.03));
    expect(new Set(flat(drawn))).toEqual(new Set([0, 1]));
  });

  it('is a softmax otherwise, and repeats with its generator', () => {
    const draw = () => F.gumbelSoftmax(points([2, 4]), { tau: 0.5, dim: 0, generator: new np.Generator(3) });
    expect(flat(draw())).toEqual(flat(draw()));
    flat(np.sum(draw(), { axis: 0 })).forEach((total) => expect(total).toBeCloseTo(1, 12));
  });

  it('passes the gradient of the soft sample on', () => {
    const x = np.tensor(points([2, 3]), { requiresGrad: true });
    const weights = points([2, 3], 1);
    const grads = [true, false].map((hard) => {
      x.grad = null;
      np.sum(np.multiply(F.gumbelSoftmax(x, { hard, generator: new np.Generator(1) }), weights)).backward();
      return flat(x.grad);
    });
    expect(grads[0]).toEqual(grads[1]);
    expect(grads[0].some((g) => g !== 0)).toBe(true);
    expect(() => F.gumbelSoftmax(x, { tau: 0 })).toThrow(np.ValueError);
  });
});
