/** The view moves: other shapes and strides over the same memory. */
import { broadcastError } from '../array/errors.ts';
import { broadcastStrides, sameShape } from '../array/layout.ts';
import type { DTypeName } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { viewArray } from '../array/ndarray.ts';

/**
 * `a` as a read-only view of `shape`.
 *
 * @throws ValueError if its shape does not broadcast to that.
 */
export function broadcastTo<D extends DTypeName>(a: NDArray<D>, shape: readonly number[]): NDArray<D> {
  if (sameShape(a.shape, shape)) return viewArray(a, a.shape, a.strides, a.offset, a.dtype, false);
  const lead = shape.length - a.ndim;
  const fits = lead >= 0 && a.shape.every((n, i) => n === 1 || n === shape[lead + i]);
  if (!fits) throw broadcastError([a.shape, shape]);
  return viewArray(a, shape, broadcastStrides(a.shape, a.strides, shape), a.offset, a.dtype, false);
}

/** `a` with its axes in the order `axes`. */
export function transpose<D extends DTypeName>(a: NDArray<D>, axes: readonly number[]): NDArray<D> {
  return viewArray(
    a,
    axes.map((i) => a.shape[i]),
    axes.map((i) => a.strides[i]),
    a.offset,
    a.dtype,
  );
}

/** `a` with an axis moved behind the others. */
export function lastAxis<D extends DTypeName>(a: NDArray<D>, axis: number): NDArray<D> {
  if (axis === a.ndim - 1) return a;
  const others = a.shape.map((_, i) => i).filter((i) => i !== axis);
  return transpose(a, [...others, axis]);
}

/**
 * `a` as `shape` without moving elements, read in C or F order; `null` when no strides can say that.
 * The sizes must be equal. Source of the rule: NumPy's _attempt_nocopy_reshape.
 */
export function reshapeView<D extends DTypeName>(
  a: NDArray<D>,
  shape: readonly number[],
  order: 'C' | 'F' = 'C',
): NDArray<D> | null {
  const strides = reshapeStrides(a, shape, order);
  return strides && viewArray(a, shape, strides, a.offset, a.dtype);
}

function reshapeStrides(a: NDArray, shape: readonly number[], order: 'C' | 'F'): number[] | null {
  const axes = a.shape.map((_, i) => i).filter((i) => a.shape[i] !== 1);
  const strides = new Array<number>(shape.length).fill(a.itemsize);
  if (order === 'F') axes.reverse();
  const target = shape.map((_, i) => (order === 'C' ? i : shape.length - 1 - i));
  if (a.size === 0) return denseFor(shape, target, a.itemsize, strides);
  let from = axes.length - 1;
  let to = target.length - 1;
  while (from >= 0 || to >= 0) {
    // Take axes from both sides until they hold equally many elements.
    let oldSize = from >= 0 ? a.shape[axes[from]] : 1;
    let newSize = to >= 0 ? shape[target[to]] : 1;
    const fromEnd = from;
    const toEnd = to;
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= a.shape[axes[--from]];
      else newSize *= shape[target[--to]];
    }
    for (let i = from; i < fromEnd; i++) {
      if (a.strides[axes[i]] !== a.shape[axes[i + 1]] * a.strides[axes[i + 1]]) return null;
    }
    let stride = fromEnd >= 0 ? a.strides[axes[fromEnd]] : a.itemsize;
    for (let i = toEnd; i >= to && i >= 0; i--) {
      strides[target[i]] = stride;
      stride *= shape[target[i]];
    }
    from--;
    to--;
  }
  return strides;
}

function denseFor(
  shape: readonly number[],
  target: readonly number[],
  itemsize: number,
  strides: number[],
): number[] {
  let stride = itemsize;
  for (let i = target.length - 1; i >= 0; i--) {
    strides[target[i]] = stride;
    stride *= Math.max(shape[target[i]], 1);
  }
  return strides;
}

/** The diagonal of two axes, as the last axis of a read-only view. The axes must differ. */
export function diagonalView<D extends DTypeName>(
  a: NDArray<D>,
  offset: number,
  axis1: number,
  axis2: number,
): NDArray<D> {
  const rows = Math.max(a.shape[axis1] + Math.min(offset, 0), 0);
  const columns = Math.max(a.shape[axis2] - Math.max(offset, 0), 0);
  const length = Math.min(rows, columns);
  const start = offset >= 0 ? offset * a.strides[axis2] : -offset * a.strides[axis1];
  const kept = (_: number, i: number): boolean => i !== axis1 && i !== axis2;
  return viewArray(
    a,
    [...a.shape.filter(kept), length],
    [...a.strides.filter(kept), a.strides[axis1] + a.strides[axis2]],
    length > 0 ? a.offset + start : a.offset,
    a.dtype,
    false,
  );
}

/** `a` with the given axes walked backwards. */
export function flipped<D extends DTypeName>(a: NDArray<D>, axes: readonly number[]): NDArray<D> {
  let offset = a.offset;
  for (const axis of axes) if (a.shape[axis] > 0) offset += (a.shape[axis] - 1) * a.strides[axis];
  const strides = a.strides.map((s, i) => (axes.includes(i) ? -s : s));
  return viewArray(a, a.shape, strides, a.size > 0 ? offset : a.offset);
}

/** The part `start:start + length` of an axis. */
export function narrow<D extends DTypeName>(
  a: NDArray<D>,
  axis: number,
  start: number,
  length: number,
): NDArray<D> {
  return viewArray(a, a.shape.with(axis, length), a.strides, a.offset + start * a.strides[axis]);
}
