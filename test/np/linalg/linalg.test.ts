/** `np.linalg`: results with names, dtypes, factors that give their matrix back, bad input. What NumPy answers is in the conformance suite. */
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { Any } from '../../autograd/cases.ts';
import { complexPoints, points } from '../../autograd/cases.ts';

const la = np.linalg as Any;
const f = np as unknown as Record<string, Any>;
const adjoint = (a: Any): Any => f.conjugate(f.swapaxes(a, -1, -2));
const near = (a: Any, b: Any): void => expect(f.allclose(a, b, 1e-12, 1e-12)).toBe(true);

describe('results with names', () => {
  it('are lists, too', () => {
    const a = points([4, 3]);
    const factors = la.qr(a);
    expect([factors.length, factors[0] === factors.Q, factors[1] === factors.R]).toEqual([2, true, true]);
    expect(Object.keys(la.slogdet(points([3, 3])))).toEqual(['0', '1', 'sign', 'logabsdet']);
    expect(Object.keys(la.svd(a))).toEqual(['0', '1', '2', 'U', 'S', 'Vh']);
    expect(Object.keys(la.eigh(points([3, 3])))).toEqual(['0', '1', 'eigenvalues', 'eigenvectors']);
  });

  it('of one matrix are scalars, of a stack arrays', () => {
    expect(typeof la.det(f.eye(2))).toBe('number');
    expect(la.det(f.ones([3, 2, 2])).shape).toEqual([3]);
    expect(la.slogdet(f.array([[new np.Complex(0, 2)]])).sign).toEqual(new np.Complex(0, 1));
  });
});

describe.each([
  ['real', points],
  ['complex', complexPoints],
] as const)('%s', (_, make) => {
  it.each([[[3, 3]], [[5, 2]], [[2, 5]], [[2, 4, 3]], [[1, 3, 40]]])('singular values of %j', (shape) => {
    const a = make(shape);
    const [m, n] = shape.slice(-2);
    const k = Math.min(m, n);
    for (const full of [false, true]) {
      const { U, S, Vh } = la.svd(a, full);
      expect([U.shape.slice(-2), S.shape.at(-1), Vh.shape.slice(-2)]).toEqual([
        [m, full ? m : k],
        k,
        [full ? n : k, n],
      ]);
      near(f.matmul(adjoint(U), U), f.eye(U.shape.at(-1)));
      near(f.matmul(Vh, adjoint(Vh)), f.eye(Vh.shape.at(-2)));
      near(f.matmul(f.multiply(U.get(`..., :${k}`), S.get('..., None, :')), Vh.get(`..., :${k}, :`)), a);
    }
  });

  it('singular values of matrices with equal rows, whose differences are as small as rounding', () => {
    for (const n of [8, 16, 20, 33, 70]) {
      const a = f.repeat(make([1, n]), n, 0);
      const { U, S, Vh } = la.svd(a);
      near(S, f.append(f.multiply(la.norm(a.get(0)), Math.sqrt(n)), f.zeros(n - 1)));
      near(f.matmul(f.multiply(U, S), Vh), a);
      for (const q of [U, Vh]) near(f.matmul(q, adjoint(q)), f.eye(n));
      near(la.svdvals(f.ones([n, n])).get(0), n);
    }
  });

  it('eigenvectors, of either triangle', () => {
    const a = make([2, 6, 6]);
    for (const UPLO of ['L', 'U']) {
      const { eigenvalues, eigenvectors } = la.eigh(a, UPLO);
      const half = UPLO === 'L' ? f.tril(a, -1) : f.triu(a, 1);
      const diagonal = f.multiply(f.eye(6), f.real(f.diagonal(a, 0, 1, 2)).get('..., None'));
      const whole = f.add(f.add(half, adjoint(half)), diagonal);
      near(f.matmul(whole, eigenvectors), f.multiply(eigenvectors, eigenvalues.get(':, None, :')));
      near(f.matmul(adjoint(eigenvectors), eigenvectors), f.eye(6));
    }
  });

  it('the pseudo-inverse fulfils its four equations', () => {
    const a = f.matmul(make([5, 2]), make([2, 4]));
    const p = la.pinv(a, 1e-10);
    near(f.matmul(f.matmul(a, p), a), a);
    near(f.matmul(f.matmul(p, a), p), p);
    for (const product of [f.matmul(a, p), f.matmul(p, a)]) near(adjoint(product), product);
  });
});

describe('solveTriangular', () => {
  const a = points([3, 3]);
  const b = points([3, 3]);

  it('reads one triangle, from either side', () => {
    for (const upper of [false, true]) {
      for (const unitriangular of [false, true]) {
        const half = upper ? f.triu(a, 1) : f.tril(a, -1);
        const diagonal = unitriangular ? f.eye(3) : f.diag(f.diagonal(a));
        const whole = f.add(half, diagonal);
        near(f.matmul(whole, la.solveTriangular(a, b, { upper, unitriangular })), b);
        near(f.matmul(la.solveTriangular(a, b, { upper, unitriangular, left: false }), whole), b);
      }
    }
  });

  it('divides by zero as floats do', () => {
    expect(la.solveTriangular([[0]], [[1]], { upper: true }).tolist()).toEqual([[Infinity]]);
  });

  it('must be told which triangle', () => {
    expect(() => la.solveTriangular(a, b, {})).toThrow(/missing required keyword argument 'upper'/);
    expect(() => la.solveTriangular(a, b)).toThrow(TypeError);
    expect(() => la.solveTriangular(a, b, { lower: true })).toThrow(/unexpected keyword argument 'lower'/);
    expect(() => la.solveTriangular(a, points([3]), { upper: true })).toThrow(np.LinAlgError);
    expect(() => la.solveTriangular(a, points([2, 3]), { upper: true })).toThrow(
      /size 2 is different from 3/,
    );
  });
});

it('single precision is computed in double precision, as in NumPy', () => {
  const hilbert = f.divide(1, f.add(f.arange(7).reshape(7, 1), f.arange(1, 8))).astype('float32');
  const wanted = la.inv(hilbert.astype('float64')).astype('float32');
  expect(f.array_equal(la.inv(hilbert), wanted)).toBe(true);
});

it('arguments are left as they are', () => {
  const a = f.add(points([4, 4]), f.multiply(f.eye(4), 5));
  const before = a.copy();
  for (const name of ['inv', 'det', 'qr', 'svd', 'eigh', 'pinv']) la[name](a);
  la.solve(a, a);
  la.cholesky(f.matmul(a, a.T));
  expect(f.array_equal(a, before)).toBe(true);
});
