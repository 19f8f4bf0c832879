/** Histograms whose number of bins a rule finds, of arrays on a device: the few numbers that it needs are waited for. */
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { isRemote } from '../../ops/given.ts';
import { readLater } from '../../ops/reading.ts';
import { constantly, getAsync } from '../indexing/async.ts';
import type { BinEstimator } from './estimators.ts';
import { binsBy, isEstimator } from './estimators.ts';
import type { BinOptions, HistogramOptions } from './histogram.ts';
import { flattened, histogram, histogram_bin_edges } from './histogram.ts';
import { insideMask, limitsOf } from './limits.ts';

/**
 * `np.histogram`, also with a rule for the number of bins and data on a GPU. Only what decides that number is read.
 *
 * @param a - data of any shape
 * @param options - `bins` (10), `range`, `density`, `weights`
 * @returns the counts and the edges
 * @throws what `np.histogram` throws.
 * @example
 * const [counts, edges] = await np.histogramAsync([1, 2, 2, 3, 5], { bins: 'sturges' });
 */
export async function histogramAsync(
  a: ArrayLike,
  options: HistogramOptions = {},
): Promise<[NDArray, NDArray]> {
  return histogram(a, { ...options, bins: await binsFor(a, options) });
}

/**
 * `np.histogram_bin_edges`, also with a rule for the number of bins and data on a GPU.
 *
 * @param a - data of any shape
 * @param options - `bins` (10), `range`, `weights`
 * @returns the edges, one more than there are bins
 * @throws what `np.histogram_bin_edges` throws.
 * @example
 * await np.histogram_bin_edgesAsync([1, 2, 3, 5], { bins: 'sqrt' }); // [1. 3. 5.]
 */
export async function histogram_bin_edgesAsync(a: ArrayLike, options: BinOptions = {}): Promise<NDArray> {
  return histogram_bin_edges(a, { ...options, bins: await binsFor(a, options) });
}

/** The bins as they are given, or how many a rule makes of data on a device. */
async function binsFor(a: ArrayLike, options: BinOptions): Promise<NonNullable<BinOptions['bins']>> {
  const { bins = 10, range = null, weights = null } = options;
  const isRule = typeof bins === 'string' && isEstimator(bins) && weights === null;
  const given = asArray(a);
  return isRule && isRemote(given) ? countBy(bins, given, range) : bins;
}

async function countBy(rule: BinEstimator, a: NDArray, range: BinOptions['range']): Promise<number> {
  const data = constantly((x: NDArray) => flattened(x, {}).data, a);
  if (!range) return counted(rule, data, null);
  const limits = limitsOf(data, range).map(Number) as [number, number];
  const inside = constantly((x: NDArray) => insideMask(x, ...limits), data);
  return counted(rule, (await getAsync(data, inside)) as unknown as NDArray, limits);
}

function counted(rule: BinEstimator, x: NDArray, limits: [number, number] | null): Promise<number> {
  return readLater(binsBy(rule, { x, limits }), (resume) => constantly(resume, x));
}
