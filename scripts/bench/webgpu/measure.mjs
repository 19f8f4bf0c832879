/**
 * Runs cases on one library: in a page, or in Node.
 *
 * @typedef {import('./cases.mjs').Task} Task
 * @typedef {import('./cases.mjs').Case} Case
 * @typedef {{ shape: number[], values: number[] }} Sample some elements of a result
 * @typedef {object} Figures of a run, each a mean of the runs in a sample
 * @property {number} seconds until the device has done it
 * @property {number} issue seconds in which JavaScript was busy
 * @property {number} dispatches
 * @property {number} submits
 */
import { makeData } from '../inputs.mjs';
import { CASES } from './cases.mjs';
import { allDone, counts } from './counts.mjs';

/** How many elements of a result are compared. */
const SAMPLED = 200;

/** Runs of a training task before its result is compared. */
const COMPARED_RUN = 3;

/** @param {readonly number[]} shape @param {number} [seed] */
const data = (shape, seed = 0) =>
  /** @type {Float32Array} */ (makeData({ shape: [...shape], dtype: 'float32', low: -0.1, high: 0.1, seed }));

export class Measurer {
  /** @type {import('./libraries.mjs').Library} */
  #library;
  /** @type {import('./libraries.mjs').LibraryName} */
  #name;
  /** @type {{ item: Case, task: Task } | null} */
  #current = null;

  /** @param {import('./libraries.mjs').LibraryName} name @param {import('./libraries.mjs').Library} library */
  constructor(name, library) {
    this.#name = name;
    this.#library = library;
  }

  /** Makes a case the one to measure, and computes it. @param {string} caseName @returns {Promise<Sample>} */
  async prepare(caseName) {
    const item = CASES.find(({ name }) => name === caseName);
    const setup = item?.setups[this.#name];
    if (!item || !setup) throw new Error('cannot');
    const task = await setup(this.#library, data);
    this.#current = { item, task };
    const isTraining = caseName.startsWith('training');
    for (let i = 1; isTraining && i < COMPARED_RUN; i++) this.#library.release(await task.run());
    const result = await task.run();
    const { shape, data: all } = await this.#library.read(result);
    this.#library.release(result);
    const step = Math.max(1, Math.floor(all.length / SAMPLED));
    const values = Array.from({ length: Math.ceil(all.length / step) }, (_, i) => all[i * step]);
    return { shape, values };
  }

  /** @param {number} seconds how long @returns {Promise<Figures>} the median of several samples */
  async measure(seconds) {
    const { most = 8 } = this.#at().item;
    const first = await this.#sample(1);
    const count = Math.max(1, Math.min(most, Math.ceil(seconds / 4 / first.seconds)));
    await this.#sample(count);
    const samples = [];
    for (let end = performance.now() + seconds * 1e3; samples.length < 3 || performance.now() < end;)
      samples.push(await this.#sample(count));
    samples.sort((a, b) => a.seconds - b.seconds);
    return samples[samples.length >> 1];
  }

  #at() {
    if (!this.#current) throw new Error('no case is prepared');
    return this.#current;
  }

  /** @param {number} count @returns {Promise<Figures>} */
  async #sample(count) {
    const { item, task } = this.#at();
    await allDone();
    const before = { ...counts };
    const start = performance.now();
    const issue = item.latency ? await this.#oneByOne(count) : await this.#together(task, count);
    const end = performance.now();
    return {
      seconds: (end - start) / 1e3 / count,
      issue: issue / 1e3 / count,
      dispatches: (counts.dispatches - before.dispatches) / count,
      submits: (counts.submits - before.submits) / count,
    };
  }

  /** Many runs, for which is waited once. @param {Task} task @param {number} count @returns {Promise<number>} milliseconds of JavaScript */
  async #together(task, count) {
    const results = [];
    let issue = 0;
    let start = performance.now();
    for (let i = 0; i < count; i++) {
      const result = task.run();
      results.push(result instanceof Promise ? await result : result);
    }
    const started = this.#library.start([...results, ...(task.state?.() ?? [])]);
    issue += performance.now() - start;
    await started;
    await allDone();
    start = performance.now();
    for (const result of results) this.#library.release(result);
    return issue + performance.now() - start;
  }

  /** Each result is read before the next is asked for. @param {number} count */
  async #oneByOne(count) {
    let issue = 0;
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      const promised = this.#at().task.run();
      const result = promised instanceof Promise ? await promised : promised;
      const reading = this.#library.read(result);
      issue += performance.now() - start;
      await reading;
      this.#library.release(result);
    }
    return issue;
  }
}
