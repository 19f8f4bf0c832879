/** The numjs table: calls of numjs on numjs itself and on numgrad/compat/numjs, in turns. None may be slower. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CASES } from './numjs_cases.mjs';
import { duration } from './table.mjs';

const WORKER = fileURLToPath(new URL('numjs_worker.mjs', import.meta.url));

/** @typedef {{ name: string, numgrad: number, numjs: number, ratio: number }} Row seconds of a call, and numgrad's over numjs's */

/** @param {'numgrad' | 'numjs'} library @param {NodeJS.ProcessEnv} env */
async function start(library, env) {
  const child = fork(WORKER, [library], { execArgv: ['--expose-gc'], env: { ...process.env, ...env } });
  await once(child, 'message');
  /** @param {string} name @returns {Promise<number>} */
  const ask = async (name) => {
    child.send(name);
    const [seconds] = await once(child, 'message');
    return seconds;
  };
  return { ask, stop: () => child.kill() };
}

/** @param {{ filter: string, rounds: number, device: string }} options @returns {Promise<Row[]>} */
export async function measureNumjs({ filter, rounds, device }) {
  const wanted = new RegExp(filter);
  const ours = await start('numgrad', { NUMGRAD_KERNELS: device });
  const theirs = await start('numjs', {});
  console.log(
    `\n${'numjs call'.padEnd(46)}${'numgrad'.padStart(11)}${'numjs'.padStart(11)}${'ratio'.padStart(9)}`,
  );
  /** @type {Row[]} */
  const rows = [];
  for (const { name } of CASES.filter((item) => wanted.test(item.name))) {
    let [numgrad, numjs] = [Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      numgrad = Math.min(numgrad, await ours.ask(name));
      numjs = Math.min(numjs, await theirs.ask(name));
    }
    const ratio = numgrad / numjs;
    rows.push({ name, numgrad, numjs, ratio });
    const times = [numgrad, numjs].map((seconds) => duration(seconds).padStart(11)).join('');
    console.log(`${name.padEnd(46)}${times}${ratio.toFixed(2).padStart(9)}${ratio > 1 ? '   SLOWER' : ''}`);
  }
  ours.stop();
  theirs.stop();
  const slower = rows.filter(({ ratio }) => ratio > 1).length;
  console.log(`${rows.length - slower} of ${rows.length} calls not slower than numjs`);
  return rows;
}
