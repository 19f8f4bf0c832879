/** New arrays of a shape: zeros, ones, empty, full, and their `_like` forms. */
import type { DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType, float64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeShape } from '../../array/layout.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { fillDense } from '../../ops/fill.ts';
import type { Order } from '../../ops/order.ts';
import { clearBytes } from '../../ops/move.ts';
import { emptyLike } from '../../ops/order.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';

/** A shape: one length or several. */
export type ShapeLike = number | bigint | readonly (number | bigint)[];

export interface FilledOptions {
  dtype?: DTypeLike | null;
  order?: 'C' | 'F';
}

export interface LikeOptions {
  dtype?: DTypeLike | null;
  order?: Order;
  /** A shape in place of the prototype's. */
  shape?: ShapeLike | null;
}

type FilledArgs = Args<FilledOptions, ['dtype', 'order']>;
type LikeArgs = Args<LikeOptions & { subok: boolean }, ['dtype', 'order', 'subok', 'shape']>;

function make(name: string, shape: ShapeLike, args: readonly unknown[]): NDArray {
  const { dtype, order } = bind<FilledOptions>(name, args, ['dtype', 'order']);
  return newArray(shape, dtype, order);
}

function newArray(shape: ShapeLike, dtype: DTypeLike | null | undefined, order: unknown = 'C'): NDArray {
  if (order !== 'C' && order !== 'F')
    throw new ValueError(`only 'C' or 'F' order is permitted, got '${String(order)}'`);
  return emptyArray(normalizeShape(shape), dtype ? toDType(dtype) : float64, order);
}

function makeLike(name: string, prototype: ArrayLike, args: readonly unknown[]): NDArray {
  const options = bind<LikeOptions & { subok: boolean }>(name, args, ['dtype', 'order', 'subok', 'shape']);
  const like = asArray(prototype);
  const { dtype, order = 'K', shape = null } = options;
  const newShape = shape === null ? like.shape : normalizeShape(shape);
  return beside(like, () => emptyLike(newShape, dtype ? toDType(dtype) : like.dtype, order, like));
}

/** Sets every element of a fresh array to zero bytes. */
function clear(a: NDArray): NDArray {
  clearBytes(a.storage, a.offset, a.nbytes);
  return a;
}

function fill(a: NDArray, value: ArrayLike): NDArray {
  if (typeof value === 'number' && a.dtype.kind === 'f' && a.storage.remote === null) {
    fillDense(a, value);
    return a;
  }
  castInto(a, broadcastTo(asArray(value, Array.isArray(value) ? null : a.dtype), a.shape));
  return a;
}

/**
 * An array of zeros.
 *
 * @throws TypeError, ValueError for a shape that cannot be.
 * @example
 * np.zeros([2, 3], 'int32');
 */
export function zeros(shape: ShapeLike, ...args: FilledArgs): NDArray {
  return clear(make('zeros', shape, args));
}

/**
 * An array of ones.
 *
 * @throws TypeError, ValueError for a shape that cannot be.
 * @example
 * np.ones(3); // [1. 1. 1.]
 */
export function ones(shape: ShapeLike, ...args: FilledArgs): NDArray {
  return fill(make('ones', shape, args), 1);
}

/**
 * An array whose elements are not set: whatever the memory held.
 *
 * @throws TypeError, ValueError for a shape that cannot be.
 * @example
 * np.empty([2, 2]).shape; // [2, 2]
 */
export function empty(shape: ShapeLike, ...args: FilledArgs): NDArray {
  return make('empty', shape, args);
}

/**
 * An array filled with a value, which may be an array that broadcasts to the shape.
 *
 * @param fill_value - its dtype is the result's unless `dtype` is given.
 * @throws TypeError, ValueError for a shape that cannot be or a value that does not broadcast to it.
 * @example
 * np.full([2, 2], 7); // [[7. 7.] [7. 7.]]
 */
export function full(shape: ShapeLike, fill_value: ArrayLike, ...args: FilledArgs): NDArray {
  const { dtype, order } = bind<FilledOptions>('full', args, ['dtype', 'order']);
  const kept = dtype ?? (typeof fill_value === 'number' ? float64 : asArray(fill_value).dtype);
  return fill(
    beside(fill_value, () => newArray(shape, kept, order)),
    fill_value,
  );
}

/**
 * Zeros in the shape, dtype and memory order of another array.
 *
 * @example
 * np.zeros_like([1, 2, 3], { dtype: 'int8' }); // [0 0 0]
 */
export function zeros_like(a: ArrayLike, ...args: LikeArgs): NDArray {
  return clear(makeLike('zeros_like', a, args));
}

/**
 * Ones in the shape, dtype and memory order of another array.
 *
 * @example
 * np.ones_like(np.arange(3)); // [1 1 1]
 */
export function ones_like(a: ArrayLike, ...args: LikeArgs): NDArray {
  return fill(makeLike('ones_like', a, args), 1);
}

/**
 * An array in the shape, dtype and memory order of another, its elements not set.
 *
 * @example
 * np.empty_like([[1, 2, 3]]).shape; // [1, 3]
 */
export function empty_like(prototype: ArrayLike, ...args: LikeArgs): NDArray {
  return makeLike('empty_like', prototype, args);
}

/**
 * A value in the shape, dtype and memory order of another array.
 *
 * @throws ValueError if the value does not broadcast to the shape.
 * @example
 * np.full_like(np.arange(3), 7); // [7 7 7]
 */
export function full_like(a: ArrayLike, fill_value: ArrayLike, ...args: LikeArgs): NDArray {
  return fill(makeLike('full_like', a, args), fill_value);
}
