/**
 * Histograms of arrays on a device, whose values can't be looked at: edges that depend on them are computed there, and every value's bin
 * is searched for. What NumPy has in float64 is float32.
 */
import type { DType } from '../../array/dtype.ts';
import { complex64, float32, int32 } from '../../array/dtype.ts';
import { RuntimeError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { isRemote, narrowArray, narrowed, there } from '../../ops/given.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import { searchSorted } from '../../ops/search.ts';
import { zeros } from '../creation/filled.ts';
import { linspace } from '../creation/ranges.ts';
import { where } from '../indexing/choose.ts';
import { max, min } from '../statistics/reductions.ts';
import {
  add,
  equal,
  greater,
  greater_equal,
  isfinite,
  logical_and,
  logical_not,
  subtract,
} from '../ufuncs.ts';
import { countAt } from './bincount.ts';
import type { Range } from './limits.ts';
import { limitsOf, notFinite } from './limits.ts';
import { elementAt, part } from './part.ts';
import { searchDType } from './search.ts';
import { tooManyBins } from './uniform.ts';

/** The float dtype of edges for data on a device. */
const edgeDType = ({ dtype }: NDArray): DType => (dtype.kind === 'f' ? dtype : (float32 as DType));

const NOT_FINITE: Refusal = {
  name: 'range that is not finite',
  error: ([first, last]) => notFinite('autodetected', first, last),
};

const TOO_MANY_BINS: Refusal = { name: 'too many bins', error: (_, [count]) => tooManyBins(count) };

/**
 * The edges of `count` bins between the limits given, or else those of the data.
 *
 * @throws ValueError for limits that are not finite, or where neighbouring edges round to one number; reads throw what only the
 *   device knows.
 */
export function uniformEdgesOn(a: NDArray, range: Range | null, count: number): NDArray {
  const dtype = edgeDType(a);
  if (range !== null || a.size === 0) {
    const edges = placedOn(null, () => linspace(...limitsOf(a, range ?? [0, 1]), count + 1, { dtype }));
    placedOn(null, () => requireApart(edges, count));
    return there(edges);
  }
  const [low, high] = [min(a), max(a)].map((limit) => cast(asArray(limit as ArrayLike), dtype));
  const isFinite = logical_and(isfinite(low) as ArrayLike, isfinite(high) as ArrayLike);
  refuseWhere(low, asArray(logical_not(isFinite) as ArrayLike), NOT_FINITE, [low, high]);
  const isOne = equal(low, high) as ArrayLike;
  const first = where(isOne, subtract(low, 0.5) as ArrayLike, low);
  const last = where(isOne, add(high, 0.5) as ArrayLike, high);
  const edges = linspace(first, last, count + 1, { dtype });
  requireApart(edges, count);
  return edges;
}

function requireApart(edges: NDArray, count: number): void {
  const fall = greater_equal(part(edges, 0, -1), part(edges, 1)) as NDArray;
  refuseWhere(edges, fall, TOO_MANY_BINS, [], [count]);
}

/** Edges that are given. @throws ValueError with the message if they decrease; reads do for edges on a device. */
export function givenEdgesOn(bins: ArrayLike, message: string): NDArray {
  const edges = refusable(narrowArray(bins));
  const check = (): void =>
    refuseWhere(edges, greater(part(edges, 0, -1), part(edges, 1)) as NDArray, {
      name: message,
      error: () => new ValueError(message),
    });
  if (isRemote(edges)) check();
  else placedOn(null, check);
  return there(edges);
}

/** @throws RuntimeError: how many bins a rule makes, and so the shape of the result, is known on the device only. */
export function refuseRule(a: NDArray, fn: string, rule: string): never {
  throw new RuntimeError(
    `${fn}: how many bins '${rule}' makes is known on '${a.storage.remote!.home.name}' only: give their number, or use await np.${fn}Async`,
  );
}

/** The bin of each value, from 0 for those below the first edge. The last edge belongs to the last bin; NaN lies beyond it. */
export function binOf(values: NDArray, edges: NDArray): NDArray {
  const dtype = searchDType(values, edges.dtype);
  const [x, e] = [cast(values, dtype), cast(edges, dtype)];
  return subtract(searchSorted(e, x, 'right'), equal(x, elementAt(e, -1))) as NDArray;
}

/** What falls between the edges: how many, or the sum of weights in their dtype. */
export function countOn(data: NDArray, weights: NDArray | null, edges: NDArray): NDArray {
  if (edges.size < 2) return zeros(0, weights ? narrowed(weights.dtype) : int32);
  const bins = binOf(data, edges);
  const all = countAt(bins, edges.size + 1, weights && accumulable(weights));
  const counts = part(all, 1, edges.size);
  return weights ? cast(counts, narrowed(weights.dtype)) : counts;
}

/** Weights in a dtype that they are summed in. */
function accumulable(weights: NDArray): NDArray {
  const { kind } = weights.dtype;
  return kind === 'i' || kind === 'u'
    ? weights
    : cast(weights, (kind === 'c' ? complex64 : float32) as DType);
}
