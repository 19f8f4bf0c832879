/** Distances and angles between vectors. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { triu_indices } from '../../np/indexing/triangles.ts';
import { sum } from '../../np/statistics/reductions.ts';
import * as np from '../../np/ufuncs.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { getIndex } from '../../ops/index/get.ts';
import { rootAtLeast } from '../../ops/ufuncs/activations.ts';
import { alike, dimOf, requireBroadcast } from './arguments.ts';
import { floatArray, listed } from './images.ts';
import { normOf } from './norms.ts';

const multiply = np.multiply as (a: NDArray, b: NDArray) => NDArray;
const divide = np.divide as (a: NDArray, b: NDArray) => NDArray;

/**
 * The cosine of the angle between vectors along an axis.
 *
 * @param args - `dim`: the axis of the broadcast arrays, 1 by default; `eps`: the least norm, 1e-8
 * @throws ValueError for shapes that don't broadcast; IndexError if there is no such axis.
 * @example
 * np.nn.functional.cosineSimilarity(np.array([[1, 0]]), np.array([[1, 1]])); // array([0.70710678])
 */
export function cosineSimilarity(
  x1: ArrayLike,
  x2: ArrayLike,
  ...args: Args<{ dim?: number; eps?: number }, ['dim', 'eps']>
): NDArray {
  const { dim = 1, eps = 1e-8 } = bind<{ dim: number; eps: number }>('cosineSimilarity', args, [
    'dim',
    'eps',
  ]);
  const a = floatArray('cosineSimilarity', x1, 'x1');
  const b = alike('cosineSimilarity', x2, a, 'x2');
  requireBroadcast(a, b);
  const axis = dimOf('cosineSimilarity', dim, Math.max(a.ndim, b.ndim)) - Math.max(a.ndim, b.ndim);
  const unit = (x: NDArray): NDArray => {
    const squares = multiply(x, x);
    const total = x.ndim < -axis ? squares : sum(squares, { axis, keepdims: true });
    return divide(x, callUFunc(rootAtLeast, [total, eps]) as NDArray);
  };
  return sum(multiply(unit(a), unit(b)), { axis }) as NDArray;
}

/**
 * The p-norm of x1 - x2 + eps along the last axis.
 *
 * @param args - `p` (2), `eps` (1e-6), `keepdim` (false)
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.pairwiseDistance(np.array([[3, 0]]), np.array([[0, 4]]), { eps: 0 }); // array([5.])
 */
export function pairwiseDistance(
  x1: ArrayLike,
  x2: ArrayLike,
  ...args: Args<{ p?: number; eps?: number; keepdim?: boolean }, ['p', 'eps', 'keepdim']>
): NDArray {
  const options = bind<{ p: number; eps: number; keepdim: boolean }>('pairwiseDistance', args, [
    'p',
    'eps',
    'keepdim',
  ]);
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  const a = floatArray('pairwiseDistance', x1, 'x1');
  const b = alike('pairwiseDistance', x2, a, 'x2');
  requireBroadcast(a, b);
  return normOf(np.add(np.subtract(a, b), eps) as NDArray, p, -1, keepdim);
}

/**
 * The distances of all pairs of rows, i < j, as `scipy.spatial.distance.pdist`.
 *
 * @param input - (n, m)
 * @param args - `p`: the order of the norm, 2 by default
 * @returns (n (n - 1) / 2)
 * @throws ValueError for another number of axes, or a negative order.
 * @example
 * np.nn.functional.pdist(np.array([[0, 0], [3, 4], [0, 1]])); // array([5.        , 1.        , 4.24264069])
 */
export function pdist(input: ArrayLike, ...args: Args<{ p?: number }, ['p']>): NDArray {
  const { p = 2 } = bind<{ p: number }>('pdist', args, ['p']);
  const x = floatArray('pdist', input);
  if (x.ndim !== 2)
    throw new ValueError(`pdist only supports 2D tensors, got: ${x.ndim}D ${listed(x.shape)}`);
  if (!(p >= 0)) throw new ValueError(`pdist only supports non-negative p values, got ${p}`);
  const [first, second] = triu_indices(x.shape[0], 1);
  const difference = np.subtract(getIndex(x, [first]), getIndex(x, [second])) as NDArray;
  return normOf(difference, p, 1, false);
}
