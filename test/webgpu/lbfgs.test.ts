/** LBFGS on the GPU: stepAsync takes the steps that step takes on the processor. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import './device.ts';
import * as np from 'numgrad';
import { closeGpu, openGpu } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

interface Options {
  readonly lr?: number;
  readonly maxIter?: number;
  readonly historySize?: number;
  readonly lineSearchFn?: 'strong_wolfe';
}

/** Rosenbrock's valley from a point, its coordinates in two parameters, and the optimizer that goes down. */
function valley(
  device: string,
  options: Options,
): { params: np.Tensor[]; optimizer: np.optim.LBFGS; closure: () => np.Tensor } {
  const params = [[-1.2], [1, 0.5]].map((data) => np.tensor(data, { requiresGrad: true, device }));
  const optimizer = new np.optim.LBFGS(params, options);
  const closure = (): np.Tensor => {
    optimizer.zeroGrad();
    const x = np.concatenate(params);
    const [head, tail] = [x.get(':-1'), x.get('1:')];
    const steep = np.multiply(np.square(np.subtract(tail, np.square(head))), 100);
    const loss = np.sum(np.add(steep, np.square(np.subtract(1, head)))) as unknown as np.Tensor;
    loss.backward();
    return loss;
  };
  return { params, optimizer, closure };
}

const valuesOf = async (params: readonly np.Tensor[]): Promise<number[]> =>
  (await Promise.all(params.map(async (p) => (await p.array()).tolist() as number[]))).flat();

test.each([
  ['with a line search', { lineSearchFn: 'strong_wolfe', maxIter: 30 } as const],
  ['with steps of one length', { lr: 0.002, maxIter: 12, historySize: 4 } as const],
])('%s', async (_, options) => {
  const [here, there] = ['cpu', 'webgpu'].map((device) => valley(device, options));
  for (let i = 0; i < 3; i++) {
    const first = here.optimizer.step(here.closure);
    const other = await there.optimizer.stepAsync(there.closure);
    expect(other.device).toBe('webgpu');
    expect(Number(await other.array())).toBeCloseTo(Number(first), 3);
    const [expected, found] = [await valuesOf(here.params), await valuesOf(there.params)];
    found.forEach((x, k) => expect(Math.abs(x - expected[k])).toBeLessThan(1e-3));
  }
});

test('step names stepAsync, and changes nothing', async () => {
  const { params, optimizer, closure } = valley('webgpu', {});
  expect(() => optimizer.step(closure)).toThrow(/await optimizer\.stepAsync/);
  expect(optimizer.stepCount).toBe(0);
  expect(await valuesOf(params)).toEqual([-1.2, 1, 0.5].map(Math.fround));
});

test('a saved state goes on where it was, on either device', async () => {
  const options = { lineSearchFn: 'strong_wolfe', maxIter: 5 } as const;
  const [one, two] = [valley('webgpu', options), valley('webgpu', options)];
  await one.optimizer.stepAsync(one.closure);
  one.params.forEach((p, i) => np.noGrad(() => two.params[i].set('...', p.detach())));
  two.optimizer.loadStateDict(one.optimizer.stateDict());
  for (const { optimizer, closure } of [one, two]) await optimizer.stepAsync(closure);
  expect(await valuesOf(two.params)).toEqual(await valuesOf(one.params));
});

test('an error of the closure ends the step', async () => {
  const { optimizer } = valley('webgpu', {});
  await expect(
    optimizer.stepAsync(() => {
      throw new Error('no loss today');
    }),
  ).rejects.toThrow('no loss today');
});
