/** Losses of probabilities of yes and no. */
import { refusable } from '../../../ops/refuse.ts';
import { ValueError } from '../../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../../array/ndarray.ts';
import type { Args } from '../../../np/args.ts';
import { bind } from '../../../np/args.ts';
import { sum } from '../../../np/statistics/reductions.ts';
import { divide, greater_equal, less_equal, logical_and, logical_not, multiply } from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import type { Refusal } from '../../../ops/refuse.ts';
import * as rows from '../../../ops/ufuncs/losses.ts';
import { beside, optional, refuse, requireBroadcast, requireSameShape } from '../arguments.ts';
import { floatArray, listed } from '../images.ts';
import type { Reduced } from './reduction.ts';
import { losses, reduce, reductionOf } from './reduction.ts';

interface BinaryOptions extends Reduced {
  /** A factor for each element, broadcast. */
  weight?: ArrayLike | null;
}

export interface LogitsOptions extends BinaryOptions {
  /** A factor for the positive cases, broadcast. */
  posWeight?: ArrayLike | null;
}

/** An input and a target of one shape. */
function operands(fn: string, input: ArrayLike, target: ArrayLike): [NDArray, NDArray] {
  const x = floatArray(fn, input);
  const y = beside(target, x);
  requireSameShape(fn, x, y, ['input', 'target']);
  return [x, y];
}

function weighted(fn: string, loss: NDArray, weight: ArrayLike | null | undefined): NDArray {
  const factors = optional(fn, weight, loss, 'weight');
  if (factors === null) return loss;
  requireBroadcast(loss, factors);
  return multiply(loss, factors) as NDArray;
}

const NO_PROBABILITY: Refusal = {
  name: 'input that is no probability',
  error: () => new ValueError('binaryCrossEntropy: all elements of input should be between 0 and 1'),
};

/**
 * The cross entropy of probabilities with targets from 0 to 1. No logarithm counts as less than -100.
 *
 * @param args - `weight`, `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for different shapes, or an input outside 0 to 1 (on a GPU, reading the result does).
 * @example
 * np.nn.functional.binaryCrossEntropy(np.array([0.5]), np.array([1])); // 0.6931471805599453
 */
export function binaryCrossEntropy(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<BinaryOptions, ['weight', 'reduction']>
): ArrayOrScalar {
  const fn = 'binaryCrossEntropy';
  const options = bind<BinaryOptions>(fn, args, ['weight', 'reduction']);
  const reduction = reductionOf(options.reduction);
  const [given, y] = operands(fn, input, target);
  const x = refusable(given);
  refuse(
    x,
    () => logical_not(logical_and(greater_equal(x, 0), less_equal(x, 1))) as ArrayOrScalar,
    NO_PROBABILITY,
  );
  return reduce(weighted(fn, losses(rows.crossEntropyOfProbability, x, y), options.weight), reduction);
}

const LOGITS = ['weight', 'reduction', 'posWeight'] as const;

/**
 * The cross entropy of the sigmoid of scores with targets from 0 to 1.
 *
 * @param args - `weight`, `reduction`: 'mean' (default), 'sum' or 'none', `posWeight`
 * @throws ValueError for different shapes.
 * @example
 * np.nn.functional.binaryCrossEntropyWithLogits(np.array([0]), np.array([1])); // 0.6931471805599453
 */
export function binaryCrossEntropyWithLogits(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<LogitsOptions, typeof LOGITS>
): ArrayOrScalar {
  const fn = 'binaryCrossEntropyWithLogits';
  const options = bind<LogitsOptions>(fn, args, LOGITS);
  const reduction = reductionOf(options.reduction);
  const [x, y] = operands(fn, input, target);
  const positive = optional(fn, options.posWeight, x, 'posWeight');
  if (positive) requireBroadcast(x, positive);
  const loss = positive
    ? losses(rows.crossEntropyOfWeightedLogit, x, y, positive)
    : losses(rows.crossEntropyOfLogit, x, y);
  return reduce(weighted(fn, loss, options.weight), reduction);
}

/**
 * The mean over classes (the last axis) of the cross entropy of each score's sigmoid with targets 0 and 1.
 *
 * @param input - (n, classes) or (classes)
 * @param args - `weight` (classes), `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for different shapes.
 * @example
 * np.nn.functional.multilabelSoftMarginLoss(np.array([[0, 0]]), np.array([[0, 1]])); // 0.6931471805599453
 */
export function multilabelSoftMarginLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<BinaryOptions, ['weight', 'reduction']>
): ArrayOrScalar {
  const fn = 'multilabelSoftMarginLoss';
  const options = bind<BinaryOptions>(fn, args, ['weight', 'reduction']);
  const reduction = reductionOf(options.reduction);
  const [x, y] = operands(fn, input, target);
  if (x.ndim === 0) throw new ValueError(`${fn}: input must have an axis of classes, got ${listed(x.shape)}`);
  const each = weighted(fn, losses(rows.crossEntropyOfLogit, x, y), options.weight);
  return reduce(divide(sum(each, { axis: -1 }), x.shape[x.ndim - 1]) as NDArray, reduction);
}
