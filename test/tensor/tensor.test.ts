/** Tensors as PyTorch has them: leaves, in-place operations, views, hooks, modes and their errors. */
import { describe, expect, it } from 'vitest';
import { setSoftLimit } from '../../src/array/storage.ts';
import * as np from '../../src/index.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = any;

const leaf = (data: Any, dtype: Any = 'float64'): Any => np.tensor(data, { dtype, requiresGrad: true });

describe('making tensors', () => {
  it('takes dtypes as PyTorch does', () => {
    expect(np.tensor([1, 2]).dtype.name).toBe('float32');
    expect(np.tensor(3).dtype.name).toBe('float32');
    expect(np.tensor([1n]).dtype.name).toBe('int64');
    expect(np.tensor([true]).dtype.name).toBe('bool');
    expect(np.tensor(np.array([1])).dtype.name).toBe('float64');
    expect(np.tensor(new Int8Array(2)).dtype.name).toBe('int8');
    expect(np.tensor([1], { dtype: 'float16' }).dtype.name).toBe('float16');
  });

  it('copies', () => {
    const a = np.array([1, 2]);
    const t = np.tensor(a);
    a.set(0, 9);
    expect(t.tolist()).toEqual([1, 2]);
    expect(t.device).toBe('cpu');
  });

  it('refuses gradients of integers and unknown devices', () => {
    expect(() => np.tensor([1n], { requiresGrad: true })).toThrow(/floating point and complex.*astype/);
    expect(() => (np.tensor([1n]).requiresGrad = true)).toThrow(/floating point/);
    expect(() => np.tensor([1], { device: 'gpu' })).toThrow(/devices are 'cpu'/);
  });

  it("is done by NumPy's functions too, where an option of tensors is given", () => {
    const made: [np.NDArray, string, unknown][] = [
      [np.zeros(2, { device: 'cpu' }), 'float32', [0, 0]],
      [np.ones([1, 2], { requiresGrad: true }), 'float32', [[1, 1]]],
      [np.ones(1, { device: 'cpu', dtype: 'float16' }), 'float16', [1]],
      [(np.zeros as Any)(1, 'int8', { device: 'cpu' }), 'int8', [0]],
      [np.full([2], 7, { device: 'cpu' }), 'float32', [7, 7]],
      [np.full([1], true, { device: 'cpu' }), 'bool', [true]],
      [np.full([1], 3n, { device: 'cpu' }), 'int64', [3]],
      [np.full([2], [1, 2], { device: 'cpu' }), 'float32', [1, 2]],
      [np.arange(3, { device: 'cpu' }), 'int64', [0, 1, 2]],
      [np.arange(0, 1, 0.5, { device: 'cpu' }), 'float32', [0, 0.5]],
      [(np.arange as Any)({ start: 1, stop: 2, step: 0.5, device: 'cpu' }), 'float32', [1, 1.5]],
      [
        np.eye(2, { k: 1, device: 'cpu' }),
        'float32',
        [
          [0, 1],
          [0, 0],
        ],
      ],
      [np.linspace(0, 1, 3, { device: 'cpu', endpoint: true }), 'float32', [0, 0.5, 1]],
    ];
    for (const [t, dtype, values] of made) {
      expect(t).toBeInstanceOf(np.Tensor);
      expect(t.dtype.name).toBe(dtype);
      expect((t as np.Tensor).detach().tolist()).toEqual(values);
    }
    expect(np.ones(1, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(np.empty([2], { device: 'cpu' }).shape).toEqual([2]);
    expect(np.zeros(2)).not.toBeInstanceOf(np.Tensor);
    expect(np.zeros.name).toBe('zeros');
    expect(() => np.arange(3, { requiresGrad: true })).toThrow(/floating point and complex/);
    expect(() => np.zeros(3, { device: 'gpu' })).toThrow(/devices are 'cpu'/);
    expect(() => (np.zeros as Any)(3, { device: 'cpu', shape: 2 })).toThrow("keyword argument 'shape'");
    expect(() => (np.linspace as Any)(0, 1, { device: 'cpu', retstep: true })).toThrow(TypeError);
  });

  it('takes a gradient of its own kind only', () => {
    const x = np.tensor([1, 2], { requiresGrad: true });
    const assign = (gradient: Any) => () => (x.grad = gradient);
    assign(np.tensor([3, 4]))();
    for (const [gradient, message] of [
      [np.tensor([1, 2, 3]), 'a different size: the tensor has shape (2,), the grad (3,)'],
      [
        np.tensor([1, 2], { dtype: 'float64' }),
        'a different type: the tensor is of float32, the grad of float64',
      ],
      [x, "can't assign a tensor as its own grad"],
    ] as const) {
      expect(assign(gradient)).toThrow(np.RuntimeError);
      expect(assign(gradient)).toThrow(message);
    }
    for (const gradient of [3, np.array([1, 2]), undefined]) expect(assign(gradient)).toThrow(TypeError);
    expect(x.grad!.tolist()).toEqual([3, 4]);
    assign(null)();
    expect(x.grad).toBe(null);
  });

  it('prints', () => {
    expect(String(np.tensor([1, 2]))).toBe('tensor([1., 2.])');
    expect(String(np.tensor([1, 2], { dtype: 'float64' }))).toBe('tensor([1., 2.], dtype=float64)');
    expect(String(np.tensor([1n, 2n]))).toBe('tensor([1, 2])');
    expect(
      String(
        np.tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toBe('tensor([[1., 2.],\n        [3., 4.]])');
    expect(String(leaf([1]))).toBe('tensor([1.], dtype=float64, requiresGrad: true)');
    expect(String(leaf([1]).mul(2))).toBe('tensor([2.], dtype=float64, gradFn: <MulBackward>)');
  });
});

describe('backward', () => {
  it('adds up', () => {
    const x = leaf([1, 2]);
    np.sum(np.multiply(x, x) as Any).backward();
    const { grad } = x;
    np.sum(np.multiply(x, 3) as Any).backward();
    expect(x.grad.tolist()).toEqual([5, 7]);
    expect(x.grad).toBe(grad);
    x.zeroGrad();
    expect(x.grad).toBeNull();
  });

  it('keeps gradients of two leaves apart', () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    np.sum(np.add(x, y) as Any).backward();
    x.grad.mul_(5);
    expect(y.grad.tolist()).toEqual([1, 1]);
  });

  it('does not take the gradient that it was given', () => {
    const [x, g] = [leaf([1, 2]), np.tensor([1, 1], { dtype: 'float64' })];
    (np.add(x, 0) as Any).backward(g);
    x.grad.mul_(5);
    expect(g.tolist()).toEqual([1, 1]);
  });

  it('throws with the way out', () => {
    const x = leaf([1, 2]);
    expect(() => x.mul(2).backward()).toThrow(/only for scalar outputs.*sum\(\) or mean\(\)/);
    expect(() => np.tensor([1]).backward()).toThrow(/does not require grad/);
    expect(() => x.mul(2).backward(np.tensor([1]))).toThrow(/Mismatch in shape/);
    const y = np.sum(np.square(x) as Any) as Any;
    y.backward();
    expect(() => y.backward()).toThrow(/second time.*retainGraph/);
  });

  it('goes twice with retainGraph, and differentiates itself with createGraph', () => {
    const x = leaf([2]);
    const y = np.sum(np.power(x, 3) as Any) as Any;
    y.backward({ retainGraph: true });
    y.backward({ createGraph: true });
    expect(x.grad.tolist()).toEqual([24]);
    const { grad } = x;
    x.grad = null;
    grad.sum().backward();
    expect(x.grad.tolist()).toEqual([12]);
  });

  it('fills only the inputs asked for', () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    x.mul(y)
      .sum()
      .backward({ inputs: [x] });
    expect(x.grad.tolist()).toEqual([3, 4]);
    expect(y.grad).toBeNull();
  });

  it('calls hooks, which may be removed', () => {
    const x = leaf([1]);
    const y = x.mul(2);
    y.retainGrad();
    const handle = y.registerHook((g: Any) => g.mul(10));
    y.sum().backward();
    expect([x.grad.item(), y.grad.item()]).toEqual([20, 10]);
    handle.remove();
    x.grad = null;
    y.sum().backward({ retainGraph: true });
    expect(x.grad.item()).toBe(2);
    expect(() => np.tensor([1]).registerHook(() => undefined)).toThrow(/doesn't require gradient/);
  });
});

describe('in place', () => {
  it('refuses leaves and their views', () => {
    const x = leaf([1, 2]);
    expect(() => x.add_(1)).toThrow(/leaf Variable that requires grad/);
    expect(() => x.get('1:').mul_(2)).toThrow(/view of a leaf/);
    expect(() => x.set(0, 5)).toThrow(/leaf Variable/);
    np.noGrad(() => x.add_(1));
    expect(x.tolist()).toEqual([2, 3]);
    expect(x.isLeaf && x.requiresGrad).toBe(true);
  });

  it('rewrites the history of what a view is of', () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(2);
    const part = y.get('1:');
    part.mul_(x.get('1:'));
    expect(y.gradFn.name).toBe('CopySlices');
    y.sum().backward();
    expect(x.grad.tolist()).toEqual([2, 8, 12]);
  });

  it('is seen by views made before', () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const part = y.get('1:');
    y.mul_(3);
    part.sum().backward();
    expect(x.grad.tolist()).toEqual([0, 3, 3]);
  });

  it('assigns values that have gradients', () => {
    const [x, v] = [leaf([1, 2, 3]), leaf([5])];
    const y = x.mul(2);
    y.set(0, v.get(0));
    y.set(np.array([false, true, false]), np.multiply(v, 3));
    y.sum().backward();
    expect([x.grad.tolist(), v.grad.tolist()]).toEqual([[0, 0, 2], [4]]);
  });

  it('makes a tensor without history one with it', () => {
    const [x, y] = [leaf([1, 2]), np.tensor([0, 0], { dtype: 'float64' }) as Any];
    y.add_(x);
    expect(y.requiresGrad).toBe(true);
    y.mul(2).sum().backward();
    expect(x.grad.tolist()).toEqual([2, 2]);
  });

  it('is found where the value was needed', () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const z = y.mul(y);
    y.add_(1);
    expect(() => z.sum().backward()).toThrow(/modified by an inplace operation.*MulBackward/);
    const e = x.exp();
    e.add_(1);
    expect(() => e.sum().backward()).toThrow(/ExpBackward/);
  });

  it('does not matter where the value was not needed', () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const z = y.add(1);
    y.mul_(7);
    z.sum().backward();
    expect(x.grad.tolist()).toEqual([2, 2]);
  });

  it('refuses out=, and arrays that would lose a gradient', () => {
    const x = leaf([1, 2]);
    expect(() => np.add(x, 1, { out: np.zeros(2) })).toThrow(/out=.*noGrad/);
    expect(() => np.sum(x, { axis: 0, out: np.zeros([]) })).toThrow(/out=/);
    expect(() => np.zeros(2).set(0, x.get(0))).toThrow(/plain array/);
  });
});

describe('modes', () => {
  it('record or not', () => {
    const x = leaf([1]);
    expect(np.noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(np.noGrad(() => np.enableGrad(() => x.mul(2))).requiresGrad).toBe(true);
    expect(x.detach().mul(2).requiresGrad).toBe(false);
    const made = np.inferenceMode(() => x.mul(2));
    expect(() => (made.requiresGrad = true)).toThrow(/inference/);
    expect(() =>
      np.noGrad(() => {
        throw new Error('out');
      }),
    ).toThrow('out');
    expect(np.isGradEnabled()).toBe(true);
  });

  it('names the operation that made a NaN', () => {
    const x = leaf([-1]);
    expect(() => np.detectAnomaly(() => (np.sqrt(x) as Any).sum().backward())).toThrow(/SqrtBackward/);
  });
});

describe('as an array', () => {
  it('shares memory with numpy(), and hands out values', async () => {
    const t = np.tensor([1, 2]);
    t.numpy().set(0, 5);
    expect(t.tolist()).toEqual([5, 2]);
    expect(() => leaf([1]).numpy()).toThrow(/detach\(\)\.numpy\(\)/);
    expect((await leaf([1, 2]).array()).tolist()).toEqual([1, 2]);
    expect(leaf([3]).item()).toBe(3);
    expect(leaf([1]).to('float32').dtype.name).toBe('float32');
  });

  it('gives 0-d tensors where arrays give numbers', () => {
    const t = np.tensor([1, 2]);
    for (const value of [t.sum(), t.get(0), np.dot(t, t), np.max(t), np.argmax(t)] as Any[]) {
      expect(value).toBeInstanceOf(np.Tensor);
      expect(value.shape).toEqual([]);
    }
  });

  it('iterates with gradients', () => {
    const x = leaf([
      [1, 2],
      [3, 4],
    ]);
    const rows = [...x] as Any[];
    rows[1].sum().backward();
    expect(x.grad.tolist()).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

it('keeps memory flat over thousands of steps in one loop', () => {
  const w = leaf(np.full([64, 64], 0.01));
  const x = np.tensor(np.ones([8, 64]));
  const step = (): void => {
    const h = np.tanh(np.matmul(x, w) as Any) as Any;
    np.mean(np.multiply(h, h) as Any).backward();
    np.noGrad(() => w.sub_(np.multiply(w.grad, 0.01)));
    w.zeroGrad();
  };
  setSoftLimit(32 * 2 ** 20);
  try {
    for (let i = 0; i < 1000; i++) step();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 3000; i++) step();
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(60);
  } finally {
    setSoftLimit(768 * 2 ** 20);
  }
});
