import { expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';

const F = np.nn.functional;
const flat = (x: unknown): number[] => ((x as NDArray).tolist() as never[]).flat(9) as number[];
const at = (a: NDArray, index: number[]): number => Number(a.get(...index));

let seed = 5;
function random(...shape: number[]): NDArray {
  const size = shape.reduce((n, m) => n * m, 1);
  const numbers = Array.from({ length: size }, () => ((seed = (seed * 48271) % 2147483647) % 97) - 48);
  return np.reshape(np.array(numbers), shape);
}

/** The gradient of a function along a direction is its difference, where it is linear. */
function agree(fn: (x: NDArray) => NDArray, x: NDArray, tolerance = 0): void {
  const direction = random(...x.shape);
  const weights = random(...fn(x).shape);
  const value = (a: NDArray): NDArray => np.sum(np.multiply(fn(a), weights)) as NDArray;
  const step = 2 ** -10;
  const gradient = np.grad(value)(x) as NDArray;
  const slope = Number(value(np.add(x, np.multiply(direction, step)))) - Number(value(x));
  const found = Number(np.sum(np.multiply(gradient, direction))) * step;
  expect(Math.abs(found - slope)).toBeLessThanOrEqual(tolerance * Math.abs(slope) + 1e-9);
}

it('max pooling hands gradients to the largest elements, again and again for overlapping windows', () => {
  const x = np.tensor([[[1, 5, 2, 3]]], { dtype: 'float64', requiresGrad: true });
  np.sum(F.maxPool1d(x, 3, { stride: 1 })).backward();
  expect(flat(x.grad)).toEqual([0, 2, 0, 0]);
  agree((a) => F.maxPool2d(a, 3, { stride: 2, padding: 1, ceilMode: true }), random(2, 3, 7, 8));
  agree((a) => F.adaptiveMaxPool3d(a, [2, null, 3]), random(1, 2, 5, 3, 4));
});

it('returns places that unpooling takes', () => {
  const x = random(2, 3, 6, 8);
  const [values, places] = F.maxPool2d(x, 2, { returnIndices: true });
  const back = F.maxUnpool2d(values, places, 2);
  expect(back.shape).toEqual(x.shape);
  expect(flat(F.maxPool2d(np.maximum(back, 0), 2))).toEqual(flat(np.maximum(values, 0)));
  agree((a) => F.maxUnpool2d(a, places, 2), values);
});

it('average pooling is the mean of the elements inside, or with zeros outside', () => {
  const x = random(1, 1, 5, 5);
  const inside = F.avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false });
  const padded = F.avgPool2d(x, 3, { stride: 2, padding: 1 });
  const corner = x.get('0, 0, :2, :2') as NDArray;
  expect(at(inside, [0, 0, 0, 0])).toBe(Number(np.sum(corner)) / 4);
  expect(at(padded, [0, 0, 0, 0])).toBe(Number(np.sum(corner)) / 9);
  expect(flat(F.avgPool2d(x, 3, { divisorOverride: 1 }))).toEqual(
    flat(np.multiply(F.avgPool2d(x, 3, { divisorOverride: 0.5 }), 0.5)),
  );
  expect(flat(F.avgPool3d(np.ones([1, 1, 7, 7, 7]), 7))).toEqual([1]);
});

it('average and power pooling differentiate', () => {
  agree((a) => F.avgPool2d(a, [2, 3], { stride: 2, ceilMode: true }), random(2, 2, 5, 6), 1e-12);
  agree((a) => F.adaptiveAvgPool1d(a, 4), random(2, 2, 7), 1e-12);
  agree((a) => F.lpPool2d(a, 2, 2), np.add(np.absolute(random(1, 2, 4, 4)), 1) as NDArray, 1e-2);
});

it('covers axes evenly', () => {
  const x = random(2, 3, 7, 5);
  expect(flat(F.adaptiveAvgPool2d(x, [7, null]))).toEqual(flat(x));
  expect(flat(F.adaptiveMaxPool2d(x, 1))).toEqual(flat(np.max(x, { axis: [2, 3] })));
  expect(F.adaptiveAvgPool2d(x, [9, 2]).shape).toEqual([2, 3, 9, 2]);
});

it('keeps NaN, dtypes and the absence of a batch axis', () => {
  expect(flat(F.maxPool1d([[1, NaN, 3, 4]], 2))).toEqual([NaN, 4]);
  expect(flat(F.avgPool1d([[1, NaN, 3, 5]], 2))).toEqual([NaN, 4]);
  const half = np.full([1, 4], 60000, { dtype: 'float16' });
  expect(F.avgPool1d(half, 4).dtype.name).toBe('float16');
  expect(flat(F.avgPool1d(half, 4))).toEqual([60000]);
  expect(F.maxPool2d(np.ones([0, 3, 4, 4]), 2).shape).toEqual([0, 3, 2, 2]);
});

it('refuses what does not fit', () => {
  const x = random(1, 2, 6, 6);
  expect(() => F.maxPool2d(x, 2, { padding: 2 })).toThrow(/at most half of kernel size/);
  expect(() => F.maxPool2d(x, 9)).toThrow(/Output size is too small/);
  expect(() => F.avgPool2d(x, 2, { stride: 0 })).toThrow(/stride should be greater than zero/);
  expect(() => F.avgPool2d(x, 2, { divisorOverride: 0 })).toThrow(/divisor must be not zero/);
  expect(() => F.maxPool2d(random(6, 6), 2)).toThrow(/3D \(unbatched\) or 4D/);
  expect(() => F.maxPool2d(np.ones([1, 2, 6, 6], { dtype: 'int64' }), 2)).toThrow(TypeError);
  expect(() => F.adaptiveMaxPool2d(x, [2, -1])).toThrow(/negative/);
  expect(() => F.avgPool1d(random(1, 2, 6), 2, { divisorOverride: 2 } as never)).toThrow(
    /unexpected keyword/,
  );
  const [values, places] = F.maxPool2d(x, 2, { returnIndices: true });
  expect(() => F.maxUnpool2d(values, np.add(places, 30), 2)).toThrow(/invalid max index/);
  expect(() => F.maxUnpool2d(values, places, 2, { outputSize: [20, 20] })).toThrow(/invalid outputSize/);
  expect(() => F.maxUnpool2d(values, np.asarray(places, { dtype: 'int32' }), 2)).toThrow(/int64/);
});
