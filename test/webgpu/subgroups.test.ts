/** Lanes that combine what they have found: the same with subgroups and without. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { openDevice } from './device.ts';
import { expectClose, onGpu, random } from './near.ts';

/** Lines of fewer elements than a subgroup has invocations, of as many, and of more than a workgroup has. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 31, 33, 64, 100, 1000, 5000];

type Line = (a: np.NDArray) => np.NDArray;

const LINES: Readonly<Record<string, Line>> = {
  sum: (a) => np.sum(a, 1) as np.NDArray,
  max: (a) => np.max(a, 1) as np.NDArray,
  'sum of complex numbers': (a) => np.sum(np.multiply(a, new np.Complex(1, -2)), 1) as np.NDArray,
  'all of a truth': (a) => np.all(np.less(a, 3.9), 1) as np.NDArray,
  argmin: (a) => np.argmin(a, 1) as np.NDArray,
  'sum where': (a) => np.sum(a, 1, { where: np.greater(a, 0) as np.NDArray }) as np.NDArray,
  softmax: (a) => np.nn.functional.softmax(np.tensor(a), -1),
  matvec: (a) => np.matmul(a, np.negative(a.get(0))) as np.NDArray,
  'product with three rows': (a) => np.matmul(a.get('0:3'), a.T) as np.NDArray,
};

describe.each([
  ['with', ['subgroups']],
  ['without', []],
] as const)('%s subgroups', (_, requiredFeatures) => {
  let device: GPUDevice;

  beforeAll(async () => {
    device = await openDevice(() => ({ requiredFeatures: [...requiredFeatures] }));
    const { gpu } = await np.device('webgpu', { device });
    expect(gpu.subgroupSize > 1).toBe(requiredFeatures.length > 0);
  });

  afterAll(() => device.destroy());

  test.each(Object.entries(LINES))('%s', async (_name, line) => {
    for (const n of LENGTHS) {
      const a = random([6, n]);
      const there = line(onGpu(a)) as np.Tensor;
      expectClose((await there.array()) as np.NDArray, np.asarray(line(np.tensor(a)).numpy()), 64, `of ${n}`);
    }
  });
});
