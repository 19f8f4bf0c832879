/** Shapes and strides as plain values: sizes, contiguity, broadcasting, axis numbers. Strides are in bytes. */
import { AxisError, ValueError, broadcastError } from './errors.ts';

export const MAX_NDIM = 64;

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

/** Byte strides of a dense array: C order has the last axis fastest, F order the first. */
export function denseStrides(shape: readonly number[], itemsize: number, order: 'C' | 'F' = 'C'): number[] {
  const n = shape.length;
  const strides = new Array<number>(n);
  let stride = itemsize;
  for (let i = 0; i < n; i++) {
    const axis = order === 'C' ? n - 1 - i : i;
    strides[axis] = stride;
    stride *= Math.max(shape[axis], 1);
  }
  return strides;
}

/** Whether elements lie densely in the given order. Axes of length 1 do not count, and an empty array is contiguous. */
export function isContiguous(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
  order: 'C' | 'F',
): boolean {
  const n = shape.length;
  let expected = itemsize;
  let contiguous = true;
  for (let i = 0; i < n; i++) {
    const axis = order === 'C' ? n - 1 - i : i;
    const length = shape[axis];
    if (length === 0) return true;
    if (length !== 1) {
      if (strides[axis] !== expected) contiguous = false;
      expected *= length;
    }
  }
  return contiguous;
}

/** The lowest byte and one past the highest that a layout touches, relative to its first element. */
export function byteExtent(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
): { low: number; high: number } {
  let low = 0;
  let high = itemsize;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 0) return { low: 0, high: 0 };
    const reach = (shape[i] - 1) * strides[i];
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}

/**
 * The shape that all shapes broadcast to.
 *
 * @throws ValueError naming all shapes when they do not broadcast.
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const ndim = shapes.reduce((most, s) => Math.max(most, s.length), 0);
  const result = new Array<number>(ndim).fill(1);
  for (const shape of shapes) {
    const lead = ndim - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const length = shape[i];
      if (length === 1 || length === result[lead + i]) continue;
      if (result[lead + i] !== 1) throw broadcastError(shapes);
      result[lead + i] = length;
    }
  }
  return result;
}

/** The shape that two shapes broadcast to; `undefined` when they do not. */
export function broadcastPair(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const lead = long.length - short.length;
  let result = long;
  for (let i = 0; i < short.length; i++) {
    const length = short[i];
    const other = long[lead + i];
    if (length === other || length === 1) continue;
    if (other !== 1) return undefined;
    if (result === long) result = [...long];
    (result as number[])[lead + i] = length;
  }
  return result;
}

/** Strides that show an array of `shape` as `target`: new and stretched axes have stride 0. The shapes must fit. */
export function broadcastStrides(
  shape: readonly number[],
  strides: readonly number[],
  target: readonly number[],
): number[] {
  const lead = target.length - shape.length;
  return target.map((_, i) => (i < lead || shape[i - lead] === 1 ? 0 : strides[i - lead]));
}

/** Whether an array of shape `from` broadcasts to the shape `to`. */
export function broadcastsTo(from: readonly number[], to: readonly number[]): boolean {
  const lead = to.length - from.length;
  return lead >= 0 && from.every((n, i) => n === 1 || n === to[lead + i]);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * An axis number as a position, negative numbers counting from the end.
 *
 * @throws AxisError out of range; TypeError if it is no integer.
 */
export function normalizeAxis(axis: number, ndim: number, prefix?: string): number {
  if (!Number.isInteger(axis)) throw new TypeError(`an axis must be an integer, got ${String(axis)}`);
  if (axis < -ndim || axis >= ndim) throw new AxisError(axis, ndim, prefix);
  return axis < 0 ? axis + ndim : axis;
}

/**
 * Axis numbers as positions, in the order given; `null` means every axis.
 *
 * @throws AxisError out of range; ValueError for a repeated axis; TypeError for what is no integer.
 */
export function normalizeAxes(axis: number | readonly number[] | null | undefined, ndim: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: ndim }, (_, i) => i);
  const axes = (Array.isArray(axis) ? (axis as readonly number[]) : [axis as number]).map((a) =>
    normalizeAxis(a, ndim),
  );
  if (new Set(axes).size !== axes.length) throw new ValueError("duplicate value in 'axis'");
  return axes;
}

/**
 * A shape argument: one integer or several, none negative.
 *
 * @throws TypeError for a non-integer; ValueError for a negative length, too many axes or a size that overflows.
 */
export function normalizeShape(shape: number | bigint | readonly (number | bigint)[]): number[] {
  const lengths = (Array.isArray(shape) ? shape : [shape]).map(Number);
  for (const length of lengths) {
    if (!Number.isInteger(length)) {
      throw new TypeError(`'${String(length)}' cannot be interpreted as an integer`);
    }
    if (length < 0) throw new ValueError('negative dimensions are not allowed');
  }
  if (lengths.length > MAX_NDIM) {
    throw new ValueError(
      `maximum supported dimension for an ndarray is currently ${MAX_NDIM}, found ${lengths.length}`,
    );
  }
  if (lengths.reduce((p, n) => p * Math.max(n, 1), 1) > Number.MAX_SAFE_INTEGER) {
    throw new ValueError(
      'array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.',
    );
  }
  return lengths;
}
