/** Reading: bytes are copied to a staging buffer, which JavaScript can map. */
import { RuntimeError } from '../../array/errors.ts';
import { Block, wholeWords } from './bytes.ts';
import type { GpuBytes } from './bytes.ts';
import type { Context, Outcome } from './context.ts';
import { MAP_TO_READ, USAGE } from './flags.ts';
import { blockSize } from './pool.ts';
import type { Recorder } from './recorder.ts';
import { STATUS_BYTES } from './status.ts';
import type { Status } from './status.ts';

/** Bytes of staging buffers that are kept to be used again. */
const MOST_KEPT = 64 * 2 ** 20;

/** Reads in flight, and the staging buffers of those that are done. */
export class Readback {
  readonly #context: Context;
  readonly #recorder: Recorder;
  readonly #status: Status;
  readonly #free = new Map<number, Block[]>();
  #kept = 0;
  reads = 0;

  constructor(context: Context, recorder: Recorder, status: Status) {
    this.#context = context;
    this.#recorder = recorder;
    this.#status = status;
    context.onLoss(() => this.#dispose());
  }

  /** See `Gpu.read`. The copy is recorded now: what is written later is not seen. */
  read(bytes: GpuBytes, offset: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    const most = this.#context.limits.maxBufferSize - STATUS_BYTES - 8;
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
    const from = bytes.offset + offset;
    const lead = from % 4;
    const length = wholeWords(lead + byteLength);
    const staging = this.#take(STATUS_BYTES + length);
    const checked = this.#status.copyTo(staging, this.#recorder);
    if (byteLength > 0) this.#recorder.copy(bytes.block, from - lead, staging, STATUS_BYTES, length);
    return this.#context.whileAlive(
      new Promise((resolve, reject) => {
        this.#recorder.whenSubmitted((outcome) => {
          this.#fetch(staging, outcome, checked, lead, byteLength).then(resolve, reject);
        });
      }),
    );
  }

  async #fetch(
    staging: Block,
    outcome: Outcome,
    checked: boolean,
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
    const words = checked ? new Int32Array(buffer.getMappedRange(0, STATUS_BYTES).slice(0)) : null;
    const mapped = new Uint8Array(buffer.getMappedRange(STATUS_BYTES, buffer.size - STATUS_BYTES));
    const result = mapped.slice(lead, lead + byteLength);
    buffer.unmap();
    this.#give(staging);
    const error = failure ?? (words === null ? null : this.#status.errorIn(words));
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
