/** Histograms of points in several dimensions. */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { float32, promote } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import { NDArray, scalarAt } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, holdsRemote, isRemote, narrowArray, there } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { linspace } from '../creation/ranges.ts';
import { atleast_2d, reshapeArray } from '../shape/reshape.ts';
import { transposeArray } from '../shape/transpose.ts';
import { sum } from '../statistics/reductions.ts';
import { add, divide, multiply } from '../ufuncs.ts';
import { countAt, weightsFor } from './bincount.ts';
import { binOf, givenEdgesOn, uniformEdgesOn } from './device_bins.ts';
import { integerOf, requireIncreasing } from './edges.ts';
import { differences } from './histogram.ts';
import type { Range } from './limits.ts';
import { limitsOf } from './limits.ts';

export interface HistogramddOptions {
  /** The number of bins in every dimension, or for each a number or the edges. */
  bins?: number | ArrayLike | readonly ArrayLike[];
  /** The lowest and the highest edge for each dimension; `null` for those of the data. */
  range?: readonly (Range | null)[] | null;
  /** Whether to give the density: its integral is 1. */
  density?: boolean | null;
  /** What each point adds to its bin. */
  weights?: ArrayLike | null;
}

type Arguments = Args<HistogramddOptions, ['bins', 'range', 'density', 'weights']>;

const POSITIONAL = ['bins', 'range', 'density', 'weights'] as const;

/**
 * How many points fall into each bin of a grid. Bins are open on the right, but the last.
 *
 * @param sample - an array of points (N, D), or a list of D arrays of coordinates.
 * @param args - `bins` (10), `range`, `density`, `weights` (of length N).
 * @returns the counts, float64 with D axes, and a list of D arrays of edges; on a GPU float32.
 * @throws ValueError if bins or ranges are not D, for edges that do not increase, or for limits that are not finite; TypeError for a
 *   number of bins that is no integer.
 * @example
 * const [counts] = np.histogramdd([[0, 1, 1], [0, 1, 1]], 2); // [[1. 0.] [0. 2.]]
 */
export function histogramdd(sample: ArrayLike, ...args: Arguments): [NDArray, NDArray[]] {
  if (isTraced([sample, ...args])) return asConstant(histogramdd, sample, ...args);
  return histogramOf(sample, bind<HistogramddOptions>('histogramdd', args, POSITIONAL));
}

/**
 * How many points fall into each bin of a plane; see `histogramdd`.
 *
 * @param x - the points' first coordinates.
 * @param y - their second coordinates.
 * @param args - `bins` (10; a number, two numbers, the edges of both axes, or two of those), `range`, `density`, `weights`.
 * @returns the counts, float64 (bins of x, bins of y), and the edges of both.
 * @throws ValueError if the coordinates differ in number; else as `histogramdd`.
 * @example
 * const [counts, xedges, yedges] = np.histogram2d([0, 1, 1], [0, 1, 1], 2);
 */
export function histogram2d(x: ArrayLike, y: ArrayLike, ...args: Arguments): [NDArray, NDArray, NDArray] {
  if (isTraced([x, y, ...args])) return asConstant(histogram2d, x, y, ...args);
  const options = bind<HistogramddOptions>('histogram2d', args, POSITIONAL);
  const coordinates = [asArray(x), asArray(y)];
  if (coordinates[0].shape[0] !== coordinates[1].shape[0]) {
    throw new ValueError('x and y must have the same length.');
  }
  const { bins = 10 } = options;
  const count = lengthOf(bins) ?? 1;
  const both = count === 1 || count === 2 ? bins : [bins as ArrayLike, bins as ArrayLike];
  const [counts, edges] = histogramOf(coordinates, { ...options, bins: both });
  return [counts, edges[0], edges[1]];
}

/** The length of a sequence; undefined for a number. */
function lengthOf(x: unknown): number | undefined {
  if (Array.isArray(x)) return x.length;
  return typeof x === 'object' && x !== null ? asArray(x as ArrayLike).shape[0] : undefined;
}

function histogramOf(sample: ArrayLike, options: HistogramddOptions): [NDArray, NDArray[]] {
  const columns = columnsOf(sample, holdsRemote([sample, options.weights, options.bins]));
  const dimensions = columns.length;
  const bins = perDimension(options.bins ?? 10, dimensions);
  const ranges = options.range ?? new Array<null>(dimensions).fill(null);
  if (ranges.length !== dimensions) throw new ValueError('range argument must have one entry per dimension');
  const edges = columns.map((column, i) => edgesOf(column, bins[i], ranges[i], i));
  // A bin for outliers at each end.
  const lengths = edges.map((e) => e.size + 1);
  const place = columns
    .map((column, i) => binOf(column, edges[i]))
    .reduce((sum, bin, i) => add(multiply(sum, lengths[i]), bin) as NDArray);
  const size = sizeOf(lengths);
  const all = reshapeArray(countAt(place, size, weightsFor(place, options.weights ?? null)), lengths);
  const inner = getIndex(
    cast(all, doubleOn(isRemote(all))),
    lengths.map(() => '1:-1'),
  ) as NDArray;
  return [options.density ? density(inner, edges) : inner, edges];
}

/** The points' coordinates along each axis, of one dtype. */
function columnsOf(sample: ArrayLike, isOn: boolean): NDArray[] {
  if (isOn && Array.isArray(sample)) {
    const given = sample.map((x: ArrayLike) => there(narrowArray(x)));
    const common = given.map((x) => x.dtype).reduce((a, b) => promote(a, b));
    return given.map((x) => (x.dtype === common ? x : cast(x, float32)));
  }
  const points = pointsOf(isOn ? there(narrowArray(sample)) : sample);
  return Array.from({ length: points.shape[1] }, (_, i) => getIndex(points, [':', i]) as NDArray);
}

/** Points as rows. */
function pointsOf(sample: ArrayLike): NDArray {
  if (sample instanceof NDArray && sample.ndim === 2) return sample;
  const points = transposeArray(atleast_2d(sample), null);
  if (points.ndim !== 2) throw new ValueError(`too many values to unpack (expected 2, got ${points.ndim})`);
  return points;
}

function perDimension(
  bins: NonNullable<HistogramddOptions['bins']>,
  dimensions: number,
): readonly ArrayLike[] {
  const length = lengthOf(bins);
  if (length === undefined) return new Array<ArrayLike>(dimensions).fill(bins as ArrayLike);
  if (length !== dimensions) {
    throw new ValueError('The dimension of bins must be equal to the dimension of the sample x.');
  }
  if (Array.isArray(bins)) return bins;
  const all = asArray(bins as ArrayLike);
  return Array.from({ length }, (_, i) => getIndex(all, [i]));
}

function edgesOf(column: NDArray, given: ArrayLike, range: Range | null, i: number): NDArray {
  const isOn = isRemote(column);
  const bins = isOn ? narrowArray(given) : asArray(given);
  if (bins.ndim === 0) {
    if (Number(scalarAt(bins, bins.offset)) < 1) {
      throw new ValueError(`\`bins[${i}]\` must be positive, when an integer`);
    }
    const count = integerOf(bins, `\`bins[${i}]\` must be an integer, when a scalar`);
    return isOn ? uniformEdgesOn(column, range, count) : linspace(...limitsOf(column, range), count + 1);
  }
  if (bins.ndim !== 1) throw new ValueError(`\`bins[${i}]\` must be a scalar or 1d array`);
  const falls = `\`bins[${i}]\` must be monotonically increasing, when an array`;
  if (isOn) return givenEdgesOn(bins, falls);
  requireIncreasing(bins, falls);
  return bins;
}

function density(counts: NDArray, edges: readonly NDArray[]): NDArray {
  let result = counts;
  edges.forEach((e, i) => {
    const shape = edges.map((_, axis) => (axis === i ? e.size - 1 : 1));
    result = divide(result, reshapeArray(differences(e), shape)) as NDArray;
  });
  return divide(result, sum(counts)) as NDArray;
}
