/** Memory that only a derivative needs: given back when the tape is through with it, long before the garbage collector finds it. */
import { NDArray } from '../array/ndarray.ts';
import type { Storage } from '../array/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { batched } from './batched.ts';

/**
 * Gives memory back that nobody else knows: at once, or, if `y` is recorded, after the backward pass that releases it.
 *
 * @param y - what was computed with it
 */
export function leave(storage: Storage, y: unknown): void {
  if (batched.live !== null || !(y instanceof NDArray) || y.storage === storage || storage.claimed) return;
  const node = y instanceof Tensor ? y.node : null;
  if (node === null) storage.dispose();
  else (node.leftovers ??= []).push(storage);
}
