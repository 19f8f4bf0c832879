/** Counting integers of arrays on a device, the largest of which has to be waited for. */
import { ValueError } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { constantly } from '../indexing/async.ts';
import { stack } from '../shape/join.ts';
import { max, min } from '../statistics/reductions.ts';
import type { BincountOptions } from './bincount.ts';
import { bincount, countAt, lengthFor, placesOf, requireMinlength } from './bincount.ts';

/**
 * `np.bincount`, also for tensors on a GPU: how often each integer from 0 on occurs. Only the extremes are read.
 *
 * @param x - a 1-d array of integers that are not negative
 * @param options - `weights` (of `x`'s length), `minlength` (0)
 * @returns int64, on a GPU int32; with weights float64, on a GPU the weights' dtype
 * @throws what `np.bincount` throws.
 * @example
 * await np.bincountAsync([0, 1, 1, 3]); // [1 2 0 1]
 */
export async function bincountAsync(x: ArrayLike, options: BincountOptions = {}): Promise<NDArray> {
  const a = asArray(x);
  const { remote } = a.storage;
  if (remote === null) return bincount(a, options);
  const { weights = null, minlength = 0 } = options;
  const addends = weights === null ? null : asArray(weights);
  requireMinlength(minlength);
  if (addends !== null && !sameShape(addends.shape, a.shape))
    throw new ValueError("The weights and list don't have the same length.");
  const places = constantly(placesOf, a);
  if (a.size === 0) return constantly(countAt, places, minlength, addends);
  const ends = await remote.home.read(constantly(endsOf, places));
  const [lowest, highest] = ends.tolist() as number[];
  return constantly(countAt, places, lengthFor(lowest, highest, minlength), addends);
}

const endsOf = (places: NDArray): NDArray => stack([min(places), max(places)] as ArrayLike[]);
