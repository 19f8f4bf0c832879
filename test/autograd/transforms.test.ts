/** Functions of functions, alone and composed; values known from calculus or recorded from PyTorch's documentation of ties. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import type { Any } from './cases.ts';

const f = np as unknown as Record<string, Any>;
const values = (x: Any): Any => (Array.isArray(x) ? x.map(values) : x.tolist());
const doubles = (x: Any): Any => np.array(x);

describe('grad', () => {
  const cube = (x: Any): Any => f.power(x, 3);

  it('to any order', () => {
    expect(values(f.grad(cube)(2))).toBe(12);
    expect(values(f.grad(f.grad(cube))(2))).toBe(12);
    expect(values(f.grad(f.grad(f.grad(cube)))(2))).toBe(6);
    expect(f.grad(f.grad(cube))(2).requiresGrad).toBe(false);
  });

  it('keeps what is differentiated inside apart from what is outside', () => {
    // d/dx [x * d/dy (x + y)] at y = 2 is 1: perturbation confusion would give 2.
    const inner = (x: Any): Any => f.grad((y: Any) => f.add(x, y))(2);
    expect(values(f.grad((x: Any) => f.multiply(x, inner(x)))(5))).toBe(1);
  });

  it('of trees, several arguments, with other results', () => {
    const loss = (p: Any, x: Any): Any => f.sum(f.add(f.multiply(p.w, x), p.b[0]));
    const { w, b } = f.grad(loss)({ w: np.tensor([1, 2]), b: [np.tensor(3)] }, np.tensor([5, 7]));
    expect([values(w), values(b)]).toEqual([[5, 7], [2]]);
    const both = f.grad((x: Any, y: Any) => f.sum(f.multiply(x, y)), { argnums: [0, 1] })([1, 2], [3, 4]);
    expect(values(both)).toEqual([
      [3, 4],
      [1, 2],
    ]);
    const [g, aux] = f.grad((x: Any) => [f.sum(f.square(x)), 'seen'], { hasAux: true })([1, 2]);
    expect([values(g), aux]).toEqual([[2, 4], 'seen']);
    expect(
      f
        .valueAndGrad((x: Any) => f.sum(f.square(x)))([1, 2])
        .map(values),
    ).toEqual([5, [2, 4]]);
  });

  it('refuses what has no gradient', () => {
    expect(() => f.grad((x: Any) => f.square(x))([1, 2])).toThrow(/one number, got shape \(2,?\)/);
    expect(() => f.grad((x: Any) => f.sum(x))(np.array([1n]))).toThrow(/floating point/);
    expect(() => f.grad((x: Any) => x, { argnums: 3 })(1)).toThrow(/argnums 3/);
  });

  it('reaches leaves that the function closes over', () => {
    const w = np.tensor([2, 3], { requiresGrad: true });
    f.grad((x: Any) => f.sum(f.multiply(f.square(x), w)))([1, 2])
      .sum()
      .backward();
    expect(values(w.grad)).toEqual([2, 4]);
  });
});

describe('vjp, jvp, jacobian, hessian', () => {
  it('agree with matrices', () => {
    const a = doubles([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const times = (x: Any): Any => f.matmul(a, x);
    const x = doubles([1, -1, 2]);
    const [y, pull] = f.vjp(times, x);
    expect(values(y)).toEqual([5, 11]);
    expect(values(pull(doubles([1, 10])))).toEqual([[41, 52, 63]]);
    expect(values(f.jvp(times, [x], [doubles([1, 0, 1])])[1])).toEqual([4, 10]);
    expect(values(f.jacobian(times)(x))).toEqual(values(a));
    expect(values(f.jacobian(times, { mode: 'forward' })(x))).toEqual(values(a));
    expect(() => f.jacobian(times, { mode: 'sideways' })).toThrow(/'reverse' or 'forward'/);
  });

  it('compose', () => {
    const cubes = (x: Any): Any => f.sum(f.power(x, 3));
    expect(values(f.hessian(cubes)([1, 2]))).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(values(f.jacobian((x: Any) => f.vjp((z: Any) => f.power(z, 3), x)[1]([1, 1])[0])([1, 2]))).toEqual(
      [
        [6, 0],
        [0, 12],
      ],
    );
    expect(values(f.jvp(f.grad(cubes), [[1, 2]], [[1, 1]])[1])).toEqual([6, 12]);
    expect(
      values(f.grad((x: Any) => f.sum(f.jvp((z: Any) => f.power(z, 3), [x], [[1, 1]])[1]))([1, 2])),
    ).toEqual([6, 12]);
  });

  it('take trees', () => {
    const [, pull] = f.vjp((x: Any) => ({ a: f.square(x), b: [f.sum(x)] }), [1, 2, 3]);
    expect(values(pull({ a: [1, 0, 1], b: [2] }))).toEqual([[4, 2, 8]]);
    expect(() => pull({ a: [1, 0, 1] })).toThrow(/form of what it belongs to/);
  });
});

describe('vmap', () => {
  const x = doubles([
    [3, 1, 2],
    [1, 5, 4],
  ]);
  const ONE_EXAMPLE: Readonly<Record<string, (v: Any) => Any>> = {
    std: (v) => f.std(v),
    softmax: (v) => f.divide(f.exp(v), f.sum(f.exp(v))),
    sort: (v) => f.sort(v),
    pad: (v) => f.pad(v, 1),
    slice: (v) => v.get('1:'),
    fancy: (v) => v.get([1, 0, 1]),
    cumsum: (v) => f.cumsum(v),
    outer: (v) => f.outer(v, v),
    broadcast: (v) => f.add(v, doubles([[1], [2]])),
    stack: (v) => f.stack([v, f.negative(v)], 1),
    matmul: (v) =>
      f.matmul(
        v,
        doubles([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
    where: (v) => f.where(f.greater(v, 2), v, 0),
    max: (v) => f.max(v),
    argmax: (v) => f.argmax(v),
    take_along_axis: (v) => f.take_along_axis(v, f.argsort(v), 0),
    einsum: (v) => f.einsum('i,j->ij', v, v),
    grad: (v) => f.grad((z: Any) => f.sum(f.power(z, 3)))(v),
    hessian: (v) => f.hessian((z: Any) => f.sum(f.power(z, 3)))(v),
    median: (v) => f.median(v),
    roll: (v) => f.roll(v, 1),
    write: (v) => {
      const c = f.multiply(v, 1);
      c.set(0, 9);
      return c;
    },
  };

  it.each(Object.entries(ONE_EXAMPLE))('is a loop over examples: %s', (_, one) => {
    const looped = [0, 1].map((i) => values(one(np.tensor(x.get(i)))));
    expect(values(f.vmap(one)(x))).toEqual(looped);
  });

  it('has axes for arguments and results, and nests', () => {
    expect(values(f.vmap((v: Any) => f.exp(v), { inAxes: 1, outAxes: 1 })(doubles([[0, 0]])))).toEqual([
      [1, 1],
    ]);
    expect(values(f.vmap((a: Any, b: Any) => f.add(a, b), { inAxes: [0, null] })([1, 2], 10))).toEqual([
      11, 12,
    ]);
    expect(values(f.vmap((a: Any) => f.vmap((b: Any) => f.add(a, b))([1, 2]))([10, 20]))).toEqual([
      [11, 12],
      [21, 22],
    ]);
    expect(() => f.vmap((a: Any, b: Any) => f.add(a, b))([1, 2], [1, 2, 3])).toThrow(/inconsistent sizes/);
    expect(() => f.vmap((a: Any) => a.item())([1, 2])).toThrow(/cannot be read/);
  });

  it('gives gradients of each example, of shared arguments too', () => {
    const loss = (w: Any, v: Any): Any => f.sum(f.square(f.multiply(w, v)));
    const each = f.vmap(f.grad(loss), { inAxes: [null, 0] })(
      doubles([1, 2]),
      doubles([
        [1, 1],
        [3, 0],
      ]),
    );
    expect(values(each)).toEqual([
      [2, 4],
      [18, 0],
    ]);
  });

  it('is differentiated', () => {
    const g = f.grad((m: Any) => f.sum(f.vmap((v: Any) => f.prod(v))(m)))(
      doubles([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(values(g)).toEqual([
      [2, 1],
      [4, 3],
    ]);
  });
});

describe('own functions', () => {
  it('differentiate as they say, again too', () => {
    const cube = f.customFunction({
      forward: (ctx: Any, x: Any) => {
        ctx.saveForBackward(x);
        return f.power(x, 3);
      },
      backward: (ctx: Any, g: Any) => f.multiply(g, f.multiply(f.square(ctx.savedTensors[0]), 3)),
    });
    expect(f.gradcheck(cube, [doubles([1, 2])])).toBe(true);
    expect(values(f.grad(f.grad(cube))(2))).toBe(12);
    const x = np.tensor([1, 2], { requiresGrad: true });
    const y = cube(f.multiply(x, 1));
    expect(y.gradFn.name).toBe('CustomFunctionBackward');
  });

  it('are checked', () => {
    const wrong = f.customFunction({
      forward: (_: Any, x: Any) => f.square(x),
      backward: (_: Any, g: Any) => g,
    });
    expect(() => f.gradcheck(wrong, [doubles([1, 2])])).toThrow(
      /Jacobian mismatch for output 0 with respect to input 0/,
    );
    expect(f.gradcheck(wrong, [doubles([1, 2])], { raiseException: false })).toBe(false);
  });

  it('checkpoint computes again, and reaches other leaves', () => {
    let calls = 0;
    const w = np.tensor([2, 3], { requiresGrad: true, dtype: 'float64' });
    const x = np.tensor([1, 2], { requiresGrad: true, dtype: 'float64' });
    f.checkpoint((v: Any) => (calls++, f.square(f.multiply(v, w))), x)
      .sum()
      .backward();
    expect([calls, values(x.grad), values(w.grad)]).toEqual([2, [8, 36], [4, 24]]);
  });
});

it('graph draws the tape', () => {
  const x = np.tensor([1, 2], { requiresGrad: true });
  const y = f.sum(f.exp(x));
  expect(f.graph(y, { names: { x } }).split('\n')).toEqual([
    'flowchart TD',
    '  n0(["x (2,) float32"])',
    '  n1["Exp (2,) float32"]',
    '  n2["Sum () float32"]',
    '  n0 --> n1',
    '  n1 --> n2',
  ]);
  expect(f.graph(y, { format: 'dot' })).toMatch(/^digraph \{[^]*n0 -> n1;/);
  expect(() => f.graph(np.tensor(1))).toThrow(/does not require grad/);
});

describe("PyTorch's conventions", () => {
  const gradientOf = (fn: (x: Any) => Any, x: Any): Any =>
    values(f.grad((v: Any) => f.sum(fn(v)))(doubles(x)));

  it.each([
    ['amax shares among ties', (x: Any) => f.max(x), [3, 1, 3], [0.5, 0, 0.5]],
    ['maximum halves ties', (x: Any) => f.maximum(x, 2), [1, 2, 3], [0, 0.5, 1]],
    ['abs at zero', (x: Any) => f.abs(x), [-1, 0, 2], [-1, 0, 1]],
    ['clip keeps its limits', (x: Any) => f.clip(x, 1, 2), [0.5, 1, 2, 3], [0, 1, 1, 0]],
    ['power of zero to zero', (x: Any) => f.power(x, 0), [0, 2], [0, 0]],
    ['prod with a zero', (x: Any) => f.prod(x), [2, 0, 3], [0, 6, 0]],
    ['prod with two zeros', (x: Any) => f.prod(x), [0, 0, 3], [0, 0, 0]],
    ['std of equal elements', (x: Any) => f.std(x), [2, 2], [0, 0]],
    ['floor', (x: Any) => f.floor(x), [1.5], [0]],
    ['repeated indices', (x: Any) => x.get([0, 0, 1]), [5, 6, 7], [2, 1, 0]],
    ['where leaves no NaN', (x: Any) => f.where(f.greater(x, 0), x, 1), [-1, 4], [0, 1]],
  ] as const)('%s', (_, fn, x, wanted) => {
    expect(gradientOf(fn as Any, x)).toEqual(wanted);
  });

  it('conjugates: |z|^2 has the gradient 2 z', () => {
    const z = np.tensor(np.array([new np.Complex(1, 2)]), { requiresGrad: true });
    f.sum(f.square(f.abs(z))).backward();
    expect(z.grad!.tolist()).toEqual([new np.Complex(2, 4)]);
  });
});

describe('laws', () => {
  const vectors = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 });

  it('the gradient is linear', () => {
    fc.assert(
      fc.property(vectors, fc.double({ min: -2, max: 2, noNaN: true }), (v, c) => {
        const [p, q] = [(x: Any) => f.sum(f.sin(x)), (x: Any) => f.sum(f.exp(x))];
        const both = f.grad((x: Any) => f.add(p(x), f.multiply(q(x), c)))(doubles(v));
        const apart = f.add(f.grad(p)(doubles(v)), f.multiply(f.grad(q)(doubles(v)), c));
        expect(np.allclose(both, apart)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('a pull is the transpose of a push', () => {
    const fn = (x: Any): Any => f.cumsum(f.multiply(f.sin(x), f.roll(x, 1)));
    fc.assert(
      fc.property(vectors, vectors, vectors, (v, t, u) => {
        const [, pull] = f.vjp(fn, doubles(v));
        const [, pushed] = f.jvp(fn, [doubles(v)], [doubles(t)]);
        const left = f.dot(pull(doubles(u))[0], doubles(t)).item();
        expect(left).toBeCloseTo(f.dot(pushed, doubles(u)).item(), 8);
      }),
      { numRuns: 30 },
    );
  });

  it('broadcasting forward is summing backward', () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 4 }), (v, n) => {
        const g = f.grad((x: Any) => f.sum(f.multiply(f.broadcast_to(x, [n, 3]), 2)))(doubles(v));
        expect(values(g)).toEqual([2 * n, 2 * n, 2 * n]);
      }),
      { numRuns: 20 },
    );
  });
});
