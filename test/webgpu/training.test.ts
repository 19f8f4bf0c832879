/** Training on the GPU: the same losses as on the processor, and no value read that nobody asked for. */
import { beforeAll, describe, expect, test } from 'vitest';
import './device.ts';
import * as np from 'numgrad';
import type { Split } from '../../docs/examples/mnist/data.ts';
import { convolutional } from '../../docs/examples/mnist/networks.ts';
import { loadDigits } from '../../docs/examples/mnist/read.ts';
import { train } from '../../docs/examples/mnist/training.ts';

const { nn, optim } = np;
const { functional: F } = nn;

beforeAll(async () => {
  await np.device('webgpu');
});

const valuesOf = async (t: np.Tensor): Promise<unknown> => (await t.array()).tolist();

/** Inputs and labels that a small network can learn to tell apart. */
function clusters(device: string): { x: np.Tensor; y: np.Tensor } {
  const labels = np.arange(32).mod(4);
  const centers = np.multiply(np.eye(4, 8), 2).get(labels);
  const x = np.add(centers, np.sin(np.arange(256)).reshape(32, 8));
  return {
    x: np.tensor(x, { dtype: 'float32', device }),
    y: np.tensor(labels, { dtype: 'int32', device }),
  };
}

const small = (device: string): np.nn.Sequential =>
  new nn.Sequential(new nn.Linear(8, 16), new nn.Tanh(), new nn.Linear(16, 4)).to({ device });

type Optimizer = ConstructorParameters<typeof optim.lrScheduler.OneCycleLR>[0] & np.optim.Optimizer;

interface Lesson {
  readonly makes: (params: np.Tensor[]) => Optimizer;
  readonly steps?: number;
  readonly beforeStep?: (params: np.Tensor[]) => void;
  readonly schedule?: (optimizer: Optimizer) => { step(): void };
}

/** The losses of a small network, and how often values were read until the last step. */
async function learn(device: string, lesson: Lesson): Promise<{ losses: number[]; reads: number }> {
  const { makes, steps = 12, beforeStep, schedule } = lesson;
  np.manualSeed(1);
  const model = small(device);
  const params = [...model.parameters()];
  const optimizer = makes(params);
  const plan = schedule?.(optimizer);
  const { x, y } = clusters(device);
  const before = np.device.report().reads;
  const losses: np.Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = F.crossEntropy(model.call(x), y) as unknown as np.Tensor;
    optimizer.zeroGrad();
    loss.backward();
    beforeStep?.(params);
    optimizer.step();
    plan?.step();
    losses.push(loss.detach());
  }
  const reads = np.device.report().reads - before;
  return { losses: (await valuesOf(np.stack(losses) as np.Tensor)) as number[], reads };
}

const lessons: Record<string, Lesson> = {
  SGD: { makes: (p) => new optim.SGD(p, { lr: 0.3, momentum: 0.9, weightDecay: 0.01 }) },
  Adam: { makes: (p) => new optim.Adam(p, { lr: 0.03 }) },
  'Adam with amsgrad': { makes: (p) => new optim.Adam(p, { lr: 0.03, amsgrad: true }) },
  AdamW: { makes: (p) => new optim.AdamW(p, { lr: 0.03 }) },
  RMSprop: { makes: (p) => new optim.RMSprop(p, { lr: 0.01, momentum: 0.5, centered: true }) },
  Adagrad: { makes: (p) => new optim.Adagrad(p, { lr: 0.1 }) },
  Adadelta: { makes: (p) => new optim.Adadelta(p, { lr: 1 }) },
  Adamax: { makes: (p) => new optim.Adamax(p, { lr: 0.03 }) },
  NAdam: { makes: (p) => new optim.NAdam(p, { lr: 0.03 }) },
  RAdam: { makes: (p) => new optim.RAdam(p, { lr: 0.03 }) },
  'a schedule': {
    makes: (p) => new optim.SGD(p, { lr: 0.5 }),
    schedule: (optimizer) => new optim.lrScheduler.OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 12 }),
  },
  'clipped gradients': {
    makes: (p) => new optim.SGD(p, { lr: 0.5 }),
    beforeStep: (p) => void nn.utils.clipGradNorm_(p, 0.2),
  },
  'gradients clipped by their largest element, and each by itself': {
    makes: (p) => new optim.SGD(p, { lr: 0.5 }),
    beforeStep: (p) => {
      nn.utils.clipGradNorm_(p, 0.05, { normType: Infinity });
      nn.utils.clipGradValue_(p, 0.04);
    },
  },
};

describe('a small network learns the same as on the processor with', () => {
  test.each(Object.entries(lessons))('%s', async (_, lesson) => {
    const host = await learn('cpu', lesson);
    const gpu = await learn('webgpu', lesson);
    expect(gpu.reads).toBe(0);
    expect(host.losses.at(-1)!).toBeLessThan(0.95 * host.losses[0]!);
    host.losses.forEach((loss, i) => expect(gpu.losses[i]).toBeCloseTo(loss, 4));
  });
});

test('the norm that gradients had is told', async () => {
  const w = np.tensor([0, 0], { device: 'webgpu', requiresGrad: true });
  const b = np.tensor(0, { device: 'webgpu', requiresGrad: true });
  const clipped = async (normType: number): Promise<unknown[]> => {
    w.grad = np.tensor([3, -4], { device: 'webgpu' });
    b.grad = np.tensor(12, { device: 'webgpu' });
    const norm = nn.utils.clipGradNorm_([w, b], 6.5, { normType });
    return [await valuesOf(norm), await valuesOf(w.grad), await valuesOf(b.grad)];
  };
  const [norm, ...gradients] = await clipped(2);
  expect(norm).toBeCloseTo(13, 4);
  expect(gradients.flat()).toEqual([expect.closeTo(1.5, 4), expect.closeTo(-2, 4), expect.closeTo(6, 4)]);
  expect((await clipped(1))[0]).toBeCloseTo(19, 4);
  expect((await clipped(Infinity))[0]).toBe(12);
  expect(() => nn.utils.clipGradNorm_([w], 1, { errorIfNonfinite: true })).toThrow("can't wait");
});

test('the state of an optimizer is saved and taken up again, from either device', async () => {
  const steps = (device: string, optimizer: np.optim.Optimizer, model: np.nn.Sequential, n: number): void => {
    const { x, y } = clusters(device);
    for (let i = 0; i < n; i++) {
      optimizer.zeroGrad();
      (F.crossEntropy(model.call(x), y) as unknown as np.Tensor).backward();
      optimizer.step();
    }
  };
  const weights = async (model: np.nn.Sequential): Promise<unknown> =>
    Promise.all([...model.parameters()].map(valuesOf));
  np.manualSeed(2);
  const host = small('cpu');
  const hostOptimizer = new optim.Adam(host.parameters(), { lr: 0.03 });
  steps('cpu', hostOptimizer, host, 3);
  const gpu = small('webgpu');
  gpu.loadStateDict(host.stateDict());
  const gpuOptimizer = new optim.Adam(gpu.parameters(), { lr: 0.03 });
  gpuOptimizer.loadStateDict(hostOptimizer.stateDict());
  steps('cpu', hostOptimizer, host, 3);
  steps('webgpu', gpuOptimizer, gpu, 3);
  const [a, b] = [await weights(host), await weights(gpu)];
  const near = (x: unknown): unknown => (Array.isArray(x) ? x.map(near) : expect.closeTo(x as number, 4));
  expect(b).toEqual(near(a));
  // From one optimizer on the GPU to another.
  const again = small('webgpu');
  again.loadStateDict(gpu.stateDict());
  const next = new optim.Adam(again.parameters(), { lr: 0.03 });
  next.loadStateDict(gpuOptimizer.stateDict());
  steps('webgpu', gpuOptimizer, gpu, 2);
  steps('webgpu', next, again, 2);
  expect(await weights(again)).toEqual(await weights(gpu));
});

test('the convolutional network of the examples learns the same', { timeout: 600_000 }, async () => {
  const every = (step: number, { images, labels }: Split['test']): Split['test'] => ({
    images: images.get(np.slice(null, null, step)),
    labels: labels.get(np.slice(null, null, step)),
  });
  const all = loadDigits();
  const data = { train: all.train, test: every(100, all.test) };
  const losses = async (device: string): Promise<readonly number[]> => {
    np.manualSeed(3);
    const settings = { epochs: 1, batchSize: 2, learningRate: 2e-3, maxSteps: 50, device };
    return (await train(convolutional(), data, settings)).losses;
  };
  const [host, gpu] = [await losses('cpu'), await losses('webgpu')];
  expect(gpu.length).toBe(50);
  expect(Math.max(...gpu.map((loss, i) => Math.abs(loss - host[i]!)))).toBeLessThan(1e-3);
});
