/**
 * `npm test`: installs what is missing and runs the test projects one after the other (together they starve each other on a
 * small machine). `--project NAME` picks one of them, `--json FILE` adds their totals to a file; other arguments go to vitest.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT, runStatus } from './setup.mjs';

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

ensureInstalled();
mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
const totals = { passed: 0, failed: 0 };
for (const project of values.project ?? ['node', 'browser']) {
  const { passed, failed } = runProject(project);
  totals.passed += passed;
  totals.failed += failed;
}
if (values.json) writeFileSync(values.json, JSON.stringify(totals));
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
