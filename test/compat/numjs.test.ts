/** Where this layer is right and numjs was not, sharing memory with numgrad, and bad input. */
import * as np from 'numgrad';
import nj from 'numgrad/compat/numjs';
import { describe, expect, test } from 'vitest';

describe('one memory', () => {
  test('an NDArray as an array of numjs, and back', () => {
    const x = np.arange(6).reshape(2, 3).astype('float64');
    const a = nj.array(x);
    expect(a.np).toBe(x);
    expect(a.dtype).toBe('float64');
    a.multiply(10, false);
    expect(x.tolist()).toEqual([
      [0, 10, 20],
      [30, 40, 50],
    ]);
    np.negative(a.T.np, { out: a.T.np });
    expect(a.tolist()).toEqual([
      [-0, -10, -20],
      [-30, -40, -50],
    ]);
    const view = nj.array(x.get('1, ::2'));
    expect([view.selection.offset, view.selection.stride]).toEqual([3, [2]]);
    expect(view.selection.data[3]).toBe(-30);
  });

  test('a typed array is not copied', () => {
    const numbers = new Float32Array([1, 2, 3]);
    const a = nj.array(numbers);
    expect(a.dtype).toBe('float32');
    a.add(1, false);
    expect([...numbers]).toEqual([2, 3, 4]);
    expect(nj.array(numbers, 'float32').selection.data[0]).toBe(2);
  });

  test('all views share the data of their array', () => {
    const a = nj.arange(12).reshape(3, 4);
    const { data } = a.selection;
    for (const view of [
      a.T,
      a.lo(1),
      a.hi(2),
      a.step(-1),
      a.pick(1),
      a.slice(1, [2]),
      nj.flip(a, 0),
      nj.rot90(a),
      a.diag(),
    ]) {
      expect(view.selection.data[0]).toBe(0);
      view.assign(view.add(100), false);
      expect(data.some((x) => Number(x) >= 100)).toBe(true);
      view.assign(view.subtract(100), false);
    }
  });

  test('dtypes that numjs has not', () => {
    const a = nj.array(np.array([1n, 2n ** 60n]));
    expect([a.dtype, a.get(0)]).toEqual(['int64', 1]);
    expect(a.add(1).np.tolist()).toEqual([2, 2n ** 60n + 1n]);
    const c = nj.array(np.array([new np.Complex(1, 2)]));
    expect(c.multiply(c).np.tolist()).toEqual([new np.Complex(-3, 4)]);
  });

  test('setting the dtype', () => {
    const a = nj.array([1.7, 300]);
    const before = a.np;
    a.dtype = 'uint8';
    expect([a.dtype, a.tolist(), before.tolist()]).toEqual(['uint8', [1, 44], [1.7, 300]]);
    a.dtype = Float32Array;
    expect(a.dtype).toBe('float32');
  });
});

describe('the right answer where numjs has a wrong one', () => {
  const a = nj.arange(5);
  const m = nj.arange(6).reshape(2, 3);

  test('slices stay inside', () => {
    expect(a.slice(7).tolist()).toEqual([]);
    expect(a.slice([1, 99]).tolist()).toEqual([1, 2, 3, 4]);
    expect(a.slice([3, null]).tolist()).toEqual([3, 4]);
    expect(a.slice([2, 0]).tolist()).toEqual([]);
    expect(a.slice([-99]).tolist()).toEqual([]);
    expect(a.lo(9).shape).toEqual([0]);
    expect(a.hi(9).tolist()).toEqual([0, 1, 2, 3, 4]);
    expect(() => a.step(0)).toThrow(np.ValueError);
  });

  test('indices stay inside', () => {
    expect(() => a.get(5)).toThrow(np.IndexError);
    expect(() => m.get(0, 3)).toThrow(np.IndexError);
    expect(() => m.get(1)).toThrow(np.IndexError);
    expect(() => m.set(2, 0, 1)).toThrow(np.IndexError);
    expect(() => m.pick(2)).toThrow(np.IndexError);
    const b = a.clone();
    b.set(-1, 9);
    expect(b.tolist()).toEqual([0, 1, 2, 3, 9]);
  });

  test('nothing overflows on the way', () => {
    expect(nj.softmax([1000, 1000]).tolist()).toEqual([0.5, 0.5]);
    expect(nj.tanh([400, -400]).tolist()).toEqual([1, -1]);
    expect(nj.array([1e9, 1e9 + 1, 1e9 + 2]).std()).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(nj.uint8([100, 200]).std()).toBe(50);
    expect(nj.sigmoid([40], 0.01).get(0)).toBeCloseTo(1 / (1 + Math.exp(-0.4)), 12);
  });

  test('an array without axes has all functions', () => {
    const x = nj.array([2.5, 7]).pick(0);
    expect(
      [nj.round(x), nj.sigmoid(x), nj.leakyRelu(x), nj.softmax(x), nj.clip(x)].map((y) => y.shape),
    ).toEqual(Array(5).fill([]));
    expect(nj.round(x).tolist()).toBe(3);
    expect(nj.leakyRelu(nj.array([-2]).pick(0), 0.5).tolist()).toBe(-1);
  });

  test('integers beside a number wrap as they do beside an array', () => {
    const x = nj.uint8([1, 250, 7]);
    expect(x.add(10).tolist()).toEqual(x.add(nj.uint8([10, 10, 10])).tolist());
    expect(x.add(300).tolist()).toEqual([45, 38, 51]);
    expect(x.mod(4).tolist()).toEqual([1, 2, 3]);
    expect(x.mod(0).tolist()).toEqual([0, 0, 0]);
    expect(x.divide(2).tolist()).toEqual([0, 125, 3]);
    expect(nj.clip(x, 2, 100).tolist()).toEqual([2, 100, 7]);
    expect(nj.clip(x, -5, 300).tolist()).toEqual([1, 250, 7]);
  });

  test('NaN is not lost', () => {
    expect(nj.array([1, NaN]).max()).toBeNaN();
    expect(nj.array([NaN, 1]).min()).toBeNaN();
  });

  test('arguments count', () => {
    expect(nj.arange(5, 0, -2).tolist()).toEqual([5, 3, 1]);
    expect(() => nj.arange(0, 5, 0)).toThrow(np.ValueError);
    expect(
      nj
        .rot90(
          [
            [1, 2],
            [3, 4],
          ],
          0,
        )
        .tolist(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => nj.rot90(m, 1, [0, -2])).toThrow(np.ValueError);
    expect(nj.leakyRelu([-1, 1], 0).tolist()).toEqual([-0, 1]);
    expect(nj.transpose(m).shape).toEqual([3, 2]);
    expect(nj.float32(nj.array([1, 2])).dtype).toBe('float32');
    expect(() => nj.zeros(2, 'float31' as 'float32')).toThrow(TypeError);
    expect(nj.array(new Uint8Array([1, 2])).tolist()).toEqual([1, 2]);
  });

  test('inputs stay as they are', () => {
    const lists = [nj.array([1]), nj.array([2])];
    nj.concatenate(lists);
    expect(lists[0]).toBeInstanceOf(nj.NdArray);
    const numbers = [1, 2, 3];
    nj.array(numbers).add(1, false);
    expect(numbers).toEqual([1, 2, 3]);
    const v = nj.arange(3);
    v.flatten().add(1, false);
    expect(v.tolist()).toEqual([0, 1, 2]);
  });

  test('views that are not dense', () => {
    expect(a.step(2).reshape(3, 1).tolist()).toEqual([[0], [2], [4]]);
    expect(a.pick(2).tolist()).toBe(2);
    const seen: unknown[] = [];
    a.slice(3).iteraxis(0, (x) => seen.push(x.tolist()));
    expect(seen).toEqual([[3], [4]]);
  });

  test('convolution of integers is exact', () => {
    const x = nj.int32([1, 2, 3, 4, 5]);
    expect(x.fftconvolve([1, 1, 1, 1]).tolist()).toEqual([10, 14]);
  });
});

describe('bad input', () => {
  test('is refused before anything is written', () => {
    const m = nj.zeros([2, 3]);
    expect(() => m.add([1, 2, 3], false)).toThrow(/\(2,3\) and \(3\)/);
    expect(() => m.assign([[1, 2]], false)).toThrow(np.ValueError);
    expect(() => m.dot(m)).toThrow(/\(2,3\) and \(2,3\)/);
    expect(() => m.reshape(4)).toThrow(np.ValueError);
    expect(() => m.reshape()).toThrow(np.ValueError);
    expect(() => m.convolve([1, 2])).toThrow(/dimensions/);
    expect(() => nj.convolve([1], [1, 2, 3])).toThrow(/greater/);
    expect(() => nj.concatenate([[1], [[2]]])).toThrow(np.ValueError);
    expect(() => nj.stack([])).toThrow(/at least one/);
    expect(() => nj.stack([[1], [2, 3]])).toThrow(np.ValueError);
    expect(() => nj.fft([1, 2, 3])).toThrow(nj.errors.ValueError);
    expect(() => nj.flip(m, 2)).toThrow(np.ValueError);
    expect(() => m.iteraxis(2, () => undefined)).toThrow(/invalid axis/);
    expect(() => nj.ndarray(new Float64Array(4), [2, 3])).toThrow(np.ValueError);
    expect(m.sum()).toBe(0);
  });

  test('empty arrays', () => {
    const none = nj.array([]);
    expect([none.sum(), none.max(), none.min(), none.shape]).toEqual([0, null, null, [0]]);
    expect(none.mean()).toBeNaN();
    expect(String(none)).toBe('array([])');
    expect(none.add(1).tolist()).toEqual([]);
  });
});

test('config decides how arrays print', () => {
  const { nFloatingValues } = nj.config;
  nj.config.nFloatingValues = 2;
  try {
    expect(String(nj.array([1 / 3, 10]))).toBe('array([0.33, 10])');
  } finally {
    nj.config.nFloatingValues = nFloatingValues;
  }
});
