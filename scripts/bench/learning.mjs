/** The learning table: every case on numgrad, jax-js and tfjs, in turns. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CASES, RECORDING } from './learning_cases.mjs';
import { median } from './speed.mjs';
import { duration } from './table.mjs';

const WORKER = fileURLToPath(new URL('learning_worker.mjs', import.meta.url));
const LEARNERS = /** @type {const} */ (['numgrad', 'jax-js', 'tfjs-wasm']);
/** A library that takes longer for a case is given up. */
const PATIENCE = 60_000;

/** @typedef {{ name: string, seconds: Partial<Record<import('./learning_cases.mjs').Learner, number>>, missed: string[] }} Row */

/** @param {string} learner @param {string} name @returns {number} seconds, NaN where it cannot */
function measure(learner, name) {
  const args = ['--expose-gc', '--max-old-space-size=8192', WORKER, learner, name];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: PATIENCE });
  return stdout?.trim() ? Number(stdout.trim().split('\n').at(-1)) : NaN;
}

/** @param {import('./learning_cases.mjs').Case} item @param {Row['seconds']} seconds @param {readonly Row[]} before */
function missedBars({ atMost, seconds: most, against }, seconds, before) {
  const missed = [];
  const own = seconds.numgrad ?? NaN;
  if (Number.isNaN(own)) missed.push('cannot');
  for (const [peer, ratio] of Object.entries(atMost)) {
    const theirs = seconds[/** @type {import('./learning_cases.mjs').Learner} */ (peer)];
    if (theirs && own / theirs > ratio) missed.push(`above ${ratio} of ${peer}`);
  }
  if (most && own > most) missed.push(`above ${duration(most)}`);
  const other = before.find(({ name }) => name === against?.of)?.seconds.numgrad;
  if (against && other && own / other > against.ratio) missed.push(`above ${against.ratio} of ${against.of}`);
  return missed;
}

/** @param {{ filter: string, rounds: number, peers: boolean }} options @returns {Row[]} */
export function measureLearning({ filter, rounds, peers }) {
  const wanted = new RegExp(filter);
  const learners = peers ? LEARNERS : LEARNERS.slice(0, 1);
  /** @param {string[]} cells */
  const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(46) : cell.padStart(11))).join('');
  console.log(line(['case', ...learners]));
  /** @type {Row[]} */
  const rows = [];
  for (const item of CASES.filter(({ name }) => wanted.test(name))) {
    /** @type {Row['seconds']} */
    const seconds = {};
    const able = learners.filter((learner) => item.setups[learner]);
    const times = Array.from({ length: rounds }, () => able.map((learner) => measure(learner, item.name)));
    able.forEach((learner, i) => (seconds[learner] = median(times.map((round) => round[i] ?? NaN))));
    const row = { name: item.name, seconds, missed: missedBars(item, seconds, rows) };
    rows.push(row);
    const cells = learners.map((learner) => duration(seconds[learner] || null));
    console.log(`${line([item.name, ...cells])}  ${row.missed.join('; ')}`);
  }
  const time = (/** @type {string} */ name) => rows.find((row) => row.name === name);
  const [plain, recorded] = [time(RECORDING.plain), time(RECORDING.recorded)];
  if (plain?.seconds.numgrad && recorded?.seconds.numgrad) {
    const more = recorded.seconds.numgrad - plain.seconds.numgrad;
    if (more > RECORDING.atMost) recorded.missed.push(`recording costs ${duration(more)}`);
    console.log(`recording an operation costs ${duration(more)}, at most ${duration(RECORDING.atMost)}`);
  }
  return rows;
}
