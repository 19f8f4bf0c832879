/** The WebGPU runtime: launches, parameters, copies, uploads and reads, and the order of them. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GpuBytes } from '../../src/device/webgpu/bytes.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openGpu } from '../../src/device/webgpu/open.ts';
import { k } from '../../src/kernel/build.ts';
import { gridKernel } from '../../src/kernel/grid/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import { addTo, countGroups, echo, groupsFor, range, step, upload, wordsOf } from './runtime_kernels.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.dispose());

/** Steps on words as the kernel makes them. */
const stepped = (words: readonly number[], m: number, c: number): number[] =>
  words.map((x) => (Math.imul(x, m) + c) >>> 0);

describe('launch', () => {
  test('runs a kernel on the bytes it is given', async () => {
    const x = upload(gpu, range(1000));
    const y = gpu.allocate(4000);
    gpu.launch(addTo, [x, y], [1000, 7], groupsFor(1000));
    expect(await wordsOf(gpu, y)).toEqual(range(1000).map((i) => i + 7));
    expect(await wordsOf(gpu, x)).toEqual(range(1000));
  });

  test('puts 200 dispatches into one submit, each with its own parameters', async () => {
    const x = upload(gpu, range(100));
    gpu.launch(step, [x], [100, 1, 0], groupsFor(100));
    let expected = await wordsOf(gpu, x);
    const before = gpu.report();
    for (let i = 0; i < 200; i++) {
      gpu.launch(step, [x], [100, 2 * i + 1, i], groupsFor(100));
      expected = stepped(expected, 2 * i + 1, i);
    }
    expect(await wordsOf(gpu, x)).toEqual(expected);
    const after = gpu.report();
    expect(after.dispatches - before.dispatches).toBe(200);
    expect(after.submits - before.submits).toBe(1);
    expect(after.kernels).toBe(before.kernels);
  });

  test('submits without being asked: when much is recorded, and when JavaScript returns', async () => {
    const x = upload(gpu, [1]);
    const before = gpu.report().submits;
    for (let i = 0; i < 1000; i++) gpu.launch(step, [x], [1, 1, 1], 1);
    const during = gpu.report().submits;
    expect(during).toBeGreaterThan(before);
    await Promise.resolve();
    expect(gpu.report().submits).toBe(during + 1);
    await Promise.resolve();
    expect(gpu.report().submits).toBe(during + 1);
    expect(await wordsOf(gpu, x)).toEqual([1001]);
  });

  test('gives parameters their types', async () => {
    const out = gpu.allocate(20);
    gpu.launch(echo, [out], [-3, 2 ** 32 - 1, -0.5, NaN, 2 ** 31], 1);
    const words = await wordsOf(gpu, out);
    expect(words.map((w, i) => (i === 3 ? w & 0x7fc00000 : w))).toEqual([
      2 ** 32 - 3,
      2 ** 32 - 1,
      0xbf000000,
      0x7fc00000,
      2 ** 31,
    ]);
  });

  test('takes many parameters', async () => {
    const out = gpu.allocate(4);
    for (const n of [62, 63, 64, 300]) {
      const many = gridKernel(
        `sum_${n}`,
        1,
        { out: 'write' },
        Object.fromEntries(range(n).map((i) => [`p${i}`, 'u32' as const])),
        (b, { out }, p) =>
          b.put(
            out,
            0,
            Object.values(p).reduce<Expr>((sum, x) => k.add(sum, x), k.const('u32', 0)),
          ),
      );
      for (let i = 0; i < 300; i++)
        gpu.launch(
          many,
          [out],
          range(n).map((j) => i + j),
          1,
        );
      expect(await wordsOf(gpu, out)).toEqual([299 * n + (n * (n - 1)) / 2]);
    }
  });

  test('runs more workgroups than a dimension takes, each once', async () => {
    const groups = gpu.limits.maxComputeWorkgroupsPerDimension + 4470;
    const out = gpu.allocate(4 * groups);
    gpu.clear(out, 0, 4 * groups);
    gpu.launch(countGroups, [out], [groups], groups);
    const words = await wordsOf(gpu, out);
    expect(words.length).toBe(groups);
    expect(words.every((w) => w === 1)).toBe(true);
  });

  test('does nothing for 0 workgroups', () => {
    const out = gpu.allocate(4);
    const before = gpu.report().dispatches;
    gpu.launch(countGroups, [out], [0], 0);
    expect(gpu.report().dispatches).toBe(before);
  });

  test('refuses what WebGPU would refuse later, naming the kernel', () => {
    const x = gpu.allocate(1024);
    expect(() => gpu.launch(addTo, [x], [1, 1], 1)).toThrow(/add_to takes 2 buffers, not 1/);
    expect(() => gpu.launch(addTo, [x, gpu.allocate(4)], [1], 1)).toThrow(/add_to takes 2 parameters, not 1/);
    expect(() => gpu.launch(addTo, [x, x], [1, 1], 1)).toThrow(/add_to: x and y cannot be in the same/);
    expect(() => gpu.launch(step, [x], [1, 1, 1], -1)).toThrow(/step cannot run in -1 workgroups/);
    expect(() => gpu.launch(step, [x], [1, 1, 1], 2 ** 31)).toThrow(/cannot run/);
    expect(() => gpu.launch(step, [x], [1, 1, 1], NaN)).toThrow(/cannot run/);
    expect(() => gpu.launch(step, [{ bytes: x, offset: 4, size: 8 }], [1, 1, 1], 1)).toThrow(
      /multiples of 256/,
    );
    expect(() => gpu.launch(step, [{ bytes: x, offset: 1024, size: 8 }], [1, 1, 1], 1)).toThrow(RangeError);
  });

  test('binds parts of bytes', async () => {
    const x = upload(gpu, range(128));
    gpu.launch(step, [{ bytes: x, offset: 256, size: 128 }], [32, 0, 5], 1);
    gpu.launch(addTo, [x, gpu.allocate(512)], [128, 0], groupsFor(128));
    expect(await wordsOf(gpu, x)).toEqual(range(128).map((i) => (i >= 64 && i < 96 ? 5 : i)));
  });
});

describe('upload', () => {
  for (const n of [16, 40_000])
    test(`${4 * n} bytes between dispatches come in order`, async () => {
      const x = gpu.allocate(4 * n);
      const results: GpuBytes[] = [];
      for (let i = 0; i < 5; i++) {
        const data = Uint32Array.from({ length: n }, (_, j) => 1000 * i + j);
        gpu.upload(x, 0, new Uint8Array(data.buffer));
        data.fill(0);
        const y = gpu.allocate(4 * n);
        gpu.launch(addTo, [x, y], [n, 1], groupsFor(n));
        results.push(y);
      }
      for (const [i, y] of results.entries())
        expect(await wordsOf(gpu, y)).toEqual(Array.from({ length: n }, (_, j) => 1000 * i + j + 1));
    });

  test('into memory that was released before its last use was submitted', async () => {
    const x = upload(gpu, range(64));
    const y = gpu.allocate(256);
    gpu.launch(addTo, [x, y], [64, 0], 1);
    const { buffer } = x;
    x.release();
    const z = upload(
      gpu,
      range(64).map((i) => 100 * i),
    );
    expect(z.buffer).toBe(buffer);
    expect(await wordsOf(gpu, y)).toEqual(range(64));
    expect(await wordsOf(gpu, z)).toEqual(range(64).map((i) => 100 * i));
  });

  test('of shared memory', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(1024));
    shared.set(range(1024));
    const x = gpu.allocate(1000);
    gpu.upload(x, 0, shared.subarray(8, 1008));
    expect(await gpu.read(x, 0, 1000)).toEqual(new Uint8Array(shared.slice(8, 1008)));
  });

  test('refuses what does not fit', () => {
    const x = gpu.allocate(10);
    gpu.upload(x, 0, new Uint8Array(12));
    expect(() => gpu.upload(x, 0, new Uint8Array(13))).toThrow(RangeError);
    expect(() => gpu.upload(x, -1, new Uint8Array(1))).toThrow(RangeError);
  });
});

describe('read', () => {
  test('sees what was there when it was asked for, however many are in flight', async () => {
    const x = upload(gpu, range(300));
    const before = gpu.report().submits;
    const reads = range(50).map((i) => {
      gpu.launch(step, [x], [300, 1, 1], groupsFor(300));
      return gpu.read(x, i, 4 * 100 + 3);
    });
    const results = await Promise.all(reads);
    results.forEach((bytes, i) => {
      const words = Uint32Array.from(range(300), (j) => j + i + 1);
      expect(bytes).toEqual(new Uint8Array(words.buffer).slice(i, i + 403));
    });
    expect(gpu.report().submits - before).toBe(1);
  });

  test('of nothing', async () => {
    expect(await gpu.read(gpu.allocate(0), 0, 0)).toEqual(new Uint8Array(0));
  });

  test('refuses ranges outside', () => {
    const x = gpu.allocate(10);
    expect(() => gpu.read(x, 8, 3)).toThrow(RangeError);
    expect(() => gpu.read(x, 0, -1)).toThrow(RangeError);
  });
});

type Op =
  | { op: 'upload'; at: number; data: Uint8Array }
  | { op: 'copy'; from: number; to: number; same: boolean; n: number }
  | { op: 'clear'; at: number; n: number }
  | { op: 'step'; m: number; c: number }
  | { op: 'renew' }
  | { op: 'flush' };

test('any sequence of commands does what it does to bytes of JavaScript', async () => {
  const BYTES = 403;
  const place = fc.nat(BYTES);
  const op: fc.Arbitrary<Op> = fc.oneof(
    fc.record({ op: fc.constant('upload' as const), at: place, data: fc.uint8Array({ maxLength: BYTES }) }),
    fc.record({ op: fc.constant('copy' as const), from: place, to: place, same: fc.boolean(), n: place }),
    fc.record({ op: fc.constant('clear' as const), at: place, n: place }),
    fc.record({ op: fc.constant('step' as const), m: fc.nat(9), c: fc.nat(9) }),
    fc.constant({ op: 'renew' as const }),
    fc.constant({ op: 'flush' as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 30 }), async (ops) => {
      // The model: `a` and `b` with the last word padded.
      let a = gpu.allocate(BYTES);
      const b = gpu.allocate(BYTES);
      gpu.clear(a, 0, BYTES);
      gpu.clear(b, 0, BYTES);
      const modelA = new Uint8Array(404);
      const modelB = new Uint8Array(404);
      const reads: Promise<void>[] = [];
      for (const o of ops) {
        if (o.op === 'upload') {
          const data = o.data.subarray(0, BYTES - o.at);
          gpu.upload(a, o.at, data);
          modelA.set(data, o.at);
        } else if (o.op === 'clear') {
          const start = o.at - (o.at % 4);
          const n = Math.min(o.n - (o.n % 4), BYTES - start - ((BYTES - start) % 4));
          gpu.clear(a, start, n);
          modelA.fill(0, start, start + n);
        } else if (o.op === 'copy') {
          const [from, to] = [o.from - (o.from % 4), o.to - (o.to % 4)];
          const n = Math.min(o.n, BYTES - Math.max(from, to));
          const whole = to + n === BYTES ? n : n - (n % 4);
          gpu.copy(a, from, o.same ? a : b, to, whole);
          (o.same ? modelA : modelB).set(modelA.slice(from, from + whole), to);
        } else if (o.op === 'step') {
          gpu.launch(step, [a], [100, o.m, o.c], groupsFor(100));
          const words = new Uint32Array(modelA.buffer).subarray(0, 100);
          words.set(stepped([...words], o.m, o.c));
        } else if (o.op === 'renew') {
          // Its memory goes to others while commands that use it wait.
          const old = a;
          a = gpu.allocate(BYTES);
          gpu.copy(old, 0, a, 0, BYTES);
          old.release();
        } else gpu.flush();
        const expected = modelA.slice(0, BYTES);
        reads.push(gpu.read(a, 0, BYTES).then((bytes) => expect(bytes).toEqual(expected)));
      }
      await Promise.all(reads);
      expect(await gpu.read(b, 0, BYTES)).toEqual(modelB.slice(0, BYTES));
      a.release();
      b.release();
    }),
    { numRuns: 60 },
  );
});

test('a profile lists kernels with their dispatches, groups and times', async () => {
  const x = upload(gpu, range(6400));
  const rows = await gpu.profile(async () => {
    for (let i = 0; i < 300; i++) gpu.launch(step, [x], [6400, 1, 1], 100);
    await wordsOf(gpu, x);
    gpu.launch(countGroups, [x], [6400], 1);
  });
  const timed = gpu.features.has('timestamp-query');
  expect(rows.map(({ kernel, count, groups }) => ({ kernel, count, groups }))).toEqual([
    { kernel: 'step', count: 300, groups: 30_000 },
    { kernel: 'count_groups', count: 1, groups: 1 },
  ]);
  for (const { time } of rows) {
    if (timed) expect(time).toBeGreaterThan(0);
    else expect(time).toBe(null);
  }
  expect((await wordsOf(gpu, x))[5]).toBe(305);
});

test('a profile ends when its function throws', async () => {
  await expect(gpu.profile(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await gpu.profile(() => undefined)).toEqual([]);
  await expect(gpu.profile(() => gpu.profile(() => undefined))).rejects.toThrow(/being taken already/);
});

test('the report says what there is', () => {
  const { adapter, limits, features, lost } = gpu.report();
  expect(Object.values(adapter).join('')).not.toBe('');
  expect(limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
  expect(features).toEqual([...features].sort());
  expect(lost).toBe(null);
});
