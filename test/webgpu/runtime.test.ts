/** The WebGPU runtime: launches, memory, uploads, reads. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GpuBytes } from '../../src/device/webgpu/bytes.ts';
import type { Gpu } from '../../src/device/webgpu/gpu.ts';
import { openGpu } from '../../src/device/webgpu/open.ts';
import { k } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.dispose());

const SIZE = 64;
const groupsFor = (n: number): number => Math.ceil(n / SIZE);

/** y[i] = x[i] + c */
const addTo = gridKernel(
  'add_to',
  SIZE,
  { x: 'read', y: 'write' },
  { n: 'i32', c: 'u32' },
  (b, { x, y }, { n, c }) =>
    b.if(k.lt(b.invocation, n), () => b.put(y, b.invocation, k.add(at(x, b.invocation), c))),
);

/** x[i] = m x[i] + c, modulo 2 ** 32 */
const step = gridKernel(
  'step',
  SIZE,
  { x: 'write' },
  { n: 'i32', m: 'u32', c: 'u32' },
  (b, { x }, { n, m, c }) =>
    b.if(k.lt(b.invocation, n), () => b.put(x, b.invocation, k.add(k.mul(at(x, b.invocation), m), c))),
);

const upload = (words: ArrayLike<number>): GpuBytes => {
  const bytes = gpu.allocate(4 * words.length);
  gpu.upload(bytes, 0, new Uint8Array(Uint32Array.from(words).buffer));
  return bytes;
};

const words = async (bytes: GpuBytes, n = bytes.byteLength / 4): Promise<number[]> => [
  ...new Uint32Array((await gpu.read(bytes, 0, 4 * n)).buffer),
];

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

test('a kernel runs, and its result is read', async () => {
  const x = upload(range(1000));
  const y = gpu.allocate(4000);
  gpu.launch(addTo, [x, y], [1000, 7], groupsFor(1000));
  expect(await words(y)).toEqual(range(1000).map((i) => i + 7));
  expect(await words(x)).toEqual(range(1000));
});
