/**
 * WebGPU by a second implementation, Deno's wgpu, whose WGSL compiler (naga) is not the one of Chromium and Dawn (tint): what only
 * one of them accepts is not WGSL. Run by `node scripts/deno.mjs`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addArrays } from '../../scripts/webgpu_add.mjs';

test('a shader adds two arrays', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert(adapter, 'no WebGPU adapter');
  const device = await adapter.requestDevice();
  const a = Float32Array.from({ length: 1000 }, (_, i) => i / 2);
  const b = Float32Array.from({ length: 1000 }, (_, i) => -3 * i);
  assert.deepEqual(
    await addArrays(device, a, b),
    a.map((x, i) => x + b[i]!),
  );
  device.destroy();
});
