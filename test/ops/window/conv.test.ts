import { afterEach, describe, expect, it } from 'vitest';
import { float16, float32, float64 } from '../../../src/array/dtype.ts';
import type { DType } from '../../../src/array/dtype.ts';
import { heap } from '../../../src/array/heap.ts';
import { setSoftLimit } from '../../../src/array/storage.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { kernels } from '../../../src/device/kernels.ts';
import type { ConvOptions } from '../../../src/ops/window/conv.ts';
import { convolve, convolveToInput, convolveToKernel } from '../../../src/ops/window/conv.ts';
import { narrow } from '../../../src/ops/views.ts';
import { at, eachProduct, indices, outputOf, outside, random, scattered, values } from './reference.ts';

const conv = (stride: number[], padding: number[], dilation: number[], groups = 1): ConvOptions => ({
  stride,
  padding,
  dilation,
  groups,
});

const CASES: [string, number[], number[], ConvOptions][] = [
  ['one axis', [2, 3, 11], [5, 3, 4], conv([1], [0], [1])],
  ['one axis, wide strides', [2, 3, 17], [2, 3, 2], conv([5], [1], [1])],
  ['two axes, padded', [2, 3, 9, 10], [5, 3, 3, 3], conv([1, 1], [1, 1], [1, 1])],
  ['groups, strides, dilation', [2, 4, 11, 13], [6, 2, 3, 5], conv([2, 3], [2, 1], [2, 1], 2)],
  ['a filter for each channel', [2, 5, 12, 8], [5, 1, 3, 3], conv([1, 1], [0, 0], [1, 1], 5)],
  ['filters for each channel', [1, 3, 17, 8], [6, 1, 3, 3], conv([3, 2], [1, 1], [1, 3], 3)],
  ['strides beyond the kernel', [2, 3, 9, 10], [7, 3, 1, 1], conv([2, 3], [0, 0], [1, 1])],
  ['dilation that divides the stride', [1, 2, 16, 16], [3, 2, 3, 3], conv([4, 4], [3, 2], [2, 6])],
  ['three axes', [2, 2, 5, 6, 7], [3, 2, 2, 3, 2], conv([1, 2, 1], [1, 0, 1], [1, 1, 2])],
  ['several blocks in depth', [1, 40, 6, 9], [9, 40, 3, 3], conv([1, 1], [1, 1], [1, 1])],
  ['several blocks of columns', [3, 2, 25, 29], [3, 2, 3, 3], conv([1, 1], [1, 1], [1, 1])],
  ['many filters', [1, 2, 4, 4], [133, 2, 2, 2], conv([1, 1], [0, 0], [1, 1])],
];

/** The three sides of the bilinear form by definition: exact sums of small integers. */
function byDefinition(x: NDArray, w: NDArray, y: NDArray, options: ConvOptions): number[][] {
  const sums = [y, x, w].map((a) => new Map([...indices(a.shape)].map((i) => [String(i), 0])));
  const add = (to: number, index: number[], value: number) =>
    sums[to].set(String(index), sums[to].get(String(index))! + value);
  eachProduct(x.shape, w.shape, y.shape.slice(2), options, (image, kernel, result) => {
    add(0, result, at(x, image) * at(w, kernel));
    add(1, image, at(y, result) * at(w, kernel));
    add(2, kernel, at(y, result) * at(x, image));
  });
  return sums.map((sum) => [...sum.values()].map((s) => s + 0));
}

const threeSides = (x: NDArray, w: NDArray, y: NDArray, options: ConvOptions): NDArray[] => [
  convolve(x, w, null, y.shape.slice(2), options),
  convolveToInput(y, w, null, x.shape.slice(2), options),
  convolveToKernel(y, x, w.shape.slice(2), options),
];

afterEach(() => kernels.use('wasm'));

describe.each([float16, float32, float64] as DType[])('$name', (dtype) => {
  it.each(CASES)('%s', (_, xShape, wShape, options) => {
    const yShape = [xShape[0], wShape[0], ...outputOf(xShape, wShape, options)];
    const [x, w, y] = [xShape, wShape, yShape].map((shape) => random(shape, dtype));
    const want = byDefinition(x, w, y, options);
    expect(threeSides(x, w, y, options).map(values)).toEqual(want);
    expect(threeSides(scattered(x), scattered(w), scattered(y), options).map(values)).toEqual(want);
    expect(threeSides(outside(x), outside(w), outside(y), options).map(values)).toEqual(want);
  });

  it.each(CASES)('the same bits in JavaScript: %s', (_, xShape, wShape, options) => {
    const yShape = [xShape[0], wShape[0], ...outputOf(xShape, wShape, options)];
    const [x, w, y] = [xShape, wShape, yShape].map((shape) => random(shape, dtype, false));
    const [wasm, js] = (['wasm', 'js'] as const).map(
      (device) => (kernels.use(device), threeSides(x, w, y, options).map(values)),
    );
    expect(js).toEqual(wasm);
  });
});

describe('edges', () => {
  const plain = conv([1, 1], [1, 1], [1, 1]);

  it('takes the padding at the end from the length of the result', () => {
    const [x, w] = [random([1, 1, 4, 4]), random([1, 1, 2, 2])];
    const options = conv([1, 1], [0, 0], [1, 1]);
    const y = convolve(x, w, null, [4, 4], options);
    expect(values(y)).toEqual(byDefinition(x, w, random([1, 1, 4, 4]), options)[0]);
  });

  it.each([float16, float64] as DType[])(
    'starts from the bias, also where no window reaches: $name',
    (dtype) => {
      const [x, w, bias] = [random([2, 3, 7, 7], dtype), random([4, 3, 2, 2], dtype), random([4], dtype)];
      const options = conv([3, 3], [0, 0], [1, 1]);
      const withBias = (sums: NDArray, b: NDArray) =>
        [...indices(sums.shape)].map((index) => at(sums, index) + at(b, [index[1]]));
      const plain = convolve(x, w, null, [2, 2], options);
      expect(values(convolve(x, w, bias, [2, 2], options))).toEqual(withBias(plain, bias));
      const three = narrow(bias, 0, 1, 3);
      const back = convolveToInput(plain, w, null, [7, 7], options);
      expect(values(convolveToInput(plain, w, three, [7, 7], options))).toEqual(withBias(back, three));
    },
  );

  it('has empty results for no images, and noughts where nothing is summed', () => {
    const w = random([4, 3, 3, 3]);
    expect(convolve(random([0, 3, 5, 5]), w, null, [5, 5], plain).shape).toEqual([0, 4, 5, 5]);
    expect(convolveToInput(random([0, 4, 5, 5]), w, null, [5, 5], plain).shape).toEqual([0, 3, 5, 5]);
    const gradient = convolveToKernel(random([0, 4, 5, 5]), random([0, 3, 5, 5]), [3, 3], plain);
    expect(values(gradient)).toEqual(Array(4 * 3 * 9).fill(0));
    const noChannels = convolve(random([2, 0, 5, 5]), random([4, 0, 3, 3]), null, [5, 5], plain);
    expect(values(noChannels)).toEqual(Array(2 * 4 * 25).fill(0));
  });

  it('takes images a few at a time where they are large, and results beyond the heap', () => {
    const raw = (a: NDArray) => [...(a.data as Float32Array)].map((v) => v + 0);
    const options = conv([2, 2], [1, 1], [1, 1]);
    const [x, w] = [random([5, 2, 231, 303], float32), random([3, 2, 3, 3], float32)];
    const y = random([5, 3, 116, 152], float32);
    const alone = [0, 1, 2, 3, 4].map((i) => threeSides(narrow(x, 0, i, 1), w, narrow(y, 0, i, 1), options));
    const sum = raw(alone[0][2]).map((_, i) => alone.reduce((s, [, , k]) => s + raw(k)[i], 0));
    const want = [0, 1].map((side) => alone.flatMap((results) => raw(results[side])));
    const check = (near: boolean) => {
      const results = threeSides(x, w, y, options);
      expect(results[0].storage.inHeap).toBe(near);
      expect(results.map(raw)).toEqual([...want, sum]);
    };
    check(true);
    try {
      setSoftLimit(0);
      check(false);
    } finally {
      setSoftLimit(768 * 2 ** 20);
    }
  });

  it('keeps NaN where windows touch it and nowhere else', () => {
    const x = random([1, 1, 5, 5]);
    x.storage.views.float64[x.offset / 8 + 12] = NaN;
    const y = values(convolve(x, random([1, 1, 1, 1]), null, [5, 5], conv([1, 1], [0, 0], [1, 1])));
    expect(y.map((v, i) => Number.isNaN(v) === (i === 12))).toEqual(Array(25).fill(true));
  });

  it('frees its working memory', () => {
    const [x, w, y] = [
      random([2, 3, 9, 9], float16),
      random([4, 3, 3, 3], float16),
      random([2, 4, 9, 9], float16),
    ];
    const run = () => threeSides(x, w, y, plain).forEach((a) => a.storage.dispose());
    run();
    const before = heap.liveBytes;
    run();
    expect(heap.liveBytes).toBe(before);
  });
});
