/** One learning case on one library, in a process of its own: prints the median time of a step in seconds. */
import { makeData } from './inputs.mjs';
import { CASES } from './learning_cases.mjs';
import { LIBRARIES } from './libraries.mjs';

const WARM_UP = 400;
const MEASURE = 1200;

const [learner, name] = process.argv.slice(2);
const item = CASES.find((item) => item.name === name);
const setup = item?.setups[/** @type {import('./learning_cases.mjs').Learner} */ (learner)];
if (!setup) throw new Error(`${learner} has no ${name}`);
const library = await LIBRARIES[/** @type {import('./libraries.mjs').LibraryName} */ (learner)]();
const root = learner === 'jax-js' ? await import('@jax-js/jax') : library.np;
const step = setup(
  root,
  (shape, seed = 0) =>
    /** @type {Float32Array} */ (makeData({ shape, dtype: 'float32', low: -0.1, high: 0.1, seed })),
);

/** A step, its result waited for and freed as the library wants it. numgrad wants nothing. */
async function once() {
  const result = step();
  if (library.settle) await library.settle(result);
  if (learner !== 'numgrad') library.release(result);
}

/** @param {number} milliseconds @returns {Promise<number[]>} the seconds of each sample's steps */
async function sample(milliseconds) {
  const times = [];
  let count = 1;
  for (let end = performance.now() + milliseconds; performance.now() < end || times.length < 3;) {
    const start = performance.now();
    for (let i = 0; i < count; i++) await (library.settle ? once() : run());
    const elapsed = (performance.now() - start) / 1000;
    times.push(elapsed / count);
    if (elapsed < 0.002) count *= 2;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return times;
}

/** The same without a promise, for libraries that compute at once. */
function run() {
  const result = step();
  if (learner !== 'numgrad') library.release(result);
}

await sample(WARM_UP);
const times = (await sample(MEASURE)).sort((a, b) => a - b);
console.log(times[times.length >> 1]);
