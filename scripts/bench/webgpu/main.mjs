/**
 * `npm run bench -- --device webgpu`: numgrad and its peers on WebGPU, each in a page of its own of one browser, in turns.
 *
 *   --filter RE         only the cases whose name matches
 *   --rounds N          how often each case is measured on each library in turn (3)
 *   --seconds S         how long each measurement takes (0.4)
 *   --no-peers          numgrad alone
 *   --node              numgrad alone, in Node with the package `webgpu`
 *   --hardware          the browser is to use a GPU, not its software driver
 *   --sizes all|small   whether to measure what takes a software driver minutes (all with --hardware or --node on a GPU, else small)
 *   --peak-tflops X     what the adapter can do, for a column of what part of that is reached
 *   --peak-gbs X        the same of its memory
 *   --json FILE         the figures
 *
 * Each library's results are compared with those of numgrad on the processor. Fails when numgrad is above a peer where the driver's
 * speed is not all that counts: in dispatches, and in the time of small, elementwise and reducing operations; on hardware in all cases.
 */
import { writeFileSync } from 'node:fs';
import { median } from '../speed.mjs';
import { CASES } from './cases.mjs';
import { LIBRARIES } from './libraries.mjs';
import { inNode, inPages } from './places.mjs';
import { difference, reference } from './reference.mjs';
import { printHead, printRow, printStart } from './table.mjs';

/**
 * @typedef {import('./measure.mjs').Figures} Figures
 * @typedef {import('./libraries.mjs').LibraryName} LibraryName
 * @typedef {{ figures?: Figures, fault?: string }} Result
 * @typedef {{ item: import('./cases.mjs').Case, results: Partial<Record<LibraryName, Result>>, above: string[] }} Row
 * @typedef {object} Place where a library runs
 * @property {number} firstResult seconds from an empty page, or process, to the first result
 * @property {(caseName: string) => Promise<import('./measure.mjs').Sample>} prepare
 * @property {(seconds: number) => Promise<Figures>} measure
 */

/** A case that takes a library longer is given up. */
const PATIENCE = 60_000;

/** Two times so close are the same. */
const SAME = 1.05;

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
function inTime(promise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result in ${PATIENCE / 1000} s`)), PATIENCE);
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (late)]).finally(() => clearTimeout(timer));
}

/** @param {unknown} error */
const messageOf = (error) =>
  String(error instanceof Error ? error.message : error)
    .replace(/^page\.evaluate: /, '')
    .split('\n')[0]
    .slice(0, 120);

/**
 * @param {import('./cases.mjs').Case} item @param {[LibraryName, Place][]} places
 * @param {{ rounds: number, seconds: number, software: boolean }} options @returns {Promise<Row>}
 */
async function measureCase(item, places, { rounds, seconds, software }) {
  const expected = await reference(item);
  /** @type {Row['results']} */
  const results = {};
  /** @type {Partial<Record<LibraryName, Figures[]>>} */
  const measured = {};
  for (const [name, place] of places.filter(([name]) => item.setups[name])) {
    try {
      const fault = difference(await inTime(place.prepare(item.name)), expected);
      results[name] = fault ? { fault: `wrong: ${fault}` } : {};
      measured[name] = [];
    } catch (error) {
      results[name] = { fault: messageOf(error) };
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, place] of places) {
      try {
        measured[name]?.push(await inTime(place.measure(seconds)));
      } catch (error) {
        measured[name] = undefined;
        results[name] = { fault: messageOf(error) };
      }
    }
  }
  for (const [library, figures] of Object.entries(measured)) {
    if (!figures) continue;
    const result = /** @type {Result} */ (results[/** @type {LibraryName} */ (library)]);
    result.figures = mediansOf(figures);
  }
  return { item, results, above: peersBelow(item, results, software) };
}

/** @param {Figures[]} figures @returns {Figures} */
const mediansOf = (figures) => ({
  seconds: median(figures.map(({ seconds }) => seconds)),
  issue: median(figures.map(({ issue }) => issue)),
  dispatches: median(figures.map(({ dispatches }) => dispatches)),
  submits: median(figures.map(({ submits }) => submits)),
});

/** In what which peers are below numgrad. @param {import('./cases.mjs').Case} item @param {Row['results']} results @param {boolean} software */
function peersBelow(item, results, software) {
  const own = results.numgrad?.figures;
  if (!own || results.numgrad?.fault) return ['numgrad has no right result'];
  /** @type {string[]} */
  const above = [];
  for (const [peer, { figures, fault }] of Object.entries(results)) {
    if (peer === 'numgrad' || !figures || fault) continue;
    if (own.dispatches > figures.dispatches) above.push(`dispatches: ${peer}`);
    const timeCounts = item.counts || !software;
    if (timeCounts && own.seconds > figures.seconds * SAME) above.push(`time: ${peer}`);
  }
  return above;
}

/**
 * @param {{ filter: string, rounds: string, seconds: string, 'no-peers': boolean, json?: string, node: boolean, hardware: boolean,
 *   sizes?: string, 'peak-tflops'?: string, 'peak-gbs'?: string }} options
 * @returns {Promise<boolean>} whether numgrad is below its peers
 */
export async function measureWebGpu(options) {
  const names = /** @type {LibraryName[]} */ (Object.keys(LIBRARIES)).filter(
    (name) => name === 'numgrad' || !(options['no-peers'] || options.node),
  );
  const { places, adapter, version, close } = options.node ? await inNode() : await inPages(names, options);
  const software = /swiftshader|llvmpipe|lavapipe/i.test(Object.values(adapter).join(' '));
  const large = options.sizes ? options.sizes === 'all' : !software;
  const peaks = { tflops: Number(options['peak-tflops']) || null, gbs: Number(options['peak-gbs']) || null };
  printHead(version, adapter, names);
  const firstResults = Object.fromEntries(places.map(([name, { firstResult }]) => [name, firstResult]));
  printStart(names, firstResults);
  const effort = { rounds: Number(options.rounds), seconds: Number(options.seconds), software };
  const filter = new RegExp(options.filter);
  const rows = [];
  for (const item of CASES.filter(({ name, large: isLarge }) => filter.test(name) && (large || !isLarge))) {
    const row = await measureCase(item, places, effort);
    printRow(row, names, peaks);
    rows.push(row);
  }
  await close();
  if (options.json) {
    const cases = rows.map(({ item, results, above }) => ({ name: item.name, results, above }));
    writeFileSync(options.json, JSON.stringify({ version, adapter, firstResults, cases }, null, 1));
  }
  const missed = rows.filter(({ above }) => above.length > 0);
  console.log(
    `\nnumgrad is below every peer in ${rows.length - missed.length} of ${rows.length} cases` +
      (software ? ', as far as a software driver can tell' : ''),
  );
  return missed.length === 0;
}
