/** Sets all elements to one value. */
import type { Scalar } from '../array/element.ts';
import { writeElement } from '../array/element.ts';
import type { NDArray } from '../array/ndarray.ts';
import { clearBytes, moveBytes } from './move.ts';

/** What is copied at a time: it stays in the cache. */
const PIECE = 32768;

/**
 * Sets all elements of a dense array in this machine's memory: one, which is then copied in ever larger pieces.
 *
 * @param value - as the array's dtype holds it
 */
export function fillDense({ storage, dtype, offset, nbytes }: NDArray, value: Scalar): void {
  if (nbytes === 0) return;
  if (Object.is(value, 0)) {
    clearBytes(storage, offset, nbytes);
    return;
  }
  writeElement(storage.views, dtype.element, offset, value);
  let copied = dtype.itemsize;
  for (let done = copied; done < nbytes; done += copied) {
    copied = Math.min(done, PIECE, nbytes - done);
    moveBytes(storage, offset + done, storage, offset, copied);
  }
}
