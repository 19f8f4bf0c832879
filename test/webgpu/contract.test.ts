/** Matrix products on the GPU: every kernel, dtype and layout against the processor; what follows a product runs in its kernel. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import type { ProductWishes } from '../../src/ops/webgpu/product/tuner.ts';
import { closeGpu, onGpu, openGpu, random, tensor } from './near.ts';

let gpu: np.WebGpuDevice;
beforeAll(async () => {
  await openGpu();
  gpu = await np.device('webgpu');
});
afterEach(() => {
  gpu.products = {};
});
afterAll(closeGpu);

const wide = (a: np.NDArray): np.NDArray =>
  a.astype(a.dtype.kind === 'c' ? 'complex128' : 'float64') as np.NDArray;

/** Units of rounding errors: those of the sums, and of the result if that is rounded again. */
const EPS = 2 ** -23;
const ROUNDING: Readonly<Record<string, number>> = { float16: 2 ** -11 };

/** The product of what was given to the GPU, within the bounds of a sum of k products; exact for integers and bool. */
function expectProduct(got: np.NDArray, a: np.NDArray, b: np.NDArray, what: string): void {
  const { kind, name } = got.dtype;
  expect(name, what).toBe(a.dtype.name);
  if (kind !== 'f' && kind !== 'c') {
    expect(got.tolist(), what).toEqual((np.matmul(a, b) as np.NDArray).tolist());
    return;
  }
  const want = np.asarray(np.matmul(wide(a), wide(b)));
  expect(got.shape, what).toEqual(want.shape);
  const k = a.shape.at(-1)!;
  const sizes = np.matmul(np.abs(wide(a)), np.abs(wide(b)));
  const bound = np.add(
    np.multiply(sizes, (kind === 'c' ? 4 : 1) * (k + 1) * EPS),
    np.multiply(np.abs(want), ROUNDING[name] ?? 0),
  );
  const wrong = np.sum(np.greater(np.abs(np.subtract(wide(got), want)), bound));
  if (wrong !== 0) expect(got.tolist(), `${what}: ${wrong} elements`).toEqual(want.tolist());
}

/** How the last two axes of an operand lie in memory; `columns` is for matrices. */
type Layout = 'rows' | 'columns' | 'backwards' | 'apart';

/** An array on the GPU, seen through a view of memory that lies otherwise. */
function placed(a: np.NDArray, layout: Layout): np.Tensor {
  const backwards = '..., ::-1, ::-1';
  switch (layout) {
    case 'rows':
      return onGpu(a);
    case 'columns':
      return tensor(onGpu(np.ascontiguousarray(a.T)).T);
    case 'backwards':
      return tensor(onGpu(np.ascontiguousarray(a.get(backwards) as np.NDArray)).get(backwards));
    case 'apart':
      return tensor(onGpu(np.repeat(np.repeat(a, 3, -1), 2, -2)).get('..., ::2, ::3'));
  }
}

async function check(
  a: np.NDArray,
  b: np.NDArray,
  layouts: readonly [Layout, Layout],
  what: string,
): Promise<void> {
  const product = tensor(np.matmul(placed(a, layouts[0]), placed(b, layouts[1])));
  expectProduct(await product.array(), a, b, `${what} ${a.shape} ${b.shape} ${layouts}`);
}

const SIZES = [
  [1, 1, 1],
  [3, 1, 2],
  [2, 3, 5],
  [17, 65, 33],
  [64, 40, 68],
  [127, 16, 65],
  [129, 9, 128],
] as const;

describe('every kernel', () => {
  const kernels: readonly ProductWishes[] = (['small', 'medium', 'large', 'direct'] as const).flatMap(
    (kernel) => [true, false].map((four) => ({ kernel, four })),
  );
  const pairs = [
    ['rows', 'rows'],
    ['rows', 'columns'],
    ['columns', 'rows'],
    ['backwards', 'apart'],
  ] as const;

  test.each(kernels)('$kernel tiles, four numbers at a time: $four', async (wishes) => {
    for (const [m, k, n] of SIZES) {
      const [a, b] = [random([m, k]), random([k, n])];
      for (const splits of k > 32 ? [1, 3] : [1]) {
        gpu.products = { ...wishes, splits };
        for (const pair of pairs) await check(a, b, pair, JSON.stringify(gpu.products));
      }
    }
  });

  test('matrices and vectors', async () => {
    const sizes = [
      [1, 300, 1],
      [1, 5, 200],
      [200, 64, 1],
      [3, 257, 70],
      [66, 4000, 2],
      [4, 8, 4],
    ];
    for (const [m, k, n] of sizes) {
      const [a, b] = [random([m, k]), random([k, n])];
      for (const four of [true, false])
        for (const splits of [1, 3]) {
          gpu.products = { splits, four };
          for (const pair of pairs) await check(a, b, pair, JSON.stringify(gpu.products));
        }
    }
  });

  test('so many lines that an invocation works on several', async () => {
    const sizes = [
      [4099, 12, 1],
      [8195, 7, 1],
      [8195, 4, 2],
      [8193, 2, 3],
      [1, 7, 8199],
      [2, 8, 4098],
    ];
    for (const [m, k, n] of sizes)
      for (const pair of pairs) await check(random([m, k]), random([k, n]), pair, 'several lines');
    await check(random([21, 411, 8]), random([8, 1]), ['rows', 'rows'], 'stack');
    for (const dtype of ['bool', 'int16', 'float16', 'complex64'])
      await check(random([8195, 9], dtype), random([9, 1], dtype), ['rows', 'columns'], dtype);
  });

  test('stacks of tiny matrices', async () => {
    await check(random([40, 5, 7]), random([40, 7, 6]), ['rows', 'apart'], 'tiny');
    await check(random([3, 20, 16, 2]), random([20, 2, 5]), ['backwards', 'rows'], 'tiny');
  });
});

describe('dtypes', () => {
  const DTYPES = [
    'bool',
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'float16',
    'float32',
    'complex64',
  ];

  test.each(DTYPES)('%s', async (dtype) => {
    const sizes = [
      [33, 20, 36],
      [34, 65, 35],
      [2, 40, 9],
      [9, 300, 1],
    ];
    for (const [m, k, n] of sizes) {
      const [a, b] = [random([m, k], dtype), random([k, n], dtype)];
      for (const splits of [1, 2]) {
        gpu.products = { splits };
        await check(a, b, ['rows', 'columns'], dtype);
        await check(a, b, ['apart', 'rows'], dtype);
      }
    }
    gpu.products = { kernel: 'medium' };
    await check(random([20, 12, 11], dtype), random([11, 8], dtype), ['backwards', 'rows'], dtype);
  });

  test('integers wrap', async () => {
    const a = np.full([40, 40], 2 ** 31 - 1, { dtype: 'int32' });
    expectProduct(await tensor(np.matmul(onGpu(a), onGpu(a))).array(), a, a, 'int32');
    const b = np.full([40, 40], 255, { dtype: 'uint8' });
    expectProduct(await tensor(np.matmul(onGpu(b), onGpu(b))).array(), b, b, 'uint8');
  });

  test('NaN and infinity go where they belong, and not beyond', async () => {
    const a = np.ones([40, 40], { dtype: 'float32' });
    a.set([3, 39], NaN);
    a.set([5, 0], Infinity);
    const b = np.ones([40, 37], { dtype: 'float32' });
    const got = await tensor(np.matmul(onGpu(a), onGpu(b))).array();
    expect(got.tolist()).toEqual((np.matmul(a, b) as np.NDArray).tolist());
  });
});

describe('stacks', () => {
  test.each([
    [
      [4, 3, 5],
      [4, 5, 2],
    ],
    [
      [4, 3, 5],
      [5, 2],
    ],
    [
      [3, 5],
      [4, 5, 2],
    ],
    [
      [2, 1, 6, 5],
      [3, 5, 7],
    ],
    [
      [2, 1, 1, 33],
      [1, 4, 33, 34],
    ],
    [
      [5, 1, 40],
      [40, 6],
    ],
  ])('%j by %j', async (left, right) => {
    const [a, b] = [random(left), random(right)];
    for (const kernel of ['lines', 'small', 'medium', 'direct'] as const) {
      gpu.products = { kernel };
      await check(a, b, ['rows', 'rows'], kernel);
      await check(a, b, ['backwards', 'apart'], kernel);
    }
  });

  test('transposed and broadcast views', async () => {
    const a = random([6, 4, 10]);
    const b = random([1, 10, 5]);
    const left = np.transpose(a, [1, 0, 2]);
    const right = np.broadcast_to(b, [4, 10, 5]);
    const product = np.matmul(np.transpose(onGpu(a), [1, 0, 2]), np.broadcast_to(onGpu(b), [4, 10, 5]));
    expectProduct(await tensor(product).array(), left, np.copy(right), 'views');
    const flat = np.broadcast_to(random([5]), [7, 5]);
    expectProduct(
      await tensor(
        np.matmul(
          onGpu(a).get(0, ':, :5'),
          np.broadcast_to(onGpu(np.copy(flat.get(0) as np.NDArray)), [5, 5]),
        ),
      ).array(),
      a.get(0, ':, :5') as np.NDArray,
      np.copy(np.broadcast_to(flat.get(0) as np.NDArray, [5, 5])),
      'rows',
    );
  });

  test('nothing to sum, and nothing at all', async () => {
    const zeros = await tensor(
      np.matmul(onGpu(np.ones([3, 0], { dtype: 'float32' })), onGpu(np.ones([0, 2], { dtype: 'float32' }))),
    ).array();
    expect(zeros.tolist()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    const none = await tensor(
      np.matmul(onGpu(np.ones([0, 3], { dtype: 'float32' })), onGpu(np.ones([3, 2], { dtype: 'float32' }))),
    ).array();
    expect(none.shape).toEqual([0, 2]);
  });

  test('any shapes and layouts', async () => {
    const layout = fc.constantFrom<Layout[]>('rows', 'backwards', 'apart');
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 70 }),
          fc.integer({ min: 1, max: 70 }),
          fc.integer({ min: 1, max: 70 }),
        ),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 7 }),
        layout,
        layout,
        fc.constantFrom('float32', 'int16', 'complex64'),
        async ([m, k, n], stack, hideA, hideB, one, other, dtype) => {
          const axes = (hide: number): number[] => stack.map((length, d) => ((hide >> d) & 1 ? 1 : length));
          const [a, b] = [random([...axes(hideA), m, k], dtype), random([...axes(hideB), k, n], dtype)];
          await check(a, b, [one, other], dtype);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('what follows a product', () => {
  const dispatches = async (run: () => np.Tensor): Promise<{ result: np.NDArray; count: number }> => {
    const before = gpu.report().dispatches;
    const result = await run().array();
    return { result, count: gpu.report().dispatches - before };
  };
  const inputs = (m: number, k: number, n: number, dtype = 'float32') => {
    const [x, w, bias, other] = [
      random([m, k], dtype),
      random([n, k], dtype),
      random([n], dtype),
      random([m, n], dtype),
    ];
    const on = [x, w, bias, other].map((a) => onGpu(a));
    return { host: { x, w, bias, other }, x: on[0], w: on[1], bias: on[2], other: on[3] };
  };
  const close = (got: np.NDArray, want: np.ArrayLike, tolerance = 1e-4): void => {
    expect(got.shape).toEqual(np.asarray(want).shape);
    if (!np.allclose(got, want, { rtol: tolerance, atol: tolerance }))
      expect(got.tolist()).toEqual(np.asarray(want).tolist());
  };

  test.each([
    [34, 20, 33],
    [65, 33, 64],
    [1, 40, 30],
    [50, 300, 2],
    [8195, 5, 1],
    [1, 8, 4099],
  ])('bias, activation and residual of a product of %i, %i and %i run in its kernel', async (m, k, n) => {
    const { host, x, w, bias, other } = inputs(m, k, n);
    await Promise.all([x, w, bias, other].map((t) => t.array()));
    const { result, count } = await dispatches(() =>
      tensor(np.add(np.maximum(np.nn.functional.linear(x, w, bias), 0), other)),
    );
    expect(count).toBe(1);
    const linear = np.add(np.matmul(host.x, host.w.T), host.bias);
    close(result, np.add(np.maximum(linear, 0), host.other));
  });

  test('operands of every layout, scalars, the rows of another array', async () => {
    const { host, x, w } = inputs(35, 17, 36);
    const [column, turned] = [random([35, 1]), random([36, 35])];
    const [columnOn, turnedOn] = [onGpu(column), onGpu(turned)];
    await Promise.all([x, w, columnOn, turnedOn].map((t) => t.array()));
    const chain = (p: np.ArrayLike, c: np.ArrayLike, t: np.ArrayLike): np.ArrayOrScalar =>
      np.subtract(np.multiply(np.add(np.multiply(p, 0.5), c), t), 3) as np.ArrayOrScalar;
    const { result, count } = await dispatches(() => tensor(chain(np.matmul(x, w.T), columnOn, turnedOn.T)));
    expect(count).toBe(1);
    close(result, chain(np.matmul(host.x, host.w.T), column, turned.T));
  });

  test('after a split depth the second stage does it', async () => {
    gpu.products = { splits: 4 };
    const { host, x, w, bias } = inputs(30, 100, 31);
    await Promise.all([x, w, bias].map((t) => t.array()));
    const { result, count } = await dispatches(() => tensor(np.tanh(np.nn.functional.linear(x, w, bias))));
    expect(count).toBe(2);
    close(result, np.tanh(np.add(np.matmul(host.x, host.w.T), host.bias)));
  });

  test.each([[8], [7]])('results of other types, %i columns', async (n) => {
    const { host, x, w, other } = inputs(20, 30, n);
    const product = np.matmul(host.x, host.w.T) as np.NDArray;
    expect((await tensor(np.greater(np.matmul(x, w.T), 0)).array()).tolist()).toEqual(
      np.asarray(np.greater(product, 0)).tolist(),
    );
    const halves = await tensor(tensor(np.matmul(x, w.T)).astype('float16')).array();
    expect(halves.dtype.name).toBe('float16');
    close(halves.astype('float32') as np.NDArray, product, 1e-2);
    const z = await tensor(np.multiply(np.matmul(x, w.T), new np.Complex(0, 1))).array();
    close(np.imag(z) as np.NDArray, product);
    close(await tensor(np.maximum(np.matmul(x, w.T), other)).array(), np.maximum(product, host.other));
  });

  test.each(['float16', 'int8', 'complex64'])('of %s', async (dtype) => {
    for (const n of [12, 13]) {
      const { host, x, w, bias } = inputs(18, 9, n, dtype);
      const got = await tensor(np.multiply(np.add(np.matmul(x, w.T), bias), bias)).array();
      const want = np.multiply(np.add(np.matmul(host.x, host.w.T), host.bias), host.bias) as np.NDArray;
      expect(got.dtype.name).toBe(dtype);
      if (dtype === 'int8') expect(got.tolist()).toEqual(want.tolist());
      else close(wide(got), wide(want), dtype === 'float16' ? 3e-2 : 1e-4);
    }
  });

  test('a product with two users is computed once', async () => {
    const { host, x, w, bias } = inputs(33, 40, 34);
    await Promise.all([x, w, bias].map((t) => t.array()));
    const before = (await gpu.profile(async () => {
      const p = tensor(np.matmul(x, w.T));
      const [one, two] = [tensor(np.add(p, bias)), tensor(np.exp(p))];
      const product = np.matmul(host.x, host.w.T);
      close(await one.array(), np.add(product, host.bias));
      close(await two.array(), np.exp(product), 1e-3);
      close(await p.array(), product);
    })) as readonly { kernel: string; count: number }[];
    const products = before.filter(({ kernel }) => kernel.startsWith('product'));
    expect(products.map(({ count }) => count)).toEqual([1]);
  });

  test('products of products, of one with itself, and of its own transpose', async () => {
    const { host, x } = inputs(20, 20, 20);
    const p = (a: np.ArrayLike): np.ArrayOrScalar => np.matmul(a, a);
    close(await tensor(np.add(p(x), p(x.T))).array(), np.add(p(host.x), p(host.x.T)), 1e-3);
    const square = tensor(p(x));
    close(await tensor(np.add(square, square.T)).array(), np.add(p(host.x), np.asarray(p(host.x)).T), 1e-3);
    close(await tensor(np.multiply(p(x), x)).array(), np.multiply(p(host.x), host.x), 1e-3);
    close(
      await tensor(np.matmul(p(x), np.exp(np.multiply(x, 0.1)))).array(),
      np.matmul(p(host.x), np.exp(np.multiply(host.x, 0.1))),
      1e-2,
    );
    close(
      await tensor(np.add(np.sum(p(x), { axis: 1 }), 1)).array(),
      np.add(np.sum(p(host.x), { axis: 1 }), 1),
      1e-3,
    );
  });

  test('through reshapes and stacks', async () => {
    const [a, w, bias] = [random([3, 5, 8]), random([6, 8]), random([6])];
    const got = np.nn.functional.relu(np.nn.functional.linear(onGpu(a), onGpu(w), onGpu(bias)));
    close(await tensor(got).array(), np.maximum(np.add(np.matmul(a, w.T), bias), 0));
    const stacked = np.add(np.matmul(onGpu(a), onGpu(w).T), onGpu(random([3, 1, 1])));
    expect((await tensor(stacked).array()).shape).toEqual([3, 5, 6]);
  });

  test('later writes to the operands are not seen', async () => {
    const { host, x, w, bias } = inputs(10, 6, 9);
    const plain = tensor(np.matmul(x, w.T));
    const chained = tensor(np.add(np.matmul(x, w.T), bias));
    x.fill(0);
    np.multiply(bias, 0, { out: bias });
    const product = np.matmul(host.x, host.w.T);
    close(await plain.array(), product);
    close(await chained.array(), np.add(product, host.bias));
  });

  test('too many operands for one kernel', async () => {
    const { host, x, w } = inputs(12, 5, 12);
    const others = Array.from({ length: 14 }, () => random([12, 12]));
    const sum = (first: np.ArrayOrScalar, rest: readonly np.ArrayLike[]): np.ArrayOrScalar =>
      rest.reduce((all: np.ArrayOrScalar, x) => np.add(all, x), first);
    const got = sum(
      np.matmul(x, w.T),
      others.map((a) => onGpu(a)),
    );
    close(await tensor(got).array(), sum(np.matmul(host.x, host.w.T), others));
  });
});

describe('out', () => {
  test('the result goes where it is asked for, and may overlap the operands', async () => {
    const [a, b] = [random([6, 6]), random([6, 6])];
    const want = np.asarray(np.matmul(a, b));
    const same = async (got: np.Tensor): Promise<void> => {
      expect(np.allclose(await got.array(), want, { rtol: 1e-5, atol: 1e-5 })).toBe(true);
    };
    const out = onGpu(np.zeros([6, 6], { dtype: 'float32' }));
    expect(np.matmul(onGpu(a), onGpu(b), { out })).toBe(out);
    await same(out);
    const own = onGpu(a);
    np.matmul(own, onGpu(b), { out: own });
    await same(own);
    const large = onGpu(np.zeros([12, 8], { dtype: 'float32' }));
    np.matmul(onGpu(a), onGpu(b), { out: large.get('::2, 1:7') as unknown as np.Tensor });
    await same(tensor(large.get('::2, 1:7')));
    expect(Number(await tensor(np.sum(np.abs(large.get('1::2')))).array())).toBe(0);
  });
});

describe('what is made of products', () => {
  const same = async (
    run: (x: np.ArrayLike, y: np.ArrayLike) => unknown,
    x: np.NDArray,
    y: np.NDArray,
    name: string,
  ): Promise<void> => {
    const got = await tensor(run(onGpu(x), onGpu(y))).array();
    const want = np.asarray(run(x, y) as np.NDArray);
    expect(got.shape, name).toEqual(want.shape);
    expect(np.allclose(got, want, { rtol: 1e-4, atol: 1e-4 }), name).toBe(true);
  };

  const CALLS: Readonly<Record<string, [(x: np.ArrayLike, y: np.ArrayLike) => unknown, number[], number[]]>> =
    {
      dot: [(x, y) => np.dot(x, y), [5, 6], [6, 4]],
      'dot of vectors': [(x, y) => np.dot(x, y), [50], [50]],
      'dot of stacks': [(x, y) => np.dot(x, y), [2, 3, 4], [5, 4, 2]],
      inner: [(x, y) => np.inner(x, y), [3, 7], [2, 7]],
      outer: [(x, y) => np.outer(x, y), [5], [6]],
      vdot: [(x, y) => np.vdot(x, y), [4, 3], [4, 3]],
      vecdot: [(x, y) => np.vecdot(x, y), [70, 3], [70, 3]],
      matvec: [(x, y) => np.matvec(x, y), [4, 5, 6], [6]],
      vecmat: [(x, y) => np.vecmat(x, y), [4, 5], [5, 6]],
      tensordot: [
        (x, y) =>
          np.tensordot(x, y, [
            [1, 0],
            [0, 2],
          ]),
        [3, 4, 5],
        [4, 2, 3],
      ],
      einsum: [(x, y) => np.einsum('bik,bkj->bji', x, y), [3, 4, 5], [3, 5, 6]],
      'einsum of a sum': [(x, y) => np.einsum('ij,kj->i', x, y), [3, 4], [5, 4]],
      kron: [(x, y) => np.kron(x, y), [2, 3], [3, 2]],
    };

  test.each(Object.keys(CALLS))('%s', async (name) => {
    const [run, left, right] = CALLS[name];
    await same(run, random(left), random(right), name);
  });

  test.each(Object.keys(CALLS))('the gradient of %s', async (name) => {
    const [run, left, right] = CALLS[name];
    const [x, y] = [random(left), random(right)];
    const gradients = (one: np.Tensor, two: np.Tensor): [np.Tensor, np.Tensor] => {
      const value = run(one, two) as np.Tensor;
      tensorSum(np.multiply(value, value)).backward();
      return [one.grad!, two.grad!];
    };
    const here = gradients(np.tensor(x, { requiresGrad: true }), np.tensor(y, { requiresGrad: true }));
    const there = gradients(onGpu(x, true), onGpu(y, true));
    for (const i of [0, 1]) {
      const [got, want] = [await there[i].array(), await here[i].array()];
      expect(got.shape).toEqual(want.shape);
      expect(np.allclose(got, want, { rtol: 1e-3, atol: 1e-3 }), `${name} ${i}`).toBe(true);
    }
  });

  const tensorSum = (x: unknown): np.Tensor => np.sum(x as np.Tensor) as unknown as np.Tensor;

  test('a network learns as it does on the processor', async () => {
    const [x, w, bias, v] = [random([7, 10]), random([20, 10]), random([20]), random([3, 20])];
    const gradients = (parameters: np.Tensor[], input: np.Tensor): np.Tensor[] => {
      const [first, offset, second] = parameters;
      const hidden = np.nn.functional.relu(np.nn.functional.linear(input, first, offset));
      tensorSum(np.square(np.nn.functional.linear(hidden, second))).backward();
      return parameters.map((p) => p.grad!);
    };
    const here = gradients(
      [w, bias, v].map((a) => np.tensor(a, { requiresGrad: true })),
      np.tensor(x),
    );
    const there = gradients(
      [w, bias, v].map((a) => onGpu(a, true)),
      onGpu(x),
    );
    for (const i of [0, 1, 2])
      expect(np.allclose(await there[i].array(), await here[i].array(), { rtol: 1e-3, atol: 1e-2 })).toBe(
        true,
      );
  });
});

describe('bad input', () => {
  test('is refused as on the processor', () => {
    const [a, b] = [onGpu(random([3, 4])), onGpu(random([3, 4]))];
    expect(() => np.matmul(a, b)).toThrow(/mismatch in its core dimension/);
    expect(() => np.matmul(onGpu(random([2, 3, 4])), onGpu(random([3, 4, 2])))).toThrow(/broadcast/);
    expect(() => np.matmul(a, np.tensor(random([4, 2])))).toThrow(/same device/);
  });
});
