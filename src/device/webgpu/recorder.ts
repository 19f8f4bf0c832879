/** Commands on their way to the device: many are recorded, and submitted together. */
import { RuntimeError } from '../../array/errors.ts';
import { Arena } from './arena.ts';
import { Bindings } from './bindings.ts';
import type { Bound } from './bindings.ts';
import type { Block } from './bytes.ts';
import type { Check } from './checks.ts';
import { CHECK_BYTES } from './checks.ts';
import type { Context, Outcome } from './context.ts';
import { USAGE } from './flags.ts';
import type { Pipeline } from './pipelines.ts';
import type { Profiler } from './profile.ts';

/** Dispatches of a batch. */
export const MOST_DISPATCHES = 256;
/** Bytes that a batch's dispatches are bound to: the device is not to wait while there is work for it. */
const MOST_BYTES = 512 * 2 ** 20;
/** Bytes that are uploaded as part of a batch. */
const MOST_INLINE = 65536;
const UNIFORMS = 256 * MOST_DISPATCHES;
const UPLOADS = 4 * MOST_INLINE;

/** Kernels that an error names. */
const MOST_NAMED = 8;

/**
 * Records commands. A batch is submitted when it is long, and else as soon as the running JavaScript returns; `submit` does it at once.
 * Commands see what earlier commands have written, in the order of the calls here.
 */
export class Recorder {
  readonly #context: Context;
  readonly #uniforms: Arena;
  readonly #uploads: Arena;
  readonly #bindings: Bindings;
  readonly #dynamicOffset = [0];
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  /** What is set in the pass. */
  #pipeline: Pipeline | null = null;
  #batch = 1;
  #inBatch = 0;
  #bytes = 0;
  #names = new Set<string>();
  #doomed: Block[] = [];
  #whenSubmitted: ((outcome: Outcome) => void)[] = [];
  #onSubmit: () => void = () => undefined;
  /** Who measures the dispatches. */
  profiler: Profiler | null = null;
  dispatches = 0;
  submits = 0;

  constructor(context: Context) {
    const { device } = context;
    this.#context = context;
    this.#uniforms = new Arena(device, USAGE.uniform, UNIFORMS, 'uniforms');
    this.#uploads = new Arena(device, USAGE.copyFrom, UPLOADS, 'uploads');
    this.#bindings = new Bindings(device, this.#uniforms.buffer);
    context.onLoss(() => this.#discard());
  }

  /** Runs a kernel. The numbers of its parameters wrap to their types. */
  dispatch(
    pipeline: Pipeline,
    bounds: readonly Bound[],
    params: readonly number[],
    x: number,
    y: number,
  ): void {
    const at = this.#writeParams(pipeline, params);
    const group = this.#bindings.get(pipeline.layout, bounds, pipeline.kernel.name);
    const pass = this.#passFor(pipeline, x * y);
    if (this.#pipeline !== pipeline) {
      pass.setPipeline(pipeline.pipeline);
      this.#pipeline = pipeline;
      this.#names.add(pipeline.kernel.name);
    }
    this.#dynamicOffset[0] = at;
    pass.setBindGroup(0, group, this.#dynamicOffset);
    pass.dispatchWorkgroups(x, y);
    this.dispatches++;
    this.#inBatch++;
    for (const { block, size } of bounds) {
      block.batch = this.#batch;
      this.#bytes += size;
    }
    if (this.#inBatch >= MOST_DISPATCHES || this.#bytes >= MOST_BYTES) this.submit();
  }

  /** Copies between blocks, in multiples of 4. */
  copy(from: Block, fromOffset: number, to: Block, toOffset: number, byteLength: number): void {
    this.encoder().copyBufferToBuffer(from.buffer, fromOffset, to.buffer, toOffset, byteLength);
    from.batch = this.#batch;
    to.batch = this.#batch;
  }

  /** Copies the words of checks, one after the other. */
  copyChecks(checks: readonly Check[], to: Block, toOffset: number): void {
    checks.forEach(({ page, first }, i) =>
      this.copy(page.block, 4 * first, to, toOffset + i * CHECK_BYTES, CHECK_BYTES),
    );
  }

  /** Zeros, in multiples of 4. */
  clear(block: Block, offset: number, byteLength: number): void {
    this.encoder().clearBuffer(block.buffer, offset, byteLength);
    block.batch = this.#batch;
  }

  /** Writes bytes of JavaScript's, in multiples of 4. They may be changed afterwards. */
  write(block: Block, offset: number, bytes: Uint8Array): void {
    const { byteLength } = bytes;
    // The queue's own writes come before all of the batch: right if the batch doesn't use the block.
    if (block.batch === this.#batch && byteLength <= MOST_INLINE)
      return this.#writeInBatch(block, offset, bytes);
    if (block.batch === this.#batch) this.submit();
    writeTo(this.#context.device.queue, block.buffer, offset, bytes);
  }

  #writeInBatch(block: Block, offset: number, bytes: Uint8Array): void {
    const { byteLength } = bytes;
    let at = this.#uploads.take(byteLength, 4);
    if (at < 0) {
      this.submit();
      at = this.#uploads.take(byteLength, 4);
    }
    this.#uploads.bytes.set(bytes, at);
    this.encoder().copyBufferToBuffer(this.#uploads.buffer, at, block.buffer, offset, byteLength);
    block.batch = this.#batch;
  }

  /** Destroys a buffer when the commands that use it are on their way. */
  destroy(block: Block): void {
    if (block.batch === this.#batch) this.#doomed.push(block);
    else block.buffer.destroy();
  }

  /** The encoder, for commands outside of passes. The batch is submitted in any case. */
  encoder(): GPUCommandEncoder {
    this.#endPass();
    return this.#open();
  }

  /** Has something done when the batch is submitted. It must not throw. */
  whenSubmitted(act: (outcome: Outcome) => void): void {
    this.#open();
    this.#whenSubmitted.push(act);
  }

  /** Has something done at every submit. */
  onSubmit(act: () => void): void {
    this.#onSubmit = act;
  }

  /** Submits what was recorded, if anything was. */
  submit(): void {
    const encoder = this.#encoder;
    if (encoder === null) return;
    this.#endPass();
    const measured = this.profiler?.beforeSubmit(encoder);
    const { device } = this.#context;
    const names = this.#names;
    this.#uniforms.write(device.queue);
    this.#uploads.write(device.queue);
    const { outcome } = this.#context.watched(
      'validation',
      () => device.queue.submit([encoder.finish()]),
      (message) => batchError(message, names),
    );
    this.submits++;
    const acts = this.#whenSubmitted;
    this.#next();
    this.#onSubmit();
    measured?.();
    for (const act of acts) act(outcome);
  }

  #open(): GPUCommandEncoder {
    if (this.#encoder === null) {
      const batch = this.#batch;
      this.#encoder = this.#context.device.createCommandEncoder();
      queueMicrotask(() => {
        if (batch === this.#batch) this.submit();
      });
    }
    return this.#encoder;
  }

  #passFor(pipeline: Pipeline, groups: number): GPUComputePassEncoder {
    if (this.profiler !== null) this.#endPass();
    return (this.#pass ??= this.#open().beginComputePass(
      this.profiler?.nextPass(pipeline.kernel.name, groups),
    ));
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
    this.#pipeline = null;
  }

  /** Ends the batch, after it was submitted or in place of that. */
  #next(): void {
    this.#encoder = null;
    this.#pass = null;
    this.#pipeline = null;
    this.#batch++;
    this.#inBatch = 0;
    this.#bytes = 0;
    this.#names = new Set();
    this.#whenSubmitted = [];
    for (const { buffer } of this.#doomed) buffer.destroy();
    this.#doomed = [];
  }

  /** The device is gone, and with it what was recorded. */
  #discard(): void {
    this.#next();
    this.#bindings.clear();
    this.#uniforms.buffer.destroy();
    this.#uploads.buffer.destroy();
  }

  /** Puts a dispatch's parameters, and the zero behind them, where the kernel finds them. */
  #writeParams({ kernel, layout: { uniformSize } }: Pipeline, params: readonly number[]): number {
    const { minUniformBufferOffsetAlignment: alignment } = this.#context.limits;
    let at = this.#uniforms.take(uniformSize, alignment);
    if (at < 0) {
      this.submit();
      at = this.#uniforms.take(uniformSize, alignment);
    }
    const { words, floats } = this.#uniforms;
    const first = at / 4;
    kernel.params.forEach(({ type }, i) => {
      if (type === 'f32') floats[first + i] = params[i]!;
      else words[first + i] = params[i]!;
    });
    words[first + kernel.params.length] = 0;
    return at;
  }
}

/** Bytes of shared memory that are copied at a time. */
const PORTION = 2 ** 24;

/** Not every implementation takes shared memory: Dawn in Node crashes. */
function writeTo(queue: GPUQueue, buffer: GPUBuffer, offset: number, bytes: Uint8Array): void {
  if (isUnshared(bytes)) return queue.writeBuffer(buffer, offset, bytes);
  for (let at = 0; at < bytes.byteLength; at += PORTION)
    queue.writeBuffer(buffer, offset + at, new Uint8Array(bytes.subarray(at, at + PORTION)));
}

const isUnshared = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer;

function batchError(message: string, names: ReadonlySet<string>): RuntimeError {
  const named = [...names].slice(0, MOST_NAMED).join(', ') + (names.size > MOST_NAMED ? ', ...' : '');
  const where = names.size === 0 ? '' : ` (kernels: ${named})`;
  return new RuntimeError(`WebGPU refused commands${where}: ${message}`);
}
