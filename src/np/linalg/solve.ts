/** Systems of linear equations: solve, inv, solveTriangular, tensorsolve, tensorinv. */
import { LinAlgError, ValueError, broadcastError, shapeText } from '../../array/errors.ts';
import { broadcastPair, normalizeAxis, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { Factors, solveWith } from '../../ops/linalg/equations.ts';
import { solveTriangular as solveTriangle } from '../../ops/linalg/triangular.ts';
import { transposed } from '../../ops/linalg/work.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { eye } from '../creation/matrices.ts';
import { ravelArray, reshapeArray } from '../shape/reshape.ts';
import { transposeArray } from '../shape/transpose.ts';
import { prepared, requireMatrices, requireSquare } from './arguments.ts';

/** @throws ValueError unless the stacks of two arrays broadcast and the last but one axes are equally long. */
function requireFitting(name: string, signature: string, a: NDArray, b: NDArray): void {
  const [n, rows] = [a.shape[a.ndim - 1], b.shape[b.ndim - 2]];
  if (n !== rows) {
    throw new ValueError(
      `${name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature ${signature} (size ${rows} is different from ${n})`,
    );
  }
  if (!broadcastPair(a.shape.slice(0, -2), b.shape.slice(0, -2))) throw broadcastError([a.shape, b.shape]);
}

/**
 * The solution x of a x = b, by LU factorisation with partial pivoting.
 *
 * @param a - (..., n, n), numbers but no float16
 * @param b - (n,), or (..., n, k): a column for each right side; the stacks of both broadcast
 * @returns of `b`'s shape, in the precision of the widest operand; integers count as float64. Arrays of single precision are computed in
 *   double precision, tensors in their own.
 * @throws LinAlgError for a singular matrix or one that is not square; ValueError for shapes that do not fit; TypeError for float16.
 * @example
 * np.linalg.solve([[1, 2], [3, 5]], [1, 2]); // [-1. 1.]
 */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  const matrix = asArray(a);
  requireSquare(matrix);
  const given = asArray(b);
  const isVector = given.ndim === 1;
  if (given.ndim === 0) {
    throw new ValueError(
      'solve: Input operand 1 does not have enough dimensions (has 0, gufunc core with signature (m,m),(m,n)->(m,n) requires 2)',
    );
  }
  const { operands, finish } = prepared(matrix, given);
  const sides = isVector ? reshapeArray(operands[1], [given.size, 1]) : operands[1];
  const [name, signature] = isVector ? ['solve1', '(m,m),(m)->(m)'] : ['solve', '(m,m),(m,n)->(m,n)'];
  requireFitting(name, signature, matrix, sides);
  const x = finish(solveWith(operands[0], sides, new Factors(), false));
  return isVector ? reshapeArray(x, x.shape.slice(0, -1)) : x;
}

/** The inverses of matrices of float or complex dtypes of 32 or 64 bits. */
export function inverse(a: NDArray): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(INV, [a]) as NDArray;
  return solveWith(a, eye(a.shape[a.ndim - 1], { dtype: a.dtype }), new Factors(), false);
}

/** The inverse as a primitive. */
export const INV = /* @__PURE__ */ primitive('linalg.inv', inverse);

/**
 * The inverse of a matrix, or of each of a stack: the solution of a x = 1. To solve equations, `solve` is faster and more accurate.
 *
 * @param a - (..., n, n), numbers but no float16
 * @returns of `a`'s shape and float or complex dtype, float64 for integers
 * @throws LinAlgError for a singular matrix or one that is not square; TypeError for float16.
 * @example
 * np.linalg.inv([[1, 2], [3, 4]]); // [[-2. 1. ] [ 1.5 -0.5]]
 */
export function inv(a: ArrayLike): NDArray {
  const x = asArray(a);
  requireSquare(x);
  const { operands, finish } = prepared(x);
  return finish(inverse(operands[0]));
}

export interface SolveTriangularOptions {
  /** Whether the upper triangle of `a` is read; the other one counts as zeros. */
  upper: boolean;
  /** Whether a x = b is solved, or x a = b. */
  left?: boolean;
  /** Whether the diagonal of `a` counts as ones. */
  unitriangular?: boolean;
}

/**
 * The solution x of a x = b, or of x a = b, for a triangular matrix a, as PyTorch's `solve_triangular`.
 *
 * @param a - (..., n, n), numbers but no float16; the other triangle is not read
 * @param b - (..., n, k), or (..., k, n) if `left` is false; the stacks of both broadcast
 * @param options - `upper` must be given; `left` (true), `unitriangular` (false)
 * @returns of `b`'s shape. A zero on the diagonal gives infinity or NaN.
 * @throws LinAlgError for a matrix that is not square; ValueError for shapes that do not fit; TypeError for float16, or no `upper`.
 * @example
 * np.linalg.solveTriangular([[2, 0], [1, 1]], [[2], [3]], { upper: false }); // [[1.] [2.]]
 */
export function solveTriangular(a: ArrayLike, b: ArrayLike, options: SolveTriangularOptions): NDArray {
  const bound = bind<SolveTriangularOptions>(
    'solveTriangular',
    [options],
    [],
    ['upper', 'left', 'unitriangular'],
  );
  const { upper, left = true, unitriangular: unit = false } = bound;
  if (typeof upper !== 'boolean')
    throw new TypeError("solveTriangular() missing required keyword argument 'upper'");
  const [matrix, given] = [asArray(a), asArray(b)];
  requireSquare(matrix);
  requireMatrices(given);
  const { operands, finish } = prepared(matrix, given);
  const triangle = left ? operands[0] : transposed(operands[0]);
  const sides = left ? operands[1] : transposed(operands[1]);
  requireFitting('solveTriangular', '(n,n),(n,k)->(n,k)', triangle, sides);
  const x = solveTriangle(triangle, sides, { upper: upper === left, unit, conjugate: false });
  return finish(left ? x : transposed(x));
}

/**
 * The array x with tensordot(a, x, x.ndim) = b.
 *
 * @param a - its last axes are those of x, the first those of `b`; both must have equally many elements
 * @param axes - axes of `a` to be moved to the right first
 * @throws LinAlgError if `a` is no square matrix in that sense, or singular; AxisError.
 * @example
 * np.linalg.tensorsolve(np.eye(6).reshape([2, 3, 6]), np.ones([2, 3])); // [1. 1. 1. 1. 1. 1.]
 */
export function tensorsolve(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Args<{ axes: readonly number[] | null }, ['axes']>
): NDArray {
  const { axes = null } = bind<{ axes: readonly number[] | null }>('tensorsolve', args, ['axes']);
  const [x, y] = [asArray(a), asArray(b)];
  const order = x.shape.map((_, i) => i);
  for (const axis of axes ?? []) {
    const moved = normalizeAxis(axis, x.ndim);
    order.splice(order.indexOf(moved), 1);
    order.push(moved);
  }
  const turned = axes === null ? x : transposeArray(x, order);
  // As NumPy slices: a `b` of as many axes as `a` leaves all of them.
  const own = turned.shape.slice(x.ndim === y.ndim ? 0 : y.ndim - x.ndim);
  const size = sizeOf(own);
  if (x.size !== size ** 2) {
    throw new LinAlgError(
      `Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim]), got shapes ${shapeText(x.shape)} and ${shapeText(y.shape)}`,
    );
  }
  return reshapeArray(solve(reshapeArray(turned, [size, size]), ravelArray(y)), own);
}

/**
 * The inverse of `tensordot` with `a` over some axes.
 *
 * @param ind - how many first axes take part in the inverse sum; 2 by default
 * @returns the last axes of `a`, then the first `ind`
 * @throws ValueError for an `ind` that is not positive; LinAlgError if `a` is no square matrix in that sense, or singular.
 * @example
 * np.linalg.tensorinv(np.eye(24).reshape([4, 6, 8, 3])).shape; // [8, 3, 4, 6]
 */
export function tensorinv(a: ArrayLike, ...args: Args<{ ind: number }, ['ind']>): NDArray {
  const { ind = 2 } = bind<{ ind: number }>('tensorinv', args, ['ind']);
  if (!(ind > 0)) throw new ValueError('Invalid ind argument.');
  const x = asArray(a);
  const behind = x.shape.slice(ind);
  const matrix = reshapeArray(x, [sizeOf(behind), -1]);
  return reshapeArray(inv(matrix), [...behind, ...x.shape.slice(0, ind)]);
}
