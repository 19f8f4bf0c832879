/** Looking at values while derivatives are computed. */
import type { NDArray } from '../array/ndarray.ts';
import { any } from '../np/statistics/reductions.ts';
import { onPlainArrays } from '../tensor/modes.ts';

/** Whether a mask is false everywhere. */
export function isEmpty(mask: NDArray): boolean {
  return !onPlainArrays(() => Number(any(mask)));
}
