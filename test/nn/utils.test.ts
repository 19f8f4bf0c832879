import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import * as utils from '../../src/nn/utils.ts';

const withGrad = (grad: np.ArrayLike): np.Tensor => {
  const p = np.tensor(np.zeros(np.shape(grad), 'float32'), { requiresGrad: true });
  p.grad = np.tensor(grad, { dtype: 'float32' });
  return p;
};
const list = (t: np.NDArray | null): unknown => t!.tolist();

describe('clipGradNorm_', () => {
  it('scales all gradients by one factor', () => {
    const params = [withGrad([3, 0]), withGrad([[0], [4]]), np.tensor([1], { requiresGrad: true })];
    const norm = utils.clipGradNorm_(params, 2.5);
    expect(norm).toBeInstanceOf(np.Tensor);
    expect(norm.shape).toEqual([]);
    expect(Number(norm)).toBe(5);
    expect(np.allclose(params[0].grad!, [1.5, 0], { rtol: 1e-5 })).toBe(true);
    expect(np.allclose(params[1].grad!, [[0], [2]], { rtol: 1e-5 })).toBe(true);
    expect(params[2].grad).toBe(null);
  });

  it('leaves small gradients as they are', () => {
    const p = withGrad([0.25, 0.5]);
    utils.clipGradNorm_(p, 1);
    expect(list(p.grad)).toEqual([0.25, 0.5]);
  });

  it.each([
    [1, 7],
    [3, (27 + 64) ** (1 / 3)],
    [Infinity, 4],
  ])('has norms of order %f', (normType, expected) => {
    expect(Number(utils.clipGradNorm_([withGrad([3]), withGrad([-4])], 1, { normType }))).toBeCloseTo(
      expected,
      5,
    );
  });

  it('takes complex gradients, strided ones and none', () => {
    const p = np.tensor(np.zeros(1, 'complex64'), { requiresGrad: true });
    p.grad = np.tensor(np.array([new np.Complex(3, 4)], 'complex64'));
    expect(Number(utils.clipGradNorm_(p, 10))).toBeCloseTo(5, 6);
    const q = np.tensor(np.zeros([2], 'float32'), { requiresGrad: true });
    q.grad = np.tensor([3, 9, 4, 9]).get('::2') as unknown as np.Tensor;
    expect(Number(utils.clipGradNorm_(q, 1))).toBe(5);
    expect(Number(utils.clipGradNorm_([], 1))).toBe(0);
  });

  it('says when the norm is not finite, if asked', () => {
    const p = withGrad([NaN, 1]);
    expect(() => utils.clipGradNorm_(p, 1, { errorIfNonfinite: true })).toThrow(np.RuntimeError);
    expect(list(p.grad)).toEqual([NaN, 1]);
    expect(Number(utils.clipGradNorm_(p, 1))).toBeNaN();
    expect(() => utils.clipGradNorm_(p, 1, { normType: -1 })).toThrow(/positive normType/);
    expect(() => utils.clipGradNorm_(p, '1' as never)).toThrow(TypeError);
  });
});

describe('clipGradValue_', () => {
  it('limits each element', () => {
    const p = withGrad([-3, 0.5, 2, NaN]);
    utils.clipGradValue_([p], 1);
    expect(list(p.grad)).toEqual([-1, 0.5, 1, NaN]);
    expect(() => utils.clipGradValue_([p], -1)).toThrow(np.ValueError);
  });
});

describe('parameters as a vector', () => {
  it('go there and back, with gradients there', () => {
    const a = np.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { requiresGrad: true },
    );
    const b = np.tensor(5, { requiresGrad: true });
    const vector = utils.parametersToVector([a, b]);
    expect(vector.tolist()).toEqual([1, 2, 3, 4, 5]);
    vector.backward(np.tensor([10, 20, 30, 40, 50]));
    expect(list(a.grad)).toEqual([
      [10, 20],
      [30, 40],
    ]);
    expect(list(b.grad)).toBe(50);
    utils.vectorToParameters(np.tensor([9, 8, 7, 6, 5.5]), [a, b]);
    expect(a.tolist()).toEqual([
      [9, 8],
      [7, 6],
    ]);
    expect(Number(b)).toBe(5.5);
    expect(() => utils.vectorToParameters(np.tensor([1]), [a, b])).toThrow(/5 elements/);
    expect(() => utils.parametersToVector([])).toThrow(np.ValueError);
  });
});
