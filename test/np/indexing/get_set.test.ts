import * as np from 'numgrad';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test } from 'vitest';
import type { IndexArg } from '../../../src/ops/index/parse.ts';
import { setSoftLimit } from '../../../src/array/storage.ts';
import type { Item } from './reference.ts';
import { choose, sizeOf } from './reference.ts';

const RUNS = Number(process.env.NUMGRAD_RUNS ?? 300);
const HEAP = 768 * 2 ** 20;

afterEach(() => {
  np.kernels.use('wasm');
  setSoftLimit(HEAP);
});

const numbers = (...shape: number[]): np.NDArray => np.reshape(np.arange(sizeOf(shape)), shape);
const list = (x: unknown): unknown => (x instanceof np.ndarray ? x.tolist() : x);

describe('get', () => {
  const a = numbers(3, 4);

  test.each<[string, IndexArg[], unknown]>([
    ['an integer on every axis gives a number', [1, 2], 6],
    ['negative integers count from the end', [-1, -4], 8],
    ['fewer integers give a row', [1], [4, 5, 6, 7]],
    [
      'slices',
      [np.slice(1, null), np.slice(null, null, -2)],
      [
        [7, 5],
        [11, 9],
      ],
    ],
    [
      'text',
      ['1:, ::-2'],
      [
        [7, 5],
        [11, 9],
      ],
    ],
    [
      'several texts',
      ['1:', '::-2'],
      [
        [7, 5],
        [11, 9],
      ],
    ],
    ['a new axis', ['None, 0, :2'], [[0, 1]]],
    ['the ellipsis', ['...', 0], [0, 4, 8]],
    [
      'an integer array',
      [[0, 2, 0]],
      [
        [0, 1, 2, 3],
        [8, 9, 10, 11],
        [0, 1, 2, 3],
      ],
    ],
    [
      'an array of bigints',
      [[0n, -1n]],
      [
        [0, 1, 2, 3],
        [8, 9, 10, 11],
      ],
    ],
    ['a typed array', [new Int8Array([2, 1]), 0], [8, 4]],
    [
      'several arrays broadcast',
      [
        [[0], [2]],
        [1, 3],
      ],
      [
        [1, 3],
        [9, 11],
      ],
    ],
    ['a mask of one axis', [[true, false, true], 1], [1, 9]],
    ['a boolean scalar adds an axis', [true, 0, 0], [0]],
    ['a false one leaves nothing', [false, 0, 0], []],
    [
      'no index',
      [],
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ],
    ],
    ['slices beyond the end', ['5:, -9:2'], []],
    ['an empty array', [[]], []],
  ])('%s', (_, index, expected) => {
    expect(list(a.get(...index))).toEqual(expected);
  });

  it('is a view for basic indices and a copy for arrays', () => {
    const b = numbers(2, 3);
    b.get('1:').set(0, 0, 99);
    b.get([0]).set(0, 0, 99);
    expect(b.tolist()).toEqual([
      [0, 1, 2],
      [99, 4, 5],
    ]);
    expect(b.get(np.array(1, { dtype: 'int64' })).base).toBe(null);
  });

  it('gives an array without axes where the ellipsis stands beside integers', () => {
    expect(a.get(1, '...', 2)).toBeInstanceOf(np.ndarray);
    expect(a.get(1, '...', 2).shape).toEqual([]);
  });

  it('puts the axes of separated index arrays first, and of neighbouring ones in their place', () => {
    const b = np.zeros([2, 3, 4, 5]);
    expect(b.get([0, 1], ':', [0, 1]).shape).toEqual([2, 3, 5]);
    expect(b.get(':', [0, 1], [0, 1]).shape).toEqual([2, 2, 5]);
    expect(b.get(0, ':', [[0, 1]]).shape).toEqual([1, 2, 3, 5]);
    expect(b.get(':', 0, '...', [0, 1, 2]).shape).toEqual([3, 2, 4]);
  });

  it('takes float64 indices that are integers, and no others', () => {
    expect(list(np.arange(5).get(np.array([1, -1])))).toEqual([1, 4]);
    for (const bad of [[0.5], [NaN], [0, Infinity], [2 ** 40]]) {
      expect(() => a.get(bad)).toThrow(np.IndexError);
    }
    expect(() => a.get(np.array([1], { dtype: 'float32' }))).toThrow(
      'arrays used as indices must be of integer',
    );
  });

  it('gives 64-bit integers exactly', () => {
    const big = np.array([2n ** 63n - 1n, 5n]);
    expect(big.get(0)).toBe(2n ** 63n - 1n);
    expect(big.get(1)).toBe(5);
  });

  test.each<[IndexArg[], string]>([
    [[3], 'index 3 is out of bounds for axis 0 with size 3'],
    [[0, -5], 'index -5 is out of bounds for axis 1 with size 4'],
    [[[0, 7]], 'index 7 is out of bounds for axis 0 with size 3'],
    [[0, 0, 0], 'too many indices for array: array is 2-dimensional, but 3 were indexed'],
    [['..., ...'], "an index can only have a single ellipsis ('...')"],
    [[0.5], 'only integers, slices'],
    [[NaN], 'only integers, slices'],
    [['x'], "'x' is not an index"],
    [[[true, false]], 'boolean index did not match indexed array along axis 0; size of axis is 3'],
    [
      [
        [0, 1],
        [0, 1, 2],
      ],
      'shape mismatch: indexing arrays could not be broadcast together with shapes (2,) (3,)',
    ],
  ])('refuses %j', (index, message) => {
    expect(() => a.get(...index)).toThrow(np.IndexError);
    expect(() => a.get(...index)).toThrow(message);
  });

  it('refuses slices of other things than integers', () => {
    expect(() => a.get(np.slice(0.5, 2))).toThrow(TypeError);
    expect(() => a.get('::0')).toThrow(np.ValueError);
  });
});

describe('set', () => {
  it('broadcasts and converts', () => {
    const a = np.zeros([2, 3], { dtype: 'int32' });
    a.set('...', [1.9, -1.9, 300]);
    expect(a.tolist()).toEqual([
      [1, -1, 300],
      [1, -1, 300],
    ]);
    a.set(':, 1', np.array([[7], [8]]).get(':, 0'));
    expect(a.tolist()).toEqual([
      [1, 7, 300],
      [1, 8, 300],
    ]);
    a.set(0, np.ones([1, 1, 3]));
    expect(a.get(0).tolist()).toEqual([1, 1, 1]);
  });

  it('checks scalars as Python integers, and wraps arrays', () => {
    const a = np.zeros(3, { dtype: 'uint8' });
    expect(() => a.set(0, 300)).toThrow(np.OverflowError);
    expect(() => a.set('...', -1)).toThrow(np.OverflowError);
    expect(() => a.set([0, 1], 300)).toThrow(np.OverflowError);
    expect(() => a.set('...', [300, 0, 0])).toThrow(np.OverflowError);
    expect(() => a.set(0, NaN)).toThrow(np.ValueError);
    expect(() => a.set(0, new np.Complex(1, 2))).toThrow(TypeError);
    expect(a.tolist()).toEqual([0, 0, 0]);
    a.set('...', np.array([300, -1, 2.7]));
    expect(a.tolist()).toEqual([44, 255, 2]);
  });

  it('writes bool as truth', () => {
    const a = np.zeros(4, { dtype: 'bool' });
    a.set('...', 7);
    a.set(1, 0);
    a.set([2], NaN);
    expect(a.tolist()).toEqual([true, false, true, true]);
    expect([...a.data]).toEqual([1, 0, 1, 1]);
  });

  it('writes the last of several values for one element', () => {
    const a = np.zeros(2);
    a.set([0, 0, 0], [1, 2, 3]);
    expect(a.tolist()).toEqual([3, 0]);
  });

  it('takes overlapping values as they were', () => {
    const a = np.arange(6);
    a.set('1:', a.get(':-1'));
    expect(a.tolist()).toEqual([0, 0, 1, 2, 3, 4]);
    a.set([5, 4, 3, 2, 1, 0], a);
    expect(a.tolist()).toEqual([4, 3, 2, 1, 0, 0]);
    const b = np.array([1n, 2n, 0n]);
    b.set(b, b);
    expect(b.tolist()).toEqual([0, 1, 2]);
    const m = numbers(2, 2);
    m.set('...', m.T);
    expect(m.tolist()).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('writes through masks', () => {
    const a = numbers(2, 3);
    a.set(np.greater(a, 3), -1);
    expect(a.tolist()).toEqual([
      [0, 1, 2],
      [3, -1, -1],
    ]);
    a.set(np.less(a, 0), [10, 20]);
    expect(a.tolist()).toEqual([
      [0, 1, 2],
      [3, 10, 20],
    ]);
    a.set([true, false], [7, 8, 9]);
    expect(a.tolist()).toEqual([
      [7, 8, 9],
      [3, 10, 20],
    ]);
    expect(() => a.set(np.greater(a, 8), [1, 2])).toThrow(
      'cannot assign 2 input values to the 3 output values where the mask is true',
    );
    expect(() => a.set(np.greater(a, 8), [[1, 2, 3]])).toThrow(TypeError);
  });

  it('writes nothing when something is wrong', () => {
    const a = numbers(2, 3);
    const before = a.tolist();
    const bad: [...IndexArg[], np.ArrayLike][] = [
      [[0, 5], 1],
      [
        [0, 1],
        [1, 2, 3, 4],
      ],
      ['...', [1, 2]],
      [0, 0, [1, 2]],
      [[0, 0.5], 1],
      [2, 1],
      ['x', 1],
    ];
    for (const args of bad) expect(() => a.set(...args)).toThrow();
    expect(a.tolist()).toEqual(before);
  });

  it('refuses read-only arrays', () => {
    const row = np.broadcast_to([1, 2], [3, 2]);
    expect(() => row.set(0, 0, 1)).toThrow('assignment destination is read-only');
    expect(() => row.set([0], 1)).toThrow(np.ValueError);
    expect(() => row.set(np.greater(row, 0), 1)).toThrow(np.ValueError);
  });

  it('needs a value', () => {
    expect(() => (numbers(2) as unknown as { set(): void }).set()).toThrow(TypeError);
  });
});

describe('by definition', () => {
  const length = fc.constantFrom(0, 1, 2, 3, 4);
  const step = fc.constantFrom(null, 1, -1, 2, -3);
  const bound = fc.option(fc.integer({ min: -6, max: 6 }), { nil: null });
  const smallShape = fc.constantFrom<number[]>([], [1], [2], [3], [2, 1], [1, 3], [2, 3], [0]);
  const DTYPES = ['float64', 'int64', 'int32', 'uint8', 'int8'] as const;

  /** Items for a shape: mostly such that they are in range. */
  const itemFor = (shape: readonly number[], axis: number): fc.Arbitrary<Item> => {
    const n = shape[axis] ?? 3;
    const index = n === 0 ? fc.constant(0) : fc.integer({ min: -n, max: n - 1 });
    const any = fc.oneof({ weight: 30, arbitrary: index }, { weight: 1, arbitrary: fc.constant(n) });
    const rest = shape.slice(axis, axis + 2);
    const maskShape = fc.constantFrom(...rest.map((_, i) => rest.slice(0, i + 1)), [n]);
    return fc.oneof(
      any.map((value): Item => ({ kind: 'integer', value })),
      fc.record({ kind: fc.constant('slice' as const), start: bound, stop: bound, step }),
      fc.constant<Item>({ kind: 'newaxis' }),
      smallShape
        .filter((s) => s.length > 0)
        .chain((s) =>
          fc
            .array(any, { minLength: sizeOf(s), maxLength: sizeOf(s) })
            .map((values): Item => ({ kind: 'array', shape: s, list: values })),
        ),
      maskShape.chain((s) =>
        fc
          .array(fc.boolean(), { minLength: sizeOf(s), maxLength: sizeOf(s) })
          .map((values): Item => ({ kind: 'mask', shape: s, list: values })),
      ),
    );
  };

  const indexFor = (shape: readonly number[]): fc.Arbitrary<Item[]> =>
    fc
      .tuple(
        ...shape.map((_, axis) => itemFor(shape, axis)),
        fc.option(fc.nat(shape.length)),
        fc.nat(shape.length),
      )
      .map((all) => {
        const items = all.slice(0, -2) as Item[];
        const [ellipsis, count] = all.slice(-2) as [number | null, number];
        const used = items.slice(0, count + 1);
        if (ellipsis !== null) used.splice(Math.min(ellipsis, used.length), 0, { kind: 'ellipsis' });
        return used;
      });

  const given = fc
    .array(length, { maxLength: 4 })
    .chain((shape) => fc.record({ shape: fc.constant(shape), items: indexFor(shape) }));

  const argument = (item: Item, dtype: (typeof DTYPES)[number]): IndexArg => {
    switch (item.kind) {
      case 'integer':
        return item.value;
      case 'slice':
        return np.slice(item.start, item.stop, item.step);
      case 'newaxis':
        return null;
      case 'ellipsis':
        return '...';
      case 'mask':
        return np.reshape(np.array([...item.list], { dtype: 'bool' }), item.shape);
      case 'array': {
        const wanted = dtype === 'uint8' && item.list.some((i) => i < 0) ? 'int16' : dtype;
        return np.reshape(np.array([...item.list], { dtype: wanted }), item.shape);
      }
    }
  };

  const turned = (a: np.NDArray): np.NDArray => a.get(...a.shape.map(() => '::-1'), '...');

  const layouts: ((a: np.NDArray) => np.NDArray)[] = [
    (a) => a,
    (a) => np.copy(a, { order: 'F' }),
    (a) => turned(np.copy(turned(a), { order: 'C' })),
    (a) => {
      const wide = np.zeros(
        a.shape.map((n) => 2 * n),
        { dtype: a.dtype },
      );
      const part = wide.get(...a.shape.map(() => '1::2'), '...');
      part.set('...', a);
      return part;
    },
  ];

  it('get and set agree with it', () => {
    fc.assert(
      fc.property(
        given,
        fc.constantFrom(...DTYPES),
        fc.constantFrom(...layouts),
        fc.constantFrom('wasm', 'wasm', 'js', 'outside'),
        ({ shape, items }, dtype, layout, where) => {
          if (where === 'outside') setSoftLimit(-1);
          else np.kernels.use(where);
          const plain = numbers(...shape);
          const a = layout(np.copy(plain));
          const index = items.map((item) => argument(item, dtype));
          const expected = choose(shape, items);
          if (expected === null) {
            expect(() => a.get(...index)).toThrow(np.IndexError);
            expect(() => a.set(...index, 0)).toThrow(np.IndexError);
            return;
          }
          const got = np.asarray(a.get(...index));
          expect(got.shape).toEqual(expected.shape);
          expect(np.ravel(got).tolist()).toEqual(expected.positions);
          const values = np.multiply(np.add(numbers(...expected.shape), 1), -1);
          a.set(...index, values);
          const flat = np.ravel(plain).tolist() as number[];
          expected.positions.forEach((position, i) => (flat[position] = -i - 1));
          expect(np.ravel(a).tolist()).toEqual(flat);
          setSoftLimit(HEAP);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
