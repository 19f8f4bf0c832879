/**
 * The heap that kernels work on: one growing WebAssembly.Memory and its allocator.
 *
 * A freed block is first kept warm for the next request of its size; when no block fits, all free blocks are merged with
 * their neighbours, and only then does the memory grow. The memory is shared where the platform allows it, because growing
 * a shared memory leaves earlier typed arrays valid.
 */
import { Views } from './views.ts';

const PAGE = 65536;
const MAXIMUM_PAGES = 65536;
const GRAIN = 64;

class Heap {
  readonly shared: boolean;
  readonly initialPages = 16;
  readonly maximumPages = MAXIMUM_PAGES;
  /** Bytes in live blocks. */
  liveBytes = 0;
  readonly memory: WebAssembly.Memory;
  #views: Views;
  /** The end of the part ever handed out; the first grain stays unused so that address 0 means "none". */
  #top = GRAIN;
  #limit: number;
  /**
   * The size of each block by its address, 0 for a free one. Entries stay when blocks are freed: V8 compacts a large map again and again
   * where a key comes and goes, which made a borrowed block cost 30 us beside 50,000 live ones.
   */
  readonly #sizes = new Map<number, number>();
  readonly #warm = new Map<number, number[]>();
  /** Free ranges in address order, merged. */
  #ranges: { start: number; end: number }[] = [];

  constructor() {
    const limits = { initial: this.initialPages, maximum: MAXIMUM_PAGES };
    let memory: WebAssembly.Memory | undefined;
    try {
      memory = new WebAssembly.Memory({ ...limits, shared: true });
    } catch {
      // The platform has no shared memory.
    }
    this.shared = memory !== undefined;
    this.memory = memory ?? new WebAssembly.Memory(limits);
    this.#views = new Views(this.memory.buffer);
    this.#limit = this.initialPages * PAGE;
  }

  /** Typed arrays over the whole memory. Read them anew after any `alloc`: growing may replace them. */
  get views(): Views {
    return this.#views;
  }

  /** The address of `bytes` free bytes, aligned to 64 and not cleared; 0 when they cannot be had. */
  alloc(bytes: number): number {
    const size = Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);
    const address = this.#warm.get(size)?.pop() ?? (this.#fromRanges(size) || this.#fromTop(size));
    if (address === 0) return 0;
    this.#sizes.set(address, size);
    this.liveBytes += size;
    return address;
  }

  /** Gives a block back. */
  free(address: number): void {
    const size = this.#sizes.get(address);
    if (!size) throw new Error(`heap: ${address} is not a live block`);
    this.#sizes.set(address, 0);
    this.liveBytes -= size;
    const warm = this.#warm.get(size);
    if (warm) warm.push(address);
    else this.#warm.set(size, [address]);
  }

  #fromRanges(size: number): number {
    return this.#firstFit(size) || (this.#topFits(size) || !this.#mergeWarm() ? 0 : this.#firstFit(size));
  }

  #firstFit(size: number): number {
    const at = this.#ranges.findIndex((r) => r.end - r.start >= size);
    if (at < 0) return 0;
    const range = this.#ranges[at];
    const address = range.start;
    range.start += size;
    if (range.start === range.end) this.#ranges.splice(at, 1);
    return address;
  }

  #topFits(size: number): boolean {
    return this.#top + size <= this.#limit;
  }

  #mergeWarm(): boolean {
    const free = this.#ranges;
    for (const [size, addresses] of this.#warm) {
      for (const start of addresses) free.push({ start, end: start + size });
    }
    if (free.length === this.#ranges.length && this.#warm.size === 0) return false;
    this.#warm.clear();
    for (const [address, size] of this.#sizes) if (size === 0) this.#sizes.delete(address);
    free.sort((a, b) => a.start - b.start);
    const merged: { start: number; end: number }[] = [];
    for (const range of free) {
      const last = merged.at(-1);
      if (last && last.end === range.start) last.end = range.end;
      else merged.push(range);
    }
    this.#ranges = merged;
    return true;
  }

  #fromTop(size: number): number {
    if (!this.#topFits(size) && !this.#grow(this.#top + size)) return 0;
    const address = this.#top;
    this.#top += size;
    return address;
  }

  #grow(end: number): boolean {
    const needed = Math.ceil(end / PAGE);
    const doubled = Math.min(MAXIMUM_PAGES, Math.ceil((this.#limit / PAGE) * 1.5));
    if (needed > MAXIMUM_PAGES) return false;
    for (const pages of [Math.max(needed, doubled), needed]) {
      try {
        this.memory.grow(pages - this.#limit / PAGE);
        this.#limit = pages * PAGE;
        this.#views = new Views(this.memory.buffer);
        return true;
      } catch {
        // Ask for less, then give up.
      }
    }
    return false;
  }
}

/** The one heap. */
export const heap = /* @__PURE__ */ new Heap();
