/** What stands on singular values: svd, svdvals, cond, matrix_rank, pinv, lstsq. */
import { floatPart } from '../../array/dtype.ts';
import { LinAlgError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, copyOf } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { isRemote, narrowArray } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import { transposed } from '../../ops/linalg/work.ts';
import { narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { eye } from '../creation/matrices.ts';
import { finfo } from '../limits.ts';
import { where } from '../indexing/choose.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { concatenate } from '../shape/join.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { any, count_nonzero, max, sum } from '../statistics/reductions.ts';
import {
  absolute,
  divide,
  equal,
  greater,
  isnan,
  logical_and,
  logical_not,
  multiply,
  not_equal,
  square,
  subtract,
} from '../ufuncs.ts';
import { commonDType, prepared, requireMatrices, requireSquare } from './arguments.ts';
import { adjointOf, complement, hermitianOf, singularFactors, singularValues } from './decompose.ts';
import type { Order } from './norms.ts';
import { matrix_norm } from './norms.ts';
import { inv } from './solve.ts';
import { slogdet } from './determinant.ts';

export interface SvdOptions {
  /** Whether U and V^H are square, instead of having min(m, n) columns and rows. */
  full_matrices?: boolean;
  /** Whether U and V^H are wanted. */
  compute_uv?: boolean;
  /** Whether `a` counts as Hermitian, of which the lower triangle is read. */
  hermitian?: boolean;
}

const OPTIONS = ['full_matrices', 'compute_uv', 'hermitian'] as const;

/**
 * The singular value decomposition a = U S V^H of a matrix, or of each of a stack, by one-sided Jacobi rotations.
 *
 * @param a - (..., m, n), numbers but no float16
 * @param args - `full_matrices` (true), `compute_uv` (true), `hermitian` (false)
 * @returns a list with the names `U` (..., m, m), `S` (..., k) falling, k = min(m, n), and `Vh` (..., n, n); or S alone. Signs of vectors are
 *   arbitrary.
 * @throws LinAlgError for fewer than two axes, or a matrix that is not finite; TypeError for float16.
 * @example
 * const { S } = np.linalg.svd([[3, 0], [0, 4]]); // [4. 3.]
 */
export function svd(a: ArrayLike, options: SvdOptions & { compute_uv: false }): NDArray;
export function svd(
  a: ArrayLike,
  options?: boolean | Omit<SvdOptions, 'compute_uv'> | (SvdOptions & { compute_uv?: true }),
): Named<{ U: NDArray; S: NDArray; Vh: NDArray }>;
export function svd(a: ArrayLike, ...args: Args<SvdOptions, typeof OPTIONS>): NDArray | NDArray[];
export function svd(a: ArrayLike, ...args: unknown[]): NDArray | NDArray[] {
  const bound = bind<SvdOptions>('svd', args, OPTIONS);
  const { full_matrices = true, compute_uv = true, hermitian = false } = bound;
  const x = asArray(a);
  requireMatrices(x);
  const { operands, finish } = prepared(x);
  const matrix = hermitian ? hermitianOf(operands[0], false) : operands[0];
  const real = (values: NDArray): NDArray => cast(values, floatPart(commonDType(x)));
  if (!compute_uv) return real(singularValues(matrix));
  const [u, s, vh] = singularFactors(matrix);
  const [U, Vh] = full_matrices ? [withComplement(u), adjointOf(withComplement(adjointOf(vh)))] : [u, vh];
  return named({ U: finish(U), S: real(s), Vh: finish(Vh) });
}

/** Orthonormal columns with as many more as make them a basis. */
function withComplement(q: NDArray): NDArray {
  const [m, k] = q.shape.slice(-2);
  return m === k ? q : concatenate([q, complement(q)], -1);
}

/**
 * The singular values of a matrix, or of each of a stack, falling.
 *
 * @throws as `svd`
 * @example
 * np.linalg.svdvals([[3, 0], [0, 4]]); // [4. 3.]
 */
export function svdvals(x: ArrayLike): NDArray {
  return svd(x, { compute_uv: false });
}

/**
 * The condition number of a matrix, or of each of a stack: its norm times that of its inverse.
 *
 * @param p - the norm: `null` or 2 for the ratio of the largest and the least singular value, -2 for its inverse, or another order that
 *   `norm` has for matrices
 * @returns infinity for a singular matrix
 * @throws LinAlgError for an empty matrix, or one that is not square with other norms than 2 and -2; ValueError for an unknown norm.
 * @example
 * np.linalg.cond([[1, 0], [0, 4]]); // 4
 */
export function cond(x: ArrayLike, ...args: Args<{ p: Order }, ['p']>): ArrayOrScalar {
  const { p = null } = bind<{ p: Order }>('cond', args, ['p']);
  const a = asArray(x);
  requireMatrices(a);
  if (isEmpty(a)) throw new LinAlgError('an empty matrix has no condition number');
  const found = p === null || p === 2 || p === -2 ? ratio(a, p === -2) : productOfNorms(a, p);
  const flawed = logical_and(isnan(found), logical_not(any(isnan(a), { axis: [-2, -1] })));
  return arrayOrScalar(where(flawed as NDArray, asArray(Infinity, found.dtype), found));
}

const isEmpty = ({ shape, ndim }: NDArray): boolean => shape[ndim - 1] === 0 || shape[ndim - 2] === 0;

function ratio(a: NDArray, inverted: boolean): NDArray {
  const s = svdvals(a);
  const [most, least] = [getIndex(s, ['..., 0']), getIndex(s, ['..., -1'])];
  return asArray((inverted ? divide(least, most) : divide(most, least)) as ArrayLike, s.dtype);
}

/** The norm times that of the inverse; NaN for a singular matrix. */
function productOfNorms(a: NDArray, p: Order): NDArray {
  requireSquare(a);
  const matrices = cast(a, commonDType(a));
  const { dtype } = matrices;
  const real = floatPart(dtype);
  const norms = (x: NDArray): NDArray => asArray(matrix_norm(x, { ord: p }) as ArrayLike, real);
  const isSingular = asArray(equal(slogdet(matrices).sign, 0) as ArrayLike);
  const one = eye(a.shape[a.ndim - 1], { dtype });
  const regular = where(reshapeArray(isSingular, [...isSingular.shape, 1, 1]), one, matrices);
  const found = asArray(multiply(norms(matrices), norms(inv(regular))) as ArrayLike, real);
  return where(isSingular, asArray(NaN, real), found);
}

export interface RankOptions {
  /** Singular values up to this count as 0: one number, or one for each matrix. */
  tol?: ArrayLike | null;
  hermitian?: boolean;
  /** The same as a part of the largest singular value; by default what rounding leaves of zeros. */
  rtol?: ArrayLike | null;
}

/** A limit for each matrix beside its singular values. */
const beside = (s: NDArray, limit: ArrayLike): NDArray => {
  const x = isRemote(s) ? narrowArray(limit) : asArray(limit);
  return reshapeArray(x, [...x.shape, 1]);
};

/**
 * The rank of a matrix, or of each of a stack: how many singular values are not 0. Of a vector, whether something is not 0.
 *
 * @param args - `tol`, `hermitian` (false), `rtol`
 * @throws ValueError for both tolerances; as `svd`
 * @example
 * np.linalg.matrix_rank([[1, 2], [2, 4]]); // 1
 */
export function matrix_rank(A: ArrayLike, ...args: Args<RankOptions, ['tol', 'hermitian']>): ArrayOrScalar {
  const bound = bind<RankOptions>('matrix_rank', args, ['tol', 'hermitian'], ['rtol']);
  const { tol = null, hermitian = false, rtol = null } = bound;
  if (tol !== null && rtol !== null) throw new ValueError("`tol` and `rtol` can't be both set.");
  const a = asArray(A);
  if (a.ndim < 2) return count_nonzero(any(not_equal(a, 0)));
  const s = svd(a, { compute_uv: false, hermitian });
  return count_nonzero(greater(s, tol === null ? limitOf(a, s, rtol) : beside(s, tol)), { axis: -1 });
}

/** The singular value up to which others count as rounded zeros. */
function limitOf(a: NDArray, s: NDArray, rtol: ArrayLike | null): NDArray {
  const part = rtol === null ? Math.max(...a.shape.slice(-2)) * Number(finfo(s.dtype).eps) : beside(s, rtol);
  const most = max(s, { axis: -1, keepdims: true, initial: 0 });
  return multiply(most, part) as NDArray;
}

export interface PinvOptions {
  /** Singular values up to this part of the largest one count as 0: 1e-15 by default. */
  rcond?: ArrayLike | null;
  hermitian?: boolean;
  /** The same; `null` for what rounding leaves of zeros. */
  rtol?: ArrayLike | null;
}

/**
 * The Moore-Penrose inverse of a matrix, or of each of a stack, by singular values.
 *
 * @param args - `rcond`, `hermitian` (false), `rtol`
 * @returns (..., n, m)
 * @throws ValueError for both tolerances; as `svd`
 * @example
 * np.linalg.pinv([[1], [1]]); // [[0.5 0.5]]
 */
export function pinv(a: ArrayLike, ...args: Args<PinvOptions, ['rcond', 'hermitian']>): NDArray {
  const {
    rcond = null,
    hermitian = false,
    rtol,
  } = bind<PinvOptions>('pinv', args, ['rcond', 'hermitian'], ['rtol']);
  if (rcond !== null && rtol !== undefined) throw new ValueError("`rtol` and `rcond` can't be both set.");
  const x = asArray(a);
  requireMatrices(x);
  const [m, n] = x.shape.slice(-2);
  if (isEmpty(x)) return copyOf(transposed(x), x.dtype, 'C');
  const { operands, finish } = prepared(x);
  const rounding = Math.max(m, n) * Number(finfo(commonDType(x)).eps);
  const part = rcond ?? (rtol === undefined ? 1e-15 : (rtol ?? rounding));
  const matrix = hermitian ? hermitianOf(operands[0], false) : operands[0];
  const [u, s, vh] = singularFactors(matrix);
  const most = max(s, { axis: -1, keepdims: true });
  const kept = greater(s, multiply(most, beside(s, part)) as NDArray) as NDArray;
  const inverted = where(kept, divide(1, where(kept, s, 1)) as NDArray, 0);
  return finish(
    contract(adjointOf(vh), multiply(reshapeArray(inverted, [...s.shape, 1]), adjointOf(u)) as NDArray),
  );
}

/**
 * The least-squares solution of a x = b: of all x for which |b - a x| is least, the one with the least |x|, by singular values.
 *
 * @param a - (m, n), numbers but no float16
 * @param b - (m,) or (m, k)
 * @param rcond - singular values up to this part of the largest one count as 0; by default what rounding leaves of zeros
 * @returns [x; the sums of squares of b - a x, empty if a has not full rank or not more rows than columns; the rank; the singular values].
 *   On a GPU, where nothing waits for the rank, the sums are there whatever it is.
 * @throws LinAlgError for other numbers of axes or rows that do not match; as `svd`
 * @example
 * const [x] = np.linalg.lstsq([[0, 1], [1, 1], [2, 1]], [1, 3, 5]); // [2. 1.]
 */
export function lstsq(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Args<{ rcond: number | null }, ['rcond']>
): [NDArray, NDArray, ArrayOrScalar, NDArray] {
  const { rcond = null } = bind<{ rcond: number | null }>('lstsq', args, ['rcond']);
  const [matrix, given] = [asArray(a), asArray(b)];
  const isVector = given.ndim === 1;
  const sides = isVector ? reshapeArray(given, [given.size, 1]) : given;
  for (const { ndim } of [matrix, sides]) {
    if (ndim !== 2) throw new LinAlgError(`${ndim}-dimensional array given. Array must be two-dimensional`);
  }
  const [m, n] = matrix.shape;
  if (sides.shape[0] !== m) throw new LinAlgError('Incompatible dimensions');
  const { operands, finish } = prepared(matrix, sides);
  const dtype = floatPart(commonDType(matrix, sides));
  const [u, s, vh] = singularFactors(operands[0]);
  const part = rcond ?? Math.max(m, n) * Number(finfo(s.dtype).eps);
  const most = max(s, { axis: -1, keepdims: true, initial: 0 });
  const kept = greater(s, multiply(most, part) as NDArray) as NDArray;
  const rank = count_nonzero(kept);
  const inverted = where(kept, divide(1, where(kept, s, 1)) as NDArray, 0);
  const scaled = multiply(
    reshapeArray(inverted, [s.size, 1]),
    contract(adjointOf(u), operands[1]),
  ) as NDArray;
  const x = contract(adjointOf(vh), scaled);
  const left = square(absolute(subtract(operands[1], contract(operands[0], x)))) as NDArray;
  const hasResiduals = m > n && (isRemote(s) || Number(rank) === n);
  const residuals = sum(hasResiduals ? left : narrow(left, 1, 0, 0), { axis: 0 }) as NDArray;
  const solution = finish(x);
  const result = isVector ? reshapeArray(solution, [n]) : solution;
  return [result, cast(residuals, dtype), rank, cast(s, dtype)];
}
