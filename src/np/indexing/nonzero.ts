/** Where elements are not zero: nonzero, argwhere, flatnonzero. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { bool_, int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { truePositions } from '../../ops/index/masks.ts';
import { flattened } from './arguments.ts';

/**
 * The positions of the elements that are not zero, in C order. NaN is not zero.
 *
 * @param a - at least one axis
 * @returns for each axis an int64 array of positions along it; together an index: `a.get(...np.nonzero(a))`
 * @throws ValueError for a 0-d array.
 * @example
 * np.nonzero([[3, 0], [0, 4]]); // [array([0, 1]), array([0, 1])]
 */
export function nonzero(a: ArrayLike): NDArray<'int64'>[] {
  if (isTraced(a)) return asConstant(nonzero, a);
  const array = asArray(a);
  if (array.ndim === 0) {
    throw new ValueError(
      'Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead. ' +
        'If the context of this error is of the form `arr[nonzero(cond)]`, just use `arr[cond]`.',
    );
  }
  return truePositions(cast(array, bool_));
}

/**
 * The positions of the elements that are not zero, a row for each.
 *
 * @returns int64, shape (number of elements, `a.ndim`)
 * @example
 * np.argwhere([[3, 0], [0, 4]]); // [[0 0] [1 1]]
 */
export function argwhere(a: ArrayLike): NDArray<'int64'> {
  if (isTraced(a)) return asConstant(argwhere, a);
  const array = asArray(a);
  if (array.ndim === 0) return emptyArray([flatnonzero(array).size, 0], int64);
  const positions = nonzero(array);
  const [{ size }] = positions;
  const result = emptyArray([size, array.ndim], positions[0].dtype);
  const { itemsize } = result;
  positions.forEach((along, axis) => {
    castInto(viewArray(result, [size], [itemsize * array.ndim], result.offset + itemsize * axis), along);
  });
  return result;
}

/**
 * The positions in the flattened array of the elements that are not zero.
 *
 * @example
 * np.flatnonzero([-1, 0, 2]); // [0 2]
 */
export function flatnonzero(a: ArrayLike): NDArray<'int64'> {
  if (isTraced(a)) return asConstant(flatnonzero, a);
  return nonzero(flattened(asArray(a)))[0];
}
