/** What goes wrong on a WebGPU device: bad kernels, bad input, no memory, loss. Nothing may hang, and all must be told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IndexError, MemoryError, RuntimeError } from '../../src/array/errors.ts';
import type { GpuBytes } from '../../src/device/webgpu/bytes.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openGpu } from '../../src/device/webgpu/open.ts';
import { addTo, groupsFor, range, step, take, tooLarge, upload, wordsOf, wrong } from './runtime_kernels.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

let gpu: Gpu;
beforeAll(async () => {
  process.on('unhandledRejection', note);
  gpu = await openGpu();
});
afterAll(async () => {
  gpu.dispose();
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const works = async (device: Gpu): Promise<void> => {
  const y = device.allocate(40);
  device.launch(addTo, [upload(device, range(10)), y], [10, 1], groupsFor(10));
  expect(await wordsOf(device, y)).toEqual(range(10).map((i) => i + 1));
};

test('a kernel that does not compile is named by the next read, with the line, and by its next launch', async () => {
  const x = upload(gpu, range(64));
  gpu.launch(wrong, [x], [], 1);
  const reads = await Promise.allSettled([wordsOf(gpu, x), wordsOf(gpu, x)]);
  const [first, second] = reads.map((r) => (r.status === 'rejected' ? (r.reason as Error) : null));
  expect(first).toBeInstanceOf(RuntimeError);
  expect(first!.message).toMatch(
    /^kernel wrong does not compile: .*uniform control flow \(line \d+: `.*`\)$/s,
  );
  // What is in the same batch was not done, and says so.
  expect(second).toBeInstanceOf(RuntimeError);
  expect(second!.message).toMatch(/kernels: wrong/);
  expect(() => gpu.launch(wrong, [x], [], 1)).toThrow(/kernel wrong does not compile/);
  await works(gpu);
  // The device may refuse what the compiler doesn't.
  gpu.launch(tooLarge, [x], [], 1);
  await expect(wordsOf(gpu, x)).rejects.toThrow(/^kernel too_large does not compile: .*65536/s);
  await works(gpu);
});

test('errors of WebGPU reject one read, and the device goes on', async () => {
  const x = upload(gpu, [5]);
  const destroyed = gpu.device.createBuffer({ size: 256, usage: 0x80 | 0x4 | 0x8 });
  const bytes = gpu.wrap(destroyed);
  await wordsOf(gpu, x);
  destroyed.destroy();
  gpu.launch(step, [bytes], [1, 1, 1], 1);
  await expect(wordsOf(gpu, x)).rejects.toThrow(/WebGPU refused commands \(kernels: step\): .*destroyed/s);
  await works(gpu);
  // With no read in its batch, the next one is told.
  gpu.launch(step, [bytes], [1, 1, 1], 1);
  gpu.flush();
  await expect(wordsOf(gpu, x)).rejects.toThrow(/step/);
  await works(gpu);
  // Errors that the user's own commands on the device make are told as well.
  gpu.device.createBuffer({ size: 4, usage: 0x1 | 0x80 });
  await expect(wordsOf(gpu, x)).rejects.toThrow(/^WebGPU: /);
  await works(gpu);
});

describe('a check', () => {
  beforeAll(() => {
    gpu.explain((code, [index, length]) => {
      expect(code).toBe(3);
      return new IndexError(`index ${index} is out of bounds for axis 0 with size ${length}`);
    });
  });

  /** Takes elements of 0 to 9. */
  const taken = (index: readonly number[]): GpuBytes => {
    const out = gpu.allocate(4 * index.length);
    const check = gpu.newCheck();
    const buffers = [upload(gpu, range(10)), upload(gpu, index), out, check];
    gpu.launch(take, buffers, [index.length, 10, check.first], groupsFor(index.length));
    return out;
  };
  const plusOne = (x: GpuBytes): GpuBytes => {
    const y = gpu.allocate(x.byteLength);
    gpu.launch(addTo, [x, y], [x.byteLength / 4, 1], 1);
    return y;
  };

  test('rejects every read of what failed, with its own error, and no other read', async () => {
    const [good, bad, worse] = [taken([3, 1, 9]), taken([1, -12, 2]), taken([77])];
    const reads = await Promise.allSettled([bad, good, worse, bad].map((bytes) => wordsOf(gpu, bytes)));
    const outOf = (index: number): PromiseRejectedResult => ({
      status: 'rejected',
      reason: new IndexError(`index ${index} is out of bounds for axis 0 with size 10`),
    });
    expect(reads).toEqual([outOf(-12), { status: 'fulfilled', value: [3, 1, 9] }, outOf(77), outOf(-12)]);
    expect((reads[0] as PromiseRejectedResult).reason).toBeInstanceOf(IndexError);
    await expect(wordsOf(gpu, bad)).rejects.toThrow('index -12 is');
    expect(await wordsOf(gpu, taken([4]))).toEqual([4]);
  });

  test('goes with what is computed and copied, and ends where bytes are written anew', async () => {
    const bad = taken([10]);
    const next = plusOne(bad);
    gpu.flush();
    const copy = gpu.allocate(4);
    gpu.copy(next, 0, copy, 0, 4);
    await expect(wordsOf(gpu, copy)).rejects.toThrow('index 10 is');
    // What is computed of an array that is known to have failed has failed.
    await expect(wordsOf(gpu, plusOne(copy))).rejects.toThrow('index 10 is');
    gpu.upload(next, 0, new Uint8Array(4));
    gpu.clear(copy, 0, 4);
    expect([await wordsOf(gpu, next), await wordsOf(gpu, copy)]).toEqual([[0], [0]]);
  });

  test('of many, the first failure is told, and few are looked at', async () => {
    const sum = upload(gpu, [0]);
    for (let i = 0; i < 700; i++) {
      const y = taken([i === 300 || i === 600 ? i : 1]);
      gpu.copy(i % 2 === 0 ? plusOne(y) : y, 0, sum, 0, 0);
      gpu.launch(addTo, [y, sum], [0, 0], 1);
      y.release();
    }
    expect(sum.checks!.length).toBeLessThan(10);
    await expect(wordsOf(gpu, sum)).rejects.toThrow('index 300 is');
  });
});

test('memory that the device does not have is told by the next read, and not used again', async () => {
  const own = await openGpu();
  const kept = own.allocate(4);
  const other = own.allocate(2 ** 20);
  other.release();
  const { device } = own;
  const { popErrorScope } = device;
  device.popErrorScope = async () => {
    await popErrorScope.call(device);
    return { message: 'out of memory' };
  };
  const x = own.allocate(2 ** 22);
  device.popErrorScope = popErrorScope;
  await expect(own.read(kept, 0, 4)).rejects.toThrow(
    new MemoryError('Unable to allocate 4194304 bytes on the GPU'),
  );
  // Nothing is kept for later when memory is short.
  expect(own.report().memory.pooled).toBe(0);
  const { buffer } = x;
  x.release();
  expect(own.allocate(2 ** 22).buffer).not.toBe(buffer);
  await works(own);
  own.dispose();
});

describe('a lost device', () => {
  test('rejects pending reads and throws at every later call; a new one can be opened', async () => {
    const own = await openGpu();
    const x = upload(own, range(100));
    await wordsOf(own, x);
    const reads = [own.read(x, 0, 400), own.read(x, 4, 8)];
    await Promise.resolve();
    const inFlight = own.read(x, 0, 4);
    own.device.destroy();
    const unsubmitted = own.read(x, 0, 4);
    own.launch(step, [x], [100, 1, 1], groupsFor(100));
    for (const read of [...reads, inFlight, unsubmitted])
      await expect(read).rejects.toThrow(/^the WebGPU device was lost: /);
    expect(own.isLost).toBe(true);
    const lost = new RuntimeError(own.report().lost!);
    for (const call of [
      () => own.requireAlive(),
      () => own.allocate(4),
      () => own.wrap(x.buffer),
      () => own.launch(step, [x], [100, 1, 1], 1),
      () => own.upload(x, 0, new Uint8Array(4)),
      () => own.copy(x, 0, x, 4, 4),
      () => own.clear(x, 0, 4),
      () => own.read(x, 0, 4),
      () => own.flush(),
    ])
      expect(call).toThrow(lost);
    await expect(own.profile(() => undefined)).rejects.toThrow(lost);
    x.release();
    own.dispose();
    const next = await openGpu();
    await works(next);
    next.dispose();
  });

  test('ends a profile', async () => {
    const own = await openGpu();
    const x = upload(own, [1]);
    const profile = own.profile(() => {
      own.launch(step, [x], [1, 1, 1], 1);
      own.flush();
      own.device.destroy();
    });
    if (own.features.has('timestamp-query')) await expect(profile).rejects.toThrow(/was lost/);
    else await profile;
  });

  test('hurts no other', async () => {
    const [one, other] = await Promise.all([openGpu(), openGpu()]);
    const x = upload(other, [1, 2, 3]);
    one.device.destroy();
    await one.device.lost;
    expect(await wordsOf(other, x)).toEqual([1, 2, 3]);
    other.dispose();
  });
});

test('dispose rejects what is pending, and frees all', async () => {
  const own = await openGpu();
  const x = upload(own, [1, 2]);
  const read = own.read(x, 0, 8);
  own.dispose();
  own.dispose();
  await expect(read).rejects.toThrow('the WebGPU device was disposed');
  expect(() => own.allocate(1)).toThrow('the WebGPU device was disposed');
  expect((await own.device.lost).reason).toBe('destroyed');
  expect(own.report().lost).toBe('the WebGPU device was disposed');
});

test('reads whose errors nobody waits for are quiet', async () => {
  const own = await openGpu();
  void own.read(upload(own, [1]), 0, 4);
  own.device.destroy();
  await own.device.lost;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(unhandled).toEqual([]);
});
