/**
 * Devices with memory of their own. A primitive whose operands lie on one hands the call to the method of its name there, whose
 * signature and meaning are the primitive's.
 */
import type { NDArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';

/** The primitives as a device with its own memory has them. */
export interface Accelerator extends Home {
  runMap: typeof import('./map.ts').runMap;
}

/** Where an array lies, if that is no memory of the processor. */
export function acceleratorOf(a: NDArray): Accelerator | null {
  const { remote } = a.storage;
  return remote === null ? null : (remote.home as Accelerator);
}
