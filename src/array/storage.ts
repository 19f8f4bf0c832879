/** Where bytes are: in the heap (in a block of its own, or carved from a slab when tiny) or in an ordinary ArrayBuffer. */
import { MemoryError, ValueError } from './errors.ts';
import { heap } from './heap.ts';
import { Views } from './views.ts';

/** Arrays up to this many bytes share a slab. */
const TINY = 1024;
const SLAB = 65536;

const limits = { soft: 768 * 2 ** 20 };

/** Sets how many bytes of live arrays the heap holds before new arrays go to ordinary ArrayBuffers. */
export function setSoftLimit(bytes: number): void {
  limits.soft = bytes;
}

/** The bytes of an array and all its views. */
export class Storage {
  /** Where the bytes begin in the buffer of `views`. */
  readonly address: number;
  readonly byteLength: number;
  /** Whether kernels can reach the bytes. */
  readonly inHeap: boolean;
  /** Keeps the shared slab alive. */
  readonly slab: Slab | null;
  #views: Views | null;
  #live = true;

  constructor(address: number, byteLength: number, views: Views | null, slab: Slab | null) {
    this.address = address;
    this.byteLength = byteLength;
    this.inHeap = views === null;
    this.slab = slab;
    this.#views = views;
  }

  /** Typed arrays over the whole buffer that the bytes lie in; array offsets are positions in it. */
  get views(): Views {
    if (!this.#live) throw new ValueError('the array was disposed');
    return this.#views ?? heap.views;
  }

  /** Gives the bytes back now. Every array on them becomes unusable. */
  dispose(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#views = null;
    if (this.inHeap && this.slab === null) {
      registry.unregister(this);
      heap.free(this.address);
    }
  }

  get disposed(): boolean {
    return !this.#live;
  }
}

/** A block that tiny arrays are carved from; freed when the last of them is collected. */
class Slab {
  readonly address: number;
  readonly views: Views | null;
  used = 0;

  constructor(address: number, views: Views | null) {
    this.address = address;
    this.views = views;
  }
}

const registry = /* @__PURE__ */ new FinalizationRegistry<number>((address) => heap.free(address));

let slab: Slab | null = null;
let scope: Storage[] | null = null;

/**
 * Storage of `byteLength` bytes, not cleared.
 *
 * @throws MemoryError when the platform cannot give that many bytes.
 */
export function allocate(byteLength: number): Storage {
  const storage = byteLength <= TINY ? carve(byteLength) : block(byteLength);
  scope?.push(storage);
  return storage;
}

function carve(byteLength: number): Storage {
  if (slab === null || slab.used + byteLength > SLAB) slab = newSlab();
  const address = slab.address + slab.used;
  slab.used += (byteLength + 15) & ~15;
  return new Storage(address, byteLength, slab.views, slab);
}

function newSlab(): Slab {
  const address = heapHasRoom(SLAB) ? heap.alloc(SLAB) : 0;
  if (address === 0) return new Slab(0, new Views(new ArrayBuffer(SLAB)));
  const fresh = new Slab(address, null);
  registry.register(fresh, address);
  return fresh;
}

function block(byteLength: number): Storage {
  const address = heapHasRoom(byteLength) ? heap.alloc(byteLength) : 0;
  if (address === 0) return outsideHeap(byteLength);
  const storage = new Storage(address, byteLength, null, null);
  registry.register(storage, address, storage);
  return storage;
}

function heapHasRoom(bytes: number): boolean {
  return heap.liveBytes + bytes <= limits.soft;
}

function outsideHeap(byteLength: number): Storage {
  try {
    return new Storage(0, byteLength, new Views(new ArrayBuffer(byteLength)), null);
  } catch {
    throw new MemoryError(`Unable to allocate ${byteLength} bytes`);
  }
}

/** Typed arrays handed out over heap blocks: as long as one is reachable, so is its storage. */
const owners = /* @__PURE__ */ new WeakMap<ArrayBufferView, Storage>();

/** Ties a storage's life to a typed array over it. */
export function keepAlive<T extends ArrayBufferView>(view: T, storage: Storage): T {
  owners.set(view, storage);
  return view;
}

/** Storage over bytes that the user holds: no copy is made. */
export function adopt(bytes: ArrayBufferView): Storage {
  return owners.get(bytes) ?? new Storage(bytes.byteOffset, bytes.byteLength, new Views(bytes.buffer), null);
}

/** Runs `fn` and gives the storages that it allocated, besides its result. */
export function recordAllocations<T>(fn: () => T): { result: T; storages: Storage[] } {
  const outer = scope;
  const storages: Storage[] = (scope = []);
  try {
    return { result: fn(), storages };
  } finally {
    scope = outer;
    outer?.push(...storages);
  }
}
