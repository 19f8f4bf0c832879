/** Universal functions with `where`: what they did not compute has no gradient. */
import { expect, test } from 'vitest';
import * as np from 'numgrad';

const mask = [true, false, true];

test('the gradient of an elementwise operation is masked', () => {
  const x = np.tensor([1, 2, 3], { requiresGrad: true });
  const y = np.multiply(x, x, { where: mask });
  y.backward([1, 1, 1]);
  expect(x.grad!.tolist()).toEqual([2, 0, 6]);
});

test('also of one with two results, and in forward mode', () => {
  const x = np.tensor([1.5, 2.5, 3.5], { requiresGrad: true });
  const [fraction] = np.modf(x, { where: np.array(mask) }) as unknown as np.Tensor[];
  fraction.backward([1, 1, 1]);
  expect(x.grad!.tolist()).toEqual([1, 0, 1]);
  const [, tangent] = np.jvp((a) => np.exp(a, { where: mask }), [np.zeros(3)], [np.ones(3)]);
  expect((tangent as np.NDArray).tolist()).toEqual([1, 0, 1]);
});
