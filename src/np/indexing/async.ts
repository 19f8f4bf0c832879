/**
 * Choosing by values that a device has to look at first: how many elements are chosen is the result's shape, and reading that takes
 * an `await`. Only the count is read: results stay on the device. For arrays of the processor they are the functions without `Async`.
 */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { bool_ } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { trueElements } from '../../ops/index/masks.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { floor_divide, remainder } from '../ufuncs.ts';
import { flattened } from './arguments.ts';
import { argwhere, nonzero } from './nonzero.ts';
import { compress } from './take.ts';

const isRemote = ({ storage }: NDArray): boolean => storage.remote !== null;

/** A primitive that gives a constant, or without tensors the function itself. */
export function constantly<R>(fn: (...args: never[]) => R, ...args: readonly unknown[]): R {
  return isTraced(args) ? asConstant<R>(fn, ...args) : (fn as (...all: readonly unknown[]) => R)(...args);
}

const maskOf = (a: NDArray): NDArray => cast(a, bool_);

/** The positions along each axis of elements that are counted in C order. */
function positionsOf(a: NDArray, elements: NDArray): NDArray[] {
  return a.shape.map((n, axis) => {
    const inner = sizeOf(a.shape.slice(axis + 1));
    const outer = inner === 1 ? elements : floor_divide(elements, inner);
    return axis === 0 ? (outer as NDArray) : (remainder(outer, n) as NDArray);
  });
}

/** For each axis the positions of the elements of an array on a device that are not zero. */
async function positionsThere(a: NDArray): Promise<NDArray[]> {
  const elements = await trueElements(constantly(maskOf, a));
  return constantly((array: NDArray) => positionsOf(array, elements), a);
}

/**
 * `np.nonzero`, also for tensors on a GPU: the positions of the elements that are not zero, in C order.
 *
 * @param a - at least one axis
 * @returns for each axis the positions along it: int64, on a GPU int32; together an index, `a.get(...positions)`
 * @throws ValueError for a 0-d array.
 * @example
 * await np.nonzeroAsync([[3, 0], [0, 4]]); // [array([0, 1]), array([0, 1])]
 */
export async function nonzeroAsync(a: ArrayLike): Promise<NDArray[]> {
  const array = asArray(a);
  return array.ndim > 0 && isRemote(array) ? positionsThere(array) : nonzero(array);
}

/**
 * `np.argwhere`, also for tensors on a GPU: a row for the position of each element that is not zero.
 *
 * @returns int64, on a GPU int32: (number of elements, `a.ndim`)
 * @example
 * await np.argwhereAsync([[3, 0], [0, 4]]); // [[0 0] [1 1]]
 */
export async function argwhereAsync(a: ArrayLike): Promise<NDArray> {
  const array = asArray(a);
  if (!isRemote(array)) return argwhere(array);
  const elements = await trueElements(constantly(maskOf, array));
  return constantly((own: NDArray) => rowsOf(positionsOf(own, elements), own, elements.size), array);
}

/** Positions along each axis as the columns of one array. */
function rowsOf(positions: readonly NDArray[], a: NDArray, count: number): NDArray {
  const dtype = indexDType(a) as NDArray['dtype'];
  const result = emptyArray([count, a.ndim], dtype);
  const [row, own] = result.strides;
  positions.forEach((along, axis) =>
    castInto(viewArray(result, [count], [row], result.offset + axis * own), along),
  );
  return result;
}

/**
 * `np.flatnonzero`, also for tensors on a GPU: the positions in the flattened array of the elements that are not zero.
 *
 * @example
 * await np.flatnonzeroAsync([-1, 0, 2]); // [0 2]
 */
export async function flatnonzeroAsync(a: ArrayLike): Promise<NDArray> {
  return (await nonzeroAsync(flattened(asArray(a))))[0];
}

/**
 * `a.get(...)`, also with masks on a GPU. Gradients flow back to the chosen elements.
 *
 * @param index - what `get` takes
 * @returns what `get` returns
 * @throws IndexError as `get`.
 * @example
 * const a = np.array([1, -2, 3]);
 * await np.getAsync(a, np.greater(a, 0)); // [1. 3.]
 */
export async function getAsync(a: NDArray, ...index: readonly IndexArg[]): Promise<ArrayOrScalar> {
  const items = await Promise.all(
    index.map((item) => {
      const isMask = typeof item === 'object' && isRemoteMask(item);
      return isMask ? maskPositions(item) : Promise.resolve([item]);
    }),
  );
  return getIndex(a, items.flat()) as ArrayOrScalar;
}

const isRemoteMask = (item: unknown): item is NDArray =>
  item !== null && (item as NDArray).dtype === (bool_ as NDArray['dtype']) && isRemote(item as NDArray);

/** The indices that stand for a mask. */
async function maskPositions(mask: NDArray): Promise<IndexArg[]> {
  if (mask.ndim === 0) throw new ValueError('a mask without axes cannot be an index on a GPU');
  return positionsThere(mask);
}

/**
 * `np.compress`, also with conditions on a GPU: the slices of an axis for which a condition holds.
 *
 * @param condition - one axis, taken as bool, at most as long as the axis
 * @param a - the array
 * @param axis - `null`: the flattened array
 * @throws ValueError for a condition of another number of axes; IndexError if it holds beyond the axis; AxisError.
 * @example
 * await np.compressAsync([false, true], [[1, 2], [3, 4], [5, 6]], 0); // [[3. 4.]]
 */
export async function compressAsync(
  condition: ArrayLike,
  a: ArrayLike,
  axis: number | null = null,
): Promise<NDArray> {
  const mask = asArray(condition);
  if (!isRemote(mask)) return compress(mask, a, { axis });
  if (mask.ndim !== 1) throw new ValueError('condition must be a 1-d array');
  const source = axis === null ? flattened(asArray(a)) : asArray(a);
  const along = normalizeAxis(axis ?? 0, source.ndim);
  const before = new Array<IndexArg>(along).fill(':');
  return getIndex(source, [...before, ...(await positionsThere(mask))]) as NDArray;
}

/**
 * `np.extract`, also with conditions on a GPU: the elements for which a condition holds, in C order.
 *
 * @throws IndexError if the condition holds beyond the array.
 * @example
 * await np.extractAsync([[true, false], [false, true]], [[1, 2], [3, 4]]); // [1. 4.]
 */
export async function extractAsync(condition: ArrayLike, arr: ArrayLike): Promise<NDArray> {
  return compressAsync(flattened(asArray(condition)), flattened(asArray(arr)));
}
