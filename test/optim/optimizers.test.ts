import { afterEach, describe, expect, it } from 'vitest';
import { setSoftLimit } from '../../src/array/storage.ts';
import * as np from '../../src/index.ts';
import type { Tensor } from '../../src/index.ts';
import type { Optimizer } from '../../src/optim/index.ts';
import * as optim from '../../src/optim/index.ts';

afterEach(() => {
  np.kernels.use('wasm');
  setSoftLimit(768 * 2 ** 20);
});

type Make = (params: Tensor[]) => Optimizer;
const make =
  <O extends object>(kind: new (params: Tensor[], options: O) => Optimizer, options: O): Make =>
  (params) =>
    new kind(params, options);

/** Every rule, with everything switched on, and step lengths that suit the test of convergence. */
const RULES: Record<string, Make> = {
  SGD: make(optim.SGD, { lr: 0.1 }),
  'SGD with momentum': make(optim.SGD, { lr: 0.05, momentum: 0.8, nesterov: true, weightDecay: 1e-3 }),
  'SGD damped': make(optim.SGD, { lr: 0.05, momentum: 0.8, dampening: 0.1 }),
  Adam: make(optim.Adam, { lr: 0.1, weightDecay: 1e-3 }),
  AMSGrad: make(optim.Adam, { lr: 0.1, amsgrad: true }),
  AdamW: make(optim.AdamW, { lr: 0.1, weightDecay: 1e-3 }),
  NAdam: make(optim.NAdam, { lr: 0.1 }),
  RAdam: make(optim.RAdam, { lr: 0.1 }),
  Adamax: make(optim.Adamax, { lr: 0.1 }),
  Adagrad: make(optim.Adagrad, { lr: 0.5, lrDecay: 1e-3, initialAccumulatorValue: 0.1 }),
  Adadelta: make(optim.Adadelta, { lr: 5, rho: 0.9 }),
  RMSprop: make(optim.RMSprop, { lr: 0.01, momentum: 0.5, centered: true }),
  Rprop: make(optim.Rprop, { lr: 0.01 }),
  ASGD: make(optim.ASGD, { lr: 0.1, t0: 10 }),
};
const all = Object.entries(RULES);

const leaf = (a: np.NDArray): Tensor => {
  const t = np.tensor(a);
  t.requiresGrad = true;
  return t;
};
const gradients = (shape: number[], dtype: string, steps = 7): np.NDArray[] => {
  const generator = new np.Generator(5);
  return Array.from({ length: steps }, () => np.randn(shape, { generator, dtype: dtype as 'float32' }));
};
const start = (shape: number[], dtype: string): np.NDArray =>
  np.randn(shape, { generator: new np.Generator(3), dtype: dtype as 'float32' });

/** Sets the gradient for each step and gives the parameter's values at the end. */
function run(optimizer: Optimizer, p: Tensor, grads: readonly np.NDArray[]): unknown {
  for (const g of grads) {
    p.grad = np.tensor(g);
    optimizer.step();
  }
  return p.tolist();
}

describe.each(all)('%s', (_, create) => {
  it('finds the minimum of a bowl', () => {
    const w = np.tensor([1.5, -2], { requiresGrad: true });
    const optimizer = create([w]);
    for (let i = 0; i < 400; i++) {
      optimizer.zeroGrad();
      const loss = np.sum(np.multiply(np.square(w), [1, 3])) as unknown as Tensor;
      loss.backward();
      optimizer.step();
    }
    for (const x of w.tolist() as number[]) expect(Math.abs(x)).toBeLessThan(0.05);
  });

  it.each(['float32', 'float64', 'float16'])(
    'gives the same bits on both devices, in any layout: %s',
    (dtype) => {
      const shape = [3, 37];
      const grads = gradients(shape, dtype);
      const dense = leaf(start(shape, dtype));
      const expected = run(create([dense]), dense, grads);
      np.kernels.use('js');
      const slow = leaf(start(shape, dtype));
      expect(run(create([slow]), slow, grads)).toEqual(expected);
      np.kernels.use('wasm');

      const wide = np.tensor(np.zeros([74, 3], dtype as 'float32'));
      const strided = np.transpose(wide.get('::2')) as Tensor;
      strided.set('...', start(shape, dtype));
      strided.requiresGrad = true;
      expect(run(create([strided]), strided, grads)).toEqual(expected);
      expect(Number(np.any(wide.get('1::2')))).toBe(0);

      setSoftLimit(0);
      const outside = leaf(start(shape, dtype));
      expect(run(create([outside]), outside, grads)).toEqual(expected);
    },
  );

  it('goes on from a saved state as if nothing had happened', () => {
    const grads = gradients([5], 'float32', 8);
    const p = leaf(start([5], 'float32'));
    const expected = run(create([p]), p, grads);
    const q = leaf(start([5], 'float32'));
    const first = create([q]);
    run(first, q, grads.slice(0, 4));
    const state = first.stateDict();
    const values = np.tensor(q);
    run(first, q, grads.slice(4));
    expect(q.tolist()).toEqual(expected);
    const r = leaf(values);
    const second = create([r]);
    second.loadStateDict(state);
    expect(run(second, r, grads.slice(4))).toEqual(expected);
  });

  it('takes complex numbers as pairs', () => {
    const parts = gradients([4, 2], 'float64');
    const asComplex = (a: np.NDArray): np.NDArray => a.view('complex128').reshape(4);
    const p = leaf(start([4, 2], 'float64'));
    run(create([p]), p, parts);
    const z = leaf(asComplex(start([4, 2], 'float64')));
    run(create([z]), z, parts.map(asComplex));
    expect(np.tensor(z).view('float64').reshape(4, 2).tolist()).toEqual(p.tolist());
  });

  it('takes empty parameters, 0-d ones and those without a gradient', () => {
    const params = [leaf(np.zeros([0, 3], 'float32')), leaf(np.array(2)), leaf(np.ones(2))];
    const optimizer = create(params);
    params[0].grad = np.tensor(np.zeros([0, 3], 'float32'));
    params[1].grad = np.tensor(np.array(1));
    optimizer.step();
    expect(Number(params[1])).not.toBe(2);
    expect(params[2].tolist()).toEqual([1, 1]);
  });
});

describe('by hand', () => {
  it('SGD with momentum', () => {
    const w = np.tensor([1], { requiresGrad: true, dtype: 'float64' });
    const optimizer = new optim.SGD([w], 0.5, 0.5, { dampening: 0.25 });
    // The first gradient counts in full, the second three quarters.
    run(optimizer, w, [np.array([2]), np.array([4])]);
    expect(w.tolist()).toEqual([1 - 0.5 * 2 - 0.5 * (0.5 * 2 + 0.75 * 4)]);
  });

  it('the first step of Adam is the learning rate, whatever the gradient', () => {
    const w = np.tensor([0, 0, 0], { requiresGrad: true, dtype: 'float64' });
    run(new optim.Adam([w], { lr: 0.25, eps: 0 }), w, [np.array([1e-6, -3, 500])]);
    expect(np.allclose(w, [-0.25, 0.25, -0.25], { rtol: 1e-12 })).toBe(true);
  });

  it('maximize goes uphill', () => {
    const [up, down] = [true, false].map((maximize) => {
      const w = np.tensor([0, 0], { requiresGrad: true });
      run(new optim.AdamW([w], { maximize }), w, gradients([2], 'float32'));
      return w;
    });
    expect(np.negative(up).tolist()).toEqual(down.tolist());
  });
});

describe('groups', () => {
  it('have hyperparameters of their own, which may change', () => {
    const [a, b] = [np.tensor([0], { requiresGrad: true }), np.tensor([0], { requiresGrad: true })];
    const optimizer = new optim.SGD([{ params: [a] }, { params: b, lr: 2 }], { lr: 1 });
    const step = (): unknown[] => {
      for (const p of [a, b]) p.grad = np.tensor([-1]);
      optimizer.step();
      return [a, b].map(Number);
    };
    expect(step()).toEqual([1, 2]);
    optimizer.paramGroups[0].lr = 10;
    expect(step()).toEqual([11, 4]);
    const c = np.tensor([0], { requiresGrad: true });
    optimizer.addParamGroup({ params: [c], lr: 3 });
    c.grad = np.tensor([-1]);
    optimizer.step();
    expect(Number(c)).toBe(3);
    expect(String(optimizer)).toContain('Parameter Group 2');
  });

  it('step returns what the closure returned, and records in it', () => {
    const w = np.tensor([2], { requiresGrad: true });
    const optimizer = new optim.SGD([w], { lr: 0.25 });
    const loss = np.noGrad(() =>
      optimizer.step(() => {
        const value = np.sum(np.square(w)) as unknown as Tensor;
        value.backward();
        return value;
      }),
    );
    expect(Number(loss)).toBe(4);
    expect(Number(w)).toBe(1);
  });

  it('zeroGrad takes gradients away or fills them with zeros', () => {
    const w = np.tensor([2], { requiresGrad: true });
    const optimizer = new optim.SGD([w], { lr: 1 });
    w.grad = np.tensor([3]);
    const kept = w.grad;
    optimizer.zeroGrad(false);
    expect(kept.tolist()).toEqual([0]);
    expect(w.grad).toBe(kept);
    optimizer.zeroGrad();
    expect(w.grad).toBe(null);
  });

  it('a step changes what backward has kept, and that is noticed', () => {
    const w = np.tensor([2], { requiresGrad: true });
    const y = np.sum(np.square(w)) as unknown as Tensor;
    w.grad = np.tensor([1]);
    new optim.SGD([w], { lr: 1 }).step();
    expect(() => y.backward()).toThrow(np.RuntimeError);
  });
});

describe('bad arguments', () => {
  const w = np.tensor([1], { requiresGrad: true });
  it('parameters', () => {
    const sgd = (params: unknown): unknown => new optim.SGD(params as Tensor[], { lr: 1 });
    expect(() => sgd(w)).toThrow(/one Tensor: put it in a list/);
    expect(() => sgd([])).toThrow(/empty parameter list/);
    expect(() => sgd(5)).toThrow(TypeError);
    expect(() => sgd([np.ones(2)])).toThrow(/only optimize Tensors, but one of the params is NDArray/);
    expect(() => sgd([np.multiply(w, 2)])).toThrow(/non-leaf/);
    expect(() => sgd([w, w])).toThrow(/more than once/);
    expect(() => sgd([{ params: [w] }, { params: [w] }])).toThrow(/more than once/);
    expect(() => sgd([{ params: new Set([w]) }])).toThrow(/fixed order/);
    expect(() => sgd([{ lr: 1 }])).toThrow(/object with params/);
    expect(() => sgd([{ params: [w], rate: 1 }])).toThrow(
      /unknown hyperparameter 'rate'; there are lr, momentum/,
    );
  });

  it('hyperparameters', () => {
    expect(() => new optim.SGD([w])).toThrow(/no lr/);
    expect(new optim.SGD([{ params: [w], lr: 1 }]).paramGroups[0].lr).toBe(1);
    expect(() => new optim.SGD([w], { lr: -1 })).toThrow(/Invalid learning rate: -1/);
    expect(() => new optim.SGD([w], { lr: NaN })).toThrow(np.ValueError);
    expect(() => new optim.SGD([w], { lr: '1' as never })).toThrow(/lr must be a number/);
    expect(() => new optim.SGD([w], { lr: 1, nesterov: true })).toThrow(/Nesterov momentum requires/);
    expect(() => new optim.Adam([w], { betas: [0.9, 1] })).toThrow(/Invalid beta parameters: 0.9,1/);
    expect(() => new optim.Adam([w], { betas: 0.9 as never })).toThrow(/two numbers/);
    expect(() => new optim.Adam([w], { amsgrad: 1 as never })).toThrow(/a boolean/);
    expect(() => new optim.Adam([w], { beta: 1 } as never)).toThrow(/unexpected keyword argument 'beta'/);
    expect(() => new optim.Rprop([w], { etas: [1.1, 1.2] })).toThrow(/Invalid eta values/);
    expect(() => new optim.Adadelta([w], { rho: 2 })).toThrow(/Invalid rho value: 2/);
  });

  it('a refused group is not added', () => {
    const optimizer = new optim.Adam([w]);
    const other = np.tensor([1], { requiresGrad: true });
    expect(() => optimizer.addParamGroup({ params: [other], lr: -1 })).toThrow(np.ValueError);
    expect(() => optimizer.addParamGroup({ params: [other, w] })).toThrow(np.ValueError);
    expect(optimizer.paramGroups.length).toBe(1);
  });

  it('a gradient of another shape', () => {
    const p = np.tensor([1, 2], { requiresGrad: true });
    const optimizer = new optim.SGD([p], { lr: 1 });
    let message = '';
    try {
      p.grad = np.tensor([1, 2, 3]);
      optimizer.step();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/shape/);
    expect(p.tolist()).toEqual([1, 2]);
  });
});

describe('states', () => {
  const adam = (...shapes: number[][]): optim.Adam => {
    const params = shapes.map((shape) => leaf(np.ones(shape, 'float32')));
    const optimizer = new optim.Adam(params);
    for (const p of params) p.grad = np.tensor(np.ones(p.shape, 'float32'));
    optimizer.step();
    return optimizer;
  };

  it('are copies, and plain', () => {
    const optimizer = adam([2]);
    const state = optimizer.stateDict();
    const { step, expAvg } = state.state[0] as { step: number; expAvg: np.NDArray };
    expect(step).toBe(1);
    const before = expAvg.tolist();
    optimizer.step();
    expect(expAvg.tolist()).toEqual(before);
    expect(state.paramGroups).toEqual([
      {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0,
        amsgrad: false,
        maximize: false,
        params: [0],
      },
    ]);
    const other = adam([2]);
    other.loadStateDict(state);
    other.step();
    expect(expAvg.tolist()).toEqual(before);
  });

  it('that do not fit are refused, naming what differs, and change nothing', () => {
    const optimizer = adam([2], [3]);
    const before = JSON.stringify(optimizer.stateDict().paramGroups);
    const load = (state: unknown) => () =>
      optimizer.loadStateDict(state as ReturnType<optim.Adam['stateDict']>);
    expect(load(adam([2]).stateDict())).toThrow(/group 0 has 1 parameters, that of the optimizer 2/);
    expect(load(adam([2], [4]).stateDict())).toThrow(
      /parameter 1 has expAvg of shape \(4,\), but its own is \(3,\)/,
    );
    const one = adam([2], [3]).stateDict();
    expect(load({ ...one, paramGroups: [...one.paramGroups, ...one.paramGroups] })).toThrow(
      /2, where the optimizer has 1/,
    );
    const sgd = new optim.SGD([leaf(np.ones(2)), leaf(np.ones(3))], { lr: 1 });
    expect(load(sgd.stateDict())).toThrow(/has no betas, which Adam needs/);
    expect(load({ ...one, state: { 0: { ...one.state[0], speed: 1 } } })).toThrow(/has speed, which/);
    expect(load({ ...one, state: { 0: { expAvg: np.ones(2) } } })).toThrow(/no number step/);
    expect(load({ ...one, paramGroups: [{ ...one.paramGroups[0], lr: -1 }] })).toThrow(
      /Invalid learning rate/,
    );
    expect(load(null)).toThrow(TypeError);
    expect(JSON.stringify(optimizer.stateDict().paramGroups)).toBe(before);
    const fresh = new optim.Adam([leaf(np.ones(2)), leaf(np.ones(3))]);
    optimizer.loadStateDict(fresh.stateDict());
    expect(optimizer.stateDict().state).toEqual({});
  });
});
