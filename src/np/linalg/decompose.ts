/** Singular values and eigenvalues as primitives, of matrices of float or complex dtypes of 32 or 64 bits. */
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { acceleratorOf } from '../../ops/accelerator.ts';
import { copyOf } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { factorQr, formQ } from '../../ops/linalg/qr.ts';
import { rotateRows } from '../../ops/linalg/svd.ts';
import { transposed } from '../../ops/linalg/work.ts';
import { diagonalView, flipped, narrow } from '../../ops/views.ts';
import { real } from '../complex.ts';
import { eye, tril, triu } from '../creation/matrices.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { max, sum } from '../statistics/reductions.ts';
import { absolute, add, conjugate, multiply, subtract } from '../ufuncs.ts';

/** What a recorded computation leaves for its derivatives: its results, as they were before anybody wrote to them. */
export class Parts {
  found: readonly NDArray[] | null = null;

  /** Keeps copies of results, and hands these on. */
  kept(results: readonly NDArray[]): readonly NDArray[] {
    this.found = results.map((x) => copyOf(x, x.dtype, 'C'));
    return results;
  }
}

export const adjointOf = (a: NDArray): NDArray =>
  a.dtype.kind === 'c' ? (conjugate(transposed(a)) as NDArray) : transposed(a);

const isWide = ({ shape, ndim }: NDArray): boolean => shape[ndim - 2] < shape[ndim - 1];

/** R of a matrix with at least as many rows as columns, and Q; a square one itself. */
function reduced(a: NDArray, wantsQ: boolean): { readonly square: NDArray; readonly q: NDArray | null } {
  const [m, n] = a.shape.slice(-2);
  if (m === n) return { square: a, q: null };
  const { reflectors, tau } = factorQr(a);
  const square = triu(narrow(reflectors, a.ndim - 2, 0, n));
  return { square, q: wantsQ ? formQ(reflectors, tau, n) : null };
}

/** [U, S, V^H] with min(m, n) singular values, falling. */
export function singularFactors(a: NDArray): readonly NDArray[] {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(SVD, [a, new Parts()]) as NDArray[];
  if (!isWide(a)) return tallFactors(a);
  const [u, s, vh] = tallFactors(adjointOf(a));
  return [adjointOf(vh), s, adjointOf(u)].map((x) => copyOf(x, x.dtype, 'C'));
}

/** The singular value decomposition as a primitive of three results. */
export const SVD = /* @__PURE__ */ primitive('linalg.svd', (a: NDArray, parts: Parts) =>
  parts.kept(singularFactors(a)),
);

function tallFactors(a: NDArray): NDArray[] {
  const { square, q } = reduced(a, true);
  const { values, vectors, turns } = rotateRows(square, true);
  const own = adjointOf(turns);
  return [q === null ? copyOf(own, own.dtype, 'C') : contract(q, own), values, vectors];
}

/** The singular values alone. */
export function singularValues(a: NDArray): NDArray {
  if (tracing.tracer !== null && a.traced) return singularFactors(a)[1];
  return rotateRows(reduced(isWide(a) ? adjointOf(a) : a, false).square, false).values;
}

/** For k orthonormal columns of m elements, m - k more that are orthonormal to them. */
export function complement(q: NDArray): NDArray {
  if (tracing.tracer !== null && q.traced) return tracing.tracer.call(COMPLEMENT, [q]) as NDArray;
  const [m, k] = q.shape.slice(-2);
  const { reflectors, tau } = factorQr(q);
  return narrow(formQ(reflectors, tau, m), q.ndim - 1, k, m - k);
}

/** More orthonormal columns as a primitive: which ones is arbitrary, so that they have no derivative. */
export const COMPLEMENT = /* @__PURE__ */ primitive('linalg.complement', complement);

/** The Hermitian matrix that has one triangle of `a`. */
export function hermitianOf(a: NDArray, upper: boolean): NDArray {
  const half = upper ? triu(a, 1) : tril(a, -1);
  const diagonal = real(diagonalView(a, 0, a.ndim - 2, a.ndim - 1)) as NDArray;
  const along = multiply(
    eye(a.shape[a.ndim - 1], { dtype: a.dtype }),
    reshapeArray(diagonal, [...diagonal.shape, 1]),
  ) as NDArray;
  return add(add(half, adjointOf(half)), along) as NDArray;
}

/** What is said of a matrix that is not finite. */
const NO_EIGENVALUES = 'Eigenvalues did not converge';

/** [eigenvalues, rising; eigenvectors, in columns] of Hermitian matrices, of which one triangle is read. */
export function eigenFactors(a: NDArray, upper: boolean): readonly NDArray[] {
  if (tracing.tracer !== null && a.traced) {
    return tracing.tracer.call(EIGH, [a, upper, new Parts()]) as NDArray[];
  }
  const whole = hermitianOf(a, upper);
  const on = acceleratorOf(whole);
  if (on === null) return eigenFactorsOf(whole);
  const { values, vectors } = on.diagonalise(whole, NO_EIGENVALUES);
  return [values, vectors];
}

/** The same by the singular values of a matrix that is moved far enough to be positive definite, with a condition number of at most 3. */
function eigenFactorsOf(a: NDArray): readonly NDArray[] {
  const n = a.shape[a.ndim - 1];
  const bound = max(sum(absolute(a), { axis: -1, keepdims: true }), {
    axis: [-1, -2],
    keepdims: true,
    initial: 0,
  });
  const far = multiply(bound, 2) as NDArray;
  const moved = add(a, multiply(eye(n, { dtype: a.dtype }), far)) as NDArray;
  const { values, turns } = rotateRows(moved, true, NO_EIGENVALUES);
  const last = values.ndim - 1;
  const rising = subtract(
    flipped(values, [last]),
    reshapeArray(far, [...far.shape.slice(0, -2), 1]),
  ) as NDArray;
  const columns = flipped(adjointOf(turns), [a.ndim - 1]);
  return [rising, copyOf(columns, columns.dtype, 'C')];
}

/** The eigenvalue decomposition of Hermitian matrices as a primitive of two results. */
export const EIGH = /* @__PURE__ */ primitive('linalg.eigh', (a: NDArray, upper: boolean, parts: Parts) =>
  parts.kept(eigenFactors(a, upper)),
);
