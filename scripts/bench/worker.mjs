/**
 * One library in a process of its own: computes and measures cases as asked over the process's channel. Started with the
 * library's name; answers each request with `{ sample }`, `{ seconds }` or `{ error }`.
 */
import Benchmark from 'benchmark';
import { CASES } from './cases.mjs';
import { makeData } from './inputs.mjs';
import { LIBRARIES } from './libraries.mjs';

/** Calls slower than this are timed one by one: benchmark.js would repeat them for minutes. */
const SLOW = 0.2;

/** How many milliseconds a case runs before it is measured: engines compile hot code in the background, and memory is touched. */
const WARM_UP = 300;

/**
 * How many seconds a sample takes, and all libraries collect garbage between samples: short enough that their results of 8 MB
 * do not fill the memory meanwhile. How memory holds out in an endless loop is measured on its own (memory.mjs).
 */
const SAMPLE = 0.02;

/** The same where the fastest sample counts: short enough to fit between two other processes on a busy machine. */
const SHORT_SAMPLE = 0.002;

const name = /** @type {import('./libraries.mjs').LibraryName} */ (process.argv[2]);
const library = await LIBRARIES[name]();

/** Collects garbage, and lets promises and finalizers have their turn. */
async function breathe() {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * @param {import('./cases.mjs').Case} item
 * @param {Record<string, import('./inputs.mjs').Input>} inputs
 */
function prepare(item, inputs) {
  const make = item.runs[name];
  if (!make) throw new Error('cannot');
  /** @type {Record<string, any>} */
  const arrays = {};
  for (const [key, input] of Object.entries(inputs)) {
    arrays[key] = library.array(makeData(input), input.shape, input.dtype);
  }
  const free = () => Object.values(arrays).forEach((array) => library.release(array));
  return { run: () => make(library.np, arrays), free };
}

/** @param {any} run @param {number} count */
async function sample(run, count) {
  const { shape, at } = await library.read(run());
  const size = shape.reduce((product, length) => product * length, 1);
  const values = [];
  for (let i = 0; i < Math.min(count, size); i++) {
    values.push(Number(at(Math.floor((i * (size - 1)) / Math.max(count - 1, 1)))));
  }
  return { shape, values: values.map((value) => (Number.isFinite(value) ? value : String(value))) };
}

/** @param {number[]} values @param {boolean} best the fastest instead of the median */
function typical(values, best) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[best ? 0 : sorted.length >> 1] ?? NaN;
}

/** One call, its result awaited where the library is lazy, and freed. @param {() => any} run */
async function once(run) {
  const result = run();
  await library.settle?.(result);
  library.release(result);
}

/**
 * @param {() => any} run
 * @param {{ seconds: number, best: boolean }} effort
 * @returns {Promise<number>} the time of a call in seconds: the median, or the best
 */
async function measure(run, effort) {
  let last = Infinity;
  for (let end = performance.now() + WARM_UP; performance.now() < end; await breathe()) {
    for (let full = performance.now() + SAMPLE * 1000; performance.now() < full;) {
      const start = performance.now();
      await once(run);
      last = (performance.now() - start) / 1000;
    }
  }
  return last > SLOW ? measureSlow(run, effort) : measureFast(run, effort);
}

/** @param {() => any} run @param {{ best: boolean }} effort */
async function measureSlow(run, { best }) {
  const samples = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await once(run);
    samples.push((performance.now() - start) / 1000);
    await breathe();
  }
  return typical(samples, best);
}

/** @param {() => any} run @param {{ seconds: number, best: boolean }} effort @returns {Promise<number>} */
function measureFast(run, { seconds, best }) {
  const { settle, release } = library;
  const lazy = settle !== undefined;
  /** @type {(deferred?: any) => void} */
  const fn = lazy
    ? (deferred) => {
        const result = run();
        void settle(result).then(() => {
          release(result);
          deferred.resolve();
        });
      }
    : () => release(run());
  return new Promise((resolve, reject) => {
    const benchmark = new Benchmark(name, fn, {
      async: true,
      defer: lazy,
      minSamples: 5,
      minTime: best ? SHORT_SAMPLE : SAMPLE,
      maxTime: seconds,
      onCycle: () => globalThis.gc?.(),
      onComplete: () => resolve(typical(benchmark.stats.sample, best)),
      onError: () => reject(/** @type {any} */ (benchmark).error),
    });
    benchmark.run({ async: true });
  });
}

/** @param {import('./processes.mjs').Request} request */
async function answer({ type, name, inputs, count, ...effort }) {
  const item = CASES.find((item) => item.name === name);
  if (!item) throw new Error(`no case ${name}`);
  const { run, free } = prepare(item, inputs);
  const reply =
    type === 'measure' ? { seconds: await measure(run, effort) } : { sample: await sample(run, count) };
  free();
  return reply;
}

process.on('message', async (/** @type {any} */ request) => {
  let reply;
  try {
    reply = await answer(request);
  } catch (error) {
    reply = { error: String(/** @type {any} */ (error)?.message ?? error).split('\n')[0] };
  }
  await breathe();
  process.send?.(reply);
});
process.send?.({ ready: true });
