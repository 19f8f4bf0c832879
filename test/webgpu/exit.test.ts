import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// A crash at the end of a process is seen from outside only: vitest takes no notice of how its workers end.
const endOf = (args: string[]): { status: number | null; signal: string | null; stderr: string } => {
  const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  return { status, signal, stderr };
};

const CLEAN = { status: 0, signal: null, stderr: '' };

test('a process that opened a device and destroyed it ends cleanly', () => {
  expect(endOf([fileURLToPath(new URL('../../scripts/webgpu_probe.mjs', import.meta.url))])).toEqual(CLEAN);
});

test('a process that left a device open, with work under way, ends cleanly', () => {
  const code = `
    import { create, globals } from 'webgpu';
    const gpu = create([]);
    const adapter = await gpu.requestAdapter();
    const device = await adapter.requestDevice();
    Object.assign(globalThis, { gpu, adapter, device });
    const usage = globals.GPUBufferUsage.MAP_READ | globals.GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: 16, usage });
    buffer.mapAsync(globals.GPUMapMode.READ);`;
  expect(endOf(['--input-type=module', '--eval', code])).toEqual(CLEAN);
});
