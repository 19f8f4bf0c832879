/** What the GPU finds wrong with values: told by each array that it concerns, and by no other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, onGpu, tensor } from './near.ts';

beforeAll(() => np.device('webgpu'));
afterAll(closeGpu);

const ints = (...values: number[]): np.Tensor => onGpu(np.array(values, { dtype: 'int32' }));
const x = (): np.Tensor => onGpu(np.array([1, 2, 3, 4, 5], { dtype: 'float32' }));
const read = (a: unknown): Promise<unknown> =>
  tensor(a)
    .array()
    .then((r) => r.tolist());

test('two failures: each array rejects with its own error, however often it is read', async () => {
  const [first, second, good] = [
    [1, 9],
    [2, -7],
    [3, 4],
  ].map((at) => tensor(np.take(x(), ints(...at))));
  const views = [
    tensor(np.negative(first)),
    tensor(first.get('1:')),
    tensor(np.sum(np.multiply(good, second))),
  ];
  for (let turn = 0; turn < 2; turn++) {
    await expect(read(second)).rejects.toThrow(
      new np.IndexError('index -7 is out of bounds for axis 0 with size 5'),
    );
    await expect(read(first)).rejects.toThrow('index 9 is out of bounds');
    expect(await read(good)).toEqual([4, 5]);
  }
  await expect(read(views[0])).rejects.toThrow('index 9 is');
  await expect(read(views[1])).rejects.toThrow('index 9 is');
  await expect(read(views[2])).rejects.toThrow('index -7 is');
  await expect(first.cpu()).rejects.toThrow('index 9 is');
});

test('writes with bad indices spoil what they write to, until it is written anew', async () => {
  const [a, b] = [x(), x()];
  a.set(ints(0, 8), 1);
  np.add.at(b, ints(5), 1);
  await expect(read(a)).rejects.toThrow('index 8 is');
  await expect(read(tensor(a.get(':2')))).rejects.toThrow('index 8 is');
  await expect(read(b)).rejects.toThrow('index 5 is');
  a.set(':', 7);
  expect(await read(a)).toEqual([7, 7, 7, 7, 7]);
});

test('operands stay good, also those that are refused', async () => {
  const labels = ints(0, 7);
  const scores = onGpu(np.zeros([2, 3], { dtype: 'float32' }), true);
  const loss = tensor(np.nn.functional.crossEntropy(scores, labels));
  loss.backward();
  await expect(read(loss)).rejects.toThrow('Target 7 is out of bounds');
  await expect(read(scores.grad)).rejects.toThrow('Target 7 is out of bounds');
  expect(await read(labels)).toEqual([0, 7]);
  expect(await read(scores.detach())).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

const singular = (): np.Tensor => onGpu(np.zeros([2, 2], { dtype: 'float32' }));
const F = np.nn.functional;

test.each([
  ['power', /negative integer powers/, () => np.power(ints(2), ints(-1))],
  ['power with out', /negative integer powers/, () => np.power(ints(2), ints(-1), { out: ints(1) })],
  ['power.accumulate', /negative integer powers/, () => np.power.accumulate(ints(2, -1))],
  ['inv', /Singular matrix/, () => np.linalg.inv(singular())],
  ['cholesky', /not positive definite/, () => np.linalg.cholesky(singular())],
  ['oneHot', /2/, () => F.oneHot(ints(2), { numClasses: 2 })],
  ['embedding', /3 is no row of 2/, () => F.embedding(ints(3), onGpu(np.ones([2, 2], { dtype: 'float32' })))],
  ['average', /sum to zero/, () => np.average(x(), { weights: tensor(np.subtract(x(), 3)) })],
  ['quantile', /Quantiles must be/, () => np.quantile(x(), x())],
  ['nanargmax', /All-NaN/, () => np.nanargmax(tensor(np.multiply(x(), NaN)))],
  ['digitize', /monotonic/, () => np.digitize(x(), onGpu(np.array([1, 3, 2], { dtype: 'float32' })))],
  ['geomspace', /cannot include zero/, () => np.geomspace(tensor(np.subtract(x(), 1)), 2)],
  ['ravel_multi_index', /invalid entry/, () => np.ravel_multi_index([ints(3), ints(0)], [3, 4])],
  ['unravel_index', /out of bounds/, () => np.unravel_index(ints(12), [3, 4])[1]],
  ['histogram', /autodetected range/, () => np.histogram(tensor(np.divide(x(), 0)), 3)[0]],
  ['add.reduceat', /out-of-bounds/, () => np.add.reduceat(x(), ints(0, 5))],
  ['binaryCrossEntropy', /between 0 and 1/, () => F.binaryCrossEntropy(x(), x())],
  ['gaussianNllLoss', /negative/, () => F.gaussianNllLoss(x(), x(), tensor(np.negative(x())))],
  [
    'multiMarginLoss',
    /no class of 2/,
    () => F.multiMarginLoss(onGpu(np.ones([1, 2], { dtype: 'float32' })), ints(2)),
  ],
  [
    'boolean masks',
    /NumPy boolean array indexing assignment|cannot assign/,
    () => {
      const a = x();
      a.set(tensor(np.greater(a, 2)), np.tensor([1, 2], { device: 'webgpu' }));
      return a;
    },
  ],
] as [string, RegExp, () => unknown][])(
  '%s: the result rejects twice, and nothing else does',
  async (_, message, call) => {
    const other = np.exp(x());
    const result = call();
    expect(await read(other)).toHaveLength(5);
    await expect(read(result)).rejects.toThrow(message);
    await expect(read(np.add(result as np.Tensor, 0))).rejects.toThrow(message);
    expect(await read(other)).toHaveLength(5);
  },
);

test('a long loop that never waits keeps the first failure', async () => {
  const table = onGpu(np.ones([4, 2], { dtype: 'float32' }), true);
  const optimizer = new np.optim.SGD([table], { lr: 0.1 });
  for (let i = 0; i < 60; i++) {
    optimizer.zeroGrad();
    tensor(np.sum(F.embedding(ints(i === 20 || i === 40 ? i : 1), table))).backward();
    optimizer.step();
  }
  await expect(read(table.detach())).rejects.toThrow('20 is no row of 4');
});
