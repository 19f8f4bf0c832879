/** Reductions on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Reducing = (a: np.ArrayLike, options?: object) => unknown;

/** The same call on both devices. */
async function agree(fn: Reducing, a: np.NDArray, options: object = {}, ulps = 16): Promise<void> {
  const want = await (fn(onCpu(a), options) as np.Tensor).array();
  const got = await tensor(fn(onGpu(a), options)).array();
  expectClose(got, want, ulps);
}

describe('sums', () => {
  test.each([
    [[7], null],
    [[1000], null],
    [[100003], null],
    [[300, 70], 0],
    [[300, 70], 1],
    [[5, 4000], 1],
    [[4000, 5], 0],
    [
      [3, 5, 7, 11],
      [0, 2],
    ],
    [
      [3, 5, 7, 11],
      [1, 3],
    ],
    [
      [40, 33, 9],
      [0, 1],
    ],
    [[40, 33, 9], 1],
    [[2, 70000], 1],
    [[70000, 2], 0],
    [[20000, 3], 1],
  ] as const)('of %j along %j', async (shape, axis) => {
    await agree(np.sum as Reducing, random(shape), { axis });
    await agree(np.max as Reducing, random(shape), { axis }, 0);
  });

  test('of views', async () => {
    for (const [name, view] of Object.entries(views)) {
      const a = random([6, 10, 8]);
      for (const axis of [null, 0, 1, 2, [0, 2], [1, 2]]) {
        const want = await (np.sum(view(onCpu(a)), { axis: axis as number }) as np.Tensor).array();
        const got = await tensor(np.sum(view(onGpu(a)), { axis: axis as number })).array();
        expectClose(got, want, 16, `${name} ${String(axis)}`);
      }
    }
  });

  test('of a formula are one kernel with it', async () => {
    const gpu = await np.device('webgpu');
    const x = onGpu(random([50, 20]));
    await x.array();
    const before = gpu.report().dispatches;
    const y = tensor(np.sum(np.multiply(np.add(x, 1), x), { axis: 1 }));
    await y.array();
    expect(gpu.report().dispatches - before).toBe(1);
  });
});
