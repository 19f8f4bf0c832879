/** Diagonals: diagonal, fill_diagonal, diag_indices, diag_indices_from. */
import { int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { cycled } from '../../ops/cycle.ts';
import { requireWriteable } from '../../ops/index/set.ts';
import { iota } from '../../ops/iota.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { flattened, indicesFor, requireNDArray } from './arguments.ts';

export interface DiagonalOptions {
  /** Which diagonal: positive ones lie above the main one. */
  offset?: number;
  axis1?: number;
  axis2?: number;
}

/**
 * A diagonal of every matrix that two axes make, as a read-only view.
 *
 * @param a - at least two axes
 * @returns `a`'s other axes, then the diagonal
 * @throws ValueError for fewer axes or twice the same one; AxisError.
 * @example
 * np.diagonal([[1, 2], [3, 4]]); // [1. 4.]
 */
export function diagonal(
  a: ArrayLike,
  ...args: Args<DiagonalOptions, ['offset', 'axis1', 'axis2']>
): NDArray {
  const options = bind<DiagonalOptions>('diagonal', args, ['offset', 'axis1', 'axis2']);
  return diagonalOf(asArray(a), options.offset ?? 0, options.axis1 ?? 0, options.axis2 ?? 1);
}

/** `diagonal` with parsed arguments. */
export function diagonalOf(a: NDArray, offset: number, axis1: number, axis2: number): NDArray {
  if (a.ndim < 2) throw new ValueError('diag requires an array of at least two dimensions');
  if (!Number.isInteger(offset)) throw new TypeError(`'${offset}' cannot be interpreted as an integer`);
  const [row, column] = [normalizeAxis(axis1, a.ndim), normalizeAxis(axis2, a.ndim)];
  if (row === column) throw new ValueError('axis1 and axis2 cannot be the same');
  const [skippedRows, skippedColumns] = offset < 0 ? [-offset, 0] : [0, offset];
  const length = Math.max(0, Math.min(a.shape[row] - skippedRows, a.shape[column] - skippedColumns));
  const start = length === 0 ? 0 : skippedRows * a.strides[row] + skippedColumns * a.strides[column];
  const others = (_: number, axis: number): boolean => axis !== row && axis !== column;
  return viewArray(
    a,
    [...a.shape.filter(others), length],
    [...a.strides.filter(others), a.strides[row] + a.strides[column]],
    a.offset + start,
    a.dtype,
    false,
  );
}

/**
 * Writes values on the main diagonal, in place; they are repeated if there are too few.
 *
 * @param a - at least two axes; of more than two, all must be equally long
 * @param val - the values
 * @param wrap - in a tall matrix, go on below with another diagonal after one row
 * @throws ValueError for other shapes, or a read-only array.
 * @example
 * const a = np.zeros([3, 3]);
 * np.fill_diagonal(a, 5);
 */
export function fill_diagonal(a: NDArray, val: ArrayLike, ...args: Args<{ wrap: boolean }, ['wrap']>): void {
  const { wrap = false } = bind<{ wrap: boolean }>('fill_diagonal', args, ['wrap']);
  requireNDArray('fill_diagonal', a);
  const parts = diagonalParts(a, wrap);
  requireWriteable(a);
  const given = Array.isArray(val) || !(typeof val === 'object') ? asArray(val, a.dtype) : asArray(val);
  const values = flattened(cast(given, a.dtype));
  const total = parts.reduce((sum, part) => sum + part.size, 0);
  if (total === 0) return;
  if (values.size === 0) throw new ValueError('cannot assign an empty array to the diagonal');
  const source = cycled(values, total);
  let done = 0;
  for (const part of parts) {
    castInto(part, viewArray(source, part.shape, source.strides, source.offset + done * source.strides[0]));
    done += part.size;
  }
}

/** The main diagonal in pieces that are views. */
function diagonalParts(a: NDArray, wrap: boolean): NDArray[] {
  if (a.ndim < 2) throw new ValueError('array must be at least 2-d');
  const [rows, columns] = a.shape;
  const step = a.strides.reduce((sum, s) => sum + s, 0);
  const piece = (row: number): NDArray =>
    viewArray(a, [Math.min(columns, rows - row)], [step], a.offset + row * a.strides[0]);
  if (a.ndim > 2) {
    if (a.shape.some((n) => n !== rows))
      throw new ValueError('All dimensions of input must be of equal length');
    return [piece(0)];
  }
  const starts = wrap && columns > 0 ? Math.ceil(rows / (columns + 1)) : Math.min(rows, 1);
  return Array.from({ length: starts }, (_, i) => piece(i * (columns + 1)));
}

/**
 * The index of the main diagonal of an array of `ndim` axes of length `n`.
 *
 * @example
 * np.diag_indices(3); // [array([0, 1, 2]), array([0, 1, 2])]
 */
export function diag_indices(n: number, ...args: Args<{ ndim: number }, ['ndim']>): NDArray<'int64'>[] {
  const { ndim = 2 } = bind<{ ndim: number }>('diag_indices', args, ['ndim']);
  if (!Number.isInteger(n) || !Number.isInteger(ndim)) throw new TypeError('diag_indices() takes integers');
  const along = iota(Math.max(n, 0), 0, 1, int64);
  return new Array<NDArray<'int64'>>(Math.max(ndim, 0)).fill(along);
}

/**
 * The index of the main diagonal of an array whose axes are equally long.
 *
 * @throws ValueError for fewer than two axes, or axes of different lengths.
 * @example
 * np.diag_indices_from(np.zeros([2, 2])); // [array([0, 1]), array([0, 1])]
 */
export function diag_indices_from(arr: ArrayLike): NDArray<'int64'>[] {
  const { shape } = asArray(arr);
  if (shape.length < 2) throw new ValueError('input array must be at least 2-d');
  if (shape.some((n) => n !== shape[0]))
    throw new ValueError('All dimensions of input must be of equal length');
  return indicesFor(arr, diag_indices(shape[0], shape.length));
}
