/**
 * Plans how a kernel walks over operands of one shape: which axes it merges, in which order it takes them, and where it cuts
 * them so that memory is used while it is in the cache. All of this is arithmetic on lengths and strides.
 */

/** An axis of the walk. */
export interface Axis {
  readonly length: number;
  /** Bytes from one element to the next, for each operand. */
  readonly strides: readonly number[];
}

/** A walk: nested axes, the innermost first, and where each operand's first element lies. */
export interface Walk {
  readonly axes: readonly Axis[];
  readonly addresses: readonly number[];
}

/** Where an operand lies: its strides are for the walk's whole shape, 0 where it is broadcast. */
export interface Layout {
  readonly address: number;
  readonly strides: readonly number[];
}

/**
 * The walk over all elements of a shape (of at least one element) in an order that suits the operands, the outputs above all.
 *
 * @param shape - the common shape
 * @param layouts - the operands, outputs last
 * @param outputs - how many of them are outputs
 */
export function planWalk(shape: readonly number[], layouts: readonly Layout[], outputs: number): Walk {
  const addresses = layouts.map((x) => x.address);
  const axes: Axis[] = [];
  for (let d = 0; d < shape.length; d++) {
    const length = shape[d];
    if (length === 1) continue;
    const strides = new Array<number>(layouts.length);
    let most = -Infinity;
    let least = Infinity;
    for (let i = 0; i < layouts.length; i++) {
      const stride = (strides[i] = layouts[i].strides[d]);
      most = Math.max(most, stride);
      least = Math.min(least, stride);
    }
    if (least < 0 && most <= 0) turn(strides, length, addresses);
    axes.push({ length, strides });
  }
  if (axes.length > 1) axes.sort((a, b) => compareAxes(a, b, layouts.length - outputs));
  return { axes: merged(axes), addresses };
}

/** Turns an axis that every operand walks downward, by starting at its other end. */
function turn(strides: number[], length: number, addresses: number[]): void {
  for (let i = 0; i < strides.length; i++) {
    addresses[i] += strides[i] * (length - 1);
    strides[i] = 0 - strides[i];
  }
}

/** The axis along which elements are closer comes first: the outputs' elements, then the inputs'. */
function compareAxes(a: Axis, b: Axis, firstOutput: number): number {
  for (let i = firstOutput; i < a.strides.length; i++) {
    const difference = Math.abs(a.strides[i]) - Math.abs(b.strides[i]);
    if (difference !== 0) return difference;
  }
  let difference = 0;
  for (let i = 0; i < firstOutput; i++) difference += Math.abs(a.strides[i]) - Math.abs(b.strides[i]);
  return difference;
}

/** Joins neighbouring axes that every operand walks as one. */
export function merged(axes: readonly Axis[]): readonly Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    const inner = result.at(-1);
    if (inner && continues(inner, axis)) {
      result[result.length - 1] = { length: inner.length * axis.length, strides: inner.strides };
    } else {
      result.push(axis);
    }
  }
  return result;
}

/** Whether each step along `outer` is where the next step along `inner` would be. */
function continues(inner: Axis, outer: Axis): boolean {
  for (let i = 0; i < inner.strides.length; i++) {
    if (outer.strides[i] !== inner.strides[i] * inner.length) return false;
  }
  return true;
}

/** Kernels count elements of an axis in 31 bits. */
export const LONGEST = 2 ** 30;
/** A shorter inner axis than this is worth exchanging for one several times as long. */
const SHORT = 12;
/** Elements of the long axis that are taken at a time then: their cache lines stay in the cache for the short axis. */
const STRIP = 512;
/** Side of the square tiles in which operands that lie crosswise are taken. */
const TILE = 128;
/** Below this many elements everything is in the cache anyway. */
const SMALL = 4096;
const CACHE_LINE = 64;

/** The same elements as several walks that use the cache well. Together they cover the walk once. */
export function tiled(walk: Walk): Walk[] {
  const { axes } = walk;
  const tooLong = axes.findIndex((axis) => axis.length > LONGEST);
  if (tooLong >= 0) return cut(walk, tooLong, LONGEST, axes.length).flatMap(tiled);
  if (axes.length < 2) return [walk];
  const long = longestAxis(axes);
  if (axes[0].length < SHORT && axes[long].length >= 4 * axes[0].length) return strips(walk, long);
  const across = crosswise(axes);
  return across > 0 ? squares(walk, across) : [walk];
}

function longestAxis(axes: readonly Axis[]): number {
  let longest = 0;
  axes.forEach((axis, i) => {
    if (axis.length > axes[longest].length) longest = i;
  });
  return longest;
}

/** Makes strips of a long axis the innermost. */
function strips(walk: Walk, long: number): Walk[] {
  const { axes, addresses } = walk;
  const reordered = { axes: [axes[long], ...axes.filter((_, i) => i !== long)], addresses };
  return axes[long].length <= 2 * STRIP ? [reordered] : cut(reordered, 0, STRIP, 1 + innerOf(axes, long));
}

/** How many of the axes, besides `long`, to walk while a strip is in the cache: the short innermost ones. */
function innerOf(axes: readonly Axis[], long: number): number {
  let elements = STRIP;
  let count = 0;
  for (let i = 0; i < axes.length; i++) {
    if (i === long) continue;
    elements *= axes[i].length;
    if (elements > STRIP * SHORT) break;
    count++;
  }
  return Math.max(count, 1);
}

/** An axis that some operand walks in smaller steps than the innermost, which takes it from cache line to cache line; or 0. */
function crosswise(axes: readonly Axis[]): number {
  const inner = axes[0];
  const size = axes.reduce((n, axis) => n * axis.length, 1);
  if (size < SMALL || inner.length < SHORT) return 0;
  for (let i = 0; i < inner.strides.length; i++) {
    const step = Math.abs(inner.strides[i]);
    if (step < CACHE_LINE) continue;
    const other = axes.findIndex(
      (axis) =>
        axis.length >= 4 && Math.abs(axis.strides[i]) < Math.min(step, CACHE_LINE) && axis.strides[i] !== 0,
    );
    if (other > 0) return other;
  }
  return 0;
}

/** Takes the innermost axis and the axis `across` in square tiles. */
function squares(walk: Walk, across: number): Walk[] {
  const { axes, addresses } = walk;
  const reordered = {
    axes: [axes[0], axes[across], ...axes.slice(1).filter((_, i) => i + 1 !== across)],
    addresses,
  };
  return cut(reordered, 0, TILE, 2).flatMap((part) => cut(part, 1, TILE, part.axes.length));
}

/**
 * Cuts an axis into pieces of `size`: the axis keeps that length in its place, and the steps from piece to piece become an
 * axis at position `place`. What remains of it is a second walk.
 */
function cut(walk: Walk, at: number, size: number, place: number): Walk[] {
  const { axes, addresses } = walk;
  const { length, strides } = axes[at];
  if (length <= size) return [walk];
  const pieces = Math.floor(length / size);
  const piece = { length: size, strides };
  const steps = { length: pieces, strides: strides.map((s) => s * size) };
  const main = {
    axes: [...axes.slice(0, at), piece, ...axes.slice(at + 1, place), steps, ...axes.slice(place)],
    addresses,
  };
  const rest = length - pieces * size;
  if (rest === 0) return [main];
  const remainder = { length: rest, strides };
  const start = addresses.map((address, i) => address + strides[i] * size * pieces);
  return [main, { axes: axes.map((axis, i) => (i === at ? remainder : axis)), addresses: start }];
}
