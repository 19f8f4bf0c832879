/**
 * `npm test`: installs what is missing and runs the tests in Node, in Chromium, on WebGPU in Node, and in Deno, one after the other
 * (together they starve each other on a small machine). `--project NAME` picks among them, `--json FILE` adds their totals to a
 * file; other arguments are the test files to run, of whichever project they are. What failed is named once more at the end.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT, runStatus } from './setup.mjs';

const PROJECTS = ['node', 'browser', 'webgpu', 'deno'];
const DENO_TESTS = 'test/deno/';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { project: { type: 'string', multiple: true }, json: { type: 'string' } },
});

/**
 * @typedef {{ passed: number, failed: number, names: string[] }} Totals of a run, which counts as one failure at least if it ends
 * badly, and the names of what failed
 */

/**
 * @param {string} project
 * @returns {Totals}
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
  if (status !== 0 && totals.failed === 0) {
    totals.failed = 1;
    totals.names.push(`${project}: the run itself`);
  }
  return totals;
}

/**
 * @param {string} report
 * @returns {Totals}
 */
function readTotals(report) {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
    return { passed: numPassedTests, failed, names: testResults.flatMap(failuresOf) };
  } catch {
    return { passed: 0, failed: 1, names: [`no report ${report}`] };
  }
}

/**
 * The tests of a file that failed, or the file if it could not run.
 *
 * @param {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }} file
 */
function failuresOf({ name, status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const file = relative(ROOT, name);
  if (status === 'failed' && failed.length === 0) return [file];
  return failed.map(({ fullName }) => `${file}: ${fullName}`);
}

/**
 * Runs the tests under test/deno/, or those of them that the command line names.
 *
 * @returns {Promise<Totals>}
 */
async function runDenoProject() {
  // It stands on packages that may have been missing when this file was loaded.
  const { runDeno } = await import('./deno.mjs');
  const files = positionals.filter((file) => file.startsWith(DENO_TESTS));
  if (positionals.length > 0 && files.length === 0) return { passed: 0, failed: 0, names: [] };
  const totals = await runDeno(files);
  return { ...totals, names: totals.failed > 0 ? [`${totals.failed} in Deno, above`] : [] };
}

ensureInstalled();
mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
const totals = { passed: 0, failed: 0 };
/** @type {string[]} */
const failures = [];
for (const project of values.project ?? PROJECTS) {
  console.log(`\n${project}`);
  const { passed, failed, names } = project === 'deno' ? await runDenoProject() : runProject(project);
  totals.passed += passed;
  totals.failed += failed;
  failures.push(...names);
}
if (totals.passed + totals.failed === 0) {
  console.error('No tests found.');
  totals.failed = 1;
}
if (values.json) writeFileSync(values.json, JSON.stringify(totals));
for (const name of failures) console.log(`FAILED: ${name}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
