/**
 * Kernels reach only the heap. Operands in ordinary ArrayBuffers, possibly larger than the heap, are taken through it in
 * cache-sized blocks: a piece of a walk at a time is copied in, computed and copied back.
 */
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import type { Views } from '../array/views.ts';
import type { Axis, Walk } from './iterate.ts';

/** Elements that are staged at a time. */
export const PIECE = 16384;
const LARGEST_ELEMENT = 16;

/** An operand outside the heap. */
export interface Outside {
  /** Which operand of the walk it is. */
  readonly at: number;
  readonly views: Views;
  readonly itemsize: number;
  readonly read: boolean;
  readonly written: boolean;
}

/** Elements in one memory: the first one's position, and the steps along some axes. */
interface Side {
  readonly start: number;
  readonly strides: readonly number[];
}

/** How a piece of an operand lies outside and in its block. */
interface Staged {
  /** Where the walk finds the operand in the block. */
  readonly address: number;
  readonly strides: readonly number[];
  /** What is copied, the innermost axis first. */
  readonly lengths: readonly number[];
  readonly outside: Side;
  readonly block: Side;
}

/** Runs `execute` on pieces of the walk in which the operands outside the heap are replaced by blocks in it. */
export function runStaged(walk: Walk, outside: readonly Outside[], execute: (walk: Walk) => void): void {
  const blocks = outside.map((_, i) => blockAddress(i));
  for (const piece of pieces(walk)) {
    const staged = outside.map((operand, i) => stage(piece, operand, blocks[i]));
    staged.forEach((s, i) => {
      const { read, views, itemsize } = outside[i];
      if (read) copyElements(s.lengths, itemsize, heap.views, s.block, views, s.outside);
    });
    execute(relocated(piece, outside, staged));
    staged.forEach((s, i) => {
      const { written, views, itemsize } = outside[i];
      if (written) copyElements(s.lengths, itemsize, views, s.outside, heap.views, s.block);
    });
  }
}

/** A dense operand: an array, or what is known of one. */
export interface Dense {
  readonly storage: { readonly inHeap: boolean; readonly views: Views };
  readonly offset: number;
  readonly itemsize: number;
}

/**
 * The same for operands that all lie dense in one order, which needs no walk.
 *
 * @param operands - inputs and, as the last, the output
 * @param size - how many elements each has
 * @param execute - runs a row of n elements at the places given
 */
export function runStagedRow(
  operands: readonly Dense[],
  size: number,
  execute: (places: readonly number[], n: number) => void,
): void {
  const last = operands.length - 1;
  for (let start = 0; start < size; start += PIECE) {
    const n = Math.min(PIECE, size - start);
    const places = operands.map(({ storage, offset, itemsize }, i) => {
      // A disposed array throws here.
      const { inHeap, views } = storage;
      const source = offset + start * itemsize;
      if (inHeap) return source;
      const block = blockAddress(i);
      if (i < last) copyBytes(heap.views, block, views, source, n * itemsize);
      return block;
    });
    execute(places, n);
    const { storage, offset, itemsize } = operands[last];
    if (!storage.inHeap)
      copyBytes(storage.views, offset + start * itemsize, heap.views, places[last], n * itemsize);
  }
}

/** Up to so many bytes are copied faster word by word than by making typed arrays of them. */
const FEW_BYTES = 256;

function copyBytes(to: Views, target: number, from: Views, source: number, bytes: number): void {
  if (bytes <= FEW_BYTES && ((target | source | bytes) & 3) === 0) {
    const [t, f] = [to.uint32, from.uint32];
    for (let i = 0; i < bytes; i += 4) t[(target + i) / 4] = f[(source + i) / 4];
    return;
  }
  // No typed array spans a buffer of more than 2^32 bytes, so these span what is copied.
  new Uint8Array(to.buffer, target, bytes).set(new Uint8Array(from.buffer, source, bytes));
}

const blocks: number[] = [];

function blockAddress(i: number): number {
  blocks[i] ||= heap.alloc(PIECE * LARGEST_ELEMENT);
  if (!blocks[i]) throw new MemoryError('the heap has no room for a staging block');
  return blocks[i];
}

export function elementCount(axes: readonly Axis[]): number {
  return axes.reduce((n, axis) => n * axis.length, 1);
}

const moved = (walk: Walk, axis: Axis, by: number): number[] =>
  walk.addresses.map((a, i) => a + axis.strides[i] * by);

/** Cuts a walk along its outer axes into walks of at most PIECE elements. */
function* pieces(walk: Walk): Generator<Walk> {
  const { axes } = walk;
  if (elementCount(axes) <= PIECE) {
    yield walk;
    return;
  }
  const outer = axes[axes.length - 1];
  const inner = axes.slice(0, -1);
  const rows = Math.floor(PIECE / elementCount(inner));
  for (let i = 0; i < outer.length; i += Math.max(rows, 1)) {
    const addresses = moved(walk, outer, i);
    if (rows === 0) yield* pieces({ axes: inner, addresses });
    else {
      const part = { length: Math.min(rows, outer.length - i), strides: outer.strides };
      yield { axes: [...inner, part], addresses };
    }
  }
}

function stage({ axes, addresses }: Walk, { at, itemsize }: Outside, block: number): Staged {
  const address = addresses[at];
  const real = axes.filter((axis) => axis.strides[at] !== 0);
  const count = elementCount(real);
  const low = real.reduce((sum, { length, strides }) => sum + Math.min(0, (length - 1) * strides[at]), 0);
  const extent = real.reduce(
    (sum, { length, strides }) => sum + (length - 1) * Math.abs(strides[at]),
    itemsize,
  );
  if (extent === count * itemsize) {
    // Dense in whatever order: one copy keeps the layout.
    const sides = {
      outside: { start: address + low, strides: [itemsize] },
      block: { start: block, strides: [itemsize] },
    };
    return {
      address: block - low,
      strides: axes.map((axis) => axis.strides[at]),
      lengths: [count],
      ...sides,
    };
  }
  let next = itemsize;
  const strides = axes.map((axis) => {
    if (axis.strides[at] === 0) return 0;
    const stride = next;
    next *= axis.length;
    return stride;
  });
  return {
    address: block,
    strides,
    lengths: real.map((axis) => axis.length),
    outside: { start: address, strides: real.map((axis) => axis.strides[at]) },
    block: { start: block, strides: strides.filter((s) => s !== 0) },
  };
}

/** The walk with the staged operands at their blocks. */
function relocated({ axes, addresses }: Walk, outside: readonly Outside[], staged: readonly Staged[]): Walk {
  const place = addresses.slice();
  outside.forEach(({ at }, i) => (place[at] = staged[i].address));
  const movedAxes = axes.map(({ length, strides }, d) => {
    const own = strides.slice();
    outside.forEach(({ at }, i) => (own[at] = staged[i].strides[d]));
    return { length, strides: own };
  });
  return { axes: movedAxes, addresses: place };
}

function copyElements(
  lengths: readonly number[],
  itemsize: number,
  to: Views,
  target: Side,
  from: Views,
  source: Side,
): void {
  const copyAxis = (axis: number, t: number, f: number): void => {
    if (axis <= 0) {
      const n = lengths.length ? lengths[0] : 1;
      copyRun(n, itemsize, to, t, target.strides[0] ?? itemsize, from, f, source.strides[0] ?? itemsize);
      return;
    }
    for (let i = 0; i < lengths[axis]; i++) {
      copyAxis(axis - 1, t + i * target.strides[axis], f + i * source.strides[axis]);
    }
  };
  copyAxis(lengths.length - 1, target.start, source.start);
}

/** Copies n elements, by whole words so that no NaN changes its bits. */
function copyRun(
  n: number,
  itemsize: number,
  to: Views,
  target: number,
  targetStride: number,
  from: Views,
  source: number,
  sourceStride: number,
): void {
  if (targetStride === itemsize && sourceStride === itemsize) {
    copyBytes(to, target, from, source, n * itemsize);
    return;
  }
  const word = Math.min(itemsize, 4);
  const [t, f] =
    word === 4 ? [to.uint32, from.uint32] : word === 2 ? [to.uint16, from.uint16] : [to.uint8, from.uint8];
  for (let i = 0; i < n; i++) {
    const at = (target + i * targetStride) / word;
    const there = (source + i * sourceStride) / word;
    for (let w = 0; w < itemsize / word; w++) t[at + w] = f[there + w];
  }
}
