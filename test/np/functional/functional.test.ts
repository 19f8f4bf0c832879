import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';

const list = (x: unknown): unknown => np.asarray(x as NDArray).tolist();

describe('frompyfunc', () => {
  it('broadcasts, and keeps what the values are', () => {
    const less = np.frompyfunc((x, y) => x < y, 2, 1);
    const result = less([[1], [5]], [2, 3, 9]) as NDArray;
    expect(result.dtype.name).toBe('bool');
    expect(list(result)).toEqual([
      [true, true, true],
      [false, false, true],
    ]);
    expect(less(1, 2)).toBe(true);
  });

  it('gives several results', () => {
    const split = np.frompyfunc((x) => [Math.trunc(Number(x)), Number(x) % 1], 1, 2);
    const [whole, part] = split([1.5, 2.25]) as unknown as NDArray[];
    expect([whole.tolist(), part.tolist()]).toEqual([
      [1, 2],
      [0.5, 0.25],
    ]);
  });

  it('refuses wrong counts', () => {
    expect(() => np.frompyfunc((x) => x, 0, 1)).toThrow(np.ValueError);
    expect(() => np.frompyfunc((x) => x, 2, 1)([1])).toThrow(TypeError);
    expect(() => np.frompyfunc((x) => x, 1, 2)([1])).toThrow(TypeError);
  });
});

describe('vectorize', () => {
  it('takes the dtypes asked for and excluded parameters', () => {
    const poly = np.vectorize((c: number[], x: number) => c.reduce((sum, one) => sum * x + one, 0), {
      excluded: [0],
      otypes: ['float32'],
    });
    const result = poly([1, 2, 3], [0, 1, 2]) as NDArray;
    expect(result.dtype.name).toBe('float32');
    expect(list(result)).toEqual([3, 6, 11]);
  });

  it('follows a signature', () => {
    const outer = np.vectorize((a: NDArray, b: NDArray) => np.outer(a, b), { signature: '(n),(m)->(n,m)' });
    expect((outer(np.ones([4, 2]), np.ones([3])) as NDArray).shape).toEqual([4, 2, 3]);
    const same = np.vectorize((a: NDArray) => a, { signature: '(n)->(n)', otypes: 'd' });
    expect((same(np.ones([0, 3])) as NDArray).shape).toEqual([0, 3]);
    expect(() => np.vectorize((a: NDArray) => a, { signature: '(n->n)' })).toThrow(np.ValueError);
    const dot = np.vectorize((a: NDArray, b: NDArray) => np.dot(a, b), { signature: '(n),(n)->()' });
    expect(() => dot([1, 2], [1, 2, 3])).toThrow(np.ValueError);
  });
});

describe('apply_along_axis', () => {
  it('replaces the axis by the axes of the result', () => {
    const a = np.reshape(np.arange(24), [2, 3, 4]);
    expect(list(np.apply_along_axis((v) => np.sum(v), 1, a))).toEqual(list(np.sum(a, 1)));
    expect(np.apply_along_axis((v) => np.diag(v), 1, a).shape).toEqual([2, 3, 3, 4]);
    expect(list(np.apply_along_axis((v) => v.get('::-1'), -1, a))).toEqual(list(np.flip(a, -1)));
    expect(list(np.apply_along_axis((v, k) => np.add(v, k), 0, [1, 2], 10))).toEqual([11, 12]);
  });

  it('refuses ragged results and empty iterations', () => {
    let calls = 0;
    expect(() => np.apply_along_axis(() => np.zeros(++calls), 0, np.ones([2, 2]))).toThrow(np.ValueError);
    expect(() => np.apply_along_axis((v) => v, 1, np.ones([0, 2]))).toThrow(np.ValueError);
    expect(() => np.apply_along_axis((v) => v, 2, np.ones([2, 2]))).toThrow(np.AxisError);
  });
});

describe('apply_over_axes', () => {
  it('keeps reduced axes', () => {
    const a = np.reshape(np.arange(24), [2, 3, 4]);
    const result = np.apply_over_axes((x, axis) => np.sum(x, axis), a, [0, 2]);
    expect(list(result)).toEqual([[[60], [92], [124]]]);
    expect(() => np.apply_over_axes(() => 1, a, 0)).toThrow(np.ValueError);
  });
});

describe('piecewise', () => {
  const x = np.array([-2, -1, 0, 1, 2]);

  it('evaluates parts, the last that is true, and the rest', () => {
    const halves = [np.less(x, 0), np.greater(x, -2)] as NDArray[];
    expect(list(np.piecewise(x, halves, [(v) => np.multiply(v, 10), 5]))).toEqual([-20, 5, 5, 5, 5]);
    expect(list(np.piecewise(x, [np.less(x, 0) as NDArray], [-1, (v) => v]))).toEqual([-1, -1, 0, 1, 2]);
    expect(list(np.piecewise(x, np.less(x, 0) as NDArray, [7]))).toEqual([7, 7, 0, 0, 0]);
    expect(list(np.piecewise(x, [[true, false, false, false, true]], [1]))).toEqual([1, 0, 0, 0, 1]);
    expect(list(np.piecewise(3, [true], [(v) => v]))).toBe(3);
  });

  it('refuses lists that do not fit', () => {
    const condition = np.less(x, 0) as NDArray;
    expect(() => np.piecewise(x, [condition], [1, 2, 3])).toThrow(np.ValueError);
    expect(() => np.piecewise(x, [[true, false]], [1])).toThrow(np.ValueError);
  });
});

describe('methods of frompyfunc', () => {
  const plus = np.frompyfunc((x: number, y: number) => x + y, 2, 1);
  const table = np.arange(12).reshape(3, 4);

  it.each([0, 1, -1])('reduceat along axis %d is np.add.reduceat', (axis) => {
    const indices = [0, 2, 1];
    const expected = np.add.reduceat(table, np.array(indices).astype('int64'), axis).tolist();
    expect(plus.reduceat(table, np.array(indices).astype('int64'), axis).tolist()).toEqual(expected);
  });

  it('at counts an index that occurs twice twice', () => {
    const a = np.array([1, 2, 3]);
    plus.at(a, [0, 0, 2], [10, 20, 30]);
    expect(a.tolist()).toEqual([31, 2, 33]);
    np.frompyfunc((x: number) => -x, 1, 1).at(a, '1:');
    expect(a.tolist()).toEqual([31, -2, -33]);
  });

  it('refuse what NumPy refuses, before anything is written', () => {
    const a = np.array([1, 2, 3]);
    expect(() => plus.reduceat(a, [3])).toThrow(np.IndexError);
    expect(() => plus.at(a, [0, 7], 1)).toThrow(np.IndexError);
    expect(() => plus.at(a, [0])).toThrow('second operand needed for ufunc');
    expect(() => plus.at(a, [0, 1], [1, 2, 3])).toThrow(np.ValueError);
    expect(() => plus.at(np.broadcast_to(a, [2, 3]), 0, 1)).toThrow(np.ValueError);
    expect(a.tolist()).toEqual([1, 2, 3]);
  });
});
