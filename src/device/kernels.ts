/** Chooses the device. A program that does not, does not carry the slow one. */
import { currentDevice, setCurrentDevice } from './current.ts';
import type { Device } from './device.ts';
import { jsDevice } from './js/device.ts';
import { wasmDevice } from './wasm/device.ts';

export { lazyKernel } from './current.ts';
export type { LazyKernel } from './current.ts';

const DEVICES: Readonly<Record<Device['name'], Device>> = { js: jsDevice, wasm: wasmDevice };

/** Which device runs kernels. Both give the same bits; `'js'` is the slow reference. */
export const kernels = {
  get current(): Device {
    return currentDevice();
  },

  use(name: Device['name']): void {
    if (!Object.hasOwn(DEVICES, name))
      throw new TypeError(`kernels.use: the device must be 'js' or 'wasm', not ${String(name)}`);
    setCurrentDevice(DEVICES[name]);
  },
};
