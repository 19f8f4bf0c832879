/** Arrays from existing data: `array`, `asarray` and their relatives. */
import type { DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { MAX_NDIM } from '../../array/layout.ts';
import { NDArray, viewArray, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { copyOf } from '../../ops/cast.ts';
import type { Order } from '../../ops/order.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { logical_and as logicalAnd } from '../../ops/ufuncs/comparison.ts';
import { reduceArray } from '../ufunc/reduce.ts';
import { isfinite } from '../ufuncs.ts';

export interface ArrayOptions {
  dtype?: DTypeLike | null;
  /** `true` copies (the default of `array`), `null` copies if needed, `false` throws if a copy would be needed. */
  copy?: boolean | null;
  order?: Order | null;
  /** Lengths of 1 are put before the shape until there are this many axes. */
  ndmin?: number;
}

/**
 * A new array of the data given.
 *
 * @param object - scalars, nested arrays, typed arrays or an NDArray. Numbers make float64, bigints int64, booleans bool.
 * @throws ValueError for ragged nesting, or when `copy` is false and a copy is needed; TypeError for what is not array-like.
 * @example
 * np.array([[1, 2], [3, 4]], { dtype: 'int32' });
 */
export function array(object: ArrayLike, ...args: Args<ArrayOptions, ['dtype']>): NDArray {
  const {
    dtype,
    copy = true,
    order,
    ndmin = 0,
  } = bind<ArrayOptions>('array', args, ['dtype'], ['copy', 'order', 'ndmin']);
  if (!Number.isInteger(ndmin) || ndmin < 0 || ndmin > MAX_NDIM) {
    throw new ValueError(`ndmin must be an integer between 0 and ${MAX_NDIM}, got ${String(ndmin)}`);
  }
  const made = convert(object, dtype ?? null, copy, order ?? 'K');
  return made.ndim < ndmin ? padded(made, ndmin) : made;
}

function padded(a: NDArray, ndmin: number): NDArray {
  const lead = new Array<number>(ndmin - a.ndim).fill(1);
  return viewArray(a, [...lead, ...a.shape], [...lead.map(() => a.nbytes), ...a.strides]);
}

/** `object` as an array of a dtype and order, copied as `copy` says. */
function convert(object: ArrayLike, dtype: DTypeLike | null, copy: boolean | null, order: Order): NDArray {
  const source = asArray(
    object,
    object instanceof NDArray || ArrayBuffer.isView(object) || dtype === null ? null : toDType(dtype),
  );
  const wanted = dtype === null ? source.dtype : toDType(dtype);
  const isFresh = !(object instanceof NDArray) && !ArrayBuffer.isView(object);
  const fits = source.dtype === wanted && hasOrder(source, order);
  if (fits && (isFresh || copy !== true)) {
    if (isFresh && copy === false) throw copyNeeded();
    return source;
  }
  if (copy === false) throw copyNeeded();
  return copyOf(source, wanted, order);
}

function copyNeeded(): ValueError {
  return new ValueError(
    'Unable to avoid copy while creating an array as requested. If using `array(obj, { copy: false })` replace it with `asarray(obj)`.',
  );
}

function hasOrder(a: NDArray, order: Order): boolean {
  switch (order) {
    case 'C':
      return a.cContiguous;
    case 'F':
      return a.fContiguous;
    case 'A':
    case 'K':
      return true;
    default:
      throw new ValueError(`order must be one of 'C', 'F', 'A', or 'K' (got '${String(order)}')`);
  }
}

type AsArrayOptions = Pick<ArrayOptions, 'dtype' | 'order' | 'copy'>;

/**
 * The data as an array: an NDArray itself if dtype and order fit, a typed array without a copy.
 *
 * @throws ValueError for ragged nesting, or when `copy` is false and a copy is needed; TypeError for what is not array-like.
 * @example
 * const data = new Float32Array(3);
 * const x = np.asarray(data);
 * data[1] = 5;
 * x; // [0. 5. 0.]
 */
export function asarray(a: ArrayLike, ...args: Args<AsArrayOptions, ['dtype', 'order']>): NDArray {
  const {
    dtype = null,
    order,
    copy = null,
  } = bind<AsArrayOptions>('asarray', args, ['dtype', 'order'], ['copy']);
  return convert(a, dtype, copy, order ?? 'K');
}

/** `asarray`, under the name that NumPy uses for letting subclasses through. */
export const asanyarray: typeof asarray = asarray;

/**
 * The data as an array in C order with at least one axis.
 *
 * @example
 * np.ascontiguousarray(np.ones([2, 3]).T).flags.c_contiguous; // true
 */
export function ascontiguousarray(
  a: ArrayLike,
  ...args: Args<Pick<ArrayOptions, 'dtype'>, ['dtype']>
): NDArray {
  const { dtype = null } = bind<Pick<ArrayOptions, 'dtype'>>('ascontiguousarray', args, ['dtype']);
  return atLeastOneAxis(convert(a, dtype, null, 'C'));
}

/**
 * The data as an array in F order with at least one axis.
 *
 * @example
 * np.asfortranarray([[1, 2], [3, 4]]).flags.f_contiguous; // true
 */
export function asfortranarray(a: ArrayLike, ...args: Args<Pick<ArrayOptions, 'dtype'>, ['dtype']>): NDArray {
  const { dtype = null } = bind<Pick<ArrayOptions, 'dtype'>>('asfortranarray', args, ['dtype']);
  return atLeastOneAxis(convert(a, dtype, null, 'F'));
}

function atLeastOneAxis(a: NDArray): NDArray {
  return a.ndim === 0 ? padded(a, 1) : a;
}

/**
 * The data as an array, refused if it holds NaN or infinity.
 *
 * @throws ValueError for NaN or infinity.
 * @example
 * np.asarray_chkfinite([1, NaN]); // throws ValueError
 */
export function asarray_chkfinite(a: ArrayLike, ...args: Args<AsArrayOptions, ['dtype', 'order']>): NDArray {
  const made = asarray(a, ...args);
  if (made.dtype.kind === 'f' || made.dtype.kind === 'c') {
    if (!truth(reduceArray(logicalAnd, isfinite(made), {})))
      throw new ValueError('array must not contain infs or NaNs');
  }
  return made;
}

/**
 * The elements in another dtype.
 *
 * @param copy - `false` returns the array itself if nothing changes.
 * @throws TypeError for anything but an array.
 * @example
 * np.astype(np.arange(3), 'float32'); // [0. 1. 2.]
 */
export function astype(x: NDArray, dtype: DTypeLike, ...args: Args<{ copy: boolean }, ['copy']>): NDArray {
  const { copy: copies = true } = bind<{ copy: boolean }>('astype', args, ['copy']);
  if (!(x instanceof NDArray))
    throw new TypeError(`Input should be a NumPy array. It is a ${typeof x} instead.`);
  const to = toDType(dtype);
  return !copies && to === x.dtype ? x : copyOf(x, to);
}

/**
 * A copy of the data.
 *
 * @param order - 'K' by default: the copy lies as the original does.
 * @example
 * const a = np.arange(3);
 * const b = np.copy(a);
 * b.set(0, 9); // a is [0 1 2]
 */
export function copy(a: ArrayLike, ...args: Args<Pick<ArrayOptions, 'order'>, ['order']>): NDArray {
  const { order = 'K' } = bind<Pick<ArrayOptions, 'order'>>('copy', args, ['order']);
  return array(a, { copy: true, order });
}
