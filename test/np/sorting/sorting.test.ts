/** Sorting, searching and counting as functions: results and errors. */
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';

describe('sort', () => {
  it('copies, the method works in place', () => {
    const a = np.array([3, 1, 2]);
    expect(np.sort(a).tolist()).toEqual([1, 2, 3]);
    expect(a.tolist()).toEqual([3, 1, 2]);
    expect(a.sort()).toBeUndefined();
    expect(a.tolist()).toEqual([1, 2, 3]);
  });

  it('writes through views and refuses read-only arrays before it writes', () => {
    const a = np.array([4, 3, 2, 1]);
    a.get('::2').sort();
    expect(a.tolist()).toEqual([2, 3, 4, 1]);
    const b = np.broadcast_to([2, 1], [3, 2]);
    expect(() => b.sort()).toThrow(np.ValueError);
  });

  it('throws what NumPy throws', () => {
    const a = np.zeros([2, 2]);
    expect(() => np.sort(a, 2)).toThrow(np.AxisError);
    expect(() => np.sort(1)).toThrow(np.AxisError);
    expect(() => np.sort(a, { kind: 'bogus' as 'stable' })).toThrow(np.ValueError);
    expect(() => np.sort(a, { kind: 'stable', stable: true })).toThrow(np.ValueError);
    expect(() => np.sort(a, { nonsense: 1 } as never)).toThrow(
      /unexpected keyword argument 'nonsense'.*axis/,
    );
    expect(() => np.partition(a, 5)).toThrow('kth(=5) out of bounds (2)');
    expect(() => np.partition(a, 0.5)).toThrow(TypeError);
    expect(() => np.lexsort([])).toThrow(TypeError);
    expect(() => np.lexsort([[1, 2], [1]])).toThrow(np.ValueError);
  });

  it('lexsort sorts by the last key first', () => {
    expect(
      np
        .lexsort([
          [9, 4, 0, 4, 0, 2, 1],
          [1, 5, 1, 4, 3, 4, 4],
        ])
        .tolist(),
    ).toEqual([2, 0, 4, 6, 5, 3, 1]);
  });

  it('sort_complex widens', () => {
    expect(np.sort_complex(new Int8Array([2, 1])).dtype).toBe(np.complex64);
    expect(np.sort_complex(new Float32Array([2, 1])).dtype).toBe(np.complex128);
  });
});

describe('searchsorted and digitize', () => {
  it('gives an integer for a scalar', () => {
    expect(np.searchsorted([1, 2, 3], 2)).toBe(1);
    expect(np.searchsorted([1, 2, 3], 2, { side: 'right' })).toBe(2);
  });

  it('searches through a sorter', () => {
    expect(np.searchsorted([3, 1, 2], [1, 2.5], { sorter: [1, 2, 0] }).tolist()).toEqual([0, 2]);
    expect(() => np.searchsorted([3, 1], 1, { sorter: [1] })).toThrow('sorter.size must equal a.size');
    expect(() => np.searchsorted([3, 1], 1, { sorter: [1, 7] })).toThrow(np.ValueError);
  });

  it('takes rising and falling bins', () => {
    expect(np.digitize([0, 1, 2, 3], [3, 2, 1]).tolist()).toEqual([3, 2, 1, 0]);
    expect(np.digitize([0, 1, 2, 3], [3, 2, 1], true).tolist()).toEqual([3, 3, 2, 1]);
    expect(() => np.digitize(1, [1, 3, 2])).toThrow('bins must be monotonically increasing or decreasing');
  });
});

describe('counting', () => {
  it('bincount sums weights in order', () => {
    expect(np.bincount([0, 1, 1, 3]).tolist()).toEqual([1, 2, 0, 1]);
    expect(np.bincount([1, 1], [0.5, 0.25], 3).tolist()).toEqual([0, 0.75, 0]);
    expect(() => np.bincount([-1])).toThrow(np.ValueError);
    expect(() => np.bincount([0.5])).toThrow(TypeError);
  });

  it('histogram keeps values on edges in their bins', () => {
    const [counts, edges] = np.histogram([0.1, 0.2, 0.3, 0.7, 0.1 + 0.2], 10, [0, 1]);
    expect(counts.tolist()).toEqual([0, 1, 2, 1, 0, 0, 1, 0, 0, 0]);
    expect(edges.size).toBe(11);
  });

  it('every estimator covers all values', () => {
    const x = np.array(Float64Array.from({ length: 200 }, (_, i) => ((i * 7919) % 211) ** 1.5));
    for (const rule of ['auto', 'fd', 'doane', 'scott', 'stone', 'rice', 'sturges', 'sqrt'] as const) {
      expect(np.sum(np.histogram(x, rule)[0])).toBe(200);
    }
  });

  it('a density integrates to one, in two dimensions too', () => {
    const [density, edges] = np.histogram([1, 2, 2, 5], { bins: [0, 2, 3, 6], density: true });
    const widths = np.subtract(edges.get('1:'), edges.get(':-1'));
    expect(np.sum(np.multiply(density, widths))).toBeCloseTo(1, 15);
    const [counts, xedges, yedges] = np.histogram2d([0, 1, 1], [0, 1, 1], 2);
    expect(counts.tolist()).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect([xedges.tolist(), yedges.tolist()]).toEqual([
      [0, 0.5, 1],
      [0, 0.5, 1],
    ]);
  });

  it('refuses bad bins and ranges', () => {
    expect(() => np.histogram([1, 2], 0)).toThrow(np.ValueError);
    expect(() => np.histogram([1, 2], 2.5)).toThrow(TypeError);
    expect(() => np.histogram([1, 2], [3, 1])).toThrow(np.ValueError);
    expect(() => np.histogram([1, NaN], 3)).toThrow(/autodetected range .* is not finite/);
    expect(() => np.histogram([1, 2], 3, [2, 1])).toThrow('max must be larger than min in range parameter.');
    expect(() =>
      np.histogramdd(
        [
          [1, 2],
          [3, 4],
        ],
        [2, 2, 2],
      ),
    ).toThrow(np.ValueError);
  });
});
