/** Opens WebGPU devices, in browsers, workers, Deno and Node. */
import { RuntimeError } from '../../array/errors.ts';
import { Context } from './context.ts';
import { Gpu } from './gpu.ts';

export interface OpenOptions {
  /** The adapter to use; WebGPU's choice by default. */
  readonly adapter?: GPUAdapter;
  /** A device to use, with its limits and features as they are. It is not destroyed in the end. */
  readonly device?: GPUDevice;
  /** Which of several GPUs to choose. */
  readonly powerPreference?: GPUPowerPreference;
}

/** Limits of which all is asked for that the adapter has. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/**
 * Opens a device.
 *
 * @throws RuntimeError if there is no WebGPU, or no adapter.
 */
export async function openGpu(options: OpenOptions = {}): Promise<Gpu> {
  if (options.device) return new Gpu(new Context(options.device, options.adapter ?? null, false));
  const adapter = options.adapter ?? (await findAdapter(options.powerPreference));
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: WANTED_FEATURES.filter((name) => adapter.features.has(name)),
  });
  if (isNode()) keepReachable(adapter, device);
  return new Gpu(new Context(device, adapter, true));
}

async function findAdapter(powerPreference?: GPUPowerPreference): Promise<GPUAdapter> {
  const gpu = await findWebGpu();
  const adapter = await gpu.requestAdapter(powerPreference ? { powerPreference } : {});
  if (!adapter) throw new RuntimeError('WebGPU found no adapter: there is no GPU here, or no driver for it');
  return adapter;
}

async function findWebGpu(): Promise<GPU> {
  const builtIn = typeof navigator === 'undefined' ? undefined : (navigator as { gpu?: GPU }).gpu;
  if (builtIn) return builtIn;
  if (!isNode())
    throw new RuntimeError(
      'WebGPU is not available: the browser has none, or the page is not in a secure context (https)',
    );
  return loadedWebGpu();
}

/** Node's WebGPU, which there may be only one of: who asks while it is being loaded waits for the same. */
async function loadedWebGpu(): Promise<GPU> {
  const holder = kept();
  const loading = (holder.gpu ??= loadWebGpu());
  try {
    return await loading;
  } catch (error) {
    delete holder.gpu;
    throw error;
  }
}

const isNode = (): boolean => typeof process !== 'undefined' && process.versions?.node !== undefined;

/** Precise times in profiles: browsers round them, for reasons that don't hold here. */
const DAWN_FLAGS = ['disable-dawn-features=timestamp_quantization'];

async function loadWebGpu(): Promise<GPU> {
  // Not a literal, so that bundlers for browsers don't look for it.
  const name = 'webgpu';
  try {
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      create: (flags: string[]) => GPU;
    };
    return create(DAWN_FLAGS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(`WebGPU in Node needs the package webgpu: npm install webgpu (${why})`);
  }
}

interface Kept {
  gpu?: Promise<GPU>;
  readonly devices: Set<object>;
}

const KEPT = Symbol.for('numgrad.webgpu');

/** Dawn's objects in Node must not be collected while work of theirs may be pending: the process would crash or hang at its end. */
function kept(): Kept {
  const holder = globalThis as { [KEPT]?: Kept };
  return (holder[KEPT] ??= { devices: new Set() });
}

function keepReachable(adapter: GPUAdapter, device: GPUDevice): void {
  const { devices } = kept();
  const entry = { adapter, device };
  devices.add(entry);
  void device.lost.then(() => devices.delete(entry));
}
