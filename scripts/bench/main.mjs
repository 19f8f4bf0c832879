/**
 * `npm run bench`: numgrad beside NumPy (python3, where present) and the JavaScript libraries that do the same work.
 *
 *   --filter RE      only the cases whose name matches
 *   --only PARTS     of speed,learning,numjs,startup,size,memory (all of them unless told)
 *   --device NAME    numgrad's device: wasm or js; webgpu measures something else, see webgpu/main.mjs for its options
 *   --rounds N       how often each case is measured on each library in turn (3)
 *   --seconds S      how long each measurement takes (0.4)
 *   --best           the fastest sample instead of the median: for a machine that is busy with other work
 *   --no-peers       numgrad and NumPy alone
 *   --json FILE      the figures
 *
 * A ratio is a time divided by NumPy's: lower is better. Results are freed when they are no longer needed, as NumPy frees its
 * own; the column `left` is numgrad's ratio when they are left to the garbage collector. Exits with 1 when a figure misses its bar.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildJavaScript } from '../build.mjs';
import { CASES } from './cases.mjs';
import { measureLearning } from './learning.mjs';
import { LIBRARIES } from './libraries.mjs';
import { measureMemory } from './memory.mjs';
import { measureNumjs } from './numjs.mjs';
import { javaScriptLibrary, numpy, ONE_THREAD } from './processes.mjs';
import { measureSizes } from './sizes.mjs';
import { measureCase } from './speed.mjs';
import { measureStartup } from './startup.mjs';
import { header, tableLine } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    only: { type: 'string', default: 'speed,learning,numjs,startup,size,memory' },
    device: { type: 'string', default: 'wasm' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '0.4' },
    best: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    json: { type: 'string' },
    node: { type: 'boolean', default: false },
    hardware: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    'peak-tflops': { type: 'string' },
    'peak-gbs': { type: 'string' },
  },
});

/** What a figure other than a case's is. @typedef {{ name: string, value: string, bar: string, ok: boolean }} Figure */

async function speed() {
  const filter = new RegExp(options.filter);
  const peers = options['no-peers'] ? [] : Object.keys(LIBRARIES).filter((name) => name !== 'numgrad');
  const [oneThread, defaults] = [await numpy(ONE_THREAD), await numpy()];
  if (!oneThread) console.log('python3 with NumPy is missing: no ratios, and results are not checked.\n');
  const env = { NUMGRAD_KERNELS: options.device };
  const libraries = {
    numgrad: javaScriptLibrary('numgrad', env),
    left: javaScriptLibrary('numgrad', { ...env, NUMGRAD_RESULTS: 'left' }),
    'numpy 1': oneThread,
    numpy: defaults,
    ...Object.fromEntries(peers.map((name) => [name, javaScriptLibrary(name)])),
  };
  console.log(`Node ${process.version}, NumPy ${oneThread?.version ?? 'none'}; peers as ratios to NumPy\n`);
  console.log(header(peers));
  const rows = [];
  for (const item of CASES.filter(({ name }) => filter.test(name))) {
    const effort = { rounds: Number(options.rounds), seconds: Number(options.seconds), best: options.best };
    const row = await measureCase(item, libraries, effort);
    console.log(tableLine(row, peers));
    rows.push(row);
  }
  for (const library of Object.values(libraries)) library?.stop();
  const missed = rows.filter(
    ({ fault, withinBar, slowerThan }) => fault || withinBar === false || slowerThan.length,
  );
  console.log(
    `\n${rows.length - missed.length} of ${rows.length} cases within their bars and below every peer`,
  );
  return rows;
}

/** The other parts, each a list of figures. @type {Record<string, () => Promise<Figure[]>>} */
const PARTS = { startup: measureStartup, size: measureSizes, memory: () => measureMemory(options.device) };

await buildJavaScript();
if (options.device === 'webgpu') {
  const { measureWebGpu } = await import('./webgpu/main.mjs');
  process.exit((await measureWebGpu(options)) ? 0 : 1);
}
const parts = options.only.split(',');
const rows = parts.includes('speed') ? await speed() : [];
const learning = parts.includes('learning')
  ? measureLearning({
      filter: options.filter,
      rounds: Number(options.rounds),
      peers: !options['no-peers'],
    })
  : [];
const numjs =
  parts.includes('numjs') && !options['no-peers']
    ? await measureNumjs({
        filter: options.filter,
        rounds: Number(options.rounds),
        device: options.device,
      })
    : [];
/** @type {Figure[]} */
const figures = [];
for (const [name, measurePart] of Object.entries(PARTS)) {
  if (!parts.includes(name)) continue;
  console.log(`\n${name}`);
  for (const figure of await measurePart()) {
    console.log(
      `  ${figure.name.padEnd(62)}${figure.value.padStart(14)}   at most ${figure.bar}${figure.ok ? '' : '   ABOVE'}`,
    );
    figures.push(figure);
  }
}
if (options.json)
  writeFileSync(
    options.json,
    JSON.stringify({ node: process.version, cases: rows, learning, numjs, figures }, null, 1),
  );
const missed = rows.some((row) => row.fault || row.withinBar === false || row.slowerThan.length);
const behind = learning.some((row) => row.missed.length > 0) || numjs.some(({ ratio }) => ratio > 1);
process.exit(missed || behind || figures.some(({ ok }) => !ok) ? 1 : 0);
