/** Derivatives of `np.linalg`: against differences, of second order, both modes against each other, and where a matrix is singular. */
import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import type { Any } from './cases.ts';
import { complexPoints, points } from './cases.ts';

const la = np.linalg as Any;
const f = np as unknown as Record<string, Any>;
const flat = (x: Any): Any[] => (Array.isArray(x) ? x.flatMap(flat) : [x]);

/** All results, each along one axis. */
const vectors =
  (fn: (...xs: Any[]) => unknown) =>
  (...xs: Any[]): Any[] =>
    flat(fn(...xs)).map((t) => np.ravel(t));

/** The gradients of a weighted sum of all results. */
const gradients =
  (fn: (...xs: Any[]) => unknown) =>
  (...xs: Any[]): Any[] => {
    const [y, pull] = np.vjp(vectors(fn) as Any, ...xs);
    const weights = flat(y).map((t) => (np.linspace(0.5, 1.5, t.size) as Any).astype(t.dtype.name));
    return pull(weights).map((t: Any) => np.multiply(t, 1));
  };

const adjoint = (a: Any): Any => f.conjugate(f.swapaxes(a, -1, -2));
/** A matrix far from singular, whatever numbers it is made of. */
const regular = (a: Any): Any => f.add(a, f.multiply(f.eye(a.shape.at(-1)), 4));
const definite = (a: Any): Any => f.add(f.matmul(a, adjoint(a)), f.eye(a.shape.at(-1)));

/** Of a decomposition what does not depend on the signs of vectors. */
const fixed = ({ U, S, Vh }: Any): Any[] => [f.matmul(U, Vh), f.multiply(f.abs(U), 1), S, f.abs(Vh)];
const spectrum = ({ eigenvalues, eigenvectors }: Any): Any[] => [
  eigenvalues,
  f.matmul(
    f.multiply(eigenvectors, f.exp(f.multiply(eigenvalues, 0.1)).reshape(1, -1)),
    adjoint(eigenvectors),
  ),
  f.abs(eigenvectors),
];

type Row = readonly [name: string, fn: (...xs: Any[]) => unknown, inputs: () => Any[]];

const square = (): Any => points([3, 3]);
const stack = (): Any => points([2, 3, 3]);
const complexSquare = (): Any => complexPoints([3, 3]);

const ROWS: readonly Row[] = [
  ['cholesky', (a) => la.cholesky(definite(a)), () => [square()]],
  ['cholesky upper', (a) => la.cholesky(definite(a), { upper: true }), () => [stack()]],
  ['cholesky complex', (a) => la.cholesky(definite(a)), () => [complexSquare()]],
  ['cholesky upper complex', (a) => la.cholesky(definite(a), { upper: true }), () => [complexSquare()]],
  ['solve', (a, b) => la.solve(regular(a), b), () => [square(), points([3, 2])]],
  ['solve vector', (a, b) => la.solve(regular(a), b), () => [square(), points([3])]],
  ['solve stacks', (a, b) => la.solve(regular(a), b), () => [stack(), points([2, 1, 3, 2])]],
  ['solve complex', (a, b) => la.solve(regular(a), b), () => [complexSquare(), complexPoints([3, 2])]],
  ['solve mixed', (a, b) => la.solve(regular(a), b), () => [square(), complexPoints([3, 2])]],
  ['inv', (a) => la.inv(regular(a)), () => [stack()]],
  ['inv complex', (a) => la.inv(regular(a)), () => [complexSquare()]],
  ['det', (a) => la.det(a), () => [square()]],
  ['det stack', (a) => la.det(a), () => [stack()]],
  ['det complex', (a) => la.det(a), () => [complexSquare()]],
  ['slogdet', (a) => la.slogdet(regular(a))[1], () => [stack()]],
  ['slogdet complex', (a) => [...la.slogdet(regular(a))], () => [complexSquare()]],
  ['qr', (a) => [...la.qr(a)], () => [regular(square())]],
  ['qr tall', (a) => [...la.qr(a)], () => [points([2, 4, 3])]],
  ['qr wide', (a) => [...la.qr(a)], () => [points([2, 4])]],
  ['qr complete', (a) => [...la.qr(a, 'complete')], () => [points([2, 4])]],
  ['qr r', (a) => la.qr(a, 'r'), () => [points([4, 3])]],
  ['qr complex', (a) => [...la.qr(a)], () => [complexPoints([4, 3])]],
  ['qr wide complex', (a) => [...la.qr(a)], () => [complexPoints([2, 4])]],
  ...[false, true].flatMap((upper) =>
    [false, true].flatMap((left) =>
      [false, true].map((unitriangular): Row => [
        `solveTriangular ${upper} ${left} ${unitriangular}`,
        (a, b) => la.solveTriangular(regular(a), b, { upper, left, unitriangular }),
        () => [square(), points(left ? [3, 2] : [2, 3])],
      ]),
    ),
  ),
  [
    'solveTriangular complex',
    (a, b) => la.solveTriangular(regular(a), b, { upper: true }),
    () => [complexSquare(), complexPoints([2, 3, 2])],
  ],
  ['norm', (a) => la.norm(a), () => [square()]],
  ['norm complex', (a) => la.norm(a), () => [complexSquare()]],
  ['norm 3', (a) => la.norm(a, { ord: 3, axis: 1 }), () => [square()]],
  ['norm 1', (a) => la.norm(a, { ord: 1 }), () => [square()]],
  ['norm inf', (a) => la.norm(a, { ord: -Infinity }), () => [square()]],
  ['vector_norm', (a) => la.vector_norm(a, { axis: [0, 2], keepdims: true }), () => [stack()]],
  ['matrix_norm', (a) => la.matrix_norm(a, { ord: 1 }), () => [stack()]],
  ['matrix_power', (a) => la.matrix_power(a, 5), () => [square()]],
  ['matrix_power inverse', (a) => la.matrix_power(regular(a), -2), () => [square()]],
  ['multi_dot', (a, b, c) => la.multi_dot([a, b, c]), () => [points([2, 3]), square(), points([3, 2])]],
  ['svd', (a) => fixed(la.svd(a, false)), () => [square()]],
  ['svd tall', (a) => fixed(la.svd(a, false)), () => [points([2, 4, 3])]],
  ['svd wide', (a) => fixed(la.svd(a, false)), () => [points([2, 4])]],
  ['svd full', (a) => la.svd(a).S, () => [points([2, 4])]],
  ['svd complex', (a) => fixed(la.svd(a, false)), () => [complexPoints([3, 2])]],
  ['svd wide complex', (a) => fixed(la.svd(a, false)), () => [complexPoints([2, 3])]],
  ['svdvals', (a) => la.svdvals(a), () => [stack()]],
  ['norm nuc', (a) => la.norm(a, 'nuc'), () => [square()]],
  ['norm 2', (a) => la.matrix_norm(a, { ord: 2, keepdims: true }), () => [points([2, 3, 4])]],
  ['cond', (a) => la.cond(a), () => [square()]],
  ['pinv', (a) => la.pinv(a), () => [points([4, 3])]],
  ['eigvalsh', (a) => la.eigvalsh(f.add(a, adjoint(a))), () => [stack()]],
  ['eigh', (a) => spectrum(la.eigh(f.add(a, adjoint(a)))), () => [square()]],
  ['eigh complex', (a) => spectrum(la.eigh(f.add(a, adjoint(a)), 'U')), () => [complexSquare()]],
  [
    'tensorsolve',
    (a, b) => la.tensorsolve(f.reshape(regular(a), [2, 3, 6]), b),
    () => [points([6, 6]), points([2, 3])],
  ],
  ['tensorinv', (a) => la.tensorinv(f.reshape(regular(a), [2, 3, 6])), () => [points([6, 6])]],
];

describe.each(ROWS.map(([name, fn, inputs]) => [name, fn, inputs()] as const))('%s', (_, fn, inputs) => {
  it('gives tensors the values that arrays get', () => {
    const results = flat(fn(...inputs.map((x) => np.tensor(x, { requiresGrad: true }))));
    flat(fn(...inputs)).forEach((plain, k) => {
      expect(results[k]).toBeInstanceOf(np.Tensor);
      expect(results[k].detach().numpy().tolist()).toEqual(np.asarray(plain).tolist());
    });
  });

  it('has the gradients of differences', () => {
    expect(np.gradcheck(fn as Any, inputs)).toBe(true);
  });

  it('has the second derivatives of differences', () => {
    expect(np.gradcheck(gradients(fn) as Any, inputs, { atol: 1e-4 })).toBe(true);
  });

  it('runs on many examples at once', () => {
    const examples = inputs.map((x) => np.stack([x, np.multiply(x, 1.5) as Any]));
    const mapped = flat(np.vmap(fn as Any)(...examples));
    const single = [0, 1].map((i) => flat(fn(...examples.map((x: Any) => x.get(i)))));
    mapped.forEach((t, k) => {
      [0, 1].forEach((i) => expect(np.allclose(t.get(i), single[i][k], 1e-12, 1e-12)).toBe(true));
    });
  });

  // Jacobians are of real functions.
  if (inputs.some((x) => x.dtype.kind !== 'f')) return;

  it('has one Jacobian, forward and reverse', () => {
    const argnums = inputs.map((_x, i) => i);
    const reverse = flat(np.jacobian(vectors(fn) as Any, { argnums })(...inputs));
    const forward = flat(np.jacobian(vectors(fn) as Any, { argnums, mode: 'forward' })(...inputs));
    reverse.forEach((block, i) => expect(np.allclose(block, forward[i], 1e-9, 1e-9)).toBe(true));
  });
});

/** The gradient of a number. */
const gradient = (fn: (x: Any) => Any, x: Any): Any => f.grad(fn)(x);

describe('where a matrix is singular', () => {
  it('the determinant has the gradient of its polynomial', () => {
    const cofactors = (a: Any): Any => gradient(la.det, f.array(a)).tolist();
    const near = (a: Any, wanted: Any): void =>
      expect(np.allclose(cofactors(a) as Any, wanted, 1e-12, 1e-15)).toBe(true);
    near(
      [
        [1, 2],
        [2, 4],
      ],
      [
        [4, -2],
        [-2, 1],
      ],
    );
    near(
      [
        [0, 0],
        [0, 3],
      ],
      [
        [3, 0],
        [0, 0],
      ],
    );
    near(
      [
        [1, 2, 3],
        [4, 5, 6],
        [5, 7, 9],
      ],
      [
        [3, -6, 3],
        [3, -6, 3],
        [-3, 6, -3],
      ],
    );
    near(f.zeros([3, 3]), f.zeros([3, 3]));
  });

  it('equations have no solution', () => {
    const a = np.tensor(
      [
        [1, 2],
        [2, 4],
      ],
      { requiresGrad: true },
    );
    expect(() => la.solve(a, [1, 2])).toThrow(np.LinAlgError);
    expect(() => la.inv(a)).toThrow('Singular matrix');
  });
});

describe('norms', () => {
  it('have a subgradient of zero at zero', () => {
    expect(gradient((x) => la.norm(x), f.zeros([3])).tolist()).toEqual([0, 0, 0]);
    const rows = gradient(
      (x) => f.sum(la.norm(x, { axis: 1 })),
      f.array([
        [0, 0],
        [3, 4],
      ]),
    );
    expect(f.allclose(rows, f.reshape([0, 0, 0.6, 0.8], [2, 2]))).toBe(true);
  });
});

it('least squares', () => {
  const solution = (a: Any, b: Any): Any => la.lstsq(a, b)[0];
  expect(np.gradcheck(solution, [points([4, 3]), points([4])])).toBe(true);
});

describe('qr', () => {
  it('has no gradient where columns are not determined', () => {
    const [q] = la.qr(np.tensor(points([3, 2]), { requiresGrad: true }), 'complete');
    expect(() => q.sum().backward()).toThrow(/mode='complete' and nrows > ncols/);
  });
});

describe('a tensor', () => {
  it('that is changed in place leaves the gradients of other results alone', () => {
    const given = regular(square());
    const gradientOf = (change: boolean): Any => {
      const a = np.tensor(given, { requiresGrad: true }) as Any;
      const { U, S } = la.svd(a);
      if (change) U.detach().mul_(7);
      S.sum().backward();
      return a.grad;
    };
    expect(np.allclose(gradientOf(true), gradientOf(false))).toBe(true);
  });

  it('of single precision is computed in single precision', () => {
    const a = points([3, 3]).astype('float32') as Any;
    for (const dtype of [la.inv(np.tensor(a)).dtype.name, la.inv(a).dtype.name])
      expect(dtype).toBe('float32');
    expect(la.slogdet(np.tensor(a))[1].dtype.name).toBe('float32');
  });

  it('outlives a scope with what its gradient needs', () => {
    const x = np.tensor(regular(square()), { requiresGrad: true });
    const y = np.scope(() => la.solve(x, f.ones([3])).sum()) as Any;
    y.backward();
    const wanted = gradient((a) => f.sum(la.solve(a, f.ones([3]))), x.detach());
    expect(np.allclose((x as Any).grad, wanted)).toBe(true);
  });
});
