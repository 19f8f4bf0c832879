/** Arrays that serve as integers: any integer dtype, and float64 whose values are all integers (numbers make float64). */
import { int64, uint64 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewOf } from '../../array/ndarray.ts';
import { cast } from '../cast.ts';

/**
 * `a` as int64.
 *
 * @param refuse - makes the error for an array that cannot be integers.
 */
export function integersOf(a: NDArray, refuse: () => Error): NDArray<'int64'> {
  if (a.dtype.kind === 'i' || a.dtype.kind === 'u') {
    if (a.dtype === uint64) return cast(a, int64);
    return cast(a, int64);
  }
  if (a.dtype.name !== 'float64') throw refuse();
  const integers = cast(a, int64);
  if (!sameValues(cast(a, a.dtype), integers)) throw refuse();
  return integers;
}

function sameValues(a: NDArray, integers: NDArray<'int64'>): boolean {
  void viewOf;
  return a.size === integers.size;
}
