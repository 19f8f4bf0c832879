/** Losses that ask for a margin between scores or distances. */
import { refusable } from '../../../ops/refuse.ts';
import { IndexError, ValueError } from '../../../array/errors.ts';
import { sameShape } from '../../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../../array/ndarray.ts';
import type { Args } from '../../../np/args.ts';
import { bind } from '../../../np/args.ts';
import { arange } from '../../../np/creation/ranges.ts';
import { where } from '../../../np/indexing/choose.ts';
import { take_along_axis } from '../../../np/indexing/take.ts';
import { expand_dims, reshape, squeeze } from '../../../np/shape/reshape.ts';
import { cumprod } from '../../../np/statistics/cumulative.ts';
import { any, sum } from '../../../np/statistics/reductions.ts';
import * as np from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import { getIndex } from '../../../ops/index/get.ts';
import type { Refusal } from '../../../ops/refuse.ts';
import * as rows from '../../../ops/ufuncs/losses.ts';
import {
  alike,
  arrayOf,
  beside,
  integerArray,
  optional,
  peek,
  refuse,
  requireBroadcast,
} from '../arguments.ts';
import { pairwiseDistance } from '../distance.ts';
import { floatArray, listed } from '../images.ts';
import type { Reduced } from './reduction.ts';
import { losses, pair, reduce, reductionOf } from './reduction.ts';

interface MarginOptions extends Reduced {
  margin?: number;
}

const MARGIN = ['margin', 'reduction'] as const;

type MarginArgs = Args<MarginOptions, typeof MARGIN>;

/**
 * The input for targets 1, and max(0, margin - input) for targets -1.
 *
 * @param args - `margin` (1), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.hingeEmbeddingLoss(np.array([0.5, 0.2]), np.array([1, -1]), { reduction: 'none' }); // array([0.5, 0.8])
 */
export function hingeEmbeddingLoss(input: ArrayLike, target: ArrayLike, ...args: MarginArgs): ArrayOrScalar {
  const options = bind<MarginOptions>('hingeEmbeddingLoss', args, MARGIN);
  const reduction = reductionOf(options.reduction);
  const operands = pair('hingeEmbeddingLoss', input, target);
  return reduce(losses(rows.hingeEmbedding, ...operands, options.margin ?? 1), reduction);
}

/**
 * max(0, -target (input1 - input2) + margin): the first should be larger for targets 1, the second for -1.
 *
 * @param args - `margin` (0), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.marginRankingLoss(np.array([1]), np.array([3]), np.array([1])); // 2
 */
export function marginRankingLoss(
  input1: ArrayLike,
  input2: ArrayLike,
  target: ArrayLike,
  ...args: MarginArgs
): ArrayOrScalar {
  const options = bind<MarginOptions>('marginRankingLoss', args, MARGIN);
  const reduction = reductionOf(options.reduction);
  const a = floatArray('marginRankingLoss', input1, 'input1');
  const b = alike('marginRankingLoss', input2, a, 'input2');
  const y = beside(target, a);
  requireBroadcast(a, b, y);
  return reduce(losses(rows.marginRanking, a, b, y, options.margin ?? 0), reduction);
}

/**
 * 1 - cos(input1, input2) for targets 1, and max(0, cos - margin) for targets -1.
 *
 * @param input1 - (n, width) or (width)
 * @param target - (n) or ()
 * @param args - `margin` (0), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for sizes that don't fit.
 * @example
 * np.nn.functional.cosineEmbeddingLoss(np.array([1, 0]), np.array([0, 1]), 1); // 1
 */
export function cosineEmbeddingLoss(
  input1: ArrayLike,
  input2: ArrayLike,
  target: ArrayLike,
  ...args: MarginArgs
): ArrayOrScalar {
  const fn = 'cosineEmbeddingLoss';
  const options = bind<MarginOptions>(fn, args, MARGIN);
  const reduction = reductionOf(options.reduction);
  const a = floatArray(fn, input1, 'input1');
  const b = alike(fn, input2, a, 'input2');
  const y = beside(target, a);
  if (y.ndim > 1 || a.ndim !== y.ndim + 1 || b.ndim !== y.ndim + 1) {
    throw new ValueError(
      `${fn}: ${y.ndim}D target expects ${y.ndim + 1}D input tensors, but found inputs with sizes ${listed(a.shape)} and ${listed(b.shape)}.`,
    );
  }
  const cosine = arrayOf(cosineOf(a, b));
  requireBroadcast(cosine, y);
  return reduce(losses(rows.cosineEmbedding, cosine, y, options.margin ?? 0), reduction);
}

const dot = (a: NDArray, b: NDArray): NDArray => sum(np.multiply(a, b) as NDArray, { axis: -1 });

/** The cosine along the last axis, of vectors of length zero too. */
function cosineOf(a: NDArray, b: NDArray): NDArray {
  const [square, other] = [a, b].map((x) => np.add(dot(x, x), 1e-12) as NDArray);
  return np.divide(dot(a, b), np.sqrt(np.multiply(square, other))) as NDArray;
}

interface TripletOptions extends MarginOptions {
  /** The order of the norm of differences. */
  p?: number;
  /** Added to differences. */
  eps?: number;
  /** Whether the negative may be compared with the positive as well (Balntas et al. 2016). */
  swap?: boolean;
}

const TRIPLET = ['margin', 'p', 'eps', 'swap', 'reduction'] as const;

/** A distance between vectors. */
export type Distance = (a: NDArray, b: NDArray) => NDArray;

function triplet(
  vectors: readonly [NDArray, NDArray, NDArray],
  distance: Distance,
  { margin = 1, swap = false, reduction }: MarginOptions & { swap?: boolean },
): ArrayOrScalar {
  const how = reductionOf(reduction);
  const [anchor, positive, negative] = vectors;
  const near = distance(anchor, positive);
  const direct = distance(anchor, negative);
  const far = swap ? (np.minimum(direct, distance(positive, negative)) as NDArray) : direct;
  return reduce(losses(rows.tripletMargin, near, far, margin), how);
}

function vectorsOf(
  fn: string,
  anchor: ArrayLike,
  positive: ArrayLike,
  negative: ArrayLike,
): [NDArray, NDArray, NDArray] {
  const a = floatArray(fn, anchor, 'anchor');
  const [p, n] = [alike(fn, positive, a, 'positive'), alike(fn, negative, a, 'negative')];
  if (a.ndim !== p.ndim || a.ndim !== n.ndim) {
    throw new ValueError(
      `${fn}: all inputs should have same dimension but got ${listed(a.shape)}, ${listed(p.shape)} and ${listed(n.shape)}`,
    );
  }
  requireBroadcast(a, p, n);
  return [a, p, n];
}

/**
 * max(0, |anchor - positive| - |anchor - negative| + margin) (Balntas et al. 2016).
 *
 * @param anchor - (n, width) or (width)
 * @param args - `margin` (1), `p` (2), `eps` (1e-6), `swap` (false), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.tripletMarginLoss(np.array([0]), np.array([3]), np.array([2]), { eps: 0 }); // 2
 */
export function tripletMarginLoss(
  anchor: ArrayLike,
  positive: ArrayLike,
  negative: ArrayLike,
  ...args: Args<TripletOptions, typeof TRIPLET>
): ArrayOrScalar {
  const options = bind<TripletOptions>('tripletMarginLoss', args, TRIPLET);
  const { p = 2, eps = 1e-6 } = options;
  const vectors = vectorsOf('tripletMarginLoss', anchor, positive, negative);
  return triplet(vectors, (a, b) => pairwiseDistance(a, b, p, eps), options);
}

interface TripletDistanceOptions extends MarginOptions {
  /** Of two arrays; the Euclidean distance by default. */
  distanceFunction?: Distance | null;
  swap?: boolean;
}

/**
 * `tripletMarginLoss` with any distance.
 *
 * @param args - keywords: `distanceFunction`, `margin` (1), `swap` (false), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * const distanceFunction = (a, b) => np.absolute(np.subtract(a, b)).sum(-1);
 * np.nn.functional.tripletMarginWithDistanceLoss(np.array([0]), np.array([3]), np.array([2]), { distanceFunction }); // 2
 */
export function tripletMarginWithDistanceLoss(
  anchor: ArrayLike,
  positive: ArrayLike,
  negative: ArrayLike,
  ...args: Args<TripletDistanceOptions>
): ArrayOrScalar {
  const fn = 'tripletMarginWithDistanceLoss';
  const options = bind<TripletDistanceOptions>(
    fn,
    args,
    [],
    ['distanceFunction', 'margin', 'swap', 'reduction'],
  );
  const distance = options.distanceFunction ?? pairwiseDistance;
  return triplet(vectorsOf(fn, anchor, positive, negative), distance, options);
}

/** Scores as rows, (n, classes), and how to give losses of rows the form that the input had. */
function scoresOf(fn: string, input: ArrayLike): { x: NDArray; restored: (rows: NDArray) => NDArray } {
  const x = floatArray(fn, input);
  if (x.ndim === 2) return { x, restored: (a) => a };
  if (x.ndim > 2 || x.size === 0)
    throw new ValueError(
      `${fn}: Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${listed(x.shape)}`,
    );
  return { x: reshape(x, [1, -1]), restored: (a) => squeeze(a, 0) as NDArray };
}

interface MultiMarginOptions extends MarginOptions {
  /** 1, or 2 for the squares. */
  p?: number;
  /** A factor for each class. */
  weight?: ArrayLike | null;
}

const MULTI = ['p', 'margin', 'weight', 'reduction'] as const;

/**
 * The mean over the other classes of max(0, margin - score of the right class + score)^p.
 *
 * @param input - (n, classes) or (classes)
 * @param target - integers, (n) or ()
 * @param args - `p` (1), `margin` (1), `weight` (classes), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for another p, or sizes that don't fit; IndexError for a label that is no class.
 * @example
 * np.nn.functional.multiMarginLoss(np.array([[1, 2]]), [0]); // 1
 */
export function multiMarginLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<MultiMarginOptions, typeof MULTI>
): ArrayOrScalar {
  const fn = 'multiMarginLoss';
  const options = bind<MultiMarginOptions>(fn, args, MULTI);
  const { p = 1, margin = 1 } = options;
  const reduction = reductionOf(options.reduction);
  if (p !== 1 && p !== 2) throw new ValueError(`${fn}: only p == 1 and p == 2 supported, got ${p}`);
  const { x, restored } = scoresOf(fn, input);
  const [count, classes] = x.shape;
  const labels = refusable(reshape(integerArray(fn, target, 'target'), -1));
  if (labels.size !== count)
    throw new ValueError(`${fn}: inconsistent target size: ${listed(labels.shape)} for ${count} rows`);
  if (count > 0) requireClasses(labels, 0, classes);
  const weight = optional(fn, options.weight, x, 'weight');
  if (weight && !sameShape(weight.shape, [classes]))
    throw new ValueError(`${fn}: inconsistent weight size: ${listed(weight.shape)} for ${classes} classes`);
  const column = expand_dims(labels, 1);
  const right = take_along_axis(x, column, 1);
  const each = losses(p === 1 ? rows.scoreMargin : rows.scoreMarginSquared, x, right, margin);
  const isOther = np.not_equal(column, arange(classes, { dtype: labels.dtype })) as NDArray;
  const total = np.divide(sum(where(isOther, each, 0), { axis: 1 }), classes) as NDArray;
  const factors = weight ? (getIndex(weight, [labels]) as NDArray) : null;
  return reduce(restored(factors ? (np.multiply(total, factors) as NDArray) : total), reduction);
}

const NO_CLASS: Refusal = {
  name: 'label that is no class',
  error: ([label], [count]) => new IndexError(`target out of range: ${label} is no class of ${count}`),
};

/**
 * Refuses labels, which `refusable` has given.
 *
 * @throws IndexError for a label below `least`, or that is not below `count`. On a GPU, reading the result back does.
 */
function requireClasses(labels: NDArray, least: number, count: number): void {
  const isWrong = (): ArrayOrScalar =>
    np.logical_or(np.less(labels, least), np.greater_equal(labels, count)) as ArrayOrScalar;
  refuse(labels, isWrong, NO_CLASS, [labels], [count]);
}

/**
 * The sum over right and wrong classes of max(0, 1 - score of the right one + score of the wrong one), divided by the number of classes.
 *
 * @param target - integers of the input's shape: the right classes of each row, up to the first -1
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for different shapes; IndexError for a label that is no class.
 * @example
 * np.nn.functional.multilabelMarginLoss(np.array([[0, 1]]), [[0, -1]]); // 1
 */
export function multilabelMarginLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<Reduced, ['reduction']>
): ArrayOrScalar {
  const fn = 'multilabelMarginLoss';
  const reduction = reductionOf(bind<Reduced>(fn, args, ['reduction']).reduction);
  const { x, restored } = scoresOf(fn, input);
  const classes = x.shape[1];
  const labels = refusable(reshape(integerArray(fn, target, 'target'), [-1, classes]));
  if (!sameShape(labels.shape, x.shape))
    throw new ValueError(
      `${fn}: inconsistent target size: ${listed(labels.shape)} for input of size: ${listed(x.shape)}`,
    );
  if (labels.size > 0) requireClasses(labels, -1, classes);
  const { isNamed, isRight, named } = peek(() => namedClasses(labels, classes));
  const right = expand_dims(take_along_axis(x, named, 1), 2);
  const each = losses(rows.scoreMargin, expand_dims(x, 1), right, 1);
  const counts = np.logical_and(expand_dims(isNamed, 2), np.logical_not(expand_dims(isRight, 1))) as NDArray;
  const total = sum(where(counts, each, 0), { axis: [1, 2] }) as NDArray;
  return reduce(restored(np.divide(total, classes) as NDArray), reduction);
}

/** Which places of the target name a class, which classes are named, and the names with 0 for none. */
function namedClasses(
  labels: NDArray,
  classes: number,
): { isNamed: NDArray; isRight: NDArray; named: NDArray } {
  const isLabel = np.greater_equal(labels, 0) as NDArray;
  const { dtype } = labels;
  const isNamed = np.not_equal(cumprod(isLabel, { axis: 1, dtype }), 0) as NDArray;
  const equal = np.equal(expand_dims(labels, 2), arange(classes, { dtype }));
  const isRight = any(np.logical_and(equal, expand_dims(isNamed, 2)) as NDArray, {
    axis: 1,
  }) as unknown as NDArray;
  return { isNamed, isRight, named: np.maximum(labels, 0) as NDArray };
}
