/** Arrays of an optimizer's state as they are saved. */
import type { NDArray } from '../array/ndarray.ts';
import { copyOf } from '../ops/cast.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import { wrap } from '../tensor/tensor.ts';

/** A copy of a state array. What lies on a GPU is a tensor, which has the methods to read it. */
export function savedArray(a: NDArray): NDArray {
  const copy = onPlainArrays(() => copyOf(a, a.dtype));
  return a.storage.remote === null ? copy : wrap(copy);
}
