import { expect, test } from 'vitest';
import { addArrays } from '../../scripts/webgpu_add.mjs';
import { openDevice } from './device.ts';

test('a shader adds two arrays', async () => {
  const device = await openDevice();
  const n = 1000;
  const a = Float32Array.from({ length: n }, (_, i) => i / 2);
  const b = Float32Array.from({ length: n }, (_, i) => -3 * i);
  expect(await addArrays(device, a, b)).toEqual(a.map((x, i) => x + b[i]!));
  device.destroy();
});

test('a device has the limits that were asked for', async () => {
  let offered = 0;
  const device = await openDevice(({ limits: { maxStorageBufferBindingSize } }) => {
    offered = maxStorageBufferBindingSize;
    return { requiredLimits: { maxStorageBufferBindingSize } };
  });
  expect(device.limits.maxStorageBufferBindingSize).toBe(offered);
  device.destroy();
});

test('a shader that does not compile is reported', async () => {
  const device = await openDevice();
  device.pushErrorScope('validation');
  device.createShaderModule({ code: 'fn main( {' });
  expect((await device.popErrorScope())?.message).toMatch(/parsing WGSL/i);
  device.destroy();
});
