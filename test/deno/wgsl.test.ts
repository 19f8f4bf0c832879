/** Every operation printed as WGSL gives the bits of the reference device by naga, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disagreements } from '../webgpu/wgsl_agree.ts';
import { PROGRAMS } from '../webgpu/wgsl_cases.ts';

for (const program of PROGRAMS) {
  test(program.title, async () => {
    const adapter = await navigator.gpu.requestAdapter();
    assert(adapter, 'no WebGPU adapter');
    const device = await adapter.requestDevice();
    const wrong = await disagreements(device, program);
    assert.deepEqual(wrong.slice(0, 20), []);
    device.destroy();
  });
}
