/** Arrays as sets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';

describe('unique', () => {
  it('gives what is asked for', () => {
    const [values, index, inverse, counts] = np.unique(
      [
        [3, 1],
        [3, 2],
      ],
      {
        return_index: true,
        return_inverse: true,
        return_counts: true,
      },
    );
    expect(values.tolist()).toEqual([1, 2, 3]);
    expect(index.tolist()).toEqual([1, 3, 0]);
    expect(inverse.tolist()).toEqual([
      [2, 0],
      [2, 1],
    ]);
    expect(counts.tolist()).toEqual([1, 1, 2]);
  });

  it('takes NaN as one value or as many', () => {
    expect(np.unique([NaN, 1, NaN]).tolist()).toEqual([1, NaN]);
    expect(np.unique([NaN, 1, NaN], { equal_nan: false }).tolist()).toEqual([1, NaN, NaN]);
    expect(np.unique_counts([NaN, NaN]).counts.tolist()).toEqual([1, 1]);
  });

  it('compares rows and columns', () => {
    const a = [
      [1, 0, 0],
      [1, 0, 0],
      [2, 3, 4],
    ];
    expect(np.unique(a, { axis: 0 }).tolist()).toEqual([
      [1, 0, 0],
      [2, 3, 4],
    ]);
    expect(np.unique(a, { axis: 1 }).tolist()).toEqual([
      [0, 0, 1],
      [0, 0, 1],
      [3, 4, 2],
    ]);
    expect(() => np.unique(a, { axis: 2 })).toThrow(np.AxisError);
  });

  it('values and inverse give the array back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (list) => {
        const { values, inverse_indices, counts } = np.unique_all(list);
        expect(values.tolist()).toEqual([...new Set(list.map((x) => x + 0))].sort((x, y) => x - y));
        if (list.length > 0) expect((values.get(inverse_indices) as np.NDArray).tolist()).toEqual(list);
        expect(np.sum(counts)).toBe(list.length);
      }),
    );
  });
});

describe('set operations', () => {
  it('agree with sets', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 20 });
    fc.assert(
      fc.property(numbers, numbers, (x, y) => {
        const [a, b] = [new Set(x), new Set(y)];
        const sorted = (list: Iterable<number>): number[] => [...list].sort((p, q) => p - q);
        expect(np.union1d(x, y).tolist()).toEqual(sorted(new Set([...x, ...y])));
        expect(np.intersect1d(x, y).tolist()).toEqual(sorted([...a].filter((v) => b.has(v))));
        expect(np.setdiff1d(x, y).tolist()).toEqual(sorted([...a].filter((v) => !b.has(v))));
        const either = [...a].filter((v) => !b.has(v)).concat([...b].filter((v) => !a.has(v)));
        expect(np.setxor1d(x, y).tolist()).toEqual(sorted(either));
        expect(np.isin(x, y).tolist()).toEqual(x.map((v) => b.has(v)));
      }),
    );
  });

  it('never compares 64-bit integers as floats', () => {
    const big = BigUint64Array.of(2n ** 63n, 2n ** 60n + 1n);
    expect(np.isin(big, BigInt64Array.of(2n ** 60n, -1n)).tolist()).toEqual([false, false]);
    expect(np.isin(BigInt64Array.of(2n ** 60n + 1n, -1n), big).tolist()).toEqual([true, false]);
  });

  it('NaN is in no set', () => {
    expect(np.isin([NaN, 1], [NaN, 1]).tolist()).toEqual([false, true]);
    expect(() => np.isin([1.5], [1], { kind: 'table' })).toThrow(np.ValueError);
  });

  it('intersect1d finds first occurrences', () => {
    const [values, first, second] = np.intersect1d([1, 1, 2, 3, 4], [2, 1, 4, 6], { return_indices: true });
    expect([values, first, second].map((a) => a.tolist())).toEqual([
      [1, 2, 4],
      [0, 2, 4],
      [1, 0, 2],
    ]);
  });
});
