/** Elementwise operations on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';

beforeAll(async () => {
  await np.device('webgpu');
});

afterAll(async () => {
  (await np.device('webgpu')).gpu.dispose();
});

const onGpu = (a: np.ArrayLike, dtype: np.DTypeName = 'float32'): np.Tensor =>
  np.tensor(a, { dtype, device: 'webgpu' });

describe('elementwise operations', () => {
  test('an addition', async () => {
    const x = onGpu([1, 2, 3]);
    const y = np.add(x, 1) as np.Tensor;
    expect(y.device).toBe('webgpu');
    expect((await y.array()).tolist()).toEqual([2, 3, 4]);
  });

  test('a chain is one kernel', async () => {
    const gpu = await np.device('webgpu');
    const x = onGpu([1, 2, 3]);
    await x.array();
    const before = gpu.report().dispatches;
    const y = np.multiply(np.add(np.multiply(x, 3), x), np.subtract(x, 0.5)) as np.Tensor;
    expect((await y.array()).tolist()).toEqual([2, 12, 30]);
    expect(gpu.report().dispatches - before).toBe(1);
  });

  test('views, broadcasting and packed results', async () => {
    const a = np.reshape(np.arange(12), [3, 4]);
    const x = onGpu(a);
    const y = np.greater(x.T, onGpu([1, 5, 9])) as np.Tensor;
    expect((await y.array()).tolist()).toEqual(np.greater(a.T, [1, 5, 9]).tolist());
    const z = np.add(x.get('::-1, ::2'), x.get('0:1, 1::2')) as np.Tensor;
    expect((await z.array()).tolist()).toEqual(
      np.add(a.get('::-1, ::2') as np.NDArray, a.get('0:1, 1::2') as np.NDArray).tolist(),
    );
  });

  test('in place, on views too', async () => {
    const x = onGpu([1, 2, 3, 4]);
    x.add_(1);
    (x.get('1:3') as np.Tensor).mul_(10);
    expect((await x.array()).tolist()).toEqual([2, 30, 40, 5]);
  });

  test('a gradient', async () => {
    const x = np.tensor([1, 2, 3], { device: 'webgpu', requiresGrad: true });
    const y = np.multiply(x, x) as np.Tensor;
    y.backward([1, 10, 100]);
    expect((await x.grad!.array()).tolist()).toEqual([2, 40, 600]);
  });

  test('dtypes that a GPU lacks', () => {
    expect(() => onGpu([1], 'float64')).toThrow('float32');
    expect(() => onGpu([1], 'int64')).toThrow('int32');
  });
});
