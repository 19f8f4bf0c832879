/** GPUBuffers shared with others. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from './device.ts';
import * as np from 'numgrad';

let gpu: GPUDevice;

beforeAll(async () => {
  gpu = (await np.device('webgpu')).gpu.device;
});

function bufferOf(data: Float32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = gpu.createBuffer({ size: data.byteLength, usage });
  gpu.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

async function contents(buffer: GPUBuffer): Promise<number[]> {
  const staging = gpu.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = gpu.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  return [...new Float32Array(staging.getMappedRange())];
}

test("a tensor over a user's buffer, with strides", async () => {
  const buffer = bufferOf(Float32Array.of(0, 1, 2, 3, 4, 5, 6));
  const t = np.fromGPUBuffer({ buffer, offset: 4, shape: [2, 3], strides: [4, 8], dtype: 'float32' });
  expect((await t.array()).tolist()).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
});

test('what the library writes is in the buffer', async () => {
  const buffer = bufferOf(Float32Array.of(1, 2, 3, 4));
  const t = np.fromGPUBuffer({ buffer, shape: [4], dtype: 'float32' });
  t.mul_(10);
  t.gpuBuffer();
  expect(await contents(buffer)).toEqual([10, 20, 30, 40]);
});

test('a tensor handed out, and written to afterwards', async () => {
  const t = np.add(np.tensor([[1, 2, 3]], { device: 'webgpu' }), 1) as unknown as np.Tensor;
  const view = t.get(':, 1:') as unknown as np.Tensor;
  const { buffer, offset, shape, strides, dtype } = view.gpuBuffer();
  expect([shape, strides, dtype]).toEqual([[1, 2], [12, 4], 'float32']);
  t.sub_(0.5);
  t.gpuBuffer();
  expect((await contents(buffer)).slice(offset! / 4, offset! / 4 + 2)).toEqual([2.5, 3.5]);
});

describe('bad input', () => {
  const made = (size: number, usage: number): GPUBuffer => gpu.createBuffer({ size, usage });
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const float32 = { shape: [4], dtype: 'float32' };
  const share = (given: object): np.Tensor => np.fromGPUBuffer(given as np.SharedBuffer);
  const whole = (): GPUBuffer => bufferOf(Float32Array.of(1, 2, 3, 4));

  test.each([
    ['nothing', () => undefined, TypeError, 'one object'],
    ['no buffer', () => float32, TypeError, "missing required argument 'buffer'"],
    ['no shape', () => ({ buffer: whole(), dtype: 'int32' }), TypeError, "missing required argument 'shape'"],
    ['no dtype', () => ({ buffer: whole(), shape: [1] }), TypeError, "missing required argument 'dtype'"],
    ['another keyword', () => ({ ...float32, buffer: whole(), start: 4 }), TypeError, "argument 'start'"],
    [
      'bytes of JavaScript',
      () => ({ ...float32, buffer: new ArrayBuffer(16) }),
      TypeError,
      'must be a GPUBuffer',
    ],
    ['another dtype', () => ({ buffer: whole(), shape: [2], dtype: 'float64' }), TypeError, 'float32'],
    ['a negative length', () => ({ buffer: whole(), shape: [-1], dtype: 'int8' }), np.ValueError, 'negative'],
    [
      'too much',
      () => ({ ...float32, buffer: whole(), shape: [5] }),
      np.ValueError,
      '[0, 20), but the GPUBuffer has 16',
    ],
    [
      'too late',
      () => ({ ...float32, buffer: whole(), offset: 4 }),
      np.ValueError,
      '[4, 20), but the GPUBuffer has 16',
    ],
    [
      'too early',
      () => ({ ...float32, buffer: whole(), strides: [-4], offset: 8 }),
      np.ValueError,
      '[-4, 12)',
    ],
    [
      'between elements',
      () => ({ ...float32, buffer: whole(), shape: [1], offset: 2 }),
      np.ValueError,
      'offset of 2 bytes is no multiple of 4',
    ],
    [
      'a part of an element',
      () => ({ ...float32, buffer: whole(), shape: [2], strides: [6] }),
      np.ValueError,
      'strides of 6 bytes',
    ],
    [
      'half a byte',
      () => ({ buffer: whole(), shape: [1], offset: 0.5, dtype: 'int8' }),
      TypeError,
      'not 0.5',
    ],
    ['a stride too many', () => ({ ...float32, buffer: whole(), strides: [4, 4] }), np.ValueError, 'strides'],
    [
      'not to be bound',
      () => ({ ...float32, buffer: made(16, COPY_SRC | COPY_DST) }),
      np.ValueError,
      'with GPUBufferUsage.STORAGE too',
    ],
    [
      'not to be copied',
      () => ({ ...float32, buffer: made(16, STORAGE) }),
      np.ValueError,
      'GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST too',
    ],
    [
      'mapped',
      () => ({
        ...float32,
        buffer: gpu.createBuffer({ size: 16, usage: STORAGE | COPY_SRC | COPY_DST, mappedAtCreation: true }),
      }),
      np.ValueError,
      'unmap()',
    ],
    ['for reading', () => ({ ...float32, buffer: made(16, MAP_READ | COPY_DST) }), np.ValueError, 'STORAGE'],
  ] as [string, () => object, new () => Error, string][])('%s', async (_, given, kind, message) => {
    const shared = given();
    expect(() => share(shared)).toThrow(kind);
    expect(() => share(shared)).toThrow(message);
    // Nothing was made, so there is nothing that could fail later.
    expect((await np.tensor([1], { device: 'webgpu' }).array()).tolist()).toEqual([1]);
  });

  test('elements backwards are allowed', async () => {
    const t = share({ ...float32, buffer: whole(), offset: 12, strides: [-4] });
    expect((await t.array()).tolist()).toEqual([4, 3, 2, 1]);
  });

  test('a tensor of the processor has no GPUBuffer', () => {
    expect(() => np.tensor([1]).gpuBuffer()).toThrow("to('webgpu')");
  });

  test('a buffer of another device, which only WebGPU knows, is told by the next read', async () => {
    const other = await openDevice();
    const buffer = other.createBuffer({ size: 16, usage: STORAGE | COPY_SRC | COPY_DST });
    const t = share({ ...float32, buffer });
    await expect(t.array()).rejects.toThrow(/the GPUBuffer can't be used on the device that is open/);
    expect((await np.tensor([1], { device: 'webgpu' }).array()).tolist()).toEqual([1]);
    other.destroy();
  });
});
