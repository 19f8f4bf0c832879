/** Singular values and eigenvalues on the GPU, and what stands on them. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { DTYPES, EPS, LIMIT, adjoint, array, largest, product, wide } from './matrices.ts';
import type { DType } from './matrices.ts';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const { linalg } = np;

const shapeText = (shape: readonly number[]): string => shape.join('x');

const hermitian = (a: np.NDArray): np.NDArray =>
  np.multiply(np.add(a, adjoint(a)), 0.5).astype(a.dtype.name as 'float32') as np.NDArray;

/** Differences are at most so many units in the last place of `size`. */
function expectWithin(got: np.NDArray, want: np.NDArray, units: number, size: number, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  const difference = largest(np.subtract(wide(got), wide(want)) as np.NDArray);
  expect(difference, what).toBeLessThanOrEqual(units * EPS * size);
}

/** Columns are of length 1 and orthogonal to each other. */
function expectOrthonormal(q: np.NDArray, what: string): void {
  const n = q.shape[q.ndim - 1]!;
  const one = np.broadcast_to(np.eye(n), [...q.shape.slice(0, -2), n, n]) as np.NDArray;
  expectWithin(product(adjoint(q), q), one, 24, 1, what);
}

const behind = (a: np.NDArray, values: np.NDArray): np.NDArray =>
  np.multiply(wide(a), np.expand_dims(values, -2)) as np.NDArray;

async function checkSvd(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const [m, n] = near.shape.slice(-2) as [number, number];
  const rank = Math.min(m, n);
  const want = linalg.svdvals(wide(near));
  const size = largest(want);
  for (const full_matrices of m === n ? [false] : [false, true]) {
    const factors = linalg.svd(far, { full_matrices });
    const [u, s, vh] = [await array(factors.U), await array(factors.S), await array(factors.Vh)];
    expect([u.dtype.name, s.dtype.name, vh.dtype.name]).toEqual([
      near.dtype.name,
      'float32',
      near.dtype.name,
    ]);
    expect(u.shape.slice(-2), what).toEqual([m, full_matrices ? m : rank]);
    expect(vh.shape.slice(-2), what).toEqual([full_matrices ? n : rank, n]);
    expectWithin(s, want, 10, size, `${what} S`);
    expectOrthonormal(u, `${what} U`);
    expectOrthonormal(adjoint(vh), `${what} V`);
    const left = behind(u.get(`..., :${rank}`) as np.NDArray, s);
    expectWithin(product(left, vh.get(`..., :${rank}, :`) as np.NDArray), wide(near), 24, size, what);
  }
  expectWithin(await array(linalg.svdvals(far)), want, 10, size, `${what} alone`);
}

async function checkEigh(far: np.Tensor, near: np.NDArray, what: string): Promise<void> {
  const found = linalg.eigh(far);
  const [values, vectors] = [await array(found.eigenvalues), await array(found.eigenvectors)];
  expect([values.dtype.name, vectors.dtype.name]).toEqual(['float32', near.dtype.name]);
  const want = linalg.eigvalsh(wide(near));
  const size = largest(want);
  expectWithin(values, want, 12, size, `${what} values`);
  expectOrthonormal(vectors, `${what} vectors`);
  expectWithin(product(behind(vectors, values), adjoint(vectors)), wide(near), 24, size, what);
}

const CHECKS = {
  svd: { check: checkSvd, make: (shape: readonly number[], dtype: DType) => random(shape, dtype) },
  eigh: {
    check: checkEigh,
    make: (shape: readonly number[], dtype: DType) => hermitian(random(shape, dtype)),
  },
} as const;

describe.each(Object.keys(CHECKS) as (keyof typeof CHECKS)[])('%s', (name) => {
  const { check, make } = CHECKS[name];

  test.each(DTYPES)(
    'of %s matrices of every size',
    async (dtype) => {
      // One pair of blocks of rows, the last of several in part, and an odd number of blocks.
      for (const shape of [
        [1, 1],
        [2, 2],
        [5, 5],
        [32, 32],
        [66, 66],
        [0, 0],
      ]) {
        const a = make(shape, dtype);
        await check(onGpu(a), a, shapeText(shape));
      }
      for (const shape of [
        [70, 3, 3],
        [2, 3, 9, 9],
        [2, 40, 40],
        [0, 3, 3],
        [3, 0, 0],
      ]) {
        const a = make(shape, dtype);
        await check(onGpu(a), a, shapeText(shape));
      }
    },
    LIMIT,
  );

  test(
    'of views',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...DTYPES),
          fc.integer({ min: 1, max: 8 }),
          fc.constantFrom<(a: np.NDArray) => np.NDArray>(
            (a) => np.swapaxes(a, -1, -2),
            (a) => a.get('::-1, ::-1, ::-1') as np.NDArray,
            (a) => a.get('..., ::2, ::2') as np.NDArray,
            (a) => np.broadcast_to(a.get('0:1') as np.NDArray, [3, ...a.shape.slice(1)]) as np.NDArray,
          ),
          async (dtype, n, look) => {
            const a = make([2, n, n], dtype);
            await check(look(onGpu(a)) as np.Tensor, look(a), `${n} ${dtype} ${String(look)}`);
          },
        ),
        { numRuns: 8 },
      ),
    LIMIT,
  );

  test(
    'of matrices that lack directions',
    async () => {
      for (const n of [6, 40]) {
        const low = np.matmul(random([n, 3]), random([3, n])) as np.NDArray;
        const pairs = np.kron(np.eye(n / 2), [
          [0, 1],
          [1, 0],
        ]) as np.NDArray;
        const row = np.logspace(0, -12, n) as np.NDArray;
        const matrices: Readonly<Record<string, np.NDArray>> = {
          ones: np.ones([n, n]),
          zeros: np.zeros([n, n]),
          identity: np.eye(n),
          'rank 3': name === 'svd' ? low : (np.matmul(low, low.T) as np.NDArray),
          'values of either sign': pairs,
          'a diagonal over twelve powers of ten': np.diag(row) as np.NDArray,
          'columns over twelve powers of ten':
            name === 'svd'
              ? (np.multiply(random([n, n]), row) as np.NDArray)
              : (np.outer(row, row) as np.NDArray),
        };
        for (const [what, matrix] of Object.entries(matrices)) {
          const a = matrix.astype('float32') as np.NDArray;
          await check(onGpu(a), a, `${what} of ${n}`);
        }
      }
    },
    LIMIT,
  );

  test(
    'of numbers whose squares are out of range',
    async () => {
      for (const dtype of DTYPES)
        for (const scale of [1e30, 1e-30, 2e37]) {
          const a = np.multiply(make([5, 5], dtype), scale).astype(dtype) as np.NDArray;
          await check(onGpu(a), a, `${scale}`);
        }
    },
    LIMIT,
  );
});

test.each(DTYPES)(
  'singular values of %s matrices that are not square',
  async (dtype) => {
    for (const shape of [
      [7, 3],
      [3, 7],
      [50, 2],
      [2, 34],
      [2, 4, 1],
      [3, 1, 4],
      [0, 3],
      [3, 0],
    ]) {
      const a = random(shape, dtype);
      await checkSvd(onGpu(a), a, shapeText(shape));
    }
    const low = np.matmul(random([9, 2], dtype), random([2, 5], dtype)) as np.NDArray;
    await checkSvd(onGpu(low), low, 'rank 2');
  },
  LIMIT,
);

test('small singular values are as exact as large ones', async () => {
  const row = np.logspace(0, -12, 5) as np.NDArray;
  const a = np
    .multiply(np.add(random([5, 5]), np.multiply(np.eye(5), 9)), row)
    .astype('float32') as np.NDArray;
  const [got, want] = [await array(linalg.svdvals(onGpu(a))), linalg.svdvals(wide(a))];
  const errors = np.subtract(np.divide(got.astype('float64'), want), 1) as np.NDArray;
  expect(largest(errors)).toBeLessThan(64 * EPS);
});

test('of a Hermitian matrix one triangle is read', async () => {
  for (const dtype of DTYPES) {
    const a = hermitian(random([2, 6, 6], dtype));
    const spoilt = (triangle: np.NDArray): np.NDArray =>
      np.where(triangle, NaN, a).astype(dtype) as np.NDArray;
    const ones = np.ones([6, 6], { dtype: 'bool' });
    const [upper, lower] = [np.triu(ones, 1) as np.NDArray, np.tril(ones, -1) as np.NDArray];
    const want = await array(linalg.eigvalsh(onGpu(a)));
    expectClose(await array(linalg.eigvalsh(onGpu(spoilt(upper)))), want, 8);
    expectClose(await array(linalg.eigvalsh(onGpu(spoilt(lower)), 'U')), want, 8);
    const { S } = linalg.svd(onGpu(spoilt(upper)), { hermitian: true });
    expectClose(await array(S), await array(linalg.svdvals(onGpu(a))), 8);
  }
});

describe('errors', () => {
  const SINGULAR_VALUES = 'SVD did not converge';
  const EIGENVALUES = 'Eigenvalues did not converge';

  test(
    'of matrices that are not finite',
    async () => {
      const calls: readonly [string, (a: np.NDArray) => unknown][] = [
        [SINGULAR_VALUES, (a) => linalg.svdvals(a)],
        [SINGULAR_VALUES, (a) => linalg.svd(a).U],
        [SINGULAR_VALUES, (a) => linalg.pinv(a)],
        [EIGENVALUES, (a) => linalg.eigvalsh(a)],
        [EIGENVALUES, (a) => linalg.eigh(a).eigenvectors],
      ];
      for (const value of [NaN, Infinity, -Infinity])
        for (const [message, call] of calls) {
          const a = random([2, 3, 3]);
          a.set('1, 2, 0', value);
          expect(() => call(onCpu(a))).toThrow(message);
          await expect(array(call(onGpu(a)))).rejects.toThrow(message);
          await expect(array(call(onGpu(a)))).rejects.toBeInstanceOf(linalg.LinAlgError);
          // What others read is good.
          expect((await onGpu(a).array()).shape).toEqual([2, 3, 3]);
        }
    },
    LIMIT,
  );

  test('of shapes, dtypes and options, at the call', () => {
    const a = onGpu(random([3, 4]));
    expect(() => linalg.eigh(a)).toThrow('Last 2 dimensions of the array must be square');
    expect(() => linalg.svd(onGpu(random([3])))).toThrow('Array must be at least two-dimensional');
    expect(() => linalg.svd(onGpu(random([3, 3], 'float16')))).toThrow('float16 is unsupported');
    expect(() => linalg.svd(onGpu(random([3, 3], 'int32')))).toThrow('webgpu has no float64');
    expect(() => linalg.eigh(onGpu(random([3, 3])), { UPLO: 'X' })).toThrow(
      "UPLO argument must be 'L' or 'U'",
    );
    expect(() => linalg.lstsq(a, onGpu(random([4])))).toThrow('Incompatible dimensions');
    expect(() => linalg.cond(onGpu(random([0, 0])))).toThrow('an empty matrix has no condition number');
    expect(() => linalg.pinv(a, 1e-3, false, { rtol: 1e-3 })).toThrow(
      "`rtol` and `rcond` can't be both set.",
    );
  });
});

describe('what stands on singular values', () => {
  /** A call gives on the GPU what it gives on the processor. */
  async function agrees(call: (a: np.NDArray) => unknown, a: np.NDArray, ulps = 256): Promise<void> {
    const want = call(onCpu(a)) as np.Tensor;
    const what = String(call);
    expectClose(
      await array(call(onGpu(a))),
      np.asarray(want instanceof np.Tensor ? await want.array() : want),
      ulps,
      what,
    );
  }

  test.each(DTYPES)(
    'norms and condition numbers of %s matrices',
    async (dtype) => {
      const stack = random([3, 4, 4], dtype);
      for (const ord of [2, -2, 'nuc'] as const) {
        await agrees((a) => linalg.norm(a, { ord, axis: [0, 2] }), stack);
        await agrees((a) => linalg.matrix_norm(a, { ord, keepdims: true }), stack);
      }
      for (const p of [null, 2, -2, 1, -1, Infinity, -Infinity, 'fro', 'nuc'] as const)
        await agrees((a) => linalg.cond(a, p), stack, 2048);
    },
    LIMIT,
  );

  test(
    'condition numbers of singular matrices are infinite',
    async () => {
      const one = [
        [1, 0],
        [0, 1],
      ];
      const stack = np.array(
        [
          one,
          [
            [1, 1],
            [1, 1],
          ],
          [
            [0, 0],
            [0, 1],
          ],
          [
            [1, 0],
            [0, 0],
          ],
        ],
        { dtype: 'float32' },
      );
      for (const p of [1, -1, Infinity, -Infinity, 'fro'] as const) {
        const found = await array(linalg.cond(onGpu(stack), p));
        const own = Number(linalg.cond(one, p));
        expectClose(found, np.array([own, Infinity, Infinity, Infinity], { dtype: 'float32' }), 8, String(p));
      }
      const zeros = onGpu(np.zeros([2, 2], { dtype: 'float32' }));
      expect((await array(linalg.cond(zeros))).item()).toBe(Infinity);
      const bad = np.array(
        [
          one,
          [
            [NaN, 0],
            [0, 1],
          ],
        ],
        { dtype: 'float32' },
      );
      expect((await array(linalg.cond(onGpu(bad), 1))).tolist()).toEqual([1, NaN]);
    },
    LIMIT,
  );

  test.each(DTYPES)(
    'ranks and inverses of %s matrices',
    async (dtype) => {
      const low = np.matmul(random([2, 6, 2], dtype), random([2, 2, 4], dtype)) as np.NDArray;
      expect((await array(linalg.matrix_rank(onGpu(low)))).tolist()).toEqual([2, 2]);
      expect((await array(linalg.matrix_rank(onGpu(low), { tol: 1e3 }))).tolist()).toEqual([0, 0]);
      expect((await array(linalg.matrix_rank(onGpu(low), { rtol: [1e-3, 2] }))).tolist()).toEqual([2, 0]);
      expect((await array(linalg.matrix_rank(onGpu(random([3], dtype))))).item()).toBe(1);
      const p = await array(linalg.pinv(onGpu(low), 1e-4));
      expectWithin(product(product(low, p), low), wide(low), 64, largest(low), 'A P A');
      expectWithin(product(product(p, low), p), wide(p), 64, largest(p), 'P A P');
      await agrees((a) => linalg.pinv(a), random([5, 3], dtype), 512);
      await agrees((a) => linalg.pinv(a, { rtol: null }), hermitian(random([4, 4], dtype)), 2048);
      for (const shape of [
        [0, 3],
        [2, 3, 0],
      ]) {
        const empty = await array(linalg.pinv(onGpu(random(shape, dtype))));
        expect([empty.shape, empty.dtype.name]).toEqual([
          [...shape.slice(0, -2), ...shape.slice(-2).reverse()],
          dtype,
        ]);
      }
    },
    LIMIT,
  );

  test.each(DTYPES)(
    'least squares of %s matrices',
    async (dtype) => {
      for (const [shape, sides] of [
        [[6, 3], [6]],
        [
          [6, 3],
          [6, 2],
        ],
        [[3, 5], [3]],
        [
          [4, 4],
          [4, 2],
        ],
      ] as const) {
        const [a, b] = [random(shape, dtype), random(sides, dtype)];
        const got = linalg.lstsq(onGpu(a), onGpu(b));
        const want = linalg.lstsq(a, b);
        for (const i of [0, 1, 3] as const)
          expectClose(await array(got[i]), want[i], 1024, `${shapeText(shape)} ${i}`);
        expect((await array(got[2])).item()).toBe(want[2]);
      }
      // Whether there is full rank is known to nobody yet.
      const low = np.matmul(random([5, 2], dtype), random([2, 3], dtype)) as np.NDArray;
      const b = random([5], dtype);
      const [x, residuals, rank] = linalg.lstsq(onGpu(low), onGpu(b));
      expect((await array(rank)).item()).toBe(2);
      const left = np.subtract(
        product(low, (await array(x)).get(':, None') as np.NDArray).get(':, 0') as np.NDArray,
        b,
      );
      const total = np.sum(np.square(np.abs(left)), { keepdims: true }) as np.NDArray;
      expectClose(await array(residuals), total.astype('float32') as np.NDArray, 256);
    },
    LIMIT,
  );
});

type Call = (x: np.NDArray) => np.NDArray;

const GRADIENTS: Readonly<Record<string, Call>> = {
  values: (x) => linalg.svdvals(x),
  'left vectors': (x) => {
    const { U, S } = linalg.svd(x, { full_matrices: false });
    return np.matmul(np.multiply(U, np.expand_dims(S, -2)), adjoint(U)) as np.NDArray;
  },
  'nearest orthogonal matrix': (x) => {
    const { U, Vh } = linalg.svd(x, { full_matrices: false });
    return np.matmul(U, Vh) as np.NDArray;
  },
  eigenvalues: (x) => linalg.eigvalsh(np.add(x, adjoint(x))),
  eigenvectors: (x) => {
    const { eigenvectors: v } = linalg.eigh(np.add(x, adjoint(x)));
    return np.matmul(np.multiply(v, np.arange(4, { dtype: 'float32' })), adjoint(v)) as np.NDArray;
  },
  pinv: (x) => linalg.pinv(x),
  lstsq: (x) => linalg.lstsq(x.get('0') as np.NDArray, x.get('1, :, :2') as np.NDArray)[0],
  nuclear: (x) => linalg.norm(x, { ord: 'nuc', axis: [1, 2] }) as np.NDArray,
  condition: (x) => np.add(linalg.cond(x), linalg.cond(x, 1)) as np.NDArray,
};

describe('gradients', () => {
  const well = (dtype: DType): np.NDArray => {
    const apart = np.diag([10, 20, 30, 40]) as np.NDArray;
    return np.add(random([2, 4, 4], dtype), apart).astype(dtype) as np.NDArray;
  };

  test.each(Object.keys(GRADIENTS))(
    'of %s',
    async (name) => {
      for (const dtype of DTYPES) {
        const a = well(dtype);
        const [near, far] = [onGpu(a, true), onCpu(a, true)];
        const values = [near, far].map((x) => np.ravel(GRADIENTS[name]!(x)));
        const weights = random(values[1]!.shape, values[1]!.dtype.name);
        values.forEach((value, i) => {
          const sum = np.sum(np.multiply(value, i === 0 ? onGpu(weights) : onCpu(weights)));
          (np.real(sum as np.ArrayLike) as unknown as np.Tensor).backward();
        });
        expectClose(await array(values[0]), await (values[1] as np.Tensor).array(), 512, dtype);
        expectClose(await near.grad!.array(), await far.grad!.array(), 2048, `gradient, ${dtype}`);
      }
    },
    LIMIT,
  );

  test(
    'nothing is read back on the way',
    async () => {
      const { gpu } = await np.device('webgpu');
      const a = onGpu(well('float32'), true);
      const before = gpu.report().reads;
      for (const call of Object.values(GRADIENTS)) (np.sum(call(a)) as unknown as np.Tensor).backward();
      expect(gpu.report().reads).toBe(before);
      expect(largest((await a.grad!.array()) as np.NDArray)).toBeGreaterThan(0);
    },
    LIMIT,
  );
});
