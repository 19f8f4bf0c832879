/** Triangular systems of equations. */
import { NotImplementedError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { acceleratorOf } from '../accelerator.ts';

export interface TriangularOptions {
  /** Which triangle of A is read; the other one counts as zeros. */
  readonly upper: boolean;
  /** Whether A's diagonal counts as ones and is not read. */
  readonly unit: boolean;
  /** Whether A is conjugated. */
  readonly conjugate: boolean;
}

/**
 * The solution X of A X = B. A transposed A is a view (which turns `upper` round), and X A = B the transposes of the equation.
 * A zero on the diagonal divides as floats do.
 *
 * @param a - (..., n, n), a float or complex dtype of 32 or 64 bits, any strides
 * @param b - (..., n, k) of the same dtype, any strides
 * @returns a new C-contiguous array; the stacks of both broadcast
 */
export function solveTriangular(a: NDArray, b: NDArray, options: TriangularOptions): NDArray {
  if (tracing.tracer !== null && (a.traced || b.traced)) {
    return tracing.tracer.call(SOLVE_TRIANGULAR, [a, b, options]) as NDArray;
  }
  const on = acceleratorOf(a) ?? acceleratorOf(b);
  if (on !== null) return on.solveTriangular(a, b, options);
  throw new NotImplementedError('solveTriangular');
}

/** The solution as a primitive. */
export const SOLVE_TRIANGULAR = /* @__PURE__ */ primitive('linalg.solve_triangular', solveTriangular);
