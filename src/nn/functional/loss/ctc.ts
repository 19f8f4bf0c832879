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
import { cumsum } from '../../../np/statistics/cumulative.ts';
import { max, sum } from '../../../np/statistics/reductions.ts';
import * as np from '../../../np/ufuncs.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import { asArray } from '../../../ops/asarray.ts';
import { cast } from '../../../ops/cast.ts';
import { getIndex } from '../../../ops/index/get.ts';
import { refusable } from '../../../ops/refuse.ts';
import type { Refusal } from '../../../ops/refuse.ts';
import { ctcStep } from '../../../ops/ufuncs/losses.ts';
import { narrow } from '../../../ops/views.ts';
import { arrayOf, aside, constant, integerArray, isReadable, peek, refuse } from '../arguments.ts';
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

/** A batch of sequences and their labels, on one device. */
interface Batch {
  /** (time, n, classes) */
  readonly logs: NDArray;
  /** (n, longest), 0 where a target is shorter. */
  readonly labels: NDArray;
  /** (n) */
  readonly inputLengths: NDArray;
  /** (n) */
  readonly targetLengths: NDArray;
  readonly blank: number;
}

const NEGATIVE: Refusal = {
  name: 'ctcLoss: negative length',
  error: ([length]) => new ValueError(`ctcLoss: lengths must not be negative, got ${length}`),
};

const TOO_LONG: Refusal = {
  name: 'ctcLoss: input longer than all time',
  error: ([length], [time]) =>
    new ValueError(`ctcLoss: Expected inputLengths to have value at most ${time}, but got value ${length}`),
};

const TOO_WIDE: Refusal = {
  name: 'ctcLoss: target longer than all labels',
  error: ([longest], [count, width]) =>
    new ValueError(
      `ctcLoss: Expected targets to have size at least (${count}, ${longest}), but got size ${listed([count, width])}`,
    ),
};

const OTHER_TOTAL: Refusal = {
  name: 'ctcLoss: another number of labels than lengths say',
  error: ([total], [size]) =>
    new ValueError(
      `ctcLoss: Expected targets to have size ${total}, the sum of targetLengths, but got size ${listed([size])}`,
    ),
};

const NO_CLASS: Refusal = {
  name: 'ctcLoss: label that is no class',
  error: ([label], [classes]) =>
    new IndexError(`ctcLoss: label ${label} is out of bounds: there are ${classes} classes`),
};

function lengthsOf(given: ArrayLike, name: string, count: number): NDArray {
  const lengths = refusable(reshape(integerArray('ctcLoss', given, name), -1));
  if (lengths.size !== count)
    throw new ValueError(`ctcLoss: ${name} must be of size batch_size, ${count}, got ${lengths.size}`);
  refuse(lengths, () => np.less(lengths, 0), NEGATIVE, [lengths]);
  return lengths;
}

const column = (a: NDArray): NDArray => reshape(a, [-1, 1]);

/** The integers from 0 on that number something, in a dtype for it. */
const numbers = (count: number, { dtype }: NDArray): NDArray => arange(count, { dtype });

/** How many labels the longest target has; null if only a GPU knows. */
const longestOf = (lengths: NDArray): number | null =>
  lengths.size === 0 ? 0 : isReadable(lengths) ? peek(() => Number(max(lengths))) : null;

/**
 * Labels side by side, from targets padded or one after the other.
 *
 * @param longest - how many labels a target has at most; where that is not known, there may be as many as there is room for
 */
function labelsOf(targets: NDArray, lengths: NDArray, longest: number | null): NDArray {
  if (targets.ndim !== 1 && targets.ndim !== 2)
    throw new ValueError(
      `ctcLoss: targets must have one axis or two, but are of size ${listed(targets.shape)}`,
    );
  const isPadded = targets.ndim === 2;
  (isPadded ? requireRoom : requireTotal)(targets, lengths);
  const room = targets.shape[targets.ndim - 1];
  const places = numbers(Math.min(longest ?? room, room), lengths);
  const isLabel = np.less(places, column(lengths)) as NDArray;
  if (isPadded) return where(isLabel, narrow(targets, 1, 0, places.size), 0);
  const starts = np.subtract(cumsum(lengths, { dtype: lengths.dtype }), lengths) as NDArray;
  const found = where(isLabel, np.add(column(starts), places) as NDArray, 0);
  return targets.size === 0 ? found : where(isLabel, getIndex(targets, [found]) as NDArray, 0);
}

/** @throws ValueError if there is no room for so many labels in padded targets. */
function requireRoom({ shape: [count, width] }: NDArray, lengths: NDArray): void {
  if (count !== lengths.size)
    throw new ValueError(
      `ctcLoss: Expected targets to have size ${lengths.size} at axis 0, but got size ${listed([count, width])}`,
    );
  if (count === 0) return;
  const most = arrayOf(max(lengths));
  refuse(lengths, () => np.greater(most, width), TOO_WIDE, [most], [count, width]);
}

/** @throws ValueError unless the lengths of targets one after the other sum to their number. */
function requireTotal({ size }: NDArray, lengths: NDArray): void {
  const total = arrayOf(sum(lengths, { dtype: lengths.dtype }));
  refuse(lengths, () => np.not_equal(total, size), OTHER_TOTAL, [total], [size]);
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
  refuse(inputs, () => np.greater(inputs, time), TOO_LONG, [inputs], [time]);
  const outputs = lengthsOf(targetLengths, 'targetLengths', count);
  const given = integerArray('ctcLoss', targets, 'targets');
  // What the processor knows is checked there, so that errors come at once.
  const labels = aside(isReadable(outputs) ? given : outputs, (near) =>
    labelsOf(near(given), near(outputs), longestOf(outputs)),
  );
  const isWrong = (): ArrayOrScalar =>
    np.logical_or(np.less(labels, 0), np.greater_equal(labels, classes)) as ArrayOrScalar;
  refuse(labels, isWrong, NO_CLASS, [labels], [classes]);
  return aside(logs, (near) => ({
    logs,
    labels: near(labels),
    inputLengths: near(inputs),
    targetLengths: near(outputs),
    blank,
  }));
}

/** Labels with blanks before, between and behind them: (n, 2 longest + 1). */
function withBlanks({ labels, blank }: Batch): NDArray {
  const [count, longest] = labels.shape;
  const { dtype } = labels;
  const blanks = full([count, longest], blank, { dtype });
  const pairs = reshape(stack([blanks, labels], { axis: 2 }), [count, 2 * longest]);
  return concatenate([pairs, full([count, 1], blank, { dtype })], 1);
}

/** 0 where a path may come from two states before, past a blank between different labels. */
function skips(states: NDArray, { blank, logs }: Batch): NDArray {
  const [count, width] = states.shape;
  const before = full([count, Math.min(2, width)], blank, { dtype: states.dtype });
  const twoBefore = width > 2 ? concatenate([before, narrow(states, 1, 0, width - 2)], 1) : before;
  const isLabel = np.not_equal(states, blank) as NDArray;
  const may = np.logical_and(isLabel, np.not_equal(states, twoBefore)) as NDArray;
  return where(may, 0, asArray(NOTHING, logs.dtype));
}

/** Paths begin with the first blank or the first label. */
function beginnings({ targetLengths, logs }: Batch, width: number): NDArray {
  const last = column(np.minimum(targetLengths, 1) as NDArray);
  const isFirst = np.less_equal(numbers(width, targetLengths), last) as NDArray;
  return where(isFirst, 0, asArray(NOTHING, logs.dtype));
}

/** The logarithm of the probability of all paths up to each state, at the end of each input: (n, states). */
function forward(batch: Batch): NDArray {
  const { logs, inputLengths } = batch;
  const [time, count] = logs.shape;
  const { states, skip, begin, lengths, border } = aside(logs, () => {
    const states = withBlanks(batch);
    return {
      states,
      skip: skips(states, batch),
      begin: beginnings(batch, states.shape[1]),
      lengths: cast(column(inputLengths), logs.dtype),
      border: full([count, 2], NOTHING, { dtype: logs.dtype }),
    };
  });
  const width = states.shape[1];
  const emitted = take_along_axis(logs, expand_dims(states, 0), 2);
  const at = (t: number): NDArray => squeeze(narrow(emitted, 0, t, 1), 0) as NDArray;
  let alpha = np.add(at(0), begin) as NDArray;
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
  const isNone = aside(logs, () => np.equal(targetLengths, 0) as NDArray);
  const ofVoid = aside(logs, () => cast(where(isNone, 0, asArray(Infinity, logs.dtype)), logs.dtype));
  if (logs.shape[0] === 0) return ofVoid;
  const alpha = forward(batch);
  const [blank, label] = [0, 1].map((back) => {
    const end = aside(logs, () => np.maximum(np.subtract(np.multiply(targetLengths, 2), back), 0) as NDArray);
    return squeeze(take_along_axis(alpha, column(end), 1), 1) as NDArray;
  });
  const paths = where(isNone, asArray(NOTHING, logs.dtype), label);
  const loss = np.negative(np.logaddexp(blank, paths)) as NDArray;
  const isVoid = aside(logs, () => np.equal(inputLengths, 0) as NDArray);
  return where(isVoid, ofVoid, logs.traced ? (np.add(loss, normalizing(batch)) as NDArray) : loss);
}

/**
 * Zeros, whose gradient is exp(logs): PyTorch's derivative takes for granted that `logs` come from a log softmax, and is that of the
 * softmax's own inputs.
 */
function normalizing({ logs, inputLengths }: Batch): NDArray {
  const isLive = aside(logs, () => {
    const times = reshape(numbers(logs.shape[0], inputLengths), [-1, 1, 1]);
    return np.less(times, reshape(inputLengths, [1, -1, 1])) as NDArray;
  });
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
 * @param targetLengths - (n); those of labels in one axis are best kept on the processor: a GPU makes room for the longest that there may be
 * @param args - `blank`: the class of no label, 0; `reduction`: 'mean' (each loss divided by its number of labels first, default), 'sum' or
 *   'none'; `zeroInfinity` (false)
 * @throws ValueError for lengths and sizes that don't fit; IndexError for a label that is no class. Of lengths and labels on a GPU, reading
 *   the result does.
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
    const counts = aside(logs, () => cast(np.maximum(batch.targetLengths, 1) as NDArray, logs.dtype));
    return reduce(np.divide(each, counts) as NDArray, 'mean');
  }
  const restored = given.ndim === 2 ? (squeeze(each, 0) as NDArray) : each;
  return reduction === 'none' ? (restored as ArrayOrScalar) : reduce(each, reduction);
}
