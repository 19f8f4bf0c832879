/** Losses of scores of classes. */
import { IndexError, ValueError } from '../../../array/errors.ts';
import { sameShape, sizeOf } from '../../../array/layout.ts';
import type { ArrayOrScalar } from '../../../array/ndarray.ts';
import { NDArray } from '../../../array/ndarray.ts';
import { leave } from '../../../autograd/leftover.ts';
import type { Args } from '../../../np/args.ts';
import { bind } from '../../../np/args.ts';
import { ones } from '../../../np/creation/filled.ts';
import { where } from '../../../np/indexing/choose.ts';
import { take_along_axis } from '../../../np/indexing/take.ts';
import { expand_dims, reshape, squeeze } from '../../../np/shape/reshape.ts';
import { moveaxis } from '../../../np/shape/transpose.ts';
import { max, min, sum } from '../../../np/statistics/reductions.ts';
import * as np from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import { asArray } from '../../../ops/asarray.ts';
import { cast } from '../../../ops/cast.ts';
import { getIndex } from '../../../ops/index/get.ts';
import type { Refusal } from '../../../ops/refuse.ts';
import { crossEntropyRows, logSoftmaxOf } from '../../../ops/rows/softmax.ts';
import { alike, integerArray, isReadable, optional, peek, refuse } from '../arguments.ts';
import { floatArray, listed } from '../images.ts';
import type { Reduced, Reduction } from './reduction.ts';
import { reduce, reductionOf } from './reduction.ts';

const mul = np.multiply as (a: NDArray, b: NDArray | number) => NDArray;
const add = np.add as (a: NDArray, b: NDArray) => NDArray;
const divide = np.divide as (a: NDArray, b: NDArray | number) => NDArray;
const negative = np.negative as (a: NDArray) => NDArray;

interface NllOptions extends Reduced {
  /** A factor for each class. */
  weight?: ArrayLike | null;
  /** A class that does not count. */
  ignoreIndex?: number;
}

export interface CrossEntropyOptions extends NllOptions {
  /** How much of the target is spread evenly over all classes; a negative number is 0, as in PyTorch. */
  labelSmoothing?: number;
}

/** Scores and labels as rows. */
interface Labelled {
  /** (rows, classes) */
  readonly x: NDArray;
  /** (rows), -1 for rows that do not count. */
  readonly labels: NDArray;
  /** (rows): the weight of the label's class; zero for rows that do not count. */
  readonly weights: NDArray;
  /** (classes), or null. */
  readonly weight: NDArray | null;
  /** The shape of the labels as they were given. */
  readonly shape: readonly number[];
}

/** Classes last, and all axes before them one. */
function scoresByRow(x: NDArray): NDArray {
  if (x.ndim === 2) return x;
  if (x.ndim === 1) return expand_dims(x, 0);
  return reshape(moveaxis(x, 1, -1), [-1, x.shape[1]]);
}

const classAxis = (x: NDArray): number => (x.ndim === 1 ? 0 : 1);

function classWeight(fn: string, given: ArrayLike | null | undefined, x: NDArray): NDArray | null {
  const count = x.shape[classAxis(x)];
  const weight = optional(fn, given, x, 'weight');
  if (weight !== null && !sameShape(weight.shape, [count])) {
    throw new ValueError(
      `${fn}: weight tensor should be defined either for all ${count} classes or no classes but got weight tensor of shape: ${listed(weight.shape)}`,
    );
  }
  return weight;
}

function labelled(fn: string, x: NDArray, target: ArrayLike, options: NllOptions): Labelled {
  const { ignoreIndex = -100 } = options;
  if (x.ndim === 0) throw new ValueError(`${fn}: input must have an axis of classes, but is 0-d`);
  const given = integerArray(fn, target, 'target');
  const count = x.shape[classAxis(x)];
  const expected = x.ndim === 1 ? [] : [x.shape[0], ...x.shape.slice(2)];
  if (!sameShape(given.shape, expected)) {
    const [n] = given.shape;
    const which =
      x.ndim > 1 && given.ndim > 0 && n !== x.shape[0]
        ? `Expected input batch_size (${x.shape[0]}) to match target batch_size (${n}).`
        : `target of size ${listed(given.shape)} does not fit input of size ${listed(x.shape)}`;
    throw new ValueError(`${fn}: ${which}`);
  }
  const weight = classWeight(fn, options.weight, x);
  const labels = checkedLabels(reshape(given, -1), count, ignoreIndex);
  return { x: scoresByRow(x), labels, weight, weights: rowWeights(labels, weight, x), shape: given.shape };
}

const NO_CLASS: Refusal = {
  name: 'target that is no class',
  error: ([label], [count]) =>
    new IndexError(`Target ${label} is out of bounds: there are ${count} classes, from 0 on.`),
};

/**
 * Labels with -1 in place of the ignored class.
 *
 * @throws IndexError for a label that is no class. On a GPU, reading the result back does.
 */
function checkedLabels(labels: NDArray, count: number, ignored: number): NDArray {
  if (labels.size === 0) return labels;
  const marked = (): NDArray => where(np.equal(labels, ignored) as NDArray, -1, labels);
  const requireClasses = (spoilt: NDArray): void => {
    const isWrong = (): ArrayOrScalar =>
      np.logical_and(
        np.logical_or(np.less(labels, 0), np.greater_equal(labels, count)),
        np.not_equal(labels, ignored),
      ) as ArrayOrScalar;
    refuse(spoilt, isWrong, NO_CLASS, [labels], [count]);
  };
  if (!isReadable(labels)) {
    const used = marked();
    requireClasses(used);
    return used;
  }
  return peek(() => {
    const [least, most] = [Number(min(labels)), Number(max(labels))];
    const usesIgnored = ignored >= least && ignored <= most;
    if (least < 0 || most >= count) requireClasses(labels);
    return usesIgnored ? marked() : labels;
  });
}

function rowWeights(labels: NDArray, weight: NDArray | null, { dtype }: NDArray): NDArray {
  const some = (): NDArray => np.greater_equal(labels, 0) as NDArray;
  if (weight === null) {
    const ignoresNone = labels.size === 0 || (isReadable(labels) && peek(() => Number(min(labels)) >= 0));
    return ignoresNone ? ones(labels.shape, { dtype }) : cast(some(), dtype);
  }
  return mul(getIndex(weight, [np.maximum(labels, 0) as NDArray]) as NDArray, cast(some(), dtype));
}

/** The losses of rows in the shape of the target, their sum, or their mean by the rows' weights. */
function reduceRows(losses: NDArray, { weights, shape }: Labelled, reduction: Reduction): ArrayOrScalar {
  if (reduction === 'none') return reshape(losses, shape) as ArrayOrScalar;
  const total = sum(losses);
  if (reduction === 'sum') return left(total, losses);
  const count = sum(weights);
  return left(np.divide(total, count) as ArrayOrScalar, losses, total, count);
}

/** A result, and what was computed for it that nobody else knows. */
function left(result: ArrayOrScalar, ...inner: readonly unknown[]): ArrayOrScalar {
  for (const x of inner) if (x instanceof NDArray) leave(x.storage, result);
  return result;
}

/** Of each row the element at its label, of rows without one the first. */
function atLabels(x: NDArray, labels: NDArray): NDArray {
  return squeeze(take_along_axis(x, expand_dims(np.maximum(labels, 0) as NDArray, 1), 1), 1) as NDArray;
}

/** Zero, whatever the loss is, for rows that do not count. */
const counted = (losses: NDArray, labels: NDArray): NDArray =>
  where(np.greater_equal(labels, 0) as NDArray, losses, 0);

const NLL = ['weight', 'ignoreIndex', 'reduction'] as const;

/**
 * The negative of the log probability that is given for each label.
 *
 * @param input - log probabilities, (n, classes, ...) or (classes)
 * @param target - integers, (n, ...) or ()
 * @param args - `weight` (classes), `ignoreIndex` (-100), `reduction`: 'mean' (by the weights, default), 'sum' or 'none'
 * @throws IndexError for a label that is no class; ValueError for sizes that don't fit; TypeError for a target that is no integer.
 * @example
 * np.nn.functional.nllLoss(np.log(np.array([[0.5, 0.5]])), [1]); // 0.6931471805599453
 */
export function nllLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<NllOptions, typeof NLL>
): ArrayOrScalar {
  const options = bind<NllOptions>('nllLoss', args, NLL);
  const reduction = reductionOf(options.reduction);
  const rows = labelled('nllLoss', floatArray('nllLoss', input), target, options);
  const { x, labels, weights } = rows;
  const loss = x.shape[1] === 0 ? weights : counted(mul(negative(atLabels(x, labels)), weights), labels);
  return reduceRows(loss, rows, reduction);
}

const CROSS_ENTROPY = ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing'] as const;

/**
 * The cross entropy of the softmax of scores with classes, or with probabilities of classes.
 *
 * @param input - scores, (n, classes, ...) or (classes)
 * @param target - integers, (n, ...) or (); or probabilities of the input's shape
 * @param args - `weight` (classes), `ignoreIndex` (-100), `reduction`: 'mean' (default), 'sum' or 'none', `labelSmoothing` (0)
 * @throws IndexError for a label that is no class; ValueError for sizes that don't fit or a smoothing above 1; TypeError for a target
 *   that is neither.
 * @example
 * np.nn.functional.crossEntropy(np.array([[0, 0]]), [1]); // 0.6931471805599453
 */
export function crossEntropy(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<CrossEntropyOptions, typeof CROSS_ENTROPY>
): ArrayOrScalar {
  const options = bind<CrossEntropyOptions>('crossEntropy', args, CROSS_ENTROPY);
  const { labelSmoothing = 0 } = options;
  const smoothing = Math.max(labelSmoothing, 0);
  const reduction = reductionOf(options.reduction);
  if (!(labelSmoothing <= 1))
    throw new ValueError(`labelSmoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`);
  const x = floatArray('crossEntropy', input);
  const y = asArray(target);
  if (y.dtype.kind === 'f' && x.ndim > 0 && sameShape(x.shape, y.shape))
    return ofProbabilities(x, alike('crossEntropy', y, x, 'target'), options, reduction, smoothing);
  const rows = labelled('crossEntropy', x, target, options);
  const losses = smoothing === 0 ? ofLabels(rows) : ofSmoothedLabels(rows, smoothing);
  const result = reduceRows(losses, rows, reduction);
  return rows.labels.storage === y.storage
    ? left(result, rows.weights)
    : left(result, rows.weights, rows.labels);
}

function ofLabels({ x, labels, weights }: Labelled): NDArray {
  return crossEntropyRows(x, labels, weights);
}

/** The label's share is less by the smoothing, which all classes share. */
function ofSmoothedLabels({ x, labels, weights, weight }: Labelled, smoothing: number): NDArray {
  const logs = logSoftmaxOf(x, 1);
  const own = mul(negative(atLabels(logs, labels)), weights);
  const all = negative(sum(weight ? mul(logs, weight) : logs, { axis: 1 }) as NDArray);
  const both = add(mul(own, 1 - smoothing), mul(all, smoothing / x.shape[1]));
  return counted(both, labels);
}

function ofProbabilities(
  x: NDArray,
  y: NDArray,
  options: NllOptions,
  reduction: Reduction,
  smoothing: number,
): ArrayOrScalar {
  const axis = classAxis(x);
  const weight = classWeight('crossEntropy', options.weight, x);
  const even = smoothing / x.shape[axis];
  const shares = smoothing === 0 ? y : (np.add(mul(y, 1 - smoothing), even) as NDArray);
  const factors = weight
    ? mul(shares, reshape(weight, [-1, ...new Array<number>(Math.max(x.ndim - 2, 0)).fill(1)]))
    : shares;
  const losses = negative(sum(mul(logSoftmaxOf(x, axis), factors), { axis }) as NDArray);
  if (reduction !== 'mean') return reduce(losses, reduction);
  const count = x.ndim === 1 ? 1 : x.shape[0] * sizeOf(x.shape.slice(2));
  return divide(sum(losses) as NDArray, count) as ArrayOrScalar;
}
