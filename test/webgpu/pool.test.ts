/** Pooling on the GPU against the processor: values, places and gradients. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onGpu, openGpu, random, tensor } from './near.ts';
import { gradients, onBoth } from './window_helpers.ts';

const F = np.nn.functional;

beforeAll(openGpu);
afterAll(closeGpu);

type Shape = readonly number[];
type Sizes = number | readonly number[];

const MAX = [F.maxPool1d, F.maxPool2d, F.maxPool3d];
const AVG = [F.avgPool1d, F.avgPool2d, F.avgPool3d];
const ADAPTIVE_MAX = [F.adaptiveMaxPool1d, F.adaptiveMaxPool2d, F.adaptiveMaxPool3d];
const ADAPTIVE_AVG = [F.adaptiveAvgPool1d, F.adaptiveAvgPool2d, F.adaptiveAvgPool3d];

const CASES: readonly [images: Shape, kernel: Sizes, options?: Record<string, unknown>][] = [
  [[2, 3, 13], 3],
  [[1, 1, 1], 1],
  [[2, 3, 8, 7], 2],
  [[2, 2, 9, 8], 3, { stride: 2, padding: 1 }],
  [[1, 3, 9, 11], [3, 2], { stride: 1, padding: [1, 0], ceilMode: true }],
  [[1, 2, 5, 6, 7], [2, 3, 2], { stride: [1, 2, 3], padding: [1, 1, 0] }],
];

describe.each(CASES)('images %j, windows %j, %j', (images, kernel, options = {}) => {
  const rank = images.length - 2;

  test('largest elements, and their gradients', async () => {
    await gradients([images], ([x]) => MAX[rank - 1](x, kernel, options));
  });

  test('means, and their gradients', async () => {
    await gradients([images], ([x]) => AVG[rank - 1](x, kernel, options));
  });
});

test('largest elements of windows with gaps', async () => {
  await gradients([[2, 2, 11, 9]], ([x]) => F.maxPool2d(x, 3, { dilation: [3, 2], stride: 1, padding: 1 }));
});

test('windows that cover images evenly', async () => {
  for (const [images, sizes] of [
    [[2, 3, 10], 4],
    [
      [1, 2, 7, 9],
      [3, 4],
    ],
    [
      [1, 2, 5, 4, 6],
      [2, 4, 1],
    ],
  ] as [Shape, Sizes][]) {
    const rank = images.length - 3;
    await gradients([images], ([x]) => ADAPTIVE_MAX[rank](x, sizes));
    await gradients([images], ([x]) => ADAPTIVE_AVG[rank](x, sizes));
  }
});

test('sums of long windows', async () => {
  await gradients([[2, 3, 1000]], ([x]) => F.adaptiveAvgPool1d(x, 2));
  await gradients([[2, 300, 5]], ([x]) => F.adaptiveAvgPool2d(np.expand_dims(x, 0), [1, 5]));
});

test('places are int32, and of NaN the last counts', async () => {
  const x = random([1, 2, 6, 6]);
  x.set('0, 0, 1, 1', NaN);
  x.set('0, 0, 2, 0', NaN);
  x.set('0, 1, ...', -Infinity);
  const [values, places] = F.maxPool2d(x, 3, { stride: 2, returnIndices: true });
  const [onValues, onPlaces] = F.maxPool2d(onGpu(x), 3, { stride: 2, returnIndices: true });
  expect(onPlaces.dtype.name).toBe('int32');
  expect((await tensor(onPlaces).array()).tolist()).toEqual(places.astype('int32').tolist());
  expectClose(await tensor(onValues).array(), values, 0);
});

test('float16', async () => {
  await gradients([[2, 2, 7, 6]], ([x]) => F.maxPool2d(x, 3, { stride: 2 }), {
    dtype: 'float16',
    tolerance: 2e-3,
  });
  await gradients([[2, 2, 7, 6]], ([x]) => F.avgPool2d(x, 3, { stride: 2 }), {
    dtype: 'float16',
    tolerance: 2e-3,
  });
});

test('views', async () => {
  const turned = (x: np.NDArray): np.NDArray =>
    np.transpose(x, [3, 1, 0, 2]).get('::-1, :, ::2') as np.NDArray;
  await gradients([[9, 2, 5, 3]], ([x]) => F.maxPool2d(turned(x), 2));
  await gradients([[9, 2, 5, 3]], ([x]) => F.avgPool2d(turned(x), 2));
});

test('the gradient of overlapping windows is the same each time', async () => {
  const x = random([2, 2, 12, 12]);
  const run = async (): Promise<number[]> => {
    const leaf = onGpu(x, true);
    (F.maxPool2d(leaf, 5, { stride: 1 }) as np.Tensor).sum().backward();
    return (await leaf.grad!.array()).tolist() as number[];
  };
  expect(await run()).toEqual(await run());
});

test('indices that were changed are not taken for those of the windows', async () => {
  const x = onGpu(random([1, 1, 6]));
  const [values, places] = F.maxPool1d(x, 2, { returnIndices: true });
  (places as unknown as np.Tensor).mul_(0).add_(5);
  const spread = F.maxUnpool1d(values, places, 2);
  const last = (await tensor(values).array()).get('0, 0, 2') as unknown as number;
  expect((await tensor(spread).array()).tolist()).toEqual([[[0, 0, 0, 0, 0, Number(last)]]]);
});

test('unpooling', async () => {
  const pooled = (x: np.NDArray): np.NDArray => {
    const [values, places] = F.maxPool2d(x, 2, { returnIndices: true });
    return F.maxUnpool2d(values, places, 2, { outputSize: x.shape.slice(2) });
  };
  await gradients([[2, 3, 7, 8]], ([x]) => pooled(x));
  const [values, places] = F.maxPool1d(random([1, 2, 6]), 2, { returnIndices: true });
  await onBoth([values], ([v]) => F.maxUnpool1d(v, places, 2));
});

test('unpooling to a place outside fails with the next read', async () => {
  const [values, places] = F.maxPool1d(onGpu(random([1, 1, 6])), 2, { returnIndices: true });
  const outside = np.add(places, 9) as np.NDArray<'int64'>;
  const spread = tensor(F.maxUnpool1d(values, outside, 2));
  await expect(spread.array()).rejects.toThrow('invalid index');
});
