/** One learning case on one library, in a process of its own: prints the median time of a step in seconds. */
import { makeData } from './inputs.mjs';
import { CASES } from './learning_cases.mjs';
import { LIBRARIES } from './libraries.mjs';

/** Engines compile hot code in the background: the tiny steps take thousands of rounds until they are done. */
const WARM_UP = 2000;
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

/** A step of a lazy library, its result waited for. */
async function settled() {
  const result = step();
  await library.settle?.(result);
  library.release(result);
}

/** @param {number} milliseconds @returns {Promise<number[]>} the seconds of each sample's steps */
async function sample(milliseconds) {
  const times = [];
  let count = 1;
  for (let end = performance.now() + milliseconds; performance.now() < end || times.length < 3;) {
    const start = performance.now();
    if (library.settle) for (let i = 0; i < count; i++) await settled();
    else for (let i = 0; i < count; i++) library.release(step());
    const elapsed = (performance.now() - start) / 1000;
    times.push(elapsed / count);
    if (elapsed < 0.002) count *= 2;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return times;
}

await sample(WARM_UP);
const times = (await sample(MEASURE)).sort((a, b) => a - b);
console.log(times[times.length >> 1]);
