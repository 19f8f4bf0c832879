import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import { LBFGS } from '../../src/optim/index.ts';

const leaf = (data: np.ArrayLike, dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  np.tensor(data, { dtype, requiresGrad: true }) as Tensor;

/** Rosenbrock's valley, whose minimum is at (1, 1, ...). */
function rosenbrock(x: np.NDArray): Tensor {
  const [head, tail] = [x.get(':-1'), x.get('1:')];
  const steep = np.multiply(np.square(np.subtract(tail, np.square(head))), 100);
  return np.sum(np.add(steep, np.square(np.subtract(1, head)))) as unknown as Tensor;
}

function closureOf(optimizer: LBFGS, loss: () => Tensor): () => Tensor {
  return () => {
    optimizer.zeroGrad();
    const value = loss();
    value.backward();
    return value;
  };
}

describe('LBFGS', () => {
  it.each([
    ['float64', 1e-4],
    ['float32', 1e-3],
  ] as const)("finds the end of Rosenbrock's valley: %s", (dtype, tolerance) => {
    const x = leaf([-1.2, 1], dtype);
    const optimizer = new LBFGS([x], { lineSearchFn: 'strong_wolfe', maxIter: 100 });
    const closure = closureOf(optimizer, () => rosenbrock(x));
    const first = optimizer.step(closure);
    expect(Number(first)).toBeCloseTo(24.2, 4);
    optimizer.step(closure);
    expect(np.allclose(x, 1, { atol: tolerance })).toBe(true);
  });

  it('ends where PyTorch 1.13 does, after as many evaluations', () => {
    const x = leaf([-1.2, 1, 0.5, 2]);
    const optimizer = new LBFGS([x], { lineSearchFn: 'strong_wolfe', maxIter: 100 });
    let calls = 0;
    const closure = closureOf(optimizer, () => {
      calls++;
      return rosenbrock(x);
    });
    optimizer.step(closure);
    const expected = [-0.7756579710982755, 0.6130910811204696, 0.3820605392673489, 0.14597006876614352];
    expect(np.allclose(x, expected, { rtol: 1e-9 })).toBe(true);
    expect(calls).toBe(44);
  });

  it('solves a quadratic problem over several parameters in few evaluations', () => {
    const [a, b] = [leaf([[3, -1]]), leaf(2)];
    const optimizer = new LBFGS([a, b], { lineSearchFn: 'strong_wolfe' });
    let calls = 0;
    const closure = closureOf(optimizer, () => {
      calls++;
      return np.add(
        np.sum(np.multiply(np.square(a), [[1, 10]])),
        np.square(np.subtract(b, 5)),
      ) as unknown as Tensor;
    });
    optimizer.step(closure);
    expect(np.allclose(a, 0, { atol: 1e-4 })).toBe(true);
    expect(Number(b)).toBeCloseTo(5, 4);
    expect(calls).toBeLessThan(25);
  });

  it('leaves parameters without a gradient, and takes strided ones', () => {
    const idle = leaf([7]);
    const strided = np.tensor([4, 0, -4, 0], { dtype: 'float64' }).get('::2') as unknown as Tensor;
    strided.requiresGrad = true;
    const optimizer = new LBFGS([idle, strided]);
    for (let i = 0; i < 3; i++)
      optimizer.step(closureOf(optimizer, () => np.sum(np.square(strided)) as unknown as Tensor));
    expect(idle.tolist()).toEqual([7]);
    expect(np.allclose(strided, 0, { atol: 1e-6 })).toBe(true);
  });

  it('keeps within its limits', () => {
    const x = leaf([-1.2, 1]);
    const optimizer = new LBFGS([x], { maxIter: 50, maxEval: 7, lineSearchFn: 'strong_wolfe' });
    let calls = 0;
    const closure = closureOf(optimizer, () => {
      calls++;
      return rosenbrock(x);
    });
    optimizer.step(closure);
    expect(calls).toBeGreaterThanOrEqual(7);
    expect(calls).toBeLessThan(7 + 26);
    const before = calls;
    np.noGrad(() => x.set('...', 1));
    optimizer.step(closure);
    expect(calls).toBe(before + 1);
  });

  it('goes on from a saved state', () => {
    const run = (interrupted: boolean): unknown => {
      const x = leaf([-1.2, 1]);
      const create = (): LBFGS =>
        new LBFGS([x], { maxIter: 3, historySize: 2, lineSearchFn: 'strong_wolfe' });
      let optimizer = create();
      for (let i = 0; i < 6; i++) {
        if (interrupted && i === 3) {
          const state = optimizer.stateDict();
          optimizer = create();
          optimizer.loadStateDict(state);
        }
        optimizer.step(closureOf(optimizer, () => rosenbrock(x)));
      }
      return x.tolist();
    };
    expect(run(true)).toEqual(run(false));
    const [a, b] = [new LBFGS([leaf([1, 2])]), new LBFGS([leaf([1, 2, 3])])];
    a.step(closureOf(a, () => rosenbrock(a.paramGroups[0].params[0])));
    expect(() => b.loadStateDict(a.stateDict())).toThrow(
      /direction of shape \(2,\), where all parameters make \(3,\)/,
    );
  });

  it('refuses what it cannot do', () => {
    const x = leaf([1]);
    expect(() => new LBFGS([{ params: [x] }, { params: [leaf([2])] }])).toThrow(/parameter groups/);
    expect(() => new LBFGS([x], { lineSearchFn: 'wolfe' as never })).toThrow(/only 'strong_wolfe'/);
    expect(() => new LBFGS([x], { maxIter: 0 })).toThrow(/Invalid maxIter: 0/);
    expect(() => new LBFGS([x]).step()).toThrow(/needs a closure/);
    expect(() => new LBFGS([x]).step(() => np.ones(2))).toThrow(/one element/);
  });
});
