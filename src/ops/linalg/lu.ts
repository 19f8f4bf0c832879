/** The LU factorisation of stacks of matrices, with partial pivoting. */
import { NotImplementedError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { acceleratorOf } from '../accelerator.ts';

/** P A = L U, where P exchanges rows. */
export interface LuFactors {
  /** (..., m, n): U on and above the diagonal, L below it, whose own diagonal of ones is left out. C-contiguous. */
  readonly lu: NDArray;
  /** int32 (..., min(m, n)), C-contiguous: row i was exchanged with row pivots[i] >= i, for i = 0, 1, ... in this order. */
  readonly pivots: NDArray<'int32'>;
}

/**
 * Factors A. In each column the first of the largest elements is the pivot, by |re| + |im| for complex numbers, as LAPACK has it. A column
 * of zeros leaves a zero on U's diagonal.
 *
 * @param a - (..., m, n), a float or complex dtype of 32 or 64 bits, any strides
 * @param regular - whether a zero on U's diagonal is an error
 * @throws LinAlgError 'Singular matrix' for such a zero, if `regular`
 */
export function factorLu(a: NDArray, regular: boolean): LuFactors {
  const on = acceleratorOf(a);
  if (on !== null) return on.factorLu(a, regular);
  throw new NotImplementedError('factorLu');
}

/**
 * The rows of a matrix exchanged as `factorLu` did it: P B.
 *
 * @param b - (..., m, k), any strides
 * @param pivots - int32 (..., r) with r <= m
 * @param backwards - whether the exchanges are undone, from the last to the first: P^T B
 * @returns a new C-contiguous array; the stacks of both broadcast
 */
export function exchangeRows(b: NDArray, pivots: NDArray<'int32'>, backwards: boolean): NDArray {
  const on = acceleratorOf(b) ?? acceleratorOf(pivots);
  if (on !== null) return on.exchangeRows(b, pivots, backwards);
  throw new NotImplementedError('exchangeRows');
}
