/** Reductions on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Reducing = (a: np.ArrayLike, options?: object) => unknown;

/** The same call on both devices. */
async function agree(fn: Reducing, a: np.NDArray, options: object = {}, ulps = 16): Promise<void> {
  const want = await (fn(onCpu(a), options) as np.Tensor).array();
  const got = await tensor(fn(onGpu(a), options)).array();
  expectClose(got, want, ulps);
}

describe('sums', () => {
  test.each([
    [[7], null],
    [[1000], null],
    [[100003], null],
    [[300, 70], 0],
    [[300, 70], 1],
    [[5, 4000], 1],
    [[4000, 5], 0],
    [
      [3, 5, 7, 11],
      [0, 2],
    ],
    [
      [3, 5, 7, 11],
      [1, 3],
    ],
    [
      [40, 33, 9],
      [0, 1],
    ],
    [[40, 33, 9], 1],
    [[2, 70000], 1],
    [[70000, 2], 0],
    [[20000, 3], 1],
  ] as const)('of %j along %j', async (shape, axis) => {
    await agree(np.sum as Reducing, random(shape), { axis });
    await agree(np.max as Reducing, random(shape), { axis }, 0);
  });

  test('of views', async () => {
    for (const [name, view] of Object.entries(views)) {
      const a = random([6, 10, 8]);
      for (const axis of [null, 0, 1, 2, [0, 2], [1, 2]]) {
        const want = await (np.sum(view(onCpu(a)), { axis: axis as number }) as unknown as np.Tensor).array();
        const got = await tensor(np.sum(view(onGpu(a)), { axis: axis as number })).array();
        expectClose(got, want, 16, `${name} ${String(axis)}`);
      }
    }
  });

  test('of a formula are one kernel with it', async () => {
    const gpu = await np.device('webgpu');
    const x = onGpu(random([50, 20]));
    await x.array();
    const before = gpu.report().dispatches;
    const y = tensor(np.sum(np.multiply(np.add(x, 1), x), { axis: 1 }));
    await y.array();
    expect(gpu.report().dispatches - before).toBe(1);
  });
});

const DTYPES = 'bool int8 uint8 int16 uint16 int32 uint32 float16 float32 complex64'.split(' ');
const OPERATIONS =
  'add multiply maximum minimum fmax fmin logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor hypot logaddexp logaddexp2 gcd lcm'.split(
    ' ',
  );

type UFunc = { reduce(a: np.NDArray, options: object): unknown; name: string };

/** What a call gives, or the name of what it throws. */
async function outcome(call: () => unknown): Promise<np.NDArray | string> {
  try {
    return await (call() as np.Tensor).array();
  } catch (error) {
    return (error as Error).name;
  }
}

describe('every operation', () => {
  test.each(DTYPES)('of %s', async (dtype) => {
    for (const name of OPERATIONS) {
      const ufunc = (np as unknown as Record<string, UFunc>)[name];
      const whole = random([6, 50, 5], dtype);
      // Products stay in range.
      const a = name === 'multiply' && 'fc'.includes(dtype[0]) ? (np.sign(whole) as np.NDArray) : whole;
      const mask = random(a.shape, 'bool');
      const own = name.startsWith('logical') ? {} : { dtype };
      const loose = dtype === 'float16' ? 128 : 64;
      const all = [
        { axis: 1, ...own },
        { axis: [0, 2], keepdims: true, ...own },
        { axis: null, initial: 1, ...own },
        { axis: 1, initial: 1, where: mask, ...own },
      ];
      // Kernels take long to compile in software: each operation is tried with two of these in a dtype, and with all in all of them.
      const first = OPERATIONS.indexOf(name) + DTYPES.indexOf(dtype);
      for (const options of [all[first % 4], all[(first + 2) % 4]]) {
        const want = await outcome(() => ufunc.reduce(onCpu(a), options));
        const got = await outcome(() => ufunc.reduce(onGpu(a), options));
        const what = `${name} ${JSON.stringify({ ...options, where: 'where' in options })}`;
        if (typeof want === 'string' || typeof got === 'string') expect(got, what).toEqual(want);
        else expectClose(got, want, loose, what);
      }
    }
  });

  test('that must be done in order', async () => {
    for (const ufunc of [np.subtract, np.divide, np.power] as UFunc[])
      for (const axis of [0, 1]) {
        const a = np.add(np.abs(random([4, 5])), 0.5) as np.NDArray;
        await agree((x, o = {}) => ufunc.reduce(x as np.NDArray, o), a, { axis }, 256);
      }
  });

  test('of no elements', async () => {
    const none = onGpu(np.zeros([3, 0], { dtype: 'float32' }));
    expect((await tensor(np.sum(none, { axis: 1 })).array()).tolist()).toEqual([0, 0, 0]);
    expect((await tensor(np.prod(none)).array()).tolist()).toBe(1);
    expect((await tensor(np.sum(none, { axis: 0 })).array()).shape).toEqual([0]);
    expect(() => np.max(none, 1)).toThrow(/zero-size array to reduction operation maximum/);
    expect(() => np.argmax(none, 1)).toThrow(/empty sequence/);
  });

  test('into an array, also one that is reduced', async () => {
    const a = random([5, 40]);
    const x = onGpu(a);
    const out = onGpu(np.zeros([40], { dtype: 'float32' }));
    np.sum(x, { axis: 0, out });
    expectClose(await out.array(), np.sum(a, 0) as np.NDArray, 16);
    np.max(x, { axis: 0, out: x.get('2') as unknown as np.Tensor });
    const want = a.copy();
    want.set(['2'], np.max(a, 0) as np.NDArray);
    expectClose(await x.array(), want, 0);
  });

  test('sums of truth values are int32, of integers as asked for', async () => {
    const mask = random([300], 'bool');
    const count = tensor(np.sum(onGpu(mask)));
    expect(count.dtype.name).toBe('int32');
    expect((await count.array()).item()).toBe(np.sum(mask));
    expect((await tensor(np.count_nonzero(onGpu(mask))).array()).item()).toBe(np.count_nonzero(mask));
    const x = onGpu(np.arange(10, { dtype: 'int32' }) as np.NDArray);
    expect(() => np.sum(x)).toThrow(/webgpu has no int64.*int32/);
    expect((await tensor(np.sum(x, { dtype: 'int32' })).array()).item()).toBe(45);
  });
});

describe('positions of extrema', () => {
  test.each(DTYPES)('of %s', async (dtype) => {
    const long = dtype === 'float32' ? [[1], [20000], [3, 20, 9]] : [];
    for (const shape of [[700], [30, 70], ...long]) {
      const a = random(shape, dtype);
      for (const axis of [null, ...shape.keys()])
        for (const fn of [np.argmax, np.argmin] as Reducing[]) await agree(fn, a, { axis }, 0);
    }
  });

  test('of views, with NaN and equal zeros', async () => {
    const a = random([6, 10, 8]);
    a.set([2, 3, 4], NaN);
    a.set([2, 5, 4], NaN);
    for (const view of Object.values(views))
      for (const axis of [0, 1, 2]) await agree((x) => np.argmax(view(x as np.NDArray), { axis }), a, {}, 0);
    await agree(np.argmin as Reducing, np.array([0, -0, 0, -0], { dtype: 'float32' }), {}, 0);
  });
});

describe('statistics', () => {
  const STATISTICS = { mean: np.mean, var: np.var, std: np.std, ptp: np.ptp, median: null };
  test.each(Object.entries(STATISTICS).filter(([, fn]) => fn !== null))('%s', async (_, fn) => {
    for (const dtype of ['float32', 'float16', 'complex64']) {
      if (dtype === 'complex64' && fn === np.ptp) continue;
      const a = random([12, 90], dtype);
      for (const axis of [null, 0, 1]) await agree(fn as Reducing, a, { axis, keepdims: true }, 64);
    }
  });

  test('with a mask', async () => {
    const a = random([12, 90]);
    const where = random(a.shape, 'bool');
    for (const fn of [np.mean, np.var, np.std] as Reducing[]) {
      await agree(fn, a, { axis: 1, where }, 64);
      await agree(
        (x) => fn(x, { axis: 1, where: (x as np.Tensor).device === 'cpu' ? where : onGpu(where) }),
        a,
      );
    }
    await agree(np.var as Reducing, a, { axis: 0, ddof: 1 }, 64);
  });

  test('any and all', async () => {
    const a = np.rint(random([40, 7])) as np.NDArray;
    for (const fn of [np.any, np.all] as Reducing[])
      for (const axis of [null, 0, 1]) await agree(fn, a, { axis }, 0);
  });

  test('that pass over NaN', async () => {
    const a = random([12, 30]);
    a.set([1, 3], NaN);
    a.set(['4:6', 7], NaN);
    const fns = [np.nansum, np.nanprod, np.nanmax, np.nanmin, np.nanmean, np.nanvar, np.nanstd] as Reducing[];
    for (const fn of fns) for (const axis of [0, 1]) await agree(fn, a, { axis }, 256);
    for (const fn of [np.nancumsum, np.nancumprod] as Reducing[]) await agree(fn, a, { axis: 1 }, 256);
  });

  test('gradients', async () => {
    const fns: Record<string, Reducing> = {
      sum: np.sum as Reducing,
      prod: np.prod as Reducing,
      max: np.max as Reducing,
      mean: np.mean as Reducing,
      var: np.var as Reducing,
      std: np.std as Reducing,
      logsum: (a, o = {}) => (np.logaddexp as unknown as UFunc).reduce(a as np.NDArray, o),
    };
    const a = np.add(random([6, 20]), 0.1) as np.NDArray;
    for (const [name, fn] of Object.entries(fns))
      for (const axis of [0, 1]) {
        const [near, far] = [onGpu(a, true), onCpu(a, true)];
        for (const x of [near, far]) {
          const y = fn(x, { axis }) as np.Tensor;
          (np.sum(np.multiply(y, y)) as unknown as np.Tensor).backward();
        }
        expectClose(await near.grad!.array(), await far.grad!.array(), 256, name);
      }
  });
});

describe('where a reduction starts', () => {
  test('an operation that is not associative starts from the value that is given', async () => {
    const a = np.rint(random([4, 500, 3])) as np.NDArray;
    const where = random([4, 500, 3], 'bool');
    for (const axis of [0, 1, 2]) {
      const plain = { axis, initial: 2 };
      const want = np.subtract.reduce(a, plain) as np.NDArray;
      expectClose(await tensor(np.subtract.reduce(onGpu(a), plain)).array(), want, 0);
      const masked = np.subtract.reduce(onGpu(a), { ...plain, where: onGpu(where) });
      expectClose(await tensor(masked).array(), np.subtract.reduce(a, { ...plain, where }) as np.NDArray, 0);
    }
  });

  test('an output keeps it in its own dtype', async () => {
    const a = random([2, 5]);
    for (const options of [{}, { initial: 0.75 }]) {
      const [out, want] = [np.zeros([5], 'int16'), np.zeros([5], 'int16')];
      const there = onGpu(out);
      const cast = { axis: 0, dtype: 'float32', ...options } as const;
      np.logaddexp.reduce(onGpu(a), { ...cast, out: there });
      np.logaddexp.reduce(a, { ...cast, out: want });
      expectClose(await there.array(), want, 0);
    }
  });

  test('a sum of float16 in a float32 output is rounded to float16', async () => {
    const [a, b] = [random([64], 'float16'), random([64], 'float16')];
    const there = onGpu(np.zeros([64], 'float32'));
    np.add(onGpu(a), onGpu(b), { out: there });
    expectClose(await there.array(), np.add(a, b, { out: np.zeros([64], 'float32') }) as np.NDArray, 0);
  });
});

describe('what is found by looking at bits and places', () => {
  test.each([
    [[20001], null],
    [
      [40, 33, 9],
      [0, 2],
    ],
    [[5, 4000], 1],
  ])('the first of several complex NaN wins: %o along %o', async (shape, axis) => {
    const z = random(shape).astype('complex64');
    const n = z.size;
    for (const [place, value] of [
      [n - 1, new np.Complex(NaN, 1)],
      [Math.floor(n / 2), new np.Complex(2, NaN)],
      [Math.floor(n / 2) + 1, new np.Complex(NaN, NaN)],
      [Math.floor(n / 3), new np.Complex(NaN, 3)],
    ] as const)
      z.flat.set(place, value);
    for (const fn of [np.max, np.min, np.fmax.reduce, np.fmin.reduce] as Reducing[])
      await agree(fn, z, { axis }, 0);
    const where = np.greater(np.real(z) as np.NDArray, 0.1);
    await agree(np.max as Reducing, z, { axis, where, initial: 0 }, 0);
  });

  test('subnormal numbers are not zero', async () => {
    const a = Float32Array.of(0, -0, 1e-45, -1e-40, NaN, 3);
    expect((await tensor(np.count_nonzero(onGpu(np.array(a)))).array()).item()).toBe(4);
    expect((await tensor(onGpu(np.array(a)).astype('bool')).array()).tolist()).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  test.each(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'])('%s rounded to tens', async (dtype) => {
    const a = np.arange(dtype.startsWith('u') ? 0 : -128, 128).astype(dtype);
    for (const decimals of [-1, -2, -9, -12]) {
      const want = np.round(a, decimals) as np.NDArray;
      const got = await tensor(np.round(onGpu(a), decimals)).array();
      expect(got.dtype).toBe(a.dtype);
      expect(got.tolist()).toEqual(want.tolist());
    }
    expect((np.round(onCpu(a), -1) as unknown as np.Tensor).dtype).toBe(a.dtype);
  });
});
