/** Whether memory holds out where nothing is freed by hand: each program runs in a process of its own. */
import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import { ROOT } from '../setup.mjs';

/** Programs that print one number, and the most that it may be. */
const PROGRAMS = [
  {
    name: 'peak memory of 100,000 rounds of a = np.add(a, 1), 8 MB each',
    needs: 2e9,
    limit: 1.5e9,
    code: `
      let a = np.zeros(1_000_000);
      for (let i = 0; i < 100_000; i++) a = np.add(a, 1);
      if (a.get(0) !== 100_000 || a.get(-1) !== 100_000) throw new Error('wrong sum');
      console.log(process.resourceUsage().maxRSS * 1024);`,
  },
  {
    name: 'memory kept by 1e6 more adds of 10 elements',
    needs: 1e9,
    limit: 1e7,
    code: `
      const x = np.arange(10);
      const run = () => { for (let i = 0; i < 1_000_000; i++) np.add(x, 1); };
      const settle = async () => { for (let i = 0; i < 5; i++) { gc(); await new Promise((r) => setTimeout(r, 20)); } };
      run(); await settle();
      const before = process.memoryUsage().rss;
      run(); await settle();
      console.log(process.memoryUsage().rss - before);`,
  },
  {
    name: 'peak memory of the sum of a 5 GB array',
    needs: 8e9,
    limit: 6.5e9,
    code: `
      const n = 625_000_000;
      if (np.sum(np.ones(n)) !== n) throw new Error('wrong sum');
      console.log(process.resourceUsage().maxRSS * 1024);`,
  },
];

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/**
 * @param {string} device
 * @returns {Promise<import('./main.mjs').Figure[]>}
 */
export async function measureMemory(device) {
  const figures = [];
  for (const { name, needs, limit, code } of PROGRAMS) {
    if (freemem() < needs) {
      console.log(`  ${name}: left out, this machine has less than ${megabytes(needs)} free`);
      continue;
    }
    const args = ['--expose-gc', '--input-type=module', '-e', `import * as np from 'numgrad';${code}`];
    const env = { ...process.env, NUMGRAD_KERNELS: device };
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env });
    const bytes = stdout.trim() === '' ? NaN : Number(stdout);
    const error = stderr.match(/^\w*Error.*/m)?.[0] ?? 'died';
    figures.push({
      name,
      value: Number.isNaN(bytes) ? error : megabytes(bytes),
      bar: megabytes(limit),
      ok: bytes <= limit,
    });
  }
  return figures;
}
