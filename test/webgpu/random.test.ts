/** Random numbers on the GPU are those of the processor. */
import { beforeAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { onGpu } from './near.ts';

beforeAll(async () => {
  await np.device('webgpu');
});

/** What a function draws on both devices, from generators that stand at the same place. */
async function both(draw: (options: np.RandomOptions) => np.Tensor): Promise<[unknown, unknown]> {
  const on = (device: string): np.Tensor => {
    const generator = new np.Generator(2 ** 40 + 7);
    // The counter is about to carry into its upper word.
    const state = generator.getState();
    new DataView(state.buffer).setBigUint64(8, 2n ** 32n - 3n, true);
    generator.setState(state);
    return draw({ device, generator });
  };
  const here = on('cpu');
  const there = on('webgpu');
  expect(there.device).toBe('webgpu');
  return [here.tolist(), (await there.array()).tolist()];
}

test('uniform numbers, integers and permutations are the same', async () => {
  const draws: ((options: np.RandomOptions) => np.Tensor)[] = [
    (o) => np.rand([3, 37], o),
    (o) => np.rand([5], { ...o, dtype: 'float16' }),
    (o) => np.randint(-5, 1000, [50], { ...o, dtype: 'int32' }),
    (o) => np.randperm(20, { ...o, dtype: 'int32' }),
  ];
  for (const draw of draws) {
    const [here, there] = await both(draw);
    expect(there).toEqual(here);
  }
});

test('normal numbers are the same to a few units in the last place', async () => {
  const [here, there] = (await both((o) => np.randn([201], o))) as [number[], number[]];
  here.forEach((x, i) => expect(Math.abs(there[i] - x)).toBeLessThanOrEqual(4e-6 * Math.max(1, Math.abs(x))));
});

test('integers are int32 where the device has no 64 bits', async () => {
  expect(np.randint(10, [3], { device: 'webgpu' }).dtype.name).toBe('int32');
  expect(np.randperm(10, { device: 'webgpu' }).dtype.name).toBe('int32');
});

test('masks of dropout are made there, the same as on the processor', async () => {
  for (const drop of [np.nn.functional.dropout, np.nn.functional.dropout2d, np.nn.functional.alphaDropout]) {
    const x = np.ones([3, 8, 5, 5], { dtype: 'float32' });
    const [here, there] = await both(
      (o) =>
        drop(np.tensor(x, { device: o.device }), {
          p: 0.4,
          generator: o.generator,
        } as never) as unknown as np.Tensor,
    );
    expect(there).toEqual(here);
  }
});

test('progressions are made there', async () => {
  const shapes = onGpu(np.ones([6, 5], { dtype: 'float32' }) as np.NDArray, true);
  const windows = np.lib.stride_tricks.sliding_window_view(shapes, [2, 2]) as np.Tensor;
  const report = await np.profile(() => {
    (np.sum(windows) as unknown as np.Tensor).backward();
  });
  expect(report.map(({ kernel }) => kernel)).toContain('iota');
  expect((await shapes.grad!.array()).get(0).tolist()).toEqual([1, 2, 2, 2, 1]);
});
