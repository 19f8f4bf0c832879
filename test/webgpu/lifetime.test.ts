/** Memory on the GPU: what computes gives back what it takes, whether or not the program ever waits. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import './device.ts';
import * as np from 'numgrad';

const { nn, optim } = np;
const { functional: F } = nn;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

beforeAll(async () => {
  await np.device('webgpu');
});

const held = (): number => np.device.report().memory.held;

/** Lets the garbage collector find what nobody holds, until so few bytes are in use. */
async function collect(most: number): Promise<void> {
  for (let i = 0; i < 50 && held() > most; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const KIB = 1024;

/** One step of training a network whose activations take some 100 KiB. */
function training(): () => np.Tensor {
  const model = new nn.Sequential(
    new nn.Linear(4, 64),
    new nn.Tanh(),
    new nn.Linear(64, 64),
    new nn.ReLU(),
    new nn.Linear(64, 2),
  ).to('webgpu');
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
  const x = np.randn(64, 4, { device: 'webgpu' });
  const y = np.tensor(np.arange(64).mod(2), { dtype: 'int32', device: 'webgpu' });
  return () => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(model.call(x), y) as unknown as np.Tensor;
    loss.backward();
    optimizer.step();
    return loss.detach();
  };
}

describe('a training loop', () => {
  test('that never waits takes no more for a step than the results that the program was given', async () => {
    const step = training();
    for (let i = 0; i < 3; i++) step();
    const before = held();
    for (let i = 0; i < 500; i++) step();
    // The scores and the loss, which only the garbage collector knows to be needed no more.
    expect(held() - before).toBeLessThan(500 * 2 * KIB);
    await step().array();
    await collect(before);
    expect(held()).toBeLessThanOrEqual(before + 2 * KIB);
  });

  test('that never waits, with its steps in scopes, takes nothing', () => {
    const step = training();
    step();
    np.scope(() => void step());
    const before = held();
    for (let i = 0; i < 50; i++) np.scope(() => void step());
    expect(held()).toBe(before);
  });

  test('of operations of its own, with its steps in scopes, takes nothing', () => {
    const leaf = (...shape: number[]): np.Tensor =>
      np.randn(...shape, { device: 'webgpu', requiresGrad: true }) as np.Tensor;
    const [w, v, x] = [leaf(8, 64), leaf(64, 2), leaf(32, 8).detach()];
    const step = (): void => {
      const h = np.maximum(np.matmul(x, w), 0) as unknown as np.Tensor;
      (np.mean(np.square(np.matmul(h, v))) as unknown as np.Tensor).backward();
      np.noGrad(() => {
        for (const p of [w, v]) p.sub_(np.multiply(p.grad!, 0.01));
      });
      for (const p of [w, v]) p.grad = null;
    };
    for (let i = 0; i < 3; i++) np.scope(step);
    const before = held();
    for (let i = 0; i < 200; i++) np.scope(step);
    expect(held()).toBe(before);
  });

  test('that waits for each loss stays within bounds', async () => {
    const step = training();
    for (let i = 0; i < 3; i++) await step().array();
    const before = held();
    for (let i = 0; i < 50; i++) await step().array();
    await collect(before);
    expect(held()).toBeLessThanOrEqual(before + 2 * KIB);
  });
});

describe('a write to a part of an array', () => {
  test('leaves the values before to what was computed of them, lazily or by views', async () => {
    const x = np.tensor([1, 2, 3, 4], { device: 'webgpu' }).add_(0) as np.Tensor;
    const before = [
      np.multiply(x, 10),
      np.add(x.get('::-1') as unknown as np.Tensor, x),
    ] as unknown as np.Tensor[];
    x.set(':2', 0);
    x.set(3, 9);
    const after = np.negative(x) as unknown as np.Tensor;
    x.get('1:3').set(':', 7);
    const values = await Promise.all([...before, after, x].map((t) => t.array()));
    expect(values.map((a) => a.tolist())).toEqual([
      [10, 20, 30, 40],
      [5, 5, 5, 5],
      [-0, -0, -3, -9],
      [0, 7, 7, 9],
    ]);
  });

  test('computes nothing that nobody asks for, and takes one copy only', async () => {
    const x = np.randn(1000, { device: 'webgpu' });
    await x.array();
    const [before, { dispatches }] = [held(), np.device.report()];
    const forgotten = [np.exp(x), np.sin(x), np.tanh(x)];
    for (let i = 0; i < 10; i++) x.set(i, 1);
    expect(np.device.report().dispatches - dispatches).toBe(10);
    expect(held() - before).toBe(4 * KIB);
    for (const t of forgotten as unknown as np.Tensor[]) t.dispose();
    expect(held()).toBe(before);
  });
});

describe('memory is given back', () => {
  const make = (): np.Tensor => np.tensor(new Float32Array(1000), { device: 'webgpu' }).add_(1) as np.Tensor;

  test('by dispose, after which nothing can be done with the tensor', async () => {
    const before = held();
    const x = make();
    await x.array();
    expect(held()).toBeGreaterThanOrEqual(before + 4000);
    x.dispose();
    expect(held()).toBe(before);
    expect(() => np.exp(x)).toThrow('the array was disposed');
    await expect(x.array()).rejects.toThrow('the array was disposed');
  });

  test('by using', () => {
    const before = held();
    {
      using x = make();
      x.gpuBuffer();
      expect(held()).toBeGreaterThan(before);
    }
    expect(held()).toBe(before);
  });

  test('by a scope, but for its result', async () => {
    const before = held();
    const kept = np.scope(() => {
      const x = make();
      const y = np.exp(np.cumsum(x)) as unknown as np.Tensor;
      y.gpuBuffer();
      return np.multiply(np.add(x, y), 0) as unknown as np.Tensor;
    });
    expect((await (kept.get(':3') as unknown as np.Tensor).array()).tolist()).toEqual([0, 0, 0]);
    kept.dispose();
    expect(held()).toBe(before);
  });

  test('when a tensor is moved to the processor', async () => {
    const before = held();
    const x = make();
    const host = await x.cpu();
    x.dispose();
    expect(held()).toBe(before);
    expect(host.device).toBe('cpu');
    expect(np.sum(host).item()).toBe(1000);
  });
});
