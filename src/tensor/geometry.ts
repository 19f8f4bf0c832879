/** Views as maps between geometries: what a view shows of its array, and the sum that brings gradients back. */
import type { DType } from '../array/dtype.ts';
import { byteExtent, denseStrides, sameShape, sizeOf } from '../array/layout.ts';
import { NDArray, emptyArray, viewArray } from '../array/ndarray.ts';
import { primitive } from '../array/tracing.ts';
import { castInto, copyOf } from '../ops/cast.ts';
import { indexDType } from '../ops/index/integers.ts';
import { iota } from '../ops/iota.ts';
import { clearBytes } from '../ops/move.ts';
import { transpose } from '../ops/views.ts';
import { zeros } from '../np/creation/filled.ts';
import { reshapeArray } from '../np/shape/reshape.ts';
import { reduceToArray } from '../np/ufunc/reduce.ts';
import { add as addRow } from '../ops/ufuncs/arithmetic.ts';
import { at } from '../np/ufunc/at.ts';
import { divide } from '../np/ufuncs.ts';

/** Where the elements of an array lie, without their memory. */
export class Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;

  constructor({ shape, strides, offset, dtype }: Geometry | NDArray) {
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.dtype = dtype;
  }
}

/** How a view relates to its array. */
export type ViewKind = 'reshape' | 'permute' | 'expand' | 'slice';

export function kindOfView(view: Geometry, base: Geometry): ViewKind {
  if (repeatedAxes(view).length > repeatedAxes(base).length) return 'expand';
  if (sizeOf(view.shape) !== sizeOf(base.shape) || view.dtype !== base.dtype) return 'slice';
  if (permutation(view, base)) return 'permute';
  return view.offset === base.offset ? 'reshape' : 'slice';
}

/** Axes along which all elements are one. */
function repeatedAxes({ shape, strides }: Geometry): number[] {
  const axes: number[] = [];
  for (let i = 0; i < shape.length; i++) if (strides[i] === 0 && shape[i] > 1) axes.push(i);
  return axes;
}

/** For each axis of `base` the axis of `view` that is the same one, if the view only reorders axes. */
function permutation(view: Geometry, base: Geometry): number[] | null {
  const { shape, strides } = base;
  if (view.shape.length !== shape.length || view.offset !== base.offset) return null;
  const axes: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    let found = -1;
    for (let j = 0; j < shape.length && found < 0; j++) {
      const same = view.shape[j] === shape[i] && (view.strides[j] === strides[i] || shape[i] === 1);
      if (same && !axes.includes(j)) found = j;
    }
    if (found < 0) return null;
    axes.push(found);
  }
  return axes;
}

function isDense({ shape, strides, dtype }: Geometry): boolean {
  let expected = dtype.itemsize;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** Bytes of zeros in which arrays of both geometries lie as they lie to each other. */
class Canvas {
  readonly bytes: NDArray;
  readonly #shift: number;

  constructor(base: Geometry) {
    const { low, high } = byteExtent(base.shape, base.strides, base.dtype.itemsize);
    const { itemsize } = base.dtype;
    this.bytes = emptyArray([Math.max(0, high - low) / itemsize], base.dtype);
    clearBytes(this.bytes.storage, this.bytes.offset, this.bytes.nbytes);
    this.#shift = this.bytes.offset - low - base.offset;
  }

  at({ shape, strides, offset, dtype }: Geometry): NDArray {
    return viewArray(this.bytes, shape, strides, offset + this.#shift, dtype);
  }
}

/**
 * The sum of a gradient over the places of `view` that are one element of `base`: zero where the view does not reach. Elements that are
 * one and the same in `base` share the sum evenly, as in PyTorch's as_strided.
 */
function unviewArray(grad: NDArray, view: Geometry, base: Geometry): NDArray {
  const shared = repeatedAxes(base);
  if (shared.length === 0) {
    const repeated = repeatedAxes(view);
    if (repeated.length > 0) {
      const kept = (_: unknown, i: number): boolean => !repeated.includes(i);
      const summed = reduceToArray(addRow, grad, { axis: repeated, dtype: grad.dtype });
      const inner = { ...view, shape: view.shape.filter(kept), strides: view.strides.filter(kept) };
      return unviewArray(summed, inner, base);
    }
    if (view.dtype === base.dtype && sizeOf(view.shape) === sizeOf(base.shape)) {
      const moved = moveBack(grad, view, base);
      if (moved) return moved;
    }
  }
  const canvas = new Canvas(base);
  if (sizeOf(base.shape) > 0 && grad.size > 0) paint(canvas, view, grad);
  const result = canvas.at(base);
  if (shared.length > 0) {
    const copies = shared.reduce((n, axis) => n * base.shape[axis], 1);
    return divide(result, copies) as NDArray;
  }
  return isDense(base) && result.offset === canvas.bytes.offset
    ? new NDArray(result.storage, result.dtype, result.shape, result.strides, result.offset, null)
    : copyOf(result, result.dtype, 'C');
}

/** The gradient of a view that has all elements once. */
function moveBack(grad: NDArray, view: Geometry, base: Geometry): NDArray | null {
  const axes = permutation(view, base);
  if (axes) return axes.every((axis, i) => axis === i) ? grad : transpose(grad, axes);
  return isDense(view) && isDense(base) && view.offset === base.offset
    ? reshapeArray(grad, base.shape)
    : null;
}

/** Adds `grad` to the places of `view`. */
function paint(canvas: Canvas, view: Geometry, grad: NDArray): void {
  const repeated = repeatedAxes(view);
  if (repeated.length > 0) {
    const kept = (_: unknown, i: number): boolean => !repeated.includes(i);
    const summed = reduceToArray(addRow, grad, { axis: repeated, dtype: grad.dtype });
    return paint(
      canvas,
      { ...view, shape: view.shape.filter(kept), strides: view.strides.filter(kept) },
      summed,
    );
  }
  if (!overlapsItself(view)) return castInto(canvas.at(view), grad);
  const { bytes } = canvas;
  const ids = iota(bytes.size, 0, 1, indexDType(bytes));
  const scale = ids.itemsize / view.dtype.itemsize;
  const target = canvas.at(view);
  const places = viewArray(
    ids,
    view.shape,
    view.strides.map((s) => s * scale),
    ids.offset + (target.offset - bytes.offset) * scale,
  );
  at(addRow, bytes, reshapeArray(places, [places.size]), reshapeArray(grad, [grad.size]));
}

/** Whether two places of the view may be one element: not when each axis steps over all that the smaller ones reach. */
function overlapsItself({ shape, strides, dtype }: Geometry): boolean {
  const axes = shape
    .map((n, i) => ({ n, step: Math.abs(strides[i]) }))
    .filter(({ n }) => n > 1)
    .sort((p, q) => p.step - q.step);
  let reach = dtype.itemsize;
  for (const { n, step } of axes) {
    if (step < reach) return true;
    reach += (n - 1) * step;
  }
  return false;
}

/** What `view` shows of an array of `base`'s shape. */
function reviewArray(a: NDArray, view: Geometry, base: Geometry): NDArray {
  const strides = denseStrides(base.shape, base.dtype.itemsize);
  const lies = a.dtype === base.dtype && sameShape(base.strides, strides) && a.cContiguous;
  if (lies) {
    const shown = viewArray(a, view.shape, view.strides, a.offset + view.offset - base.offset, view.dtype);
    return copyOf(shown, shown.dtype, 'C');
  }
  const canvas = new Canvas(base);
  if (a.size > 0) castInto(canvas.at(base), a);
  return copyOf(canvas.at(view), view.dtype, 'C');
}

/** A copy of an array of `base`'s shape with zeros where `view` reaches. */
function clearedArray(a: NDArray, view: Geometry, base: Geometry): NDArray {
  const canvas = new Canvas(base);
  if (a.size > 0) castInto(canvas.at(base), a);
  if (sizeOf(view.shape) > 0) castInto(canvas.at(view), zeros([], { dtype: view.dtype }));
  return copyOf(canvas.at(base), base.dtype, 'C');
}

/** Brings a gradient from a view back to its array. */
export const UNVIEW = /* @__PURE__ */ primitive('unview', unviewArray);

/** Takes the view of another array that lies in the same way. */
export const REVIEW = /* @__PURE__ */ primitive('asStrided', reviewArray);

/** Sets to zero what a view shows. */
export const CLEAR = /* @__PURE__ */ primitive('clear', clearedArray);
