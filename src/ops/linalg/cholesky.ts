/** The Cholesky factorisation of stacks of matrices. */
import { NotImplementedError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { acceleratorOf } from '../accelerator.ts';

/**
 * The lower triangular L of A = L L^H, or the upper triangular U of A = U^H U, with real diagonals that are positive, and zeros in the
 * other triangle. Only that triangle of A is read, and of its diagonal only the real parts.
 *
 * @param a - (..., n, n), a float or complex dtype of 32 or 64 bits, any strides
 * @param upper - whether U is wanted, and A's upper triangle read
 * @returns a new C-contiguous array of `a`'s shape and dtype
 * @throws LinAlgError 'Matrix is not positive definite' if the square of an element of the diagonal is not positive (NaN is not).
 */
export function cholesky(a: NDArray, upper: boolean): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(CHOLESKY, [a, upper]) as NDArray;
  const on = acceleratorOf(a);
  if (on !== null) return on.cholesky(a, upper);
  throw new NotImplementedError('cholesky');
}

/** The factorisation as a primitive. */
export const CHOLESKY = /* @__PURE__ */ primitive('linalg.cholesky', cholesky);
