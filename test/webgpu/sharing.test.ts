/** GPUBuffers shared with others. */
import { beforeAll, expect, test } from 'vitest';
import './device.ts';
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

test('bad input', () => {
  const buffer = bufferOf(Float32Array.of(1, 2, 3, 4));
  expect(() => np.fromGPUBuffer({ buffer, shape: [5], dtype: 'float32' })).toThrow(
    '[0, 20), but the GPUBuffer has 16',
  );
  expect(() => np.fromGPUBuffer({ buffer, shape: [2], dtype: 'float64' })).toThrow('float32');
  expect(() => np.fromGPUBuffer({ buffer, shape: [2], strides: [4, 4], dtype: 'float32' })).toThrow(
    'strides',
  );
  expect(() => np.tensor([1]).gpuBuffer()).toThrow("to('webgpu')");
});
