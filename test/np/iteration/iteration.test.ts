import * as np from 'numgrad';
import { describe, expect, it } from 'vitest';

const a = np.reshape(np.arange(6), [2, 3]);
const items = (iterator: Iterable<np.NDIterValue>): unknown[] =>
  Array.from(iterator, (x) => (Array.isArray(x) ? x.map((y) => y.tolist()) : x.tolist()));

describe('iteration over an array', () => {
  it('gives rows as views, then scalars', () => {
    const b = np.zeros([2, 2]);
    for (const row of b) row.set(0, 7);
    expect(b.tolist()).toEqual([
      [7, 0],
      [7, 0],
    ]);
    expect([...np.array([1n, 2n ** 60n])]).toEqual([1, 2n ** 60n]);
    expect([...np.zeros([0, 3])]).toEqual([]);
    expect(() => [...np.array(1)]).toThrow('iteration over a 0-d array');
  });
});

describe('ndindex and ndenumerate', () => {
  it('walk in C order', () => {
    expect([...np.ndindex(2, 2)]).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect([...np.ndindex([2, 0])]).toEqual([]);
    expect([...np.ndindex()]).toEqual([[]]);
    expect(() => np.ndindex(-1)).toThrow('negative dimensions are not allowed');
    expect([...np.ndenumerate(a.get(':, ::2').T)]).toEqual([
      [[0, 0], 0],
      [[0, 1], 3],
      [[1, 0], 2],
      [[1, 1], 5],
    ]);
  });
});

describe('flat', () => {
  it('reads', () => {
    expect([...a.T.flat]).toEqual([0, 3, 1, 4, 2, 5]);
    expect(a.T.flat.get(1)).toBe(3);
    expect(a.flat.get('1::2').tolist()).toEqual([1, 3, 5]);
    expect(a.flat.get([5, 0]).tolist()).toEqual([5, 0]);
    expect(a.flat.copy().tolist()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(a.flat.length).toBe(6);
    expect(() => a.flat.get(6)).toThrow('index 6 is out of bounds for size 6');
    expect(() => a.flat.get(null)).toThrow(np.IndexError);
  });

  it('is a copy, never a view', () => {
    const b = np.arange(4);
    b.flat.get('1:').set(0, 99);
    expect(b.tolist()).toEqual([0, 1, 2, 3]);
  });

  it('writes, repeating values', () => {
    const b = np.zeros([2, 3]);
    b.T.flat.set('::2', [1, 2]);
    expect(b.tolist()).toEqual([
      [1, 2, 1],
      [0, 0, 0],
    ]);
    b.flat = [4, 5];
    expect(b.tolist()).toEqual([
      [4, 5, 4],
      [5, 4, 5],
    ]);
    b.flat.set(np.array([true, false, false, false, false, true]), 0);
    expect(b.tolist()).toEqual([
      [0, 5, 4],
      [5, 4, 0],
    ]);
    expect(() => b.flat.set(0, [1, 2])).toThrow('Error setting single item of array.');
    expect(() => np.broadcast_to(1, [2]).flat.set(0, 1)).toThrow('underlying array is read-only');
  });

  it('knows where it is', () => {
    const flat = a.flat;
    flat.next();
    flat.next();
    flat.next();
    flat.next();
    expect(flat.index).toBe(4);
    expect(flat.coords).toEqual([1, 1]);
    expect(flat.base).toBe(a);
    expect([...flat]).toEqual([4, 5]);
  });
});

describe('nditer', () => {
  it('takes elements in the order of memory, or as told', () => {
    expect(items(np.nditer(a.T))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(items(np.nditer(a.get(':, ::-1')))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(items(np.nditer(a.T, { order: 'C' }))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(items(np.nditer(a, { order: 'F' }))).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('writes through', () => {
    const b = np.copy(a);
    for (const x of np.nditer(b, { op_flags: ['readwrite'] })) {
      (x as np.NDArray).set('...', 2 * ((x as np.NDArray).item() as number));
    }
    expect(b.tolist()).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    const [x] = np.nditer(b) as Iterable<np.NDArray>;
    expect(() => x.set('...', 1)).toThrow(np.ValueError);
    expect(() => np.nditer(np.broadcast_to(1, [2]), { op_flags: ['readwrite'] })).toThrow('read-only');
  });

  it('broadcasts operands and makes results', () => {
    const iterator = np.nditer([a, [10, 20, 30], null]);
    for (const [x, y, out] of iterator as Iterable<np.NDArray[]>) out.set('...', np.add(x, y));
    expect(iterator.operands[2].tolist()).toEqual([
      [10, 21, 32],
      [13, 24, 35],
    ]);
    expect(() => np.nditer([a, [1, 2]])).toThrow(
      'operands could not be broadcast together with shapes (2,3) (2,)',
    );
  });

  it('tracks positions', () => {
    const iterator = np.nditer(a, { flags: ['multi_index'], order: 'F' });
    const found: unknown[] = [];
    while (!iterator.finished) {
      found.push([iterator.multi_index, (iterator.value as np.NDArray).item()]);
      iterator.iternext();
    }
    expect(found.slice(0, 3)).toEqual([
      [[0, 0], 0],
      [[1, 0], 3],
      [[0, 1], 1],
    ]);
    expect(() => iterator.multi_index).toThrow('Iterator is past the end');
    iterator.reset();
    expect(iterator.multi_index).toEqual([0, 0]);
    const byIndex = np.nditer(a.T, { flags: ['f_index'] });
    expect(Array.from(byIndex, () => byIndex.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => np.nditer(a).index).toThrow('Iterator does not have an index');
  });

  it('gives runs in an external loop', () => {
    expect(items(np.nditer(a, { flags: ['external_loop'] }))).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(items(np.nditer(a, { flags: ['external_loop'], order: 'F' }))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(items(np.nditer(a, { flags: ['external_loop', 'buffered'], buffersize: 4 }))).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
  });

  it('writes buffers back', () => {
    const b = np.arange(4);
    const options = {
      flags: ['buffered'],
      op_flags: ['readwrite'],
      op_dtypes: ['float64'],
      casting: 'unsafe',
    } as const;
    for (const x of np.nditer(b, options) as Iterable<np.NDArray>) x.set('...', (x.item() as number) + 1.5);
    expect(b.tolist()).toEqual([1, 2, 3, 4]);
    for (const x of np.nditer(b, options) as Iterable<np.NDArray>) {
      x.set('...', 9);
      break;
    }
    expect(b.tolist()).toEqual([9, 2, 3, 4]);
  });

  it('refuses what NumPy refuses', () => {
    expect(() => np.nditer(np.zeros([0, 2]))).toThrow('Iteration of zero-sized operands is not enabled');
    expect(items(np.nditer(np.zeros([0, 2]), ['zerosize_ok']))).toEqual([]);
    expect(() => np.nditer(a, ['bogus' as 'buffered'])).toThrow('Unexpected iterator global flag "bogus"');
    expect(() => np.nditer(a, ['multi_index', 'external_loop'])).toThrow(np.ValueError);
    expect(() => np.nditer(a, { op_dtypes: ['float64'] })).toThrow(TypeError);
    expect(() => np.nditer(np.ones(2), { flags: ['buffered'], op_dtypes: ['int32'] })).toThrow(
      "according to the rule 'safe'",
    );
    expect(() => np.nditer([])).toThrow('Must provide at least one operand');
  });
});

describe('broadcast', () => {
  it('walks arrays together', () => {
    const b = np.broadcast([[1], [2]], [3, 4]);
    expect([b.shape, b.size, b.ndim, b.numiter]).toEqual([[2, 2], 4, 2, 2]);
    expect([...b]).toEqual([
      [1, 3],
      [1, 4],
      [2, 3],
      [2, 4],
    ]);
    expect(b.index).toBe(4);
    b.reset();
    expect(b.next().value).toEqual([1, 3]);
    expect(() => np.broadcast([1, 2], [1, 2, 3])).toThrow(
      'Mismatch is between arg 0 with shape (2,) and arg 1 with shape (3,)',
    );
  });
});
