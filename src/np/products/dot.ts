/** Products of vectors and matrices that sum over one axis or several: dot, vdot, inner, outer, tensordot, kron, trace. */
import type { DTypeLike } from '../../array/dtype.ts';
import { promote } from '../../array/dtype.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape, sizeOf } from '../../array/layout.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { diagonalView, transpose } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { sum } from '../statistics/reductions.ts';
import { add, conjugate, multiply } from '../ufuncs.ts';

type OutArgs = Args<{ out: NDArray | null }, ['out']>;

/**
 * The dot product: of vectors their inner product, of matrices the matrix product, with a scalar the product; otherwise the sum
 * over the last axis of `a` and the last but one of `b`.
 *
 * @param out - must have exactly the result's dtype and shape, in C order.
 * @throws ValueError if those axes differ in length or `out` does not fit.
 * @example
 * np.dot([1, 2], [3, 4]); // 11
 */
export function dot(a: ArrayLike, b: ArrayLike, ...args: OutArgs): ArrayOrScalar {
  const { out = null } = bind<{ out: NDArray | null }>('dot', args, ['out']);
  if (isScalar(a) || isScalar(b)) return toOut(multiply(a, b) as ArrayOrScalar, out);
  const [x, y] = [asArray(a), asArray(b)];
  if (x.ndim === 0 || y.ndim === 0) return toOut(sumOfOne(multiply(x, y) as ArrayOrScalar), out);
  const overB = Math.max(y.ndim - 2, 0);
  if (x.shape[x.ndim - 1] !== y.shape[overB]) {
    throw new ValueError(
      `shapes ${shapeText(x.shape)} and ${shapeText(y.shape)} not aligned: ${x.shape[x.ndim - 1]} (dim ${x.ndim - 1}) != ${y.shape[overB]} (dim ${overB})`,
    );
  }
  return toOut(contractAxes(x, [x.ndim - 1], y, [overB]), out);
}

/** A product as a sum of one term: zero is +0. */
function sumOfOne(product: ArrayOrScalar): ArrayOrScalar {
  const { kind } = asArray(product as ArrayLike).dtype;
  return kind === 'f' || kind === 'c' ? (add(product as ArrayLike, 0) as ArrayOrScalar) : product;
}

function toOut(result: ArrayOrScalar, out: NDArray | null): ArrayOrScalar {
  if (!out) return result;
  const array = asArray(result as ArrayLike);
  if (
    !sameShape(out.shape, array.shape) ||
    !out.cContiguous ||
    (!isScalar(result) && out.dtype !== array.dtype)
  ) {
    throw new ValueError(
      'output array is not acceptable (must have the right datatype, number of dimensions, and be a C-Array)',
    );
  }
  if (!out.writeable) throw new ValueError('output array is read-only');
  castInto(out, array);
  return out as ArrayOrScalar;
}

/** The sum of products over the given axes; the result has the other axes of `a`, then those of `b`. */
function contractAxes(
  a: NDArray,
  axesA: readonly number[],
  b: NDArray,
  axesB: readonly number[],
): ArrayOrScalar {
  const dtype = promote(a.dtype, b.dtype);
  if (a.ndim === 2 && b.ndim === 2 && axesA[0] === 1 && axesB[0] === 0 && axesA.length === 1) {
    return contract(cast(a, dtype), cast(b, dtype)) as ArrayOrScalar;
  }
  const freeA = others(a, axesA);
  const freeB = others(b, axesB);
  const k = sizeOf(axesA.map((i) => a.shape[i]));
  const left = asMatrix(cast(a, dtype), freeA, axesA, k);
  const right = asMatrix(cast(b, dtype), axesB, freeB, undefined, k);
  const shape = [...freeA.map((i) => a.shape[i]), ...freeB.map((i) => b.shape[i])];
  const result = reshapeArray(contract(left, right), shape);
  return arrayOrScalar(result);
}

function others(a: NDArray, axes: readonly number[]): number[] {
  return a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
}

/** `rows` axes as one, `columns` axes as one. */
function asMatrix(
  a: NDArray,
  rows: readonly number[],
  columns: readonly number[],
  n?: number,
  m?: number,
): NDArray {
  const moved = transpose(a, [...rows, ...columns]);
  const height = m ?? sizeOf(rows.map((i) => a.shape[i]));
  const width = n ?? sizeOf(columns.map((i) => a.shape[i]));
  return reshapeArray(moved, [height, width]);
}

/**
 * The dot product of two vectors, the first conjugated; other arrays are flattened.
 *
 * @throws ValueError if they differ in size.
 * @example
 * np.vdot([1, 2], [3, 4]); // 11
 */
export function vdot(a: ArrayLike, b: ArrayLike): ArrayOrScalar {
  const [x, y] = [asArray(a), asArray(b)];
  const flat = reshapeArray(x, [x.size]);
  return dot(x.dtype.kind === 'c' ? (conjugate(flat) as NDArray) : flat, reshapeArray(y, [y.size]));
}

/**
 * The sum of products over the last axes.
 *
 * @throws ValueError if the last axes differ in length.
 * @example
 * np.inner([[1, 2], [3, 4]], [1, 1]); // [3. 7.]
 */
export function inner(a: ArrayLike, b: ArrayLike): ArrayOrScalar {
  const [x, y] = [asArray(a), asArray(b)];
  if (x.ndim === 0 || y.ndim === 0) return multiply(a, b) as ArrayOrScalar;
  if (x.shape[x.ndim - 1] !== y.shape[y.ndim - 1]) {
    throw new ValueError(
      `shapes ${shapeText(x.shape)} and ${shapeText(y.shape)} not aligned: ${x.shape[x.ndim - 1]} (dim ${x.ndim - 1}) != ${y.shape[y.ndim - 1]} (dim ${y.ndim - 1})`,
    );
  }
  return contractAxes(x, [x.ndim - 1], y, [y.ndim - 1]);
}

/**
 * Every product of an element of `a` and one of `b`, both flattened.
 *
 * @throws ValueError for an `out` of another shape.
 * @example
 * np.outer([1, 2], [3, 4]); // [[3. 4.] [6. 8.]]
 */
export function outer(a: ArrayLike, b: ArrayLike, ...args: OutArgs): NDArray {
  const { out = null } = bind<{ out: NDArray | null }>('outer', args, ['out']);
  const [x, y] = [asArray(a), asArray(b)];
  return multiply(reshapeArray(x, [x.size, 1]), reshapeArray(y, [1, y.size]), { out }) as NDArray;
}

/** How many last axes of `a` and first axes of `b` to sum over, or which. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

/**
 * The sum of products over several axes.
 *
 * @param axes - a number N for the last N axes of `a` and the first N of `b` (2 by default), or the axes of each.
 * @throws ValueError if those axes do not match; AxisError.
 * @example
 * np.tensordot(np.ones([3, 4, 5]), np.ones([4, 3, 2]), [[1, 0], [0, 1]]).shape; // [5, 2]
 */
export function tensordot(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Args<{ axes: TensordotAxes }, ['axes']>
): ArrayOrScalar {
  const { axes = 2 } = bind<{ axes: TensordotAxes }>('tensordot', args, ['axes']);
  const [x, y] = [asArray(a), asArray(b)];
  const [first, second] = typeof axes === 'number' ? lastAndFirst(axes) : axes;
  const overX = (typeof first === 'number' ? [first] : first).map((i) => normalizeAxis(i, x.ndim));
  const overY = (typeof second === 'number' ? [second] : second).map((i) => normalizeAxis(i, y.ndim));
  if (overX.length !== overY.length || overX.some((axis, i) => x.shape[axis] !== y.shape[overY[i]])) {
    throw new ValueError('shape-mismatch for sum');
  }
  if (new Set(overX).size !== overX.length || new Set(overY).size !== overY.length) {
    throw new ValueError('repeated axis in tensordot');
  }
  return asArray(contractAxes(x, overX, y, overY) as ArrayLike, promote(x.dtype, y.dtype)) as ArrayOrScalar;
}

function lastAndFirst(n: number): [number[], number[]] {
  if (!Number.isInteger(n)) throw new TypeError(`axes must be an integer or two lists, got ${n}`);
  const count = Math.max(n, 0);
  return [Array.from({ length: count }, (_, i) => i - count), Array.from({ length: count }, (_, i) => i)];
}

/**
 * The Kronecker product: blocks of the second array scaled by the elements of the first.
 *
 * @example
 * np.kron([1, 10], [1, 2, 3]); // [ 1.  2.  3. 10. 20. 30.]
 */
export function kron(a: ArrayLike, b: ArrayLike): ArrayOrScalar {
  const [x, y] = [asArray(a), asArray(b)];
  if (x.ndim === 0 || y.ndim === 0) return multiply(a, b) as ArrayOrScalar;
  const ndim = Math.max(x.ndim, y.ndim);
  const padded = (z: NDArray): number[] => [...new Array<number>(ndim - z.ndim).fill(1), ...z.shape];
  const [shapeX, shapeY] = [padded(x), padded(y)];
  const left = reshapeArray(
    x,
    shapeX.flatMap((n) => [n, 1]),
  );
  const right = reshapeArray(
    y,
    shapeY.flatMap((n) => [1, n]),
  );
  return reshapeArray(
    multiply(left, right) as NDArray,
    shapeX.map((n, i) => n * shapeY[i]),
  ) as ArrayOrScalar;
}

export interface TraceOptions {
  offset?: number;
  axis1?: number;
  axis2?: number;
  dtype?: DTypeLike | null;
  out?: NDArray | null;
}

/**
 * The sum along a diagonal of two axes.
 *
 * @throws ValueError for fewer than two axes or equal ones; AxisError.
 * @example
 * np.trace([[1, 2], [3, 4]]); // 5
 */
export function trace(
  a: ArrayLike,
  ...args: Args<TraceOptions, ['offset', 'axis1', 'axis2', 'dtype', 'out']>
): ArrayOrScalar {
  const positional = ['offset', 'axis1', 'axis2', 'dtype', 'out'] as const;
  const { offset = 0, axis1 = 0, axis2 = 1, dtype, out } = bind<TraceOptions>('trace', args, positional);
  const x = asArray(a);
  if (x.ndim < 2) throw new ValueError('diag requires an array of at least two dimensions');
  const [first, second] = [normalizeAxis(axis1, x.ndim), normalizeAxis(axis2, x.ndim)];
  if (first === second) throw new ValueError('axis1 and axis2 cannot be the same');
  return sum(diagonalView(x, offset, first, second), { axis: -1, dtype, out });
}
