/** Moves elements between a selection's places and an array of its shape. */
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Views } from '../../array/views.ts';
import { heap } from '../../array/heap.ts';
import type { LazyKernel } from '../../device/kernels.ts';
import type { KernelModule } from '../../kernel/ir.ts';
import type { MoveForm, MoveWidth } from '../../kernel/gather.ts';
import { lazyKernel } from '../../device/kernels.ts';
import { OFFSET } from '../../kernel/indexed.ts';
import type { Axis, Walk } from '../iterate.ts';
import type { Piece } from './offsets.ts';
import { pieces } from './offsets.ts';
import type { Selection } from './select.ts';
import { lowestOffset, offsetUnit } from './select.ts';
import { withBytesInHeap } from './reach.ts';
import { orderedWalk, parts, runWalk } from './walk.ts';

/** The operands of a move, as the walk has them. */
export const PLAIN = 0;
export const CHOSEN = 1;
const OFFSETS = 2;

/** Which side of a move is written, and the kernels of that direction for each width. */
export interface Direction {
  readonly to: typeof PLAIN | typeof CHOSEN;
  readonly kernels: Readonly<Record<MoveWidth, LazyKernel<MoveForm | `${MoveForm}_nest`>>>;
}

/** A direction by the side that is written and the builder of its kernels. */
export function direction(to: Direction['to'], build: (width: MoveWidth) => KernelModule): Direction {
  const of = (width: MoveWidth) => lazyKernel<MoveForm | `${MoveForm}_nest`>(() => build(width));
  return { to, kernels: { 1: of(1), 2: of(2), 4: of(4), 8: of(8), 16: of(16) } };
}

/**
 * Moves elements between the places that a selection chooses of `a` and an array whose strides are given for the selection's shape,
 * of the same dtype.
 *
 * @throws IndexError for a refused index, perhaps after some elements were moved.
 */
export function moveSelected(
  way: Direction,
  a: NDArray,
  selection: Selection,
  plain: NDArray,
  strides: readonly number[],
): void {
  const uses = way.to === PLAIN ? (['read', 'write'] as const) : (['change', 'read'] as const);
  let done = false;
  if (a.storage.inHeap || isWorthCopying(a, selection)) {
    withBytesInHeap(a, uses[0], (near) => {
      const chosen = moved(selection, near.offset - a.offset);
      done = withBytesInHeap(plain, uses[1], (own) =>
        moveInHeap(way, a.itemsize, chosen, own.offset, strides),
      );
    });
  }
  if (!done) moveAnywhere(way, a, selection, plain, strides);
}

/** A few elements of a large array are moved faster where it lies than with a copy of it in the heap. */
function isWorthCopying(a: NDArray, { shape }: Selection): boolean {
  return 8 * sizeOf(shape) >= a.size;
}

/** The same places in an array that lies so many bytes further on. */
export function moved(selection: Selection, bytes: number): Selection {
  const { shape, strides, offset, operands } = selection;
  return bytes === 0 ? selection : { shape, strides, offset: offset + bytes, operands };
}

function moveInHeap(
  way: Direction,
  itemsize: number,
  chosen: Selection,
  plain: number,
  strides: readonly number[],
): void {
  for (const piece of pieces(chosen, 1))
    runMove(way.kernels, pieceWalk(plain, strides, chosen, piece), itemsize);
}

/** The same without the heap, for arrays that do not fit into it. */
function moveAnywhere(
  way: Direction,
  a: NDArray,
  selection: Selection,
  plain: NDArray,
  strides: readonly number[],
): void {
  const unit = offsetUnit(a);
  for (const piece of pieces(selection, unit)) {
    const walk = pieceWalk(plain.offset, strides, selection, piece);
    moveOutside(walk, a.itemsize, way.to, { plain, a, lowest: lowestOffset(selection, a, unit), unit });
  }
}

/** The walk over a piece: the plain array, the selection's places, the offsets. */
export function pieceWalk(
  plain: number,
  plainStrides: readonly number[],
  chosen: Selection,
  piece: Piece,
): Walk {
  const at = (address: number, strides: readonly number[]): number =>
    strides.reduce((sum, s, d) => sum + s * piece.start[d], address);
  return orderedWalk(piece.shape, [
    { address: at(plain, plainStrides), strides: plainStrides },
    { address: at(chosen.offset, chosen.strides), strides: chosen.strides },
    { address: piece.offsets, strides: piece.offsetStrides },
  ]);
}

/** Runs a move whose operands are all in the heap. */
function runMove(kernels: Direction['kernels'], walk: Walk, itemsize: number): void {
  const widened = inWords(walk, itemsize);
  const entries = kernels[widened.width]();
  for (const part of parts(widened.walk)) {
    const form = formOf(part, widened.width);
    runWalk(entries[form], entries[`${form}_nest`], part);
  }
}

/** Elements that lie side by side on both sides are moved in words as wide as their bytes allow. */
function inWords(walk: Walk, itemsize: number): { walk: Walk; width: MoveWidth } {
  const { axes, addresses } = walk;
  const [inner] = axes;
  const isRun =
    inner &&
    inner.strides[OFFSETS] === 0 &&
    inner.strides[PLAIN] === itemsize &&
    inner.strides[CHOSEN] === itemsize;
  if (!isRun) return { walk, width: itemsize as MoveWidth };
  const bytes = inner.length * itemsize;
  const width = ([16, 8, 4, 2, 1] as const).find((w) => bytes % w === 0)!;
  if (width === bytes) return { walk: { axes: axes.slice(1), addresses }, width };
  const words = { length: bytes / width, strides: [width, width, 0] };
  return { walk: { axes: [words, ...axes.slice(1)], addresses }, width };
}

function formOf({ axes: [inner] }: Walk, width: number): MoveForm {
  if (!inner) return 'any';
  const [plain, chosen, offsets] = inner.strides;
  if (plain !== width) return 'any';
  if (offsets === 0 && chosen === width) return 'run';
  return offsets === OFFSET && chosen === 0 ? 'each' : 'any';
}

/** What a move outside the heap needs to know besides its walk. */
interface OutsideMove {
  readonly plain: NDArray;
  readonly a: NDArray;
  /** The smallest offset that may occur: offsets of 32 bits are taken as so much above it. */
  readonly lowest: number;
  /** What offsets count, in bytes. */
  readonly unit: number;
}

/** Runs a move in JavaScript, wherever its sides lie. */
function moveOutside(
  { axes, addresses }: Walk,
  itemsize: number,
  to: Direction['to'],
  move: OutsideMove,
): void {
  const word = Math.min(itemsize, 4);
  const [plain, chosen] = [wordsOf(move.plain.storage.views, word), wordsOf(move.a.storage.views, word)];
  const [target, source] = to === PLAIN ? [plain, chosen] : [chosen, plain];
  const single: Axis = { length: 1, strides: [0, 0, 0] };
  const { length, strides } = axes[0] ?? single;
  const [targetStep, sourceStep] = to === PLAIN ? strides : [strides[CHOSEN], strides[PLAIN]];
  const offsets = heap.views.int32;
  const row = (plainAt: number, chosenAt: number, at: number): void => {
    let [t, s] = to === PLAIN ? [plainAt, chosenAt] : [chosenAt, plainAt];
    let o = at / OFFSET;
    for (let i = 0; i < length; i++) {
      const far = (move.lowest + ((offsets[o] - move.lowest) >>> 0)) * move.unit;
      copyWords(
        target,
        (to === PLAIN ? t : t + far) / word,
        source,
        (to === PLAIN ? s + far : s) / word,
        itemsize / word,
      );
      t += targetStep;
      s += sourceStep;
      o += strides[OFFSETS] / OFFSET;
    }
  };
  const visit = (axis: number, plainAt: number, chosenAt: number, at: number): void => {
    if (axis <= 0) return row(plainAt, chosenAt, at);
    const outer = axes[axis];
    for (let i = 0; i < outer.length; i++) {
      visit(
        axis - 1,
        plainAt + i * outer.strides[PLAIN],
        chosenAt + i * outer.strides[CHOSEN],
        at + i * outer.strides[OFFSETS],
      );
    }
  };
  visit(axes.length - 1, addresses[PLAIN], addresses[CHOSEN], addresses[OFFSETS]);
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function copyWords(to: Words, t: number, from: Words, f: number, count: number): void {
  for (let w = 0; w < count; w++) to[t + w] = from[f + w];
}

/** Whole words, so that no NaN changes its bits. */
function wordsOf(views: Views, bytes: number): Words {
  return bytes === 4 ? views.uint32 : bytes === 2 ? views.uint16 : views.uint8;
}
