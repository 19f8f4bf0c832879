/** Factorisations: cholesky, qr. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cholesky as factorCholesky } from '../../ops/linalg/cholesky.ts';
import { factorQr, formQ } from '../../ops/linalg/qr.ts';
import { transposed } from '../../ops/linalg/work.ts';
import { narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { triu } from '../creation/matrices.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { prepared, requireMatrices, requireSquare } from './arguments.ts';

/**
 * The Cholesky factor of a positive definite matrix, or of each of a stack: the lower triangular L with a = L L^H.
 *
 * @param a - (..., n, n), numbers but no float16; only the triangle of the result is read, the other one is taken to be its adjoint
 * @param upper - for the upper triangular U with a = U^H U instead
 * @returns of `a`'s shape and float or complex dtype, float64 for integers
 * @throws LinAlgError for a matrix that is not positive definite, or not square; TypeError for float16.
 * @example
 * np.linalg.cholesky([[4, 2], [2, 5]]); // [[2. 0.] [1. 2.]]
 */
export function cholesky(a: ArrayLike, ...args: Args<{ upper: boolean }>): NDArray {
  const { upper = false } = bind<{ upper: boolean }>('cholesky', args, [], ['upper']);
  const x = asArray(a);
  requireSquare(x);
  const { operands, finish } = prepared(x);
  return finish(factorCholesky(operands[0], Boolean(upper)));
}

/** What of a QR factorisation is wanted. */
export type QrMode = 'reduced' | 'complete' | 'r' | 'raw';

const MODES: readonly unknown[] = ['reduced', 'complete', 'r', 'raw'] satisfies QrMode[];

/** [Q, R] of matrices of float or complex dtypes of 32 or 64 bits: Q's first min(m, n) columns, or all. */
export function orthogonalFactors(a: NDArray, complete: boolean): NDArray[] {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(QR, [a, complete]) as NDArray[];
  const [m, n] = a.shape.slice(-2);
  const columns = complete ? m : Math.min(m, n);
  const { reflectors, tau } = factorQr(a);
  return [formQ(reflectors, tau, columns), triu(narrow(reflectors, a.ndim - 2, 0, columns))];
}

/** The factorisation as a primitive of two results. */
export const QR = /* @__PURE__ */ primitive('linalg.qr', orthogonalFactors);

/**
 * The factorisation a = Q R into a matrix with orthonormal columns and an upper triangular one, by Householder reflections. Signs are
 * LAPACK's: R's diagonal may be negative.
 *
 * @param a - (..., m, n), numbers but no float16
 * @param mode - 'reduced' (the default): Q is (..., m, k) and R (..., k, n) with k = min(m, n); 'complete': (..., m, m) and (..., m, n); 'r':
 *   R alone, reduced; 'raw': LAPACK's reflections, transposed, and their factors tau
 * @returns a list with the names `Q` and `R`; an array for 'r'; [h, tau] for 'raw'
 * @throws ValueError for an unknown mode; LinAlgError for fewer than two axes; TypeError for float16.
 * @example
 * const { Q, R } = np.linalg.qr([[3, 1], [4, 2]]);
 * R; // [[-5. -2.2] [ 0. 0.4]]
 */
export function qr(a: ArrayLike, mode: 'r' | { mode: 'r' }): NDArray;
export function qr(
  a: ArrayLike,
  mode?: 'reduced' | 'complete' | { mode?: 'reduced' | 'complete' },
): Named<{ Q: NDArray; R: NDArray }>;
export function qr(a: ArrayLike, mode: QrMode | { mode?: QrMode }): NDArray | NDArray[];
export function qr(a: ArrayLike, ...args: unknown[]): NDArray | NDArray[] {
  const { mode = 'reduced' } = bind<{ mode: QrMode }>('qr', args, ['mode']);
  if (!MODES.includes(mode)) throw new ValueError(`Unrecognized mode '${String(mode)}'`);
  const x = asArray(a);
  requireMatrices(x);
  const { operands, finish } = prepared(x);
  if (mode === 'raw') {
    const [reflectors, tau] = reflections(operands[0]);
    return [finish(transposed(reflectors)), finish(tau)];
  }
  if (mode === 'r') return finish(triangleOf(operands[0]));
  const [Q, R] = orthogonalFactors(operands[0], mode === 'complete').map(finish);
  return named({ Q, R });
}

/** The reflections as LAPACK has them, and tau. */
function reflections(a: NDArray): NDArray[] {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(RAW, [a]) as NDArray[];
  const { reflectors, tau } = factorQr(a);
  return [reflectors, tau];
}

/** The reflections as a primitive of two results, without derivatives. */
const RAW = /* @__PURE__ */ primitive('linalg.qr raw', reflections);

/** R alone. Where the call is recorded Q is needed for the derivative. */
function triangleOf(a: NDArray): NDArray {
  if (tracing.tracer !== null && a.traced) return orthogonalFactors(a, false)[1];
  const { reflectors } = factorQr(a);
  return triu(narrow(reflectors, a.ndim - 2, 0, Math.min(...a.shape.slice(-2))));
}
