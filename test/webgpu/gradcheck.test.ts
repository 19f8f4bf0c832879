/** Derivatives checked against differences that are computed on a GPU. */
import { afterAll, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, onGpu } from './near.ts';

afterAll(closeGpu);

const float32 = (values: unknown): np.NDArray =>
  np.array(values as number[], { dtype: 'float32' }) as np.NDArray;
const x = (): np.Tensor => onGpu(float32([0.3, -0.8, 1.2]));
const w = (): np.Tensor =>
  onGpu(
    float32([
      [1, 2],
      [0.5, -1],
      [-2, 0.25],
    ]),
  );

test('derivatives on a GPU agree with differences', async () => {
  await np.device('webgpu');
  const layer = (a: np.Tensor, b: np.Tensor): unknown => [np.tanh(np.matmul(a, b)), np.sum(np.exp(a))];
  expect(await np.gradcheckAsync(layer as never, [x(), w()])).toBe(true);
  const given = await Promise.all([x().array(), w().array()]);
  // On the processor it is what gradcheck is.
  expect(await np.gradcheckAsync((a) => np.sin(a), [np.array([0, 1, 2])])).toBe(true);
  expect(await np.gradcheckAsync(layer as never, given)).toBe(true);
});

test('a wrong derivative is found', async () => {
  const wrong = (a: np.Tensor): unknown => np.add(np.square(a.detach()), a);
  await expect(np.gradcheckAsync(wrong as never, [x()])).rejects.toThrow(
    /Jacobian mismatch for output 0 with respect to input 0: d output\[0\] \/ d input\[0\] is 1, differences give 1\.\d+/,
  );
  expect(await np.gradcheckAsync(wrong as never, [x()], { raiseException: false })).toBe(false);
  expect(await np.gradcheckAsync(wrong as never, [x()], { atol: 10 })).toBe(true);
});

test('the synchronous form names the other one, and integers are refused', async () => {
  expect(() => np.gradcheck((a) => np.sin(a), [x()])).toThrow('await np.gradcheckAsync(fn, inputs)');
  expect(() => np.gradcheck((a) => np.sin((a as np.Tensor).to('webgpu')), [float32([1])])).toThrow(
    'await np.gradcheckAsync(fn, inputs)',
  );
  const labels = onGpu(np.array([1, 2], { dtype: 'int32' }));
  await expect(np.gradcheckAsync((a) => np.sin(a), [labels])).rejects.toThrow('got int32');
});
