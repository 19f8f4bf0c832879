/** Singular values and vectors of stacks of matrices. */
import { floatPart } from '../../array/dtype.ts';
import { LinAlgError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { buildJacobi } from '../../kernel/linalg/jacobi.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { byElement, inHeap, matrixCount, stackOf } from './work.ts';

const kernels = /* @__PURE__ */ byElement<'jacobi'>(buildJacobi);

/** J A = S V^H for square matrices. */
export interface Rotated {
  /** The singular values (..., n), falling. */
  readonly values: NDArray;
  /** V^H, (..., n, n). */
  readonly vectors: NDArray;
  /** J, a product of rotations, (..., n, n). Without vectors it has no elements that mean anything, nor has V^H. */
  readonly turns: NDArray;
}

/** A = V D V^H. */
export interface Eigen {
  /** The eigenvalues (..., n), real and rising. */
  readonly values: NDArray;
  /** V, (..., n, n): the eigenvectors in columns. */
  readonly vectors: NDArray;
}

/**
 * The singular value decomposition of square matrices, by Jacobi rotations.
 *
 * @param a - (..., n, n), a float or complex dtype of 32 or 64 bits, any strides
 * @param wantsVectors - whether J and V^H are
 * @param failure - what to say of a matrix that is not finite
 * @returns new C-contiguous arrays
 * @throws LinAlgError for a matrix that is not finite
 */
export function rotateRows(a: NDArray, wantsVectors: boolean, failure = 'SVD did not converge'): Rotated {
  const on = acceleratorOf(a);
  if (on !== null) return on.rotateRows(a, wantsVectors, failure);
  const n = a.shape[a.ndim - 1];
  const vectors = emptyArray(a.shape, a.dtype);
  const turns = wantsVectors ? emptyArray(a.shape, a.dtype) : vectors;
  const values = emptyArray([...stackOf(a), n], floatPart(a.dtype));
  const failed =
    a.size > 0 &&
    inHeap([vectors, values, ...(wantsVectors ? [turns] : [])], (rows, lengths, product?: NDArray) => {
      castInto(rows, a);
      const { jacobi } = kernels(a.dtype);
      return jacobi(matrixCount(a), n, rows.offset, product?.offset ?? 0, lengths.offset) !== 0;
    });
  if (failed) throw new LinAlgError(failure);
  return { values, vectors, turns };
}
