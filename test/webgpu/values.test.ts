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
