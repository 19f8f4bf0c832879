/** The WebGPU device as the rest of the library uses it: memory, kernels, copies, reads. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import { at, gridKernel } from '../../kernel/grid/build.ts';
import type { GridKernel } from '../../kernel/grid/build.ts';
import { k } from '../../kernel/build.ts';
import { boundBytes, boundTo } from './bindings.ts';
import type { GpuBinding } from './bindings.ts';
import { wholeWords } from './bytes.ts';
import type { GpuBytes } from './bytes.ts';
import type { Check, CheckError, Checked } from './checks.ts';
import { CHECK_BYTES, Checks, MERGE_CHECKS, openIn } from './checks.ts';
import type { Context, GpuLimits } from './context.ts';
import { USAGE } from './flags.ts';
import { Pipelines } from './pipelines.ts';
import { Pool } from './pool.ts';
import { Profiler } from './profile.ts';
import type { ProfileRow } from './profile.ts';
import { Readback } from './readback.ts';
import { MOST_DISPATCHES, Recorder } from './recorder.ts';
import { reportOf } from './report.ts';
import type { DeviceReport } from './report.ts';

export type { DeviceReport, ProfileRow };

/**
 * An open WebGPU device, made by `openGpu`. Every method but `report` throws a RuntimeError once the device was lost or disposed.
 *
 * Commands run in the order of the calls, and each sees what earlier ones have written. They are submitted in batches: when many are
 * recorded, and else when the running JavaScript returns.
 */
export class Gpu {
  readonly #context: Context;
  readonly #pool: Pool;
  readonly #pipelines: Pipelines;
  readonly #recorder: Recorder;
  readonly #checks: Checks;
  readonly #readback: Readback;
  #meetings: GpuBytes | null = null;

  constructor(context: Context) {
    this.#context = context;
    this.#recorder = new Recorder(context);
    this.#pool = new Pool(context, (block) => this.#recorder.destroy(block));
    this.#recorder.onSubmit(() => this.#pool.age());
    this.#pipelines = new Pipelines(context);
    this.#checks = new Checks(context.device);
    this.#readback = new Readback(context, this.#recorder, this.#checks);
  }

  /** The device, for what the library doesn't do; call `flush` before submitting commands of your own. */
  get device(): GPUDevice {
    return this.#context.device;
  }

  get limits(): GpuLimits {
    return this.#context.limits;
  }

  /** The names of the device's features, such as `subgroups`. */
  get features(): ReadonlySet<string> {
    return this.#context.features;
  }

  /** Whether the processor does the work: a driver in software, to which neighbouring invocations are no help and barriers dear. */
  get isSoftware(): boolean {
    return this.#context.info.isFallbackAdapter === true;
  }

  /** The least number of invocations in a subgroup, a power of two; 1 if the device has no subgroups. */
  get subgroupSize(): number {
    const { features, info } = this.#context;
    return features.has('subgroups') ? (info.subgroupMinSize ?? 1) : 1;
  }

  /** Whether the device was lost or disposed, so that everything on it is gone. */
  get isLost(): boolean {
    return this.#context.lost !== null;
  }

  /** @throws RuntimeError if the device was lost or disposed. */
  requireAlive(): void {
    this.#context.check();
  }

  /**
   * 16 words for the kernels of one operation, which are bound to them as an atomic buffer. A kernel that finds that its input is bad
   * sets the first, by `compareExchange` from 0, to a code other than 0; the one that succeeds may write details to the words behind.
   * Reads of what the kernel wrote, and of what is computed of that, reject with the error.
   */
  newCheck(): Check {
    this.#context.check();
    return this.#checks.create();
  }

  /** Says how errors are made of the codes in checks. */
  explain(toError: CheckError): void {
    this.#checks.toError = toError;
  }

  /**
   * Memory whose contents are undefined.
   *
   * @param byteLength - also 0 and odd numbers
   * @throws MemoryError if no buffer can have that many bytes. That the memory is used up is known later: the next read throws.
   */
  allocate(byteLength: number): GpuBytes {
    this.#context.check();
    return this.#pool.allocate(byteLength);
  }

  /**
   * Memory that is 0 whenever a kernel begins, if every kernel that uses it leaves it so: they all share it. In it the workgroups of a
   * kernel leave something for one another.
   */
  meeting(byteLength: number): GpuBytes {
    this.#context.check();
    const known = this.#meetings;
    if (known !== null && known.byteLength >= byteLength && !known.block.failed) return known;
    known?.release();
    return (this.#meetings = this.#pool.allocate(2 ** Math.ceil(Math.log2(byteLength)), true));
  }

  /**
   * Bytes of a GPUBuffer of this device that the user made. It is never destroyed here.
   *
   * @param buffer     - with the usage STORAGE; to be read back, copied or written to from JavaScript also COPY_SRC and COPY_DST
   * @param offset     - a multiple of the limit `minStorageBufferOffsetAlignment`
   * @throws ValueError if the range is not in the buffer, or not aligned. A buffer of another device is told by the next read.
   */
  wrap(buffer: GPUBuffer, offset = 0, byteLength: number = buffer.size - offset): GpuBytes {
    this.#context.check();
    const bytes = this.#pool.wrap(buffer, offset, byteLength);
    this.#context.requireOwn(buffer);
    return bytes;
  }

  /**
   * Runs a kernel.
   *
   * @param buffers - the kernel's buffers in order: bytes, or parts of them
   * @param params  - the kernel's parameters in order; they wrap to their types
   * @param groups  - workgroups; nothing happens if 0. More may be started than asked for, so that the kernel must look at its number.
   * @throws ValueError, RuntimeError if the kernel cannot run like that.
   */
  launch(
    kernel: GridKernel,
    buffers: readonly GpuBinding[],
    params: readonly number[],
    groups: number,
  ): void {
    const context = this.#context;
    context.check();
    const { limits } = context;
    if (params.length !== kernel.params.length)
      throw new ValueError(
        `kernel ${kernel.name} takes ${kernel.params.length} parameters, not ${params.length}`,
      );
    const { bounds, sections } = boundTo(kernel, buffers, limits);
    const y = rowsFor(kernel, groups, limits.maxComputeWorkgroupsPerDimension);
    if (groups === 0) return;
    const pipeline = this.#pipelines.get(kernel, sections);
    this.#recorder.dispatch(pipeline, bounds, params, Math.ceil(groups / y), y);
    this.#passOn(kernel, buffers);
  }

  /** What a kernel writes is worth no more than what it reads. */
  #passOn(kernel: GridKernel, buffers: readonly GpuBinding[]): void {
    let checks: Checked = null;
    for (const binding of buffers) {
      const bytes = boundBytes(binding);
      if (bytes === null) checks = this.#checks.union(checks, [binding as Check]);
      else if (bytes.checks !== null) checks = this.#checks.union(checks, openIn(bytes.checks));
    }
    if (checks === null) return;
    const few = this.#checks.few(checks, (from, to) => this.#merge(from, to));
    buffers.forEach((binding, i) => {
      const bytes = boundBytes(binding);
      if (bytes !== null && kernel.buffers[i]!.access !== 'read') bytes.checks = few;
    });
  }

  /** Has the first failure of checks written to another. */
  #merge(from: readonly Check[], to: Check): void {
    const found = this.#pool.allocate(from.length * CHECK_BYTES);
    this.#recorder.copyChecks(from, found.block, 0);
    this.launch(MERGE_CHECKS, [found, to.page], [from.length, to.first], 1);
    found.release();
  }

  /** Has bytes count as failed when an operation fails that doesn't write them. */
  spoil(bytes: GpuBytes, check: Check): void {
    bytes.checks = this.#checks.union(bytes.checks, [check]);
  }

  /**
   * Writes bytes of JavaScript's memory, which may be changed afterwards. They may fill the last word.
   *
   * @throws RangeError if they don't fit; ValueError if they are in a user's GPUBuffer without COPY_DST.
   */
  upload(bytes: GpuBytes, offset: number, data: Uint8Array): void {
    this.#context.check();
    const n = data.byteLength;
    checkRange(bytes, offset, n, wholeWords(bytes.byteLength));
    requireUsage(bytes, 'copyTo');
    if (n >= bytes.byteLength) bytes.checks = null;
    const lead = Math.min(-offset & 3, n);
    if (lead > 0) this.#mergeWord(bytes, offset, data.subarray(0, lead));
    const whole = n - lead - ((n - lead) % 4);
    const end = lead + whole;
    if (whole > 0) this.#recorder.write(bytes.block, bytes.offset + offset + lead, data.subarray(lead, end));
    if (end === n) return;
    const last = data.subarray(end);
    if (offset + n < bytes.byteLength) this.#mergeWord(bytes, offset + end, last);
    else {
      const word = new Uint8Array(4);
      word.set(last);
      this.#recorder.write(bytes.block, bytes.offset + offset + end, word);
    }
  }

  /** Writes some bytes of a word. */
  #mergeWord(bytes: GpuBytes, offset: number, data: Uint8Array): void {
    const word = new DataView(new ArrayBuffer(4));
    const kept = new DataView(Uint8Array.of(255, 255, 255, 255).buffer);
    data.forEach((byte, i) => {
      word.setUint8((offset % 4) + i, byte);
      kept.setUint8((offset % 4) + i, 0);
    });
    const { minStorageBufferOffsetAlignment: alignment } = this.limits;
    const start = offset - (offset % alignment);
    const size = Math.min(alignment, bytes.byteLength - start);
    const index = Math.floor((offset - start) / 4);
    this.launch(
      MERGE_WORD,
      [{ bytes, offset: start, size }],
      [index, kept.getUint32(0, true), word.getUint32(0, true)],
      1,
    );
  }

  /**
   * Copies bytes. Offsets and the length are multiples of 4, except that the length may end with the destination's bytes. The ranges
   * may overlap.
   *
   * @throws RangeError if a range is outside of its bytes.
   */
  copy(from: GpuBytes, fromOffset: number, to: GpuBytes, toOffset: number, byteLength: number): void {
    this.#context.check();
    checkRange(from, fromOffset, byteLength);
    checkRange(to, toOffset, byteLength);
    const n = alignedLength(to, toOffset, byteLength);
    if (fromOffset % 4 !== 0)
      throw new ValueError(`bytes are copied from multiples of 4, not from ${fromOffset}`);
    if (n === 0) return;
    requireUsage(from, 'copyFrom');
    requireUsage(to, 'copyTo');
    const kept = byteLength === to.byteLength ? null : to.checks;
    to.checks = this.#checks.union(kept, openIn(from.checks));
    if (from.block !== to.block)
      return this.#recorder.copy(from.block, from.offset + fromOffset, to.block, to.offset + toOffset, n);
    // WebGPU doesn't copy within a buffer.
    const between = this.allocate(n);
    this.#recorder.copy(from.block, from.offset + fromOffset, between.block, 0, n);
    this.#recorder.copy(between.block, 0, to.block, to.offset + toOffset, n);
    between.release();
  }

  /**
   * Sets bytes to 0. The offset and the length are multiples of 4, except that the length may end with the bytes.
   *
   * @throws RangeError if the range is outside of the bytes.
   */
  clear(bytes: GpuBytes, offset: number, byteLength: number): void {
    this.#context.check();
    checkRange(bytes, offset, byteLength);
    const n = alignedLength(bytes, offset, byteLength);
    if (n === 0) return;
    requireUsage(bytes, 'copyTo');
    if (byteLength === bytes.byteLength) bytes.checks = null;
    this.#recorder.clear(bytes.block, bytes.offset + offset, n);
  }

  /**
   * The bytes as they are after all commands given until now.
   *
   * @throws (the promise rejects) what `explain` made says of a check that the bytes depend on; RuntimeError, MemoryError if WebGPU has
   *   refused commands since the last read: only one read tells of that.
   */
  read(bytes: GpuBytes, offset: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#context.check();
    checkRange(bytes, offset, byteLength);
    requireUsage(bytes, 'copyFrom');
    return this.#readback.read(bytes, offset, byteLength);
  }

  /** Submits the commands given until now: they start without that too, but maybe later. */
  flush(): void {
    this.#context.check();
    this.#recorder.submit();
  }

  /** What the device is and has done. */
  report(): DeviceReport {
    return reportOf(this.#context, {
      kernels: this.#pipelines.compiled,
      dispatches: this.#recorder.dispatches,
      submits: this.#recorder.submits,
      reads: this.#readback.reads,
      memory: this.#pool.report(),
    });
  }

  /**
   * Runs `fn`, and lists the kernels that it launches with the times they take on the device, longest first. Times are null where the
   * device has no timestamps. Each dispatch is measured alone, so that the whole takes longer than usual.
   *
   * @throws RuntimeError if a profile is being taken already.
   */
  async profile(fn: () => unknown): Promise<ProfileRow[]> {
    this.#context.check();
    if (this.#recorder.profiler !== null) throw new RuntimeError('a profile is being taken already');
    this.#recorder.submit();
    const profiler = (this.#recorder.profiler = new Profiler(this.#context, MOST_DISPATCHES));
    try {
      await fn();
    } finally {
      this.#recorder.submit();
      this.#recorder.profiler = null;
    }
    return profiler.finish();
  }

  /** Frees all memory of the device and ends what waits for it. A user's device stays open. */
  dispose(): void {
    if (this.#context.lost !== null) return;
    this.#context.lose(new RuntimeError('the WebGPU device was disposed'));
    this.#pool.dispose();
    if (this.#context.owned) this.#context.device.destroy();
  }
}

const MERGE_WORD = /* @__PURE__ */ gridKernel(
  'merge_word',
  1,
  { words: 'write' },
  { index: 'i32', kept: 'u32', value: 'u32' },
  (b, { words }, { index, kept, value }) =>
    b.if(k.eq(b.group, 0), () => b.put(words, index, k.or(k.and(at(words, index), kept), value))),
);

/** Rows of workgroups, for a grid that has more than a device takes along one dimension. */
function rowsFor({ name }: GridKernel, groups: number, most: number): number {
  if (!Number.isSafeInteger(groups) || groups < 0 || groups > 2 ** 31 - 1 || groups > most * most)
    throw new ValueError(`kernel ${name} cannot run in ${groups} workgroups`);
  return Math.max(Math.ceil(groups / most), 1);
}

function checkRange({ byteLength }: GpuBytes, offset: number, n: number, end = byteLength): void {
  const areCounts = Number.isSafeInteger(offset) && Number.isSafeInteger(n) && offset >= 0 && n >= 0;
  if (!areCounts || offset + n > end)
    throw new RangeError(`bytes [${offset}, ${offset + n}) of ${byteLength} bytes on the GPU`);
}

/** A copy that WebGPU refuses would take its whole batch along, so it is not recorded. */
function requireUsage({ block }: GpuBytes, use: 'copyFrom' | 'copyTo'): void {
  if ((block.usage & USAGE[use]) === 0)
    throw new ValueError(
      `the GPUBuffer must be made with GPUBufferUsage.${use === 'copyTo' ? 'COPY_DST' : 'COPY_SRC'} too for that`,
    );
}

function alignedLength({ byteLength }: GpuBytes, offset: number, n: number): number {
  if (offset % 4 !== 0 || (n % 4 !== 0 && offset + n !== byteLength))
    throw new ValueError(
      `bytes are copied and cleared in multiples of 4, not [${offset}, ${offset + n}) of ${byteLength}`,
    );
  return wholeWords(n);
}
