/** The devices that tensors lie on: the processor, and those that have been opened. */
import { ValueError } from '../array/errors.ts';
import type { Home } from '../array/remote.ts';
import { placement } from '../array/remote.ts';
import { unknownKeyword } from '../np/args.ts';
import type { DeviceReport, OpenOptions, ProfileRow, WebGpuDevice } from '../ops/webgpu/index.ts';

export type { DeviceReport, OpenOptions, ProfileRow, WebGpuDevice };

/** The processor as a device. */
export interface CpuDevice {
  readonly name: 'cpu';
}

/** How a device is named: by its name, which stands for the one that was opened last, or as what `np.device` gave. */
export type DeviceLike = string | WebGpuDevice;

/** The device that each name stands for. */
const opened = /* @__PURE__ */ new Map<string, WebGpuDevice>();

/** All that have been opened. */
const all = /* @__PURE__ */ new WeakSet<object>();

/** Those that have been opened on a GPUDevice. */
const ofGpu = /* @__PURE__ */ new WeakMap<GPUDevice, WebGpuDevice>();

/** Those that are being opened without a choice: who asks meanwhile gets the same. */
const opening = /* @__PURE__ */ new Map<string, Promise<WebGpuDevice>>();

/**
 * The device of a name, `null` for the processor.
 *
 * @throws ValueError for a device that there is not, or that has not been opened; RuntimeError for one that was lost.
 */
export function requireDevice(name: DeviceLike): Home | null {
  if (typeof name !== 'string' && all.has(name)) {
    name.requireAlive();
    return name;
  }
  if (name === 'cpu') return null;
  if (name !== 'webgpu')
    throw new ValueError(`no device '${String(name)}': the devices are 'cpu' and 'webgpu'`);
  const device = opened.get(name);
  if (!device) throw new ValueError(`'${name}' has not been opened: call await np.device('${name}') first`);
  device.requireAlive();
  return device;
}

/** Whether something names a device. */
export function isDevice(name: unknown): name is DeviceLike {
  return (typeof name === 'object' && name !== null && all.has(name)) || name === 'cpu' || name === 'webgpu';
}

async function open(name: 'cpu'): Promise<CpuDevice>;
async function open(name: 'webgpu', options?: OpenOptions): Promise<WebGpuDevice>;
async function open(name: string, options: OpenOptions = {}): Promise<CpuDevice | WebGpuDevice> {
  if (name === 'cpu') return { name };
  if (name !== 'webgpu') throw new ValueError(`no device '${name}': the devices are 'cpu' and 'webgpu'`);
  requireOptions(options);
  const known = options.device && ofGpu.get(options.device);
  if (known && !known.isLost) {
    opened.set(name, known);
    return known;
  }
  const before = opened.get(name);
  if (!leavesOpen(options)) return openNew(name, options);
  if (before && !before.isLost) return before;
  let pending = opening.get(name);
  if (!pending) {
    pending = openNew(name, options).finally(() => opening.delete(name));
    opening.set(name, pending);
  }
  return pending;
}

async function openNew(name: string, options: OpenOptions): Promise<WebGpuDevice> {
  const { openWebGpu } = await import('../ops/webgpu/index.ts');
  const device = await openWebGpu(options);
  opened.set(name, device);
  all.add(device);
  ofGpu.set(device.gpu.device, device);
  placement.live = true;
  return device;
}

/** Whether options leave the choice of the device open. */
function leavesOpen(options: OpenOptions): boolean {
  return Object.values(options).every((value) => value === undefined);
}

/** Which option is of which kind: the method that an object must have, or the texts that there are. */
const OPTIONS: Readonly<
  Record<keyof OpenOptions, { readonly what: string; readonly is: (x: unknown) => boolean }>
> = {
  adapter: { what: 'a GPUAdapter', is: (x) => hasMethod(x, 'requestDevice') },
  device: { what: 'a GPUDevice', is: (x) => hasMethod(x, 'createBuffer') },
  powerPreference: {
    what: "'low-power' or 'high-performance'",
    is: (x) => x === 'low-power' || x === 'high-performance',
  },
};

const hasMethod = (x: unknown, name: string): boolean =>
  typeof (x as Record<string, unknown> | null)?.[name] === 'function';

/** @throws TypeError for an option that there is not, or of another kind. */
function requireOptions(options: OpenOptions): void {
  for (const [key, value] of Object.entries(options)) {
    const option = (OPTIONS as Readonly<Record<string, (typeof OPTIONS)['device'] | undefined>>)[key];
    if (!option) throw unknownKeyword('device', key, Object.keys(OPTIONS));
    if (value !== undefined && !option.is(value))
      throw new TypeError(`device(): ${key} must be ${option.what}`);
  }
}

/** What `np.device` is: a function, and what it knows of the device that was opened. */
export interface DeviceFunction {
  (name: 'cpu'): Promise<CpuDevice>;
  (name: 'webgpu', options?: OpenOptions): Promise<WebGpuDevice>;
  /**
   * What the GPU is and has done: adapter, limits, features, kernels compiled, dispatches, bytes held.
   *
   * @throws ValueError if none has been opened.
   */
  report(): DeviceReport;
}

/**
 * Opens a device. After that every call on its tensors is synchronous, and only reading values back is not.
 *
 * The GPU is that of the browser, of Deno, or in Node that of the package `webgpu`, which has to be installed. A second call gives the
 * same device, unless it was lost or other options are given.
 *
 * @param name - 'webgpu' or 'cpu'
 * @param options - `adapter`, `device`: the user's own; `powerPreference`: 'low-power' or 'high-performance'
 * @throws ValueError for another name; TypeError for other options; RuntimeError where there is no GPU.
 * @example
 * await np.device('webgpu');
 * const x = np.tensor([1, 2, 3]).to('webgpu');
 * await np.exp(x).array(); // array([ 2.7182817,  7.389056 , 20.085537 ], dtype=float32)
 */
export const device: DeviceFunction = /* @__PURE__ */ Object.assign(open, { report });

function report(): DeviceReport {
  return requireOpened().report();
}

/** The GPU that was opened. @throws ValueError if none has been. */
export function requireOpened(): WebGpuDevice {
  const found = opened.get('webgpu');
  if (!found) throw new ValueError("no GPU has been opened: call await np.device('webgpu') first");
  return found;
}

/**
 * Runs a function and lists the kernels that the GPU ran for it, those that took longest first.
 *
 * @param fn - what to look at; it may be asynchronous
 * @returns for each kernel its name, how often it ran, and the milliseconds that it took (null where the GPU has no timestamps)
 * @throws ValueError if no GPU has been opened.
 * @example
 * await np.device('webgpu');
 * const x = np.rand(1000, { device: 'webgpu' });
 * const kernels = await np.profile(() => np.sum(np.exp(x)));
 */
export async function profile(fn: () => unknown): Promise<ProfileRow[]> {
  return requireOpened().profile(fn);
}
