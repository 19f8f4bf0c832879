/** The Cholesky factorisation of stacks of matrices. */
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { buildCholesky } from '../../kernel/linalg/cholesky.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { notPositiveDefinite } from './errors.ts';
import { byElement, inHeap, matrixCount, withProducts } from './work.ts';

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
  const result = emptyArray(a.shape, a.dtype);
  if (result.size > 0 && !factorInPlace(result, a, upper)) throw notPositiveDefinite();
  return result;
}

const kernels = /* @__PURE__ */ byElement<'cholesky'>(buildCholesky);

/** @returns whether all matrices are positive definite. */
function factorInPlace(result: NDArray, a: NDArray, upper: boolean): boolean {
  const n = a.shape[a.ndim - 1];
  return inHeap([result], (factor) => {
    castInto(factor, a);
    return withProducts(a.dtype.element, [n, n, n], (left, right) => {
      const { cholesky: run } = kernels(a.dtype);
      return run(matrixCount(a), n, factor.offset, Number(upper), left, right) === 0;
    });
  });
}

/** The factorisation as a primitive. */
export const CHOLESKY = /* @__PURE__ */ primitive('linalg.cholesky', cholesky);
