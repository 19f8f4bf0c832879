/** The factorisations: products of factors give the matrix back, whatever its size, layout, dtype and memory, on both devices. */
import { afterEach, describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import { setSoftLimit } from '../../src/array/storage.ts';
import { cholesky } from '../../src/ops/linalg/cholesky.ts';
import { Factors, solveWith } from '../../src/ops/linalg/equations.ts';
import { exchangeRows, factorLu } from '../../src/ops/linalg/lu.ts';
import { factorQr, formQ } from '../../src/ops/linalg/qr.ts';
import { rotateRows } from '../../src/ops/linalg/svd.ts';
import { solveTriangular } from '../../src/ops/linalg/triangular.ts';
import type { Any } from '../autograd/cases.ts';

const f = np as unknown as Record<string, Any>;
const DTYPES = ['float32', 'float64', 'complex64', 'complex128'] as const;
const EPS = { float32: 2 ** -23, float64: 2 ** -52, complex64: 2 ** -23, complex128: 2 ** -52 } as const;

let seed = 11;
const next = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;

function matrix(shape: readonly number[], dtype: (typeof DTYPES)[number]): Any {
  const numbers = (): Any =>
    f.reshape(f.array(Array.from({ length: shape.reduce((n, k) => n * k, 1) }, next)), shape);
  const a = dtype.startsWith('c') ? f.add(numbers(), f.multiply(numbers(), new np.Complex(0, 1))) : numbers();
  return a.astype(dtype);
}

const adjoint = (a: Any): Any => f.conjugate(f.swapaxes(a, -1, -2));
const largest = (a: Any): number => (a.size === 0 ? 0 : Number(f.max(f.abs(a))));

/** Backward stability: what is left is a small multiple of n eps times the operands' size. */
function expectNear(a: Any, b: Any, dtype: (typeof DTYPES)[number]): void {
  expect(a.shape).toEqual(b.shape);
  const n = Math.max(...a.shape.slice(-2), 1);
  expect(largest(f.subtract(a, b))).toBeLessThanOrEqual(4 * n * EPS[dtype] * Math.max(largest(b), 1));
}

/** The same values in other layouts of memory. */
const LAYOUTS: Readonly<Record<string, (a: Any) => Any>> = {
  dense: (a) => a,
  transposed: (a) => f.swapaxes(f.swapaxes(a, -1, -2).copy(), -1, -2),
  reversed: (a) => f.flip(f.flip(a).copy()),
  'of every second row': (a) => f.repeat(a, 2, -2).get('..., ::2, :'),
};

const SQUARES = [
  [1, 1],
  [3, 3],
  [2, 9, 9],
  [17, 17],
  [2, 2, 33, 33],
  [70, 70],
];
const SHAPES = [
  ...SQUARES,
  [7, 4],
  [4, 7],
  [2, 40, 18],
  [18, 40],
  [40, 100],
  [100, 40],
  [0, 3, 3],
  [3, 0],
  [0, 3],
];

function checkLu(a: Any, dtype: (typeof DTYPES)[number]): void {
  const { lu, pivots } = factorLu(a, false);
  const k = Math.min(...a.shape.slice(-2));
  expect([lu.cContiguous, pivots.shape, pivots.dtype.name]).toEqual([
    true,
    [...a.shape.slice(0, -2), k],
    'int32',
  ]);
  const lower = f.add(f.tril(lu.get(`..., :${k}`), -1), f.eye(a.shape.at(-2), k, { dtype }));
  const upper = f.triu(lu.get(`..., :${k}, :`));
  expect(largest(lower)).toBeLessThanOrEqual(dtype.startsWith('c') ? Math.SQRT2 * (1 + 1e-6) : 1);
  const exchanged = exchangeRows(a, pivots, false);
  expectNear(f.matmul(lower, upper), exchanged, dtype);
  expect(f.array_equal(exchangeRows(exchanged, pivots, true), a)).toBe(true);
}

function checkQr(a: Any, dtype: (typeof DTYPES)[number]): void {
  const [m, n] = a.shape.slice(-2);
  const { reflectors, tau } = factorQr(a);
  expect(tau.shape).toEqual([...a.shape.slice(0, -2), Math.min(m, n)]);
  for (const columns of [Math.min(m, n), m]) {
    const q = formQ(reflectors, tau, columns);
    const r = f.triu((reflectors as Any).get(`..., :${columns}, :`));
    expectNear(
      f.matmul(adjoint(q), q),
      f.add(f.zeros([...a.shape.slice(0, -2), 1, 1]), f.eye(columns)),
      dtype,
    );
    expectNear(f.matmul(q, r), a, dtype);
  }
}

function checkCholesky(a: Any, dtype: (typeof DTYPES)[number]): void {
  const definite = f.add(f.matmul(a, adjoint(a)), f.eye(a.shape.at(-1), { dtype }));
  for (const upper of [false, true]) {
    // The other triangle is not read.
    const noise = f.multiply(upper ? f.tril(definite, -1) : f.triu(definite, 1), 7);
    const factor = cholesky(f.add(definite, noise), upper) as Any;
    expect(f.array_equal(upper ? f.triu(factor) : f.tril(factor), factor)).toBe(true);
    expectNear(
      upper ? f.matmul(adjoint(factor), factor) : f.matmul(factor, adjoint(factor)),
      definite,
      dtype,
    );
  }
}

function checkSolutions(a: Any, dtype: (typeof DTYPES)[number]): void {
  const n = a.shape.at(-1);
  const regular = f.add(f.multiply(a, 1 / n), f.multiply(f.eye(n, { dtype }), 2)).astype(dtype);
  for (const columns of [1, 5, 19]) {
    const b = matrix([...a.shape.slice(0, -1), columns], dtype);
    for (const isAdjoint of [false, true]) {
      const x = solveWith(regular, b, new Factors(), isAdjoint);
      expectNear(f.matmul(isAdjoint ? adjoint(regular) : regular, x), b, dtype);
    }
    for (const upper of [false, true]) {
      for (const unit of [false, true]) {
        for (const conjugate of [false, true]) {
          const half = upper ? f.triu(regular, unit ? 1 : 0) : f.tril(regular, unit ? -1 : 0);
          const whole = unit ? f.add(half, f.eye(n, { dtype })) : half;
          const x = solveTriangular(regular, b, { upper, unit, conjugate });
          expectNear(f.matmul(conjugate ? f.conjugate(whole) : whole, x), b, dtype);
        }
      }
    }
  }
}

/** Singular values of square matrices: J A = S V^H, of whatever rank and size of numbers. */
function checkRotations(a: Any, dtype: (typeof DTYPES)[number], scale = 1): void {
  const { values, vectors, turns } = rotateRows(a, true) as Any;
  const n = a.shape.at(-1);
  const identity = f.add(f.zeros(a.shape), f.eye(n));
  expectNear(f.matmul(vectors, adjoint(vectors)), identity, dtype);
  expectNear(f.matmul(turns, adjoint(turns)), identity, dtype);
  const left = f.multiply(values.get('..., None'), f.divide(1, scale));
  expectNear(f.matmul(adjoint(turns), f.multiply(left, vectors)), f.divide(a, scale), dtype);
  expect(f.array_equal(f.flip(f.sort(values), -1), values)).toBe(true);
  expect(f.array_equal((rotateRows(a, false) as Any).values, values)).toBe(true);
}

afterEach(() => {
  np.kernels.use('wasm');
  setSoftLimit(768 * 2 ** 20);
});

describe.each(DTYPES)('%s', (dtype) => {
  it.each(SHAPES.map((shape) => [shape]))('LU and QR of %j', (shape) => {
    const a = matrix(shape, dtype);
    checkLu(a, dtype);
    checkQr(a, dtype);
  });

  it.each(SQUARES.map((shape) => [shape]))('Cholesky and solutions of %j', (shape) => {
    const a = matrix(shape, dtype);
    checkCholesky(a, dtype);
    checkSolutions(a, dtype);
    checkRotations(a, dtype);
  });

  it('singular values of matrices without full rank, of zeros, of tiny and of huge numbers', () => {
    for (const n of [2, 7, 20]) {
      checkRotations(f.matmul(matrix([2, n, 1], dtype), matrix([2, 1, n], dtype)), dtype);
      checkRotations(f.zeros([n, n], { dtype }), dtype);
      checkRotations(f.eye(n, { dtype }), dtype);
      const far = dtype === 'float32' || dtype === 'complex64' ? 1e30 : 1e250;
      for (const scale of [far, 1 / far]) {
        checkRotations(f.multiply(matrix([n, n], dtype), scale).astype(dtype), dtype, scale);
      }
    }
    expect(() => rotateRows(f.full([3, 3], NaN).astype(dtype), true)).toThrow('SVD did not converge');
  });

  it.each(Object.entries(LAYOUTS))('a matrix that is %s', (_, lay) => {
    const a = matrix([2, 9, 9], dtype);
    const laid = lay(a);
    expect(f.array_equal(laid, a)).toBe(true);
    checkLu(laid, dtype);
    checkQr(laid, dtype);
    checkSolutions(laid, dtype);
    expect(
      f.array_equal(cholesky(lay(f.matmul(a, adjoint(a))), false), cholesky(f.matmul(a, adjoint(a)), false)),
    ).toBe(true);
  });

  it('outside of the heap', () => {
    setSoftLimit(0);
    const a = f.copy(matrix([2, 20, 20], dtype));
    expect(a.storage.inHeap).toBe(false);
    checkLu(a, dtype);
    checkQr(a, dtype);
    checkCholesky(a, dtype);
    checkSolutions(a, dtype);
    checkRotations(a, dtype);
  });

  it('the same bits on both devices', () => {
    const bits = (): Any[] => {
      seed = 5;
      const a = matrix([2, 20, 20], dtype);
      const { lu, pivots } = factorLu(a, true);
      const { reflectors, tau } = factorQr(a);
      const b = matrix([20, 3], dtype);
      const definite = f.matmul(a, adjoint(a));
      const solved = solveWith(a, b, new Factors(), false);
      const { values, vectors, turns } = rotateRows(a, true);
      return [
        lu,
        pivots,
        reflectors,
        tau,
        formQ(reflectors, tau, 20),
        cholesky(definite, false),
        solved,
        values,
        vectors,
        turns,
      ].map((x) => (x as Any).tobytes());
    };
    const wasm = bits();
    np.kernels.use('js');
    expect(bits()).toEqual(wasm);
  });
});

it('stacks broadcast', () => {
  const [a, b] = [matrix([2, 1, 3, 3], 'float64'), matrix([4, 3, 2], 'float64')];
  const regular = f.add(a, f.multiply(f.eye(3), 3));
  const x = solveWith(regular, b, new Factors(), false);
  expect(x.shape).toEqual([2, 4, 3, 2]);
  expectNear(f.matmul(regular, x), f.broadcast_to(b, [2, 4, 3, 2]), 'float64');
  const { pivots } = factorLu(f.flip(f.eye(3), 0), true);
  expect(exchangeRows(b, pivots, false).shape).toEqual([4, 3, 2]);
  expect(f.array_equal(exchangeRows(b, pivots, false), f.flip(b, 1))).toBe(true);
});

describe('what values decide', () => {
  it('singular matrices', () => {
    const a = f.stack([f.eye(3), f.ones([3, 3])]);
    expect(() => factorLu(a, true)).toThrow('Singular matrix');
    expect(factorLu(a, false).lu.shape).toEqual([2, 3, 3]);
    expect(() => factorLu(f.zeros([20, 20]), true)).toThrow(np.LinAlgError);
  });

  it('matrices that are not positive definite, at any column', () => {
    for (const n of [1, 5, 17, 40]) {
      for (const value of [0, -1, NaN]) {
        const diagonal = f.ones([n]);
        diagonal.set(n - 1, value);
        expect(() => cholesky(f.diag(diagonal), false)).toThrow('Matrix is not positive definite');
      }
    }
  });

  it('columns that are zero, tiny or huge are reflected without loss', () => {
    for (const scale of [0, 1e-300, 1e-160, 1e160, 1e300]) {
      const a = f.multiply(matrix([5, 3], 'float64'), scale);
      const { reflectors, tau } = factorQr(a);
      const q = formQ(reflectors, tau, 3);
      const r = f.triu((reflectors as Any).get(':3'));
      expect(largest(f.subtract(f.matmul(adjoint(q), q), f.eye(3)))).toBeLessThan(1e-15 * 8);
      expect(largest(f.subtract(f.matmul(q, r), a))).toBeLessThanOrEqual(1e-15 * 8 * scale);
    }
  });
});
