/** How long a fresh process waits for its first result. */
import { spawnSync } from 'node:child_process';
import { ROOT } from '../setup.mjs';
import { median } from './speed.mjs';

const PROGRAM = `
const start = performance.now();
const np = await import('numgrad');
np.add(np.array([1, 2, 3]), np.array([4, 5, 6]));
console.log(performance.now() - start);
`;

const LIMIT = 60;

/** @returns {Promise<import('./main.mjs').Figure[]>} */
export async function measureStartup() {
  const times = [];
  for (let i = 0; i < 11; i++) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (!stdout) throw new Error(stderr);
    times.push(Number(stdout));
  }
  const time = median(times);
  return [
    {
      name: 'import and first add in a fresh process',
      value: `${time.toFixed(1)} ms`,
      bar: `${LIMIT} ms`,
      ok: time <= LIMIT,
    },
  ];
}
