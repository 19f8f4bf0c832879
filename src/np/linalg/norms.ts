/** Norms of vectors and matrices: norm, vector_norm, matrix_norm. */
import { float64, floatPart } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { add as addRow } from '../../ops/ufuncs/arithmetic.ts';
import { transpose } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { real } from '../complex.ts';
import { ravelArray, reshapeArray, squeeze } from '../shape/reshape.ts';
import { moveaxis } from '../shape/transpose.ts';
import { reduceToArray } from '../ufunc/reduce.ts';
import { max, min, sum } from '../statistics/reductions.ts';
import { absolute, conjugate, multiply, not_equal, power, sqrt } from '../ufuncs.ts';
import { prepared } from './arguments.ts';
import { singularValues } from './decompose.ts';

/** The order of a norm: a number, 'fro' (Frobenius) or 'nuc' (nuclear); `null` for the root of the sum of squares. */
export type Order = number | 'fro' | 'f' | 'nuc' | null;

export interface NormOptions {
  ord?: Order;
  /** One axis for norms of vectors, two for norms of matrices; `null` for all. */
  axis?: number | readonly number[] | null;
  keepdims?: boolean;
}

/** Numbers as floats of some precision. */
const inexact = (x: NDArray): NDArray =>
  x.dtype.kind === 'f' || x.dtype.kind === 'c' ? x : cast(x, float64);

const magnitudes = (x: NDArray): NDArray => absolute(x) as NDArray;

/** |x|^2. */
function squares(x: NDArray): NDArray {
  return x.dtype.kind === 'c'
    ? asArray(real(multiply(conjugate(x), x) as NDArray) as ArrayLike)
    : (multiply(x, x) as NDArray);
}

/**
 * The norm of a vector or a matrix, or of those along one or two axes.
 *
 * @param x - numbers; integers count as float64
 * @param ord - of a vector: any number p for the p-th root of the sum of |x|^p, 0 for the count of what is not zero, `Infinity` and
 *   `-Infinity` for the largest and least |x|. Of a matrix: 'fro', 1 or -1 (largest and least sum of a column), `Infinity` or
 *   `-Infinity` (of a row), 'nuc', 2 and -2 (the sum, the largest and the least of the singular values). By default the root of the sum of squares of everything.
 * @param axis - one axis, or two for matrices; without it `x` must have one or two axes, unless there is no `ord`
 * @param keepdims - whether those axes stay, with length 1
 * @returns real, of `x`'s precision; a number if no axis is left
 * @throws ValueError for an `ord` that the norm does not have, or another number of axes; AxisError.
 * @example
 * np.linalg.norm([3, 4]); // 5
 * np.linalg.norm([[1, 2], [3, 4]], { ord: 1, axis: [0, 1] }); // 6
 */
export function norm(x: ArrayLike, ...args: Args<NormOptions, ['ord', 'axis', 'keepdims']>): ArrayOrScalar {
  const { ord = null, axis = null, keepdims = false } = bind<NormOptions>('norm', args, POSITIONAL);
  return normOf(inexact(asArray(x)), ord, axis, Boolean(keepdims));
}

const POSITIONAL = ['ord', 'axis', 'keepdims'] as const;

function normOf(
  x: NDArray,
  ord: Order,
  axis: number | readonly number[] | null,
  keepdims: boolean,
): ArrayOrScalar {
  const isRoot = ord === null || (ord === 2 && x.ndim === 1) || (isFrobenius(ord) && x.ndim === 2);
  if (axis === null && isRoot) return rootOfSquares(x, keepdims);
  const axes = axis === null ? x.shape.map((_, i) => i) : [axis].flat();
  if (axes.length === 1) return vectorNorm(x, ord, normalizeAxis(axes[0], x.ndim), keepdims);
  if (axes.length === 2) {
    const [row, column] = axes.map((one) => normalizeAxis(one, x.ndim));
    if (row === column) throw new ValueError('Duplicate axes given.');
    return matrixNorm(x, ord, row, column, keepdims);
  }
  throw new ValueError('Improper number of dimensions to norm.');
}

const isFrobenius = (ord: Order): boolean => ord === 'fro' || ord === 'f';

/** x to the power 1 / p, whose derivative at 0 counts as 0. */
function root(x: NDArray, p: number): ArrayOrScalar {
  if (tracing.tracer !== null && x.traced) return tracing.tracer.call(ROOT, [x, p]) as ArrayOrScalar;
  return (p === 2 ? sqrt(x) : power(x, inPrecision(x, 1 / p))) as ArrayOrScalar;
}

/** A number rounded to an array's precision. */
const inPrecision = ({ dtype }: NDArray, x: number): NDArray => asArray(x, dtype);

/** The root as a primitive of what it is taken of and which. */
export const ROOT = /* @__PURE__ */ primitive('linalg.norm', root);

/** The root of the sum of the squares of all elements. */
function rootOfSquares(x: NDArray, keepdims: boolean): ArrayOrScalar {
  const { size } = x;
  const flat = x.dtype.kind === 'c' ? null : ravelArray(x, 'K');
  const total =
    flat === null
      ? totalOf(squares(x))
      : contract(reshapeArray(flat, [1, size]), reshapeArray(flat, [size, 1]));
  return root(reshapeArray(total, keepdims ? x.shape.map(() => 1) : []), 2);
}

const totalOf = (x: NDArray): NDArray => reduceToArray(addRow, x, { axis: null });

function vectorNorm(x: NDArray, ord: Order, axis: number, keepdims: boolean): ArrayOrScalar {
  const over = { axis, keepdims };
  if (typeof ord === 'string') throw new ValueError(`Invalid norm order '${ord}' for vectors`);
  if (ord === Infinity) return max(magnitudes(x), { ...over, initial: 0 });
  if (ord === -Infinity) return min(magnitudes(x), over);
  if (ord === 0) return sum(cast(not_equal(x, 0) as NDArray, floatPart(x.dtype)), over);
  if (ord === 1) return sum(magnitudes(x), over);
  const p = ord ?? 2;
  const terms = p === 2 ? squares(x) : (power(magnitudes(x), p) as NDArray);
  return root(reduceToArray(addRow, terms, over), p);
}

/** Which extremum of the sums over which axis the norms of order 1 and infinity are. */
const SUMS = /* @__PURE__ */ new Map<Order, { readonly extremum: typeof max; readonly overRows: boolean }>([
  [1, { extremum: max, overRows: true }],
  [-1, { extremum: min, overRows: true }],
  [Infinity, { extremum: max, overRows: false }],
  [-Infinity, { extremum: min, overRows: false }],
]);

/** The norms that are made of singular values. */
const OF_SINGULAR_VALUES = /* @__PURE__ */ new Map<Order, (values: NDArray) => ArrayOrScalar>([
  [2, (values) => max(values, { axis: -1, initial: 0 })],
  [-2, (values) => min(values, { axis: -1 })],
  ['nuc', (values) => sum(values, { axis: -1 })],
]);

/** Singular values in the precision of the matrices. */
function valuesOf(x: NDArray): NDArray {
  const { operands } = prepared(x);
  return cast(singularValues(operands[0]), floatPart(x.dtype));
}

function matrixNorm(x: NDArray, ord: Order, row: number, column: number, keepdims: boolean): ArrayOrScalar {
  if (ord === null || isFrobenius(ord)) {
    return root(reduceToArray(addRow, squares(x), { axis: [row, column], keepdims }), 2);
  }
  const sums = SUMS.get(ord);
  if (sums) {
    const { extremum, overRows } = sums;
    const [first, second] = overRows ? [row, column] : [column, row];
    const found = reduceToArray(addRow, magnitudes(x), { axis: first, keepdims: true });
    const result = extremum(found, { axis: second, keepdims: true, ...(extremum === max && { initial: 0 }) });
    return keepdims ? result : arrayOrScalar(squeeze(result, { axis: [row, column] }) as NDArray);
  }
  const overValues = OF_SINGULAR_VALUES.get(ord);
  if (overValues) {
    const result = overValues(valuesOf(moveaxis(x, [row, column], [-2, -1])));
    const shape = x.shape.map((n, i) => (i === row || i === column ? 1 : n));
    return keepdims
      ? (reshapeArray(asArray(result as ArrayLike, floatPart(x.dtype)), shape) as ArrayOrScalar)
      : result;
  }
  throw new ValueError('Invalid norm order for matrices.');
}

export interface VectorNormOptions extends NormOptions {
  ord?: number | null;
}

/**
 * The norm of vectors along any axes; `norm` says which there are.
 *
 * @param axis - the axes of each vector; all by default, also where `x` has several
 * @param ord - 2 by default
 * @throws as `norm`
 * @example
 * np.linalg.vector_norm([[3, 0], [0, 4]]); // 5
 */
export function vector_norm(x: ArrayLike, ...args: Args<VectorNormOptions>): ArrayOrScalar {
  const bound = bind<VectorNormOptions>('vector_norm', args, [], ['axis', 'keepdims', 'ord']);
  const { axis = null, keepdims = false, ord = 2 } = bound;
  const a = inexact(asArray(x));
  const axes = normalizeAxes(axis, a.ndim);
  if (axes.length === 1) return normOf(a, ord, axes[0], keepdims);
  const others = a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const rest = others.map((i) => a.shape[i]);
  const joined = reshapeArray(transpose(a, [...axes, ...others]), [
    sizeOf(axes.map((i) => a.shape[i])),
    ...rest,
  ]);
  const found = normOf(joined, ord, 0, false);
  if (!keepdims) return found;
  return reshapeArray(
    asArray(found as ArrayLike, floatPart(a.dtype)),
    a.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  ) as ArrayOrScalar;
}

/**
 * The norm of the matrices of the last two axes; `norm` says which there are.
 *
 * @param ord - 'fro' by default
 * @throws as `norm`
 * @example
 * np.linalg.matrix_norm([[1, 2], [3, 4]], { ord: Infinity }); // 7
 */
export function matrix_norm(x: ArrayLike, ...args: Args<Omit<NormOptions, 'axis'>>): ArrayOrScalar {
  const bound = bind<Omit<NormOptions, 'axis'>>('matrix_norm', args, [], ['keepdims', 'ord']);
  const { keepdims = false, ord = 'fro' } = bound;
  return normOf(inexact(asArray(x)), ord, [-2, -1], keepdims);
}
