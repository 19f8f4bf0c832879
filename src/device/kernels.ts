/** Chooses the device that array kernels run on, and compiles each kernel there when it is first used. */
import type { KernelModule } from '../kernel/ir.ts';
import type { Device, KernelEntry } from './device.ts';
import { jsDevice } from './js/device.ts';
import { wasmDevice } from './wasm/device.ts';

const DEVICES: Readonly<Record<Device['name'], Device>> = { js: jsDevice, wasm: wasmDevice };

/** The device that the environment variable NUMGRAD_KERNELS names, WebAssembly if it is not set. */
function initialDevice(): Device {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const name = process?.env?.['NUMGRAD_KERNELS'];
  if (!name) return wasmDevice;
  if (name !== 'js' && name !== 'wasm')
    throw new Error(`NUMGRAD_KERNELS must be 'js' or 'wasm', not '${name}'`);
  return DEVICES[name];
}

let current: Device = /* @__PURE__ */ initialDevice();

/** Which device runs kernels. Both give the same bits; `'js'` is the slow reference. */
export const kernels = {
  get current(): Device {
    return current;
  },

  use(name: Device['name']): void {
    if (!(name in DEVICES))
      throw new TypeError(`kernels.use: the device must be 'js' or 'wasm', not ${String(name)}`);
    current = DEVICES[name];
  },
};

/** The functions of a module by name, compiled for the current device. */
export type LazyKernel<Name extends string = string> = () => Readonly<Record<Name, KernelEntry>>;

/**
 * A module that is built and compiled when it is first used on a device, and from then on costs a comparison.
 *
 * @param build - makes the module; called once for each device
 */
export function lazyKernel<Name extends string = string>(build: () => KernelModule): LazyKernel<Name> {
  const compiled = new Map<Device, Readonly<Record<Name, KernelEntry>>>();
  let device: Device | undefined;
  let entries: Readonly<Record<Name, KernelEntry>>;
  const select = () => {
    device = current;
    const known = compiled.get(device);
    entries = known ?? device.compile(build());
    if (!known) compiled.set(device, entries);
    return entries;
  };
  return () => (device === current ? entries : select());
}
