/** Joining by index notation: r_, c_. */
import { Complex } from '../../array/complex.ts';
import type { DType, Weak } from '../../array/dtype.ts';
import { resultType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import { Slice } from '../../array/slice.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { parseText } from '../../ops/index/parse.ts';
import { transpose } from '../../ops/views.ts';
import { arange, linspace } from '../creation/ranges.ts';
import { concatenate } from '../shape/join.ts';
import { swapaxes } from '../shape/transpose.ts';
import { rangeOf } from './grids.ts';

/** What is joined: arrays, scalars, slices as ranges (a complex step is a number of points), and texts. */
export type JoinItem = ArrayLike | Slice | string;

/** How the pieces are joined. */
interface Layout {
  readonly axis: number;
  /** The least number of axes that each piece is given. */
  readonly ndmin: number;
  /** Where the axes of a piece go among those that it is given; -1: at the end. */
  readonly trans1d: number;
  /** 'r': the result as a matrix of at least two axes, one axis as a row; 'c': as a column. */
  readonly matrix: 'r' | 'c' | null;
}

const DIRECTIVE = /^\s*([rc]|[+-]?\d+(\s*,\s*[+-]?\d+){0,2})\s*$/;

/** A piece, and how it takes part in promotion. */
interface Piece {
  readonly array: NDArray;
  readonly kind: DType | Weak;
}

function join(layout: Layout, items: readonly JoinItem[]): NDArray {
  const [first, ...rest] = items;
  const directed = typeof first === 'string' && DIRECTIVE.test(first);
  const how = directed ? withDirective(layout, first.trim()) : layout;
  const pieces = (directed ? rest : items).flatMap(expand).map((item) => pieceOf(item, how));
  if (pieces.length === 0) throw new ValueError('need at least one array to concatenate');
  const dtype = resultType(pieces.map((piece) => piece.kind));
  const arrays = pieces.map(({ array }) => withAxes(cast(array, dtype), Math.max(how.ndmin, 1)));
  const joined = concatenate(arrays, how.axis);
  return how.matrix ? asMatrix(joined, how.matrix) : joined;
}

function withDirective(layout: Layout, text: string): Layout {
  if (text === 'r' || text === 'c') return { ...layout, matrix: text };
  const [axis, ndmin = layout.ndmin, trans1d = layout.trans1d] = text.split(',').map(Number);
  return { ...layout, axis, ndmin, trans1d };
}

/** The items that a text stands for: slices and numbers. */
function expand(item: JoinItem): (ArrayLike | Slice)[] {
  if (typeof item !== 'string') return [item];
  return parseText(item).map((part) => {
    if (part instanceof Slice || typeof part === 'number' || part instanceof Complex) return part;
    throw new ValueError(`'${item}' is no range, and special directives must be the first entry.`);
  });
}

function pieceOf(item: ArrayLike | Slice, { ndmin, trans1d }: Layout): Piece {
  if (isScalar(item)) {
    const kind = weakKind(item);
    return { array: kind === 'int' ? asArray(BigInt(item as number | bigint)) : asArray(item), kind };
  }
  if (item instanceof Slice) {
    const range = withAxes(rangeArray(item), ndmin);
    return { array: trans1d !== -1 && ndmin > 1 ? swapaxes(range, -1, trans1d) : range, kind: range.dtype };
  }
  const array = asArray(item);
  return { array: placed(array, ndmin, trans1d), kind: array.dtype };
}

function rangeArray(slice: Slice): NDArray {
  const { start, stop, step, points } = rangeOf(slice);
  return points === null ? arange(start, stop, step) : linspace(start, stop, { num: points });
}

/** `a` with axes of length 1 in front until there are `ndmin`. */
function withAxes(a: NDArray, ndmin: number): NDArray {
  const missing = Math.max(0, ndmin - a.ndim);
  if (missing === 0) return a;
  const ones = new Array<number>(missing).fill(1);
  return viewArray(a, [...ones, ...a.shape], [...ones.map(() => a.itemsize), ...a.strides]);
}

/** `a` with `ndmin` axes, its own ones from position `trans1d` on. */
function placed(a: NDArray, ndmin: number, trans1d: number): NDArray {
  const given = withAxes(a, ndmin);
  if (trans1d === -1 || a.ndim >= ndmin) return given;
  const added = ndmin - a.ndim;
  const at = trans1d < 0 ? trans1d + added + 1 : trans1d;
  const axes = given.shape.map((_, i) => i);
  return transpose(given, [...axes.slice(0, at), ...axes.slice(added), ...axes.slice(at, added)]);
}

/** At least two axes: one axis as a row, or as a column. */
function asMatrix(a: NDArray, form: 'r' | 'c'): NDArray {
  const matrix = withAxes(a, 2);
  return a.ndim === 1 && form === 'c' ? transpose(matrix, [1, 0]) : matrix;
}

/**
 * Joins along the first axis: `np.r_.get(a, 0, '1:4')`. A text at the beginning may say how: `'axis'`, `'axis,ndmin'`,
 * `'axis,ndmin,trans1d'`, or `'r'` and `'c'` for a row or column matrix.
 *
 * @example
 * np.r_.get([1, 2], 0, '3:6'); // [1. 2. 0. 3. 4. 5.]
 */
export const r_ = {
  /** @throws ValueError if the pieces do not fit. */
  get(...items: JoinItem[]): NDArray {
    return join({ axis: 0, ndmin: 1, trans1d: -1, matrix: null }, items);
  },
};

/**
 * Joins along the last axis, arrays of one axis as columns: `np.c_.get(a, b)`.
 *
 * @example
 * np.c_.get([1, 2], [3, 4]); // [[1. 3.] [2. 4.]]
 */
export const c_ = {
  /** @throws ValueError if the pieces do not fit. */
  get(...items: JoinItem[]): NDArray {
    return join({ axis: -1, ndmin: 2, trans1d: 0, matrix: null }, items);
  },
};
