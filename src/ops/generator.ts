/** Generators of random bits: a key and a counter of Philox blocks. The kernel is in kernel/random.ts. */
import { MemoryError, ValueError } from '../array/errors.ts';
import type { DType } from '../array/dtype.ts';
import { heap } from '../array/heap.ts';
import { denseStrides, sizeOf } from '../array/layout.ts';
import { NDArray } from '../array/ndarray.ts';
import type { Storage } from '../array/storage.ts';
import { allocate } from '../array/storage.ts';
import { lazyKernel } from '../device/current.ts';
import { QUAD_BYTES, buildPhilox } from '../kernel/random.ts';
import { acceleratorOf } from './accelerator.ts';

const kernel = /* @__PURE__ */ lazyKernel<'philox'>(buildPhilox);

const BLOCK_BYTES = 16;
const STATE_BYTES = 24;
/** Quads of blocks made at a time for memory outside the heap. */
const PIECE = 4096;

/**
 * A stream of random numbers: counter-based (Philox4x32-10), so the same on every device and at any speed. A seed is the key; each
 * draw takes as many blocks as it needs and moves the counter on.
 *
 * @example
 * const g = new np.Generator(42);
 * np.rand([2], { generator: g });
 */
export class Generator {
  #key = 0n;
  #block = 0n;
  #stream = 0n;

  /**
   * @param seed - an integer of 64 bits; without one, the platform's randomness is taken.
   * @throws TypeError, ValueError if it is no such integer.
   */
  constructor(seed?: number | bigint) {
    if (seed === undefined) this.seed();
    else this.manualSeed(seed);
  }

  /**
   * Starts the stream of a seed.
   *
   * @param seed - an integer from -2^63 to 2^64 - 1; negative ones count from 2^64 down, as in PyTorch.
   * @returns the generator.
   * @throws TypeError if it is no integer; ValueError if it is out of range.
   * @example
   * new np.Generator().manualSeed(7).initialSeed(); // 7
   */
  manualSeed(seed: number | bigint): this {
    if (typeof seed !== 'bigint' && !Number.isInteger(seed))
      throw new TypeError(`a seed must be an integer, got ${String(seed)}`);
    const value = BigInt(seed);
    if (value < -(1n << 63n) || value >= 1n << 64n)
      throw new ValueError(`a seed must be from -2**63 to 2**64 - 1, got ${value}`);
    this.#key = BigInt.asUintN(64, value);
    this.#block = 0n;
    this.#stream = 0n;
    return this;
  }

  /**
   * Starts a stream that nobody can foretell, and gives its seed.
   *
   * @example
   * const g = new np.Generator(1);
   * g.seed() === g.initialSeed(); // true
   */
  seed(): number | bigint {
    const words = crypto.getRandomValues(new Uint32Array(2));
    // 53 bits, so that the seed is an ordinary number.
    this.manualSeed((BigInt(words[0] & 0x1fffff) << 32n) | BigInt(words[1]));
    return this.initialSeed();
  }

  /**
   * The seed of the stream; a bigint where a number would not be exact.
   *
   * @example
   * new np.Generator(3).initialSeed(); // 3
   */
  initialSeed(): number | bigint {
    const key = this.#key;
    return key <= Number.MAX_SAFE_INTEGER ? Number(key) : key;
  }

  /**
   * The state as 24 bytes: key, block and stream, little-endian.
   *
   * @example
   * new np.Generator(3).getState().length; // 24
   */
  getState(): Uint8Array<ArrayBuffer> {
    const state = new DataView(new ArrayBuffer(STATE_BYTES));
    [this.#key, this.#block, this.#stream].forEach((word, i) => state.setBigUint64(8 * i, word, true));
    return new Uint8Array(state.buffer);
  }

  /**
   * Goes on from a state that `getState` gave.
   *
   * @returns the generator.
   * @throws TypeError, ValueError if it is not 24 bytes.
   * @example
   * const g = new np.Generator(3);
   * g.setState(new np.Generator(4).getState()).initialSeed(); // 4
   */
  setState(state: Uint8Array): this {
    if (!(state instanceof Uint8Array)) throw new TypeError('a generator state is a Uint8Array');
    if (state.length !== STATE_BYTES)
      throw new ValueError(`a generator state has ${STATE_BYTES} bytes, got ${state.length}`);
    const view = new DataView(state.buffer, state.byteOffset);
    [this.#key, this.#block, this.#stream] = [0, 8, 16].map((at) => view.getBigUint64(at, true));
    return this;
  }

  /** Takes `bytes` of the stream, in whole blocks: storage of at least so many. */
  draw(bytes: number): Storage {
    const quads = Math.ceil(bytes / QUAD_BYTES);
    const storage = allocate(quads * QUAD_BYTES);
    drawBits(storage, quads, { key: this.#key, block: this.#block, stream: this.#stream });
    this.#skip(BigInt(Math.ceil(bytes / BLOCK_BYTES)));
    return storage;
  }

  #skip(blocks: bigint): void {
    const next = this.#block + blocks;
    this.#block = BigInt.asUintN(64, next);
    if (next !== this.#block) this.#stream = BigInt.asUintN(64, this.#stream + 1n);
  }
}

/** Where a stream stands: its key, and the halves of the number of the next block. */
export interface StreamPlace {
  readonly key: bigint;
  readonly block: bigint;
  readonly stream: bigint;
}

/** Fills a storage with so many times four blocks of a stream. */
export function drawBits(storage: Storage, quads: number, place: StreamPlace): void {
  const on = acceleratorOf({ storage });
  if (on !== null) return on.drawBits(storage, quads, place);
  const { key, block, stream } = place;
  const write = (address: number, from: number, count: number): void => {
    kernel().philox(address, count, key, block + BigInt(4 * from), stream);
  };
  if (storage.inHeap) write(storage.address, 0, quads);
  else writeOutside(storage, quads, write);
}

/** The kernel writes into the heap only: pieces of its output are copied from there. */
function writeOutside(
  storage: Storage,
  quads: number,
  write: (address: number, from: number, count: number) => void,
): void {
  const block = heap.alloc(PIECE * QUAD_BYTES);
  if (block === 0) throw new MemoryError('the heap has no room for random bits');
  for (let from = 0; from < quads; from += PIECE) {
    const count = Math.min(PIECE, quads - from);
    write(block, from, count);
    const bytes = heap.views.uint8.subarray(block, block + count * QUAD_BYTES);
    new Uint8Array(storage.views.buffer, storage.address + from * QUAD_BYTES, bytes.length).set(bytes);
  }
  heap.free(block);
}

let shared: Generator | undefined;

/** The generator that is used where none is given; not seeded until it is first needed. */
export function defaultGenerator(): Generator {
  return (shared ??= new Generator());
}

/**
 * Seeds the generator that random functions use by default.
 *
 * @param seed - an integer from -2^63 to 2^64 - 1.
 * @returns that generator.
 * @throws TypeError if it is no integer; ValueError if it is out of range.
 * @example
 * np.manualSeed(0).initialSeed(); // 0
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator().manualSeed(seed);
}

/** A new array over the first bytes of a storage, which may be longer. */
export function arrayOver(storage: Storage, shape: readonly number[], dtype: DType): NDArray {
  return new NDArray(storage, dtype, shape, denseStrides(shape, dtype.itemsize), storage.address, null);
}

/**
 * Random bits.
 *
 * @param dtype - uint32 or uint64
 */
export function randomBits(generator: Generator, shape: readonly number[], dtype: DType): NDArray {
  return arrayOver(generator.draw(sizeOf(shape) * dtype.itemsize), shape, dtype);
}
