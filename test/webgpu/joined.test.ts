/**
 * Long lines, whose parts the last workgroup joins: as on the processor, to the last bit as by two kernels, and always the same. Done as on
 * a driver in software, where one lane joins few parts, and as on hardware, where the lanes of a workgroup join many.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openDevice } from './device.ts';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor } from './near.ts';

let gpu: Gpu;
beforeAll(async () => {
  await openGpu();
  ({ gpu } = await np.device('webgpu'));
});
afterAll(closeGpu);

/** Runs `fn` with a device that says otherwise of itself. */
function pretending<T>(own: Partial<Pick<Gpu, 'isSoftware' | 'limits'>>, fn: () => T): T {
  for (const [key, value] of Object.entries(own))
    Object.defineProperty(gpu, key, { value, configurable: true });
  try {
    return fn();
  } finally {
    for (const key of Object.keys(own)) Reflect.deleteProperty(gpu, key);
  }
}

type Reducing = (a: np.NDArray, options?: object) => unknown;

/** As one that has no binding to spare. */
const inTwoKernels = <T>(fn: () => T): T =>
  pretending({ limits: { ...gpu.limits, maxStorageBuffersPerShaderStage: 1 } }, fn);

const bytesOf = async (x: np.Tensor): Promise<number[]> => [...(await x.array()).tobytes()];

/** The same on both devices, in one dispatch, to the last bit as in two. */
async function agree(fn: Reducing, a: np.NDArray, ulps: number, what: string): Promise<void> {
  const x = onGpu(a);
  await x.array();
  const [before, own] = [gpu.report().dispatches, tensor(fn(x))];
  const ones = gpu.report().dispatches - before;
  const staged = tensor(inTwoKernels(() => fn(x)));
  expect(gpu.report().dispatches - before - ones, what).toBe(ones + 1);
  const want = await (fn(onCpu(a)) as np.Tensor).array();
  expectClose(await own.array(), want, ulps, what);
  expect(await bytesOf(own), what).toEqual(await bytesOf(staged));
}

const wide = (a: np.NDArray): object => ({ dtype: a.dtype.name === 'bool' ? 'int32' : a.dtype.name });
const FOLDS: Readonly<Record<string, Reducing>> = {
  sum: (a, o) => np.sum(a, { ...wide(a), ...o }),
  prod: (a, o) => np.prod(a, { ...wide(a), ...o }),
  max: np.max as Reducing,
  fmin: (a, o = {}) => np.fmin.reduce(a, { axis: null, ...o }),
  argmax: np.argmax as Reducing,
  argmin: np.argmin as Reducing,
  any: np.any as Reducing,
  xor: (a, o = {}) => np.logical_xor.reduce(a, { axis: null, ...o }),
};

/** Numbers whose product is in range. */
const inputFor = (name: string, n: number, dtype: string): np.NDArray => {
  const a = random([n], dtype);
  return name === 'prod'
    ? ((np.where(np.greater(a, 0), 1, -1) as np.NDArray).astype(dtype) as np.NDArray)
    : a;
};

const DTYPES = 'bool int8 uint16 int32 uint32 float16 float32 complex64'.split(' ');

describe('by one lane', () => {
  test.each(DTYPES)('every fold of %s', async (dtype) => {
    for (const [name, fn] of Object.entries(FOLDS)) await agree(fn, inputFor(name, 20001, dtype), 64, name);
  });

  test('lengths about those that are cut', async () => {
    for (const n of [8192, 8193, 12287, 12288, 12289, 32768, 32769, 100003])
      await agree(np.sum as Reducing, random([n]), 64, `of ${n}`);
  });

  test('few long lines, along either axis and along two', async () => {
    for (const [shape, axis] of [
      [[3, 20000], 1],
      [[20000, 3], 0],
      [[7000, 40], 0],
      [
        [130, 5, 100],
        [0, 2],
      ],
    ] as const)
      for (const fn of [FOLDS.sum, FOLDS.fmin])
        await agree((a) => fn(a, { axis }), random(shape), 64, `${shape}`);
  });

  test('what is computed before and after, and of what takes part', async () => {
    const fns: Record<string, Reducing> = {
      mean: np.mean as Reducing,
      'sum from a value': (a) => np.sum(a, { initial: 3 }),
      'of squares': (a) => np.sum(np.square(a)),
      'of some': (a) => np.max(a, { where: np.greater(a, 1) as np.NDArray, initial: -9 }),
    };
    for (const [name, fn] of Object.entries(fns)) {
      const x = onGpu(random([30000]));
      await x.array();
      const [one, two] = [tensor(fn(x)), tensor(inTwoKernels(() => fn(x)))];
      expectClose(await one.array(), await (fn(onCpu(await x.array())) as np.Tensor).array(), 64, name);
      expect(await bytesOf(one), name).toEqual(await bytesOf(two));
    }
  });
});

describe('by the lanes of a workgroup', () => {
  const joined = (fn: Reducing): Reducing => {
    return (a) =>
      (a as np.Tensor).device === 'cpu' ? fn(a) : pretending({ isSoftware: false }, () => fn(a));
  };

  test.each(['int32', 'float32', 'complex64'])('every fold of %s', async (dtype) => {
    for (const [name, fn] of Object.entries(FOLDS))
      await agree(joined(fn), inputFor(name, 50001, dtype), 64, name);
  });

  test('fewer parts than lanes, as many and more', async () => {
    for (const n of [8193, 100003, 256 * 4096, 257 * 4096, 600 * 4096, 1100 * 4096])
      await agree(joined(FOLDS.sum), random([n]), 64, `of ${n}`);
  });

  test('few long lines, along either axis', async () => {
    for (const [shape, axis] of [
      [[3, 20000], 1],
      [[20000, 3], 0],
      [[7000, 40], 0],
    ] as const)
      for (const fn of [FOLDS.sum, FOLDS.argmin])
        await agree(
          joined((a) => fn(a, { axis })),
          random(shape),
          64,
          `${shape}`,
        );
  });
});

test('states of any bits', async () => {
  const n = 20000;
  const folds: [string, Reducing, readonly number[]][] = [
    ['int32', (a) => np.max(a), [-(2 ** 31), -1, 0, 2 ** 31 - 1]],
    ['uint32', (a) => np.min(a), [0, 1, 2 ** 31, 2 ** 32 - 1]],
    ['float32', (a) => np.max(a), [0, -0, -Infinity, NaN, 2 ** -120]],
  ];
  for (const [dtype, fn, values] of folds)
    for (const value of values) {
      const x = onGpu(np.full([n], value, { dtype: dtype as 'int32' }) as np.NDArray);
      expect((await tensor(fn(x)).array()).item(), `${dtype} ${value}`).toBe(value);
    }
  // A NaN of nothing but ones, which the words that are left must tell from what is not there yet.
  const ones = np.full([n], -1, { dtype: 'int32' }).view('float32') as np.NDArray;
  expect((await tensor(np.max(onGpu(ones))).array()).item()).toBeNaN();
});

test('always the same bits', async () => {
  const x = onGpu(random([300000]));
  const rows = onGpu(random([40000, 6]));
  const runs = Array.from({ length: 60 }, () => [tensor(np.sum(x)), tensor(np.sum(rows, 0))]);
  const [first, ...others] = await Promise.all(runs.map(async (pair) => Promise.all(pair.map(bytesOf))));
  for (const other of others) expect(other).toEqual(first);
});

test('many of different sizes and folds in one pass, of which each needs another’s result', async () => {
  const lengths = [9000, 70000, 20001, 8192, 33333];
  const here = lengths.map((n) => np.rint(random([n])) as np.NDArray);
  const there = here.map((a) => onGpu(a));
  let [want, got]: [number, unknown] = [0, onGpu(np.zeros([], { dtype: 'float32' }) as np.NDArray)];
  for (let i = 0; i < 100; i++) {
    const j = i % lengths.length;
    want = Number(np.max(here[j])) + Number(np.sum(here[j])) - want;
    got = np.subtract(np.add(np.max(there[j]), np.sum(there[j])), got as np.NDArray);
  }
  expect((await tensor(got).array()).item()).toBe(want);
});

test('commands that are refused leave nothing behind', async () => {
  // The columns need more words to meet in than anything before.
  const x = onGpu(np.ones([50000], { dtype: 'float32' }) as np.NDArray);
  const columns = onGpu(np.ones([3000, 1000], { dtype: 'float32' }) as np.NDArray);
  const sums = (): np.Tensor[] => [
    tensor(np.sum(x)),
    pretending({ isSoftware: false }, () => tensor(np.sum(columns, 0))),
  ];
  await Promise.all([x.array(), columns.array()]);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = gpu.device.createBuffer({ size: 16, usage });
  const shared = np.fromGPUBuffer({ buffer, shape: [4], dtype: 'float32' });
  buffer.destroy();
  const [refused] = sums();
  shared.add_(1);
  await expect(refused.array()).rejects.toThrow(/WebGPU refused commands/);
  for (let i = 0; i < 2; i++) {
    const [total, ofColumns] = await Promise.all(sums().map((sum) => sum.array()));
    expect(total.item()).toBe(50000);
    expect(ofColumns.tolist()).toEqual(new Array(1000).fill(3000));
  }
});

test('two devices, one of which is lost', async () => {
  const a = np.ones([40000], { dtype: 'float32' }) as np.NDArray;
  const before = tensor(np.sum(onGpu(a)));
  expect((await before.array()).item()).toBe(40000);
  const device = await openDevice();
  await np.device('webgpu', { device });
  const other = tensor(np.sum(onGpu(a)));
  expect((await other.array()).item()).toBe(40000);
  const pending = tensor(np.sum(onGpu(a))).array();
  device.destroy();
  await expect(pending).rejects.toThrow('the WebGPU device was lost');
  ({ gpu } = await np.device('webgpu'));
  expect((await tensor(np.sum(onGpu(a))).array()).item()).toBe(40000);
});
