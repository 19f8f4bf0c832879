/** What the tests of WGSL in Node try with tint, tried with naga. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { disagreements } from '../webgpu/wgsl_agree.ts';
import { PROGRAMS } from '../webgpu/wgsl_cases.ts';
import { GRID_CASES } from '../webgpu/wgsl_grid_cases.ts';

let device: GPUDevice;
before(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert(adapter, 'no WebGPU adapter');
  device = await adapter.requestDevice();
});
after(() => device.destroy());

for (const program of PROGRAMS) {
  test(program.title, async () => {
    const wrong = await disagreements(device, program);
    assert.deepEqual(wrong.slice(0, 20), []);
  });
}

for (const { title, run } of GRID_CASES) test(title, () => run(device));
