/** Other shapes for the same elements: reshape, ravel, squeeze and their kind. Views where NumPy gives views. */
import { ValueError, shapeText } from '../../array/errors.ts';
import { MAX_NDIM, normalizeAxes, normalizeAxis, sizeOf } from '../../array/layout.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { copyOf } from '../../ops/cast.ts';
import type { Order } from '../../ops/order.ts';
import { walkingOrder } from '../../ops/order.ts';
import { reshapeView } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ShapeLike } from '../creation/filled.ts';

export interface ReshapeOptions {
  /** The order in which elements are read and placed. */
  order?: 'C' | 'F' | 'A';
  /** `true` always copies, `null` only if strides cannot say the new shape, `false` throws then. */
  copy?: boolean | null;
}

/**
 * The same elements in another shape.
 *
 * @param shape - the new lengths; one may be -1 and is worked out.
 * @throws ValueError if the number of elements differs, more than one length is -1, or a copy is needed and forbidden.
 * @example
 * np.reshape(np.arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(a: ArrayLike, shape: ShapeLike, ...args: Args<ReshapeOptions, ['order']>): NDArray {
  const { order = 'C', copy = null } = bind<ReshapeOptions>('reshape', args, ['order'], ['copy']);
  return reshapeArray(asArray(a), shape, order, copy);
}

/** `reshape` with parsed arguments. */
export function reshapeArray(
  a: NDArray,
  shape: ShapeLike,
  order: 'C' | 'F' | 'A' = 'C',
  copy: boolean | null = null,
): NDArray {
  const lengths = resolveShape(a, shape);
  const reading = readingOrder(a, order);
  const view = copy === true ? null : reshapeView(a, lengths, reading);
  if (view) return view;
  if (copy === false) throw new ValueError('Unable to avoid creating a copy while reshaping.');
  return reshapeView(copyOf(a, a.dtype, reading), lengths, reading)!;
}

function readingOrder(a: NDArray, order: Order): 'C' | 'F' {
  if (order === 'C' || order === 'F') return order;
  if (order === 'A') return a.fContiguous && !a.cContiguous ? 'F' : 'C';
  throw new ValueError(`order must be one of 'C', 'F' or 'A' (got '${String(order)}')`);
}

function resolveShape(a: NDArray, shape: ShapeLike): number[] {
  const lengths = (Array.isArray(shape) ? shape : [shape]).map((n: number | bigint) => {
    const length = Number(n);
    if (!Number.isInteger(length)) throw new TypeError(`'${String(n)}' cannot be interpreted as an integer`);
    return length;
  });
  if (lengths.length > MAX_NDIM) {
    throw new ValueError(
      `maximum supported dimension for an ndarray is currently ${MAX_NDIM}, found ${lengths.length}`,
    );
  }
  const unknown = lengths.indexOf(-1);
  if (lengths.some((n, i) => n < 0 && i !== unknown)) {
    throw new ValueError(
      lengths.filter((n) => n === -1).length > 1
        ? 'can only specify one unknown dimension'
        : `negative dimensions not allowed in shape ${shapeText(lengths)}`,
    );
  }
  const known = lengths.reduce((p, n, i) => (i === unknown ? p : p * n), 1);
  if (unknown >= 0) lengths[unknown] = known === 0 ? (a.size === 0 ? 0 : -1) : a.size / known;
  const ambiguous = unknown >= 0 && known === 0;
  if (ambiguous || !Number.isInteger(lengths[unknown] ?? 0) || sizeOf(lengths) !== a.size) {
    const asked = shapeText((Array.isArray(shape) ? shape : [shape]).map(Number));
    throw new ValueError(`cannot reshape array of size ${a.size} into shape ${asked}`);
  }
  return lengths;
}

/**
 * All elements along one axis: a view if the order allows it, else a copy.
 *
 * @param order - 'C' by default; 'K' reads elements as they lie in memory.
 * @example
 * np.ravel([[1, 2], [3, 4]]); // [1. 2. 3. 4.]
 */
export function ravel(a: ArrayLike, ...args: Args<{ order: Order }, ['order']>): NDArray {
  const { order = 'C' } = bind<{ order: Order }>('ravel', args, ['order']);
  return ravelArray(asArray(a), order);
}

/** `ravel` with parsed arguments. */
export function ravelArray(a: NDArray, order: Order = 'C'): NDArray {
  if (order === 'K') return ravelAsItLies(a);
  const reading = readingOrder(a, order);
  const isDense = reading === 'C' ? a.cContiguous : a.fContiguous;
  return reshapeArray(isDense ? a : copyOf(a, a.dtype, reading), [a.size], reading);
}

function ravelAsItLies(a: NDArray): NDArray {
  const axes = walkingOrder(a);
  const sorted = viewArray(
    a,
    axes.map((i) => a.shape[i]),
    axes.map((i) => a.strides[i]),
  );
  return reshapeArray(sorted.cContiguous ? sorted : copyOf(sorted, sorted.dtype, 'C'), [a.size]);
}

/**
 * The array without axes of length 1.
 *
 * @param axis - only these axes.
 * @throws ValueError if an axis named is longer than 1; AxisError.
 * @example
 * np.squeeze([[[1], [2]]]).shape; // [2]
 */
export function squeeze(
  a: ArrayLike,
  ...args: Args<{ axis: number | readonly number[] | null }, ['axis']>
): NDArray {
  const { axis = null } = bind<{ axis: number | readonly number[] | null }>('squeeze', args, ['axis']);
  const x = asArray(a);
  const axes = axis === null ? x.shape.flatMap((n, i) => (n === 1 ? [i] : [])) : normalizeAxes(axis, x.ndim);
  if (axes.some((i) => x.shape[i] !== 1)) {
    throw new ValueError('cannot select an axis to squeeze out which has size not equal to one');
  }
  if (axes.length === 0) return x;
  const kept = (_: number, i: number): boolean => !axes.includes(i);
  return viewArray(x, x.shape.filter(kept), x.strides.filter(kept));
}

/**
 * The array with axes of length 1 put in.
 *
 * @param axis - positions in the result.
 * @throws AxisError; ValueError for a repeated axis.
 * @example
 * np.expand_dims([1, 2], 0).shape; // [1, 2]
 */
export function expand_dims(
  a: ArrayLike,
  axis: number | readonly number[] | { axis: number | readonly number[] },
): NDArray {
  const x = asArray(a);
  const given = typeof axis === 'object' && 'axis' in axis ? axis.axis : axis;
  const added = typeof given === 'number' ? 1 : given.length;
  const axes = newAxes(typeof given === 'number' ? [given] : given, x.ndim + added);
  const shape: number[] = [];
  const strides: number[] = [];
  for (let i = 0, from = 0; i < x.ndim + added; i++) {
    const isNew = axes.includes(i);
    shape.push(isNew ? 1 : x.shape[from]);
    strides.push(isNew ? 0 : x.strides[from++]);
  }
  return viewArray(x, shape, strides);
}

/** Positions of new axes in the result. */
function newAxes(axes: readonly number[], ndim: number): number[] {
  const positions = axes.map((axis) => normalizeAxis(axis, ndim));
  if (new Set(positions).size !== positions.length) throw new ValueError('repeated axis');
  return positions;
}

function atLeast(a: readonly ArrayLike[], pad: (x: NDArray) => (number | null)[]): NDArray | NDArray[] {
  const made = a.map((item) => {
    const x = asArray(item);
    const order = pad(x);
    return order.length > x.ndim ? placed(x, order) : x;
  });
  return made.length === 1 ? made[0] : made;
}

/** `x` with its axes at the places that `order` names, and length 1 where it has `null`. */
function placed(x: NDArray, order: readonly (number | null)[]): NDArray {
  return viewArray(
    x,
    order.map((i) => (i === null ? 1 : x.shape[i])),
    order.map((i) => (i === null ? 0 : x.strides[i])),
  );
}

/**
 * Arrays with at least one axis; an array of results for several arguments.
 *
 * @example
 * np.atleast_1d(3).shape; // [1]
 */
export function atleast_1d(a: ArrayLike): NDArray;
export function atleast_1d(...arys: ArrayLike[]): NDArray[];
export function atleast_1d(...arys: ArrayLike[]): NDArray | NDArray[] {
  return atLeast(arys, () => [null]);
}

/**
 * Arrays with at least two axes, new ones in front.
 *
 * @example
 * np.atleast_2d([1, 2]).shape; // [1, 2]
 */
export function atleast_2d(a: ArrayLike): NDArray;
export function atleast_2d(...arys: ArrayLike[]): NDArray[];
export function atleast_2d(...arys: ArrayLike[]): NDArray | NDArray[] {
  return atLeast(arys, (x) => (x.ndim === 0 ? [null, null] : [null, 0]));
}

/**
 * Arrays with at least three axes: a vector becomes (1, N, 1), a matrix (M, N, 1).
 *
 * @example
 * np.atleast_3d([1, 2]).shape; // [1, 2, 1]
 */
export function atleast_3d(a: ArrayLike): NDArray;
export function atleast_3d(...arys: ArrayLike[]): NDArray[];
export function atleast_3d(...arys: ArrayLike[]): NDArray | NDArray[] {
  return atLeast(arys, (x) => {
    if (x.ndim === 0) return [null, null, null];
    return x.ndim === 1 ? [null, 0, null] : [0, 1, null];
  });
}
