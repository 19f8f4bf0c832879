/**
 * Assignment through masks of a device, of which it is not known how many elements are true: all that the mask lies over is seen as one
 * view, and written to where the mask is true.
 */
import type { DType } from '../../array/dtype.ts';
import { bool_, int32 } from '../../array/dtype.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { broadcastsTo } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { Slice } from '../../array/slice.ts';
import { k } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { MapSpec } from '../../kernel/map.ts';
import { castWhere, copyOf } from '../cast.ts';
import { gather } from '../gather.ts';
import { mapKernel, runMap } from '../map.ts';
import { clearBytes } from '../move.ts';
import type { Refusal } from '../refuse.ts';
import { refuseWhere } from '../refuse.ts';
import { scan } from '../scan.ts';
import { loopForDType, reduceSpec } from '../ufunc.ts';
import { add } from '../ufuncs/arithmetic.ts';
import { narrow, reshapeView, transpose } from '../views.ts';
import { alongAxis } from './axis.ts';
import type { IndexItem } from './parse.ts';
import { select } from './select.ts';

/** What an index with one mask lies over. */
export interface Masked {
  /** All elements that the index could choose, the mask's axes side by side. */
  readonly view: NDArray;
  readonly mask: NDArray;
  /** The first of the mask's axes in the view. What the index chooses has one axis in their place. */
  readonly axis: number;
}

type MaskItem = Extract<IndexItem, { kind: 'mask' }>;

const isRemoteMask = (item: IndexItem): item is MaskItem =>
  item.kind === 'mask' && item.array.storage.remote !== null;

const WHOLE: IndexItem = { kind: 'slice', slice: new Slice(null, null, null) };

/**
 * What an index lies over that has one mask, which is on a device, and else integers, slices and new axes.
 *
 * @returns null for any other index, and for a mask that does not fit
 */
export function maskedView(a: NDArray, items: readonly IndexItem[]): Masked | null {
  const place = items.findIndex(isRemoteMask);
  const item = items[place] as MaskItem | undefined;
  if (!item || items.some(({ kind }, i) => kind === 'array' || (kind === 'mask' && i !== place))) return null;
  const { array } = item;
  const mask = array.ndim === 0 ? viewArray(array, [1], [0]) : array;
  const over: readonly IndexItem[] = array.ndim === 0 ? [{ kind: 'newaxis' }] : array.shape.map(() => WHOLE);
  const { shape, strides, offset } = select(a, [
    ...items.slice(0, place),
    ...over,
    ...items.slice(place + 1),
  ]);
  const view = viewArray(a, shape, strides, offset);
  const first = axesBefore(a, items, place);
  if (mask.shape.some((n, i) => shape[first + i] !== n)) return null;
  if (!standsApart(items)) return { view, mask, axis: first };
  const own = mask.shape.map((_, i) => first + i);
  const others = shape.map((_, axis) => axis).filter((axis) => !own.includes(axis));
  return { view: transpose(view, [...own, ...others]), mask, axis: 0 };
}

/** How many axes of the result items have that stand before a place. */
function axesBefore(a: NDArray, items: readonly IndexItem[], place: number): number {
  const axesOf = (item: IndexItem): number => (item.kind === 'mask' ? item.array.ndim : 1);
  const taking = items.filter(({ kind }) => kind !== 'newaxis' && kind !== 'ellipsis');
  const free = a.ndim - taking.reduce((sum, item) => sum + axesOf(item), 0);
  const given = { slice: 1, newaxis: 1, ellipsis: free, integer: 0, array: 0, mask: 0 };
  return items.slice(0, place).reduce((sum, { kind }) => sum + given[kind], 0);
}

/** Whether a slice, a new axis or an ellipsis stands between the mask and an integer: then the mask's axis comes first. */
function standsApart(items: readonly IndexItem[]): boolean {
  const places = items.flatMap(({ kind }, i) => (kind === 'mask' || kind === 'integer' ? [i] : []));
  return places[places.length - 1] - places[0] >= places.length;
}

/** The shape of what an index with a mask chooses, if the mask has so many true elements. */
export function chosenShape({ view: { shape }, mask, axis }: Masked, count: number): number[] {
  return [...shape.slice(0, axis), count, ...shape.slice(axis + mask.ndim)];
}

/** The mask in as many axes as the view has from the mask's on, so that it broadcasts to the view. */
export function maskOver({ view, mask, axis }: Masked): NDArray {
  const behind = new Array<number>(view.ndim - axis - mask.ndim).fill(1);
  return viewArray(mask, [...mask.shape, ...behind], [...mask.strides, ...behind.map(() => 0)]);
}

const sums = /* @__PURE__ */ (() => reduceSpec(add, loopForDType(add, int32 as DType, [int32, int32])))();

/**
 * How many elements of a mask are true before each, in C order, and behind the last: int32, one axis.
 *
 * @param mask - on a device
 */
export function trueBefore(mask: NDArray): NDArray {
  return placedOn(mask.storage.remote!.home, () => {
    const flat = reshapeView(mask, [mask.size]) ?? reshapeView(copyOf(mask, mask.dtype, 'C'), [mask.size])!;
    const counts = emptyArray([mask.size + 1], int32 as DType);
    clearBytes(counts.storage, counts.offset, counts.itemsize);
    if (mask.size > 0) scan(sums, flat, 0, { dtype: int32 as DType, out: narrow(counts, 0, 1, mask.size) });
    return counts;
  });
}

/** Whether a mask has another number of true elements than values that are given. */
const IS_OTHER: MapSpec = {
  name: 'another count',
  inputs: ['i32', 'i32'],
  outputs: ['bool'],
  expr: (count, given) => k.ne(count as Expr, given as Expr),
};

/** Where a mask is true, if it has as many true elements as there are values. */
const IS_TAKEN: MapSpec = {
  name: 'true of a count',
  inputs: ['bool', 'i32', 'i32'],
  outputs: ['bool'],
  expr: (isTrue, count, given) => k.and(isTrue as Expr, k.eq(count as Expr, given as Expr)),
};

/** What is said of other numbers of values: the axes of the values, the place of the mask's among the result's, and both shapes. */
const OTHER_COUNT: Refusal = {
  name: 'values for another number of true elements',
  error: ([count], [ndim, place, ...shapes]) => {
    const chosen = shapes.slice(ndim).with(place, Number(count));
    return new ValueError(
      `shape mismatch: value array of shape ${shapeText(shapes.slice(0, ndim))} could not be broadcast to indexing result of shape ` +
        shapeText(chosen),
    );
  },
};

/**
 * Writes values where the mask is true, broadcast and converted.
 *
 * @param value - without more axes than what the index chooses has
 * @throws ValueError for a shape that does not broadcast to it; for another number of values than of true elements reads of what is
 *   written to do, and nothing is written.
 */
export function setMaskedView(masked: Masked, value: NDArray): void {
  const { view, mask, axis } = masked;
  const behind = view.ndim - axis - mask.ndim;
  const place = value.ndim - behind - 1;
  const count = value.shape[place] ?? 1;
  const chosen = chosenShape(masked, count);
  if (!broadcastsTo(value.shape, chosen))
    throw new ValueError(
      `shape mismatch: value array of shape ${shapeText(value.shape)} could not be broadcast to indexing result of shape ` +
        shapeText(chosen),
    );
  if (count === 1)
    return castWhere(view, place < 0 ? value : stretched(value, place, mask.ndim), maskOver(masked));
  const before = trueBefore(mask);
  const total = viewArray(before, [], [], before.offset + mask.size * before.itemsize);
  const { isOther, isTaken } = placedOn(mask.storage.remote!.home, () => {
    const isOther = emptyArray([], bool_);
    runMap(mapKernel(IS_OTHER, ['i32', 'scalar'], ['bool']), [total, count], [isOther]);
    const isTaken = emptyArray(mask.shape, bool_);
    runMap(mapKernel(IS_TAKEN, ['bool', 'i32', 'scalar'], ['bool']), [mask, total, count], [isTaken]);
    return { isOther, isTaken };
  });
  refuseWhere(isTaken, isOther, OTHER_COUNT, [total], [value.ndim, axis, ...value.shape, ...chosen]);
  const numbers = reshapeView(narrow(before, 0, 0, mask.size), mask.shape)!;
  const source = count === 0 ? view : gather(value, alongAxis(value, place, numbers, 'clip'));
  castWhere(view, source, maskOver({ ...masked, mask: isTaken }));
}

/** An array with an axis of length 1 stretched to several. */
const stretched = (a: NDArray, axis: number, count: number): NDArray =>
  viewArray(
    a,
    [...a.shape.slice(0, axis), ...new Array<number>(count).fill(1), ...a.shape.slice(axis + 1)],
    [...a.strides.slice(0, axis), ...new Array<number>(count).fill(0), ...a.strides.slice(axis + 1)],
  );
