/** Processes that use the WebGPU runtime and leave everything as it is: they must end, cleanly, by themselves. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

// In the project, so that the package webgpu is found from there.
const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(root, 'node_modules/.runtime-exit-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program, in which `open` opens a device, from a file in some folder. */
function end(
  program: string,
  env: NodeJS.ProcessEnv = {},
  place = folder,
): { status: number | null; stdout: string; stderr: string } {
  const contents = `
    import { openGpu } from './src/device/webgpu/open.ts';
    import { step, upload, wordsOf, range } from './test/webgpu/runtime_kernels.ts';
    const open = openGpu;
    ${program}`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    write: false,
  });
  const file = join(place, 'program.mjs');
  writeFileSync(file, outputFiles[0]!.contents);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return { status, stdout, stderr };
}

const GPU = `
  const gpu = await open();
  const x = upload(gpu, range(1000));
  const launch = () => gpu.launch(step, [x], [1000, 1, 1], 16);`;

const programs: Record<string, string> = {
  'a device that was only opened': '',
  'results that were read': 'launch(); console.log((await wordsOf(gpu, x))[0]);',
  'work that was never submitted': 'for (let i = 0; i < 100; i++) launch();',
  'work under way': 'for (let i = 0; i < 1000; i++) launch();',
  'reads that nobody waits for': 'launch(); for (let i = 0; i < 10; i++) void gpu.read(x, 0, 4000);',
  'a profile that nobody waits for': 'void gpu.profile(launch);',
  'a disposed device and a read': 'void gpu.read(x, 0, 4); gpu.dispose();',
  'a lost device and a read': 'void gpu.read(x, 0, 4); gpu.device.destroy();',
};

for (const [what, program] of Object.entries(programs))
  test(`a process ends cleanly with ${what}`, () => {
    const stdout = program.includes('console.log') ? '1\n' : '';
    expect(end(GPU + program)).toEqual({ status: 0, stdout, stderr: '' });
  });

test('a process without an adapter is told so', () => {
  const nothing = { VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' };
  const { status, stderr } = end('await open();', nothing);
  expect(status).toBe(1);
  expect(stderr).toMatch(/RuntimeError: WebGPU found no adapter/);
});

test('a process without the package webgpu is told what to install', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'numgrad-'));
  const { status, stderr } = end('await open();', {}, elsewhere);
  rmSync(elsewhere, { recursive: true });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /RuntimeError: WebGPU in Node needs the package webgpu: npm install webgpu \(Cannot find/,
  );
});
