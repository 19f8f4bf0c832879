/** Connectionist temporal classification (Graves et al. 2006): the loss of a sequence of labels whose places in time are not known. */
import { IndexError, ValueError } from '../../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../../array/ndarray.ts';
import type { Args } from '../../../np/args.ts';
import { bind } from '../../../np/args.ts';
import { full } from '../../../np/creation/filled.ts';
import { arange } from '../../../np/creation/ranges.ts';
import { where } from '../../../np/indexing/choose.ts';
import { take_along_axis } from '../../../np/indexing/take.ts';
import { concatenate, stack } from '../../../np/shape/join.ts';
import { expand_dims, reshape, squeeze } from '../../../np/shape/reshape.ts';
import { sum } from '../../../np/statistics/reductions.ts';
import * as np from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import { asArray } from '../../../ops/asarray.ts';
import { cast } from '../../../ops/cast.ts';
import { getIndex } from '../../../ops/index/get.ts';
import { ctcStep } from '../../../ops/ufuncs/losses.ts';
import { narrow } from '../../../ops/views.ts';
import { constant, integerArray, peek } from '../arguments.ts';
import { floatArray, listed } from '../images.ts';
import type { Reduced } from './reduction.ts';
import { losses, reduce, reductionOf } from './reduction.ts';

interface CtcOptions extends Reduced {
  /** The class that stands for no label. */
  blank?: number;
  /** Whether infinite losses, of targets too long for their inputs, count as zero. */
  zeroInfinity?: boolean;
}

const KEYWORDS = ['blank', 'reduction', 'zeroInfinity'] as const;

/** Stands for the logarithm of zero: finite, so that derivatives are numbers. */
const NOTHING = -1e30;

/** A loss that no path accounts for. */
const ENDLESS = 1e29;

/** A batch of sequences and their labels. */
interface Batch {
  /** (time, n, classes) */
  readonly logs: NDArray;
  /** (n, longest), 0 where a target is shorter. */
  readonly labels: NDArray;
  readonly inputLengths: readonly number[];
  readonly targetLengths: readonly number[];
  readonly blank: number;
}

function lengthsOf(lengths: ArrayLike, name: string, count: number): number[] {
  const given = reshape(integerArray('ctcLoss', lengths, name), -1);
  if (given.size !== count)
    throw new ValueError(`ctcLoss: ${name} must be of size batch_size, ${count}, got ${given.size}`);
  return (given.tolist() as (number | bigint)[]).map(Number);
}

const column = (values: readonly number[]): NDArray => reshape(asArray(values.map(BigInt)), [-1, 1]);

/** Labels side by side, from targets padded or one after the other. */
function labelsOf(targets: NDArray, lengths: readonly number[]): NDArray {
  const longest = Math.max(0, ...lengths);
  const places = arange(longest, { dtype: 'int64' });
  const isLabel = np.less(places, column(lengths)) as NDArray;
  if (targets.ndim === 2) {
    if (targets.shape[0] !== lengths.length || targets.shape[1] < longest) {
      throw new ValueError(
        `ctcLoss: Expected targets to have size at least (${lengths.length}, ${longest}), but got size ${listed(targets.shape)}`,
      );
    }
    return where(isLabel, narrow(targets, 1, 0, longest), 0);
  }
  const total = lengths.reduce((a, b) => a + b, 0);
  if (targets.ndim !== 1 || targets.size !== total) {
    throw new ValueError(
      `ctcLoss: Expected targets to have size ${total}, the sum of targetLengths, but got size ${listed(targets.shape)}`,
    );
  }
  let start = 0;
  const starts = lengths.map((n) => (start += n) - n);
  const found = where(isLabel, np.add(column(starts), places) as NDArray, 0);
  return total === 0 ? found : where(isLabel, getIndex(targets, [found]) as NDArray, 0);
}

function parse(
  logs: NDArray,
  targets: ArrayLike,
  inputLengths: ArrayLike,
  targetLengths: ArrayLike,
  blank: number,
): Batch {
  const [time, count, classes] = logs.shape;
  if (!Number.isInteger(blank) || blank < 0 || blank >= classes)
    throw new ValueError(`ctcLoss: blank must be in label range, 0 to ${classes - 1}, got ${blank}`);
  const inputs = lengthsOf(inputLengths, 'inputLengths', count);
  const outputs = lengthsOf(targetLengths, 'targetLengths', count);
  const tooLong = inputs.find((n) => n > time);
  if (tooLong !== undefined)
    throw new ValueError(
      `ctcLoss: Expected inputLengths to have value at most ${time}, but got value ${tooLong}`,
    );
  const negative = [...inputs, ...outputs].find((n) => n < 0);
  if (negative !== undefined) throw new ValueError(`ctcLoss: lengths must not be negative, got ${negative}`);
  const labels = peek(() => labelsOf(integerArray('ctcLoss', targets, 'targets'), outputs));
  requireLabels(labels, classes);
  return { logs, labels, inputLengths: inputs, targetLengths: outputs, blank };
}

/** @throws IndexError for a label that is no class. */
function requireLabels(labels: NDArray, classes: number): void {
  const wrong = peek(() =>
    getIndex(labels, [np.logical_or(np.less(labels, 0), np.greater_equal(labels, classes)) as NDArray]),
  ) as NDArray;
  if (wrong.size > 0)
    throw new IndexError(
      `ctcLoss: label ${Number(wrong.get(0))} is out of bounds: there are ${classes} classes`,
    );
}

/** Labels with blanks before, between and behind them: (n, 2 longest + 1). */
function withBlanks({ labels, blank }: Batch): NDArray {
  const [count, longest] = labels.shape;
  const blanks = full([count, longest], blank, { dtype: 'int64' });
  const pairs = reshape(stack([blanks, labels], { axis: 2 }), [count, 2 * longest]);
  return concatenate([pairs, full([count, 1], blank, { dtype: 'int64' })], 1);
}

/** 0 where a path may come from two states before, past a blank between different labels. */
function skips(states: NDArray, { blank }: Batch, logs: NDArray): NDArray {
  const [count, width] = states.shape;
  const before = full([count, Math.min(2, width)], blank, { dtype: 'int64' });
  const twoBefore = width > 2 ? concatenate([before, narrow(states, 1, 0, width - 2)], 1) : before;
  const isLabel = np.not_equal(states, blank) as NDArray;
  const may = np.logical_and(isLabel, np.not_equal(states, twoBefore)) as NDArray;
  return where(may, 0, asArray(NOTHING, logs.dtype));
}

/** Paths begin with the first blank or the first label. */
function beginnings(batch: Batch, width: number): NDArray {
  const places = arange(width, { dtype: 'int64' });
  const last = column(batch.targetLengths.map((n) => Math.min(n, 1)));
  return where(np.less_equal(places, last) as NDArray, 0, asArray(NOTHING, batch.logs.dtype));
}

/** The logarithm of the probability of all paths up to each state, at the end of each input: (n, states). */
function forward(batch: Batch, states: NDArray): NDArray {
  const { logs, inputLengths } = batch;
  const [time, count] = logs.shape;
  const width = states.shape[1];
  const emitted = take_along_axis(logs, expand_dims(states, 0), 2);
  const skip = peek(() => skips(states, batch, logs));
  const lengths = cast(column(inputLengths), logs.dtype);
  const border = full([count, 2], NOTHING, { dtype: logs.dtype });
  const at = (t: number): NDArray => squeeze(narrow(emitted, 0, t, 1), 0) as NDArray;
  let alpha = np.add(
    at(0),
    peek(() => beginnings(batch, width)),
  ) as NDArray;
  for (let t = 1; t < time; t++) {
    const padded = concatenate([border, alpha], 1);
    const [twoBefore, oneBefore] = [narrow(padded, 1, 0, width), narrow(padded, 1, 1, width)];
    alpha = losses(ctcStep, alpha, oneBefore, twoBefore, skip, at(t), t, lengths);
  }
  return alpha;
}

/** The negative log likelihood of each sequence: (n). */
function likelihoods(batch: Batch): NDArray {
  const { logs, inputLengths, targetLengths } = batch;
  const isVoid = asArray(inputLengths.map((n) => n === 0));
  const ofVoid = cast(asArray(targetLengths.map((n) => (n === 0 ? 0 : Infinity))), logs.dtype);
  if (logs.shape[0] === 0) return ofVoid;
  const alpha = forward(
    batch,
    peek(() => withBlanks(batch)),
  );
  const ends = [0, 1].map((back) => column(targetLengths.map((n) => Math.max(2 * n - back, 0))));
  const [blank, label] = ends.map((end) => squeeze(take_along_axis(alpha, end, 1), 1) as NDArray);
  const hasLabel = asArray(targetLengths.map((n) => n > 0));
  const loss = np.negative(
    np.logaddexp(blank, where(hasLabel, label, asArray(NOTHING, logs.dtype))),
  ) as NDArray;
  return where(isVoid, ofVoid, logs.traced ? (np.add(loss, normalizing(batch)) as NDArray) : loss);
}

/**
 * Zeros, whose gradient is exp(logs): PyTorch's derivative takes for granted that `logs` come from a log softmax, and is that of the
 * softmax's own inputs.
 */
function normalizing({ logs, inputLengths }: Batch): NDArray {
  const times = reshape(arange(logs.shape[0], { dtype: 'int64' }), [-1, 1, 1]);
  const isLive = np.less(times, reshape(column(inputLengths), [1, -1, 1])) as NDArray;
  const shares = np.exp(logs) as NDArray;
  const zeros = np.subtract(shares, constant(shares)) as NDArray;
  return sum(where(isLive, zeros, 0), { axis: [0, 2] }) as NDArray;
}

/**
 * The negative log likelihood of labels, over all ways to spread them in time.
 *
 * @param logProbs - log probabilities, (time, n, classes) or (time, classes)
 * @param targets - labels: (n, longest), or one after the other in one axis
 * @param inputLengths - (n)
 * @param targetLengths - (n)
 * @param args - `blank`: the class of no label, 0; `reduction`: 'mean' (each loss divided by its number of labels first, default), 'sum' or
 *   'none'; `zeroInfinity` (false)
 * @throws ValueError for lengths and sizes that don't fit; IndexError for a label that is no class.
 * @example
 * const logProbs = np.log(np.full([2, 1, 2], 0.5));
 * np.nn.functional.ctcLoss(logProbs, [[1]], [2], [1], { reduction: 'sum' }); // 0.2876820724517809
 */
export function ctcLoss(
  logProbs: ArrayLike,
  targets: ArrayLike,
  inputLengths: ArrayLike,
  targetLengths: ArrayLike,
  ...args: Args<CtcOptions, typeof KEYWORDS>
): ArrayOrScalar {
  const options = bind<CtcOptions>('ctcLoss', args, KEYWORDS);
  const { blank = 0, zeroInfinity = false } = options;
  const reduction = reductionOf(options.reduction);
  const given = floatArray('ctcLoss', logProbs, 'logProbs');
  if (given.ndim !== 2 && given.ndim !== 3) {
    throw new ValueError(
      `ctcLoss: logProbs must be (time, n, classes) or (time, classes), but is of size ${listed(given.shape)}`,
    );
  }
  const logs = given.ndim === 2 ? expand_dims(given, 1) : given;
  const batch = parse(logs, targets, inputLengths, targetLengths, blank);
  const loss = likelihoods(batch);
  const isEndless = peek(() => np.greater(loss, ENDLESS) as NDArray);
  const each = where(isEndless, zeroInfinity ? 0 : Infinity, loss);
  if (reduction === 'mean') {
    const counts = cast(asArray(batch.targetLengths.map((n) => Math.max(n, 1))), logs.dtype);
    return reduce(np.divide(each, counts) as NDArray, 'mean');
  }
  const restored = given.ndim === 2 ? (squeeze(each, 0) as NDArray) : each;
  return reduction === 'none' ? (restored as ArrayOrScalar) : reduce(each, reduction);
}
