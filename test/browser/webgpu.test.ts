import { expect, test } from 'vitest';
import { addArrays } from '../../scripts/webgpu_add.mjs';
import type { SumReply } from './webgpu_worker.ts';

const a = Float32Array.from({ length: 1000 }, (_, i) => i / 2);
const b = Float32Array.from({ length: 1000 }, (_, i) => -3 * i);
const sum = a.map((x, i) => x + b[i]!);

test('a shader adds two arrays, in the page', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  expect(await addArrays(device, a, b)).toEqual(sum);
  device.destroy();
});

test('a shader adds two arrays, in a worker', async () => {
  const worker = new Worker(new URL('./webgpu_worker.ts', import.meta.url), { type: 'module' });
  const reply = await new Promise<SumReply>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<SumReply>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage({ a, b });
  });
  worker.terminate();
  expect(reply).toEqual({ sum });
});
