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
