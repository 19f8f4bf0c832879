/** The WebGPU runtime on Deno's WebGPU, which tells of errors and loss in its own way. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RuntimeError } from '../../src/array/errors.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openGpu } from '../../src/device/webgpu/open.ts';
import {
  addTo,
  countGroups,
  groupsFor,
  range,
  step,
  take,
  tooLarge,
  upload,
  wordsOf,
} from '../webgpu/runtime_kernels.ts';

let gpu: Gpu;
before(async () => {
  gpu = await openGpu();
});
after(() => gpu.dispose());

test('200 dispatches in one submit, and reads of different moments', async () => {
  const x = upload(gpu, range(100));
  const { submits } = gpu.report();
  const reads = range(200).map((i) => {
    gpu.launch(step, [x], [100, 1, 1], groupsFor(100));
    return i % 40 === 0 ? wordsOf(gpu, x) : null;
  });
  assert.deepEqual(
    await reads[40],
    range(100).map((i) => i + 41),
  );
  assert.deepEqual(
    await reads[160],
    range(100).map((i) => i + 161),
  );
  assert.equal(gpu.report().submits - submits, 1);
});

test('uploads between dispatches come in order, also of shared memory', async () => {
  const x = gpu.allocate(400);
  const results = range(5).map((i) => {
    const words = new Uint32Array(new SharedArrayBuffer(400));
    gpu.upload(x, 0, new Uint8Array(words.fill(i).buffer));
    const y = gpu.allocate(400);
    gpu.launch(addTo, [x, y], [100, 7], groupsFor(100));
    return wordsOf(gpu, y);
  });
  assert.deepEqual(
    (await Promise.all(results)).map(([first]) => first),
    [7, 8, 9, 10, 11],
  );
});

test('more workgroups than a dimension takes', async () => {
  const groups = gpu.limits.maxComputeWorkgroupsPerDimension + 100;
  const out = gpu.allocate(4 * groups);
  gpu.clear(out, 0, 4 * groups);
  gpu.launch(countGroups, [out], [groups], groups);
  assert((await wordsOf(gpu, out)).every((w) => w === 1));
});

test('a failure that a kernel finds', async () => {
  gpu.explain((code, [index]) => new RangeError(`${code}: ${index}`));
  const out = gpu.allocate(8);
  const check = gpu.newCheck();
  gpu.launch(take, [upload(gpu, range(10)), upload(gpu, [3, -4]), out, check], [2, 10, check.first], 1);
  await assert.rejects(gpu.read(out, 0, 8), new RangeError('3: -4'));
  assert.deepEqual(await wordsOf(gpu, upload(gpu, [1])), [1]);
});

test('a kernel that does not compile', async () => {
  const x = upload(gpu, [1]);
  gpu.launch(tooLarge, [x], [], 1);
  await assert.rejects(wordsOf(gpu, x), /kernel too_large does not compile/);
  assert.deepEqual(await wordsOf(gpu, x), [1]);
});

test('a profile', async () => {
  const x = upload(gpu, [1]);
  const [row] = await gpu.profile(() => gpu.launch(step, [x], [1, 1, 1], 1));
  assert.equal(row?.kernel, 'step');
  assert.equal(row.count, 1);
});

test('a lost device', async () => {
  const own = await openGpu();
  const x = upload(own, [1]);
  const read = own.read(x, 0, 4);
  own.device.destroy();
  await assert.rejects(read, RuntimeError);
  await own.device.lost;
  assert.throws(() => own.read(x, 0, 4), /the WebGPU device was lost/);
  const next = await openGpu();
  assert.deepEqual(await wordsOf(next, upload(next, [1, 2])), [1, 2]);
  next.dispose();
});
