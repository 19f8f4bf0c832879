import { afterEach, describe, expect, it } from 'vitest';
import { float16, float32, float64, int64 } from '../../../src/array/dtype.ts';
import type { DType } from '../../../src/array/dtype.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { setSoftLimit } from '../../../src/array/storage.ts';
import { kernels } from '../../../src/device/kernels.ts';
import { asArray } from '../../../src/ops/asarray.ts';
import { addAt, pickAt, putAt } from '../../../src/ops/window/places.ts';
import { at, outside, random, scattered, values } from './reference.ts';

const places = (rows: unknown): NDArray<'int64'> =>
  asArray(rows as never, int64 as DType) as NDArray<'int64'>;

/** Indices of six planes, with repeated ones. */
const OWN = places([
  [
    [0, 3, 3],
    [6, 0, 1],
    [2, 2, 2],
  ],
  [
    [1, 0, 5],
    [6, 5, 4],
    [0, 6, 0],
  ],
]);

/** Two planes of indices, each for three planes. */
const SHARED = places([[[0, 3, 3]], [[6, 5, 0]]]);

function rowsOf(indices: NDArray): number[][] {
  const [n, own] = indices.shape;
  return [0, 1, 2, 3, 4, 5].map((plane) => {
    const [i, j] = [Math.floor(plane / 3), plane % 3];
    return [0, 1, 2].map((k) => at(indices, n === 2 && own === 3 ? [i, j, k] : [i, 0, k]));
  });
}

function expected(form: 'pick' | 'put' | 'add', a: NDArray, indices: NDArray): number[] {
  return rowsOf(indices).flatMap((row, plane) => {
    const value = (i: number) => at(a, [Math.floor(plane / 3), plane % 3, i]);
    if (form === 'pick') return row.map(value);
    const result = new Array<number>(7).fill(0);
    row.forEach((to, i) => (result[to] = form === 'add' ? result[to] + value(i) : value(i)));
    return result;
  });
}

afterEach(() => kernels.use('wasm'));

describe.each([float16, float32, float64] as DType[])('$name', (dtype) => {
  it.each(['wasm', 'js'] as const)('picks, puts and adds, on %s', (device) => {
    kernels.use(device);
    const [a, g] = [random([2, 3, 7], dtype), random([2, 3, 3], dtype)];
    for (const indices of [OWN, SHARED]) {
      for (const move of [(x: NDArray) => x, scattered, outside]) {
        const own = indices === OWN ? (move(indices) as NDArray<'int64'>) : indices;
        expect(values(pickAt(move(a), own))).toEqual(expected('pick', a, indices));
        expect(values(putAt(move(g), own, 7))).toEqual(expected('put', g, indices));
        expect(values(addAt(move(g), own, 7))).toEqual(expected('add', g, indices));
      }
    }
  });

  it('works where nothing lies in the heap', () => {
    const a = random([2, 3, 7], dtype);
    try {
      setSoftLimit(0);
      expect(values(pickAt(a, SHARED))).toEqual(expected('pick', a, SHARED));
    } finally {
      setSoftLimit(768 * 2 ** 20);
    }
  });
});

it('takes empty arrays', () => {
  expect(pickAt(random([0, 3, 7]), places([[], []])).size).toBe(0);
  expect(values(addAt(random([1, 0]), random([1, 0], int64 as DType) as NDArray<'int64'>, 3))).toEqual([
    0, 0, 0,
  ]);
});
