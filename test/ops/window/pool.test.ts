import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { float16, float32, float64 } from '../../../src/array/dtype.ts';
import type { DType } from '../../../src/array/dtype.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { kernels } from '../../../src/device/kernels.ts';
import { evenWindows, maxIndices, slidingWindows, sumOver } from '../../../src/ops/window/pool.ts';
import type { Windows } from '../../../src/ops/window/pool.ts';
import { resample } from '../../../src/ops/window/resample.ts';
import { at, indices, outside, random, scattered, values } from './reference.ts';

/** The places of each window, with PyTorch's rule: a larger number or a NaN takes the place of what was found before. */
function byDefinition(x: NDArray, windows: readonly Windows[]): number[] {
  const lead = x.shape.slice(0, x.ndim - windows.length);
  const plane = windows.map(({ length }) => length);
  return [...indices([...lead, ...windows.map(({ starts }) => starts.length)])].map((index) => {
    const [front, window] = [index.slice(0, lead.length), index.slice(lead.length)];
    let [best, found] = [-Infinity, -1];
    for (const tap of indices(windows.map(({ counts }, d) => counts[window[d]]))) {
      const place = tap.map((t, d) => windows[d].starts[window[d]] + t * windows[d].step);
      const value = at(x, [...front, ...place]);
      if (found < 0 || value > best || Number.isNaN(value)) {
        best = value;
        found = place.reduce((flat, p, d) => flat * plane[d] + p, 0);
      }
    }
    return found;
  });
}

const slide = (
  length: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation: number,
): Windows => {
  const output = Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  return slidingWindows(length, output, { kernel, stride, padding, dilation });
};

afterEach(() => kernels.use('wasm'));

const CASES: [string, Windows[]][] = [
  ['side by side', [slide(37, 3, 1, 1, 1)]],
  ['every second place', [slide(9, 2, 2, 0, 1), slide(41, 3, 2, 1, 1)]],
  ['every third place, dilated', [slide(9, 2, 2, 1, 3), slide(40, 2, 3, 1, 2)]],
  ['three axes', [slide(4, 2, 1, 1, 1), slide(5, 3, 2, 0, 1), slide(12, 3, 1, 1, 1)]],
  ['even', [evenWindows(7, 3), evenWindows(9, 9)]],
  ['more windows than places', [evenWindows(2, 5), evenWindows(3, 1)]],
];

it.each(CASES)('finds the largest of windows %s', (_, windows) => {
  for (const dtype of [float16, float32, float64] as DType[]) {
    const x = random([2, 3, ...windows.map(({ length }) => length)], dtype);
    const want = byDefinition(x, windows);
    for (const device of ['wasm', 'js'] as const) {
      kernels.use(device);
      for (const a of [x, scattered(x), outside(x)]) {
        const found = maxIndices(a, windows);
        expect(found.dtype.name).toBe('int64');
        expect(values(found)).toEqual(want);
      }
    }
  }
});

it('prefers the last NaN, and the first of equal numbers, infinite ones too', () => {
  const numbers = fc.constantFrom(NaN, -Infinity, Infinity, 0, -0, 1, 2);
  fc.assert(
    fc.property(
      fc.array(numbers, { minLength: 23, maxLength: 23 }),
      fc.integer({ min: 1, max: 3 }),
      (row, stride) => {
        const x = random([1, 23], float32);
        x.storage.views.float32.set(row, x.offset / 4);
        const windows = [slide(23, 3, stride, 1, 1)];
        expect(values(maxIndices(x, windows))).toEqual(byDefinition(x, windows));
      },
    ),
  );
});

it('refuses windows without a place', () => {
  const nowhere = slidingWindows(1, 1, { kernel: 2, stride: 1, padding: 1, dilation: 2 });
  expect(() => maxIndices(random([1, 1]), [nowhere])).toThrow(/no place inside an axis of length 1/);
});

it('sums over windows', () => {
  const windows = slide(10, 3, 2, 1, 2);
  const x = random([2, 10]);
  const want = [...indices([2, windows.starts.length])].map(([i, j]) => {
    let sum = 0;
    for (let t = 0; t < windows.counts[j]; t++) sum += at(x, [i, windows.starts[j] + 2 * t]);
    return sum;
  });
  expect(values(resample(x, 1, sumOver(windows)))).toEqual(want);
});
