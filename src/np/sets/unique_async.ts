/** The distinct elements of arrays on a device, whose number has to be waited for. */
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { getIndex } from '../../ops/index/get.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { argsortAxis } from '../../ops/sort.ts';
import { isKeywords, requireKnown } from '../args.ts';
import { constantly, flatnonzeroAsync } from '../indexing/async.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray } from '../shape/reshape.ts';
import { part } from '../sorting/part.ts';
import { subtract } from '../ufuncs.ts';
import type { UniqueOptions } from './unique.ts';
import { differsFromBefore, inverseOf, sortedCopy, unique } from './unique.ts';

export type UniqueAsyncOptions = Omit<UniqueOptions, 'axis' | 'sorted'>;

const KEYWORDS = ['return_index', 'return_inverse', 'return_counts', 'equal_nan'];

/**
 * `np.unique` of the flattened array, also for tensors on a GPU: the distinct elements, sorted; NaN is one value and last.
 *
 * @param ar - an array of any shape
 * @param options - `return_index`, `return_inverse`, `return_counts`, `equal_nan` (true)
 * @returns the values, or a list of the values and what else was asked for: the first occurrences, the inverse in `ar`'s shape and the
 *   counts, all int64, on a GPU int32
 * @throws TypeError for another option.
 * @example
 * await np.uniqueAsync([3, 1, 3]); // [1. 3.]
 */
export async function uniqueAsync(
  ar: ArrayLike,
  options: UniqueAsyncOptions = {},
): Promise<NDArray | NDArray[]> {
  requireOptions(options);
  const a = asArray(ar);
  if (a.storage.remote === null) return unique(a, options) as NDArray | NDArray[];
  const { return_index, return_inverse, return_counts, equal_nan = true } = options;
  const flat = constantly(ravelArray, a);
  const order = return_index || return_inverse ? constantly(argsortAxis, flat, 0) : null;
  const sorted = order ? constantly(chosen, flat, order) : constantly(sortedCopy, flat);
  const first = constantly(differsFromBefore, sorted, equal_nan);
  const starts = await flatnonzeroAsync(first);
  const found = [constantly(chosen, sorted, starts)];
  if (return_index) found.push(constantly(chosen, order!, starts));
  if (return_inverse) found.push(constantly(inverseOf, first, order!, a.shape));
  if (return_counts) found.push(constantly(lengthsOf, starts, a.size));
  return found.length === 1 ? found[0] : found;
}

/** @throws TypeError for options that there are not. */
function requireOptions(options: unknown): void {
  if (!isKeywords(options)) throw new TypeError('uniqueAsync() takes an array and an object of options');
  requireKnown('uniqueAsync', options, KEYWORDS);
}

const chosen = (a: NDArray, indices: NDArray): NDArray => getIndex(a, [indices]) as NDArray;

/** From where each run starts, how long it is. */
function lengthsOf(starts: NDArray, end: number): NDArray {
  if (starts.size === 0) return starts;
  const ends = concatenate([part(starts, 1), asArray([BigInt(end)], indexDType(starts))]);
  return subtract(ends, starts) as NDArray;
}
