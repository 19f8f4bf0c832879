/** What follows a convolution on the GPU is computed by the convolution's kernel. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const F = np.nn.functional;

type Call = (...operands: np.Tensor[]) => unknown;

/** The same on both devices, in so many dispatches on the GPU. */
async function agree(
  fn: Call,
  operands: readonly np.NDArray[],
  dispatches: number,
  ulps = 64,
): Promise<void> {
  const want = await (fn(...operands.map((a) => onCpu(a))) as np.Tensor).array();
  const there = operands.map((a) => onGpu(a));
  const { report } = await np.device('webgpu').then((gpu) => ({ report: () => gpu.report().dispatches }));
  const before = report();
  const got = await tensor(fn(...there)).array();
  expectClose(got, want, ulps);
  expect(report() - before).toBe(dispatches);
}

const images = random([2, 8, 9, 10]);
const kernels = random([5, 8, 3, 3]);
const bias = random([5]);
const filters = random([8, 1, 3, 3]);
const biases = random([8]);

/** Groups of one filter each: what compiles fast. */
const apart = { groups: 8, padding: 1 };

test.each<[string, Call, readonly np.NDArray[], number]>([
  ['a bias', (x, w, b) => F.conv2d(x, w, { bias: b, ...apart }), [images, filters, biases], 1],
  ['an activation', (x, w, b) => F.relu(F.conv2d(x, w, { bias: b, ...apart })), [images, filters, biases], 1],
  [
    'a residual and an activation',
    (x, w, b, r) => F.gelu(np.add(F.conv2d(x, w, { bias: b, padding: 1 }), r)),
    [images, kernels, bias, random([2, 5, 9, 10])],
    1,
  ],
  [
    'statistics of channels that are known',
    (x, w, mean, variance) => F.relu(F.batchNorm(F.conv2d(x, w, { padding: 1 }), mean, variance)),
    [images, kernels, bias, np.add(np.abs(bias), 1) as np.NDArray],
    1,
  ],
  [
    'an operand in another order',
    (x, w, r) => np.multiply(F.conv2d(x, w, apart), np.transpose(r, [0, 1, 3, 2])),
    [images, filters, random([2, 8, 10, 9])],
    1,
  ],
  ['a comparison', (x, w) => np.greater(F.conv2d(x, w, apart), 1), [images, filters], 1],
  [
    'a transposed convolution',
    (x, w, b) => F.relu(F.convTranspose2d(x, w, { bias: b, stride: 2 })),
    [images, random([8, 5, 3, 3]), bias],
    1,
  ],
  [
    'sums that are cut into parts',
    (x, w, b) => F.relu(F.conv1d(x, w, { bias: b })),
    [random([1, 600, 5]), random([5, 600, 3]), bias],
    2,
  ],
  [
    'half floats',
    (x, w, b) => F.relu(F.conv2d(x, w, { bias: b, ...apart })),
    [images, filters, biases].map((a) => a.astype('float16') as np.NDArray),
    1,
  ],
])('%s', (_, fn, operands, dispatches) => agree(fn, operands, dispatches));

test('what is needed besides is written too', async () => {
  const both = (x: np.Tensor, w: np.Tensor): np.Tensor[] => {
    const y = F.conv2d(x, w, apart);
    return [F.relu(y), y] as np.Tensor[];
  };
  const want = await Promise.all(both(onCpu(images), onCpu(filters)).map((a) => a.array()));
  const got = await Promise.all(both(onGpu(images), onGpu(filters)).map((a) => a.array()));
  got.forEach((one, i) => expectClose(one, want[i], 64));
});

test('what is overwritten afterwards is read before', async () => {
  const want = await (F.conv2d(onCpu(images), onCpu(kernels)) as np.Tensor).array();
  const [x, w] = [onGpu(images), onGpu(kernels)];
  const y = F.conv2d(x, w) as np.Tensor;
  x.set('...', 0);
  w.set('0', 7);
  expectClose(await y.array(), want, 64);
});

test('gradients', async () => {
  const gradients = async (
    of: (a: np.NDArray, requiresGrad: boolean) => np.Tensor,
  ): Promise<np.NDArray[]> => {
    const leaves = [images, kernels, bias].map((a) => of(a, true));
    const [x, w, b] = leaves;
    const y = np.tanh(F.conv2d(x, w, { bias: b, padding: 1 })) as unknown as np.Tensor;
    (np.sum(np.square(y)) as unknown as np.Tensor).backward();
    return Promise.all(leaves.map((leaf) => leaf.grad!.array()));
  };
  const [want, got] = [await gradients(onCpu), await gradients(onGpu)];
  got.forEach((one, i) => expectClose(one, want[i], 1024));
});
