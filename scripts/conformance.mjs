/**
 * `npm run conformance`: builds, then replays the recorded results (conformance/main.ts); the arguments go to it. `--device webgpu`
 * finds the machine's GPU, or brings a software one.
 */
import { buildJavaScript } from './build.mjs';
import { ROOT, runStatus } from './setup.mjs';
import { webgpuEnvironment } from './webgpu.mjs';

const args = process.argv.slice(2);
const onGpu = args.some(
  (arg, i) => arg === '--device=webgpu' || (arg === 'webgpu' && args[i - 1] === '--device'),
);
await buildJavaScript();
const env = onGpu ? { ...process.env, ...(await webgpuEnvironment()) } : process.env;
process.exit(runStatus(process.execPath, [`${ROOT}bin/numgrad`, 'conformance', ...args], env));
