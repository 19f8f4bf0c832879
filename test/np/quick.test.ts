/** Quick ways give what the general ways give, to the last bit: calls with a keyword that changes nothing take the general way. */
import * as np from 'numgrad';
import { afterEach, describe, expect, test } from 'vitest';
import { kernels } from '../../src/device/kernels.ts';

afterEach(() => kernels.use('wasm'));

const noise = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32;

function sample(shape: number[], dtype: string): np.NDArray {
  const size = shape.reduce((product, n) => product * n, 1);
  const numbers = Array.from({ length: size }, (_, i) => (noise(i) - 0.4) * 2 ** (i % 9));
  return np.array(numbers).reshape(shape).astype(dtype);
}

const DTYPES = ['bool', 'int8', 'uint16', 'int32', 'int64', 'float16', 'float32', 'float64', 'complex64'];
const LAYOUTS: [string, (x: np.NDArray) => np.NDArray][] = [
  ['C order', (x) => x],
  ['F order', (x) => x.T],
  ['backwards', (x) => x.get('::-1')],
  ['every other', (x) => x.get(':, ::2')],
];

/** Every element of a result, or the scalar that it is. */
const values = (x: unknown): unknown => (x instanceof np.NDArray ? x.tolist() : x);

const AXES = [null, 0, 1, -1] as const;

describe.each(['wasm', 'js'] as const)('on %s', (device) => {
  describe.each(DTYPES)('%s', (dtype) => {
    test.each(LAYOUTS)('reductions, %s', (_, lay) => {
      kernels.use(device);
      for (const shape of [
        [3, 3],
        [1, 7],
        [40, 33],
        [9, 1],
      ]) {
        const x = lay(sample(shape, dtype));
        for (const axis of AXES) {
          for (const reduction of [np.sum, np.prod, np.max, np.min] as (typeof np.sum)[]) {
            const initial = { [reduction === np.sum ? 'initial' : 'where']: reduction === np.sum ? 0 : true };
            expect(values(reduction(x, { axis }))).toEqual(values(reduction(x, { axis, ...initial })));
          }
          for (const moment of [np.mean, np.var, np.std]) {
            expect(values(moment(x, { axis }))).toEqual(values(moment(x, { axis, where: true })));
          }
        }
      }
    });
  });

  test('a plan serves arrays of its layout wherever they lie, whatever they hold', () => {
    kernels.use(device);
    const arrays = Array.from({ length: 30 }, (_, i) => np.add(np.ones([3, 1 + (i % 12)]), i));
    for (const round of [1, 2]) {
      arrays.forEach((x, i) => {
        if (round === 2) x.set(0, 0, 0.5);
        const lost = round === 2 ? 0.5 + i : 0;
        expect(np.sum(x)).toBe(x.size * (i + 1) - lost);
        expect(np.max(x, 1).tolist()).toEqual(
          [0, 1, 2].map((row) => (row === 0 && round === 2 && x.shape[1] === 1 ? 0.5 : i + 1)),
        );
      });
    }
  });

  test('clipping between numbers', () => {
    kernels.use(device);
    for (const dtype of ['int8', 'uint16', 'int32', 'float32', 'float64']) {
      const x = sample([5, 7], dtype);
      for (const y of [x, x.T, x.get('::2')]) {
        const general = np.minimum(np.maximum(y, 1), 3);
        const quick = np.clip(y, 1, 3);
        expect(quick.dtype).toBe(y.dtype);
        expect(quick.tolist()).toEqual(general.tolist());
      }
    }
    expect(np.clip(np.array([NaN, -0, 5]), 0, 1).tolist()).toEqual([NaN, -0, 1]);
    expect(np.clip(np.array([1, 9], 'int8'), 0.5, 2.5).dtype.name).toBe('float64');
  });

  test('lists of matrices', () => {
    kernels.use(device);
    const [a, b] = [sample([4, 2, 3], 'float64'), sample([4, 3, 5], 'float64')];
    const product = np.matmul(a, b);
    for (let i = 0; i < 4; i++)
      expect(product.get(i).tolist()).toEqual(np.matmul(a.get(i), b.get(i)).tolist());
    for (let i = 0; i < 4; i++)
      expect(np.matmul(a, b.get(0)).get(i).tolist()).toEqual(np.matmul(a.get(i), b.get(0)).tolist());
    expect(() => np.matmul(a, b.get(':3'))).toThrow(np.ValueError);
    expect(np.dot(a.get(0), b.get(0)).tolist()).toEqual(product.get(0).tolist());
  });
});

test('a NaN is found, and the sign of zero is kept', () => {
  expect(np.max([1, NaN, 2])).toBeNaN();
  expect(np.min(np.array([[1, NaN]], 'float32'))).toBeNaN();
  expect(Object.is(np.max([-0]), -0)).toBe(true);
  expect(np.mean([])).toBeNaN();
  expect(np.var([1, 2], { ddof: 2 })).toBe(Infinity);
  expect(np.std(np.array([100, -100], 'int8'))).toBe(100);
});

test('nothing is dropped that a call must refuse', () => {
  expect(() => np.max([])).toThrow(/zero-size array/);
  expect(() => np.subtract.reduce(np.ones([2, 2]), { axis: null })).toThrow(/not reorderable/);
  expect(() => np.std([1, 2], { ddof: 1, correction: 1 })).toThrow(np.ValueError);
  expect(() => np.add([1], 2, [] as never)).toThrow(TypeError);
  expect(() => np.clip(np.array([1], 'uint8'), -1, 300)).not.toThrow();
});

describe('nested lists', () => {
  test('of numbers', () => {
    expect(
      np
        .array([
          [1, -0],
          [NaN, 2.5],
        ])
        .tolist(),
    ).toEqual([
      [1, -0],
      [NaN, 2.5],
    ]);
    expect(np.array([[[1], [2]]], 'float32').shape).toEqual([1, 2, 1]);
    expect(np.array([0.1], 'float32').item()).toBe(Math.fround(0.1));
  });

  test('that begin like lists of numbers and go on otherwise', () => {
    expect(
      np
        .array([
          [1, 2],
          [true, false],
        ])
        .tolist(),
    ).toEqual([
      [1, 2],
      [1, 0],
    ]);
    expect(np.array([1, new np.Complex(0, 1)]).dtype.name).toBe('complex128');
    expect(np.array([[1, 2], np.array([3, 4])]).tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => np.array([[1, 2], [3]])).toThrow(/inhomogeneous/);
    expect(() => np.array([[1, 2], 3])).toThrow(/inhomogeneous/);
    expect(() => np.array([1, [2]])).toThrow(/inhomogeneous/);
    expect(() => np.array([1, 'a' as never])).toThrow(TypeError);
    expect(np.array([[], []]).shape).toEqual([2, 0]);
  });
});

test('arrays are filled to the end, of every dtype and length', () => {
  for (const dtype of DTYPES) {
    for (const size of [0, 1, 3, 5000]) {
      const x = np.full(size, 1.5, dtype);
      expect(np.all(np.equal(x, np.array(1.5).astype(dtype)))).toBe(true);
    }
  }
  expect(Object.is(np.full(3, -0).get(2), -0)).toBe(true);
});
