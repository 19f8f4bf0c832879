/** What results are compared with: those of numgrad on the processor. */
import { LIBRARIES } from './libraries.mjs';
import { Measurer } from './measure.mjs';

/** @typedef {import('./measure.mjs').Sample} Sample */

/** How far results may differ, in parts of the largest: sums of thousands of float32 in any order, steps of training. */
const TOLERANCE = 1e-3;

/** @type {Measurer | null} */
let processor = null;

/** @param {import('./cases.mjs').Case} item @returns {Promise<Sample>} */
export async function reference(item) {
  processor ??= new Measurer('numgrad', await LIBRARIES.numgrad('cpu'));
  return processor.prepare(item.name);
}

/** @param {Sample} ours @param {Sample} expected @returns {string | undefined} what is wrong */
export function difference(ours, expected) {
  if (ours.shape.join() !== expected.shape.join()) return `shape (${ours.shape}), not (${expected.shape})`;
  const allowed = TOLERANCE * Math.max(...expected.values.map(Math.abs));
  const at = expected.values.findIndex((value, i) => !(Math.abs(value - ours.values[i]) <= allowed));
  return at < 0 ? undefined : `${ours.values[at]}, not ${expected.values[at]}`;
}
