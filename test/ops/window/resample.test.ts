import { afterEach, describe, expect, it } from 'vitest';
import { float16, float32, float64 } from '../../../src/array/dtype.ts';
import type { DType } from '../../../src/array/dtype.ts';
import { heap } from '../../../src/array/heap.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { emptyArray } from '../../../src/array/ndarray.ts';
import { setSoftLimit } from '../../../src/array/storage.ts';
import { kernels } from '../../../src/device/kernels.ts';
import type { Entry } from '../../../src/ops/window/resample.ts';
import { resample, sparseMatrix, transposedMatrix } from '../../../src/ops/window/resample.ts';
import { at, indices, outside, random, scattered, values } from './reference.ts';

/** Rows with no entry, one, several, and one column twice. */
const ROWS: Entry[][] = [
  [[1, 1]],
  [],
  [
    [0, 2],
    [3, -1],
    [2, 0.5],
  ],
  [
    [4, 1],
    [4, 3],
  ],
  [[3, 4]],
  [
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
  ],
];
const MATRIX = sparseMatrix(5, ROWS);

function byDefinition(a: NDArray, axis: number, rows: readonly (readonly Entry[])[]): number[] {
  return [...indices(a.shape.with(axis, rows.length))].map((index) =>
    rows[index[axis]].reduce((sum, [column, weight]) => sum + weight * at(a, index.with(axis, column)), 0),
  );
}

afterEach(() => kernels.use('wasm'));

describe.each([float16, float32, float64] as DType[])('$name', (dtype) => {
  it.each([
    [[5], 0],
    [[5, 1], 0],
    [[3, 5], 1],
    [[2, 5, 39], 1],
    [[5, 2, 3], 0],
    [[2, 3, 5], 2],
    [[2, 0, 5], 2],
  ])('a matrix along an axis of %j: axis %i', (shape, axis) => {
    const a = random(shape, dtype);
    const want = byDefinition(a, axis, ROWS);
    for (const x of [a, scattered(a), outside(a)]) {
      const result = resample(x, axis, MATRIX);
      expect(result.dtype).toBe(dtype);
      expect(result.shape).toEqual(shape.with(axis, 6));
      expect(values(result)).toEqual(want);
    }
    try {
      setSoftLimit(0);
      expect(values(resample(a, axis, MATRIX))).toEqual(want);
    } finally {
      setSoftLimit(768 * 2 ** 20);
    }
  });

  it('the same bits in JavaScript', () => {
    for (const [shape, axis] of [
      [[4, 5], 1],
      [[5, 23], 0],
    ] as const) {
      const a = random(shape, dtype, false);
      const [wasm, js] = (['wasm', 'js'] as const).map(
        (device) => (kernels.use(device), values(resample(a, axis, MATRIX))),
      );
      expect(js).toEqual(wasm);
    }
  });
});

it('the transposed matrix is the adjoint', () => {
  const [a, g] = [random([3, 5, 4]), random([3, 6, 4])];
  const dot = (x: NDArray, y: NDArray) => values(x).reduce((sum, v, i) => sum + v * values(y)[i], 0);
  expect(dot(resample(a, 1, MATRIX), g)).toBe(dot(a, resample(g, 1, transposedMatrix(MATRIX))));
  expect(transposedMatrix(transposedMatrix(sparseMatrix(3, [[[0, 1]], [], [[2, 5]]])))).toEqual(
    sparseMatrix(3, [[[0, 1]], [], [[2, 5]]]),
  );
});

it('moves single elements unchanged: negative zero, infinity, NaN', () => {
  const a = random([1, 4]);
  a.storage.views.float64.set([-0, Infinity, NaN, -Infinity], a.offset / 8);
  const reversed = sparseMatrix(
    4,
    [3, 2, 1, 0].map((i) => [[i, 1]]),
  );
  const result = resample(a, 1, reversed);
  expect([...indices([1, 4])].map((index) => at(result, index))).toEqual([-Infinity, NaN, Infinity, -0]);
});

it('has an empty result for no rows, and noughts for no columns', () => {
  expect(resample(random([2, 5]), 1, sparseMatrix(5, [])).shape).toEqual([2, 0]);
  const none = resample(emptyArray([2, 0], float64), 1, sparseMatrix(0, [[], []]));
  expect(values(none)).toEqual([0, 0, 0, 0]);
});

it('frees its working memory', () => {
  const a = outside(random([7, 5, 33], float16));
  const run = () => resample(a, 1, MATRIX).storage.dispose();
  run();
  const before = heap.liveBytes;
  run();
  expect(heap.liveBytes).toBe(before);
});
