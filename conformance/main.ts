/** The command line: replays the recorded results of NumPy, PyTorch and numjs and reports by function and device. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { htmlReport } from './html.ts';
import { DEVICES } from './namespace.ts';
import { replayVectors } from './numjs.ts';
import { readChapters, replayOn, replayOnGpu } from './recordings.ts';
import {
  deviationsText,
  failuresText,
  inapplicableText,
  reportJson,
  tableText,
  totalsText,
} from './report.ts';
import type { Run } from './recordings.ts';
import { servePage } from './serve.ts';
import type { Chapter } from './suite.ts';
import { deviationsOf, disagreements } from './summary.ts';

const USAGE = `usage: numgrad conformance [options]

Replays results recorded from NumPy and PyTorch on this machine and compares dtype, shape, values, aliasing, gradients and errors.

  --device NAME      one device only: js, wasm or webgpu (without it js and wasm)
  --sample N         on webgpu: one of N cases of each function
  --filter PATTERN   functions whose name matches, e.g. '^cumsum$', '^nn\\.functional\\.conv', '^grad:'
  --chapter NAME     one chapter of the recordings only, e.g. sorting, torch/losses; torch for all of PyTorch's, numjs
  --json FILE        totals and each function's cases, passed and max ULP
  --html FILE        a page with the same, and every difference
  --page             serves a page that does the same in the browser that opens it, and on its GPU
  --port N           where it is served, 8417 if not given
  --failures         show all differences
  --quiet            no table`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      device: { type: 'string' },
      sample: { type: 'string' },
      filter: { type: 'string' },
      chapter: { type: 'string' },
      json: { type: 'string' },
      html: { type: 'string' },
      page: { type: 'boolean' },
      port: { type: 'string' },
      failures: { type: 'boolean' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.page) {
    const port = Number(values.port ?? 8417);
    await servePage(port);
    return console.log(`Open http://localhost:${port}/conformance/ in the browser to test (Ctrl+C ends).`);
  }
  const pattern = values.filter === undefined ? undefined : new RegExp(values.filter);
  const chapters = readChapters(pattern && ((name) => pattern.test(name)), values.chapter);
  const runs = await runsOn(values.device, chapters, Number(values.sample ?? 1));
  const summaries = runs.map(({ summary }) => summary);
  const deviations = deviationsOf(runs[0].replayed);

  if (!values.quiet) console.log(tableText(summaries));
  for (const { device, failures } of summaries) {
    if (failures.length > 0)
      console.log(`\nDifferences on ${device}:\n${failuresText(failures, values.failures)}`);
  }
  const differing = disagreements(runs.map(({ replayed }) => replayed));
  if (differing.length > 0) console.log(`\nDifferent bits on the devices: ${differing.join(', ')}`);
  for (const { device, inapplicable } of summaries) {
    if (inapplicable.length > 0) console.log(`\n${inapplicableText(device, inapplicable)}`);
  }
  if (deviations.length > 0)
    console.log(`\nDifferent from NumPy by decision:\n${deviationsText(deviations)}`);
  console.log(`\n${totalsText(summaries)}`);
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify(reportJson(summaries, deviations), null, 1)}\n`);
  if (values.html) writeFileSync(values.html, htmlReport(summaries, deviations));
  const numjs =
    pattern || values.device === 'webgpu' || (values.chapter ?? 'numjs') !== 'numjs'
      ? undefined
      : replayVectors();
  if (numjs) console.log(`\n${numjs.text}`);
  if (numjs?.failed) process.exitCode = 1;
  if (differing.length > 0 || summaries.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

/** Replays on the device that is asked for, or on all that are the processor's. */
async function runsOn(
  device: string | undefined,
  chapters: readonly Chapter[],
  sample: number,
): Promise<Run[]> {
  if (device === 'webgpu') return [await replayOnGpu(chapters, { sample, progress: showProgress })];
  const devices = device ? DEVICES.filter((name) => name === device) : DEVICES;
  if (devices.length === 0) throw new Error(`no device ${device}; there are: ${DEVICES.join(', ')}, webgpu`);
  return devices.map((name) => replayOn(name, chapters));
}

/** A line that is written over on a terminal, and otherwise one for each 5000 cases. */
function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} cases${done === of ? '\n' : ''}`);
  else if (done === of || done % 4992 === 0) process.stderr.write(`${done} of ${of} cases\n`);
}

await main();
