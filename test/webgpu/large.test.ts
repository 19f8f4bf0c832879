/**
 * Arrays that are larger than a kernel can be bound to at once: with WebGPU's default limits up to twice as large (buffers of 256 MiB,
 * bindings of 128), with others more. Here bindings have 16 KiB.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as np from 'numgrad';
import { openDevice } from './device.ts';
import { expectClose, onCpu, onGpu, random, tensor } from './near.ts';

const BINDING = 16384;
const F = np.nn.functional;

let device: GPUDevice;
/** The largest storage binding, and how often a dispatch was bound to a buffer in several sections. */
const seen = { largest: 0, sectioned: 0 };

/** A device that says of itself that its bindings are small. */
async function openSmall(): Promise<GPUDevice> {
  const opened = await openDevice();
  const names = Object.keys(Object.getPrototypeOf(opened.limits) as object) as (keyof GPUSupportedLimits)[];
  const limits = Object.fromEntries(names.map((name) => [name, opened.limits[name]]));
  Object.defineProperty(opened, 'limits', { value: { ...limits, maxStorageBufferBindingSize: BINDING } });
  return opened;
}

beforeAll(async () => {
  device = await openSmall();
  const make = device.createBindGroup.bind(device);
  vi.spyOn(device, 'createBindGroup').mockImplementation((group) => {
    const storage = [...group.entries].slice(0, -1).map(({ resource }) => resource as GPUBufferBinding);
    for (const { size } of storage) seen.largest = Math.max(seen.largest, size!);
    if (storage.some((x, i) => i > 0 && x.buffer === storage[i - 1].buffer)) seen.sectioned++;
    return make(group);
  });
  await np.device('webgpu', { device });
});

afterAll(() => device.destroy());

type Call = (...operands: np.Tensor[]) => unknown;

const copied = (a: np.Tensor): np.Tensor => tensorOf(np.multiply(a, 1));
const tensorOf = (x: unknown): np.Tensor => x as np.Tensor;

/** The same of both devices. */
async function agree(fn: Call, operands: readonly np.NDArray[], ulps = 64): Promise<void> {
  const want = await ((await fn(...operands.map((a) => onCpu(a)))) as np.Tensor).array();
  const got = await tensor(await fn(...operands.map((a) => onGpu(a)))).array();
  expectClose(got, want, ulps);
}

/** Gradients of the sum of squares, for all operands. */
async function agreeOnGradients(fn: Call, operands: readonly np.NDArray[]): Promise<void> {
  const gradients = async (
    of: (a: np.NDArray, requiresGrad: boolean) => np.Tensor,
  ): Promise<np.NDArray[]> => {
    const leaves = operands.map((a) => of(a, true));
    (np.sum(np.square(fn(...leaves) as np.Tensor)) as unknown as np.Tensor).backward();
    return Promise.all(leaves.map((leaf) => leaf.grad!.array()));
  };
  const [want, got] = [await gradients(onCpu), await gradients(onGpu)];
  got.forEach((one, i) => expectClose(one, want[i], 256));
}

const long = random([7001]);
const wide = random([70, 100]);
const bytes = random([150, 200], 'int8');
const mask = random([150, 200], 'bool');
const places = np.remainder(np.multiply(np.arange(6000), 7919), 7001).astype('int32') as np.NDArray;

describe('reductions', () => {
  test.each<[string, Call, np.NDArray[]]>([
    ['sum', (a) => np.sum(a), [long]],
    ['sum of columns', (a) => np.sum(a, 0), [wide]],
    ['sum of rows', (a) => np.sum(a, 1), [wide]],
    ['sum of small integers', (a) => np.sum(a, 1, { dtype: 'int32' }), [bytes]],
    ['max of small integers', (a) => np.max(a, 0), [bytes]],
    ['any', (a) => np.any(a, 0), [mask]],
    [
      'masked sum',
      (a, where) => np.sum(a, { axis: 1, where }),
      [bytes.astype('float16') as np.NDArray, mask],
    ],
    ['sum of a formula', (a) => np.sum(np.add(np.multiply(a, a), np.exp(a)), 1), [wide]],
    [
      'sum of a formula of many',
      (...all) =>
        np.sum(
          all.reduce((x, y) => tensorOf(np.add(np.multiply(x, 2), y))),
          1,
        ),
      Array.from({ length: 6 }, () => random([70, 100])),
    ],
    ['results that are many', (a) => np.sum(a, 1), [random([5000, 2])]],
    ['var', (a) => np.var(a, 0), [wide]],
    ['argmax', (a) => np.argmax(a, 1), [wide]],
    ['argmin of all', (a) => np.argmin(a, 0), [long]],
    ['cumsum', (a) => np.cumsum(a, 0), [wide]],
    ['cumprod', (a) => np.cumprod(np.add(np.multiply(a, 0.01), 1), 0), [long]],
    ['cumulative maximum', (a) => np.maximum.accumulate(a, 1), [wide]],
  ])('%s', (_, fn, operands) => agree(fn, operands, 256));
});

describe('sorting and searching', () => {
  test.each<[string, Call, np.NDArray[]]>([
    ['sort', (a) => np.sort(a), [long]],
    ['sort of columns', (a) => np.sort(a, 0), [wide]],
    ['argsort', (a) => np.argsort(a), [long]],
    ['sort of small integers', (a) => np.sort(a, 1), [bytes.get('0:60, 0:100') as np.NDArray]],
    ['searchsorted', (a, b) => np.searchsorted(np.sort(a), b), [long, random([5000])]],
    ['flatnonzero', (a) => np.flatnonzeroAsync(np.greater(a, 1)), [long]],
    ['median', (a) => np.median(a, 0), [wide]],
  ])('%s', (_, fn, operands) => agree(fn, operands));
});

describe('indexing', () => {
  test.each<[string, Call, np.NDArray[]]>([
    ['take', (a, i) => np.take(a, i), [long, places]],
    ['take of rows', (a) => np.take(a, [69, 3, 3, 0], 0), [wide]],
    ['take of small integers', (a, i) => np.take(a, i), [bytes, places]],
    ['take into many', (a, i) => np.take(a, i), [random([50]), np.remainder(places, 50) as np.NDArray]],
    ['take of a formula', (a, i) => np.take(np.multiply(a, 2), i), [long, places]],
    ['a mask', (a, m) => np.where(m, a, 0), [bytes, mask]],
    ['parts', (a) => np.add(a.get('::2, ::-3'), 1), [wide]],
    ['joined', (a, b) => np.concatenate([a, b], 1), [wide.get(':, :50') as np.NDArray, random([70, 50])]],
    ['transposed', (a) => np.ascontiguousarray(a.T), [wide]],
    ['repeated', (a) => np.repeat(a, 5), [random([1500])]],
    ['bincount', (a) => np.bincountAsync(a, { minlength: 7001 }), [places]],
    [
      'set',
      (a, i, v) => {
        const own = copied(a);
        own.set(i, v);
        return own;
      },
      [long, places, random([6000])],
    ],
    [
      'set small integers',
      (a, i) => {
        const own = copied(a);
        own.set(i, 5);
        return own;
      },
      [random([30000], 'int8'), places],
    ],
    [
      'added at',
      (a, i, v) => {
        const own = copied(a);
        np.add.at(own, np.remainder(i, 500), v);
        return own;
      },
      [long, places, random([6000])],
    ],
    [
      'put where true',
      (a, m) => {
        const own = copied(a);
        np.putmask(own, m, np.arange(10, { dtype: 'float32' }));
        return own;
      },
      [wide, random([70, 100], 'bool')],
    ],
    [
      'written in place',
      (a) => {
        const own = copied(a);
        np.add(own.get('1:'), own.get(':-1'), { out: tensorOf(own.get('1:')) });
        return own;
      },
      [long],
    ],
  ])('%s', (_, fn, operands) => agree(fn, operands));
});

describe('products', () => {
  test.each<[string, Call, np.NDArray[]]>([
    ['matrix by vector', (a, v) => np.matmul(a, v), [wide, random([100])]],
    ['vector by matrix', (v, a) => np.matmul(v, a), [random([70]), wide]],
    ['matrices', (a, b) => np.matmul(a, b), [wide, random([100, 70])]],
    ['a stack', (a, b) => np.matmul(a, b), [random([5, 30, 40]), random([5, 40, 20])]],
    ['outer', (a, b) => np.outer(a, b), [random([80]), random([90])]],
    ['deep', (a, b) => np.matmul(a, b), [random([2, 4000]), random([4000, 2])]],
    [
      'with what follows',
      (a, b, bias, residual) => np.maximum(np.add(np.add(np.matmul(a, b), bias), residual), 0),
      [random([70, 90]), random([90, 100]), random([100]), wide],
    ],
    [
      'of half floats',
      (a, b) => np.matmul(a, b),
      [random([100, 100], 'float16'), random([100, 100], 'float16')],
    ],
    ['einsum', (a, b) => np.einsum('bij,bkj->bik', a, b), [random([5, 30, 40]), random([5, 35, 40])]],
  ])('%s', (_, fn, operands) => agree(fn, operands, 256));
});

describe('factorisations', () => {
  const square = random([70, 70]);
  const positive = np.add(np.matmul(square, square.T), np.multiply(np.eye(70), 70)).astype('float32');
  test.each<[string, Call, np.NDArray[]]>([
    ['cholesky', (a) => np.linalg.cholesky(a), [positive as np.NDArray]],
    ['solve', (a, b) => np.linalg.solve(a, b), [positive as np.NDArray, square]],
  ])('%s', (_, fn, operands) => agree(fn, operands, 1024));
});

describe('networks', () => {
  const images = random([2, 4, 32, 32]);
  test.each<[string, Call, np.NDArray[]]>([
    ['softmax', (a) => F.softmax(a, 1), [wide]],
    ['layerNorm', (a, w, b) => F.layerNorm(a, [100], w, b), [wide, random([100]), random([100])]],
    ['crossEntropy', (a) => F.crossEntropy(a, np.remainder(np.arange(70), 100)), [wide]],
    [
      'conv2d',
      (x, w, bias) => F.conv2d(x, w, { bias, padding: 1 }),
      [images, random([6, 4, 3, 3]), random([6])],
    ],
    ['depthwise', (x, w) => F.conv2d(x, w, { groups: 4, padding: 1 }), [images, random([4, 1, 3, 3])]],
    [
      'convTranspose2d',
      (x, w) => F.convTranspose2d(x, w, { stride: 2 }),
      [random([2, 4, 16, 16]), random([4, 3, 3, 3])],
    ],
    ['maxPool2d', (x) => F.maxPool2d(x, 2), [images]],
    ['avgPool2d', (x) => F.avgPool2d(x, 3, { stride: 2 }), [images]],
    ['interpolate', (x) => F.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }), [random([1, 2, 30, 30])]],
    [
      'embedding',
      (w, i) => F.embedding(np.remainder(i, 1000), w),
      [random([1000, 6]), places.get('0:1000') as np.NDArray],
    ],
    ['a linear layer', (x, w, b) => F.relu(F.linear(x, w, b)), [wide, random([60, 100]), random([60])]],
  ])('%s', async (_, fn, operands) => {
    await agree(fn, operands, 256);
    const floats = operands.filter(({ dtype }) => dtype.kind === 'f');
    if (floats.length === operands.length) await agreeOnGradients(fn, operands);
  });
});

describe('others', () => {
  test.each<[string, Call, np.NDArray[]]>([
    ['fft', (a) => np.fft.fft(a), [random([3000], 'complex64')]],
    ['fft of columns', (a) => np.fft.fft(a, { axis: 0 }), [random([60, 50], 'complex64')]],
    ['rfft', (a) => np.fft.rfft(a), [wide]],
    ['irfft', (a) => np.fft.irfft(a), [random([60, 51], 'complex64')]],
    ['fft2', (a) => np.fft.fft2(a), [random([60, 50], 'complex64')]],
  ])('%s', (_, fn, operands) => agree(fn, operands, 256));

  test('random numbers', async () => {
    const drawn = (where: 'cpu' | 'webgpu'): Promise<np.NDArray> =>
      np.rand([7001], { generator: new np.Generator(5), device: where }).array();
    expectClose(await drawn('webgpu'), await drawn('cpu'), 0);
  });
});

test('what needs more bindings than there are says so', () => {
  const large = (): np.Tensor => onGpu(random([40000]));
  expect(() => np.sort(np.matmul(large().reshape([200, 200]), large().reshape([200, 200])))).toThrow(
    /kernel .*: buffers of .* bytes need \d+ bindings of at most 16384 bytes, and the device has 8 at a time/,
  );
});

test('bindings were small, and buffers in sections', () => {
  expect(seen.largest).toBeLessThanOrEqual(BINDING);
  expect(seen.sectioned).toBeGreaterThan(60);
});
