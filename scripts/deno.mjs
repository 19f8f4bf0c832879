/**
 * Runs the tests under test/deno/ in Deno, from the npm package of that name: another JavaScript runtime, with another WebGPU
 * (wgpu) and another WGSL compiler (naga) than Node's and Chromium's.
 *
 *     node scripts/deno.mjs [FILE...]
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, runStatus } from './setup.mjs';
import { webgpuEnvironment } from './webgpu.mjs';

const CACHE = join(ROOT, 'node_modules/.cache');
const TESTS = 'test/deno/';

/** Packages come from node_modules as it is, nothing is fetched, and the types are checked by tsc. */
const SETTING = [
  '--node-modules-dir=manual',
  ...['--no-config', '--no-lock', '--no-remote', '--no-prompt', '--no-check'],
];

/** What the tests may do: no more than to read the modules and look at the environment. */
const PERMISSIONS = ['--allow-read', '--allow-env'];

/**
 * @param {string[]} files which tests to run: all of them when empty
 * @returns {Promise<{ passed: number, failed: number }>} a run that ends badly counts as one failure at least
 */
export async function runDeno(files) {
  const report = join(CACHE, 'deno.xml');
  mkdirSync(CACHE, { recursive: true });
  rmSync(report, { force: true });
  const deno = join(dirname(createRequire(import.meta.url).resolve('deno/package.json')), 'bin.cjs');
  const tests = files.length > 0 ? files : [TESTS];
  const status = runStatus(
    process.execPath,
    [deno, 'test', ...SETTING, ...PERMISSIONS, `--junit-path=${report}`, ...tests],
    await denoEnvironment(),
  );
  const totals = readTotals(report);
  if (status !== 0) totals.failed = Math.max(totals.failed, 1);
  return totals;
}

async function denoEnvironment() {
  return {
    ...process.env,
    ...(await webgpuEnvironment()),
    // Else wgpu also takes OpenGL, which has no compute shaders in some drivers.
    ...(process.platform === 'linux' ? { DENO_WEBGPU_BACKEND: 'vulkan' } : {}),
    DENO_DIR: join(CACHE, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
  };
}

/** @param {string} report in JUnit's format */
function readTotals(report) {
  try {
    const xml = readFileSync(report, 'utf8');
    const count = (/** @type {RegExp} */ element) => xml.match(element)?.length ?? 0;
    const failed = count(/<(failure|error)[ >]/g);
    return { passed: count(/<testcase /g) - failed - count(/<skipped/g), failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { failed } = await runDeno(process.argv.slice(2));
  process.exitCode = failed === 0 ? 0 : 1;
}
