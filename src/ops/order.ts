/** Memory orders of new arrays: 'C', 'F', 'A' (F if all operands are F and not C) and 'K' (as the operands lie). */
import type { DType, DTypeName } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import { sizeOf } from '../array/layout.ts';
import { NDArray, emptyArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { placedOn, placement } from '../array/remote.ts';

export type Order = 'C' | 'F' | 'A' | 'K';

/** A layout that the order of a result follows. */
type Like = Pick<NDArray, 'shape' | 'strides' | 'cContiguous' | 'fContiguous' | 'ndim' | 'storage'>;

/** A new array of `shape`, its elements not set, on the operands' device, in an order that may follow their layouts. */
export function orderedEmpty<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  order: Order,
  like: readonly Like[],
): NDArray<D> {
  const make = (): NDArray<D> => emptyInOrder(shape, dtype, order, like);
  return placement.live ? placedOn(homeOf(like), make) : make();
}

/** The device of the first operand that lies on one, or else where new arrays are made. */
function homeOf(like: readonly Like[]): Home | null {
  for (const { storage } of like) if (storage.remote !== null) return storage.remote.home;
  return placement.home;
}

function emptyInOrder<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  order: Order,
  like: readonly Like[],
): NDArray<D> {
  switch (order) {
    case 'C':
    case 'F':
      return emptyArray(shape, dtype, order);
    case 'A':
      return emptyArray(
        shape,
        dtype,
        like.length > 0 && like.every((x) => x.fContiguous && !x.cContiguous) ? 'F' : 'C',
      );
    case 'K':
      return like.every((x) => x.cContiguous) ? emptyArray(shape, dtype) : keepOrder(shape, dtype, like);
    default:
      throw new ValueError(`order must be one of 'C', 'F', 'A', or 'K' (got '${String(order)}')`);
  }
}

/** A new array that lies as one other does: its axes sorted by their strides, stretched axes fastest (NumPy's NewLikeArray). */
export function emptyLike<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  order: Order,
  like: Like,
): NDArray<D> {
  const follows = order === 'K' && shape.length === like.ndim && !like.cContiguous;
  if (!follows) return orderedEmpty(shape, dtype, order === 'K' ? 'C' : order, [like]);
  const stride = like.strides.map(Math.abs);
  const slowestFirst = shape.map((_, i) => i).sort((i, j) => stride[j] - stride[i] || i - j);
  return placedOn(homeOf([like]), () => laidOut(shape, dtype, slowestFirst.reverse()));
}

/** NumPy's 'K': axes sorted by the operands' strides, an axis staying in place unless the first operand that says so moves it. */
function keepOrder<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  like: readonly Like[],
): NDArray<D> {
  return laidOut(shape, dtype, strideOrder(shape.length, like));
}

/** A dense array whose axes lie in the order given, the fastest first. */
function laidOut<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  fastestFirst: readonly number[],
): NDArray<D> {
  const strides = new Array<number>(shape.length);
  let stride = dtype.itemsize;
  for (const axis of fastestFirst) {
    strides[axis] = stride;
    stride *= Math.max(shape[axis], 1);
  }
  const flat = emptyArray([sizeOf(shape)], dtype);
  return new NDArray(flat.storage, dtype, shape, strides, flat.offset, null);
}

/** The axes of an array as NumPy walks them to keep its order, the slowest first. */
export function walkingOrder(a: Like): number[] {
  return strideOrder(a.ndim, [a]).reverse();
}

/** Axes of the iteration space from the fastest to the slowest: nditer's stable insertion sort. */
export function strideOrder(ndim: number, like: readonly Like[]): number[] {
  const axes: number[] = [];
  for (let axis = ndim - 1; axis >= 0; axis--) axes.push(axis);
  if (like.every((x) => x.cContiguous && !x.shape.includes(0))) return axes;
  for (let i = 1; i < ndim; i++) {
    let to = i;
    for (let j = i - 1; j >= 0; j--) {
      const faster = isFaster(axes[i], axes[j], ndim, like);
      if (faster === false) break;
      if (faster) to = j;
    }
    axes.splice(to, 0, ...axes.splice(i, 1));
  }
  return axes;
}

/** Whether axis `a` has the smaller strides; where operands disagree C order wins, where none tells it is undefined. */
function isFaster(a: number, b: number, ndim: number, like: readonly Like[]): boolean | undefined {
  let faster: boolean | undefined;
  for (const x of like) {
    const strideA = strideOf(x, a, ndim);
    const strideB = strideOf(x, b, ndim);
    if (strideA === 0 || strideB === 0) continue;
    if (strideB <= strideA) faster = false;
    else faster ??= true;
  }
  return faster;
}

function strideOf(x: Like, axis: number, ndim: number): number {
  const own = axis - (ndim - x.ndim);
  return own < 0 || x.shape[own] === 1 ? 0 : Math.abs(x.strides[own]);
}
