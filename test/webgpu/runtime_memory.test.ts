/** Memory of the WebGPU runtime: reuse, limits, users' buffers, the garbage collector. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryError, ValueError } from '../../src/array/errors.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openGpu } from '../../src/device/webgpu/open.ts';
import { blockSize } from '../../src/device/webgpu/pool.ts';
import { openDevice } from './device.ts';
import { addTo, groupsFor, range, step, upload, wordsOf } from './runtime_kernels.ts';

const MIB = 2 ** 20;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.dispose());

describe('the pool', () => {
  test('has blocks of few sizes, little larger than what is asked for', () => {
    const most = 2 ** 30 - 1;
    const sizes = new Set<number>();
    for (let n = 0; n < 100_000; n += 7) {
      const size = blockSize(n, most);
      sizes.add(size);
      expect(size % 4).toBe(0);
      expect(size).toBeGreaterThanOrEqual(Math.max(n, 256));
      expect(size).toBeLessThanOrEqual(Math.max(1.25 * n, 256));
    }
    expect(sizes.size).toBeLessThan(40);
    expect(blockSize(most - 4, most)).toBe(2 ** 30 - 4);
  });

  test('gives released memory to others at once', async () => {
    const x = upload(gpu, range(1000));
    const { buffer } = x;
    const y = gpu.allocate(4000);
    const before = gpu.report().memory;
    gpu.launch(addTo, [x, y], [1000, 1], groupsFor(1000));
    x.release();
    expect(gpu.report().memory.held).toBeLessThan(before.held);
    const z = gpu.allocate(3990);
    expect(z.buffer).toBe(buffer);
    gpu.launch(addTo, [y, z], [990, 1], groupsFor(990));
    y.release();
    expect(await wordsOf(gpu, z, 990)).toEqual(range(990).map((i) => i + 2));
    expect(gpu.report().memory.created).toBe(before.created);
  });

  test('needs no new buffers in a loop that releases its own', async () => {
    let x = upload(gpu, range(1000));
    let created = 0;
    for (let i = 0; i < 1000; i++) {
      const y = gpu.allocate(4000);
      gpu.launch(addTo, [x, y], [1000, 1], groupsFor(1000));
      x.release();
      x = y;
      if (i === 0) ({ created } = gpu.report().memory);
    }
    expect(await wordsOf(gpu, x)).toEqual(range(1000).map((i) => i + 1000));
    expect(gpu.report().memory.created).toBe(created);
  });

  test('counts uses', () => {
    const x = gpu.allocate(8);
    expect(x.retain().uses).toBe(2);
    x.release();
    expect(x.uses).toBe(1);
    expect(x.buffer.size).toBeGreaterThanOrEqual(8);
    x.release();
    x.release();
    expect(x.uses).toBe(0);
    expect(() => x.buffer).toThrow(/were released/);
    expect(() => x.retain()).toThrow(/were released/);
    expect(() => gpu.launch(step, [x], [1, 1, 1], 1)).toThrow(/were released/);
  });

  test('destroys what is far more than is ever in use', async () => {
    const other = await openGpu();
    const all = range(40).map(() => other.allocate(4 * MIB));
    const { held, peak } = other.report().memory;
    expect(peak).toBe(held);
    // The last commands that use the memory are not submitted yet when it is destroyed.
    const out = other.allocate(256);
    for (const x of all) other.launch(addTo, [x, out], [64, 1], 1);
    for (const x of all) x.release();
    expect(other.report().memory.pooled).toBe(40 * 4 * MIB);
    for (let i = 0; i < 3000; i++) {
      other.launch(step, [out], [64, 1, 1], 1);
      other.flush();
    }
    expect((await wordsOf(other, out))[0]).toBe(3001);
    expect(other.report().memory.pooled).toBeLessThanOrEqual(64 * MIB);
    other.dispose();
  });

  test('refuses sizes that no buffer can have', () => {
    expect(() => gpu.allocate(gpu.limits.maxBufferSize + 1)).toThrow(MemoryError);
    expect(() => gpu.allocate(-1)).toThrow(ValueError);
    expect(() => gpu.allocate(NaN)).toThrow(ValueError);
  });
});

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Lets the garbage collector find things, until so few bytes are in use. */
async function collect(own: Gpu, held: number): Promise<void> {
  for (let i = 0; i < 20 && own.report().memory.held > held; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('memory that nobody holds any more is found by the garbage collector, and used again', async () => {
  const own = await openGpu();
  const out = own.allocate(256);
  const before = own.report().memory;
  const lose = (): void => {
    for (let i = 0; i < 20; i++) own.launch(addTo, [own.allocate(MIB), out], [64, i], 1);
  };
  lose();
  expect(own.report().memory.held).toBeGreaterThanOrEqual(before.held + 20 * MIB);
  await collect(own, before.held);
  const after = own.report().memory;
  expect(after.held).toBe(before.held);
  expect(after.collected).toBe(20);
  expect(after.pooled).toBe(20 * MIB);
  lose();
  expect(own.report().memory.created).toBe(after.created);
  expect((await wordsOf(own, out))[0]).toBe(19);
  own.dispose();
});

test('in a long loop without a turn of the event loop, memory is left to the garbage collector', async () => {
  const own = await openGpu();
  const kept = own.allocate(4 * MIB);
  own.launch(step, [kept], [1, 0, 8], 1);
  const before = own.report().memory;
  const lose = (): void => {
    for (let i = 0; i < 70; i++) own.allocate(4 * MIB);
  };
  lose();
  expect(own.report().memory.held).toBe(before.held + 280 * MIB);
  await collect(own, before.held);
  const after = own.report().memory;
  expect(after).toMatchObject({ held: before.held, collected: 70, pooled: 0 });
  expect((await wordsOf(own, kept, 1))[0]).toBe(8);
  // From the next turn on it is used again.
  kept.release();
  expect(own.allocate(4 * MIB).block.size).toBe(4 * MIB);
  await collect(own, before.held - 4 * MIB);
  expect(own.report().memory).toMatchObject({ created: after.created, collected: 71, pooled: 4 * MIB });
  own.dispose();
});

test('bind groups of many buffers', async () => {
  const all = range(1100).map((i) => upload(gpu, [i]));
  const sums = range(2).map(() => gpu.allocate(4));
  for (const sum of sums) for (const x of all) gpu.launch(addTo, [x, sum], [1, 1], 1);
  for (const x of all) gpu.launch(step, [x], [1, 2, 1], 1);
  expect(await Promise.all(sums.map((sum) => wordsOf(gpu, sum)))).toEqual([[1100], [1100]]);
  expect((await Promise.all(all.map((x) => wordsOf(gpu, x)))).flat()).toEqual(
    range(1100).map((i) => 2 * i + 1),
  );
  for (const x of [...all, ...sums]) x.release();
});

describe("a user's buffer", () => {
  const usage = 0x80 | 0x4 | 0x8;

  test('is used from an offset on, and never destroyed', async () => {
    const buffer = gpu.device.createBuffer({ size: 1024, usage });
    const all = gpu.wrap(buffer);
    const part = gpu.wrap(buffer, 256, 512);
    gpu.upload(all, 0, new Uint8Array(Uint32Array.from(range(256)).buffer));
    gpu.launch(step, [part], [128, 1, 1000], groupsFor(128));
    expect(await wordsOf(gpu, all)).toEqual(range(256).map((i) => (i >= 64 && i < 192 ? i + 1000 : i)));
    expect(await wordsOf(gpu, part)).toEqual(range(128).map((i) => i + 1064));
    expect(() => gpu.launch(addTo, [all, part], [1, 1], 1)).toThrow(/same GPUBuffer/);
    all.release();
    part.release();
    gpu.device.queue.writeBuffer(buffer, 0, Uint32Array.of(42));
    const again = gpu.wrap(buffer, 0, 4);
    expect(await wordsOf(gpu, again)).toEqual([42]);
    expect(gpu.allocate(1024).buffer).not.toBe(buffer);
  });

  test('must be one that can be used', () => {
    const storage = gpu.device.createBuffer({ size: 1024, usage: 0x80 });
    const bytes = gpu.wrap(storage);
    expect(() => gpu.read(bytes, 0, 4)).toThrow(/COPY_SRC/);
    expect(() => gpu.upload(bytes, 0, new Uint8Array(4))).toThrow(/COPY_DST/);
    expect(() => gpu.clear(bytes, 0, 4)).toThrow(/COPY_DST/);
    expect(() => gpu.wrap(storage, 4, 4)).toThrow(/multiple of 256/);
    expect(() => gpu.wrap(storage, 768, 260)).toThrow(/no 260 bytes/);
    expect(() => gpu.wrap(gpu.device.createBuffer({ size: 16, usage: 0x4 }))).toThrow(/STORAGE/);
  });
});

test("a user's device works with WebGPU's default limits, and stays open", async () => {
  const device = await openDevice();
  const own = await openGpu({ device });
  expect(own.limits).toMatchObject({
    maxStorageBuffersPerShaderStage: 8,
    maxStorageBufferBindingSize: 128 * MIB,
  });
  expect(own.report().adapter).toEqual(gpu.report().adapter);
  // Larger than a binding may be: kernels are bound to it in sections, or to a part.
  const large = own.allocate(130 * MIB);
  const words = (130 * MIB) / 4;
  own.launch(step, [large], [words, 0, 4], groupsFor(words));
  for (const at of [0, 128 * MIB - 4, 128 * MIB, 130 * MIB - 4])
    expect([...(await own.read(large, at, 4))]).toEqual([4, 0, 0, 0]);
  own.launch(step, [{ bytes: large, offset: 129 * MIB, size: 256 }], [64, 1, 5], 1);
  expect(new Uint32Array((await own.read(large, 129 * MIB, 256)).buffer)).toEqual(
    new Uint32Array(64).fill(9),
  );
  own.upload(large, 129 * MIB + 5, Uint8Array.of(1, 2, 3));
  expect([...(await own.read(large, 129 * MIB + 3, 6))]).toEqual([0, 9, 1, 2, 3, 9]);
  // What fits into a binding, though its block doesn't.
  const fits = own.allocate(128 * MIB - 8);
  own.launch(step, [fits], [64, 0, 1], 1);
  expect([...(await own.read(fits, 0, 4))]).toEqual([1, 0, 0, 0]);
  own.dispose();
  expect(() => own.allocate(4)).toThrow('the WebGPU device was disposed');
  const second = await openGpu({ device });
  expect(await wordsOf(second, upload(second, [1, 2, 3]))).toEqual([1, 2, 3]);
  device.destroy();
});
