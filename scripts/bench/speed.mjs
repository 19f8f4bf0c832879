/**
 * The speed table: every case on numgrad, NumPy and the peers, in turns, so that a ratio compares times of the same minutes.
 *
 * @typedef {import('./cases.mjs').Case} Case
 * @typedef {import('./processes.mjs').Measured} Measured
 * @typedef {import('./processes.mjs').Sample} Sample
 * @typedef {{ seconds: number[], fault?: string }} Timing one median of each round; `fault` says why a library cannot do the case
 * @typedef {object} Row
 * @property {string} name
 * @property {number} bar
 * @property {number | null} numgrad seconds
 * @property {number | null} left the same with results left to the garbage collector
 * @property {number | null} numpyOneThread seconds
 * @property {number | null} numpyDefault seconds
 * @property {number | null} ratio numgrad's time to NumPy's
 * @property {string | undefined} fault numgrad's own, if it has one
 * @property {Record<string, { seconds: number | null, fault?: string }>} peers
 * @property {boolean | null} withinBar
 * @property {string[]} slowerThan the peers that do the case correctly and faster
 */

/** How many elements of a result are compared with NumPy's. */
const SAMPLED = 100;

/** @param {number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * Special values in arrays longer than a vector register, and of no multiple of its length.
 *
 * @param {Case} item
 * @returns {Case['inputs'] | null}
 */
function probeInputs({ inputs, probe }) {
  if (!probe) return null;
  const entries = Object.entries(inputs).map(([key, input]) => {
    const shape = input.shape.map(() => 37);
    return [key, { ...input, shape, ...(probe[key] ? { values: probe[key] } : {}) }];
  });
  return Object.fromEntries(entries);
}

/** @param {number | string} value */
const number = (value) => Number(String(value).replace('inf', 'Infinity'));

/**
 * @param {Sample} ours @param {Sample} theirs what NumPy says @param {Case} item
 * @returns {string | undefined} what is wrong
 */
function difference(ours, theirs, { tolerance, terms = 0 }) {
  if (ours.shape.join() !== theirs.shape.join()) return `shape (${ours.shape}), not (${theirs.shape})`;
  for (const [i, text] of theirs.values.entries()) {
    const expected = number(text);
    const actual = number(ours.values[i] ?? NaN);
    if (Object.is(actual, expected) || actual === expected) continue;
    const allowed = tolerance * Math.max(Math.abs(expected), terms);
    if (!(Math.abs(actual - expected) <= allowed)) return `${actual}, not ${expected}`;
  }
  return undefined;
}

/**
 * Whether a library computes the case as NumPy does, on the data and on special values.
 *
 * @param {Case} item @param {Measured} library @param {Measured | null} reference
 * @returns {Promise<string | undefined>} what is wrong
 */
async function fault(item, library, reference) {
  for (const inputs of [item.inputs, probeInputs(item)]) {
    if (!inputs) continue;
    const request = {
      type: /** @type {const} */ ('check'),
      name: item.name,
      numpy: item.numpy,
      inputs,
      count: SAMPLED,
      seconds: 0,
      best: false,
    };
    const ours = await library.ask(request);
    if (!ours.sample) return ours.error;
    const theirs = await reference?.ask(request);
    if (!theirs) continue;
    if (!theirs.sample) throw new Error(`NumPy, ${item.name}: ${theirs.error}`);
    const wrong = difference(ours.sample, theirs.sample, item);
    if (wrong) return `wrong: ${wrong}`;
  }
  return undefined;
}

/**
 * @param {Case} item
 * @param {Record<string, Measured | null>} libraries numgrad, 'numpy 1', 'numpy' and the peers, in the order of measurement
 * @param {{ rounds: number, seconds: number, best: boolean }} effort
 * @returns {Promise<Row>}
 */
export async function measureCase(item, libraries, { rounds, seconds, best }) {
  /** @type {Record<string, Timing>} */
  const timings = {};
  const reference = libraries['numpy 1'] ?? null;
  for (const [name, library] of Object.entries(libraries)) {
    if (!library) continue;
    const isNumpy = name.startsWith('numpy') && name !== 'numpy-ts';
    const wrong = isNumpy ? undefined : await fault(item, library, reference);
    timings[name] = { seconds: [], ...(wrong ? { fault: wrong } : {}) };
  }
  const request = {
    type: /** @type {const} */ ('measure'),
    name: item.name,
    numpy: item.numpy,
    inputs: item.inputs,
    count: 0,
    seconds,
    best,
  };
  for (let round = 0; round < rounds; round++) {
    for (const [name, timing] of Object.entries(timings)) {
      if (timing.fault && !timing.fault.startsWith('wrong')) continue;
      const reply = await libraries[name]?.ask(request);
      if (reply?.seconds) timing.seconds.push(reply.seconds);
      else timing.fault = reply?.error ?? 'no answer';
    }
  }
  return toRow(item, timings);
}

/** @param {Case} item @param {Record<string, Timing>} timings @returns {Row} */
function toRow({ name, bar, oneThread }, timings) {
  /** @param {string} library */
  const time = (library) => (timings[library]?.seconds.length ? median(timings[library].seconds) : null);
  const ours = timings.numgrad?.seconds ?? [];
  const theirs = timings[oneThread ? 'numpy 1' : 'numpy']?.seconds ?? [];
  const ratio = ours.length && theirs.length ? median(ours.map((t, i) => t / (theirs[i] ?? NaN))) : null;
  const numgrad = time('numgrad');
  /** @type {Row['peers']} */
  const peers = {};
  for (const [library, { fault }] of Object.entries(timings)) {
    if (['numgrad', 'left', 'numpy', 'numpy 1'].includes(library)) continue;
    peers[library] = { seconds: time(library), ...(fault ? { fault } : {}) };
  }
  const slowerThan = Object.keys(peers).filter((library) => {
    const { seconds, fault } = /** @type {{ seconds: number | null, fault?: string }} */ (peers[library]);
    return !fault && seconds !== null && numgrad !== null && seconds < numgrad;
  });
  return {
    name,
    bar,
    numgrad,
    left: time('left'),
    numpyOneThread: time('numpy 1'),
    numpyDefault: time('numpy'),
    ratio,
    fault: timings.numgrad?.fault,
    peers,
    withinBar: ratio === null ? null : ratio <= bar,
    slowerThan,
  };
}
