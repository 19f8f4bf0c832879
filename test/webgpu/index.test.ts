/** Indexing on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const DTYPES = [
  'bool',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float16',
  'float32',
  'complex64',
];

type On = (a: np.NDArray) => np.Tensor;
/** A computation on tensors that `on` puts on the device under test. */
type Call = (on: On) => unknown;

/** The same call on both devices. */
async function agree(call: Call, ulps = 0, what = ''): Promise<void> {
  const want = await (call(onCpu) as np.Tensor).array();
  expectClose(await tensor(call(onGpu)).array(), want, ulps, what);
}

const int32 = (x: unknown): np.NDArray => np.array(x as number[], { dtype: 'int32' }) as np.NDArray;
const counted = (shape: readonly number[], dtype = 'float32'): np.NDArray =>
  np
    .arange(shape.reduce((n, x) => n * x, 1))
    .reshape([...shape])
    .astype(dtype as 'float32') as np.NDArray;

/** Random numbers, the same for the same arguments. */
const kept = new Map<string, np.NDArray>();
function drawn(shape: readonly number[], dtype = 'float32'): np.NDArray {
  const key = `${shape.join()} ${dtype}`;
  if (!kept.has(key)) kept.set(key, random(shape, dtype));
  return kept.get(key)!;
}

describe('getting', () => {
  test('an element is a tensor, and no value is read', async () => {
    const t = np.add(onGpu(counted([3, 4])), 1) as unknown as np.Tensor;
    expect((await tensor(t.get(1, 2)).array()).tolist()).toBe(7);
    for (const read of [
      () => t.get(1, 2).item(),
      () => t.item(0),
      () => t.tolist(),
      () => Number(t.get(0, 0)),
    ])
      expect(read).toThrow(/await tensor\.(cpu|array)\(\)/);
    expect(() => t.get(3, 0)).toThrow(np.IndexError);
  });

  test.each(DTYPES)('%s by arrays, slices and integers, of views', async (dtype) => {
    const a = random([5, 7, 6], dtype);
    const indices: ((on: On) => unknown[])[] = [
      () => [[0, 4, -1, 2, 0]],
      (on) => [on(int32([0, 2, -1, 1]))],
      (on) => [
        '...',
        on(
          int32([
            [0, -2],
            [1, 1],
          ]),
        ),
      ],
      (on) => [on(int32([0, 1, 2])), '1:5:2', on(int32([3, -1, 0]))],
      (on) => [on(int32([[1], [0]])), [0, 1, 0], ':'],
      (on) => [1, on(int32([2, 2, 1])), '::-1'],
      (on) => [
        on(np.array([0, 1], { dtype: 'uint8' }) as np.NDArray),
        null,
        on(np.array([-1, 0], { dtype: 'int16' }) as np.NDArray),
      ],
      () => [np.array([true, false, true, false, true]), [0, 1, 2]],
      (on) => [on(int32([])), ':'],
      (on) => [on(int32(1))],
    ];
    const seen = {
      whole: views.whole,
      transposed: (x: np.NDArray) => x.get('::-1', '::-1', '::-1') as np.NDArray,
    };
    for (const [name, view] of Object.entries(seen))
      for (const [i, index] of indices.entries())
        await agree((on) => view(on(a)).get(...(index(on) as [number])), 0, `${name} ${i}`);
  });

  test('of many elements, and of a formula', async () => {
    const a = random([300, 70]);
    const rows = int32(Array.from({ length: 900 }, (_, i) => ((i * 7919) % 600) - 300));
    await agree((on) => np.add(np.multiply(on(a), 2), 1).get(on(rows)));
    await agree((on) => np.add(on(a).get(on(rows)), 1));
  });

  test('take, take_along_axis, choose, where', async () => {
    const a = random([4, 6]);
    const order = int32([
      [0, 5, 1],
      [2, 2, 2],
      [3, -1, 0],
      [5, 4, 1],
    ]);
    for (const mode of ['wrap', 'clip'] as const)
      await agree((on) => np.take(on(a), on(int32([-9, 30, 2, 7])), { axis: 1, mode }));
    await agree((on) => np.take(on(a), [3, 0, -1]));
    await agree((on) =>
      np.take(
        on(a),
        on(
          int32([
            [0, 1],
            [1, 3],
          ]),
        ),
        0,
      ),
    );
    await agree((on) => np.take_along_axis(on(a), on(order), 1));
    await agree(
      (on) =>
        np.choose(
          on(int32([0, 2, 1, 0])),
          [on(drawn([4])), on(a.get(0) as np.NDArray).get(':4'), on(counted([4]))].map((x) => x),
        ),
      0,
    );
    await agree((on) => np.where(np.greater(on(a), 0), on(a), -1));
  });

  test('an index that is no position', async () => {
    const t = onGpu(counted([3, 4]));
    expect(() => t.get([0, 3])).toThrow(new np.IndexError('index 3 is out of bounds for axis 0 with size 3'));
    expect(() => t.get(':', np.array([0, -5], { dtype: 'int64' }))).toThrow(
      'index -5 is out of bounds for axis 1 with size 4',
    );
    expect(() => t.get([0.5])).toThrow(np.IndexError);
    expect(() => t.get(onGpu(np.array([0, 1], { dtype: 'float32' }) as np.NDArray))).toThrow(np.IndexError);
    const bad = tensor(t.get(':', onGpu(int32([1, 4, 2]))));
    await expect(bad.array()).rejects.toThrow(
      new np.IndexError('index 4 is out of bounds for axis 1 with size 4'),
    );
    const unsigned = onGpu(np.array([4e9], { dtype: 'uint32' }) as np.NDArray);
    await expect(tensor(t.get(unsigned)).array()).rejects.toThrow(
      'index 4000000000 is out of bounds for axis 0 with size 3',
    );
    expect((await t.array()).tolist()).toEqual(counted([3, 4]).tolist());
    t.set(onGpu(int32([0, -4])), 9);
    await expect(t.array()).rejects.toThrow('index -4 is out of bounds for axis 0 with size 3');
    const entries = onGpu(int32([0, 2]));
    const chosen = np.choose(entries, [onGpu(counted([2])), onGpu(counted([2]))]) as unknown as np.Tensor;
    await expect(chosen.array()).rejects.toThrow('invalid entry in choice array');
  });
});

/** A copy on the device under test, changed. */
const changed =
  (a: np.NDArray, change: (t: np.Tensor, on: On) => void): Call =>
  (on) => {
    const t = on(a);
    change(t, on);
    return t;
  };

describe('setting', () => {
  test.each(DTYPES)('%s by arrays, the last of several stays', async (dtype) => {
    const a = random([5, 6, 3], dtype);
    const many = int32(Array.from({ length: 400 }, (_, i) => ((i * 31) % 10) - 5));
    const values = random([400, 6, 3], dtype);
    const changes: ((t: np.Tensor, on: On) => void)[] = [
      (t) => t.set([0, 3], 1),
      (t, on) => t.set(on(many), on(values)),
      (t, on) => t.set(':', on(int32([0, -1, 0, 2, 0])), ':', on(drawn([5, 5, 3], dtype))),
      (t, on) =>
        t
          .get('::-1', '::2')
          .set(on(int32([1, 1, 0])), on(int32([0, 0, 2])), on(values.get('7:10', 0) as np.NDArray)),
      (t, on) => t.set(on(int32([[0], [1]])), [5, 5, 0], 2, on(values.get('3:5', ':3', 0) as np.NDArray)),
      (t, on) => t.set(np.array([true, false, false, true, true]), on(values.get(0, 0) as np.NDArray)),
      (t) => t.set('1:3', 0),
      (t) => t.set(1, 2, 0, 1),
      (t) => np.put(t, [0, 7, -1, 0], t.get(4, 4)),
      (t, on) =>
        np.put_along_axis(
          t,
          on(int32(np.ones([5, 6, 1]).tolist())),
          on(values.get(0, 0, '0:1') as np.NDArray),
          2,
        ),
      (t, on) => t.set(on(int32([3, 1, 2])), t.get('0:3')),
    ];
    for (const [i, change] of changes.entries()) await agree(changed(a, change), 0, `change ${i}`);
  });

  test.each(DTYPES)('%s by masks', async (dtype) => {
    const a = random([9, 11], dtype);
    const mask = np.greater(random([9, 11]), 0.5) as np.NDArray;
    const rows = np.array([true, false, true, true, false, false, true, false, true]) as np.NDArray;
    const count = Number(np.count_nonzero(mask));
    const values = random([count], dtype);
    const changes: ((t: np.Tensor, on: On) => void)[] = [
      (t, on) => t.set(on(mask), 1),
      (t) => t.set(mask, 1),
      (t, on) => t.set(on(mask), on(values)),
      (t, on) => t.T.set(on(mask).T, on(values)),
      (t, on) => t.set(mask, on(values)),
      (t, on) => t.set(on(rows), 0),
      (t, on) => np.place(t, on(mask), on(values.get(':3') as np.NDArray)),
      (t, on) => np.putmask(t, on(mask), on(values.get(':3') as np.NDArray)),
      (t, on) => np.copyto(t, on(a.get('::-1') as np.NDArray), { where: on(mask) }),
    ];
    for (const [i, change] of changes.entries()) await agree(changed(a, change), 0, `change ${i}`);
  });

  test('by masks beside slices and integers', async () => {
    const a = random([4, 3, 5]);
    const rows = np.array([true, false, true, false]) as np.NDArray;
    const columns = np.array([true, false, true, true, true]) as np.NDArray;
    const planes = np.greater(random([4, 3]), 0) as np.NDArray;
    const count = Number(np.count_nonzero(planes));
    const yes = np.array(true) as unknown as np.NDArray;
    const changes: ((t: np.Tensor, on: On) => void)[] = [
      (t, on) => t.set(on(rows), ':2', 1),
      (t, on) => t.set(on(rows), ':2', on(drawn([2, 5]))),
      (t, on) => t.set(on(rows), ':2', on(drawn([2, 1, 5]))),
      (t, on) => t.set(on(rows), on(drawn([2, 3, 5]))),
      (t, on) => t.set(':', 1, on(columns), on(drawn([4, 4]))),
      (t, on) => t.set(1, ':', on(columns), on(drawn([4, 3]))),
      (t, on) => t.set('...', on(columns), on(drawn([3, 4]))),
      (t, on) => t.set('::-2', 0, on(columns), on(drawn([4]))),
      (t, on) => t.set(on(planes), '1:', on(drawn([count, 4]))),
      (t, on) => t.set(on(planes), 2, on(drawn([count]))),
      (t, on) => t.set(on(rows), null, 0, on(drawn([2, 1, 5]))),
      (t, on) => t.set(on(rows), ':2', on(drawn([1, 1, 1, 5]))),
      (t, on) => t.set(on(yes), on(drawn([3, 5]))),
      (t, on) => t.set(on(rows), '3:', 1),
      (t, on) => t.set(np.logical_and(on(rows), false), on(drawn([0, 3, 5]))),
      (t, on) => t.set(on(rows), ':2', t.get('2:', '1:')),
    ];
    for (const [i, change] of changes.entries()) await agree(changed(a, change), 0, `change ${i}`);
    const t = onGpu(a);
    expect(() => t.set(onGpu(rows), ':2', onGpu(drawn([2, 3, 5])))).toThrow(
      'shape mismatch: value array of shape (2,3,5) could not be broadcast to indexing result of shape (2,2,5)',
    );
    expect(() => t.set(onGpu(columns), ':2', 1)).toThrow(np.IndexError);
    t.set(onGpu(rows), ':2', onGpu(drawn([3, 2, 5])));
    await expect(t.array()).rejects.toThrow(
      'shape mismatch: value array of shape (3,2,5) could not be broadcast to indexing result of shape (2,2,5)',
    );
    const none = onGpu(a);
    none.set(onGpu(rows), onGpu(drawn([0, 3, 5])));
    await expect(none.array()).rejects.toThrow('indexing result of shape (2,3,5)');
  });

  test('another number of values than a mask has true elements', async () => {
    const t = onGpu(counted([5]));
    t.set(np.greater(t, 2), onGpu(counted([3])));
    await expect(t.array()).rejects.toThrow(
      'NumPy boolean array indexing assignment cannot assign 3 input values to the 2 output values where the mask is true',
    );
    // Whoever goes on has to give it new values.
    t.set(':', 1);
    expect((await t.array()).tolist()).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('ufunc.at', () => {
  const places = int32(Array.from({ length: 500 }, (_, i) => (i * i) % 7));

  test.each(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float16', 'complex64'])(
    '%s',
    async (dtype) => {
      const a = np.rint(random([8], 'float32')).astype(dtype as 'float32') as np.NDArray;
      const b = np.ones([500], { dtype: dtype as 'float32' }) as np.NDArray;
      await agree(changed(a, (t, on) => np.add.at(t, on(places), on(b))));
      await agree(changed(a, (t, on) => np.subtract.at(t, on(places), on(b))));
      await agree(changed(a, (t, on) => np.maximum.at(t, on(places), on(drawn([500], dtype)))));
      await agree(
        changed(a, (t, on) =>
          np.multiply.at(t, on(places.get(':6') as np.NDArray), on(np.add(b, b).get(':6') as np.NDArray)),
        ),
        4,
      );
    },
  );

  test('of one operand, in order, by rows', async () => {
    const a = random([7, 5]);
    await agree(changed(a, (t, on) => np.negative.at(t, on(int32([0, 0, 3])))));
    await agree(changed(a, (t, on) => np.copysign.at(t, on(places), on(drawn([500, 5])))));
    await agree(
      changed(a, (t, on) => np.arctan2.at(t, on(int32([1, 1, 2])), on(drawn([3, 5])))),
      8,
    );
    await agree(
      changed(a, (t, on) => np.add.at(t, [':', on(int32([0, 1, 0]))] as never, on(drawn([3])))),
      4,
    );
    await agree(changed(counted([4], 'int32'), (t) => np.add.at(t, [0, 0, 3], 5)));
    await agree(changed(a, (t) => np.bitwise_or.at(t.astype('int32'), [0], 3)));
  });
});

describe('gradients', () => {
  const both = async (fn: (t: np.Tensor, on: On) => unknown, a: np.NDArray, ulps = 16): Promise<void> => {
    const grads = [onGpu, onCpu].map(async (on) => {
      const t = on(a, true);
      const weights = np.cos(on(counted((fn(t, on) as np.Tensor).shape)));
      (np.sum(np.multiply(fn(t, on) as np.Tensor, weights)) as unknown as np.Tensor).backward();
      return t.grad!.array();
    });
    const [near, far] = await Promise.all(grads);
    expectClose(near, far, ulps);
  };

  test('of chosen elements', async () => {
    const a = random([6, 5]);
    await both((t, on) => t.get(on(int32([0, 3, 3, -1]))), a);
    await both((t) => t.get([0, 0, 1], [4, 4, 2]), a);
    await both(
      (t, on) =>
        np.take_along_axis(
          t,
          on(
            int32([
              [0, 0],
              [1, 1],
              [2, 2],
              [3, 3],
              [4, 4],
              [0, 1],
            ]),
          ),
          1,
        ),
      a,
    );
    await both(
      (t, on) =>
        np.nn.functional.embedding(
          on(
            int32([
              [0, 5],
              [5, 2],
            ]),
          ),
          t,
        ),
      a,
    );
    await both((t) => t.get('1:', '::-2'), a);
    await both((t) => np.lib.stride_tricks.sliding_window_view(t, [3, 2]), a);
    await both((t) => t.get(2, 1), a);
  });

  test('of what is written', async () => {
    const a = random([4]);
    await both((t, on) => {
      const x = np.multiply(on(drawn([6])), 0) as unknown as np.Tensor;
      x.set(on(int32([0, 2, 5, 1])), t);
      return np.square(x);
    }, a);
  });

  test('of what is written by masks', async () => {
    const mask = np.array([true, false, true, true, false]) as np.NDArray;
    const grid = np.greater(random([5, 4]), 0) as np.NDArray;
    const count = Number(np.count_nonzero(grid));
    const writes: [readonly number[], (x: np.Tensor, v: np.Tensor, on: On) => void][] = [
      [[], (x, v, on) => x.set(on(grid), v)],
      [[1], (x, v, on) => x.set(on(grid), v)],
      [[count], (x, v, on) => x.set(on(grid), v)],
      [[], (x, v, on) => x.set(on(mask), v)],
      [[4], (x, v, on) => x.set(on(mask), v)],
      [[3, 4], (x, v, on) => x.set(on(mask), v)],
      [[3, 2], (x, v, on) => x.set(on(mask), '::2', v)],
      [[1, 2], (x, v, on) => x.set(on(mask), '::2', v)],
      [[3], (x, v, on) => x.set(on(mask), 1, v)],
    ];
    for (const [shape, write] of writes)
      await both(
        (v, on) => {
          const x = np.multiply(on(drawn([5, 4])), 1) as unknown as np.Tensor;
          write(x, v, on);
          return np.square(x);
        },
        random([shape.reduce((n, x) => n * x, 1)]).reshape([...shape]) as np.NDArray,
      );
    // What is written over has no gradient.
    await both(
      (t, on) => {
        const x = np.multiply(t, 2) as unknown as np.Tensor;
        x.set(on(mask), ':2', on(drawn([3, 2])));
        return np.square(x);
      },
      random([5, 4]),
    );
  });

  test('of joined, padded, rolled and repeated arrays', async () => {
    const a = random([3, 4]);
    const moves: ((t: np.Tensor) => unknown)[] = [
      (t) => np.concatenate([t, np.square(t) as np.NDArray], 1),
      (t) => np.stack([t, t], 1),
      (t) => np.pad(t, 2, 'reflect'),
      (t) => np.roll(t, [1, -2], [0, 1]),
      (t) => np.flip(t, 1),
      (t) => np.tile(t, [2, 3]),
      (t) => np.repeat(t, [1, 0, 2], 0),
      (t) => np.tril(t),
      (t) => np.diag(t.get(0) as np.NDArray, 1),
    ];
    for (const move of moves) {
      await agree((on) => move(on(a)));
      await both(move, a);
    }
  });
});

describe('positions on the GPU', () => {
  const a = random([4, 5]);

  test('insert', async () => {
    const inserts: [number[] | number, unknown, (number | null)?][] = [
      [2, 7],
      [[1], [7, 8]],
      [[3, 0, 3, -1], 7, 0],
      [[5, 5, 0], [7, 8, 9], 1],
      [[-4, 4], drawn([2, 5]), 0],
      [[20, 0], [7, 8], null],
      [[], [], 1],
    ];
    for (const [positions, values, axis = null] of inserts)
      for (const there of [true, false])
        await agree((on) =>
          np.insert(
            on(a),
            there ? on(int32(positions)) : (positions as number[]),
            (values instanceof np.NDArray ? on(values) : values) as number,
            { axis },
          ),
        );
    const t = onGpu(a, true);
    const result = tensor(np.insert(t, onGpu(int32([1, 1])), onGpu(drawn([2, 5])), 0));
    tensor(np.sum(np.multiply(result, onGpu(counted([6, 5]))))).backward();
    expectClose(await t.grad!.array(), np.take(counted([6, 5]), [0, 3, 4, 5], 0) as np.NDArray, 0);
  });

  test('insert: what is no position, and values that do not fit', async () => {
    const call = (position: number, axis: number): unknown =>
      np.insert(onGpu(a), onGpu(int32([0, position])), 1, axis);
    for (const position of [5, -5])
      await expect(tensor(call(position, 0)).array()).rejects.toThrow(
        new np.IndexError(`index ${position} is out of bounds for axis 0 with size 4`),
      );
    expect(() => np.insert(onGpu(a), onGpu(int32([0, 1])), [1, 2, 3], 1)).toThrow(np.ValueError);
    expect(() => np.insert(onGpu(a), onGpu(random([2])), 1)).toThrow(np.IndexError);
    expect(() => np.insert(onGpu(a), onGpu(int32([[0]])), 1)).toThrow('one dimensional');
  });

  test('delete one', async () => {
    for (const [position, axis] of [
      [0, 0],
      [-1, 1],
      [[2], 1],
      [13, null],
    ] as const)
      await agree((on) => np.delete(on(a), on(int32(position)), { axis }));
    await expect(tensor(np.delete(onGpu(a), onGpu(int32(4)), 0)).array()).rejects.toThrow(
      'index 4 is out of bounds for axis 0 with size 4',
    );
  });

  test('what decides the shape of the result says so, and what to await', () => {
    const t = onGpu(a);
    const some = onGpu(int32([1, 2]));
    for (const [call, parameter] of [
      [() => np.delete(t, some), 'obj'],
      [() => np.delete(t, np.greater(t.get(0), 0) as np.NDArray, 1), 'obj'],
      [() => np.repeat(t, some.get('1:')), 'repeats'],
      [() => t.repeat(onGpu(int32([1, 0, 2, 1])), 0), 'repeats'],
      [() => np.tile(t, some), 'reps'],
      [() => np.split(t, some), 'indices_or_sections'],
      [() => np.array_split(t, some), 'indices_or_sections'],
      [() => np.trim_zeros(t), 'filt'],
    ] as const) {
      expect(call).toThrow(np.RuntimeError);
      expect(call).toThrow(`is not known at once: use await ${parameter}.array() in its place`);
    }
    expect(() => np.delete(t, np.greater(t, 0) as np.NDArray, 1)).toThrow('must be one dimensional');
  });

  test('seen in a dtype that there is not', () => {
    expect(() => onGpu(a.get(':', ':4') as np.NDArray).view('int64')).toThrow(/^webgpu has no int64/);
    expect(() => onGpu(random([2], 'complex64')).view('float64')).toThrow(/^webgpu has no float64/);
  });
});

describe('what is asked for asynchronously', () => {
  const a = np.array(
    [
      [3, 0, 1],
      [0, 0, 2],
      [3, 1, 0],
    ],
    { dtype: 'float32' },
  ) as np.NDArray;

  test('at once it is refused', () => {
    const t = onGpu(a);
    const calls = [
      () => np.nonzero(t),
      () => np.argwhere(t),
      () => np.flatnonzero(t),
      () => np.where(t),
      () => t.get(np.greater(t, 1)),
      () => np.compress(onGpu(np.array([true, false]) as np.NDArray), t, 0),
      () => np.extract(np.greater(t, 1), t),
    ];
    for (const call of calls) expect(call).toThrow(/getAsync.*nonzeroAsync/);
  });

  test('and then it comes', async () => {
    for (const dtype of ['float32', 'int8', 'complex64']) {
      const own = a.astype(dtype as 'float32') as np.NDArray;
      const t = onGpu(own);
      const positions = await np.nonzeroAsync(t);
      for (const [i, along] of positions.entries()) {
        expect(along.dtype.name).toBe('int32');
        expect((await tensor(along).array()).tolist()).toEqual(np.nonzero(own)[i].tolist());
      }
      expect((await tensor(await np.argwhereAsync(t)).array()).tolist()).toEqual(np.argwhere(own).tolist());
      expect((await tensor(await np.flatnonzeroAsync(t)).array()).tolist()).toEqual(
        np.flatnonzero(own).tolist(),
      );
      const nothing = tensor(await np.flatnonzeroAsync(np.multiply(t, 0) as np.NDArray));
      expect((await nothing.array()).tolist()).toEqual([]);
    }
  });

  test('chosen elements, with gradients', async () => {
    const many = random([40, 50]);
    const mask = np.greater(many, 1) as np.NDArray;
    const rows = np.equal(np.remainder(np.arange(40), 3), 0) as np.NDArray;
    const t = onGpu(many, true);
    const [whole, some] = [await t.getAsync(onGpu(mask)), await t.getAsync(onGpu(rows), '::2')];
    expect((await tensor(whole).array()).tolist()).toEqual((many.get(mask) as np.NDArray).tolist());
    expect((await tensor(some).array()).tolist()).toEqual((many.get(rows, '::2') as np.NDArray).tolist());
    (np.sum(np.square(whole)) as unknown as np.Tensor).backward();
    expectClose(await t.grad!.array(), np.where(mask, np.multiply(many, 2), 0) as np.NDArray, 4);
    const compressed = tensor(await np.compressAsync(onGpu(rows), t, 0));
    expect((await compressed.array()).tolist()).toEqual(np.compress(rows, many, 0).tolist());
    const extracted = tensor(await np.extractAsync(onGpu(mask), t));
    expect((await extracted.array()).tolist()).toEqual(np.extract(mask, many).tolist());
  });

  test('of arrays of the processor it is what the others give', async () => {
    expect((await np.nonzeroAsync(a)).map((x) => x.tolist())).toEqual(np.nonzero(a).map((x) => x.tolist()));
    expect((await a.getAsync(np.greater(a, 1))).tolist()).toEqual([3, 2, 3]);
    expect((await np.compressAsync([false, true], a, 1)).tolist()).toEqual([[0], [0], [1]]);
    await expect(np.nonzeroAsync(np.array(1))).rejects.toThrow(np.ValueError);
  });

  test('distinct elements', async () => {
    const options = { return_index: true, return_inverse: true, return_counts: true } as const;
    const some = np.rint(random([30, 9])) as np.NDArray;
    some.set(3, [1, 5], NaN);
    for (const own of [some, some.astype('int16'), random([7], 'bool'), counted([0])] as np.NDArray[]) {
      const values = (await np.uniqueAsync(onGpu(own))) as np.Tensor;
      expect((await tensor(values).array()).tolist()).toEqual(np.unique(own).tolist());
      const found = (await np.uniqueAsync(onGpu(own), options)) as np.Tensor[];
      const want = np.unique(own, options) as np.NDArray[];
      for (const [i, x] of found.entries())
        expect((await tensor(x).array()).tolist()).toEqual(want[i].tolist());
    }
    expect(((await np.uniqueAsync([3, 1, 3])) as np.NDArray).tolist()).toEqual([1, 3]);
    await expect(np.uniqueAsync([1], { axis: 0 } as never)).rejects.toThrow(
      /unexpected keyword argument 'axis'/,
    );
  });
});
