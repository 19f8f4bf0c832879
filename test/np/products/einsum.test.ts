import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';

/** The sum of products by its definition: a loop over all values of all labels. */
function byDefinition(terms: readonly string[], output: string, operands: readonly NDArray[]): unknown {
  const sizes = new Map<string, number>();
  terms.forEach((term, i) =>
    [...term].forEach((label, axis) => {
      sizes.set(label, Math.max(sizes.get(label) ?? 1, operands[i].shape[axis]));
    }),
  );
  const labels = [...sizes.keys()];
  const result = np.zeros([...output].map((label) => sizes.get(label)!));
  for (const point of np.ndindex(labels.map((label) => sizes.get(label)!)) as Iterable<number[]>) {
    const at = (label: string): number => point[labels.indexOf(label)];
    const product = operands.reduce((p, x, i) => {
      const index = [...terms[i]].map((label, axis) => (x.shape[axis] === 1 ? 0 : at(label)));
      return p * (x.get(...index) as unknown as number);
    }, 1);
    const target = [...output].map(at);
    result.set(...target, (result.get(...target) as unknown as number) + product);
  }
  return result.tolist();
}

const LENGTHS: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, d: 1 };

describe('einsum', () => {
  it('is the sum of products, by any path', () => {
    const term = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 3 });
    const problem = fc.record({
      terms: fc.array(term, { minLength: 1, maxLength: 4 }),
      keep: fc.subarray(['d', 'a', 'c', 'b']),
      optimize: fc.constantFrom(false, true, 'greedy', 'optimal', ['optimal', 3]),
      seed: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(problem, ({ terms, keep, optimize, seed }) => {
        const output = keep.filter((label) => terms.some((t) => t.includes(label))).join('');
        const operands = terms.map((t, i) => {
          const shape = [...t].map((label) => LENGTHS[label]);
          const count = shape.reduce((x, y) => x * y, 1);
          const values = Array.from({ length: count }, (_, k) => ((k * 7 + seed * (i + 3)) % 11) - 5);
          return np.reshape(np.array(values), shape);
        });
        const result = np.einsum(`${terms.join(',')}->${output}`, ...operands, { optimize } as object);
        expect(np.asarray(np.add(result, 0)).tolist()).toEqual(byDefinition(terms, output, operands));
      }),
      { numRuns: 150 },
    );
  });

  it('gives writeable views where nothing is summed', () => {
    const a = np.zeros([3, 3]);
    (np.einsum('ii->i', a) as NDArray).fill(1);
    expect(a.tolist()).toEqual(np.eye(3).tolist());
    const flipped = np.einsum('ij->ji', a);
    expect(flipped.base).toBe(a);
    expect(flipped.flags.writeable).toBe(true);
  });

  it('takes subscripts as lists', () => {
    const [a, b] = [np.reshape(np.arange(6), [2, 3]), np.reshape(np.arange(12), [3, 4])];
    expect(np.einsum(a, [0, 1], b, [1, 2], [2, 0]).tolist()).toEqual(np.einsum('ij,jk->ki', a, b).tolist());
    expect(np.einsum(a, ['...', 0]).tolist()).toEqual(a.tolist());
  });

  it('writes to out, also one that overlaps an operand', () => {
    const a = np.array([
      [1, 2],
      [3, 4],
    ]);
    const result = np.einsum('ij,jk->ik', a, a, { out: a });
    expect(result).toBe(a);
    expect(a.tolist()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    const shifted = np.arange(5);
    np.einsum('i->i', shifted.get('1:'), { out: shifted.get(':-1') as NDArray });
    expect(shifted.tolist()).toEqual([1, 2, 3, 4, 4]);
  });

  it('has a base only where the result is a view', () => {
    expect(np.einsum('ij,kj->ki', np.ones([2, 3]), np.ones([4, 3])).base).toBeNull();
    expect(np.einsum('ij,jk', np.ones([2, 3]), np.ones([3, 2]), { order: 'F' }).flags.f_contiguous).toBe(
      true,
    );
  });

  it.each([
    ['ij,jk', [np.ones([2, 3])]],
    ['i', [np.ones([2, 3])]],
    ['ijk', [np.ones([2, 3])]],
    ['ii', [np.ones([2, 3])]],
    ['ij->k', [np.ones([2, 3])]],
    ['ij->ii', [np.ones([2, 3])]],
    ['i1', [np.ones([2, 3])]],
    ['i..', [np.ones([2, 3])]],
    ['...->', [np.ones([2, 3])]],
    ['ij->i->j', [np.ones([2, 3])]],
    ['ij,ij', [np.ones([2, 3]), np.ones([2, 4])]],
  ])('refuses %s', (subscripts, operands) => {
    expect(() => np.einsum(subscripts, ...operands)).toThrow(np.ValueError);
  });

  it('refuses wrong keywords before it writes', () => {
    const a = np.ones([2, 2]);
    const out = np.zeros([2, 2], 'float32');
    expect(() => np.einsum('ij->i', a, { axis: 0 } as object)).toThrow(TypeError);
    expect(() => np.einsum('ij->ij', a, { out })).toThrow(TypeError);
    expect(() => np.einsum('ij->i', a, { out })).toThrow(np.ValueError);
    expect(() => np.einsum('ij->i', a, { dtype: 'int64' })).toThrow(TypeError);
    expect(() => np.einsum('ij,jk', a, a, { optimize: 'best' as 'greedy' })).toThrow(np.KeyError);
    expect(() => np.einsum('ij,jk', a, a, { optimize: ['einsum_path', [0, 2]] })).toThrow(np.IndexError);
    expect(() => np.einsum('ij,jk,kl', a, a, a, { optimize: ['einsum_path', [0, 1]] })).toThrow(
      np.RuntimeError,
    );
    expect(out.tolist()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
