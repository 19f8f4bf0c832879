/** Device memory: GPUBuffers in sizes of a few classes, which are used again. */
import { Ballast } from '../../array/ballast.ts';
import { MemoryError, ValueError } from '../../array/errors.ts';
import { Block, GpuBytes, wholeWords } from './bytes.ts';
import type { Lease } from './bytes.ts';
import type { Context } from './context.ts';
import { BYTES_USAGE, USAGE } from './flags.ts';

const LEAST = 256;
/** Sizes between two powers of two: 4, so that at most a fifth of a block is unused. */
const STEPS_LOG2 = 2;

/** The size of the block for `byteLength` bytes. */
export function blockSize(byteLength: number, most: number): number {
  if (byteLength <= LEAST) return LEAST;
  const step = 2 ** (Math.floor(Math.log2(byteLength)) - STEPS_LOG2);
  return Math.min(Math.ceil(byteLength / step) * step, most - (most % 4));
}

/** What the garbage collector takes for the weight of a block: collecting takes time too, so not all of it. */
const weightOf = (size: number): number => size / 4;

/** Bytes from which on the device is asked whether it could give them. */
const WATCHED = 2 ** 20;
/** Pooled bytes that are never too many. */
const ALWAYS_KEPT = 64 * 2 ** 20;
/** New bytes after which a program that never waits must leave the rest to the garbage collector. */
const LONG_TURN = 256 * 2 ** 20;

/** What frees a block when its lease is collected. */
interface Held {
  block: Block | null;
  readonly size: number;
}

/** A lease of a block of the pool. It goes to the pool and out again with its block. */
class PoolLease implements Lease {
  readonly block: Block;
  readonly held: Held;
  ballast: ArrayBuffer | null = null;
  readonly #pool: Pool;

  constructor(pool: Pool, block: Block, held: Held) {
    this.#pool = pool;
    this.block = block;
    this.held = held;
  }

  release(): void {
    this.ballast = null;
    this.#pool.give(this);
  }
}

/** Bytes in GPUBuffers, as `Gpu.report` gives them. */
export interface MemoryReport {
  /** In use. */
  readonly held: number;
  /** Waiting to be used again. */
  readonly pooled: number;
  /** The most that were in use at a time. */
  readonly peak: number;
  /** GPUBuffers made so far. */
  readonly created: number;
  /** Blocks that were found by the garbage collector, not released. */
  readonly collected: number;
}

/**
 * The pool. A released block is used for other bytes at once, even if commands that use it were not submitted yet: later commands run
 * after them. Blocks are destroyed when there are many more than are in use at the busiest times.
 */
export class Pool {
  readonly #context: Context;
  /** Destroys a block as soon as no recorded command uses it. */
  readonly #destroy: (block: Block) => void;
  readonly #free = new Map<number, PoolLease[]>();
  /** All that are free, the one that is longest so first. */
  readonly #byAge = new Set<PoolLease>();
  readonly #live = new Set<Held>();
  readonly #registry = new FinalizationRegistry<Held>((held) => this.#collected(held));
  readonly #ballast = new Ballast();
  readonly #users = new WeakMap<GPUBuffer, Block>();
  #held = 0;
  #pooled = 0;
  #peak = 0;
  /** As `#peak`, but it forgets. */
  #busiest = 0;
  #created = 0;
  #collectedCount = 0;
  #newInTurn = 0;

  constructor(context: Context, destroy: (block: Block) => void) {
    this.#context = context;
    this.#destroy = destroy;
  }

  /** See `Gpu.allocate`. Those of a new block are 0. */
  allocate(byteLength: number, isNew = false): GpuBytes {
    const { maxBufferSize, maxStorageBufferBindingSize: bindable } = this.#context.limits;
    if (!Number.isSafeInteger(byteLength) || byteLength < 0)
      throw new ValueError(`the number of bytes must be a non-negative integer, not ${byteLength}`);
    if (byteLength > maxBufferSize)
      throw new MemoryError(
        `Unable to allocate ${byteLength} bytes on the GPU: a buffer there has at most ${maxBufferSize}`,
      );
    const size = blockSize(byteLength, maxBufferSize);
    const lease = (isNew ? null : this.#take(size)) ?? this.#create(size);
    this.#held += size;
    this.#peak = Math.max(this.#peak, this.#held);
    this.#busiest = Math.max(this.#busiest, this.#held);
    lease.ballast = this.#ballast.add(weightOf(size));
    lease.held.block = this.#newInTurn > LONG_TURN ? null : lease.block;
    return new GpuBytes(lease, 0, byteLength, size <= bindable ? size : wholeWords(byteLength));
  }

  /** See `Gpu.wrap`. */
  wrap(buffer: GPUBuffer, offset: number, byteLength: number): GpuBytes {
    const { minStorageBufferOffsetAlignment: alignment } = this.#context.limits;
    if ((buffer.usage & USAGE.storage) === 0)
      throw new ValueError('the GPUBuffer must be made with GPUBufferUsage.STORAGE');
    if (!Number.isSafeInteger(offset) || offset < 0 || offset % alignment !== 0)
      throw new ValueError(
        `bytes of a GPUBuffer must begin at a multiple of ${alignment}, not at ${offset}: take an earlier offset, and a view of the array`,
      );
    if (!Number.isSafeInteger(byteLength) || byteLength < 0)
      throw new ValueError(`the number of bytes must be a non-negative integer, not ${byteLength}`);
    const boundSize = Math.max(wholeWords(byteLength), 4);
    if (offset + boundSize > buffer.size)
      throw new ValueError(
        `a GPUBuffer of ${buffer.size} bytes has no ${boundSize} bytes (multiples of 4) from ${offset} on`,
      );
    let block = this.#users.get(buffer);
    if (!block) this.#users.set(buffer, (block = new Block(buffer, buffer.size, buffer.usage)));
    return new GpuBytes({ block, release: () => undefined }, offset, byteLength, boundSize);
  }

  /** Takes a block back. */
  give(lease: PoolLease): void {
    const { size } = lease.block;
    this.#held -= size;
    this.#ballast.remove(weightOf(size));
    if (this.#context.lost !== null) return;
    if (lease.block.failed) return this.#drop(lease);
    const ofSize = this.#free.get(size);
    if (ofSize) ofSize.push(lease);
    else this.#free.set(size, [lease]);
    this.#byAge.add(lease);
    this.#pooled += size;
    this.#trim(this.#budget);
  }

  /** How many bytes may wait to be used again. */
  get #budget(): number {
    return Math.max(ALWAYS_KEPT, 1.25 * this.#busiest) - this.#held;
  }

  /** To be called for each batch: busy times are forgotten after some hundred. */
  age(): void {
    this.#busiest -= (this.#busiest - this.#held) / 256;
    this.#trim(this.#budget);
  }

  /** Destroys free blocks, the oldest first, until at most so many bytes are left. */
  #trim(left: number): void {
    for (const lease of this.#byAge) {
      if (this.#pooled <= left) return;
      this.#unlist(lease);
      // The oldest of all is the oldest of its size.
      this.#free.get(lease.block.size)!.shift();
      this.#drop(lease);
    }
  }

  #drop({ block, held }: PoolLease): void {
    held.block = null;
    this.#live.delete(held);
    this.#destroy(block);
  }

  #take(size: number): PoolLease | null {
    const lease = this.#free.get(size)?.pop();
    if (!lease) return null;
    this.#unlist(lease);
    return lease;
  }

  #unlist(lease: PoolLease): void {
    this.#byAge.delete(lease);
    this.#pooled -= lease.block.size;
  }

  #create(size: number): PoolLease {
    const { device } = this.#context;
    const create = (): Block =>
      new Block(device.createBuffer({ size, usage: BYTES_USAGE }), size, BYTES_USAGE);
    const block =
      size < WATCHED
        ? create()
        : this.#context.watched('out-of-memory', create, (_, failed) => this.#noMemory(failed)).result;
    this.#created++;
    this.#countTurn(size);
    return this.#lend(block);
  }

  #noMemory(block: Block): MemoryError {
    block.failed = true;
    this.#trim(0);
    return new MemoryError(`Unable to allocate ${block.size} bytes on the GPU`);
  }

  #lend(block: Block): PoolLease {
    const held: Held = { block, size: block.size };
    const lease = new PoolLease(this, block, held);
    this.#live.add(held);
    this.#registry.register(lease, held);
    return lease;
  }

  /**
   * Blocks whose lease was collected come back to the pool, but only when the program gives the event loop a turn. Until it does, the
   * garbage collector alone can free memory: so if much was allocated in one turn, the registry lets go of the blocks.
   */
  #countTurn(size: number): void {
    if (this.#newInTurn === 0) {
      const timer: unknown = setTimeout(() => (this.#newInTurn = 0), 0);
      (timer as { unref?: () => void }).unref?.();
    }
    const before = this.#newInTurn;
    this.#newInTurn += size;
    if (before > LONG_TURN || this.#newInTurn <= LONG_TURN) return;
    for (const held of this.#live) held.block = null;
  }

  #collected(held: Held): void {
    // Those that were destroyed are no longer live.
    if (!this.#live.delete(held)) return;
    this.#collectedCount++;
    if (held.block === null) this.#held -= held.size;
    else this.give(this.#lend(held.block));
  }

  /** Destroys all blocks, used or not. */
  dispose(): void {
    for (const { block } of this.#live) if (block !== null) this.#destroy(block);
    this.#live.clear();
    this.#free.clear();
    this.#byAge.clear();
    this.#pooled = 0;
  }

  report(): MemoryReport {
    return {
      held: this.#held,
      pooled: this.#pooled,
      peak: this.#peak,
      created: this.#created,
      collected: this.#collectedCount,
    };
  }
}
