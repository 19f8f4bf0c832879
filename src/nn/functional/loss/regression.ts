/** Losses of numbers against numbers. */
import { refusable } from '../../../ops/refuse.ts';
import { ValueError } from '../../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../../array/ndarray.ts';
import type { Args } from '../../../np/args.ts';
import { bind } from '../../../np/args.ts';
import { expand_dims } from '../../../np/shape/reshape.ts';
import * as np from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import type { Refusal } from '../../../ops/refuse.ts';
import type { UFuncRow } from '../../../ops/ufunc.ts';
import * as rows from '../../../ops/ufuncs/losses.ts';
import { beside, refuse } from '../arguments.ts';
import { listed } from '../images.ts';
import type { Reduced } from './reduction.ts';
import { losses, pair, reduce, reductionOf } from './reduction.ts';

type LossArgs = Args<Reduced, ['reduction']>;

const simple =
  (fn: string, row: UFuncRow) =>
  (input: ArrayLike, target: ArrayLike, ...args: LossArgs): ArrayOrScalar => {
    const reduction = reductionOf(bind<Reduced>(fn, args, ['reduction']).reduction);
    return reduce(losses(row, ...pair(fn, input, target)), reduction);
  };

/**
 * (input - target)^2.
 *
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.mseLoss(np.array([1, 2]), np.array([0, 0])); // 2.5
 */
export const mseLoss = /* @__PURE__ */ simple('mseLoss', rows.squaredError);

/**
 * |input - target|.
 *
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.l1Loss(np.array([1, 2]), np.array([0, 0])); // 1.5
 */
export const l1Loss = /* @__PURE__ */ simple('l1Loss', rows.absoluteError);

/**
 * log(1 + exp(-target * input)), for targets 1 and -1.
 *
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.softMarginLoss(np.array([0]), np.array([1])); // 0.6931471805599453
 */
export const softMarginLoss = /* @__PURE__ */ simple('softMarginLoss', rows.softMargin);

/**
 * The squared error over 2 beta where the error is below beta, else |error| - beta / 2 (Girshick, "Fast R-CNN").
 *
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'; `beta` (1)
 * @throws ValueError for a negative beta, or shapes that don't broadcast.
 * @example
 * np.nn.functional.smoothL1Loss(np.array([0.5, 3]), np.array([0, 0]), 'none'); // array([0.125, 2.5  ])
 */
export function smoothL1Loss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<Reduced & { beta?: number }, ['reduction', 'beta']>
): ArrayOrScalar {
  const options = bind<Reduced & { beta: number }>('smoothL1Loss', args, ['reduction', 'beta']);
  const { beta = 1 } = options;
  const reduction = reductionOf(options.reduction);
  if (!(beta >= 0))
    throw new ValueError(`smoothL1Loss does not support negative values for beta, got ${beta}`);
  return reduce(losses(rows.smoothL1, ...pair('smoothL1Loss', input, target), beta), reduction);
}

/**
 * Half the squared error up to delta, else delta (|error| - delta / 2) (Huber 1964).
 *
 * @param args - `reduction`: 'mean' (default), 'sum' or 'none'; `delta` (1)
 * @throws ValueError for a delta that is not positive, or shapes that don't broadcast.
 * @example
 * np.nn.functional.huberLoss(np.array([0.5, 3]), np.array([0, 0]), 'none'); // array([0.125, 2.5  ])
 */
export function huberLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<Reduced & { delta?: number }, ['reduction', 'delta']>
): ArrayOrScalar {
  const options = bind<Reduced & { delta: number }>('huberLoss', args, ['reduction', 'delta']);
  const { delta = 1 } = options;
  const reduction = reductionOf(options.reduction);
  if (!(delta > 0))
    throw new ValueError(`huberLoss does not support non-positive values for delta, got ${delta}`);
  return reduce(losses(rows.huber, ...pair('huberLoss', input, target), delta), reduction);
}

interface PoissonOptions extends Reduced {
  /** Whether the input is the logarithm of the rate. */
  logInput?: boolean;
  /** Whether log(target!) is added, by Stirling's formula. */
  full?: boolean;
  /** Keeps the logarithm of a rate of zero finite. */
  eps?: number;
}

const POISSON = ['logInput', 'full', 'eps', 'reduction'] as const;

/**
 * The negative log likelihood of counts, given a Poisson distribution's rate.
 *
 * @param args - `logInput` (true), `full` (false), `eps` (1e-8), `reduction`
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.poissonNllLoss(np.array([0]), np.array([2])); // 1
 */
export function poissonNllLoss(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<PoissonOptions, typeof POISSON>
): ArrayOrScalar {
  const options = bind<PoissonOptions>('poissonNllLoss', args, POISSON);
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const reduction = reductionOf(options.reduction);
  const [x, y] = pair('poissonNllLoss', input, target);
  const loss = logInput ? losses(rows.poissonOfLog, x, y) : losses(rows.poisson, x, y, eps);
  return reduce(full ? (np.add(loss, losses(rows.stirling, y)) as NDArray) : loss, reduction);
}

interface GaussianOptions extends Reduced {
  /** Whether the constant is added. */
  full?: boolean;
  /** The least variance that is computed with. */
  eps?: number;
}

const GAUSSIAN = ['full', 'eps', 'reduction'] as const;

const BELOW_ZERO: Refusal = {
  name: 'variance below zero',
  error: () => new ValueError('gaussianNllLoss: var has negative entry/entries'),
};

/**
 * The negative log likelihood of numbers, given a normal distribution's mean and variance.
 *
 * @param variance - of the input's shape, or without or with 1 for its last axis
 * @param args - `full` (false), `eps` (1e-6), `reduction`
 * @throws ValueError for a negative variance (on a GPU, reading the result does), or one of another size.
 * @example
 * np.nn.functional.gaussianNllLoss(np.array([1]), np.array([3]), np.array([1])); // 2
 */
export function gaussianNllLoss(
  input: ArrayLike,
  target: ArrayLike,
  variance: ArrayLike,
  ...args: Args<GaussianOptions, typeof GAUSSIAN>
): ArrayOrScalar {
  const options = bind<GaussianOptions>('gaussianNllLoss', args, GAUSSIAN);
  const { full = false, eps = 1e-6 } = options;
  const reduction = reductionOf(options.reduction);
  const [x, y] = pair('gaussianNllLoss', input, target);
  const v = refusable(fitVariance(beside(variance, x), x));
  refuse(v, () => np.less(v, 0), BELOW_ZERO);
  const loss = losses(rows.gaussian, x, y, losses(rows.raised, v, eps));
  return reduce(full ? (np.add(loss, 0.5 * Math.log(2 * Math.PI)) as NDArray) : loss, reduction);
}

/** The variance in a shape that broadcasts to the input's. */
function fitVariance(v: NDArray, x: NDArray): NDArray {
  const [own, wanted] = [listed(v.shape), listed(x.shape)];
  if (own === wanted) return v;
  if (own === listed(x.shape.slice(0, -1))) return expand_dims(v, -1);
  if (own === listed([...x.shape.slice(0, -1), 1])) return v;
  throw new ValueError(`gaussianNllLoss: var is of incorrect size ${own} for an input of size ${wanted}`);
}

interface DivergenceOptions {
  /** 'batchmean' divides the sum by the length of the first axis. */
  reduction?: 'none' | 'mean' | 'sum' | 'batchmean';
  /** Whether the target is a logarithm too. */
  logTarget?: boolean;
}

/**
 * target (log target - input): Kullback and Leibler's divergence of a distribution, whose logarithm is given, from another one.
 *
 * @param args - `reduction`: 'mean' (default), 'batchmean', 'sum' or 'none'; `logTarget` (false)
 * @throws ValueError for shapes that don't broadcast.
 * @example
 * np.nn.functional.klDiv(np.log(np.array([0.5, 0.5])), np.array([1, 0]), 'sum'); // 0.6931471805599453
 */
export function klDiv(
  input: ArrayLike,
  target: ArrayLike,
  ...args: Args<DivergenceOptions, ['reduction', 'logTarget']>
): ArrayOrScalar {
  const options = bind<DivergenceOptions>('klDiv', args, ['reduction', 'logTarget']);
  const { reduction, logTarget = false } = options;
  const byBatch = reduction === 'batchmean';
  const how = byBatch ? 'sum' : reductionOf(reduction);
  const [x, y] = pair('klDiv', input, target);
  const loss = reduce(losses(logTarget ? rows.divergenceOfLog : rows.divergence, x, y), how);
  return byBatch && x.ndim > 0 ? (np.divide(loss, x.shape[0]) as ArrayOrScalar) : loss;
}
