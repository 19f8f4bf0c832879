/** Elementwise operations on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as np from 'numgrad';

beforeAll(async () => {
  await np.device('webgpu');
});

afterAll(async () => {
  (await np.device('webgpu')).gpu.dispose();
});

const onGpu = (a: np.ArrayLike, dtype = 'float32'): np.Tensor =>
  np.tensor(a, { dtype: dtype as 'float32', device: 'webgpu' });

const tensor = (x: unknown): np.Tensor => x as np.Tensor;

describe('elementwise operations', () => {
  test('an addition', async () => {
    const x = onGpu([1, 2, 3]);
    const y = tensor(np.add(x, 1));
    expect(y.device).toBe('webgpu');
    expect((await y.array()).tolist()).toEqual([2, 3, 4]);
  });

  test('a chain is one kernel', async () => {
    const gpu = await np.device('webgpu');
    const x = onGpu([1, 2, 3]);
    await x.array();
    const before = gpu.report().dispatches;
    const y = tensor(np.multiply(np.add(np.multiply(x, 3), x), np.subtract(x, 0.5)));
    expect((await y.array()).tolist()).toEqual([2, 12, 30]);
    expect(gpu.report().dispatches - before).toBe(1);
  });

  test('views, broadcasting and packed results', async () => {
    const a = np.reshape(np.arange(12), [3, 4]);
    const x = onGpu(a);
    const y = tensor(np.greater(x.T, onGpu([1, 5, 9])));
    expect((await y.array()).tolist()).toEqual(np.greater(a.T, [1, 5, 9]).tolist());
    const z = tensor(np.add(x.get('::-1, ::2'), x.get('0:1, 1::2')));
    expect((await z.array()).tolist()).toEqual(
      np.add(a.get('::-1, ::2') as np.NDArray, a.get('0:1, 1::2') as np.NDArray).tolist(),
    );
  });

  test('in place, on views too', async () => {
    const x = onGpu([1, 2, 3, 4]);
    x.add_(1);
    tensor(x.get('1:3')).mul_(10);
    expect((await x.array()).tolist()).toEqual([2, 30, 40, 5]);
  });

  test('a gradient', async () => {
    const x = np.tensor([1, 2, 3], { device: 'webgpu', requiresGrad: true });
    const y = tensor(np.multiply(x, x));
    y.backward([1, 10, 100]);
    expect((await x.grad!.array()).tolist()).toEqual([2, 40, 600]);
  });

  test('dtypes that a GPU lacks', () => {
    expect(() => onGpu([1], 'float64')).toThrow('float32');
    expect(() => onGpu([1], 'int64')).toThrow('int32');
  });

  test('operands that are larger than a binding are taken in pieces', async () => {
    const limits = { maxStorageBufferBindingSize: 4096, minStorageBufferOffsetAlignment: 256 };
    const gpu = await np.device('webgpu');
    const small = vi.spyOn(gpu.gpu, 'limits', 'get').mockReturnValue({ ...gpu.gpu.limits, ...limits });
    try {
      const a = np.reshape(np.arange(3 * 1234, { dtype: 'float32' }), [3, 1234]);
      const x = onGpu(a);
      const before = gpu.report().dispatches;
      const y = tensor(np.add(x.get(':, ::-1'), x.get('1:2')));
      const large = tensor(np.greater(np.multiply(x, 2), 1000));
      expect((await y.array()).tolist()).toEqual(
        np.add(a.get(':, ::-1') as np.NDArray, a.get('1:2') as np.NDArray).tolist(),
      );
      expect((await large.array()).tolist()).toEqual(np.greater(np.multiply(a, 2), 1000).tolist());
      expect(gpu.report().dispatches - before).toBeGreaterThan(6);
    } finally {
      small.mockRestore();
    }
  });

  test('what waits to read an array reads it before it is overwritten elsewhere', async () => {
    const x = onGpu([1, 2, 3, 4, 5, 6]);
    const turned = tensor(np.add(x.get('::-1'), 0));
    tensor(x.get('1:')).set('...', np.multiply(tensor(turned.get('1:')), 1));
    expect((await x.array()).tolist()).toEqual([1, 5, 4, 3, 2, 1]);
    expect((await turned.array()).tolist()).toEqual([6, 5, 4, 3, 2, 1]);
    const y = onGpu([1, 2, 3, 4]);
    const back = tensor(np.add(y.get('::-1'), 0));
    np.add(back, 0, { out: y.get('...') as np.NDArray, where: [true, true, true, false] });
    expect((await y.array()).tolist()).toEqual([4, 3, 2, 4]);
  });

  test('what is on the GPU cannot be read at once', async () => {
    for (const x of [onGpu([1, 2]), tensor(np.add(onGpu([1, 2]), 1)), np.tensor([1, 2]).to('webgpu')]) {
      expect(() => x.tolist()).toThrow('await tensor.array()');
      expect(() => x.item(0)).toThrow('await tensor.array()');
      expect(() => x.to('cpu')).toThrow('await tensor.cpu()');
      expect((await x.cpu()).device).toBe('cpu');
    }
    expect(() => np.add(onGpu([1, 2]), np.tensor([1, 2]))).toThrow('two devices');
  });
});
