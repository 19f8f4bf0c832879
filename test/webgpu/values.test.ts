/** What looks at values: told by the next read where they lie on the GPU, and refused at once where JavaScript would get them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onGpu, openGpu, random, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const int32 = (values: number[]): np.NDArray => np.array(values, { dtype: 'int32' });

describe('negative powers of integers', () => {
  const message = 'Integers to negative integer powers are not allowed.';

  test('on the GPU reject the next read', async () => {
    const power = (exponents: number[]): Promise<np.NDArray> =>
      tensor(np.power(onGpu(int32([2, 3])), onGpu(int32(exponents)))).array();
    await expect(power([1, -1])).rejects.toThrow(new np.ValueError(message));
    expectClose(await power([3, 0]), int32([8, 1]), 0);
  });

  test('as numbers and in arrays of the processor throw at the call', () => {
    const a = onGpu(int32([2, 3]));
    expect(() => np.power(a, -1)).toThrow(np.ValueError);
    expect(() => np.power(a, int32([0, -2]))).toThrow(message);
  });

  test('of floats are fine', async () => {
    const a = np.array([2, 4], { dtype: 'float32' });
    expectClose(await tensor(np.power(onGpu(a), -1)).array(), np.power(a, -1) as np.NDArray, 4);
  });
});

describe('values that a loss refuses', () => {
  const { functional: F } = np.nn;
  const scores = (): np.Tensor => onGpu(random([2, 3]));
  const probabilities = (values: number[]): np.Tensor => onGpu(np.array(values, { dtype: 'float32' }));

  test.each<[string, () => unknown, typeof np.ValueError, string]>([
    [
      'a label beyond the classes',
      () => F.crossEntropy(scores(), onGpu(int32([1, 3]))),
      np.IndexError,
      'Target 3 is',
    ],
    ['a label below 0', () => F.nllLoss(scores(), onGpu(int32([-1, 0]))), np.IndexError, 'Target -1 is'],
    [
      'no row of a table',
      () => F.embedding(onGpu(int32([0, -1])), scores()),
      np.IndexError,
      '-1 is no row of 2',
    ],
    [
      'no probability',
      () => F.binaryCrossEntropy(probabilities([0.5, 1.5]), probabilities([0, 1])),
      np.ValueError,
      'between 0 and 1',
    ],
    [
      'a negative variance',
      () => F.gaussianNllLoss(probabilities([1]), probabilities([1]), probabilities([-1])),
      np.ValueError,
      'negative',
    ],
  ])('%s rejects the next read', async (_, call, kind, message) => {
    const error: unknown = await tensor(call() as np.NDArray)
      .array()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });

  test('an ignored label is none of them', async () => {
    const x = random([2, 3]);
    const labels = int32([-100, 2]);
    const there = tensor(F.crossEntropy(onGpu(x), onGpu(labels), { reduction: 'none' }));
    expectClose(await there.array(), F.crossEntropy(x, labels, { reduction: 'none' }) as np.NDArray, 16);
  });
});

describe('derivatives', () => {
  const cubes = (x: np.NDArray): np.NDArray => np.sum(np.power(x, 3)) as np.NDArray;

  test('of second order, and forward', async () => {
    const x = random([4]);
    const here = np.hessian(cubes)(x);
    expectClose(await tensor(np.hessian(cubes)(onGpu(x))).array(), here.numpy(), 8);
    const [, tangent] = np.jvp(cubes, [onGpu(x)], [np.ones(4)]);
    const [, wanted] = np.jvp(cubes, [x], [np.ones(4)]);
    expectClose(await tensor(tangent as np.NDArray).array(), (wanted as np.Tensor).numpy(), 8);
  });

  test('beside numbers, in the dtype of the tensor', async () => {
    const x = np.array([0.5, 2, 3], { dtype: 'float32' });
    for (const fn of [
      (t: np.NDArray) => np.arctan2(2, t),
      (t: np.NDArray) => np.power(2, t),
      (t: np.NDArray) => np.fmax(t, 1.5),
    ]) {
      const gradient = np.grad((t: np.NDArray) => np.sum(fn(t) as np.NDArray));
      expectClose(await gradient(onGpu(x)).array(), gradient(np.tensor(x)).numpy(), 8);
    }
  });
});

describe('flat', () => {
  test('gives and takes elements', async () => {
    const a = random([3, 4]);
    const there = onGpu(a);
    for (const index of [5, -1, '2:7', '::-3'])
      expectClose(
        await tensor(there.flat.get(index)).array(),
        np.asarray(a.flat.get(index), { dtype: 'float32' }),
        0,
      );
    there.flat.set('1:5', 7);
    a.flat.set('1:5', 7);
    expectClose(await there.array(), a, 0);
    expect(() => there.flat.get(12)).toThrow(np.IndexError);
  });

  test('has no loop, and names what to await', () => {
    expect(() => [...onGpu(random([3])).flat]).toThrow(/use await tensor\.cpu\(\).*await tensor\.array\(\)/);
  });
});

describe('gradient', () => {
  test('by distances and by coordinates, there or on the processor', async () => {
    const a = random([5, 6]);
    const x = np.array([0, 1, 3, 3.5, 4, 7], { dtype: 'float32' });
    for (const given of [2, x, onGpu(x)]) {
      const got = tensor(np.gradient(onGpu(a), given, { axis: 1, edge_order: 2 }));
      expectClose(await got.array(), np.gradient(a, given === 2 ? 2 : x, { axis: 1, edge_order: 2 }), 32);
    }
  });
});

describe('tensors of two devices', () => {
  const message =
    /^Expected all tensors to be on the same device, but found at least two devices, webgpu.* and cpu: move one/;
  const there = (): np.Tensor => onGpu(random([2]));
  const here = (): np.NDArray => np.zeros(2, 'float32');

  test.each<[string, () => unknown]>([
    ['operands', () => np.add(there(), np.tensor([1, 2]))],
    ['an array that a tensor is added to', () => here().add_(there())],
    ['a tensor that one is added to', () => np.tensor([1, 2]).add_(there())],
    ['an array as out', () => np.add(there(), 1, { out: here() })],
    ['a tensor as out', () => np.add(there(), 1, { out: np.tensor([1, 2]) })],
    ['a tensor without axes as out', () => np.sum(there(), { out: np.tensor(0) })],
    ['an out on the GPU', () => np.add(np.tensor([1, 2]), 1, { out: there() })],
    ['elements that are set', () => here().set(0, np.sum(there()))],
    ['a copy', () => np.copyto(here(), there())],
  ])('%s', (_, call) => {
    expect(call).toThrow(np.RuntimeError);
    expect(call).toThrow(message);
  });

  test('arrays that are no tensors come along', async () => {
    const out = there();
    np.add(np.ones(2, 'float32'), 1, { out });
    expect((await out.array()).tolist()).toEqual([2, 2]);
    out.set(0, np.array(5, 'float32'));
    expect((await out.array()).tolist()).toEqual([5, 2]);
  });

  test('a gradient that is assigned', async () => {
    const x = onGpu(random([2]), true);
    const assign = (gradient: unknown) => () => {
      x.grad = gradient as np.Tensor;
    };
    expect(assign(np.tensor([1, 2]))).toThrow(
      /^assigned grad has data located on a different device: the tensor is on webgpu.*, the grad on cpu$/,
    );
    expect(x.grad).toBe(null);
    assign(onGpu(np.array([3, 4], 'float32')))();
    expect((await x.grad!.array()).tolist()).toEqual([3, 4]);
  });
});

describe('numbers beside masks', () => {
  const a = np.array([0, 1, 2, 3], 'float32');
  const mask = (): np.NDArray => np.greater(onGpu(a), 1) as np.NDArray;

  test('are int32 or float32', async () => {
    for (const [result, dtype, values] of [
      [np.where(mask(), 1, 0), 'int32', [0, 0, 1, 1]],
      [np.where(mask(), 1.5, 0), 'float32', [0, 0, 1.5, 1.5]],
      [np.where(mask(), true, false), 'bool', [false, false, true, true]],
      [np.where(mask(), mask(), 2), 'int32', [2, 2, 1, 1]],
      [np.select([mask(), np.equal(onGpu(a), 0) as np.NDArray], [1, 2], -1), 'int32', [2, -1, 1, 1]],
      [np.where(mask(), onGpu(a), 0), 'float32', [0, 0, 2, 3]],
    ] as const) {
      expect(tensor(result).dtype.name).toBe(dtype);
      expect((await tensor(result).array()).tolist()).toEqual(values);
    }
    expect(() => np.where(mask(), 2 ** 40, 0)).toThrow(np.OverflowError);
  });

  test('are counted, and averaged as float32', async () => {
    for (const [result, dtype, value] of [
      [np.sum(mask()), 'int32', 2],
      [np.mean(mask()), 'float32', 0.5],
      [np.var(mask()), 'float32', 0.25],
      [np.average(mask()), 'float32', 0.5],
    ] as const) {
      expect(tensor(result).dtype.name).toBe(dtype);
      expect((await tensor(result).array()).tolist()).toBe(value);
    }
    expect(() => np.mean(onGpu(int32([1, 2])))).toThrow(
      "pass { dtype: 'float32' } where a dtype can be given",
    );
  });
});

describe('tensors made of tensors', () => {
  test('lie where those do, and are leaves', async () => {
    const [x, y] = [onGpu(np.array([1, 2], 'float32'), true), onGpu(np.array([3, 4], 'float32'))];
    for (const [data, options] of [
      [[x, y], {}],
      [[x, y], { device: 'webgpu' }],
      [[[x.get(0), x.get(1)], y], { requiresGrad: true }],
      [[x, [y.get(0), y.get(1)]], {}],
    ] as const) {
      const t = tensor(np.tensor(data as unknown as np.NDArray, options));
      expect(t.isLeaf).toBe(true);
      expect((await t.array()).tolist()).toEqual([
        [1, 2],
        [3, 4],
      ]);
    }
    expect((await np.tensor([x, y], { dtype: 'int32' }).array()).dtype.name).toBe('int32');
    expect(() => np.tensor([x, np.ones(3, 'float32')])).toThrow(np.ValueError);
    expect(() => np.tensor([x, np.tensor([1, 2])])).toThrow('Expected all tensors to be on the same device');
    expect(() => np.tensor(x, { device: 'cpu' })).toThrow('use await tensor.cpu()');
  });
});

test("NumPy's functions make tensors on the GPU", async () => {
  const device = 'webgpu';
  const float32 = { dtype: 'float32' } as const;
  const made: [np.NDArray, np.NDArray][] = [
    [np.zeros([2, 3], { device }), np.zeros([2, 3], float32)],
    [np.ones(3, { device, requiresGrad: true }).detach(), np.ones(3, float32)],
    [np.full([2, 2], 7, { device }), np.full([2, 2], 7, float32)],
    [np.full([2, 2], [1, 2], { device }), np.full([2, 2], [1, 2], float32)],
    [np.full([2], true, { device }), np.full([2], true)],
    [np.full([2], 5n, { device }), np.full([2], 5, { dtype: 'int32' })],
    [np.arange(5, { device }), np.arange(5, { dtype: 'int32' })],
    [np.arange(0, 1, 0.25, { device }), np.arange(0, 1, 0.25, float32)],
    [np.eye(3, { k: -1, device }), np.eye(3, { k: -1, ...float32 })],
    [np.linspace(0, 1, 7, { device }), np.linspace(0, 1, 7, float32)],
    [np.linspace(0, 1, 7, { device, dtype: 'float16' }), np.linspace(0, 1, 7, { dtype: 'float16' })],
  ];
  for (const [near, far] of made) {
    expect(tensor(near).dtype.name).toBe(far.dtype.name);
    expectClose(await tensor(near).array(), far, 0);
  }
  expect(tensor(np.empty([2, 0], { device })).shape).toEqual([2, 0]);
  expect(() => np.zeros(2, { device, dtype: 'float64' })).toThrow(/^webgpu has no float64/);
  expect(() => np.linspace(0, 1, 7, { device, dtype: 'float64' })).toThrow(/^webgpu has no float64/);
});

test('whether arrays are equal is to be waited for', async () => {
  const [x, y] = [onGpu(random([3])), onGpu(random([3]))];
  for (const call of [() => np.array_equal(x, y), () => np.array_equiv(x, y), () => np.allclose(x, y)])
    expect(call).toThrow(
      /can't wait for the values, which are on 'webgpu': use \(await np\.all\(.*\)\.array\(\)\)\.item\(\)/,
    );
  expect(np.array_equal(x, onGpu(random([2])))).toBe(false);
  expect((await tensor(np.all(np.isclose(x, x) as unknown as np.NDArray)).array()).item()).toBe(true);
});
