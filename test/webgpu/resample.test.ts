/** Interpolation, sampling, unfolding and padding on the GPU against the processor: values and gradients. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, openGpu, random } from './near.ts';
import { gradients, onBoth } from './window_helpers.ts';

const F = np.nn.functional;

beforeAll(openGpu);
afterAll(closeGpu);

describe('interpolate', () => {
  test.each(['nearest', 'nearest-exact', 'linear', 'area'] as const)('1d %s', async (mode) => {
    await gradients([[2, 3, 7]], ([x]) => F.interpolate(x, { size: 11, mode }));
    await gradients([[2, 3, 7]], ([x]) => F.interpolate(x, { size: 3, mode }));
  });

  test.each(['nearest', 'bilinear', 'bicubic', 'area'] as const)('2d %s', async (mode) => {
    await gradients([[2, 2, 5, 6]], ([x]) => F.interpolate(x, { size: [9, 4], mode }));
    await gradients([[2, 2, 5, 6]], ([x]) => F.interpolate(x, { scaleFactor: 2, mode }));
  });

  test('trilinear, corners aligned', async () => {
    await gradients([[1, 2, 3, 4, 5]], ([x]) =>
      F.interpolate(x, { size: [5, 3, 7], mode: 'trilinear', alignCorners: true }),
    );
  });

  test('float16', async () => {
    await gradients([[1, 2, 5, 6]], ([x]) => F.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }), {
      dtype: 'float16',
      tolerance: 4e-3,
    });
  });

  test('a zero keeps its sign', async () => {
    await onBoth([np.full([1, 1, 4], -0, { dtype: 'float32' })], ([x]) => F.interpolate(x, { size: 8 }), 0);
  });
});

describe('gridSample', () => {
  test.each([
    ['bilinear', 'zeros'],
    ['bilinear', 'border'],
    ['nearest', 'reflection'],
    ['bicubic', 'border'],
  ] as const)('%s, %s', async (mode, paddingMode) => {
    await gradients(
      [
        [2, 3, 5, 6],
        [2, 4, 3, 2],
      ],
      ([x, grid]) => F.gridSample(x, np.divide(grid, 3) as np.NDArray, { mode, paddingMode }),
    );
  });

  test('volumes', async () => {
    await gradients(
      [
        [1, 2, 3, 4, 3],
        [1, 2, 3, 2, 3],
      ],
      ([x, grid]) => F.gridSample(x, np.divide(grid, 3) as np.NDArray, { alignCorners: true }),
    );
  });
});

describe('unfold and fold', () => {
  const options = { padding: 1, stride: [2, 1], dilation: [1, 2] };

  test('unfold', async () => {
    await gradients([[2, 3, 6, 7]], ([x]) => F.unfold(x, [2, 3], options));
  });

  test('fold', async () => {
    await gradients([[2, 12, 30]], ([x]) => F.fold(x, [6, 7], 2));
  });
});

describe('pad', () => {
  test.each(['constant', 'reflect', 'replicate', 'circular'] as const)('%s', async (mode) => {
    await gradients([[2, 3, 5, 6]], ([x]) => F.pad(x, [2, 1, 0, 3], { mode }));
  });

  test('constants, and parts cut off', async () => {
    await gradients([[2, 3, 5]], ([x]) => F.pad(x, [-1, 2, 1, -1], { value: 7 }));
    await onBoth([random([2, 3], 'complex64')], ([x]) => F.pad(x, [1, 2]));
    await onBoth([random([2, 3], 'uint8')], ([x]) => F.pad(x, [1, 2], { value: 9 }), 0);
  });
});

test('batchNorm2d', async () => {
  await gradients([[3, 4, 5, 6], [4], [4]], ([x, weight, bias]) =>
    F.batchNorm(x, null, null, { weight, bias, training: true }),
  );
});

test('a small network learns the same', async () => {
  const conv = { first: random([4, 1, 3, 3]), second: random([6, 4, 3, 3]) };
  await gradients([[2, 1, 10, 10]], ([x]) => {
    const device = (x as np.Tensor).device as 'cpu';
    const weight = (a: np.NDArray): np.Tensor => np.tensor(a, { dtype: 'float32', device });
    const hidden = F.maxPool2d(F.relu(F.conv2d(x, weight(conv.first), { padding: 1 })), 2);
    return F.avgPool2d(F.relu(F.conv2d(hidden, weight(conv.second))), 3);
  });
});
