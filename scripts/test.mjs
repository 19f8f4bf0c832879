/**
 * `npm test`: installs what is missing and runs the tests in Node, in Chromium, on WebGPU in Node, and in Deno, one after the other
 * (together they starve each other on a small machine). `--project NAME` picks among them, `--json FILE` adds their totals to a
 * file; other arguments are the test files to run, of whichever project they are.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT, runStatus } from './setup.mjs';

const PROJECTS = ['node', 'browser', 'webgpu', 'deno'];
const DENO_TESTS = 'test/deno/';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { project: { type: 'string', multiple: true }, json: { type: 'string' } },
});

/**
 * @param {string} project
 * @returns {{ passed: number, failed: number }} a run that ends badly counts as one failure at least
 */
function runProject(project) {
  const report = join(ROOT, 'node_modules/.cache', `vitest-${project}.json`);
  rmSync(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = runStatus(process.execPath, [
    vitest,
    'run',
    `--project=${project}`,
    ...reporters,
    ...(positionals.length > 0 ? ['--passWithNoTests'] : []),
    ...positionals,
  ]);
  const totals = readTotals(report);
  if (status !== 0) totals.failed = Math.max(totals.failed, 1);
  return totals;
}

/** @param {string} report */
function readTotals(report) {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Runs the tests under test/deno/, or those of them that the command line names. */
async function runDenoProject() {
  // It stands on packages that may have been missing when this file was loaded.
  const { runDeno } = await import('./deno.mjs');
  const files = positionals.filter((file) => file.startsWith(DENO_TESTS));
  return positionals.length > 0 && files.length === 0 ? { passed: 0, failed: 0 } : runDeno(files);
}

ensureInstalled();
mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
const totals = { passed: 0, failed: 0 };
for (const project of values.project ?? PROJECTS) {
  console.log(`\n${project}`);
  const { passed, failed } = project === 'deno' ? await runDenoProject() : runProject(project);
  totals.passed += passed;
  totals.failed += failed;
}
if (totals.passed + totals.failed === 0) {
  console.error('No tests found.');
  totals.failed = 1;
}
if (values.json) writeFileSync(values.json, JSON.stringify(totals));
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
