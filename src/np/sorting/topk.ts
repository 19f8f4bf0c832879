/** The largest or smallest elements of an axis. */
import { RuntimeError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { take_along_axis } from '../indexing/take.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { flip } from '../shape/rearrange.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { argpartition } from './partition.ts';
import { argsort } from './sort.ts';

export interface TopKOptions {
  axis?: number;
  /** The largest elements; otherwise the smallest. */
  largest?: boolean;
  /** The best first; otherwise in any order. */
  sorted?: boolean;
}

export type TopKArgs = Args<TopKOptions, ['axis', 'largest', 'sorted']>;

/** What `topk` gives: a list of both, each of which has its name as well. */
export type TopK = Named<{
  /** The elements, `k` of them along the axis. */
  values: NDArray;
  /** Where they are on the axis: int64, or int32 on a GPU. */
  indices: NDArray<'int64'>;
}>;

/**
 * The `k` largest or smallest elements along an axis and where they are, as PyTorch has it: NaN is greater than any number. Which of equal
 * elements are taken, and in which order, is not defined.
 *
 * The elements are selected, and only they are sorted: on average n + k log k steps for n elements. Their gradients go where they were.
 *
 * @param a - an array of any dtype; one without axes counts as one of one element
 * @param k - how many, from 0 to the axis's length
 * @param args - `axis` (-1), `largest` (true), `sorted` (true)
 * @throws RuntimeError for another `k`, TypeError for one that is no integer; AxisError.
 * @example
 * const { values, indices } = np.topk([3, 1, 4, 1, 5], 2);
 * values; // [5. 4.]
 * indices; // [4 2]
 */
export function topk(a: ArrayLike, k: number, ...args: TopKArgs): TopK {
  const options = bind<TopKOptions>('topk', args, ['axis', 'largest', 'sorted']);
  const { axis = -1, largest = true, sorted = true } = options;
  if (!Number.isInteger(k)) throw new TypeError(`topk: k must be an integer, not ${String(k)}`);
  const given = asArray(a);
  const x = given.ndim === 0 ? reshapeArray(given, [1]) : given;
  const along = normalizeAxis(axis, x.ndim);
  const n = x.shape[along];
  if (k < 0 || k > n) throw new RuntimeError(`selected index k out of range: ${k} of ${n} elements`);
  let indices = selected(x, k, along, largest);
  let values = take_along_axis(x, indices, along);
  if (sorted && k > 1) {
    const ascending = argsort(values, along);
    const order = largest ? (flip(ascending, along) as NDArray<'int64'>) : ascending;
    indices = take_along_axis(indices, order, along) as NDArray<'int64'>;
    values = take_along_axis(x, indices, along);
  }
  if (given.ndim > 0 || k === 0) return named({ values, indices });
  return named({ values: reshapeArray(values, []), indices: reshapeArray(indices, []) as NDArray<'int64'> });
}

/** The indices of the elements that are wanted, in any order. */
function selected(x: NDArray, k: number, axis: number, largest: boolean): NDArray<'int64'> {
  const n = x.shape[axis];
  if (k === 0) return beside(x, () => emptyArray(x.shape.with(axis, 0), indexDType(x)));
  const parts = argpartition(x, largest ? n - k : k - 1, axis);
  return narrow(parts, axis, largest ? n - k : 0, k) as NDArray<'int64'>;
}
