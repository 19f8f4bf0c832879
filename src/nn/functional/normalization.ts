/** Normalisation of batches, instances, groups, layers and rows. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import { sameShape, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { finfo } from '../../np/limits.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { mean, var_ } from '../../np/statistics/moments.ts';
import { add, multiply, subtract } from '../../np/ufuncs.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { standardizeBatch } from '../../ops/batchnorm.ts';
import { normalizeRows } from '../../ops/rows/norm.ts';
import { affine, standardized } from '../../ops/ufuncs/activations.ts';
import { noGrad } from '../../tensor/modes.ts';
import { constant, optional, peek } from './arguments.ts';
import { floatArray, listed } from './images.ts';

/** What statistics of batches are gathered in, and what the result is scaled and shifted by: a number for each channel. */
interface ChannelOptions {
  /** The mean of all batches so far, written to while training. */
  runningMean?: NDArray | null;
  runningVar?: NDArray | null;
  weight?: ArrayLike | null;
  bias?: ArrayLike | null;
  /** How much of the running statistics is the last batch's: a number, or an array of one. */
  momentum?: number | NDArray;
  /** Added to the variance. */
  eps?: number;
}

export interface BatchNormOptions extends ChannelOptions {
  /** Whether the batch's own statistics are used, and gathered. */
  training?: boolean;
}

export interface InstanceNormOptions extends ChannelOptions {
  /** Whether each image's own statistics are used, and gathered. */
  useInputStats?: boolean;
}

interface Channels {
  readonly x: NDArray;
  readonly count: number;
  readonly runningMean: NDArray | null;
  readonly runningVar: NDArray | null;
  readonly weight: NDArray | null;
  readonly bias: NDArray | null;
  readonly momentum: number | NDArray;
  readonly eps: number;
}

function channelsOf(fn: string, input: ArrayLike, options: ChannelOptions): Channels {
  const x = floatArray(fn, input);
  const count = x.ndim > 1 ? x.shape[1] : 0;
  const { momentum = 0.1, eps = 1e-5 } = options;
  const each = (name: 'runningMean' | 'runningVar' | 'weight' | 'bias'): NDArray | null => {
    const a = optional(fn, options[name], x, name);
    if (a !== null && !sameShape(a.shape, [count]))
      throw new ValueError(`${fn}: ${name} should contain ${count} elements not ${listed(a.shape)}`);
    return a;
  };
  const [runningMean, runningVar] = [each('runningMean'), each('runningVar')];
  return { x, count, runningMean, runningVar, weight: each('weight'), bias: each('bias'), momentum, eps };
}

/** A number for each channel, shaped to broadcast against images. */
const perChannel = (a: NDArray, { x, count }: Channels): NDArray =>
  reshape(a, [count, ...new Array<number>(Math.max(x.ndim - 2, 0)).fill(1)]);

/** The images less a mean and divided by a deviation, times weight, plus bias. */
function standardize(channels: Channels, average: NDArray, variance: NDArray): NDArray {
  const { x, weight, bias, eps } = channels;
  const factor = weight ? perChannel(weight, channels) : 1;
  const shift = bias ? perChannel(bias, channels) : 0;
  return callUFunc(standardized, [x, average, variance, eps, factor, shift]) as NDArray;
}

/** Moves running statistics towards those of a batch, in place and off the tape. */
function gather(running: NDArray | null, batch: NDArray, momentum: number | NDArray): void {
  if (running === null) return;
  noGrad(() => {
    const moved = multiply(reshape(constant(batch), running.shape), momentum);
    const stays = typeof momentum === 'number' ? 1 - momentum : subtract(1, momentum);
    add(multiply(running, stays), moved, { out: running });
  });
}

/** The variance of a sample of so many, from that of the sample itself. */
const unbiased = (variance: NDArray, count: number): NDArray =>
  multiply(constant(variance), count / (count - 1)) as NDArray;

const BATCH = ['runningMean', 'runningVar', 'weight', 'bias', 'training', 'momentum', 'eps'] as const;

/**
 * Every channel less its mean and divided by its deviation, over the batch while training, else over what `runningMean` and `runningVar`
 * have gathered (Ioffe and Szegedy 2015).
 *
 * @param input - (n, channels, ...)
 * @param args - `runningMean`, `runningVar`, `weight`, `bias`, `training` (false), `momentum` (0.1), `eps` (1e-5)
 * @returns as `input`
 * @throws ValueError for one number in each channel while training, or sizes that don't fit; RuntimeError without statistics.
 * @example
 * np.nn.functional.batchNorm(np.array([[1], [3]]), null, null, { training: true }); // array([[-0.999995], [ 0.999995]])
 */
export function batchNorm(input: ArrayLike, ...args: Args<BatchNormOptions, typeof BATCH>): NDArray {
  const options = bind<BatchNormOptions>('batchNorm', args, BATCH);
  const channels = channelsOf('batchNorm', input, options);
  const { x, count, runningMean, runningVar, weight, bias, momentum, eps } = channels;
  if (!options.training) {
    if (runningMean === null || runningVar === null)
      throw new RuntimeError(
        'batchNorm: expected runningMean and runningVar to be given when training is false',
      );
    return standardize(channels, perChannel(runningMean, channels), perChannel(runningVar, channels));
  }
  const samples = count === 0 ? x.size : x.size / count;
  if (samples === 1) {
    throw new ValueError(
      `Expected more than 1 value per channel when training, got input size ${listed(x.shape)}`,
    );
  }
  const axis = [...x.shape.keys()].filter((i) => i !== 1);
  const average = peek(() => mean(x, { axis, keepdims: true })) as NDArray;
  const variance = peek(() => var_(x, { axis, keepdims: true, mean: average })) as NDArray;
  gather(runningMean, average, momentum);
  if (runningVar) gather(runningVar, unbiased(variance, samples), momentum);
  const [w, b] = [weight, bias].map((a) => a && perChannel(a, channels));
  return standardizeBatch(x, w, b, average, variance, eps, axis);
}

const INSTANCE = ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps'] as const;

/**
 * Every channel of every image less its mean and divided by its deviation (Ulyanov et al. 2016).
 *
 * @param input - (n, channels, ...spatial)
 * @param args - `runningMean`, `runningVar`, `weight`, `bias`, `useInputStats` (true), `momentum` (0.1), `eps` (1e-5)
 * @throws ValueError for one number in each channel, or sizes that don't fit; RuntimeError without statistics.
 * @example
 * np.nn.functional.instanceNorm(np.array([[[1, 3]]])); // array([[[-0.999995,  0.999995]]])
 */
export function instanceNorm(input: ArrayLike, ...args: Args<InstanceNormOptions, typeof INSTANCE>): NDArray {
  const { useInputStats = true, ...options } = bind<InstanceNormOptions>('instanceNorm', args, INSTANCE);
  const channels = channelsOf('instanceNorm', input, options);
  const { x, count, runningMean, runningVar, momentum, eps } = channels;
  if (!useInputStats) {
    if (runningMean === null || runningVar === null) {
      throw new RuntimeError(
        'instanceNorm: Expected runningMean and runningVar to be defined when useInputStats is false',
      );
    }
    return standardize(channels, perChannel(runningMean, channels), perChannel(runningVar, channels));
  }
  const samples = sizeOf(x.shape.slice(2));
  if (samples === 1) {
    throw new ValueError(
      `Expected more than 1 spatial element when training, got input size ${listed(x.shape)}`,
    );
  }
  if (runningMean !== null || runningVar !== null) {
    const axis = [...x.shape.keys()].slice(2);
    const still = constant(x);
    const overBatch = (a: unknown): NDArray => mean(a as NDArray, { axis: 0 }) as NDArray;
    gather(runningMean, overBatch(mean(still, { axis })), momentum);
    gather(runningVar, overBatch(unbiased(var_(still, { axis }) as NDArray, samples)), momentum);
  }
  const rows = reshape(x, [x.shape[0], count, samples]);
  const plain = reshape(normalizeRows(rows, null, null, { axes: 1, centered: true, eps }), x.shape);
  return scaled(plain, channels);
}

/** Channels times weight, plus bias. */
function scaled(plain: NDArray, channels: Channels): NDArray {
  const { weight, bias } = channels;
  if (weight === null && bias === null) return plain;
  const factor = weight ? perChannel(weight, channels) : 1;
  return callUFunc(affine, [plain, factor, bias ? perChannel(bias, channels) : 0]) as NDArray;
}

interface GroupNormOptions {
  weight?: ArrayLike | null;
  bias?: ArrayLike | null;
  eps?: number;
}

const GROUP = ['weight', 'bias', 'eps'] as const;

/**
 * Every group of channels of every image less its mean and divided by its deviation (Wu and He 2018).
 *
 * @param input - (n, channels, ...)
 * @param numGroups - into how many groups the channels are divided
 * @param args - `weight` and `bias` (channels), `eps` (1e-5)
 * @throws ValueError if the channels don't divide evenly, or sizes don't fit.
 * @example
 * np.nn.functional.groupNorm(np.array([[1, 3]]), 1); // array([[-0.999995,  0.999995]])
 */
export function groupNorm(
  input: ArrayLike,
  numGroups: number,
  ...args: Args<GroupNormOptions, typeof GROUP>
): NDArray {
  const options = bind<GroupNormOptions>('groupNorm', args, GROUP);
  const channels = channelsOf('groupNorm', input, options);
  const { x, count, eps } = channels;
  if (x.ndim < 2)
    throw new ValueError(`Expected at least 2 dimensions for input to groupNorm, but got ${listed(x.shape)}`);
  if (!Number.isInteger(numGroups) || numGroups < 1 || count % numGroups !== 0) {
    throw new ValueError(
      `Expected number of channels in input to be divisible by numGroups, but got input of shape ${listed(x.shape)} and numGroups=${numGroups}`,
    );
  }
  const groups = reshape(x, [x.shape[0], numGroups, sizeOf(x.shape.slice(1)) / numGroups]);
  return scaled(
    reshape(normalizeRows(groups, null, null, { axes: 1, centered: true, eps }), x.shape),
    channels,
  );
}

interface Rows {
  readonly x: NDArray;
  /** The shape of a row. */
  readonly row: readonly number[];
}

function rowsOf(fn: string, input: ArrayLike, normalizedShape: number | readonly number[]): Rows {
  const x = floatArray(fn, input);
  const row = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (row.length === 0) {
    throw new ValueError(
      `${fn}: Expected normalizedShape to be at least 1-dimensional, i.e., containing at least one element, but got normalizedShape = []`,
    );
  }
  if (x.ndim < row.length || !sameShape(x.shape.slice(x.ndim - row.length), row)) {
    throw new ValueError(
      `${fn}: Given normalizedShape=${listed(row)}, expected input with shape [*, ${row.join(', ')}], but got input of size ${listed(x.shape)}`,
    );
  }
  return { x, row };
}

/** A weight or bias of the shape of a row. */
function shapedAs(
  fn: string,
  a: ArrayLike | null | undefined,
  { x, row }: Rows,
  name: string,
): NDArray | null {
  const given = optional(fn, a, x, name);
  if (given !== null && !sameShape(given.shape, row)) {
    throw new ValueError(
      `${fn}: Expected ${name} to be of same shape as normalizedShape, but got ${name} of shape ${listed(given.shape)} and normalizedShape = ${listed(row)}`,
    );
  }
  return given;
}

/**
 * Every row less its mean and divided by its deviation, times weight, plus bias (Ba et al. 2016).
 *
 * @param input - (..., ...normalizedShape)
 * @param normalizedShape - the shape of a row
 * @param args - `weight` and `bias` of that shape, `eps` (1e-5)
 * @throws ValueError for sizes that don't fit; TypeError for different dtypes.
 * @example
 * np.nn.functional.layerNorm(np.array([1, 3]), [2]); // array([-0.999995,  0.999995])
 */
export function layerNorm(
  input: ArrayLike,
  normalizedShape: number | readonly number[],
  ...args: Args<GroupNormOptions, typeof GROUP>
): NDArray {
  const { weight, bias, eps = 1e-5 } = bind<GroupNormOptions>('layerNorm', args, GROUP);
  const rows = rowsOf('layerNorm', input, normalizedShape);
  const w = shapedAs('layerNorm', weight, rows, 'weight');
  const b = shapedAs('layerNorm', bias, rows, 'bias');
  return normalizeRows(rows.x, w, b, { axes: rows.row.length, centered: true, eps });
}

/**
 * Every row divided by the root of its mean square, times weight (Zhang and Sennrich 2019).
 *
 * @param input - (..., ...normalizedShape)
 * @param normalizedShape - the shape of a row
 * @param args - `weight` of that shape, `eps` (the dtype's, where none is given)
 * @throws ValueError for sizes that don't fit; TypeError for different dtypes.
 * @example
 * np.nn.functional.rmsNorm(np.array([3, 3]), [2]); // array([1., 1.])
 */
export function rmsNorm(
  input: ArrayLike,
  normalizedShape: number | readonly number[],
  ...args: Args<{ weight?: ArrayLike | null; eps?: number | null }, ['weight', 'eps']>
): NDArray {
  const options = bind<{ weight: ArrayLike | null; eps: number | null }>('rmsNorm', args, ['weight', 'eps']);
  const rows = rowsOf('rmsNorm', input, normalizedShape);
  const weight = shapedAs('rmsNorm', options.weight, rows, 'weight');
  const eps = options.eps ?? Number(finfo(rows.x.dtype).eps);
  return normalizeRows(rows.x, weight, null, { axes: rows.row.length, centered: false, eps });
}
