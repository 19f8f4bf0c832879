/** Small data that commands of a batch need: collected in JavaScript, and written to one buffer when the batch is submitted. */
import { USAGE } from './flags.ts';

export class Arena {
  readonly buffer: GPUBuffer;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly floats: Float32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  #used = 0;

  /** @param usage - what the buffer is for, besides being written to */
  constructor(device: GPUDevice, usage: number, byteLength: number, label: string) {
    this.buffer = device.createBuffer({ size: byteLength, usage: usage | USAGE.copyTo, label });
    this.bytes = new Uint8Array(byteLength);
    this.words = new Uint32Array(this.bytes.buffer);
    this.floats = new Float32Array(this.bytes.buffer);
  }

  /** The position of `byteLength` bytes for this batch, from a multiple of `alignment` on; -1 if there is no room. */
  take(byteLength: number, alignment: number): number {
    const start = Math.ceil(this.#used / alignment) * alignment;
    if (start + byteLength > this.bytes.length) return -1;
    this.#used = start + byteLength;
    return start;
  }

  /** Writes what the batch has taken, to be called before it is submitted: the queue keeps it behind earlier batches. */
  write(queue: GPUQueue): void {
    if (this.#used === 0) return;
    queue.writeBuffer(this.buffer, 0, this.bytes, 0, 4 * Math.ceil(this.#used / 4));
    this.#used = 0;
  }
}
