/** How the figures on WebGPU are printed: a line for the times, and one for dispatches, submits and time in JavaScript. */
import { duration } from '../table.mjs';

/** @typedef {import('./libraries.mjs').LibraryName} LibraryName */

/** @param {string[]} cells */
const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(44) : cell.padStart(26))).join('');

/** @param {string} version @param {Record<string, string>} adapter @param {readonly LibraryName[]} names */
export function printHead(version, adapter, names) {
  console.log(`${version}, ${Object.values(adapter).filter(Boolean).join(' ')}`);
  console.log('each: time of a run; below it dispatches / submits / time in JavaScript\n');
  console.log(line(['case', ...names]));
}

/** @param {readonly LibraryName[]} names @param {Record<string, number>} firstResults */
export const printStart = (names, firstResults) =>
  console.log(
    line(['first result, from an empty page', ...names.map((name) => duration(firstResults[name] || null))]),
  );

/** @param {number} count */
const few = (count) => (Number.isInteger(count) ? String(count) : count.toPrecision(2));

/**
 * @param {import('./main.mjs').Row} row @param {readonly LibraryName[]} names
 * @param {{ tflops: number | null, gbs: number | null }} peaks
 */
export function printRow({ item, results, above }, names, peaks) {
  const cells = names.map((name) => {
    const { figures, fault } = results[name] ?? {};
    if (!figures) return fault ? 'fails' : 'cannot';
    return `${duration(figures.seconds)}${fault ? ' wrong' : ''}`;
  });
  const details = names.map((name) => {
    const figures = results[name]?.figures;
    if (!figures) return '';
    return `${few(figures.dispatches)} / ${few(figures.submits)} / ${duration(figures.issue)}`;
  });
  console.log(line([item.name, ...cells]) + (above.length ? `   ABOVE in ${above.join(', ')}` : ''));
  console.log(line([`  ${rates(item, results.numgrad?.figures?.seconds, peaks)}`, ...details]));
  for (const name of names) {
    const fault = results[name]?.fault;
    if (fault) console.log(`    ${name}: ${fault}`);
  }
}

/**
 * numgrad's rates, and what part of the adapter's that is.
 *
 * @param {import('./cases.mjs').Case} item @param {number | undefined} seconds
 * @param {{ tflops: number | null, gbs: number | null }} peaks
 */
function rates({ flops, bytes }, seconds, peaks) {
  if (!seconds) return '';
  const of = (/** @type {number} */ rate, /** @type {number | null} */ peak) =>
    peak ? ` (${((100 * rate) / peak).toFixed(0)} %)` : '';
  const parts = [];
  if (flops) {
    const rate = flops / seconds / 1e9;
    parts.push(`${rate.toPrecision(3)} GFLOP/s${of(rate / 1e3, peaks.tflops)}`);
  }
  if (bytes) {
    const rate = bytes / seconds / 1e9;
    parts.push(`${rate.toPrecision(3)} GB/s${of(rate, peaks.gbs)}`);
  }
  return parts.join(', ');
}
