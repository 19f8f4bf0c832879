/** A device of the user's own, with WebGPU's default limits: 8 storage buffers, bindings of 128 MiB. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { openDevice } from './device.ts';

let device: GPUDevice;

beforeAll(async () => {
  device = await openDevice();
  await np.device('webgpu', { device });
});

afterAll(() => device.destroy());

const range = (from: number): np.NDArray => np.arange(from, from + 12, { dtype: 'float32' }).reshape([3, 4]);
const operands = Array.from({ length: 12 }, (_, i) => range(i));
const onGpu = (a: np.NDArray): np.Tensor => np.tensor(a, { device: 'webgpu' });

/** A formula of more operands than a kernel can be bound to. */
const total = (arrays: readonly np.NDArray[]): np.NDArray =>
  arrays.reduce((sum, a, i) => np.add(sum, np.multiply(a, i)) as np.NDArray);

test('the limits are those of the device', () => {
  expect(np.device.report().limits.maxStorageBuffersPerShaderStage).toBe(8);
});

test('more operands than a kernel can be bound to', async () => {
  const result = total(operands.map(onGpu)) as np.Tensor;
  expect((await result.array()).tolist()).toEqual(total(operands).tolist());
});

test('sums, rows and products of such formulas', async () => {
  const there = operands.map(onGpu);
  const functions: ((arrays: readonly np.NDArray[]) => np.NDArray)[] = [
    (arrays) => np.sum(total(arrays), 0) as np.NDArray,
    (arrays) =>
      np.sum(total(arrays), { where: np.greater(arrays[0], 3) as np.NDArray, axis: 1 }) as np.NDArray,
    (arrays) => np.cumsum(total(arrays), 1) as np.NDArray,
    (arrays) => np.matmul(total(arrays), arrays[1].T) as np.NDArray,
    (arrays) => np.sort(total(arrays), 0) as np.NDArray,
    (arrays) => np.take(total(arrays), [2, 0], 0) as np.NDArray,
  ];
  for (const f of functions) {
    const here = f(operands);
    const result = await (f(there) as np.Tensor).array();
    expect(result.tolist()).toEqual(here.tolist());
  }
});

test('sums and products of 160 MiB', async () => {
  const [rows, columns] = [160, 262144];
  const remainders = (n: number, by: number): np.NDArray =>
    np.remainder(np.arange(n, { dtype: 'float32' }), by) as np.NDArray;
  const [left, right] = [remainders(rows, 7).reshape([rows, 1]), remainders(columns, 5)];
  const x = np.add(onGpu(left), onGpu(right)) as unknown as np.Tensor;
  const read = (result: unknown): Promise<np.NDArray> => (result as np.Tensor).array();
  const totals = np.add(np.multiply(left.ravel(), columns), np.sum(right)) as np.NDArray;
  expect((await read(np.sum(x, 1))).tolist()).toEqual(totals.tolist());
  const ones = onGpu(np.ones([columns], { dtype: 'float32' }));
  expect((await read(np.matmul(x, ones))).tolist()).toEqual(totals.tolist());
  expect(Number((await read(np.sum(x))).tolist()) / Number(np.sum(totals.astype('float64')))).toBeCloseTo(
    1,
    6,
  );
});

test('a network learns', async () => {
  const losses: number[] = [];
  np.manualSeed(3);
  const net = new np.nn.Sequential(
    new np.nn.Linear(4, 8),
    new np.nn.LayerNorm(8),
    new np.nn.GELU(),
    new np.nn.Linear(8, 3),
  ).to('webgpu');
  const optimizer = new np.optim.AdamW(net.parameters(), { lr: 0.05 });
  const x = np.randn([16, 4], { device: 'webgpu' });
  const labels = np.randint(0, 3, [16], { device: 'webgpu' });
  for (let step = 0; step < 15; step++) {
    optimizer.zeroGrad();
    const loss = np.nn.functional.crossEntropy(net.call(x), labels);
    loss.backward();
    optimizer.step();
    losses.push(Number((await (loss as unknown as np.Tensor).array()).tolist()));
  }
  expect(losses[14]).toBeLessThan(losses[0] / 2);
});
