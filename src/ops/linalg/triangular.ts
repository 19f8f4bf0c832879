/** Triangular systems of equations. */
import { broadcastShapes } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { buildSolve } from '../../kernel/linalg/solve.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import { byElement, inHeap, matrixCount, stackOf, withProducts, withStack } from './work.ts';

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
  const stack = broadcastShapes(stackOf(a), stackOf(b));
  const result = emptyArray([...stack, ...b.shape.slice(-2)], b.dtype);
  if (result.size === 0) return result;
  inHeap([result], (x) => {
    castInto(x, b);
    solveInPlace(a, x, options);
  });
  return result;
}

/** The solution as a primitive. */
export const SOLVE_TRIANGULAR = /* @__PURE__ */ primitive('linalg.solve_triangular', solveTriangular);

const plain = /* @__PURE__ */ byElement<'solve'>((element) => buildSolve(element, false));
const conjugating = /* @__PURE__ */ byElement<'solve'>((element) => buildSolve(element, true));

/**
 * Solves with the right sides in dense matrices in the heap, in their place.
 *
 * @param a - (..., m, m') with at least n rows and columns, of which the first n are A
 * @param x - (..., n, k), of whose stack a's is a part or the whole
 */
export function solveInPlace(a: NDArray, x: NDArray, { upper, unit, conjugate }: TriangularOptions): void {
  const [n, k] = x.shape.slice(-2);
  const row = k * x.itemsize;
  const kernels = conjugate && a.dtype.kind === 'c' ? conjugating : plain;
  withStack(a, stackOf(x), 2, ({ offset, strides }, next) => {
    const [down, across] = strides.slice(-2);
    // An upper triangle is a lower one seen from its last row and column.
    const last = upper ? n - 1 : 0;
    const sign = upper ? -1 : 1;
    const first = offset + last * (down + across);
    withProducts(x.dtype.element, [n, k, n], (left, right) => {
      // prettier-ignore
      kernels(x.dtype).solve(
        matrixCount(x), n, k, first, next, sign * down, sign * across,
        x.offset + last * row, n * row, sign * row, Number(unit), left, right,
      );
    });
  });
}
