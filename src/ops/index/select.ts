/** What an index chooses of an array: a view of it, and the index arrays that move places of that view. */
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { broadcastShapes } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { IndexMode } from '../../kernel/offsets.ts';
import type { Primitives } from '../accelerator.ts';
import { acceleratorOf } from '../accelerator.ts';
import type { IndexItem } from './parse.ts';
import { trueOffsets } from './masks.ts';

/** Indices along one axis of an array. */
export interface IndexOperand {
  /** Integers in a shape that broadcasts to the selection's. */
  readonly array: NDArray;
  /** The axis' length, and its number for messages. */
  readonly length: number;
  readonly axis: number;
  /** Bytes from one index to the next. */
  readonly stride: number;
  readonly mode: IndexMode;
}

/**
 * The chosen elements: at a place of `shape`, `strides` and `offset` say where an element lies, as in a view, and each operand
 * moves it on by its index there. Without operands it is a view.
 */
export interface Selection {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly operands: readonly IndexOperand[];
}

/** What an index chooses. Made once for every `get`, so that it is one object with arrays of the right length. */
export class IndexSelection implements Selection {
  shape: number[];
  strides: number[];
  offset: number;
  operands: IndexOperand[] = NONE;
  /** Every axis has an integer: the choice is one element. */
  isElement = false;
  /** An integer came in an array, so that the result is a copy. */
  copies = false;
  /** The shapes of the index arrays as NumPy has them: a mask counts as an array for each axis. */
  arrayShapes: (readonly number[])[] = NONE;
  /** How many axes of the view there are so far. */
  axes = 0;
  /** Where the index arrays' axes go: at the first of them if they stand side by side, else in front. */
  position = 0;
  run: 'before' | 'inside' | 'after' | 'apart' = 'before';

  constructor(axes: number, offset: number) {
    this.shape = new Array<number>(axes);
    this.strides = new Array<number>(axes);
    this.offset = offset;
  }
}

const NONE: never[] = [];

/** The primitives of the device that an array or an index array lies on, `null` for the processor. */
export function acceleratorOfSelection(a: NDArray, { operands }: Selection): Primitives | null {
  let on = acceleratorOf(a);
  for (let i = 0; on === null && i < operands.length; i++) on = acceleratorOf(operands[i].array);
  return on;
}

/** Gives back the memory that a selection holds. */
export function release(selection: Selection): void {
  for (const { array, mode } of selection.operands) if (mode === 'offset') array.storage.dispose();
}

/**
 * The elements that `items` choose of `a`: NumPy's rules (prepare_index and mapiter in numpy/_core/src/multiarray/mapping.c).
 *
 * @throws IndexError for too many items, integers out of range, masks of another shape or index arrays that do not broadcast.
 *   Index arrays are checked when their offsets are computed.
 */
export function select(a: NDArray, items: readonly IndexItem[]): IndexSelection {
  let used = 0;
  let added = 0;
  let integers = 0;
  let ellipses = 0;
  let advanced = false;
  for (let i = 0; i < items.length; i++) {
    const { kind } = items[i];
    used += consumed(items[i]);
    if (kind === 'integer') integers++;
    else if (kind === 'ellipsis') ellipses++;
    else if (kind === 'array' || kind === 'mask') advanced = true;
    else added++;
  }
  const free = freeAxes(a, used, ellipses);
  const selection = new IndexSelection(added + free, a.offset);
  selection.isElement = integers === a.ndim && items.length === integers;
  if (advanced) addAdvanced(selection, a, items, free);
  else addItems(selection, a, items, free, false);
  return selection;
}

function addItems(
  to: IndexSelection,
  a: NDArray,
  items: readonly IndexItem[],
  free: number,
  advanced: boolean,
): void {
  let axis = 0;
  for (let i = 0; i < items.length; i++) {
    addItem(to, a, items[i], axis, free, advanced);
    axis += items[i].kind === 'ellipsis' ? free : consumed(items[i]);
  }
  addAxes(to, a, axis, a.ndim);
}

function addAdvanced(to: IndexSelection, a: NDArray, items: readonly IndexItem[], free: number): void {
  to.operands = [];
  to.arrayShapes = [];
  try {
    addItems(to, a, items, free, true);
    placeOperands(to);
  } catch (error) {
    release(to);
    throw error;
  }
}

/** How many axes an item takes. */
function consumed(item: IndexItem): number {
  switch (item.kind) {
    case 'newaxis':
    case 'ellipsis':
      return 0;
    case 'mask':
      return item.array.ndim;
    default:
      return 1;
  }
}

/** How many axes are left for the ellipsis. */
function freeAxes(a: NDArray, used: number, ellipses: number): number {
  if (ellipses > 1) throw new IndexError("an index can only have a single ellipsis ('...')");
  if (used > a.ndim) {
    throw new IndexError(
      `too many indices for array: array is ${a.ndim}-dimensional, but ${used} were indexed`,
    );
  }
  return a.ndim - used;
}

function addItem(
  to: IndexSelection,
  a: NDArray,
  item: IndexItem,
  axis: number,
  free: number,
  advanced: boolean,
): void {
  switch (item.kind) {
    case 'integer':
      to.offset += position(item.value, a, axis) * a.strides[axis];
      if (item.copies) to.copies = true;
      if (advanced) joinRun(to);
      return;
    case 'slice': {
      const { start, length, step } = item.slice.indices(a.shape[axis]);
      if (length > 0) to.offset += start * a.strides[axis];
      return addAxis(to, length, step * a.strides[axis]);
    }
    case 'newaxis':
      return addAxis(to, 1, 0);
    case 'ellipsis':
      leaveRun(to);
      return addAxes(to, a, axis, axis + free);
    case 'array':
      joinRun(to, item.array.shape);
      to.operands.push({
        array: item.array,
        length: a.shape[axis],
        axis,
        stride: a.strides[axis],
        mode: 'raise',
      });
      return;
    case 'mask': {
      const operand = maskOperand(a, item.array, axis);
      for (let i = 0; i < Math.max(1, item.array.ndim); i++) joinRun(to, operand.array.shape);
      to.operands.push(operand);
    }
  }
}

function addAxis(to: IndexSelection, length: number, stride: number): void {
  leaveRun(to);
  to.shape[to.axes] = length;
  to.strides[to.axes] = stride;
  to.axes++;
}

function addAxes(to: IndexSelection, a: NDArray, from: number, end: number): void {
  for (let axis = from; axis < end; axis++) addAxis(to, a.shape[axis], a.strides[axis]);
}

/** An integer beside index arrays counts as one of them. */
function joinRun(to: IndexSelection, shape?: readonly number[]): void {
  if (shape) to.arrayShapes.push(shape);
  if (to.run === 'before') {
    to.position = to.axes;
    to.run = 'inside';
  } else if (to.run === 'after') {
    to.position = 0;
    to.run = 'apart';
  }
}

function leaveRun(to: IndexSelection): void {
  if (to.run === 'inside') to.run = 'after';
}

/** @throws IndexError for an integer that is no position of the axis. */
function position(index: number, a: NDArray, axis: number): number {
  const length = a.shape[axis];
  if (index < -length || index >= length) throw outOfBounds(index, axis, length);
  return index < 0 ? index + length : index;
}

/** What NumPy says of an index that is no position of an axis. */
export function outOfBounds(index: number | bigint, axis: number, length: number): IndexError {
  return new IndexError(`index ${index} is out of bounds for axis ${axis} with size ${length}`);
}

/** A mask as offsets along all its axes together. */
function maskOperand(a: NDArray, mask: NDArray<'bool'>, axis: number): IndexOperand {
  mask.shape.forEach((n, i) => {
    if (n === a.shape[axis + i]) return;
    throw new IndexError(
      `boolean index did not match indexed array along axis ${axis + i}; size of axis is ${a.shape[axis + i]} but size of ` +
        `corresponding boolean axis is ${n}`,
    );
  });
  const unit = offsetUnit(a);
  const strides = a.strides.slice(axis, axis + mask.ndim).map((s) => s / unit);
  return { array: trueOffsets(mask, strides), length: 0, axis, stride: unit, mode: 'offset' };
}

/**
 * What offsets count: bytes in the heap, where every address has 32 bits; elements elsewhere, which may be larger.
 */
export function offsetUnit(a: NDArray): number {
  if (a.storage.inHeap || a.strides.some((s) => s % a.itemsize !== 0)) return 1;
  return a.itemsize;
}

/** Puts the axes that the index arrays broadcast to in their place. */
function placeOperands(to: IndexSelection): void {
  const common = commonShape(to.arrayShapes);
  const behind = to.shape.length - to.position;
  to.shape.splice(to.position, 0, ...common);
  to.strides.splice(to.position, 0, ...common.map(() => 0));
  to.operands = to.operands.map((operand) => ({ ...operand, array: behindAxes(operand.array, behind) }));
}

function commonShape(shapes: readonly (readonly number[])[]): number[] {
  try {
    return broadcastShapes(...shapes);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new IndexError(
      `shape mismatch: indexing arrays could not be broadcast together with shapes ${shapes.map(shapeText).join(' ')}`,
    );
  }
}

/** The array with axes of length 1 behind its own, so that it stands in front of `count` axes. */
function behindAxes(array: NDArray, count: number): NDArray {
  if (count === 0) return array;
  const ones = new Array<number>(count).fill(1);
  return viewArray(array, [...array.shape, ...ones], [...array.strides, ...ones.map(() => 0)]);
}

/** The smallest offset that the operands can give, in `unit`s. */
export function lowestOffset({ operands }: Selection, a: NDArray, unit: number): number {
  if (operands.some((operand) => operand.mode === 'offset')) return negativeReach(a, unit);
  return operands.reduce((sum, { length, stride }) => sum + Math.min(0, (length - 1) * stride) / unit, 0);
}

function negativeReach(a: NDArray, unit: number): number {
  return a.strides.reduce((sum, s, i) => sum + Math.min(0, (a.shape[i] - 1) * s) / unit, 0);
}
