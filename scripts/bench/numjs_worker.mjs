/** One library in a process of its own: `numjs` or `numgrad`. For each name of a case on its channel it answers the seconds of a call. */
import { CASES } from './numjs_cases.mjs';

const { default: nj } = await import(
  process.argv[2] === 'numjs' ? /** @type {string} */ ('numjs') : 'numgrad/compat/numjs'
);

/** Milliseconds that a case runs before it is measured, that a sample takes, and how many there are. */
const WARM_UP = 150;
const SAMPLE = 8;
const SAMPLES = 12;

/** Seconds of a call over `milliseconds` of them. @param {() => unknown} run @param {number} milliseconds */
function timed(run, milliseconds) {
  const start = performance.now();
  let calls = 0;
  let now = start;
  for (let batch = 1; now - start < milliseconds; batch = Math.min(batch * 2, 256)) {
    for (let i = 0; i < batch; i++) run();
    calls += batch;
    now = performance.now();
  }
  return (now - start) / 1000 / calls;
}

/** The fastest sample: what others did on the machine meanwhile does not count. @param {() => unknown} run */
async function measure(run) {
  for (const end = performance.now() + WARM_UP; performance.now() < end; await pause()) timed(run, SAMPLE);
  let best = Infinity;
  for (let i = 0; i < SAMPLES; i++) {
    best = Math.min(best, timed(run, SAMPLE));
    await pause();
  }
  return best;
}

/** Collects garbage, and lets finalizers have their turn. */
function pause() {
  globalThis.gc?.();
  return new Promise((resolve) => setImmediate(resolve));
}

process.on('message', async (/** @type {string} */ name) => {
  const item = CASES.find((one) => one.name === name);
  if (!item) throw new Error(`no case ${name}`);
  process.send?.(await measure(item.make(nj)));
});
process.send?.('ready');
