/** Indices of triangles and other parts of square arrays: tril_indices, triu_indices, their `_from` forms, mask_indices. */
import { bool_ } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { ones } from '../creation/filled.ts';
import { tri } from '../creation/matrices.ts';
import { logical_not } from '../ufuncs.ts';
import { indicesFor } from './arguments.ts';
import { nonzero } from './nonzero.ts';

type TriangleArgs = Args<{ k: number; m: number | null }, ['k', 'm']>;
type DiagonalArgs = Args<{ k: number }, ['k']>;

/**
 * The index of the lower triangle of an (n, m) array.
 *
 * @param k - the diagonal that the triangle ends with, above the main one if positive
 * @param m - columns, n if not given
 * @example
 * np.tril_indices(2); // [array([0, 1, 1]), array([0, 0, 1])]
 */
export function tril_indices(n: number, ...args: TriangleArgs): NDArray<'int64'>[] {
  const { k = 0, m = null } = bind<{ k: number; m: number | null }>('tril_indices', args, ['k', 'm']);
  return nonzero(tri(n, m, k, { dtype: bool_ }));
}

/**
 * The index of the upper triangle of an (n, m) array.
 *
 * @param k - the diagonal that the triangle begins with, above the main one if positive
 * @param m - columns, n if not given
 * @example
 * np.triu_indices(2); // [array([0, 0, 1]), array([0, 1, 1])]
 */
export function triu_indices(n: number, ...args: TriangleArgs): NDArray<'int64'>[] {
  const { k = 0, m = null } = bind<{ k: number; m: number | null }>('triu_indices', args, ['k', 'm']);
  return nonzero(logical_not(tri(n, m, k - 1, { dtype: bool_ })));
}

/**
 * The index of the lower triangle of a matrix.
 *
 * @throws ValueError if `arr` has not two axes.
 * @example
 * np.tril_indices_from(np.zeros([2, 2])); // [array([0, 1, 1]), array([0, 0, 1])]
 */
export function tril_indices_from(arr: ArrayLike, ...args: DiagonalArgs): NDArray<'int64'>[] {
  const { k = 0 } = bind<{ k: number }>('tril_indices_from', args, ['k']);
  const [rows, columns] = matrixShape(arr);
  return indicesFor(arr, tril_indices(rows, k, columns));
}

/**
 * The index of the upper triangle of a matrix.
 *
 * @throws ValueError if `arr` has not two axes.
 * @example
 * np.triu_indices_from(np.zeros([2, 2])); // [array([0, 0, 1]), array([0, 1, 1])]
 */
export function triu_indices_from(arr: ArrayLike, ...args: DiagonalArgs): NDArray<'int64'>[] {
  const { k = 0 } = bind<{ k: number }>('triu_indices_from', args, ['k']);
  const [rows, columns] = matrixShape(arr);
  return indicesFor(arr, triu_indices(rows, k, columns));
}

function matrixShape(arr: ArrayLike): readonly number[] {
  const { shape } = asArray(arr);
  if (shape.length !== 2) throw new ValueError('input array must be 2-d');
  return shape;
}

/**
 * The index of the elements of an (n, n) array that a function such as `tril` keeps.
 *
 * @param mask_func - is called with an (n, n) array of ones and `k`
 * @example
 * np.mask_indices(3, np.triu, 1); // [array([0, 0, 1]), array([1, 2, 2])]
 */
export function mask_indices(
  n: number,
  mask_func: (m: NDArray, k: number) => NDArray,
  ...args: Args<{ k: number }, ['k']>
): NDArray<'int64'>[] {
  const { k = 0 } = bind<{ k: number }>('mask_indices', args, ['k']);
  return nonzero(mask_func(ones([n, n], { dtype: 'int64' }), k));
}
