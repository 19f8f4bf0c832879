/** Counting values in bins. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { bool_, int64, promote, uint8 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, copyOf } from '../../ops/cast.ts';
import { doubleOn, holdsRemote, isRemote, narrowArray, there } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import { searchSorted } from '../../ops/search.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { zeros } from '../creation/filled.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray } from '../shape/reshape.ts';
import { cumsum } from '../statistics/cumulative.ts';
import { sum } from '../statistics/reductions.ts';
import { add, divide, not_equal, subtract } from '../ufuncs.ts';
import { countOn } from './device_bins.ts';
import type { Bins } from './edges.ts';
import { binEdges } from './edges.ts';
import type { Range } from './limits.ts';
import { part } from './part.ts';
import { BLOCK, countUniform } from './uniform.ts';

export interface BinOptions {
  /** The number of bins, their edges, or the name of a rule: 'auto', 'fd', 'doane', 'scott', 'stone', 'rice', 'sturges', 'sqrt'. */
  bins?: Bins;
  /** The lowest and the highest edge, those of the data by default; values outside are not counted. */
  range?: Range | null;
  /** What each value adds to its bin. */
  weights?: ArrayLike | null;
}

export interface HistogramOptions extends BinOptions {
  /** Whether to give the density instead: its integral over the bins is 1. */
  density?: boolean | null;
}

/** Data and weights as 1-d arrays, on one device; booleans count as uint8. */
export function flattened(
  a: ArrayLike,
  { weights = null, bins }: BinOptions,
): { data: NDArray; weights: NDArray | null } {
  const isOn = holdsRemote([a, weights, bins]);
  const arrayOf = (x: ArrayLike): NDArray => (isOn ? there(narrowArray(x)) : asArray(x));
  const given = arrayOf(a);
  const data = given.dtype === bool_ ? cast(given, uint8) : given;
  const w = weights === null ? null : arrayOf(weights);
  if (w && !sameShape(w.shape, data.shape)) throw new ValueError('weights should have the same shape as a.');
  return { data: ravelArray(data), weights: w && ravelArray(w) };
}

/**
 * The edges of the bins that `histogram` uses.
 *
 * @param a - data of any shape.
 * @param args - `bins` (10), `range`, `weights`.
 * @returns the edges, one more than there are bins.
 * @throws ValueError for bins that do not increase or are too few, or limits that are not finite; TypeError for a number of bins
 *   that is no integer.
 * @example
 * np.histogram_bin_edges([0, 1, 4], 2); // [0. 2. 4.]
 */
export function histogram_bin_edges(
  a: ArrayLike,
  ...args: Args<BinOptions, ['bins', 'range', 'weights']>
): NDArray {
  if (isTraced([a, ...args])) return asConstant(histogram_bin_edges, a, ...args);
  const options = bind<BinOptions>('histogram_bin_edges', args, ['bins', 'range', 'weights']);
  const { data, weights } = flattened(a, options);
  const { bins = 10, range = null } = options;
  return binEdges(data, bins, range, weights !== null, 'histogram_bin_edges').edges;
}

/**
 * How many values fall into each bin. Bins are open on the right, but the last.
 *
 * @param a - data of any shape.
 * @param args - `bins` (10), `range`, `density`, `weights`.
 * @returns the counts (int64, or the dtype of the weights; float64 as density) and the edges; on a GPU int32 and float32.
 * @throws as `histogram_bin_edges`; ValueError for weights of another shape.
 * @example
 * const [counts, edges] = np.histogram([1, 2, 1], [0, 1, 2, 3]); // [0 2 1], [0. 1. 2. 3.]
 */
export function histogram(
  a: ArrayLike,
  ...args: Args<HistogramOptions, ['bins', 'range', 'density', 'weights']>
): [NDArray, NDArray] {
  if (isTraced([a, ...args])) return asConstant(histogram, a, ...args);
  const options = bind<HistogramOptions>('histogram', args, ['bins', 'range', 'density', 'weights']);
  return histogramArray(a, options);
}

/** `histogram` with parsed options. */
export function histogramArray(a: ArrayLike, options: HistogramOptions): [NDArray, NDArray] {
  const { data, weights } = flattened(a, options);
  const { bins = 10, range = null } = options;
  const { edges, uniform } = binEdges(data, bins, range, weights !== null, 'histogram');
  const between = isRemote(data) ? countOn : countBetween;
  const counts = uniform ? countUniform(data, weights, edges, uniform) : between(data, weights, edges);
  return [options.density ? densityOf(counts, edges) : counts, edges];
}

/** Counts over the widths of their bins and over all. */
function densityOf(counts: NDArray, edges: NDArray): NDArray {
  const dtype = doubleOn(isRemote(counts));
  const portions = isRemote(counts) && counts.dtype.kind !== 'c' ? cast(counts, dtype) : counts;
  return divide(divide(portions, cast(differences(edges), dtype)), sum(portions)) as NDArray;
}

/** The differences of neighbours. */
export function differences(a: NDArray): NDArray {
  const [rest, before] = [part(a, 1), part(a, 0, -1)];
  return (a.dtype === bool_ ? not_equal(rest, before) : subtract(rest, before)) as NDArray;
}

/** Bins of any widths: the data is sorted and the edges are searched in it. */
function countBetween(data: NDArray, weights: NDArray | null, edges: NDArray): NDArray {
  const below = zeros(edges.size, weights ? weights.dtype : int64);
  for (let i = 0; i < data.size; i += BLOCK) {
    const block = part(data, i, i + BLOCK);
    const counts = weights
      ? weightBelow(block, part(weights, i, i + BLOCK), edges)
      : countBelow(sorted(block), edges);
    add(below, counts, { out: below });
  }
  return differences(below);
}

function sorted(a: NDArray): NDArray {
  const result = copyOf(a, a.dtype);
  sortInPlace(result, 0);
  return result;
}

function weightBelow(data: NDArray, weights: NDArray, edges: NDArray): NDArray {
  const order = argsortAxis(data, 0);
  const running = cumsum(getIndex(weights, [order]) as NDArray);
  const sums = concatenate([zeros(1, weights.dtype), running]);
  return cast(
    getIndex(sums, [countBelow(getIndex(data, [order]) as NDArray, edges)]) as NDArray,
    weights.dtype,
  );
}

/** How many sorted values lie below each edge, for the last one also those upon it. */
function countBelow(values: NDArray, edges: NDArray): NDArray {
  const dtype = promote(values.dtype, edges.dtype);
  const [haystack, needles] = [cast(values, dtype), cast(edges, dtype)];
  return concatenate([
    searchSorted(haystack, part(needles, 0, -1), 'left'),
    searchSorted(haystack, part(needles, needles.size - 1), 'right'),
  ]);
}
