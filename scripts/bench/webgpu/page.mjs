/**
 * The page of one library: `?library=NAME`. What the benchmark asks of it is under `window.bench`. A page without a library opens a
 * device, so that the browser is ready for those with one.
 */
import { adapterInfo, allDone, countCalls } from './counts.mjs';
import { LIBRARIES } from './libraries.mjs';
import { Measurer } from './measure.mjs';

const name = new URL(globalThis.location.href).searchParams.get('library');
countCalls(globalThis);

/** @param {import('./libraries.mjs').LibraryName} name */
async function open(name) {
  const measurer = new Measurer(name, await LIBRARIES[name]());
  await measurer.prepare('matmul 127');
  await allDone();
  // Since the page was asked for: loading, opening the device, compiling, computing, reading.
  return { measurer, firstResult: performance.now() / 1e3, adapter: adapterInfo() };
}

if (name) {
  const opened = open(/** @type {import('./libraries.mjs').LibraryName} */ (name));
  opened.catch(() => undefined);
  Object.assign(globalThis, {
    bench: {
      start: async () => {
        const { firstResult, adapter } = await opened;
        return { firstResult, adapter };
      },
      prepare: async (/** @type {string} */ caseName) => (await opened).measurer.prepare(caseName),
      measure: async (/** @type {number} */ seconds) => (await opened).measurer.measure(seconds),
    },
  });
} else {
  await (await globalThis.navigator.gpu.requestAdapter())?.requestDevice();
}
