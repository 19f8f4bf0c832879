/** How long kernels take on the device. */
import type { Context } from './context.ts';
import { MAP_TO_READ, USAGE } from './flags.ts';

/** What a kernel did while a profile was taken. */
export interface ProfileRow {
  readonly kernel: string;
  /** Dispatches. */
  readonly count: number;
  /** Workgroups, of all dispatches together. */
  readonly groups: number;
  /** Milliseconds on the device, of all dispatches together; null if it cannot tell. */
  readonly time: number | null;
}

interface Sum {
  count: number;
  groups: number;
  time: number;
}

const TIMESTAMP = 8;

/** Counts the dispatches given to it, and measures them where the device can: each in a pass of its own, with timestamps. */
export class Profiler {
  readonly #context: Context;
  readonly #sums = new Map<string, Sum>();
  readonly #queries: GPUQuerySet | null;
  readonly #pending: Promise<void>[] = [];
  /** The kernels of the batch's dispatches. */
  #batch: string[] = [];

  /** @param mostInBatch - the number of dispatches after which a batch is submitted */
  constructor(context: Context, mostInBatch: number) {
    this.#context = context;
    const { device, features } = context;
    this.#queries = features.has('timestamp-query')
      ? device.createQuerySet({ type: 'timestamp', count: 2 * mostInBatch })
      : null;
  }

  /** Counts a dispatch, and says how its pass is to begin. */
  nextPass(kernel: string, groups: number): GPUComputePassDescriptor {
    let sum = this.#sums.get(kernel);
    if (!sum) this.#sums.set(kernel, (sum = { count: 0, groups: 0, time: 0 }));
    sum.count++;
    sum.groups += groups;
    if (this.#queries === null) return {};
    const first = 2 * this.#batch.length;
    this.#batch.push(kernel);
    return {
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: first,
        endOfPassWriteIndex: first + 1,
      },
    };
  }

  /**
   * Before a batch is submitted: has its timestamps copied.
   *
   * @returns what is to be called after it was submitted
   */
  beforeSubmit(encoder: GPUCommandEncoder): () => void {
    const kernels = this.#batch;
    this.#batch = [];
    if (this.#queries === null || kernels.length === 0) return () => undefined;
    const { device } = this.#context;
    const size = 2 * TIMESTAMP * kernels.length;
    const resolved = device.createBuffer({ size, usage: USAGE.queryResolve | USAGE.copyFrom });
    const staging = device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTo });
    encoder.resolveQuerySet(this.#queries, 0, 2 * kernels.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    return () => {
      const added = this.#addTimes(kernels, staging, resolved);
      added.catch(() => undefined);
      this.#pending.push(added);
    };
  }

  async #addTimes(kernels: readonly string[], staging: GPUBuffer, resolved: GPUBuffer): Promise<void> {
    await this.#context.whileAlive(staging.mapAsync(MAP_TO_READ));
    const stamps = new BigUint64Array(staging.getMappedRange());
    kernels.forEach((kernel, i) => {
      // Timestamps may go backwards when the device resets its clock.
      const nanoseconds = Math.max(Number(BigInt.asIntN(64, stamps[2 * i + 1]! - stamps[2 * i]!)), 0);
      this.#sums.get(kernel)!.time += nanoseconds / 1e6;
    });
    staging.destroy();
    resolved.destroy();
  }

  /** The kernels that ran, those first that took longest. */
  async finish(): Promise<ProfileRow[]> {
    await Promise.all(this.#pending);
    this.#queries?.destroy();
    const measured = this.#queries !== null;
    return [...this.#sums]
      .map(([kernel, { count, groups, time }]) => ({ kernel, count, groups, time: measured ? time : null }))
      .sort((a, b) => (b.time ?? b.groups) - (a.time ?? a.groups));
  }
}
