/** Softmax, norms and losses of rows on the GPU against the processor, forward and backward. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const F = np.nn.functional;

type Fn = (...tensors: np.Tensor[]) => unknown;

/** A function's result and the gradients of all its operands, on both devices. */
async function agree(fn: Fn, operands: readonly np.NDArray[], ulps = 64): Promise<void> {
  const run = (tensors: np.Tensor[]): np.Tensor[] => {
    const result = fn(...tensors) as np.Tensor;
    const shares = np.sin(
      np.reshape(np.arange(result.size, { dtype: 'float32' }), result.shape),
    ) as np.NDArray;
    const weights = np.tensor(shares, { dtype: result.dtype.name as 'float32', device: result.device });
    (np.sum(np.multiply(result, weights)) as unknown as np.Tensor).backward();
    return [result, ...tensors.map((t) => t.grad!)];
  };
  const near = run(operands.map((a) => onGpu(a, true)));
  const far = run(operands.map((a) => onCpu(a, true)));
  for (const [i, t] of near.entries()) {
    expect(t.device).toBe('webgpu');
    expectClose(await t.detach().array(), await far[i].detach().array(), ulps, `result ${i}`);
  }
}

const SHAPES = [
  [[7], 0],
  [[5, 3], 1],
  [[300, 10], 1],
  [[64, 1000], 1],
  [[33, 5000], 1],
  [[3, 40, 9], 1],
  [[2, 40000], 1],
  [[40000, 2], 0],
] as const;

describe('softmax', () => {
  test.each(SHAPES)('of %j along %j', async (shape, axis) => {
    await agree((x) => F.softmax(x, axis), [random(shape)]);
    await agree((x) => F.logSoftmax(x, axis), [random(shape)]);
  });

  test('of a formula is one kernel', async () => {
    const gpu = await np.device('webgpu');
    const x = onGpu(random([8, 30]));
    await x.array();
    const before = gpu.report().dispatches;
    const y = tensor(F.softmax(np.add(np.multiply(x, 3), 1), 1));
    await y.array();
    expect(gpu.report().dispatches - before).toBe(1);
  });

  test('of infinities and NaN, in float16, of a view', async () => {
    const a = random([4, 6]);
    a.set(['0', 2], Infinity);
    a.set([1, 3], -Infinity);
    a.set([2, 0], NaN);
    const want = await (F.softmax(onCpu(a), 1) as unknown as np.Tensor).array();
    expectClose(await tensor(F.softmax(onGpu(a), 1)).array(), want, 16);
    await agree((x) => F.softmax(x, 1), [random([9, 33], 'float16')], 4);
    await agree((x) => F.softmax(x.T, 1), [random([9, 33])]);
  });
});

describe('norms', () => {
  test.each([
    [[6, 10], 1],
    [[100, 7], 1],
    [[5, 6, 300], 1],
    [[5, 6, 50], 2],
    [[3000, 16], 1],
    [[2, 20000], 1],
  ] as const)('of %j along the last %j', async (shape, axes) => {
    const own = shape.slice(shape.length - axes);
    const operands = [random(shape), random(own), random(own)];
    await agree((x, w, b) => F.layerNorm(x, own, w, b), operands, 1024);
    await agree((x) => F.layerNorm(x, own), operands.slice(0, 1), 1024);
    await agree((x, w) => F.rmsNorm(x, own, w), operands.slice(0, 2), 1024);
  });
});

describe('cross entropy', () => {
  test.each([
    [5, 3],
    [64, 1000],
    [2, 50000],
  ])('of %j rows of %j classes', async (rows, classes) => {
    const labels = Array.from({ length: rows }, (_, i) => (i * 7919) % classes);
    const some = labels.map((label, i) => (i % 3 === 1 ? -100 : label));
    for (const target of [labels, some])
      for (const reduction of ['mean', 'sum', 'none'] as const)
        await agree((x) => F.crossEntropy(x, target, { reduction }), [random([rows, classes])], 256);
  });

  test('with labels on the device', async () => {
    const labels = np.array([2, 0, 1], { dtype: 'int32' });
    await agree((x) => F.crossEntropy(x, x.device === 'cpu' ? labels : onGpu(labels)), [random([3, 4])]);
  });
});

describe('batch norm and losses', () => {
  test('batch norm while training', async () => {
    const operands = [random([6, 4, 5, 3]), random([4]), random([4])];
    const moments = (x: np.Tensor): (np.Tensor | null)[] =>
      [0, 1].map((value) => np.tensor(np.full([4], value), { dtype: 'float32', device: x.device }));
    await agree(
      (x, w, b) => {
        const [mean, variance] = moments(x);
        return F.batchNorm(x, mean, variance, w, b, { training: true });
      },
      operands,
      1024,
    );
  });

  test.each([
    'mseLoss',
    'l1Loss',
    'smoothL1Loss',
    'huberLoss',
    'binaryCrossEntropyWithLogits',
    'klDiv',
  ] as const)('%s', async (name) => {
    const fn = F[name] as (x: np.Tensor, y: np.Tensor, options: object) => unknown;
    const target = np.abs(np.sin(random([7, 9]))) as np.NDArray;
    for (const reduction of ['mean', 'sum', 'none'])
      await agree(
        (x) => fn(x, np.tensor(target, { device: x.device }), { reduction }),
        [random([7, 9])],
        256,
      );
  });

  test('nllLoss and label smoothing', async () => {
    const labels = [0, 2, 1, 2];
    await agree((x) => F.nllLoss(F.logSoftmax(x, 1), labels), [random([4, 3])], 256);
    await agree((x) => F.crossEntropy(x, labels, { labelSmoothing: 0.1 }), [random([4, 3])], 256);
    await agree((x) => F.crossEntropy(x, [3, 1, 0], { ignoreIndex: 1 }), [random([3, 4])], 256);
  });
});
