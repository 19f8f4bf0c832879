/** Runs kernels on the device that the environment variable NUMGRAD_KERNELS names, if it is set. */
import { kernels } from './kernels.ts';

const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
const name = process?.env?.['NUMGRAD_KERNELS'];
if (name) {
  if (name !== 'js' && name !== 'wasm')
    throw new Error(`NUMGRAD_KERNELS must be 'js' or 'wasm', not '${name}'`);
  kernels.use(name);
}
