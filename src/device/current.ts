/** The device that array kernels run on. Each kernel is compiled there when it is first used. */
import type { KernelModule } from '../kernel/ir.ts';
import type { Device, KernelEntry } from './device.ts';
import { wasmDevice } from './wasm/device.ts';

let current: Device = wasmDevice;

export const currentDevice = (): Device => current;

export function setCurrentDevice(device: Device): void {
  current = device;
}

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
