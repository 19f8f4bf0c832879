/** Matrices by their pattern: eye, diag, tri and their kin. */
import type { DTypeLike } from '../../array/dtype.ts';
import { bool_, dtype as toDType, float64, int32 } from '../../array/dtype.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import { normalizeShape } from '../../array/layout.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castInto, castWhere } from '../../ops/cast.ts';
import { iota } from '../../ops/iota.ts';
import { diagonalView } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { ravelArray } from '../shape/reshape.ts';
import { greater_equal, logical_not } from '../ufuncs.ts';
import { zeros } from './filled.ts';

export interface EyeOptions {
  /** Columns; as many as rows by default. */
  M?: number | null;
  /** Which diagonal: above the main one if positive. */
  k?: number;
  dtype?: DTypeLike | null;
  order?: 'C' | 'F';
}

/** The writeable diagonal of a fresh matrix. */
function diagonalOf(a: NDArray, k: number): NDArray {
  const view = diagonalView(a, k, 0, 1);
  return viewArray(a, view.shape, view.strides, view.offset);
}

function integer(x: unknown, name: string): number {
  const n = Number(x);
  if (typeof x === 'boolean' || !Number.isInteger(n))
    throw new TypeError(`${name} must be an integer, got ${String(x)}`);
  return n;
}

/**
 * A matrix with ones on a diagonal and zeros elsewhere.
 *
 * @throws ValueError for a negative size; TypeError for one that is no integer.
 * @example
 * np.eye(2, 3, 1); // [[0. 1. 0.] [0. 0. 1.]]
 */
export function eye(N: number, ...args: Args<EyeOptions, ['M', 'k', 'dtype', 'order']>): NDArray {
  const { M = null, k = 0, dtype, order } = bind<EyeOptions>('eye', args, ['M', 'k', 'dtype', 'order']);
  const matrix = zeros([N, M ?? N], { dtype, order });
  const diagonal = diagonalOf(matrix, integer(k, 'k'));
  castInto(diagonal, viewArray(asArray(1, matrix.dtype), diagonal.shape, [0]));
  return matrix;
}

/**
 * The square matrix with ones on the main diagonal.
 *
 * @throws ValueError for a negative size.
 * @example
 * np.identity(2); // [[1. 0.] [0. 1.]]
 */
export function identity(n: number, ...args: Args<{ dtype: DTypeLike | null }, ['dtype']>): NDArray {
  const { dtype } = bind<{ dtype: DTypeLike | null }>('identity', args, ['dtype']);
  return eye(n, { dtype });
}

type DiagArgs = Args<{ k: number }, ['k']>;

/**
 * Of a vector the matrix with it on a diagonal; of a matrix a read-only view of a diagonal.
 *
 * @throws ValueError for other numbers of axes.
 * @example
 * np.diag([1, 2]); // [[1. 0.] [0. 2.]]
 */
export function diag(v: ArrayLike, ...args: DiagArgs): NDArray {
  const k = integer(bind<{ k: number }>('diag', args, ['k']).k ?? 0, 'k');
  const a = asArray(v);
  if (a.ndim === 2) return diagonalView(a, k, 0, 1);
  if (a.ndim !== 1) throw new ValueError('Input must be 1- or 2-d.');
  const n = a.shape[0] + Math.abs(k);
  const matrix = beside(a, () => zeros([n, n], { dtype: a.dtype }));
  castInto(diagonalOf(matrix, k), a);
  return matrix;
}

/**
 * The matrix with the flattened array on a diagonal.
 *
 * @example
 * np.diagflat([[1, 2]], 1).shape; // [3, 3]
 */
export function diagflat(v: ArrayLike, ...args: DiagArgs): NDArray {
  return diag(ravelArray(asArray(v)), ...args);
}

interface TriOptions {
  M?: number | null;
  k?: number;
  dtype?: DTypeLike | null;
}

/** True on and below the k-th diagonal. */
function lower(rows: number, columns: number, k: number): NDArray {
  const [m, n] = normalizeShape([rows, columns]);
  const first = -Math.max(-m, Math.min(k, n));
  const row = iota(m, 0n, 1n, int32);
  const column = iota(n, BigInt(first), 1n, int32);
  const mask = emptyArray([m, n], bool_);
  return greater_equal(viewArray(row, [m, 1], [4, 0]), column, { out: mask }) as NDArray;
}

/**
 * A matrix with ones on and below a diagonal and zeros above.
 *
 * @throws ValueError for a negative size.
 * @example
 * np.tri(2, 3); // [[1. 0. 0.] [1. 1. 0.]]
 */
export function tri(N: number, ...args: Args<TriOptions, ['M', 'k', 'dtype']>): NDArray {
  const { M = null, k = 0, dtype } = bind<TriOptions>('tri', args, ['M', 'k', 'dtype']);
  return cast(lower(N, M ?? N, integer(k, 'k')), dtype ? toDType(dtype) : float64);
}

function triangle(m: ArrayLike, k: number, keepsLower: boolean): NDArray {
  const given = asArray(m);
  const a = given.ndim === 1 ? viewArray(given, [given.size, given.size], [0, given.strides[0]]) : given;
  if (a.ndim === 0) throw new IndexError('tuple index out of range');
  const [rows, columns] = a.shape.slice(-2);
  const mask = lower(rows, columns, keepsLower ? k : k - 1);
  const result = beside(a, () => zeros(a.shape, { dtype: a.dtype }));
  castWhere(result, a, keepsLower ? mask : (logical_not(mask) as NDArray));
  return result;
}

/**
 * The last two axes with zeros above a diagonal.
 *
 * @example
 * np.tril([[1, 2], [3, 4]]); // [[1. 0.] [3. 4.]]
 */
export function tril(m: ArrayLike, ...args: DiagArgs): NDArray {
  return triangle(m, integer(bind<{ k: number }>('tril', args, ['k']).k ?? 0, 'k'), true);
}

/**
 * The last two axes with zeros below a diagonal.
 *
 * @example
 * np.triu([[1, 2], [3, 4]]); // [[1. 2.] [0. 4.]]
 */
export function triu(m: ArrayLike, ...args: DiagArgs): NDArray {
  return triangle(m, integer(bind<{ k: number }>('triu', args, ['k']).k ?? 0, 'k'), false);
}
