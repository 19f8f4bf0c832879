/** `ufunc.outer`: every pair, by broadcasting one operand's axes before the other's. */
import { ValueError } from '../../array/errors.ts';
import { NDArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import type { UFuncOptions } from './call.ts';
import { callUFunc } from './call.ts';

/** Applies `row` to all pairs: the result's shape is `a.shape` followed by `b.shape`. */
export function outer(row: UFuncRow, a: ArrayLike, b: ArrayLike, options: UFuncOptions = {}): NDArray {
  if (row.nin !== 2) throw new ValueError('outer product only supported for binary functions');
  const left = isScalar(a) ? a : asArray(a);
  const right = isScalar(b) ? b : asArray(b);
  const trailing = right instanceof NDArray ? right.ndim : 0;
  return callUFunc(row, [left instanceof NDArray ? spread(left, trailing) : left, right, options]) as NDArray;
}

/** `a` with `axes` axes of length 1 behind its own. */
function spread(a: NDArray, axes: number): NDArray {
  const ones = new Array<number>(axes).fill(1);
  return viewArray(a, [...a.shape, ...ones], [...a.strides, ...ones.map(() => a.itemsize)]);
}
