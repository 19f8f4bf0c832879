import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';

const DTYPES = ['bool', 'int8', 'uint16', 'int64', 'float16', 'float32', 'float64', 'complex64'] as const;

/** Numbers of any sort, repeated ones among them. */
const numbers = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.5));

const arrays = fc
  .tuple(fc.constantFrom(...DTYPES), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
  .chain(([dtype, rows, n]) =>
    fc
      .array(dtype.startsWith('f') || dtype[0] === 'c' ? numbers : fc.nat(9), {
        minLength: rows * n,
        maxLength: rows * n,
      })
      .map((values) => np.array(values).astype(dtype).reshape([rows, n]) as np.NDArray),
  );

const list = (a: np.NDArray): unknown => (a as { tolist: () => unknown }).tolist();

/** Texts tell -0 from 0, which sorting does not, and NaN is like NaN. */
const shown = (a: np.NDArray): string =>
  JSON.stringify(list(a), (_, x: unknown) => (Number.isNaN(x) ? 'nan' : x));

describe('topk', () => {
  it('is the end of what is sorted, and its indices say where that was', () => {
    fc.assert(
      fc.property(arrays, fc.nat(), fc.boolean(), fc.boolean(), (a, seed, largest, turned) => {
        const x = turned ? (a.T as np.NDArray) : a;
        const axis = turned ? 0 : 1;
        const n = x.shape[axis];
        const k = seed % (n + 1);
        const { values, indices } = np.topk(x, k, axis, largest);
        const sorted = np.sort(x, axis);
        const ends = largest
          ? np.flip(np.take(sorted, np.arange(n - k, n, 1, 'int64'), axis), axis)
          : np.take(sorted, np.arange(0, k, 1, 'int64'), axis);
        expect(values.dtype).toBe(x.dtype);
        expect(indices.dtype.name).toBe('int64');
        expect(shown(values)).toBe(shown(ends as np.NDArray));
        expect(shown(np.take_along_axis(x, indices, axis))).toBe(shown(values));
        const each = np.sort(indices, axis);
        if (k > 1) expect(np.all(np.greater(np.diff(each, { axis }), 0))).toBe(true);
      }),
    );
  });

  it('selects from long rows, in any order if asked to', () => {
    const a = np.array(Float64Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_011));
    const { values, indices } = np.topk(a, 5, { sorted: false });
    expect(list(np.sort(values))).toEqual(list(np.sort(a).get('-5:') as np.NDArray));
    expect(list(np.take(a, indices) as np.NDArray)).toEqual(list(values));
    expect(list(np.topk(a, 3).values)).toEqual(list(np.flip(np.sort(a)).get(':3') as np.NDArray));
  });

  it('keeps 64-bit integers apart', () => {
    const a = np.array([2n ** 53n + 1n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n]);
    expect(list(np.topk(a, 2).indices)).toEqual([3, 0]);
    expect(list(np.topk(a, 2, { largest: false }).indices)).toEqual([2, 1]);
  });

  it('is a list with names, also as a method of tensors, and gradients go where the elements were', () => {
    const x = np.tensor(
      [
        [1, 5, 3],
        [9, 7, 8],
      ],
      { requiresGrad: true },
    );
    const [values, indices] = x.topk(2);
    expect(list(indices)).toEqual([
      [1, 2],
      [0, 2],
    ]);
    (
      np.sum(
        np.multiply(values, [
          [1, 2],
          [3, 4],
        ]),
      ) as unknown as np.Tensor
    ).backward();
    expect(list(x.grad!)).toEqual([
      [0, 1, 2],
      [3, 0, 4],
    ]);
  });

  it('takes an array without axes as one element', () => {
    const { values, indices } = np.topk(3, 1);
    expect([values.shape, indices.shape]).toEqual([[], []]);
  });

  it('refuses a k that is out of range or no integer, other axes and keywords', () => {
    const a = np.arange(6).reshape([2, 3]) as np.NDArray;
    expect(() => np.topk(a, 4)).toThrow(
      new np.RuntimeError('selected index k out of range: 4 of 3 elements'),
    );
    expect(() => np.topk(a, -1)).toThrow(np.RuntimeError);
    expect(() => np.topk(a, 1.5)).toThrow(TypeError);
    expect(() => np.topk(a, undefined as unknown as number)).toThrow(TypeError);
    expect(() => np.topk(a, 1, 2)).toThrow(np.AxisError);
    expect(() => np.topk(a, 1, { dim: 0 } as object)).toThrow(TypeError);
    expect(() => np.topk(np.zeros([0]), 1)).toThrow(np.RuntimeError);
  });
});
