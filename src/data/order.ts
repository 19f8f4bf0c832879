/** Lists of indices as JavaScript numbers. */
import type { NDArray } from '../array/ndarray.ts';
import { scalarAt } from '../array/ndarray.ts';

/** The elements of a vector of integers. */
export function numbersOf(indices: NDArray): number[] {
  const { size, offset, strides } = indices;
  return Array.from({ length: size }, (_, i) => Number(scalarAt(indices, offset + i * strides[0])));
}
