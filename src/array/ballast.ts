/** Makes the garbage collector see memory that is not JavaScript's. */

/** Memory is shown to the garbage collector in portions of this many bytes: to make and to collect one takes a while. */
const PORTION = 32 * 2 ** 20;

/**
 * Counts the bytes of one kind of memory, and turns them into buffers for the objects that own it to hold. The garbage collector
 * decides when to run by what JavaScript holds, which is next to nothing where the bytes are elsewhere: without this, objects that
 * nobody holds any more are found late. The buffers are never touched, so they cost addresses but no memory.
 */
export class Ballast {
  #unseen = 0;

  /** What the owner of so many more bytes is to hold: mostly nothing, from time to time a buffer for all that were counted. */
  add(bytes: number): ArrayBuffer | null {
    this.#unseen += bytes;
    if (this.#unseen < PORTION) return null;
    const size = Math.floor(this.#unseen);
    this.#unseen = 0;
    try {
      return new ArrayBuffer(size);
    } catch {
      return null;
    }
  }

  /** Bytes were freed before the garbage collector had to find them. */
  remove(bytes: number): void {
    this.#unseen = Math.max(this.#unseen - bytes, 0);
  }
}
