/** Computes how far index arrays move the places of a selection, a piece at a time. */
import type { DType } from '../../array/dtype.ts';
import { float64, int32, int64 } from '../../array/dtype.ts';
import { readElement } from '../../array/element.ts';
import type { IndexError } from '../../array/errors.ts';
import { heap } from '../../array/heap.ts';
import { broadcastStrides, denseStrides } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { lazyKernel } from '../../device/kernels.ts';
import type { LazyKernel } from '../../device/kernels.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { IndexMode } from '../../kernel/offsets.ts';
import { OFFSET } from '../../kernel/indexed.ts';
import { buildOffsets, indexType } from '../../kernel/offsets.ts';
import { castInto } from '../cast.ts';
import { wrongIndexType } from './parse.ts';
import type { IndexOperand, Selection } from './select.ts';
import { outOfBounds } from './select.ts';
import {
  PIECE,
  heapView,
  orderedWalk,
  parts,
  pieceAddress,
  runWalk,
  stagedArray,
  statusAddress,
} from './walk.ts';

/** A part of a selection together with its offsets. */
export interface Piece {
  /** The part's shape, and its first place within the selection's along each axis. */
  readonly shape: readonly number[];
  readonly start: readonly number[];
  /** Where the offsets are in the heap, and the bytes between them along each axis. */
  readonly offsets: number;
  readonly offsetStrides: readonly number[];
}

const kernelsByType = /* @__PURE__ */ new Map<string, LazyKernel<'row' | 'nest'>>();

function offsetKernel(element: ElementType, mode: IndexMode): LazyKernel<'row' | 'nest'> {
  const key = `${element} ${mode}`;
  let kernel = kernelsByType.get(key);
  if (!kernel)
    kernelsByType.set(key, (kernel = lazyKernel<'row' | 'nest'>(() => buildOffsets(element, mode))));
  return kernel;
}

/**
 * The selection in pieces with offsets, in C order of the index arrays. The offsets of a piece are valid until the next is asked for.
 *
 * @param unit - what offsets count, in bytes
 * @throws IndexError when the next piece has an index that is out of range or no integer.
 */
export function* pieces({ shape, operands }: Selection, unit: number): Generator<Piece> {
  const kept = shape.map((_, d) => operands.some(({ array }) => sizeAt(array, d, shape.length) !== 1));
  const indexed = shape.map((n, d) => (kept[d] ? n : 1));
  const [only] = operands;
  if (operands.length === 1 && only.mode === 'offset' && only.stride === unit) {
    const strides = broadcastStrides(only.array.shape, only.array.strides, shape);
    yield { shape, start: shape.map(() => 0), offsets: only.array.offset, offsetStrides: strides };
    return;
  }
  for (const { start, lengths } of boxes(indexed)) {
    const part = shape.map((n, d) => (kept[d] ? lengths[d] : n));
    const dense = denseStrides(lengths, OFFSET).map((s, d) => (lengths[d] === 1 ? 0 : s));
    operands.forEach((operand, i) =>
      addOffsets(reachable(operand, start, lengths), lengths, dense, unit, i > 0),
    );
    yield { shape: part, start, offsets: pieceAddress(), offsetStrides: dense };
  }
}

function sizeAt(array: NDArray, axis: number, ndim: number): number {
  const own = axis - (ndim - array.ndim);
  return own < 0 ? 1 : array.shape[own];
}

/**
 * The operand's indices in a box where kernels reach them, in a type that can hold the axis' length: a view of them, or a copy that
 * is valid until the next.
 */
function reachable(
  operand: IndexOperand,
  start: readonly number[],
  lengths: readonly number[],
): IndexOperand {
  const { array, length } = operand;
  const lead = lengths.length - array.ndim;
  const at = (d: number): number => (array.shape[d] === 1 ? 0 : start[lead + d]);
  const shape = array.shape.map((n, d) => (n === 1 ? 1 : lengths[lead + d]));
  const address = array.strides.reduce((sum, s, d) => sum + s * at(d), array.offset);
  const part = viewArray(array, shape, array.strides, address);
  const narrow = indexType(array.dtype.element) === 'i32' && length >= 2 ** 31;
  if (array.storage.inHeap && !narrow) return { ...operand, array: part };
  const own = stagedArray(shape, narrow ? int64 : array.dtype);
  castInto(own, part);
  return { ...operand, array: own };
}

/** A part of a shape: a box at `start`. */
interface Box {
  readonly start: readonly number[];
  readonly lengths: readonly number[];
}

/** Cuts a shape into boxes of at most PIECE places, in C order. */
function* boxes(shape: readonly number[]): Generator<Box> {
  let inner = shape.length;
  let size = 1;
  while (inner > 0 && size * shape[inner - 1] <= PIECE) size *= shape[--inner];
  if (inner === 0) {
    yield { start: shape.map(() => 0), lengths: shape };
    return;
  }
  const cut = inner - 1;
  const rows = Math.floor(PIECE / size);
  const at = shape.map(() => 0);
  for (;;) {
    for (at[cut] = 0; at[cut] < shape[cut]; at[cut] += rows) {
      const length = Math.min(rows, shape[cut] - at[cut]);
      yield { start: at.slice(), lengths: shape.map((n, d) => (d < cut ? 1 : d === cut ? length : n)) };
    }
    let d = cut - 1;
    while (d >= 0 && ++at[d] === shape[d]) at[d--] = 0;
    if (d < 0) return;
  }
}

/** Writes an operand's offsets in a box, or adds them to those that are there. */
function addOffsets(
  operand: IndexOperand,
  lengths: readonly number[],
  dense: readonly number[],
  unit: number,
  add: boolean,
): void {
  const { array, length, mode, stride } = operand;
  const strides = broadcastStrides(array.shape, array.strides, lengths);
  const { element } = array.dtype;
  const wide = indexType(element) === 'i64';
  const status = statusAddress();
  heap.views.int32[status / 4] = 0;
  const extra = [wide ? BigInt(length) : length, stride / unit, add ? -1 : 0, status];
  const walk = orderedWalk(lengths, [
    { address: array.offset, strides },
    { address: pieceAddress(), strides: dense },
  ]);
  const { row, nest } = offsetKernel(element, mode)();
  for (const part of parts(walk)) runWalk(row, nest, part, extra);
  if (heap.views.int32[status / 4] !== 0) throw refused(operand);
}

/** The error for the first index that is refused. */
function refused({ array, length, axis, mode }: IndexOperand): IndexError {
  const { views } = array.storage;
  const lowest = mode === 'strict' ? 0 : -length;
  const find = (d: number, address: number): IndexError | undefined => {
    if (d < array.ndim) {
      for (let i = 0; i < array.shape[d]; i++) {
        const found = find(d + 1, address + i * array.strides[d]);
        if (found) return found;
      }
      return undefined;
    }
    const index = readElement(views, array.dtype.element, address) as number | bigint;
    if (array.dtype === float64 && !Number.isInteger(index)) return wrongIndexType();
    if (mode === 'wrap' || mode === 'clip') return undefined;
    return index < lowest || index >= length ? outOfBounds(index, axis, length) : undefined;
  };
  return find(0, array.offset) ?? wrongIndexType();
}

/**
 * The offsets of an operand by itself, as int32 in its own shape.
 *
 * @param unit - what offsets count, in bytes
 * @throws IndexError as `pieces`.
 */
export function hostOffsets(operand: IndexOperand, unit: number): NDArray<'int32'> {
  const { shape } = operand.array;
  const result = emptyArray(shape, int32);
  if (result.size === 0) return result;
  const alone = { shape, strides: shape.map(() => 0), offset: 0, operands: [operand] };
  for (const { shape: part, start, offsets, offsetStrides } of pieces(alone, unit)) {
    const at = start.reduce((sum, i, d) => sum + i * result.strides[d], result.offset);
    castInto(
      viewArray(result, part, result.strides, at),
      heapView(part, int32 as DType, offsetStrides, offsets),
    );
  }
  return result;
}

/**
 * Checks every index of a selection.
 *
 * @throws IndexError as `pieces`.
 */
export function checkIndices(selection: Selection): void {
  for (const piece of pieces(selection, 1)) void piece;
}
