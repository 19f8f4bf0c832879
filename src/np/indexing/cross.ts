/** `ix_`: the cross product of indices. */
import { int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { nonzero } from './nonzero.ts';

/**
 * An index of every combination of positions along several axes: `a.get(...np.ix_([0, 2], [1, 3]))` are two rows of two columns.
 *
 * @param args - arrays of one axis: integers, or bool for the positions where they are true
 * @returns the arrays, each along an axis of its own
 * @throws ValueError for an array of another number of axes.
 * @example
 * np.arange(10).reshape(2, 5).get(...np.ix_([0, 1], [2, 4])); // [[2 4] [7 9]]
 */
export function ix_(...args: ArrayLike[]): NDArray[] {
  return args.map((arg, axis) => {
    const given = Array.isArray(arg) && arg.length === 0 ? asArray(arg, int64) : asArray(arg);
    if (given.ndim !== 1) throw new ValueError('Cross index must be 1 dimensional');
    const positions = given.dtype.kind === 'b' ? nonzero(given)[0] : given;
    const shape = args.map((_, i) => (i === axis ? positions.size : 1));
    return viewArray(
      positions,
      shape,
      shape.map((_, i) => (i === axis ? positions.strides[0] : positions.itemsize)),
    );
  });
}
