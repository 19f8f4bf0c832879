/** Where bytes are: in the heap (in a block of its own, or carved from a slab when tiny), in an ordinary ArrayBuffer, or on another device. */
import { Ballast } from './ballast.ts';
import { MemoryError, ValueError } from './errors.ts';
import { heap } from './heap.ts';
import { placement } from './remote.ts';
import type { RemoteBytes } from './remote.ts';
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
  /** Whether kernels can reach the bytes. Those of a disposed storage they cannot, so that every use comes to `views`. */
  inHeap: boolean;
  /** Keeps the shared slab alive. */
  readonly slab: Slab | null;
  /** The bytes, if they belong to another device; their address is 0 then. */
  readonly remote: RemoteBytes | null;
  /** What frees the block in the heap when this storage is collected. */
  #block: Block | null;
  /** How often tensors on these bytes were written to: what was kept for a derivative must not have changed. */
  version = 0;
  /** Whether somebody counts on these bytes not being taken for a gradient. */
  claimed = false;
  #views: Views | null;
  #live = true;

  constructor(
    address: number,
    byteLength: number,
    views: Views | null,
    slab: Slab | null,
    block: Block | null = null,
    remote: RemoteBytes | null = null,
  ) {
    this.address = address;
    this.byteLength = byteLength;
    this.inHeap = views === null && remote === null;
    this.slab = slab;
    this.remote = remote;
    this.#views = views;
    this.#block = block;
  }

  /** Typed arrays over the whole buffer that the bytes lie in; array offsets are positions in it. */
  get views(): Views {
    if (!this.#live) throw new ValueError('the array was disposed');
    if (this.#views !== null) return this.#views;
    return this.remote === null ? heap.views : this.remote.views();
  }

  /** Gives the bytes back now. Every array on them becomes unusable. */
  dispose(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#views = null;
    this.inHeap = false;
    this.#block?.free();
    this.#block = null;
    this.remote?.release();
    if (this.slab) keepPiece(this);
  }

  get disposed(): boolean {
    return !this.#live;
  }
}

/** What tiny arrays are carved from; freed when the last of them is collected. */
class Slab {
  readonly address: number;
  readonly views: Views | null;
  readonly block: Block | null;
  used = 0;

  constructor(address: number, views: Views | null, block: Block | null) {
    this.address = address;
    this.views = views;
    this.block = block;
  }
}

/** Which block of the heap a `Block` stands for now; 0 for none. */
interface Held {
  address: number;
}

const registry = /* @__PURE__ */ new FinalizationRegistry<Held>(({ address }) => {
  if (address !== 0) heap.free(address);
});

/** Blocks that were freed. To register another costs more than an addition of small arrays, so these are used again. */
const idle: Block[] = [];
const MOST_IDLE = 1024;

/** A block of the heap, which is freed when this is collected. */
class Block {
  readonly #held: Held = { address: 0 };
  #counted = 0;
  /** See `Ballast`. */
  ballast: ArrayBuffer | null = null;

  constructor() {
    registry.register(this, this.#held);
  }

  /** Takes over the block at `address`, which the garbage collector is to see as so many bytes. */
  static at(address: number, counted: number): Block {
    const block = idle.pop() ?? new Block();
    block.#held.address = address;
    block.#counted = counted;
    block.ballast = ballast.add(counted);
    return block;
  }

  free(): void {
    heap.free(this.#held.address);
    this.#held.address = 0;
    ballast.remove(this.#counted);
    this.ballast = null;
    if (idle.length < MOST_IDLE) idle.push(this);
  }
}

/** Heap bytes, which to JavaScript are one object. Large blocks count for a quarter, because collecting takes time too. */
const ballast = /* @__PURE__ */ new Ballast();

let slab: Slab | null = null;

const GRAIN = 16;
const grains = (byteLength: number): number => Math.ceil(byteLength / GRAIN);

/** Storages that were disposed of, by length in grains: their pieces of slabs are used again. */
const spares: Storage[][] = Array.from({ length: grains(TINY) + 1 }, () => []);
const MOST_SPARE = 4096;

function keepPiece(storage: Storage): void {
  const ofLength = spares[grains(storage.byteLength)];
  if (ofLength.length < MOST_SPARE) ofLength.push(storage);
}

let scope: Storage[] | null = null;

/**
 * Storage of `byteLength` bytes, not cleared.
 *
 * @throws MemoryError when the platform cannot give that many bytes.
 */
export function allocate(byteLength: number): Storage {
  const { home } = placement;
  const storage =
    home !== null
      ? remoteStorage(home.allocate(byteLength), byteLength)
      : byteLength <= TINY
        ? carve(byteLength)
        : block(byteLength);
  scope?.push(storage);
  return storage;
}

/** Storage over bytes of another device. */
export function remoteStorage(bytes: RemoteBytes, byteLength: number): Storage {
  return new Storage(0, byteLength, null, null, null, bytes);
}

function carve(byteLength: number): Storage {
  const spare = spares[grains(byteLength)].pop();
  if (spare) return new Storage(spare.address, byteLength, spare.slab!.views, spare.slab);
  if (slab === null || slab.used + byteLength > SLAB) slab = newSlab();
  const address = slab.address + slab.used;
  slab.used += GRAIN * grains(byteLength);
  return new Storage(address, byteLength, slab.views, slab);
}

function newSlab(): Slab {
  const address = heapHasRoom(SLAB) ? heap.alloc(SLAB) : 0;
  if (address === 0) return new Slab(0, new Views(new ArrayBuffer(SLAB)), null);
  return new Slab(address, null, Block.at(address, SLAB));
}

function block(byteLength: number): Storage {
  const address = heapHasRoom(byteLength) ? heap.alloc(byteLength) : 0;
  if (address === 0) return outsideHeap(byteLength);
  return new Storage(address, byteLength, null, null, Block.at(address, byteLength / 4));
}

/** Storage that surely lies in the heap, for the time of a call: dispose of it. `null` when the heap has no room. */
export function borrowHeap(byteLength: number): Storage | null {
  const address = heap.alloc(byteLength);
  return address === 0 ? null : new Storage(address, byteLength, null, null, Block.at(address, 0));
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

/**
 * Runs `fn` and then disposes of every storage allocated meanwhile, except those that `kept` finds in the result. If `fn` throws,
 * all are disposed of.
 */
export function disposeAfter<T>(fn: () => T, kept: (result: T) => ReadonlySet<Storage>): T {
  const outer = scope;
  const storages: Storage[] = (scope = []);
  let keep: ReadonlySet<Storage> = new Set();
  try {
    const result = fn();
    keep = kept(result);
    return result;
  } finally {
    scope = outer;
    for (const storage of storages) {
      if (!keep.has(storage)) storage.dispose();
      else if (!storage.disposed) outer?.push(storage);
    }
  }
}
