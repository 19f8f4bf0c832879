import * as np from 'numgrad';
import { describe, expect, it, test } from 'vitest';

const lists = (arrays: readonly { tolist(): unknown }[]): unknown[] => arrays.map((a) => a.tolist());

describe('take and put', () => {
  const a = np.reshape(np.arange(6), [2, 3]);

  it('takes along an axis or of the flattened array', () => {
    expect(np.take(a, 4)).toBe(4);
    expect(np.take(a, [[0, -1]], 1).tolist()).toEqual([[[0, 2]], [[3, 5]]]);
    expect(np.take(a, [true, false], 0).tolist()).toEqual([
      [3, 4, 5],
      [0, 1, 2],
    ]);
    expect(a.take([7, -8], { mode: 'wrap' }).tolist()).toEqual([1, 4]);
    expect(a.take([7, -8], { mode: 'clip' }).tolist()).toEqual([5, 0]);
  });

  it('writes to out, even to one that it reads', () => {
    const b = np.arange(4);
    expect(np.take(b, [3, 2, 1, 0], { out: b })).toBe(b);
    expect(b.tolist()).toEqual([3, 2, 1, 0]);
    expect(() => np.take(b, [0], { out: np.zeros(2, { dtype: 'int64' }) })).toThrow(np.ValueError);
    expect(() => np.take(b, [0], { out: np.zeros(1) })).toThrow(
      "Cannot cast array data from dtype('float64')",
    );
  });

  test.each([
    [[6], undefined, np.IndexError],
    [[0.5], undefined, TypeError],
    [[NaN], undefined, TypeError],
    [[0], { axis: 2 }, np.AxisError],
    [[0], { mode: 'nearest' as 'clip' }, np.ValueError],
    [[0], { kind: 1 } as object, TypeError],
  ])('refuses %j %j', (indices, options, error) => {
    expect(() => np.take(a, indices, options ?? {})).toThrow(error);
  });

  it('refuses to take from nothing', () => {
    expect(() => np.take(np.zeros([0, 3]), [0], 0)).toThrow('cannot do a non-empty take from an empty axes.');
    expect(np.take(np.zeros([0, 3]), [], 0).shape).toEqual([0, 3]);
  });

  it('puts repeated values, in any layout', () => {
    const b = np.zeros([2, 3]);
    np.put(b.T, [0, 1, 5], [1, 2]);
    expect(b.tolist()).toEqual([
      [1, 0, 0],
      [2, 0, 1],
    ]);
    expect(() => np.put(b, [0, 6], 9)).toThrow(np.IndexError);
    expect(b.get(0, 0)).toBe(1);
    expect(() => np.put([1] as unknown as np.NDArray, [0], 1)).toThrow(TypeError);
  });

  it('take_along_axis and put_along_axis are inverse', () => {
    const x = np.array([
      [3, 1, 2],
      [9, 8, 7],
    ]);
    const order = np.array([
      [1n, 2n, 0n],
      [2n, 1n, 0n],
    ]);
    const sorted = np.take_along_axis(x, order, 1);
    expect(sorted.tolist()).toEqual([
      [1, 2, 3],
      [7, 8, 9],
    ]);
    const back = np.zeros([2, 3]);
    np.put_along_axis(back, order, sorted, 1);
    expect(back.tolist()).toEqual(x.tolist());
    expect(np.take_along_axis(x, [[0], [1]], 1).tolist()).toEqual([[3], [8]]);
    expect(() => np.take_along_axis(x, [0], 1)).toThrow('must have the same number of dimensions');
  });
});

describe('where, choose, select', () => {
  it('promotes weak scalars as NumPy does', () => {
    const c = np.array([true, false]);
    expect(np.where(c, np.array([1, 2], { dtype: 'uint8' }), 1).dtype).toBe(np.uint8);
    expect(np.where(c, np.array([1, 2], { dtype: 'float32' }), 0.5).dtype).toBe(np.float32);
    expect(np.where(c, 1, 0).dtype).toBe(np.int64);
    expect(np.where(c, 1, 0.5).dtype).toBe(np.float64);
    expect(np.where(c, np.array([1n, 2n]), 0.5).dtype).toBe(np.float64);
    expect(np.where(c, true, false).dtype).toBe(np.bool_);
  });

  it('broadcasts, keeps NaN bits and takes NaN as true', () => {
    expect(np.where([[true], [false]], [1, 2], 0).tolist()).toEqual([
      [1, 2],
      [0, 0],
    ]);
    expect(np.where([NaN, 0], 1, 0).tolist()).toEqual([1, 0]);
    expect(np.where(true, 1, 2).shape).toEqual([]);
    expect(() => np.where([true, false], [1, 2, 3], 0)).toThrow(np.ValueError);
    expect(() => np.where([true], 1, undefined as unknown as number)).toThrow('either both or neither');
  });

  it('with one argument it is nonzero', () => {
    expect(
      lists(
        np.where([
          [0, 1],
          [2, 0],
        ]),
      ),
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('chooses', () => {
    const choices = [np.array([0, 1, 2]), np.array([10, 11, 12])];
    expect(np.choose([1, 0, 1], choices).tolist()).toEqual([10, 1, 12]);
    expect(np.choose([[1], [0]], choices).tolist()).toEqual([
      [10, 11, 12],
      [0, 1, 2],
    ]);
    expect(np.choose([-1, 5, 1], choices, { mode: 'wrap' }).tolist()).toEqual([10, 11, 12]);
    expect(np.choose([-1, 5, 1], choices, { mode: 'clip' }).tolist()).toEqual([0, 11, 12]);
    expect(() => np.choose([-1], choices)).toThrow('invalid entry in choice array');
    expect(() => np.choose([0], [])).toThrow(np.ValueError);
    expect(
      np
        .choose(
          1,
          np.array([
            [1, 2],
            [3, 4],
          ]),
        )
        .tolist(),
    ).toEqual([3, 4]);
  });

  it('selects the first that holds', () => {
    const x = np.arange(6);
    const result = np.select([np.less(x, 3), np.less(x, 5)], [x, np.multiply(x, 10)], -1);
    expect(result.tolist()).toEqual([0, 1, 2, 30, 40, -1]);
    expect(() => np.select([[1]], [[1]])).toThrow('invalid entry 0 in condlist: should be boolean ndarray');
    expect(() => np.select([], [])).toThrow(np.ValueError);
  });
});

describe('masks', () => {
  const mask = np.array([
    [true, false],
    [false, true],
  ]);

  it('finds, counts nothing twice and keeps C order', () => {
    expect(lists(np.nonzero(mask.T))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(np.argwhere(mask).tolist()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(np.flatnonzero([0, NaN, -0, 2]).tolist()).toEqual([1, 3]);
    expect(np.argwhere(5).shape).toEqual([1, 0]);
    expect(np.argwhere(0).shape).toEqual([0, 0]);
    expect(() => np.nonzero(1)).toThrow('Calling nonzero on 0d arrays is not allowed');
    expect(np.nonzero(np.zeros([0, 2])).map((x) => x.shape)).toEqual([[0], [0]]);
  });

  it('finds in masks of every length', () => {
    for (let n = 0; n < 70; n++) {
      const values = Array.from({ length: n }, (_, i) => (i * 7) % 3 === 0);
      const expected = values.flatMap((x, i) => (x ? [i] : []));
      expect(np.flatnonzero(np.array(values, { dtype: 'bool' })).tolist()).toEqual(expected);
      const strided = np.zeros(3 * n, { dtype: 'bool' }).get('::3');
      strided.set('...', values);
      expect(np.flatnonzero(strided).tolist()).toEqual(expected);
    }
  });

  it('compresses and extracts', () => {
    const a = np.array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(np.compress([false, true], a, 0).tolist()).toEqual([[3, 4]]);
    expect(a.compress([true, false], { axis: 1 }).tolist()).toEqual([[1], [3], [5]]);
    expect(() => np.compress([false, false, false, true], a, 0)).toThrow(np.IndexError);
    expect(() => np.compress([[true]], a)).toThrow('condition must be a 1-d array');
    expect(np.extract(np.greater(a, 4), a).tolist()).toEqual([5, 6]);
  });

  it('places and masks', () => {
    const a = np.zeros([2, 2], { dtype: 'int32' });
    np.place(a, mask, [7, 8, 9]);
    expect(a.tolist()).toEqual([
      [7, 0],
      [0, 8],
    ]);
    np.putmask(
      a.T,
      [
        [true, true],
        [true, false],
      ],
      [1, 2],
    );
    expect(a.tolist()).toEqual([
      [1, 1],
      [2, 8],
    ]);
    expect(() => np.place(a, [true], [1])).toThrow('place: mask and data must be the same size');
    expect(() => np.place(a, mask, [])).toThrow('Cannot insert from an empty array!');
    expect(() => np.putmask(a, mask, np.array([1.5]))).toThrow(TypeError);
  });
});

describe('copyto', () => {
  it('casts by the rule, scalars as weak ones', () => {
    const a = np.zeros([2, 2], { dtype: 'int32' });
    np.copyto(a, 5, { where: [true, false] });
    expect(a.tolist()).toEqual([
      [5, 0],
      [5, 0],
    ]);
    expect(() => np.copyto(a, 2.5)).toThrow("Cannot cast scalar from dtype('float64') to dtype('int32')");
    expect(() => np.copyto(a, np.ones(2))).toThrow("according to the rule 'same_kind'");
    np.copyto(a, np.array([1.9, -1.9]), 'unsafe');
    expect(a.tolist()).toEqual([
      [1, -1],
      [1, -1],
    ]);
    expect(() => np.copyto(a, 2 ** 31)).toThrow(np.OverflowError);
    expect(() => np.copyto(a, [1n, 2n, 3n])).toThrow(
      'could not broadcast input array from shape (3,) into shape (2,2)',
    );
    expect(() => np.copyto(a, 1, { where: [true, false, true] })).toThrow('could not broadcast where mask');
  });
});

describe('diagonals and triangles', () => {
  it('diagonal is a read-only view', () => {
    const a = np.reshape(np.arange(12), [3, 4]);
    expect(a.diagonal(1).tolist()).toEqual([1, 6, 11]);
    expect(a.diagonal(-2).tolist()).toEqual([8]);
    expect(a.diagonal(9).tolist()).toEqual([]);
    expect(() => a.diagonal().set(0, 1)).toThrow(np.ValueError);
    a.set(0, 0, 50);
    expect(a.diagonal().get(0)).toBe(50);
    expect(np.diagonal(np.zeros([2, 3, 4]), 0, 0, 2).shape).toEqual([3, 2]);
    expect(() => np.diagonal([1])).toThrow('diag requires an array of at least two dimensions');
    expect(() => np.diagonal(a, 0, 1, -1)).toThrow('axis1 and axis2 cannot be the same');
  });

  it('fills diagonals, wrapped or not', () => {
    const tall = np.zeros([7, 2]);
    np.fill_diagonal(tall, [1, 2, 3], { wrap: true });
    expect(tall.tolist()).toEqual([
      [1, 0],
      [0, 2],
      [0, 0],
      [3, 0],
      [0, 1],
      [0, 0],
      [2, 0],
    ]);
    const cube = np.zeros([2, 2, 2]);
    np.fill_diagonal(cube, 4);
    expect(np.ravel(cube).tolist()).toEqual([4, 0, 0, 0, 0, 0, 0, 4]);
    expect(() => np.fill_diagonal(np.zeros([2, 3, 2]), 1)).toThrow(
      'All dimensions of input must be of equal length',
    );
  });

  it('indexes triangles', () => {
    const a = np.reshape(np.arange(9), [3, 3]);
    expect(a.get(...np.tril_indices(3, -1)).tolist()).toEqual([3, 6, 7]);
    expect(a.get(...np.triu_indices_from(a, 1)).tolist()).toEqual([1, 2, 5]);
    expect(a.get(...np.diag_indices_from(a)).tolist()).toEqual([0, 4, 8]);
    expect(a.get(...np.mask_indices(3, np.triu, 1)).tolist()).toEqual([1, 2, 5]);
    expect(() => np.tril_indices_from([1])).toThrow('input array must be 2-d');
  });
});

describe('positions', () => {
  it('ravels and unravels', () => {
    const at = [np.array([3, 6, 6]), np.array([4, 5, 1])];
    expect(np.ravel_multi_index(at, [7, 6]).tolist()).toEqual([22, 41, 37]);
    expect(lists(np.unravel_index([22, 41, 37], [7, 6]) as unknown as np.NDArray[])).toEqual([
      [3, 6, 6],
      [4, 5, 1],
    ]);
    expect(np.ravel_multi_index([3, 1], [4, 6], { order: 'F' })).toBe(7);
    expect(np.unravel_index(7, [4, 6], { order: 'F' })).toEqual([3, 1]);
    expect(() => np.ravel_multi_index([[-1], [0]], [4, 6])).toThrow('invalid entry in coordinates array');
    expect(() => np.unravel_index(42, [7, 6])).toThrow('index 42 is out of bounds for array with size 42');
    expect(() => np.unravel_index(0.5, [7, 6])).toThrow('only int indices permitted');
  });

  it('crosses indices', () => {
    const a = np.reshape(np.arange(10), [2, 5]);
    expect(a.get(...np.ix_([0, 1], [2, 4])).tolist()).toEqual([
      [2, 4],
      [7, 9],
    ]);
    expect(a.get(...np.ix_([true, false], [2])).tolist()).toEqual([[2]]);
    expect(() => np.ix_([[1]])).toThrow('Cross index must be 1 dimensional');
  });
});

describe('index notation', () => {
  it('keeps indices as values', () => {
    const rows = np.s_.get('1::2');
    expect(np.arange(6).get(rows).tolist()).toEqual([1, 3, 5]);
    expect(
      np
        .reshape(np.arange(6), [2, 3])
        .get(...np.index_exp.get('0, ::-1'))
        .tolist(),
    ).toEqual([2, 1, 0]);
  });

  it('makes grids', () => {
    expect(np.mgrid.get('0:2, 0:3').shape).toEqual([2, 2, 3]);
    expect(np.mgrid.get('0:2, 0:3').dtype).toBe(np.int64);
    expect(np.mgrid.get('-1:1:5j').tolist()).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(np.ogrid.get('0:2, 0:3').map((x) => x.shape)).toEqual([
      [2, 1],
      [1, 3],
    ]);
    expect(np.mgrid.get(np.slice(0, 1, 0.5)).tolist()).toEqual([0, 0.5]);
    expect(() => np.mgrid.get('3')).toThrow(TypeError);
  });

  it('joins', () => {
    expect(np.r_.get([1, 2], 0, '3:6').tolist()).toEqual([1, 2, 0, 3, 4, 5]);
    expect(np.r_.get('0:1:3j').tolist()).toEqual([0, 0.5, 1]);
    expect(np.r_.get('0,2', [1, 2], [3, 4]).tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(np.c_.get([1, 2], [3, 4]).tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(() => np.r_.get([1], 'r')).toThrow(np.IndexError);
  });
});

describe('ufunc.at', () => {
  it('counts repeated indices, which plain indexing does not', () => {
    const a = np.zeros(3);
    np.add.at(a, [0, 0, 2], [1, 2, 5]);
    expect(a.tolist()).toEqual([3, 0, 5]);
  });

  it('takes several index items, slices and masks', () => {
    const a = np.zeros([2, 3], { dtype: 'int32' });
    np.add.at(a, [np.array([0, 0, 1]), np.array([1, 1, 2])], 1);
    np.add.at(a, [':', 0], 5);
    np.subtract.at(a, np.greater(a, 4), 1);
    expect(a.tolist()).toEqual([
      [4, 2, 0],
      [4, 0, 1],
    ]);
    np.add.at(a, [], 1);
    np.negative.at(a, [0, 0, 0]);
    expect(a.tolist()).toEqual([
      [-4, -2, 0],
      [4, 0, 1],
    ]);
  });

  it('broadcasts a row over repeated indices', () => {
    const a = np.array([14, 13, 15], { dtype: 'float32' });
    np.add.at(
      a,
      [
        [-1, -3],
        [1, 1],
        [0, 2],
      ],
      [13, 2],
    );
    expect(a.tolist()).toEqual([29, 28, 30]);
  });

  it('writes nothing when an index is out of range', () => {
    const a = np.zeros(3);
    expect(() => np.add.at(a, [0, 3], 1)).toThrow(np.IndexError);
    expect(() => np.add.at(a, [0, 1], [1, 2, 3])).toThrow('array is not broadcastable to correct shape');
    expect(() => np.add.at(a, [0])).toThrow('second operand needed for ufunc');
    expect(() => np.add.at([0] as unknown as np.NDArray, [0], 1)).toThrow('first operand must be array');
    expect(a.tolist()).toEqual([0, 0, 0]);
  });
});

describe('item', () => {
  const a = np.reshape(np.arange(6), [2, 3]).T;
  it('reads one element by position', () => {
    expect(a.item(1)).toBe(3);
    expect(a.item(-1)).toBe(5);
    expect(a.item(2, 1)).toBe(5);
    expect(a.item([2, 1])).toBe(5);
    expect(np.array([7]).item()).toBe(7);
    expect(() => a.item()).toThrow(np.ValueError);
    expect(() => a.item(6)).toThrow('index 6 is out of bounds for size 6');
    expect(() => a.item(0.5)).toThrow(TypeError);
  });
});
