/** The QR factorisation of stacks of matrices, by Householder reflections in LAPACK's form. */
import { NotImplementedError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { acceleratorOf } from '../accelerator.ts';

/** Q as the product of reflections H_0 H_1 ... H_(k-1), H_i = I - tau_i v_i v_i^H, and R = Q^H A. */
export interface QrFactors {
  /** (..., m, n): R on and above the diagonal; below the diagonal of column i the elements of v_i, which is 0 above it and 1 on it. C-contiguous. */
  readonly reflectors: NDArray;
  /** (..., min(m, n)), C-contiguous. */
  readonly tau: NDArray;
}

/**
 * Factors A as LAPACK's geqrf does: R's diagonal is real, of the sign opposite to the real part of the element that was there; where
 * there is nothing to eliminate and the element is real, tau is 0 and the element stays.
 *
 * @param a - (..., m, n), a float or complex dtype of 32 or 64 bits, any strides
 */
export function factorQr(a: NDArray): QrFactors {
  const on = acceleratorOf(a);
  if (on !== null) return on.factorQr(a);
  throw new NotImplementedError('factorQr');
}

/**
 * The first columns of Q.
 *
 * @param reflectors - (..., m, n) as `factorQr` gives them, any strides
 * @param tau - (..., k) with k <= min(m, n), any strides: how many reflections there are
 * @param columns - from k to m
 * @returns a new C-contiguous array (..., m, columns)
 */
export function formQ(reflectors: NDArray, tau: NDArray, columns: number): NDArray {
  const on = acceleratorOf(reflectors) ?? acceleratorOf(tau);
  if (on !== null) return on.formQ(reflectors, tau, columns);
  throw new NotImplementedError('formQ');
}
