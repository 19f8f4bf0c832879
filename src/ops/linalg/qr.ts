/** The QR factorisation of stacks of matrices, by Householder reflections in LAPACK's form. */
import { heap } from '../../array/heap.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { buildQr, panelElements, panelProducts } from '../../kernel/linalg/qr.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { allocateWork } from '../product.ts';
import { byElement, inHeap, matrixCount, stackOf, withProducts, withStack } from './work.ts';

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
  const [m, n] = a.shape.slice(-2);
  const reflectors = emptyArray(a.shape, a.dtype);
  const tau = emptyArray([...stackOf(a), Math.min(m, n)], a.dtype);
  if (a.size > 0) {
    inHeap([reflectors, tau], (matrix, factors) => {
      castInto(matrix, a);
      withPanel(a, n, (work, left, right) =>
        kernels(a.dtype).qr(matrixCount(a), m, n, matrix.offset, factors.offset, work, left, right),
      );
    });
  }
  return { reflectors, tau };
}

const kernels = /* @__PURE__ */ byElement<'qr' | 'form'>(buildQr);

/** Calls `run` with memory for what a panel's reflections are applied by to matrices of `columns` columns. */
function withPanel(
  { shape, dtype, ndim }: NDArray,
  columns: number,
  run: (work: number, left: number, right: number) => void,
): void {
  const m = shape[ndim - 2];
  const work = allocateWork(panelElements(m, columns) * dtype.itemsize);
  try {
    withProducts(dtype.element, panelProducts(m, columns), (left, right) => run(work, left, right));
  } finally {
    heap.free(work);
  }
}

/**
 * The first columns of Q.
 *
 * @param reflectors - (..., m, n) as `factorQr` gives them, or the first columns of that
 * @param tau - (..., k) as `factorQr` gives it, k <= min(m, n): how many reflections there are
 * @param columns - from k to m
 * @returns a new C-contiguous array (..., m, columns)
 */
export function formQ(reflectors: NDArray, tau: NDArray, columns: number): NDArray {
  const on = acceleratorOf(reflectors) ?? acceleratorOf(tau);
  if (on !== null) return on.formQ(reflectors, tau, columns);
  const m = reflectors.shape[reflectors.ndim - 2];
  const result = emptyArray([...stackOf(reflectors), m, columns], reflectors.dtype);
  if (result.size === 0) return result;
  inHeap([result], (q) =>
    withStack(reflectors, stackOf(reflectors), 2, (own, next) =>
      withStack(tau, stackOf(reflectors), 1, (factors, tauNext) =>
        withPanel(reflectors, columns, (work, left, right) => {
          const steps = tau.shape[tau.ndim - 1];
          const [row] = own.strides.slice(-2);
          const { form } = kernels(q.dtype);
          // prettier-ignore
          form(matrixCount(q), m, steps, columns, own.offset, next, row, factors.offset, tauNext, q.offset, work, left, right);
        }),
      ),
    ),
  );
  return result;
}
