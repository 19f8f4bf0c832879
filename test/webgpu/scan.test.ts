/** Scans on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Scanning = (a: np.NDArray) => unknown;

/** The same call on both devices. */
async function agree(fn: Scanning, a: np.NDArray, ulps = 16, what = ''): Promise<void> {
  const want = await (fn(onCpu(a)) as np.Tensor).array();
  expectClose(await tensor(fn(onGpu(a))).array(), want, ulps, what);
}

describe('running sums', () => {
  test.each([
    [[1], 0],
    [[7], 0],
    [[1024], 0],
    [[1025], 0],
    [[30000], 0],
    [[20000, 40], 0],
    [[300, 7], 0],
    [[300, 7], 1],
    [[5, 4000], 1],
    [[4000, 5], 0],
    [[4, 5, 600], 1],
    [[3, 500, 70], 1],
    [[0, 3], 0],
  ] as const)('of %j along %j', async (shape, axis) => {
    // Sums of whole numbers are exact in any order.
    const a = np.rint(random(shape)) as np.NDArray;
    await agree((x) => np.cumsum(x, { axis }), a, 0);
    await agree((x) => np.maximum.accumulate(x, { axis }), random(shape), 0);
  });

  test('of views', async () => {
    const a = random([6, 10, 8]);
    for (const [name, view] of Object.entries(views))
      for (const axis of [0, 1, 2])
        await agree((x) => np.cumsum(view(x), { axis }), a, 16, `${name} ${axis}`);
  });

  test.each(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float16', 'complex64'])(
    'of %s',
    async (dtype) => {
      for (const shape of [[5000], [9, 333]]) {
        const a = random(shape, dtype);
        const options = { axis: shape.length - 1, dtype: dtype as 'float32' };
        await agree((x) => np.cumsum(x, options), a, 64);
        await agree((x) => np.cumprod(x, options), np.sign(a) as np.NDArray, 64);
      }
    },
  );

  test('of truth values are int32', async () => {
    const a = random([3000], 'bool');
    const sums = tensor(np.cumsum(onGpu(a)));
    expect(sums.dtype.name).toBe('int32');
    expect((await sums.array()).tolist()).toEqual(np.cumsum(a).tolist());
    await agree((x) => np.logical_or.accumulate(x), a, 0);
    await agree((x) => np.logical_and.accumulate(x), a, 0);
    expect(() => np.cumsum(onGpu(a.astype('int32')))).toThrow(/webgpu has no int64.*int32/);
  });

  test('of operations that must be done in order', async () => {
    await agree((x) => np.subtract.accumulate(x, { axis: 1 }), random([7, 90]), 64);
    await agree((x) => np.divide.accumulate(x, { axis: 0 }), random([9, 70]), 64);
  });

  test('of a formula, into an array, over the array itself', async () => {
    await agree((x) => np.cumsum(np.multiply(np.add(x, 1), x) as np.NDArray), random([3000]), 64);
    await agree(
      (x) => {
        const out = np.multiply(x, 0) as np.NDArray;
        np.cumsum(x, { axis: 0, out });
        return out;
      },
      random([50, 6]),
    );
    await agree(
      (x) => {
        const copy = np.add(x, 0) as np.NDArray;
        np.cumsum(copy, { axis: 1, out: copy });
        return copy;
      },
      random([5, 600]),
    );
  });

  test('NaN and infinities', async () => {
    const a = random([2000]);
    a.set([700], NaN);
    await agree((x) => np.cumsum(x), a, 64);
    await agree((x) => np.maximum.accumulate(x), a, 0);
    await agree((x) => np.fmax.accumulate(x), a, 0);
  });

  test('gradients', async () => {
    const a = np.add(np.multiply(random([4, 500]), 0.01), 1) as np.NDArray;
    const holed = a.copy();
    holed.set(['1', 100], 0);
    holed.set(['2', '50:400:70'], 0);
    for (const fn of [np.cumsum, np.cumprod] as ((a: np.NDArray, axis: number) => np.NDArray)[])
      for (const x of [a, holed]) {
        const [near, far] = [onGpu(x, true), onCpu(x, true)];
        for (const t of [near, far]) (np.sum(np.multiply(fn(t, 1), t)) as unknown as np.Tensor).backward();
        expectClose(await near.grad!.array(), await far.grad!.array(), 256);
      }
  });
});
