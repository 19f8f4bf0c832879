/** What kernels say of bad input: they cannot throw, so they write down the first failure, and the next read throws it. */
import { RuntimeError } from '../../array/errors.ts';
import type { Block, GpuBytes } from './bytes.ts';
import type { Recorder } from './recorder.ts';

const WORDS = 16;
export const STATUS_BYTES = 4 * WORDS;

/**
 * Makes the error for a kernel's code.
 *
 * @param code    what the kernel wrote to word 0, not 0
 * @param details words 1 to 15, as signed integers
 */
export type StatusError = (code: number, details: Int32Array) => Error;

/** The status: words that are all 0 as long as no kernel failed. */
export class Status {
  readonly bytes: GpuBytes;
  /** Whether a kernel may have written to it since it was last looked at. */
  #used = false;
  toError: StatusError = (code) => new RuntimeError(`a kernel failed with code ${code}`);

  constructor(bytes: GpuBytes) {
    this.bytes = bytes;
  }

  /** To be called for each block that a kernel is bound to. */
  note(block: Block): void {
    if (block === this.bytes.block) this.#used = true;
  }

  /** Has the words copied and set to 0, so that one read sees a failure. Returns whether there was anything to look at. */
  copyTo(staging: Block, recorder: Recorder): boolean {
    if (!this.#used) return false;
    this.#used = false;
    recorder.copy(this.bytes.block, 0, staging, 0, STATUS_BYTES);
    recorder.clear(this.bytes.block, 0, STATUS_BYTES);
    return true;
  }

  /** The error that copied words tell of. */
  errorIn(words: Int32Array): Error | null {
    const [code] = words;
    return code === 0 ? null : this.toError(code!, words.slice(1, WORDS));
  }
}
