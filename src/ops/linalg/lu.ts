/** The LU factorisation of stacks of matrices, with partial pivoting. */
import { int32 } from '../../array/dtype.ts';
import { broadcastShapes } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { lazyKernel } from '../../device/current.ts';
import { buildExchange, buildLu } from '../../kernel/linalg/lu.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { singularMatrix } from './errors.ts';
import { byElement, inHeap, matrixCount, stackOf, withProducts, withStack } from './work.ts';

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
  const [m, n] = a.shape.slice(-2);
  const lu = emptyArray(a.shape, a.dtype);
  const pivots = emptyArray([...stackOf(a), Math.min(m, n)], int32);
  if (lu.size > 0 && factorInPlace(lu, pivots, a) && regular) throw singularMatrix();
  return { lu, pivots };
}

const kernels = /* @__PURE__ */ byElement<'lu'>(buildLu);

/** @returns whether some matrix is singular. */
function factorInPlace(lu: NDArray, pivots: NDArray, a: NDArray): boolean {
  const [m, n] = a.shape.slice(-2);
  return inHeap([lu, pivots], (matrix, exchanges) => {
    castInto(matrix, a);
    return withProducts(a.dtype.element, [m, n, Math.min(m, n)], (left, right) => {
      const { lu: run } = kernels(a.dtype);
      return run(matrixCount(a), m, n, matrix.offset, exchanges.offset, left, right) !== 0;
    });
  });
}

/**
 * The rows of a matrix exchanged as `factorLu` did it: P B.
 *
 * @param b - (..., m, k), any strides
 * @param pivots - int32 (..., r) with r <= m, the last axis contiguous
 * @param backwards - whether the exchanges are undone, from the last to the first: P^T B
 * @returns a new C-contiguous array; the stacks of both broadcast
 */
export function exchangeRows(b: NDArray, pivots: NDArray<'int32'>, backwards: boolean): NDArray {
  const on = acceleratorOf(b) ?? acceleratorOf(pivots);
  if (on !== null) return on.exchangeRows(b, pivots, backwards);
  const stack = broadcastShapes(stackOf(b), pivots.shape.slice(0, -1));
  const result = emptyArray([...stack, ...b.shape.slice(-2)], b.dtype);
  if (result.size === 0) return result;
  inHeap([result], (rows) => {
    castInto(rows, b);
    exchangeInPlace(rows, pivots, backwards);
  });
  return result;
}

const exchangeKernel = /* @__PURE__ */ lazyKernel<'exchange'>(buildExchange);

/** Exchanges rows of dense matrices in the heap. */
export function exchangeInPlace(rows: NDArray, pivots: NDArray, backwards: boolean): void {
  const [m, columns] = rows.shape.slice(-2);
  const steps = pivots.shape[pivots.ndim - 1];
  const row = columns * rows.itemsize;
  withStack(pivots, stackOf(rows), 1, (list, next) => {
    const run = exchangeKernel().exchange;
    run(matrixCount(rows), rows.offset, m * row, row, list.offset, next, steps, Number(backwards));
  });
}
