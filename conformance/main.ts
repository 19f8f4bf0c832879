/** The command line: replays the recorded results of NumPy, PyTorch and numjs and reports by function and device. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { htmlReport } from './html.ts';
import { DEVICES } from './namespace.ts';
import { replayVectors } from './numjs.ts';
import { readChapters, replayOn } from './recordings.ts';
import { deviationsText, failuresText, reportJson, tableText, totalsText } from './report.ts';
import { deviationsOf, disagreements } from './summary.ts';

const USAGE = `usage: numgrad conformance [options]

Replays results recorded from NumPy and PyTorch on this machine and compares dtype, shape, values, aliasing, gradients and errors.

  --device js|wasm   one device only
  --filter PATTERN   functions whose name matches, e.g. '^cumsum$', '^nn\\.functional\\.conv', '^grad:'
  --chapter NAME     one chapter of the recordings only, e.g. sorting, torch/losses; torch for all of PyTorch's, numjs
  --json FILE        totals and each function's cases, passed and max ULP
  --html FILE        a page with the same, and every difference
  --failures         show all differences
  --quiet            no table`;

function main(): void {
  const { values } = parseArgs({
    options: {
      device: { type: 'string' },
      filter: { type: 'string' },
      chapter: { type: 'string' },
      json: { type: 'string' },
      html: { type: 'string' },
      failures: { type: 'boolean' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  const devices = values.device ? DEVICES.filter((device) => device === values.device) : DEVICES;
  if (devices.length === 0) throw new Error(`no device ${values.device}; there are: ${DEVICES.join(', ')}`);
  const pattern = values.filter === undefined ? undefined : new RegExp(values.filter);
  const chapters = readChapters(pattern && ((name) => pattern.test(name)), values.chapter);
  const runs = devices.map((device) => replayOn(device, chapters));
  const summaries = runs.map(({ summary }) => summary);
  const deviations = deviationsOf(runs[0].replayed);

  if (!values.quiet) console.log(tableText(summaries));
  for (const { device, failures } of summaries) {
    if (failures.length > 0)
      console.log(`\nDifferences on ${device}:\n${failuresText(failures, values.failures)}`);
  }
  const differing = disagreements(runs.map(({ replayed }) => replayed));
  if (differing.length > 0) console.log(`\nDifferent bits on the devices: ${differing.join(', ')}`);
  if (deviations.length > 0)
    console.log(`\nDifferent from NumPy by decision:\n${deviationsText(deviations)}`);
  console.log(`\n${totalsText(summaries)}`);
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify(reportJson(summaries, deviations), null, 1)}\n`);
  if (values.html) writeFileSync(values.html, htmlReport(summaries, deviations));
  const numjs = pattern || (values.chapter ?? 'numjs') !== 'numjs' ? undefined : replayVectors();
  if (numjs) console.log(`\n${numjs.text}`);
  if (numjs?.failed) process.exitCode = 1;
  if (differing.length > 0 || summaries.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

main();
