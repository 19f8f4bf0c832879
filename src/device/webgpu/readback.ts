/** Reading: bytes are copied to a staging buffer, which JavaScript can map. */
import { RuntimeError } from '../../array/errors.ts';
import { Block, wholeWords } from './bytes.ts';
import type { GpuBytes } from './bytes.ts';
import type { Check, Checks } from './checks.ts';
import { CHECK_BYTES, failureIn, openIn } from './checks.ts';
import type { Context, Outcome } from './context.ts';
import { MAP_TO_READ, USAGE } from './flags.ts';
import { blockSize } from './pool.ts';
import type { Recorder } from './recorder.ts';

/** Bytes of staging buffers that are kept to be used again. */
const MOST_KEPT = 64 * 2 ** 20;

/** What must be left of a staging buffer, for checks and incomplete words. */
const LEAST_PART = 4096;

/** Reads in flight, and the staging buffers of those that are done. */
export class Readback {
  readonly #context: Context;
  readonly #recorder: Recorder;
  readonly #checks: Checks;
  readonly #free = new Map<number, Block[]>();
  #kept = 0;
  reads = 0;

  constructor(context: Context, recorder: Recorder, checks: Checks) {
    this.#context = context;
    this.#recorder = recorder;
    this.#checks = checks;
    context.onLoss(() => this.#dispose());
  }

  /** See `Gpu.read`. The copy is recorded now: what is written later is not seen. */
  read(bytes: GpuBytes, offset: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    const most = this.#context.limits.maxBufferSize - LEAST_PART;
    const result =
      byteLength <= most
        ? this.#readOne(bytes, offset, byteLength)
        : this.#readParts(bytes, offset, byteLength, most);
    // Whoever doesn't wait for the bytes need not hear of the error either.
    result.catch(() => undefined);
    return result;
  }

  async #readParts(
    bytes: GpuBytes,
    offset: number,
    byteLength: number,
    most: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const starts = Array.from({ length: Math.ceil(byteLength / most) }, (_, i) => i * most);
    const parts = starts.map((start) => this.read(bytes, offset + start, Math.min(most, byteLength - start)));
    const whole = new Uint8Array(byteLength);
    (await Promise.all(parts)).forEach((part, i) => whole.set(part, starts[i]));
    return whole;
  }

  #readOne(bytes: GpuBytes, offset: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    this.reads++;
    const checks = openIn(bytes.checks) ?? [];
    const failure = failureIn(checks);
    if (failure !== null) return Promise.reject(failure);
    const from = bytes.offset + offset;
    const lead = from % 4;
    const length = wholeWords(lead + byteLength);
    const staging = this.#take(checks.length * CHECK_BYTES + length);
    this.#recorder.copyChecks(checks, staging, 0);
    if (byteLength > 0)
      this.#recorder.copy(bytes.block, from - lead, staging, checks.length * CHECK_BYTES, length);
    return this.#context.whileAlive(
      new Promise((resolve, reject) => {
        this.#recorder.whenSubmitted((outcome) => {
          this.#fetch(staging, outcome, checks, lead, byteLength).then(resolve, reject);
        });
      }),
    );
  }

  async #fetch(
    staging: Block,
    outcome: Outcome,
    checks: readonly Check[],
    lead: number,
    byteLength: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { buffer } = staging;
    const settled = this.#context.settled();
    try {
      await buffer.mapAsync(MAP_TO_READ);
    } catch (error) {
      buffer.destroy();
      throw await this.#reasonFor(error, outcome);
    }
    await settled;
    // The batch's own error concerns all its reads, but an earlier one explains it.
    const failure = this.#context.takeFailure() ?? (await outcome);
    const mapped = buffer.getMappedRange();
    const first = checks.length * CHECK_BYTES;
    const words = new Int32Array(mapped.slice(0, first));
    const result = new Uint8Array(mapped, first + lead, byteLength).slice();
    buffer.unmap();
    this.#give(staging);
    const error = failure ?? this.#checks.errorIn(checks, words);
    if (error !== null) throw error;
    return result;
  }

  /** Why a buffer could not be mapped. A device that is lost says so a moment later. */
  async #reasonFor(error: unknown, outcome: Outcome): Promise<Error> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const why = error instanceof Error ? error.message : String(error);
    return (
      this.#context.lost ??
      this.#context.takeFailure() ??
      (await outcome) ??
      new RuntimeError(`reading from the GPU failed: ${why}`)
    );
  }

  #take(byteLength: number): Block {
    const { limits, device } = this.#context;
    const size = blockSize(byteLength, limits.maxBufferSize);
    const free = this.#free.get(size)?.pop();
    if (free) {
      this.#kept -= size;
      return free;
    }
    const usage = USAGE.mapRead | USAGE.copyTo;
    return new Block(device.createBuffer({ size, usage, label: 'staging' }), size, usage);
  }

  #give(staging: Block): void {
    const { size } = staging;
    if (this.#context.lost !== null || this.#kept + size > MOST_KEPT) return staging.buffer.destroy();
    this.#kept += size;
    const ofSize = this.#free.get(size);
    if (ofSize) ofSize.push(staging);
    else this.#free.set(size, [staging]);
  }

  #dispose(): void {
    for (const { buffer } of [...this.#free.values()].flat()) buffer.destroy();
    this.#free.clear();
  }
}
