/** Counting small integers. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { canCast, float64, int64 } from '../../array/dtype.ts';
import { RuntimeError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, isRemote, narrowArray, there } from '../../ops/given.ts';
import { indexDType, integersOf } from '../../ops/index/integers.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { zeros } from '../creation/filled.ts';
import { max, min } from '../statistics/reductions.ts';
import { add } from '../ufuncs.ts';
import { requireVector } from './search.ts';

export interface BincountOptions {
  /** What each element adds to its count; 1 by default. */
  weights?: ArrayLike | null;
  /** The least number of counts. */
  minlength?: number;
}

/**
 * How often each integer from 0 on occurs.
 *
 * @param x - a 1-d array of integers that are not negative.
 * @param args - `weights` (of `x`'s length), `minlength` (0).
 * @returns int64; float64 with weights, summed in the order of the elements.
 * @throws ValueError for negative elements, another length of the weights, or an array that is not 1-d; TypeError for elements that
 *   are no integers, or complex weights; RuntimeError for an array of a GPU, where `bincountAsync` counts.
 * @example
 * np.bincount([0, 1, 1, 3]); // [1 2 0 1]
 */
export function bincount(x: ArrayLike, ...args: Args<BincountOptions, ['weights', 'minlength']>): NDArray {
  if (isTraced([x, ...args])) return asConstant(bincount, x, ...args);
  const { weights = null, minlength = 0 } = bind<BincountOptions>('bincount', args, ['weights', 'minlength']);
  const a = asArray(x);
  const places = placesOf(a);
  requireMinlength(minlength);
  const addends = weightsFor(places, weights);
  if (isRemote(a)) {
    throw new RuntimeError(
      `how many counts there are is known on '${a.storage.remote!.home.name}' only: use await np.bincountAsync`,
    );
  }
  if (places.size === 0) return zeros(minlength, addends ? float64 : int64);
  return countAt(places, lengthFor(Number(min(places)), Number(max(places)), minlength), addends);
}

/** The elements as indices. */
export function placesOf(a: NDArray): NDArray {
  requireVector(a);
  return a.dtype.kind === 'b' ? cast(a, indexDType(a)) : integersOf(a, () => unsafe(a));
}

export function requireMinlength(minlength: number): void {
  if (!Number.isInteger(minlength)) {
    throw new TypeError(`'${String(minlength)}' object cannot be interpreted as an integer`);
  }
  if (minlength < 0) throw new ValueError("'minlength' must not be negative");
}

/** How many counts there are for elements from `lowest` to `highest`. */
export function lengthFor(lowest: number, highest: number, minlength: number): number {
  if (lowest < 0) throw new ValueError("'list' argument must have no negative elements");
  return Math.max(highest + 1, minlength);
}

/**
 * What is added for each place: null for ones.
 *
 * @throws ValueError for another length; TypeError for complex weights.
 */
export function weightsFor(places: NDArray, given: ArrayLike | null): NDArray | null {
  if (given === null) return null;
  const weights = isRemote(places) ? there(narrowArray(given)) : asArray(given);
  requireVector(weights);
  if (!canCast(weights.dtype, float64)) throw unsafe(weights, 'float64');
  if (weights.size !== places.size) throw new ValueError("The weights and list don't have the same length.");
  return cast(weights, doubleOn(isRemote(places)));
}

const unsafe = ({ dtype }: NDArray, to = 'int64'): TypeError =>
  new TypeError(
    `Cannot cast array data from dtype('${dtype.name}') to dtype('${to}') according to the rule 'safe'`,
  );

/** The number of times, or the sum of addends, of each place below `length`. */
export function countAt(places: NDArray, length: number, addends: NDArray | null): NDArray {
  const result = zeros(length, addends ? addends.dtype : indexDType(places));
  add.at(result, places, addends ?? 1);
  return result;
}
