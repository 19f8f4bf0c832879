/** Opening the GPU: which device is meant, and what is no option. */
import { afterAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { openDevice } from './device.ts';
import { closeGpu, expectClose, onGpu, random, tensor } from './near.ts';

afterAll(closeGpu);

test('who opens it while it is being opened gets the same device', async () => {
  const [first, second] = await Promise.all([np.device('webgpu'), np.device('webgpu')]);
  expect(first).toBe(second);
  expect(await np.device('webgpu', {})).toBe(first);
});

test('options that there are not, or of another kind, are errors', async () => {
  const open = (options: object): Promise<unknown> => np.device('webgpu', options as np.OpenOptions);
  const before = await np.device('webgpu');
  await expect(open({ foo: 1 })).rejects.toThrow(/unexpected keyword argument 'foo'.*adapter, device/);
  await expect(open({ device: {} })).rejects.toThrow('device must be a GPUDevice');
  await expect(open({ adapter: 3 })).rejects.toThrow('adapter must be a GPUAdapter');
  await expect(open({ powerPreference: 'high' })).rejects.toThrow("'low-power' or 'high-performance'");
  expect(await np.device('webgpu')).toBe(before);
});

test('a sorter on the GPU', async () => {
  const values = random([20]);
  const there = np.searchsorted(onGpu(values), onGpu(random([5])), { sorter: np.argsort(onGpu(values)) });
  expect((await tensor(there).array()).shape).toEqual([5]);
  const wrong = np.array([0, 1, 30], { dtype: 'int32' });
  const refused = np.searchsorted(onGpu(random([3])), onGpu(random([2])), { sorter: onGpu(wrong) });
  await expect(tensor(refused).array()).rejects.toThrow('Sorter index out of range.');
});

test.each([
  ['pad', (x) => np.pad(x, 1)],
  ['roll', (x) => np.roll(x, 2)],
  ['diag', (x) => np.diag(x)],
  ['gradients of softmax', np.grad((x: np.Tensor) => np.sum(np.square(np.nn.functional.softmax(x, 0))))],
] as [string, (x: np.Tensor) => unknown][])('vmap of %s', async (_, f) => {
  const a = random([3, 4]);
  const mapped = np.vmap(f as never) as unknown as (x: np.Tensor) => np.Tensor;
  expectClose((await mapped(onGpu(a)).array()) as np.NDArray, mapped(np.tensor(a)).numpy() as np.NDArray, 8);
});

test('a gradient that is given as a list', async () => {
  const x = onGpu(np.array([1, 2, 3], { dtype: 'float32' }), true);
  tensor(np.square(x)).backward([1, 2, 3], { createGraph: true });
  expect((await x.grad!.array()).tolist()).toEqual([2, 8, 18]);
});

test("a device of the user's own is opened once", async () => {
  const device = await openDevice();
  const own = await np.device('webgpu', { device });
  expect(await np.device('webgpu', { device })).toBe(own);
});
