import * as np from 'numgrad';
import { afterEach, describe, expect, it } from 'vitest';
import { setSoftLimit } from '../../src/array/storage.ts';

const HEAP = 768 * 2 ** 20;
const COUNT = 20011;
const TYPES = ['int64', 'float64', 'int32', 'int16', 'uint32'] as const;

afterEach(() => setSoftLimit(HEAP));

/** The first place where two typed arrays differ; -1 if there is none. */
function firstDifference(x: ArrayLike<number | bigint>, y: ArrayLike<number | bigint>): number {
  if (x.length !== y.length) return Math.min(x.length, y.length);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return i;
  return -1;
}

/** Whole numbers below `n` in a fixed disorder. */
const scattered = (count: number, n: number): number[] =>
  Array.from({ length: count }, (_, i) => (i * 7919 + (i >> 3) * 104729) % n);

/** More indices than are computed at a time, by types that take different kernels, in the heap and outside it. */
describe.each(['heap', 'outside'])('many indices, arrays in the %s', (where) => {
  describe.each([37, 5003])('of an axis of length %i', (length) => {
    const source = Float64Array.from({ length }, (_, i) => Math.sin(i));
    const raw = scattered(COUNT, length);
    const signed = raw.map((i, at) => (at % 3 === 0 ? i - length : i));

    const prepare = (dtype: (typeof TYPES)[number]): { a: np.NDArray; index: np.NDArray; at: number[] } => {
      if (where === 'outside') setSoftLimit(-1);
      const at = dtype === 'uint32' ? raw : signed;
      return { a: np.array(source), index: np.array(at, { dtype }), at };
    };
    const place = (i: number): number => (i < 0 ? i + length : i);

    it.each(TYPES)('%s: get, set and add.at', (dtype) => {
      const { a, index, at } = prepare(dtype);
      expect(
        firstDifference(
          a.get(index).data,
          Float64Array.from(at, (i) => source[place(i)]),
        ),
      ).toBe(-1);

      const values = Float64Array.from({ length: COUNT }, (_, i) => i / 3);
      const written = source.slice();
      const summed = source.slice();
      at.forEach((i, n) => {
        written[place(i)] = values[n];
        summed[place(i)] += values[n];
      });
      const b = np.array(source);
      b.set(index, np.array(values));
      expect(firstDifference(b.data, written)).toBe(-1);
      np.add.at(a, index, np.array(values));
      expect(firstDifference(a.data, summed)).toBe(-1);
    });

    it.each(TYPES)(
      '%s: an index out of range is found wherever it is, before anything is written',
      (dtype) => {
        for (const position of [0, 1, 3, 8191, 8192, COUNT - 1]) {
          const { a, at } = prepare(dtype);
          const bad = at.with(position, length);
          const index = np.array(bad, { dtype });
          expect(() => a.get(index)).toThrow(
            `index ${length} is out of bounds for axis 0 with size ${length}`,
          );
          expect(() => a.set(index, 0)).toThrow(np.IndexError);
          expect(() => np.add.at(a, index, 1)).toThrow(np.IndexError);
          expect(firstDifference(a.data, source)).toBe(-1);
        }
      },
    );
  });

  it('runs of every width', () => {
    if (where === 'outside') setSoftLimit(-1);
    for (const dtype of ['uint8', 'int16', 'float32', 'complex64', 'complex128'] as const) {
      for (const columns of [1, 2, 3, 5, 16, 33, 200]) {
        const a = np.reshape(np.arange(50 * columns, { dtype: 'int32' }), [50, columns]).astype(dtype);
        const rows = scattered(300, 50);
        const picked = a.get(np.array(rows, { dtype: 'int64' }));
        const bytes = new Uint8Array(picked.data.buffer, picked.data.byteOffset, picked.data.byteLength);
        const from = new Uint8Array(a.data.buffer, a.data.byteOffset, a.data.byteLength);
        const size = columns * a.itemsize;
        rows.forEach((row, i) => {
          const [got, wanted] = [
            bytes.subarray(i * size, (i + 1) * size),
            from.subarray(row * size, (row + 1) * size),
          ];
          expect(firstDifference(got, wanted)).toBe(-1);
        });
        const back = np.zeros_like(a);
        back.set(np.array(rows), picked);
        expect(np.array_equal(np.take(back, rows, 0), picked)).toBe(true);
      }
    }
  });

  it('masks of more elements than are taken at a time', () => {
    if (where === 'outside') setSoftLimit(-1);
    const a = np.reshape(np.arange(30000), [100, 300]);
    const mask = np.equal(np.remainder(a, 7), 0);
    const expected = Array.from({ length: Math.ceil(30000 / 7) }, (_, i) => 7 * i);
    expect(a.get(mask).tolist()).toEqual(expected);
    expect(a.T.get(mask.T).size).toBe(expected.length);
    expect(np.ravel_multi_index(np.nonzero(mask), [100, 300]).tolist()).toEqual(expected);
    a.set(mask, np.multiply(a.get(mask), -1));
    expect(np.sum(np.less(a, 0))).toBe(expected.length - 1);
  });
});

it('keeps the bits of NaN', () => {
  const bits = new BigUint64Array([0x7ff8000000000123n, 0xfff4000000000001n]);
  const a = np.array(new Float64Array(bits.buffer));
  const { data } = a.get([1, 0, 1]);
  expect(new BigUint64Array(data.buffer, data.byteOffset, 3)).toEqual(
    new BigUint64Array([bits[1], bits[0], bits[1]]),
  );
});
