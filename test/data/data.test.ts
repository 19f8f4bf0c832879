import { describe, expect, expectTypeOf, it } from 'vitest';
import * as np from '../../src/index.ts';
import {
  DataLoader,
  Dataset,
  Subset,
  TensorDataset,
  defaultCollate,
  randomSplit,
} from '../../src/data/index.ts';

const ten = (): TensorDataset<[np.Tensor, np.NDArray]> =>
  new TensorDataset(np.tensor(np.arange(20).reshape(10, 2)), np.arange(10n as never));
const seed = (n = 7): np.Generator => new np.Generator(n);
const lists = (x: Iterable<unknown>): unknown[] => [...x].map((b) => (b as np.NDArray).tolist());

describe('TensorDataset', () => {
  it('has views of rows, and rows together', () => {
    const data = ten();
    expect(data.length).toBe(10);
    const [x, y] = data.get(3);
    expect(x).toBeInstanceOf(np.Tensor);
    expect(x.tolist()).toEqual([6, 7]);
    expect(y.shape).toEqual([]);
    x.set(0, 99);
    expect(data.get(3)[0].tolist()).toEqual([99, 7]);
    const [batch] = data.getBatch(np.array([9n, 0n]) as np.NDArray<'int64'>);
    expect(batch).toBeInstanceOf(np.Tensor);
    expect(batch.tolist()).toEqual([
      [18, 19],
      [0, 1],
    ]);
  });

  it('refuses what does not fit', () => {
    expect(() => new TensorDataset(np.ones([3, 2]), np.ones(4))).toThrow(/shapes \(3,2\) and \(4,\)/);
    expect(() => new TensorDataset(np.ones([]))).toThrow(np.ValueError);
    expect(() => new TensorDataset()).toThrow(np.ValueError);
    expect(() => new TensorDataset([1, 2] as never)).toThrow(TypeError);
    for (const i of [-1, 10, 0.5, NaN]) expect(() => ten().get(i)).toThrow(/out of range/);
  });
});

describe('Subset and randomSplit', () => {
  it('take examples by their numbers', () => {
    const odd = new Subset(ten(), [1, 3, 9]);
    expect(odd.length).toBe(3);
    expect(Number(odd.get(2)[1])).toBe(9);
    const twice = new Subset(odd, np.array([2n, 2n]));
    expect(lists([...new DataLoader(twice, 2)].map(([x]) => x))).toEqual([
      [
        [18, 19],
        [18, 19],
      ],
    ]);
    expect(() => new Subset(['a'], [1])).toThrow(/out of range/);
    expect(() => new Subset(['a'], [0]).get(1)).toThrow(/out of range/);
  });

  it('split at random, each example in one part', () => {
    const data = Array.from({ length: 11 }, (_, i) => i);
    const split = (): number[][] =>
      randomSplit(data, [4, 7], { generator: seed() }).map((part) =>
        Array.from({ length: part.length }, (_, i) => part.get(i)),
      );
    const [a, b] = split();
    expect(a.length).toBe(4);
    expect([...a, ...b].sort((x, y) => x - y)).toEqual(data);
    expect([...a, ...b]).not.toEqual(data);
    expect(split()).toEqual([a, b]);
    expect(randomSplit(data, [0.5, 0.3, 0.2]).map((part) => part.length)).toEqual([6, 3, 2]);
    expect(randomSplit(data, [11, 0]).map((part) => part.length)).toEqual([11, 0]);
    expect(randomSplit([5], [1]).length).toBe(1);
    for (const wrong of [
      [4, 6],
      [-1, 12],
      [0.5, 0.4],
      [5.5, 5.5],
    ])
      expect(() => randomSplit(data, wrong)).toThrow(/do not add up to the 11 examples/);
  });
});

describe('DataLoader', () => {
  it('gives batches in order', () => {
    const loader = new DataLoader(ten(), { batchSize: 4 });
    expect(loader.length).toBe(3);
    for (const pass of [1, 2]) {
      const sizes = [...loader].map(([x, y]) => [x.shape, y.dtype.name]);
      expect(sizes, `pass ${pass}`).toEqual([
        [[4, 2], 'int64'],
        [[4, 2], 'int64'],
        [[2, 2], 'int64'],
      ]);
    }
    expect([...new DataLoader(ten(), { batchSize: 4, dropLast: true })].length).toBe(2);
    expect(new DataLoader(ten(), 4, { dropLast: true }).length).toBe(2);
    expect([...new DataLoader([], 4)]).toEqual([]);
  });

  it('shuffles anew at each pass, by the seed', () => {
    const orders = (): unknown[] => {
      const loader = new DataLoader(
        Array.from({ length: 50 }, (_, i) => i),
        { batchSize: 50, shuffle: true, generator: seed() },
      );
      return [...lists(loader), ...lists(loader)];
    };
    const [first, second] = orders() as number[][];
    expect(first).not.toEqual(second);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(orders()).toEqual([first, second]);
    np.manualSeed(7);
    expect(
      lists(
        new DataLoader(
          Array.from({ length: 50 }, (_, i) => i),
          50,
          true,
        ),
      )[0],
    ).toEqual(first);
  });

  it('takes a sampler, a collateFn, and single examples', () => {
    const words = ['a', 'b', 'c'];
    expect([...new DataLoader(words, { batchSize: 2, sampler: [2, 0, 1] })]).toEqual([['c', 'a'], ['b']]);
    expect([...new DataLoader(words, { batchSize: 2, collateFn: (x) => x.join('') })]).toEqual(['ab', 'c']);
    expect([...new DataLoader(words, { batchSize: null })]).toEqual(words);
    expect([...new DataLoader(ten(), { batchSize: 5, collateFn: (x) => x.length })]).toEqual([5, 5]);
    expect(() => [...new DataLoader(words, { sampler: [3] })]).toThrow(/index 3 is out of range/);
  });

  it('takes classes of the user', () => {
    class Squares extends Dataset<{ x: number; label: bigint }> {
      override length = 5;
      override get(i: number): { x: number; label: bigint } {
        return { x: i * i, label: BigInt(i) };
      }
    }
    const [batch] = new DataLoader(new Squares(), 3);
    expectTypeOf(batch).toEqualTypeOf<{ x: np.Tensor; label: np.Tensor }>();
    expect(batch.x.tolist()).toEqual([0, 1, 4]);
    expect(batch.x.dtype.name).toBe('float32');
    expect(batch.label.dtype.name).toBe('int64');
  });

  it('refuses bad arguments', () => {
    for (const batchSize of [0, -1, 1.5])
      expect(() => new DataLoader([1], { batchSize })).toThrow(/positive integer/);
    expect(() => new DataLoader([1], { shuffle: true, sampler: [0] })).toThrow(/mutually exclusive/);
    expect(() => new DataLoader([1], { batchSize: null, dropLast: true })).toThrow(np.ValueError);
    expect(() => new DataLoader(5 as never)).toThrow(TypeError);
    expect(() => new DataLoader([1], { batch: 3 } as never)).toThrow(/unexpected keyword argument 'batch'/);
  });
});

describe('defaultCollate', () => {
  it('stacks arrays of one kind', () => {
    expect(defaultCollate([np.ones(2), np.zeros(2)])).not.toBeInstanceOf(np.Tensor);
    expect(defaultCollate([np.tensor([1]), np.tensor([2])])).toBeInstanceOf(np.Tensor);
    expect((defaultCollate([new Uint8Array([1, 2]), new Uint8Array([3, 4])]) as np.NDArray).dtype.name).toBe(
      'uint8',
    );
    expect(() => defaultCollate([np.ones(2), np.ones(3)])).toThrow(np.ValueError);
  });

  it('goes into lists and objects', () => {
    const batch = defaultCollate([
      { image: np.ones([2, 2]), at: [1.5, true] as [number, boolean], name: 'a' },
      { image: np.ones([2, 2]), at: [2, false] as [number, boolean], name: 'b' },
    ]);
    expect(batch.image.shape).toEqual([2, 2, 2]);
    expect(batch.at[0].tolist()).toEqual([1.5, 2]);
    expect(batch.at[1].dtype.name).toBe('bool');
    expect(batch.name).toEqual(['a', 'b']);
  });

  it('refuses what cannot be put together', () => {
    expect(() => defaultCollate([null])).toThrow(/null/);
    expect(() => defaultCollate([new Date()])).toThrow(/not of Date: give a collateFn/);
    expect(() => defaultCollate([1, 'a'])).toThrow(/a string where the first is number/);
    expect(() => defaultCollate([[1], [1, 2]])).toThrow(np.ValueError);
    expect(() => defaultCollate([{ a: 1 }, { b: 1 }])).toThrow(/object with a/);
  });
});
