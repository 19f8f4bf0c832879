/** What `np.device.report()` tells of a WebGPU device. */
import type { Context, GpuLimits } from './context.ts';
import type { MemoryReport } from './pool.ts';

/** Counts since the device was opened. */
export interface GpuCounts {
  /** Kernels compiled. */
  readonly kernels: number;
  readonly dispatches: number;
  /** Batches of dispatches. */
  readonly submits: number;
  readonly reads: number;
  readonly memory: MemoryReport;
}

export interface DeviceReport extends GpuCounts {
  /** As the driver names it; empty strings for what it doesn't tell. */
  readonly adapter: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
  readonly limits: GpuLimits;
  readonly features: readonly string[];
  /** Why the device can no longer be used; null while it can. */
  readonly lost: string | null;
}

export function reportOf({ info, limits, features, lost }: Context, counts: GpuCounts): DeviceReport {
  const { vendor = '', architecture = '', device: name = '', description = '' } = info;
  return {
    adapter: { vendor, architecture, device: name, description },
    limits,
    features: [...features].sort(),
    lost: lost === null ? null : lost.message,
    ...counts,
  };
}
