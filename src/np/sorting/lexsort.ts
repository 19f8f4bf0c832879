/** Sorting by several keys, and the sort of complex numbers. */
import { complex128, complex64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import { sortTraced } from './sort.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { copyOf } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { iota } from '../../ops/iota.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { rowsOf } from '../shape/join.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { moveaxis } from '../shape/transpose.ts';
import { add } from '../ufuncs.ts';

type LexsortOptions = { axis: number };

/**
 * The indices that sort by several keys: the last key is the primary one, equal elements are ordered by the key before it.
 *
 * @param keys - arrays of one shape, as a list or as the rows of an array.
 * @param args - `axis` (-1), along which to sort.
 * @returns int64 of the keys' shape; 0 for 0-d keys.
 * @throws TypeError without keys; ValueError for keys of different shapes; AxisError.
 * @example
 * np.lexsort([[9, 4, 0], [1, 5, 1]]); // [2 0 1]
 */
export function lexsort(
  keys: readonly ArrayLike[] | NDArray,
  ...args: Args<LexsortOptions, ['axis']>
): ArrayOrScalar {
  if (isTraced(keys)) return asConstant(lexsort, keys, ...args);
  const { axis = -1 } = bind<LexsortOptions>('lexsort', args, ['axis']);
  const list = keysOf(keys);
  if (list.some((key) => !sameShape(key.shape, list[0].shape))) {
    throw new ValueError('all keys need to be the same shape');
  }
  if (list[0].ndim === 0) {
    if (axis !== null) normalizeAxis(axis ?? -1, 1);
    return 0 as ArrayOrScalar;
  }
  const along = normalizeAxis(axis ?? -1, list[0].ndim);
  return lexsortAxis(list, along) as ArrayOrScalar;
}

function keysOf(keys: readonly ArrayLike[] | NDArray): NDArray[] {
  const list = Array.isArray(keys)
    ? keys.map((key: ArrayLike) => asArray(key))
    : arrayRows(asArray(keys as ArrayLike));
  if (list.length === 0) throw new TypeError('need sequence of keys with len > 0 in lexsort');
  return list;
}

const arrayRows = (a: NDArray): NDArray[] => (a.ndim === 0 ? [] : rowsOf(a));

/** Sorts by one key after the other, each time keeping the order so far among equal elements. */
export function lexsortAxis(keys: readonly NDArray[], axis: number): NDArray {
  const [first, ...rest] = keys.map((key) => moveaxis(key, axis, -1));
  let order: NDArray = argsortAxis(first, first.ndim - 1);
  if (order.size > 0) {
    const n = order.shape[order.ndim - 1];
    const firsts = iota(order.size / n, 0n, BigInt(n), indexDType(order));
    const starts = reshapeArray(firsts, [...order.shape.slice(0, -1), 1]);
    const along = (a: NDArray, by: NDArray): NDArray =>
      getIndex(ravelArray(a), [add(by, starts) as NDArray]) as NDArray;
    for (const key of rest) order = along(order, argsortAxis(along(key, order), order.ndim - 1));
  }
  return axis === order.ndim - 1 ? order : copyOf(moveaxis(order, -1, axis), order.dtype, 'C');
}

/**
 * The elements sorted along the last axis as complex numbers, by real and then imaginary part.
 *
 * @returns complex64 for integers of 8 and 16 bits; complex128 for other real dtypes; a complex dtype stays.
 * @throws AxisError for a 0-d array.
 * @example
 * np.sort_complex([5, 3, 6]); // [3.+0.j 5.+0.j 6.+0.j]
 */
export function sort_complex(a: ArrayLike): NDArray {
  const x = asArray(a);
  const along = normalizeAxis(-1, x.ndim);
  const { kind, itemsize } = x.dtype;
  const narrow = (kind === 'i' || kind === 'u') && itemsize <= 2;
  const dtype = kind === 'c' ? x.dtype : narrow ? complex64 : complex128;
  if (isTraced(x)) return sortTraced(copyOf(x, dtype), along);
  const result = copyOf(x, dtype);
  sortInPlace(result, along);
  return result;
}
