/** Linear algebra on the GPU: what factors and solutions are of, and the processor's results. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as np from 'numgrad';
import { DTYPES, EPS, LIMIT, adjoint, array, largest, product, wide } from './matrices.ts';
import type { DType } from './matrices.ts';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const { linalg } = np;

/** Differences are within what rounding does to sums of n products of numbers of this size. */
function expectResidual(got: np.NDArray, want: np.NDArray, n: number, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  const difference = largest(np.subtract(wide(got), wide(want)) as np.NDArray);
  expect(difference, what).toBeLessThanOrEqual(4 * (n + 8) * EPS * largest(want));
}

/** Well-conditioned square matrices. */
function regular(shape: readonly number[], dtype: DType): np.NDArray {
  const n = shape[shape.length - 1]!;
  const diagonal = np.multiply(np.eye(n), 8 * Math.sqrt(n));
  return (np.add(random(shape, dtype), diagonal) as np.NDArray).astype(dtype) as np.NDArray;
}

/** Hermitian positive definite matrices. */
function positive(shape: readonly number[], dtype: DType): np.NDArray {
  const a = regular(shape, dtype);
  return np.matmul(a, adjoint(a)) as np.NDArray;
}

/** Arrays of matrices seen in other ways, which leave diagonals where they are. The stack has two axes. */
const VIEWS: Readonly<Record<string, (a: np.NDArray) => np.NDArray>> = {
  whole: (a) => a,
  transposed: (a) => np.swapaxes(a, -1, -2),
  reversed: (a) => a.get('::-1, ..., ::-1, ::-1') as np.NDArray,
  stepped: (a) => a.get('..., ::2, ::2') as np.NDArray,
  turned: (a) => np.swapaxes(a, 0, 1),
  stretched: (a) => np.broadcast_to(a.get('0:1') as np.NDArray, [3, ...a.shape.slice(1)]) as np.NDArray,
  first: (a) => a.get('0, 0') as np.NDArray,
};

/** A view of an array on the GPU, and the same array on the processor. */
function seen(a: np.NDArray, view: string): { far: np.Tensor; near: np.NDArray } {
  const look = VIEWS[view]!;
  return { far: look(onGpu(a)) as np.Tensor, near: look(a) };
}

async function checkCholesky(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const n = near.shape[near.ndim - 1]!;
  for (const upper of [false, true]) {
    const factor = await array(linalg.cholesky(far, { upper }));
    expect(factor.dtype.name).toBe(near.dtype.name);
    const square = upper ? product(adjoint(factor), factor) : product(factor, adjoint(factor));
    expectResidual(square, near, n, `${what} ${upper}`);
    const triangle = upper ? np.triu(factor) : np.tril(factor);
    expect(np.array_equal(triangle, factor), what).toBe(true);
  }
}

async function checkQr(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const [m, n] = near.shape.slice(-2) as [number, number];
  for (const mode of ['reduced', 'complete'] as const) {
    const factors = linalg.qr(far, mode);
    const [q, r] = [await array(factors.Q), await array(factors.R)];
    const columns = mode === 'complete' ? m : Math.min(m, n);
    expect(q.shape.slice(-2), what).toEqual([m, columns]);
    expect(r.shape.slice(-2), what).toEqual([columns, n]);
    expect(np.array_equal(np.triu(r), r), what).toBe(true);
    const one = np.broadcast_to(np.eye(columns), [...near.shape.slice(0, -2), columns, columns]);
    expectResidual(product(adjoint(q), q), one as np.NDArray, m, `${what} Q^H Q`);
    expectResidual(product(q, r), near, m, `${what} Q R`);
  }
}

async function checkSolve(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const n = near.shape[near.ndim - 1]!;
  const b = random([...near.shape.slice(0, -2), n, 3], near.dtype.name);
  const x = await array(linalg.solve(far, onGpu(b)));
  expectResidual(product(near, x), b, 8 * n, what);
  const inverse = await array(linalg.inv(far));
  const one = np.broadcast_to(np.eye(n), near.shape) as np.NDArray;
  expectResidual(product(near, inverse), one, 8 * n, `${what} inv`);
}

async function checkDeterminant(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const n = near.shape[near.ndim - 1]!;
  const got = linalg.slogdet(far);
  const want = linalg.slogdet(wide(near));
  const logarithms = await array(got.logabsdet);
  const difference = largest(np.subtract(logarithms, want.logabsdet) as np.NDArray);
  expect(difference, what).toBeLessThanOrEqual(4 * (n + 8) * EPS * (1 + largest(logarithms)));
  const sign = np.asarray(want.sign).astype(near.dtype.name) as np.NDArray;
  expectClose(await array(got.sign), sign, 16 * n + 16, what);
}

/** The side of a system with the triangle of `a`, whose other triangle is not to be read. */
async function checkTriangular(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const n = near.shape[near.ndim - 1]!;
  const stack = near.shape.slice(0, -2);
  for (const [upper, left, unitriangular] of [
    [true, true, false],
    [false, true, true],
    [true, false, true],
    [false, false, false],
  ] as const) {
    const small = unitriangular ? 1 / (4 * n + 1) : 1;
    const b = random(left ? [...stack, n, 9] : [...stack, 9, n], near.dtype.name);
    const options = { upper, left, unitriangular };
    const x = await array(linalg.solveTriangular(np.multiply(far, small), onGpu(b), options));
    const scaled = np.multiply(near, small) as np.NDArray;
    const triangle = upper ? np.triu(scaled, unitriangular ? 1 : 0) : np.tril(scaled, unitriangular ? -1 : 0);
    const a = unitriangular ? (np.add(triangle, np.eye(n)) as np.NDArray) : triangle;
    expectResidual(left ? product(a, x) : product(x, a), b, 8 * n, `${what} ${JSON.stringify(options)}`);
  }
}

const CHECKS = {
  cholesky: { check: checkCholesky, make: positive },
  qr: { check: checkQr, make: random as typeof regular },
  solve: { check: checkSolve, make: regular },
  determinant: { check: checkDeterminant, make: regular },
  triangular: { check: checkTriangular, make: regular },
} as const;

describe.each(Object.keys(CHECKS) as (keyof typeof CHECKS)[])('%s', (name) => {
  const { check, make } = CHECKS[name];

  test.each(DTYPES)(
    'of %s matrices of every size',
    async (dtype) => {
      for (const n of [0, 1, 2, 5, 33, 64, 100, 130]) {
        const a = make([n, n], dtype);
        await check(onGpu(a), a, `${n}`);
      }
      for (const shape of [
        [70, 3, 3],
        [2, 3, 17, 17],
        [3, 40, 40],
        [0, 3, 3],
        [3, 0, 0],
      ]) {
        const a = make(shape, dtype);
        await check(onGpu(a), a, `${shape.join('x')}`);
      }
    },
    LIMIT,
  );

  test(
    'of stacks and views',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...DTYPES),
          fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 })),
          fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 40 })),
          fc.constantFrom(...Object.keys(VIEWS)),
          async (dtype, stack, n, view) => {
            fc.pre(view !== 'first' || !stack.includes(0));
            const { far, near } = seen(make([...stack, n, n], dtype), view);
            // Half of the rows and columns of a Hermitian matrix is one as well.
            await check(far, near, `${stack.join('x')} ${n} ${dtype} ${view}`);
          },
        ),
        { numRuns: 15 },
      ),
    LIMIT,
  );
});

test.each([
  ['float32', ['cholesky', 'qr', 'solve']],
  ['complex64', ['cholesky']],
] as const)(
  'many %s matrices, of which workgroups take larger parts through their memory',
  async (dtype, names) => {
    (await np.device('webgpu')).products = { kernel: 'medium' };
    onTestFinished(async () => {
      (await np.device('webgpu')).products = {};
    });
    for (const name of names) {
      const a = CHECKS[name].make([16, 100, 100], dtype);
      await CHECKS[name].check(onGpu(a), a, name);
    }
    const a = regular([64, 33, 33], dtype);
    await checkTriangular(onGpu(a), a, 'triangular');
  },
  LIMIT,
);

describe('matrices that are not square', () => {
  const SHAPES = [
    [3, 100],
    [20, 30],
    [40, 70],
    [70, 40],
    [100, 3],
    [300, 2],
    [200, 35],
    [5, 3, 7],
    [4, 1],
    [1, 4],
    [0, 3],
    [3, 0],
  ];

  test.each(DTYPES)(
    'qr of %s',
    async (dtype) => {
      for (const shape of SHAPES) {
        const a = random(shape, dtype);
        await checkQr(onGpu(a), a, shape.join('x'));
      }
    },
    LIMIT,
  );

  test('qr has the signs of LAPACK, and its raw form', async () => {
    for (const dtype of DTYPES)
      for (const shape of [
        [50, 40],
        [6, 9],
      ]) {
        const a = random(shape, dtype);
        const [h, tau] = linalg.qr(onGpu(a), 'raw') as np.NDArray[];
        const [wantH, wantTau] = linalg.qr(onCpu(a), 'raw') as np.Tensor[];
        expectClose(await array(h), await wantH!.array(), 2000, 'h');
        expectClose(await array(tau), await wantTau!.array(), 2000, 'tau');
        expectClose(
          await array(linalg.qr(onGpu(a), 'r')),
          await (linalg.qr(onCpu(a), 'r') as np.Tensor).array(),
          2000,
        );
      }
  });
});

describe('unusual values', () => {
  const matrix = (rows: readonly (readonly number[])[]): np.NDArray =>
    np.array(rows as number[][], { dtype: 'float32' });

  test('qr of what is reduced already, of zeros, of equal columns', async () => {
    const upper = np.triu(random([40, 40])) as np.NDArray;
    const factors = linalg.qr(onGpu(upper));
    expect(np.array_equal(await array(factors.Q), np.eye(40))).toBe(true);
    expect(np.array_equal(await array(factors.R), upper)).toBe(true);
    const zeros = np.zeros([5, 3], { dtype: 'float32' });
    expect(np.array_equal(await array(linalg.qr(onGpu(zeros), 'r')), zeros.get(':3') as np.NDArray)).toBe(
      true,
    );
    const equal = np.repeat(random([40, 1]), 36, 1) as np.NDArray;
    await checkQr(onGpu(equal), equal, 'equal columns');
  });

  test('qr of numbers whose squares are out of range', async () => {
    for (const scale of [1e30, 1e-30]) {
      const a = np.multiply(random([36, 34]), scale).astype('float32') as np.NDArray;
      await checkQr(onGpu(a), a, String(scale));
    }
    const graded = np.multiply(random([9, 4]), [1, 1e-30, 1e25, 1e-10]).astype('float32') as np.NDArray;
    const { Q, R } = linalg.qr(onGpu(graded));
    const [q, r] = [await array(Q), await array(R)];
    for (let j = 0; j < 4; j++) {
      const column = graded.get(`:, ${j}:${j + 1}`) as np.NDArray;
      expectResidual(product(q, r.get(`:, ${j}:${j + 1}`) as np.NDArray), column, 9, `column ${j}`);
    }
  });

  test('rows are exchanged where a pivot is zero or small', async () => {
    for (const n of [2, 5, 40, 70]) {
      const a = np.add(np.eye(n).get('::-1'), np.multiply(random([n, n]), 1e-4)).astype('float32');
      await checkSolve(onGpu(a as np.NDArray), a as np.NDArray, `reversed identity of ${n}`);
      await checkDeterminant(onGpu(a as np.NDArray), a as np.NDArray, `reversed identity of ${n}`);
    }
  });

  test('only a triangle is read', async () => {
    const a = positive([40, 40], 'float32');
    const spoilt = np.add(a, np.triu(np.full([40, 40], NaN), 1)).astype('float32') as np.NDArray;
    expectResidual(
      await array(linalg.cholesky(onGpu(spoilt))),
      await array(linalg.cholesky(onGpu(a))),
      0,
      'lower',
    );
    const b = onGpu(random([40, 2]));
    const [x, y] = [spoilt, a].map((m) => linalg.solveTriangular(onGpu(m), b, { upper: false }));
    expectResidual(await array(x), await array(y), 0, 'triangle');
  });

  test('a zero on the diagonal of a triangle', async () => {
    const a = matrix([
      [1, 0],
      [1, 0],
    ]);
    const b = matrix([
      [1, 1],
      [3, 1],
    ]);
    const x = await array(linalg.solveTriangular(onGpu(a), onGpu(b), { upper: false }));
    expect(x.tolist()).toEqual([
      [1, 1],
      [Infinity, NaN],
    ]);
  });

  test('determinants of singular matrices', async () => {
    for (const n of [2, 70]) {
      const a = np.ones([n, n], { dtype: 'float32' });
      const { sign, logabsdet } = linalg.slogdet(onGpu(a));
      const found = [sign, logabsdet, linalg.det(onGpu(a))].map(async (x) => (await array(x)).item());
      expect(await Promise.all(found)).toEqual([0, -Infinity, 0]);
    }
  });
});

describe('errors', () => {
  const NOT_POSITIVE = 'Matrix is not positive definite';
  const SINGULAR = 'Singular matrix';

  async function expectRefused(
    call: (a: np.NDArray) => unknown,
    a: np.NDArray,
    message: string,
  ): Promise<void> {
    expect(() => call(onCpu(a))).toThrow(message);
    const result = call(onGpu(a));
    await expect(array(result)).rejects.toThrow(message);
    const again = call(onGpu(a));
    await expect(array(again)).rejects.toBeInstanceOf(linalg.LinAlgError);
    // The next read is no concern of theirs.
    expect((await onGpu(a).array()).shape).toEqual(a.shape);
  }

  test('matrices that are not positive definite', async () => {
    for (const n of [1, 3, 40, 70]) {
      const a = positive([n, n], 'float32');
      a.set([n - 1, n - 1], -1);
      await expectRefused((x) => linalg.cholesky(x), a, NOT_POSITIVE);
      await expectRefused((x) => linalg.cholesky(x, { upper: true }), a, NOT_POSITIVE);
      a.set([n - 1, n - 1], NaN);
      await expectRefused((x) => linalg.cholesky(x), a, NOT_POSITIVE);
    }
    const stack = np.array([[[1]], [[2]], [[0]]], { dtype: 'complex64' });
    await expectRefused((x) => linalg.cholesky(x), stack, NOT_POSITIVE);
  });

  test('singular matrices', async () => {
    for (const n of [1, 3, 40, 70]) {
      const a = regular([n, n], 'float32');
      a.set([':', n - 1], 0);
      await expectRefused((x) => linalg.inv(x), a, SINGULAR);
      await expectRefused((x) => linalg.solve(x, np.ones([n, 2], { dtype: 'float32' })), a, SINGULAR);
    }
    const stack = np.stack([np.eye(4), np.ones([4, 4])]).astype('complex64') as np.NDArray;
    await expectRefused((x) => linalg.inv(x), stack, SINGULAR);
    // NaN is no zero, also where zeros are below it.
    for (const n of [2, 40]) {
      const spoilt = np.add(np.eye(n), np.diag([NaN, ...Array<number>(n - 1).fill(0)])).astype('float32');
      expect(np.isnan(await array(linalg.inv(onGpu(spoilt as np.NDArray)))).get('0, 0')).toBe(true);
    }
  });

  test('of shapes and dtypes, at the call', () => {
    const a = onGpu(random([3, 4]));
    for (const call of [linalg.cholesky, linalg.inv, linalg.det])
      expect(() => call(a)).toThrow('Last 2 dimensions of the array must be square');
    const square = onGpu(random([3, 3]));
    expect(() => linalg.solve(square, onGpu(random([4, 1])))).toThrow(np.ValueError);
    expect(() => linalg.inv(onGpu(random([3, 3], 'float16')))).toThrow('float16 is unsupported');
    expect(() => linalg.inv(onGpu(random([3, 3], 'int32')))).toThrow('webgpu has no float64');
  });
});

/** A function of matrices, as what gradients are taken of. */
type Call = (x: np.NDArray) => np.NDArray;

const GRADIENTS: Readonly<Record<string, Call>> = {
  solve: (x) => linalg.solve(x, np.multiply(x, x).get('..., :2') as np.NDArray),
  inv: (x) => linalg.inv(x),
  det: (x) => linalg.det(np.multiply(x, 0.1)) as np.NDArray,
  slogdet: (x) => linalg.slogdet(x).logabsdet as np.NDArray,
  cholesky: (x) => linalg.cholesky(np.matmul(x, adjoint(x))),
  Q: (x) => linalg.qr(x).Q,
  R: (x) => linalg.qr(x).R,
  triangle: (x) => linalg.solveTriangular(x, adjoint(x), { upper: true, left: false }),
  power: (x) => linalg.matrix_power(x, -2),
};

describe('gradients', () => {
  test.each(Object.keys(GRADIENTS))(
    'of %s',
    async (name) => {
      for (const dtype of DTYPES)
        for (const shape of [
          [2, 4, 4],
          [36, 36],
        ]) {
          const a = regular(shape, dtype);
          const [near, far] = [onGpu(a, true), onCpu(a, true)];
          const values = [near, far].map((x) => np.ravel(GRADIENTS[name]!(x)));
          const weights = random(values[1]!.shape, values[1]!.dtype.name);
          values.forEach((value, i) => {
            const sum = np.sum(np.multiply(value, i === 0 ? onGpu(weights) : onCpu(weights)));
            (np.real(sum as np.ArrayLike) as unknown as np.Tensor).backward();
          });
          const what = `${shape.join('x')} ${dtype}`;
          expectClose(await array(values[0]), await (values[1] as np.Tensor).array(), 512, what);
          expectClose(await near.grad!.array(), await far.grad!.array(), 2048, `gradient, ${what}`);
        }
    },
    LIMIT,
  );

  test('nothing is read back on the way', async () => {
    const { gpu } = await np.device('webgpu');
    const a = onGpu(regular([40, 40], 'float32'), true);
    const before = gpu.report().reads;
    for (const call of Object.values(GRADIENTS)) (np.sum(call(a)) as unknown as np.Tensor).backward();
    expect(gpu.report().reads).toBe(before);
    expect(largest((await a.grad!.array()) as np.NDArray)).toBeGreaterThan(0);
  });
});
