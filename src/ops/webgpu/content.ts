/**
 * What storages on the GPU hold: bytes in a buffer, bytes that JavaScript fills, or a formula, a matrix product or a convolution whose
 * result nobody has asked for yet.
 *
 * A formula is computed when something other than an elementwise operation needs it, so that chains of operations become one kernel.
 * What it reads must not change in the meantime: whoever writes to a part of an awaited content writes to a copy, and the formulas keep
 * the old one.
 */
import type { RemoteBytes } from '../../array/remote.ts';
import { notHere } from '../../array/remote.ts';
import { Views } from '../../array/views.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import { wholeWords } from '../../device/webgpu/bytes.ts';
import type { Bilinear } from './product/bilinear.ts';
import type { Formula } from './formula.ts';
import type { WebGpu } from './webgpu.ts';

/** The bytes of a storage at a moment. */
export class Content {
  readonly byteLength: number;
  /** In a buffer, */
  bytes: GpuBytes | null = null;
  /** or with JavaScript, */
  host: Views | null = null;
  /** or still to be computed: all elements in C order. */
  formula: Formula | null = null;
  /** or a matrix product or a convolution still to be computed. */
  bilinear: Bilinear | null = null;
  /** How many storages and formulas need it. */
  #users = 1;
  /** How many formulas wait to read it. One that was collected by the garbage collector counts still. */
  #waiting = 0;

  constructor(byteLength: number) {
    this.byteLength = byteLength;
  }

  /** Whether nobody has written anything. */
  get isBlank(): boolean {
    return this.bytes === null && this.host === null && !this.isPending;
  }

  /** Whether it is still to be computed. */
  get isPending(): boolean {
    return this.formula !== null || this.bilinear !== null;
  }

  /** Whether more than one storage or formula needs it. */
  get isShared(): boolean {
    return this.#users > 1;
  }

  /** Makes this the content that a formula computes. */
  defer(formula: Formula): void {
    this.formula = formula;
    this.#waitFor(formula.leaves);
  }

  /** Makes this the content that a matrix product or a convolution computes. */
  deferBilinear(bilinear: Bilinear): void {
    this.bilinear = bilinear;
    this.#waitFor(bilinear.leaves);
  }

  #waitFor(leaves: readonly { readonly content: Content }[]): void {
    for (const { content } of leaves) {
      content.retain();
      content.#waiting++;
    }
  }

  /** Takes away what was to be computed, which is computed or not needed any more. */
  settle(): void {
    const pending = this.formula ?? this.bilinear;
    if (pending === null) return;
    this.formula = this.bilinear = null;
    for (const { content } of pending.leaves) {
      content.#waiting--;
      content.drop();
    }
  }

  /** Whether a formula may wait to read it as it is. */
  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** One user more. */
  retain(): void {
    this.#users++;
  }

  /** One user less; the last one's leaving gives the bytes back. */
  drop(): void {
    if (--this.#users > 0) return;
    this.settle();
    this.bytes?.release();
    this.bytes = this.host = null;
  }
}

/** The bytes of a storage on the GPU. */
export class DeviceBytes implements RemoteBytes {
  readonly home: WebGpu;
  readonly byteLength: number;
  content: Content;
  /** Whether others hold the buffer, so that what is written must be written into it. */
  isShared = false;

  constructor(home: WebGpu, byteLength: number) {
    this.home = home;
    this.byteLength = byteLength;
    this.content = new Content(byteLength);
  }

  views(): Views {
    this.home.requireAlive();
    const { content } = this;
    if (content.bytes !== null || content.isPending) {
      throw notHere(this.home.name);
    }
    return (content.host ??= new Views(new ArrayBuffer(wholeWords(this.byteLength))));
  }

  /** Replaces the content by a blank one. */
  renew(): Content {
    if (this.content.isBlank) return this.content;
    this.content.drop();
    return (this.content = new Content(this.byteLength));
  }

  /** Replaces the content by what a formula computes, which may read the content as it is now. */
  defer(formula: Formula): void {
    this.#replace((content) => content.defer(formula));
  }

  /** Replaces the content by a matrix product or a convolution, which may read the content as it is now. */
  deferBilinear(bilinear: Bilinear): void {
    this.#replace((content) => content.deferBilinear(bilinear));
  }

  #replace(fill: (content: Content) => void): void {
    const before = this.content;
    this.content = new Content(this.byteLength);
    fill(this.content);
    before.drop();
  }

  /** Replaces an awaited content by one with the bytes as they are, which others may hold, and leaves a copy of them to what waits. */
  part(copy: GpuBytes): void {
    const before = this.content;
    this.content = new Content(this.byteLength);
    this.content.bytes = before.bytes;
    before.bytes = copy;
    before.drop();
  }

  release(): void {
    this.content.drop();
  }
}
