/** Norms of vectors, differentiable where they are zero too. */
import type { NDArray } from '../../array/ndarray.ts';
import { where } from '../../np/indexing/choose.ts';
import { max, min, sum } from '../../np/statistics/reductions.ts';
import * as np from '../../np/ufuncs.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import { cast } from '../../ops/cast.ts';
import { root } from '../../ops/ufuncs/activations.ts';

/** The p-norm along an axis, with a gradient of zero where it is zero. */
export function normOf(x: NDArray, p: number, axis: number, keepdims: boolean): NDArray {
  const options = { axis, keepdims };
  const size = (): NDArray => np.absolute(x) as NDArray;
  if (p === 2) return callUFunc(root, [sum(np.multiply(x, x) as NDArray, options)]) as NDArray;
  if (p === 1) return sum(size(), options) as NDArray;
  if (p === 0) return sum(cast(np.not_equal(x, 0) as NDArray, x.dtype), options) as NDArray;
  if (p === Infinity) return max(size(), options) as NDArray;
  if (p === -Infinity) return min(size(), options) as NDArray;
  const powers = sum(powerOf(size(), p), options) as NDArray;
  return powerOf(powers, 1 / p);
}

/** x to a power, for x not below zero; with a gradient of zero at zero. */
function powerOf(x: NDArray, p: number): NDArray {
  const isZero = np.equal(x, 0) as NDArray;
  return where(isZero, p < 0 ? Infinity : 0, np.power(where(isZero, 1, x), p));
}
