/** Anomaly mode on a GPU: what makes a NaN is named by the gradients that it went into, and nothing is waited for. */
import { afterAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, onGpu, tensor } from './near.ts';

afterAll(closeGpu);

const leaf = (...values: number[]): np.Tensor => onGpu(np.array(values, { dtype: 'float32' }), true);

test('names the operation, in the gradients that it spoils only', async () => {
  await np.device('webgpu');
  const [x, y] = [leaf(-1, 4), leaf(2, 3)];
  const { reads } = np.device.report();
  np.detectAnomaly(() => {
    const z = np.sum(np.add(np.exp(np.sqrt(np.multiply(x, 3))), np.square(y)));
    tensor(z).backward();
  });
  expect(np.device.report().reads).toBe(reads);
  for (let turn = 0; turn < 2; turn++)
    await expect(x.grad!.array()).rejects.toThrow(
      new np.RuntimeError("Function 'ExpBackward' returned nan values in its gradient, see its operands"),
    );
  expect((await y.grad!.array()).tolist()).toEqual([4, 6]);
  expect((await x.detach().array()).tolist()).toEqual([-1, 4]);
});

test('gradients without a NaN are good, and so is a NaN outside of the mode', async () => {
  const [x, y] = [leaf(1, 4), leaf(-1)];
  np.detectAnomaly(() => tensor(np.sum(np.sqrt(x))).backward());
  expect((await x.grad!.array()).tolist()).toEqual([0.5, 0.25]);
  tensor(np.sum(np.sqrt(y))).backward();
  expect((await y.grad!.array()).tolist()).toEqual([NaN]);
});

test('the first operation is the one that is named', async () => {
  const x = leaf(0);
  np.detectAnomaly(() => {
    const zero = np.multiply(np.sqrt(x), 0);
    tensor(np.sum(np.tanh(zero))).backward();
  });
  // 0 times the infinite derivative of sqrt at 0.
  await expect(x.grad!.array()).rejects.toThrow("Function 'SqrtBackward' returned nan");
});
