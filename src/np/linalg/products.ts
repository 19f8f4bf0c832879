/** The products of np that NumPy also has in `np.linalg`, on the last axes and with fewer parameters. */
import type { DTypeLike } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { diagonalOf } from '../indexing/diagonal.ts';
import { cross as crossOf } from '../numeric/special.ts';
import type { TensordotAxes } from '../products/dot.ts';
import { outer as outerOf, tensordot as tensordotOf, trace as traceOf } from '../products/dot.ts';
import { matmul as matmulOf, vecdot as vecdotOf } from '../products/matmul.ts';

export { matrix_transpose } from '../shape/transpose.ts';

/**
 * Every product of an element of `x1` and one of `x2`, which must be vectors.
 *
 * @throws ValueError for another number of axes.
 * @example
 * np.linalg.outer([1, 2], [3, 4]); // [[3. 4.] [6. 8.]]
 */
export function outer(x1: ArrayLike, x2: ArrayLike): NDArray {
  const [x, y] = [asArray(x1), asArray(x2)];
  if (x.ndim !== 1 || y.ndim !== 1) {
    throw new ValueError(
      `Input arrays must be one-dimensional, but they are x1.ndim=${x.ndim} and x2.ndim=${y.ndim}.`,
    );
  }
  return outerOf(x, y);
}

/**
 * The cross product of vectors of three elements along an axis.
 *
 * @param axis - -1 by default
 * @throws ValueError for vectors of another length; AxisError.
 * @example
 * np.linalg.cross([1, 0, 0], [0, 1, 0]); // [0. 0. 1.]
 */
export function cross(x1: ArrayLike, x2: ArrayLike, ...args: Args<{ axis: number }>): NDArray {
  const { axis = -1 } = bind<{ axis: number }>('cross', args, [], ['axis']);
  const arrays = [asArray(x1), asArray(x2)];
  const [m, n] = arrays.map((x) => x.shape[normalizeAxis(axis, x.ndim)]);
  if (m !== 3 || n !== 3) {
    throw new ValueError(
      `Both input arrays must be (arrays of) 3-dimensional vectors, but they are ${m} and ${n} dimensional instead.`,
    );
  }
  return crossOf(arrays[0], arrays[1], { axis }) as NDArray;
}

/**
 * The matrix product; `np.matmul` without its keywords.
 *
 * @example
 * np.linalg.matmul([[1, 2]], [[3], [4]]); // [[11.]]
 */
export function matmul(x1: ArrayLike, x2: ArrayLike): ArrayOrScalar {
  return matmulOf(x1, x2);
}

/**
 * The sum of products over several axes: `np.tensordot` with `axes` as a keyword.
 *
 * @example
 * np.linalg.tensordot([[1, 2]], [[3], [4]], { axes: 1 }); // [[11.]]
 */
export function tensordot(
  x1: ArrayLike,
  x2: ArrayLike,
  ...args: Args<{ axes: TensordotAxes }>
): ArrayOrScalar {
  const { axes = 2 } = bind<{ axes: TensordotAxes }>('tensordot', args, [], ['axes']);
  return tensordotOf(x1, x2, axes);
}

/**
 * The dot product of vectors along an axis, the first conjugated.
 *
 * @param axis - -1 by default
 * @throws ValueError for vectors of different lengths; AxisError.
 * @example
 * np.linalg.vecdot([[1, 2], [3, 4]], [1, 1]); // [3. 7.]
 */
export function vecdot(x1: ArrayLike, x2: ArrayLike, ...args: Args<{ axis: number }>): ArrayOrScalar {
  const { axis = -1 } = bind<{ axis: number }>('vecdot', args, [], ['axis']);
  return vecdotOf(x1, x2, { axis });
}

/**
 * A diagonal of each matrix of the last two axes, as a read-only view.
 *
 * @param offset - which diagonal: positive ones lie above the main one
 * @throws ValueError for fewer than two axes.
 * @example
 * np.linalg.diagonal([[1, 2], [3, 4]]); // [1. 4.]
 */
export function diagonal(x: ArrayLike, ...args: Args<{ offset: number }>): NDArray {
  const { offset = 0 } = bind<{ offset: number }>('diagonal', args, [], ['offset']);
  return diagonalOf(asArray(x), offset, -2, -1);
}

/**
 * The sum of a diagonal of each matrix of the last two axes.
 *
 * @param offset - which diagonal; `dtype` the dtype to sum in
 * @throws ValueError for fewer than two axes.
 * @example
 * np.linalg.trace([[1, 2], [3, 4]]); // 5
 */
export function trace(
  x: ArrayLike,
  ...args: Args<{ offset: number; dtype: DTypeLike | null }>
): ArrayOrScalar {
  const { offset = 0, dtype = null } = bind<{ offset: number; dtype: DTypeLike | null }>(
    'trace',
    args,
    [],
    ['offset', 'dtype'],
  );
  return traceOf(x, { offset, axis1: -2, axis2: -1, dtype });
}
