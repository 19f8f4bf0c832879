/** The GPU as a device for arrays: loaded when it is opened. */
import type { NDArray } from '../../array/ndarray.ts';
import type { Gpu } from '../../device/webgpu/gpu.ts';
import type { DeviceReport, ProfileRow } from '../../device/webgpu/gpu.ts';
import type { OpenOptions } from '../../device/webgpu/open.ts';
import { openGpu } from '../../device/webgpu/open.ts';
import type { Accelerator } from '../accelerator.ts';
import type { MapInput, MapKernel } from '../map.ts';
import { runMapOn } from './map.ts';
import { WebGpu } from './webgpu.ts';

export type { DeviceReport, OpenOptions, ProfileRow };

/** An opened GPU. */
export class WebGpuDevice extends WebGpu implements Accelerator {
  runMap(kernel: MapKernel, inputs: readonly MapInput[], outputs: readonly NDArray[], where?: NDArray): void {
    runMapOn(this, kernel, inputs, outputs, where);
  }

  /** Whether the device was lost, so that everything on it is gone. */
  get isLost(): boolean {
    return this.gpu.isLost;
  }

  /** @throws RuntimeError if the device was lost. */
  requireAlive(): void {
    this.gpu.requireAlive();
  }

  /** What it is and has done. */
  report(): DeviceReport {
    return this.gpu.report();
  }

  /** Runs a function and lists the kernels that ran for it. */
  profile(fn: () => unknown): Promise<ProfileRow[]> {
    return this.gpu.profile(fn);
  }
}

/** Opens a GPU. @throws RuntimeError where there is none. */
export async function openWebGpu(options: OpenOptions): Promise<WebGpuDevice> {
  const gpu: Gpu = await openGpu(options);
  return new WebGpuDevice(gpu);
}
