/** Systems of equations, by LU factors that are computed once for a matrix and all that is done with it. */
import { broadcastShapes, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import type { LuFactors } from './lu.ts';
import { exchangeInPlace, exchangeRows, factorLu } from './lu.ts';
import type { TriangularOptions } from './triangular.ts';
import { solveInPlace, solveTriangular } from './triangular.ts';
import { inHeap, stackOf, transposed } from './work.ts';

/** The factors of one matrix, which a computation and its derivatives share. */
export class Factors {
  /** The factors, once somebody has asked for them. */
  lu: LuFactors | null = null;

  /**
   * The factors of `a`, which is the same matrix at every call.
   *
   * @throws LinAlgError 'Singular matrix', if it has to be `regular`.
   */
  of(a: NDArray, regular: boolean): LuFactors {
    return (this.lu ??= factorLu(a, regular));
  }
}

/**
 * The solution X of A X = B, or of A^H X = B.
 *
 * @param a - (..., n, n), a float or complex dtype of 32 or 64 bits
 * @param b - (..., n, k) of the same dtype
 * @param factors - A's
 * @returns a new C-contiguous array; the stacks of both broadcast
 * @throws LinAlgError 'Singular matrix' if A is first factored here and has a zero on U's diagonal.
 */
export function solveWith(a: NDArray, b: NDArray, factors: Factors, adjoint: boolean): NDArray {
  if (tracing.tracer !== null && (a.traced || b.traced)) {
    return tracing.tracer.call(SOLVE, [a, b, factors, adjoint]) as NDArray;
  }
  const stack = broadcastShapes(stackOf(a), stackOf(b));
  if (sizeOf(stack) === 0) return emptyArray([...stack, ...b.shape.slice(-2)], b.dtype);
  const known = factors.of(a, true);
  if (acceleratorOf(known.lu) ?? acceleratorOf(b)) return composedSolution(known, b, adjoint);
  const result = emptyArray([...stack, ...b.shape.slice(-2)], b.dtype);
  if (result.size === 0) return result;
  inHeap([result], (x) => {
    castInto(x, b);
    solveFactored(known, x, adjoint);
  });
  return result;
}

/** The solution as a primitive. */
export const SOLVE = /* @__PURE__ */ primitive('linalg.solve', solveWith);

const LOWER: TriangularOptions = { upper: false, unit: true, conjugate: false };
const UPPER: TriangularOptions = { upper: true, unit: false, conjugate: false };
/** U^H and L^H, as views of U and L. */
const UPPER_ADJOINT: TriangularOptions = { upper: false, unit: false, conjugate: true };
const LOWER_ADJOINT: TriangularOptions = { upper: true, unit: true, conjugate: true };

/** Solves in place of the right sides, dense matrices in the heap: by P, L and U, or by U^H, L^H and P^T. */
function solveFactored({ lu, pivots }: LuFactors, x: NDArray, adjoint: boolean): void {
  if (adjoint) {
    const turned = transposed(lu);
    solveInPlace(turned, x, UPPER_ADJOINT);
    solveInPlace(turned, x, LOWER_ADJOINT);
    exchangeInPlace(x, pivots, true);
  } else {
    exchangeInPlace(x, pivots, false);
    solveInPlace(lu, x, LOWER);
    solveInPlace(lu, x, UPPER);
  }
}

/** The same of primitives. */
function composedSolution({ lu, pivots }: LuFactors, b: NDArray, adjoint: boolean): NDArray {
  if (!adjoint) {
    return solveTriangular(lu, solveTriangular(lu, exchangeRows(b, pivots, false), LOWER), UPPER);
  }
  const turned = transposed(lu);
  const product = solveTriangular(turned, solveTriangular(turned, b, UPPER_ADJOINT), LOWER_ADJOINT);
  return exchangeRows(product, pivots, true);
}
