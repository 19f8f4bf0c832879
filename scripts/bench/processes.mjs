/**
 * The processes that do the work: one for each JavaScript library, one for each NumPy setting, so that no heap disturbs another.
 *
 * @typedef {object} Request
 * @property {'check' | 'measure'} type compute once and return a sample of the result, or time it
 * @property {string} name the case
 * @property {string} numpy its Python expression
 * @property {Record<string, import('./inputs.mjs').Input>} inputs
 * @property {number} count how many elements of the result to return
 * @property {number} seconds how long to measure
 * @property {boolean} best whether the fastest sample counts, not the median
 *
 * @typedef {{ shape: number[], values: (number | string)[] }} Sample
 * @typedef {{ sample?: Sample, seconds?: number, error?: string }} Reply
 * @typedef {{ ask: (request: Request) => Promise<Reply>, stop: () => void }} Measured
 */
import { fork, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
const NUMPY_WORKER = fileURLToPath(new URL('numpy_worker.py', import.meta.url));

/** A case that takes longer is given up and its process replaced. */
const PATIENCE = 90_000;

/**
 * A JavaScript library. Its process is started at the first request, and again after it died or was given up.
 *
 * @param {string} library
 * @param {NodeJS.ProcessEnv} [env] added to the environment
 * @returns {Measured}
 */
export function javaScriptLibrary(library, env = {}) {
  /** @type {import('node:child_process').ChildProcess | null} */
  let child = null;
  /** @param {Request} request @returns {Promise<Reply>} */
  const ask = async (request) => {
    if (!child) {
      child = fork(WORKER, [library], {
        execArgv: ['--expose-gc', '--max-old-space-size=8192'],
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      const started = await nextMessage(child);
      if (started.error) return drop(started);
    }
    child.send(request);
    const reply = await nextMessage(child);
    return reply.error && !child.connected ? drop(reply) : reply;
  };
  /** @param {Reply} reply */
  const drop = (reply) => {
    child?.kill('SIGKILL');
    child = null;
    return reply;
  };
  return { ask, stop: () => void child?.kill() };
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<Reply>} */
function nextMessage(child) {
  return new Promise((resolve) => {
    let errors = '';
    /** @param {Reply} reply */
    const done = (reply) => {
      clearTimeout(timer);
      child.off('message', done);
      child.off('exit', died);
      child.stderr?.off('data', listen);
      resolve(reply);
    };
    const died = () => done({ error: errors.match(/^\w*Error.*/m)?.[0] ?? 'the process died' });
    const listen = (/** @type {Buffer} */ text) => (errors += text);
    const timer = setTimeout(() => {
      child.disconnect();
      done({ error: `no result in ${PATIENCE / 1000} s` });
    }, PATIENCE);
    child.on('message', done);
    child.on('exit', died);
    child.stderr?.on('data', listen);
  });
}

/**
 * NumPy in Python.
 *
 * @param {NodeJS.ProcessEnv} [env] added to the environment
 * @returns {Promise<(Measured & { version: string }) | null>} null where python3 or NumPy is missing
 */
export async function numpy(env = {}) {
  const child = spawn('python3', [NUMPY_WORKER], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? { error: 'python3 with NumPy is missing' } : JSON.parse(value);
  };
  const { ready } = await next();
  if (!ready) return null;
  return {
    version: ready,
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return next();
    },
    stop: () => child.stdin.end(),
  };
}

/** The settings of the BLAS libraries that NumPy is built with. */
export const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
