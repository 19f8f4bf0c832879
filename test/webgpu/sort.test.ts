/** Sorting and searching on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Call = (a: np.NDArray) => unknown;

/** The elements' bits, so that zeros of both signs differ. */
const bits = (a: np.NDArray): Uint8Array => a.tobytes();

/** The same elements, bit for bit; indices are int32 on the GPU. */
async function agree(fn: Call, a: np.NDArray, what = ''): Promise<void> {
  const want = await (fn(onCpu(a)) as np.Tensor).array();
  const got = await tensor(fn(onGpu(a))).array();
  expect(got.shape, what).toEqual(want.shape);
  const wanted = want.dtype.name === 'int64' ? want.astype('int32') : want;
  expect(got.dtype.name, what).toBe(wanted.dtype.name);
  expect(Buffer.compare(bits(got), bits(wanted as np.NDArray)), what).toBe(0);
}

async function bothAgree(a: np.NDArray, axis = -1, what = ''): Promise<void> {
  await agree((x) => np.sort(x, axis), a, `sort ${what}`);
  await agree((x) => np.argsort(x, axis), a, `argsort ${what}`);
}

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
] as const;

/** Numbers among which many are equal, of both signs; in floats also zeros of both signs, infinities and NaN. */
function awkward(shape: readonly number[], dtype: string): np.NDArray {
  const a = random(shape, dtype);
  const flat = a.reshape(-1) as np.NDArray;
  const special = dtype === 'complex64' ? COMPLEX : dtype[0] === 'f' ? FLOATS : [];
  special.forEach((value, i) => {
    for (let at = 5 * i; at < flat.size; at += 97) flat.set([at], value as number);
  });
  return flat.reshape(...shape) as np.NDArray;
}

const FLOATS = [0, -0, NaN, Infinity, -Infinity, -0, 0];
const COMPLEX = [
  [0, 0],
  [-0, -0],
  [NaN, 1],
  [1, NaN],
  [NaN, NaN],
  [NaN, -1],
  [-Infinity, 2],
  [0, -0],
  [-1, NaN],
].map(([re, im]) => new np.Complex(re, im));

describe('sort and argsort', () => {
  test.each([
    [[1], 0],
    [[2], 0],
    [[5], 0],
    [[1023], 0],
    [[1024], 0],
    [[1025], 0],
    [[2049], 0],
    [[9000], 0],
    [[1, 7], 0],
    [[700, 3], 1],
    [[700, 3], 0],
    [[3, 1100], 1],
    [[1100, 3], 0],
    [[3, 5, 33], 2],
    [[3, 40, 5], 1],
    [[2, 3, 2500], 2],
    [[0, 3], 1],
    [[3, 0], 1],
  ] as const)('of %j along %j', async (shape, axis) => bothAgree(awkward(shape, 'float32'), axis));

  test.each(DTYPES)('of %s', async (dtype) => {
    for (const [shape, axis] of [
      [[50, 7], 1],
      [[3000], 0],
      [[3, 1500], 1],
      [[1500, 3], 0],
    ] as const)
      await bothAgree(awkward(shape, dtype), axis, `${shape.join('x')} along ${axis}`);
  });

  test('of integers at the ends of their range', async () => {
    const ends = np.array([0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 5, -(2 ** 31), 0], { dtype: 'int32' });
    await bothAgree(ends);
    await bothAgree(ends.astype('uint32') as np.NDArray);
    await bothAgree(ends.astype('int8') as np.NDArray);
  });

  test('of subnormal numbers', async () => {
    const tiny = np.array([3e-45, -3e-45, 0, 1e-45, -1e-45, -0, 1e-40], { dtype: 'float32' });
    const order = await tensor(np.argsort(onGpu(tiny))).array();
    expect(order.tolist()).toEqual([1, 4, 2, 5, 3, 0, 6]);
  });

  test('of views', async () => {
    for (const dtype of ['float32', 'uint8', 'complex64']) {
      const a = random([6, 10, 8], dtype);
      for (const [name, view] of Object.entries(views))
        for (const axis of [0, 2]) {
          await agree((x) => np.sort(view(x), axis), a, `${name} ${axis}`);
          await agree((x) => np.argsort(view(x), axis), a, `${name} ${axis}`);
        }
    }
  });

  test('equal elements keep their order', async () => {
    for (const n of [900, 5000]) {
      const a = np.floor(random([n])) as np.NDArray;
      await agree((x) => np.argsort(x), a);
      const zeros = np.copysign(0, random([n])) as np.NDArray;
      await agree((x) => np.sort(x), zeros);
    }
  });

  test('of a formula, flattened, in place', async () => {
    await agree((x) => np.sort(np.multiply(x, -2)), random([3000]));
    await agree((x) => np.sort(x, null), random([30, 60]));
    for (const axis of [0, 1])
      for (const dtype of ['float32', 'int16'])
        await agree(
          (x) => {
            const copy = np.add(x, 1) as np.NDArray;
            const waiting = np.multiply(copy, 2) as np.NDArray;
            copy.sort(axis);
            return np.concatenate([copy, waiting]);
          },
          random([40, 30], dtype),
        );
    await agree(
      (x) => {
        const copy = x.copy();
        (copy.get('::2, 1:5') as np.NDArray).sort(0);
        return copy;
      },
      random([40, 7]),
    );
  });

  test('bad axes', () => {
    expect(() => np.sort(onGpu(random([3])), 1)).toThrow(np.AxisError);
  });
});

describe('what stands on sorting', () => {
  test('partition and argpartition', async () => {
    const a = awkward([4, 300], 'float32');
    for (const axis of [0, 1]) {
      const got = await tensor(np.partition(onGpu(a), 2, axis)).array();
      expectClose(
        np.take(got, [2], axis) as np.NDArray,
        np.take(np.sort(a, axis), [2], axis) as np.NDArray,
        0,
      );
      const order = await tensor(np.argpartition(onGpu(a), 2, axis)).array();
      const there = np.take_along_axis(a, order.astype('int64'), axis) as np.NDArray;
      expectClose(
        np.take(there, [2], axis) as np.NDArray,
        np.take(np.sort(a, axis), [2], axis) as np.NDArray,
        0,
      );
    }
  });
});

describe('topk', () => {
  test.each([
    [[300], 0, 5],
    [[4, 300], 1, 300],
    [[300, 4], 0, 7],
    [[3, 5], 1, 0],
    [[2, 3, 70], 1, 1],
  ] as const)('of %j along %i: %i', async (shape, axis, k) => {
    for (const dtype of ['float32', 'int16', 'float16'] as const) {
      const a = awkward(shape, dtype);
      for (const largest of [true, false]) {
        const { values, indices } = np.topk(onGpu(a), k, axis, largest);
        expect(indices.dtype.name).toBe('int32');
        expectClose(await tensor(values).array(), np.topk(a, k, axis, largest).values, 0);
        const places = (await tensor(indices).array()).astype('int64');
        expectClose(np.take_along_axis(a, places, axis), np.topk(a, k, axis, largest).values, 0);
      }
    }
  });

  test('gradients', async () => {
    const x = onGpu(np.array([4, 1, 3], { dtype: 'float32' }), true);
    tensor(np.sum(np.multiply(x.topk(2).values, onGpu(np.array([5, 7], { dtype: 'float32' }))))).backward();
    expect((await x.grad!.array()).tolist()).toEqual([5, 0, 7]);
  });
});

describe('by several keys', () => {
  test.each([-1, 0])('lexsort along %i', async (axis) => {
    await agree((x) => np.lexsort([x, np.floor(x) as np.NDArray], axis), random([30, 50]));
  });

  test('of rows', async () => {
    await agree((x) => np.lexsort(np.floor(x) as np.NDArray), random([3, 400]));
  });
});

describe('counting', () => {
  test('bincountAsync', async () => {
    for (const dtype of ['int32', 'uint8', 'bool']) {
      const a = np.abs(random([900], dtype).astype('int32')).astype(dtype as 'int32') as np.NDArray;
      const counts = tensor(await np.bincountAsync(onGpu(a)));
      expect(counts.dtype.name).toBe('int32');
      expect((await counts.array()).tolist()).toEqual(np.bincount(a).tolist());
      const padded = tensor(await np.bincountAsync(onGpu(a), { minlength: 20 }));
      expect((await padded.array()).tolist()).toEqual(np.bincount(a, { minlength: 20 }).tolist());
    }
  });

  test('with weights', async () => {
    const a = np.abs(random([500], 'int32')) as np.NDArray;
    const weights = random([500]);
    const sums = await tensor(await np.bincountAsync(onGpu(a), { weights: onGpu(weights) })).array();
    expectClose(sums, np.bincount(a, weights).astype('float32') as np.NDArray, 64);
  });

  test('what is refused', async () => {
    const a = onGpu(np.array([3, -1], { dtype: 'int32' }));
    expect(() => np.bincount(a)).toThrow(/bincountAsync/);
    await expect(np.bincountAsync(a)).rejects.toThrow('negative');
    await expect(np.bincountAsync(a, { weights: onGpu(random([3])) })).rejects.toThrow('same length');
  });
});

describe('gradients', () => {
  test('of what takes elements in order', async () => {
    const calls: Record<string, Call> = {
      sort: (x) => np.sort(x, 0),
      partition: (x) => np.partition(x, 2, 1),
      median: (x) => np.median(x, 1) as np.NDArray,
      quantile: (x) => np.quantile(x, 0.3, 1) as np.NDArray,
    };
    for (const [name, fn] of Object.entries(calls)) {
      const a = random([6, 50]);
      const [near, far] = [onGpu(a, true), onCpu(a, true)];
      for (const t of [near, far])
        (np.sum(np.power(fn(t) as np.NDArray, 3)) as unknown as np.Tensor).backward();
      expectClose(await near.grad!.array(), await far.grad!.array(), 64, name);
    }
  });
});

describe('searchsorted', () => {
  test.each(DTYPES)('of %s', async (dtype) => {
    const sorted = np.sort(awkward([700], dtype));
    const values = awkward([41, 9], dtype);
    for (const side of ['left', 'right'] as const) {
      const want = np.searchsorted(sorted, values, side) as unknown as np.NDArray;
      for (const found of [
        np.searchsorted(onGpu(sorted), onGpu(values), side),
        np.searchsorted(onGpu(sorted), onGpu(values.T), side).T,
      ]) {
        const got = await tensor(found).array();
        expect(got.dtype.name).toBe('int32');
        expect(got.tolist()).toEqual(want.tolist());
      }
    }
  });

  test('nothing to find, nowhere to look', async () => {
    const none = np.zeros([0], { dtype: 'float32' });
    const values = random([5]);
    expect((await tensor(np.searchsorted(onGpu(none), onGpu(values))).array()).tolist()).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect((await tensor(np.searchsorted(onGpu(values), onGpu(none))).array()).shape).toEqual([0]);
  });

  test('beside lists and numbers', async () => {
    const values = np.sort(random([20]));
    const edges = [-1, 0, 0.5, 2];
    const found = np.searchsorted(values, edges) as unknown as np.NDArray;
    expect((await tensor(np.searchsorted(onGpu(values), edges)).array()).tolist()).toEqual(found.tolist());
    await agree((x) => np.searchsorted(np.sort(x), 0.5), values);
    await agree((x) => np.searchsorted(edges, x, 'right'), values);
  });

  test('digitize', async () => {
    const values = random([7, 30]);
    for (const bins of [
      [-2, 0, 0.5, 2],
      [3, 1, 0],
    ])
      for (const right of [false, true]) await agree((x) => np.digitize(x, bins, right), values);
    const edges = onGpu(np.array([0, 1], { dtype: 'float32' }));
    const found = np.digitize(values, [0, 1]) as unknown as np.NDArray;
    expect((await tensor(np.digitize(onGpu(values), edges)).array()).tolist()).toEqual(found.tolist());
    expect(() => np.digitize(onGpu(values), [0, 2, 1])).toThrow('monotonically');
  });
});
