/** Ranges of device memory. */
import { RuntimeError } from '../../array/errors.ts';
import type { Checked } from './checks.ts';

let blocks = 0;

/** A GPUBuffer. */
export class Block {
  readonly id = ++blocks;
  readonly buffer: GPUBuffer;
  readonly size: number;
  /** As WebGPU's flags. */
  readonly usage: number;
  /** The last batch of commands that uses it. */
  batch = 0;
  /** Whether the device had no memory for it, so that every command with it fails. */
  failed = false;

  constructor(buffer: GPUBuffer, size: number, usage: number) {
    this.buffer = buffer;
    this.size = size;
    this.usage = usage;
  }
}

/** The right to use a block, which ends by `release`, or by being collected. */
export interface Lease {
  readonly block: Block;
  release(): void;
}

/**
 * Bytes in a GPUBuffer. Kernels are bound to the range from `offset` on; `boundSize` is a multiple of 4, may go beyond the bytes, and
 * is never 0.
 *
 * Made by `Gpu.allocate` and `Gpu.wrap`.
 */
export class GpuBytes {
  readonly byteLength: number;
  /** Where they begin in the GPUBuffer: a multiple of the limit `minStorageBufferOffsetAlignment`. */
  readonly offset: number;
  readonly boundSize: number;
  /** What may have failed of that which the bytes were computed by. */
  checks: Checked = null;
  #lease: Lease | null;
  #uses = 1;

  constructor(lease: Lease, offset: number, byteLength: number, boundSize: number) {
    this.#lease = lease;
    this.offset = offset;
    this.byteLength = byteLength;
    this.boundSize = boundSize;
  }

  /** How often they must be released until the memory is used for something else; 0 afterwards. */
  get uses(): number {
    return this.#uses;
  }

  /**
   * What they lie in.
   *
   * @throws RuntimeError when they were released.
   */
  get block(): Block {
    if (this.#lease === null) throw new RuntimeError('the bytes on the GPU were released');
    return this.#lease.block;
  }

  /**
   * The GPUBuffer that they lie in, from `offset` on.
   *
   * @throws RuntimeError when they were released.
   */
  get buffer(): GPUBuffer {
    return this.block.buffer;
  }

  /** Counts one more use. */
  retain(): this {
    if (this.#lease === null) throw new RuntimeError('the bytes on the GPU were released');
    this.#uses++;
    return this;
  }

  /** Ends a use. After the last one the memory is used for other bytes: commands given until now still see these. */
  release(): void {
    if (this.#lease === null || --this.#uses > 0) return;
    this.#lease.release();
    this.#lease = null;
  }
}

/** A multiple of 4, at least `n`. */
export const wholeWords = (n: number): number => 4 * Math.ceil(n / 4);
