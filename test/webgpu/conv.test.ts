/** Convolutions on the GPU against the processor: values and gradients. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { gradients, onBoth } from './window_helpers.ts';

const { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } = np.nn.functional;

beforeAll(async () => {
  await np.device('webgpu');
});

afterAll(async () => {
  (await np.device('webgpu')).gpu.dispose();
});

type Shape = readonly number[];
type Options = Record<string, unknown>;

const CONV = [conv1d, conv2d, conv3d];
const TRANSPOSED = [convTranspose1d, convTranspose2d, convTranspose3d];

/** Shapes of images and kernels, and options. */
const CASES: readonly [images: Shape, kernels: Shape, options?: Options][] = [
  [
    [2, 3, 17],
    [5, 3, 4],
  ],
  [
    [1, 1, 1],
    [1, 1, 1],
  ],
  [[2, 3, 9, 11], [4, 3, 3, 3], { padding: 1 }],
  [[1, 3, 23, 21], [9, 3, 7, 7], { stride: 2, padding: 3 }],
  [[2, 4, 8, 9], [6, 2, 3, 2], { stride: [1, 3], padding: [2, 1], dilation: [2, 1], groups: 2 }],
  [[3, 6, 7, 6], [6, 1, 3, 3], { padding: 1, groups: 6 }],
  [[1, 4, 9, 10], [8, 1, 3, 5], { stride: 2, padding: 2, groups: 4 }],
  [
    [2, 8, 5, 5],
    [16, 8, 1, 1],
  ],
  [[2, 8, 6, 5], [3, 8, 1, 1], { stride: 3 }],
  [
    [1, 40, 1, 1],
    [5, 40, 1, 1],
  ],
  [[1, 2, 5, 6, 7], [3, 2, 2, 3, 2], { stride: [2, 1, 2], padding: [1, 0, 1] }],
  [[2, 2, 4, 5, 4], [2, 1, 2, 2, 2], { groups: 2, dilation: [1, 2, 1] }],
];

describe.each(CASES)('images %j, kernels %j, %j', (images, kernels, options = {}) => {
  const rank = images.length - 2;
  const conv = CONV[rank - 1];

  test('forward and gradients', async () => {
    await gradients([images, kernels, [kernels[0]]], ([x, w, bias]) => conv(x, w, { ...options, bias }));
  });

  test('transposed', async () => {
    const { groups = 1 } = options as { groups?: number };
    const source = [images[0], kernels[0], ...images.slice(2)];
    const channels = kernels[1] * groups;
    const transposed = TRANSPOSED[rank - 1];
    const smaller = { ...options, padding: 0 };
    await gradients([source, kernels, [channels]], ([x, w, bias]) => transposed(x, w, { ...smaller, bias }));
  });
});

test('sums that are cut into parts', async () => {
  await gradients([[1, 96, 6, 5], [8, 96, 3, 3], [8]], ([x, w, bias]) => conv2d(x, w, { padding: 1, bias }));
  await gradients(
    [
      [6, 2, 40, 40],
      [3, 2, 3, 3],
    ],
    ([x, w]) => conv2d(x, w),
  );
  await gradients(
    [
      [12, 2, 40, 40],
      [2, 1, 3, 10],
    ],
    ([x, w]) => conv2d(x, w, { groups: 2 }),
  );
});

describe('tiles in workgroup memory, as GPUs have them', () => {
  beforeAll(async () => {
    (await np.device('webgpu')).products = { kernel: 'small' };
  });
  afterAll(async () => {
    (await np.device('webgpu')).products = {};
  });

  test.each([
    [[1, 3, 23, 21], [9, 3, 7, 7], { stride: 2, padding: 3 }],
    [[2, 4, 8, 9], [6, 2, 3, 2], { stride: [1, 3], padding: [2, 1], dilation: [2, 1], groups: 2 }],
    [[1, 96, 6, 5], [8, 96, 3, 3], { padding: 1 }],
    [[3, 5, 12, 13], [70, 5, 3, 3], { padding: 1 }],
    [[2, 5, 14, 14], [140, 5, 2, 2], {}],
  ])('images %j, kernels %j, %j', async (images, kernels, options) => {
    await gradients([images, kernels, [kernels[0]]], ([x, w, bias]) => conv2d(x, w, { ...options, bias }));
  });
});

test('many rows and columns', async () => {
  await gradients(
    [
      [3, 5, 12, 13],
      [70, 5, 3, 3],
    ],
    ([x, w]) => conv2d(x, w, { padding: 1 }),
  );
  await gradients(
    [
      [2, 5, 14, 14],
      [140, 5, 2, 2],
    ],
    ([x, w]) => conv2d(x, w),
  );
});

test('views', async () => {
  const of = (x: np.NDArray): np.NDArray => np.transpose(x, [3, 0, 1, 2]).get('::-1, 1:') as np.NDArray;
  const flipped = (w: np.NDArray): np.NDArray => w.get('::-1, :, ::-1, ::2') as np.NDArray;
  await gradients(
    [
      [4, 7, 8, 2],
      [5, 3, 3, 5],
    ],
    ([x, w]) => conv2d(of(x), flipped(w), { stride: 2, padding: 1 }),
  );
});

test('empty', async () => {
  const shapes: [Shape, Shape, Options?][] = [
    [
      [0, 3, 5, 5],
      [4, 3, 2, 2],
    ],
    [
      [2, 0, 5, 5],
      [4, 0, 2, 2],
    ],
  ];
  for (const [images, kernels, options] of shapes)
    await gradients([images, kernels, [4]], ([x, w, bias]) => conv2d(x, w, { ...options, bias }));
});

test('NaN and infinities stay in their windows', async () => {
  const x = np.zeros([1, 1, 5, 5], { dtype: 'float32' });
  x.set('0, 0, 2, 2', NaN);
  x.set('0, 0, 4, 4', Infinity);
  await onBoth([x, np.ones([2, 1, 2, 2], { dtype: 'float32' })], ([a, w]) => conv2d(a, w, { padding: 1 }));
});

test('float16', async () => {
  await gradients([[2, 3, 8, 7], [4, 3, 3, 3], [4]], ([x, w, bias]) => conv2d(x, w, { padding: 1, bias }), {
    dtype: 'float16',
    tolerance: 4e-3,
  });
  await gradients(
    [
      [2, 4, 8, 7],
      [4, 1, 3, 3],
    ],
    ([x, w]) => conv2d(x, w, { groups: 4 }),
    {
      dtype: 'float16',
      tolerance: 4e-3,
    },
  );
});

test('bad operands throw at the call', () => {
  const x = np.rand(1, 2, 5, 5).to('webgpu');
  expect(() => conv2d(x, np.rand(3, 1, 2, 2).to('webgpu'))).toThrow('channels');
  expect(() => conv2d(x, np.rand(3, 2, 9, 2).to('webgpu'))).toThrow();
  expect(() => conv2d(x, np.rand(3, 2, 2, 2))).toThrow('cpu');
});
