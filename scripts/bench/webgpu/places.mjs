/** Where libraries are measured: each in a page of its own, or numgrad in this process. */
import { median } from '../speed.mjs';
import { countCalls, adapterInfo } from './counts.mjs';
import { LIBRARIES } from './libraries.mjs';
import { Measurer } from './measure.mjs';
import { openSite } from './site.mjs';

/**
 * @typedef {import('./libraries.mjs').LibraryName} LibraryName
 * @typedef {import('./main.mjs').Place} Place
 * @typedef {{ firstResult: number, adapter: ReturnType<typeof adapterInfo> }} Started
 * @typedef {{ places: [LibraryName, Place][], adapter: Started['adapter'], version: string, close: () => Promise<void> }} Opened
 */

/** What a page has under `window.bench`. @param {import('playwright').Page} page @returns {Omit<Place, 'firstResult'>} */
const placeOf = (page) => ({
  prepare: (caseName) =>
    page.evaluate((name) => /** @type {any} */ (globalThis).bench.prepare(name), caseName),
  measure: (seconds) => page.evaluate((time) => /** @type {any} */ (globalThis).bench.measure(time), seconds),
});

/** @param {import('playwright').Page} page @returns {Promise<Started>} */
const startOf = (page) => page.evaluate(() => /** @type {any} */ (globalThis).bench.start());

/** @param {readonly LibraryName[]} names @param {{ hardware: boolean, rounds: string }} options @returns {Promise<Opened>} */
export async function inPages(names, options) {
  const site = await openSite(options);
  /** @type {Record<string, number[]>} */
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  /** @type {Record<string, import('playwright').Page>} */
  const pages = {};
  let adapter;
  // The first page of all starts the browser's GPU process.
  await (await site.open('')).close();
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const name of names) {
      await pages[name]?.close();
      pages[name] = await site.open(name);
      const started = await startOf(pages[name]).catch(
        (error) => void console.log(`${name}: ${error.message}`),
      );
      if (started) seconds[name].push(started.firstResult);
      if (name === 'numgrad') adapter = started?.adapter;
    }
  }
  if (!adapter) throw new Error('numgrad has found no GPU');
  return {
    places: names.map((name) => [name, { ...placeOf(pages[name]), firstResult: median(seconds[name]) }]),
    adapter,
    version: `Chromium ${site.version}`,
    close: site.close,
  };
}

/** @returns {Promise<Opened>} */
export async function inNode() {
  const { globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  countCalls(globals);
  const begin = performance.now();
  const measurer = new Measurer('numgrad', await LIBRARIES.numgrad());
  await measurer.prepare('matmul 127');
  /** @type {Place} */
  const place = {
    firstResult: (performance.now() - begin) / 1e3,
    prepare: (name) => measurer.prepare(name),
    measure: (seconds) => measurer.measure(seconds),
  };
  return {
    places: [['numgrad', place]],
    adapter: adapterInfo(),
    version: `Node ${process.version}`,
    close: () => Promise.resolve(),
  };
}
