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

  describe('a chain goes on', () => {
    type Call = (x: np.NDArray, y: np.NDArray) => np.NDArray;
    const add = np.add as Call;
    const mul = np.multiply as Call;
    const plus = (x: np.NDArray): np.NDArray => np.add(x, 1) as np.NDArray;
    const long = (x: np.NDArray): np.NDArray => Array.from({ length: 9 }).reduce<np.NDArray>(plus, x);
    const [square, cube] = [np.reshape(np.arange(9), [3, 3]), np.reshape(np.arange(24), [2, 3, 4])];
    const row = np.array([[3, 1, 2]]);

    test.each<[string, number, Call, np.NDArray, np.NDArray]>([
      ['through a repeated row', 1, (x, y) => mul(x, plus(y)), square, row],
      ['through a repeated column', 1, (x, y) => mul(plus(y.T), x), square, row],
      ['through one element for all', 1, (x, y) => mul(x, plus(y)), square, np.array(2)],
      ['through exchanged axes', 1, (x, y) => add(plus(x).T, y).T, square, row],
      [
        'through axes of any order',
        1,
        (x) => np.transpose(plus(np.transpose(plus(x), [1, 2, 0])), [2, 0, 1]),
        cube,
        row,
      ],
      ['through axes of length 1', 1, (x) => plus(np.expand_dims(plus(x), 1)), cube, row],
      [
        'to a sum along repeated rows',
        1,
        (x, y) => np.sum(mul(x, plus(y)), { axis: 1 }) as np.NDArray,
        square,
        row,
      ],
      [
        'to a softmax of what rows are scaled by',
        1,
        (x, y) => np.nn.functional.softmax(mul(x, plus(y.T)), 1) as np.NDArray,
        square,
        row,
      ],
      ['from anew if it is long and repeated', 2, (x, y) => mul(x, long(y)), square, row],
      [
        'from anew if not all of it is read',
        2,
        (x) => plus(plus(x).get('1:, ::2') as np.NDArray),
        square,
        row,
      ],
      [
        'from anew if some of it is read twice',
        2,
        (x) => plus(np.lib.stride_tricks.sliding_window_view(plus(np.ravel(x)), 3)),
        square,
        row,
      ],
    ])('%s', async (_, dispatches, call, x, y) => {
      const gpu = await np.device('webgpu');
      const [a, b] = [onGpu(x), onGpu(y)];
      await Promise.all([a.array(), b.array()]);
      const before = gpu.report().dispatches;
      const result = tensor(call(a, b));
      const values = await result.array();
      expect(gpu.report().dispatches - before).toBe(dispatches);
      expect(values.tolist()).toEqual(
        call(x.astype('float32') as np.NDArray, y.astype('float32') as np.NDArray).tolist(),
      );
    });
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
