/** How the benchmark's figures are printed. @typedef {import('./speed.mjs').Row} Row */

/** @param {number | null} seconds */
export function duration(seconds) {
  if (seconds === null) return '-';
  if (seconds < 1e-6) return `${(seconds * 1e9).toFixed(0)} ns`;
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(3)} us`;
  return seconds < 1 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** @param {number | null} seconds @param {number | null} reference */
const ratio = (seconds, reference) =>
  seconds === null || reference === null
    ? '-'
    : (seconds / reference).toPrecision(seconds / reference >= 100 ? 3 : 2);

/** @param {string[]} cells */
const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(11))).join('');

/** @param {string[]} peers */
export const header = (peers) =>
  line(['case', 'numgrad', 'numpy 1T', 'numpy', 'ratio', 'left', 'bar', ...peers]) + '  ';

/**
 * One line of the table. The peers' cells are their times to NumPy's, as numgrad's ratio is.
 *
 * @param {Row} row @param {string[]} peers
 */
export function tableLine(row, peers) {
  const reference = row.numpyDefault ?? row.numpyOneThread ?? row.numgrad;
  const cells = peers.map((peer) => {
    const timing = row.peers[peer];
    if (!timing || (timing.fault && timing.seconds === null)) return 'cannot';
    return `${ratio(timing.seconds, reference)}${timing.fault ? ' wrong' : ''}`;
  });
  const ours = row.ratio === null ? '-' : row.ratio.toPrecision(row.ratio >= 100 ? 3 : 2);
  const figures = [
    duration(row.numgrad),
    duration(row.numpyOneThread),
    duration(row.numpyDefault),
    ours,
    ratio(row.left, reference),
    String(row.bar),
  ];
  return `${line([row.name, ...figures, ...cells])}  ${verdict(row)}`;
}

/** @param {Row} row */
function verdict({ fault, withinBar, slowerThan }) {
  if (fault) return `FAULT: ${fault}`;
  const remarks = [];
  if (withinBar === false) remarks.push('ABOVE THE BAR');
  if (slowerThan.length) remarks.push(`slower than ${slowerThan.join(', ')}`);
  return remarks.join('; ');
}
