/** Rows of a table by their numbers, and sums of them; classes as vectors of zeros and a one. */
import { refusable } from '../../ops/refuse.ts';
import { IndexError, RuntimeError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { arange } from '../../np/creation/ranges.ts';
import { ones, zeros } from '../../np/creation/filled.ts';
import { where } from '../../np/indexing/choose.ts';
import { countAt } from '../../np/sorting/bincount.ts';
import { searchsorted } from '../../np/sorting/search.ts';
import { concatenate } from '../../np/shape/join.ts';
import { expand_dims, reshape } from '../../np/shape/reshape.ts';
import { max, sum } from '../../np/statistics/reductions.ts';
import type { Refusal } from '../../ops/refuse.ts';
import * as np from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { getIndex } from '../../ops/index/get.ts';
import { setIndex } from '../../ops/index/set.ts';
import { scaleGradient } from '../../ops/scale.ts';
import { narrow } from '../../ops/views.ts';
import { alike, aside, constant, integerArray, isReadable, peek, refuse } from './arguments.ts';
import { floatArray, listed } from './images.ts';
import { normOf } from './norms.ts';

export interface EmbeddingOptions {
  /** A row that gets no gradient. */
  paddingIdx?: number | null;
  /** Rows of a larger norm are scaled down to it, in place. */
  maxNorm?: number | null;
  /** Of which order that norm is. */
  normType?: number;
  /** Whether gradients are divided by how often a row is used in this call. */
  scaleGradByFreq?: boolean;
}

const EMBEDDING = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq'] as const;

/** The table, and the row's numbers checked. */
function tableOf(fn: Lookup, input: ArrayLike, weight: ArrayLike): { indices: NDArray; table: NDArray } {
  const table = floatArray(fn, weight, 'weight');
  const indices = integerArray(fn, input, 'indices');
  if (table.ndim !== 2) {
    throw new ValueError(`${fn}: 'weight' must be 2-D, but is of size ${listed(table.shape)}`);
  }
  return { indices: rowsOnly(fn, indices, table.shape[0]), table };
}

type Lookup = 'embedding' | 'embeddingBag';

const noRow = (fn: Lookup): Refusal => ({
  name: `${fn}: number that is no row`,
  error: ([number], [count]) => new IndexError(`${fn}: index out of range: ${number} is no row of ${count}`),
});

const NO_ROW: Readonly<Record<Lookup, Refusal>> = {
  embedding: /* @__PURE__ */ noRow('embedding'),
  embeddingBag: /* @__PURE__ */ noRow('embeddingBag'),
};

/** The numbers to be used. @throws IndexError if one is not one of `count`. On a GPU, reading the result back does. */
function rowsOnly(fn: Lookup, indices: NDArray, count: number): NDArray {
  const used = refusable(indices);
  const isWrong = (): ArrayOrScalar =>
    np.logical_or(np.less(indices, 0), np.greater_equal(indices, count)) as ArrayOrScalar;
  refuse(used, isWrong, NO_ROW[fn], [indices], [count]);
  return used;
}

/** A padding index counted from the front, null for none. */
function paddingOf(given: number | null | undefined, count: number): number | null {
  if (given === null || given === undefined) return null;
  if (!Number.isInteger(given) || given < -count || given >= count)
    throw new ValueError(`Padding_idx must be within num_embeddings, got ${given} for ${count} embeddings`);
  return given < 0 ? given + count : given;
}

/** Scales the rows that are used down to a norm, in place and off the tape. A row that is used often is written as often, and the same. */
function renormalize(table: NDArray, indices: NDArray, maxNorm: number, order: number): void {
  peek(() => {
    const rows = getIndex(table, [indices]) as NDArray;
    const norms = normOf(rows, order, -1, true);
    const factors = where(np.greater(norms, maxNorm) as NDArray, np.divide(maxNorm, np.add(norms, 1e-7)), 1);
    setIndex(table, [indices], np.multiply(rows, cast(factors, table.dtype)) as NDArray);
  });
  table.storage.version++;
}

/**
 * What the gradient of each chosen row is multiplied with; null where all are passed on as they are.
 *
 * @param chosen - the numbers of rows
 * @param all - those that count, where it matters how often a row is used
 */
function gradientFactors(
  chosen: NDArray,
  all: NDArray,
  table: NDArray,
  padding: number | null,
  byFrequency: boolean,
): NDArray | null {
  if (padding === null && !byFrequency) return null;
  const factorsOf = (numbers: NDArray, counted: NDArray, { dtype, shape: [count] }: NDArray): NDArray => {
    let factors = ones(numbers.shape, { dtype });
    if (byFrequency) {
      const counts = getIndex(countAt(reshape(counted, -1), count, null), [numbers]) as NDArray;
      factors = np.divide(factors, cast(counts, dtype)) as NDArray;
    }
    if (padding !== null) factors = where(np.equal(numbers, padding) as NDArray, 0, factors);
    return expand_dims(cast(factors, dtype), -1);
  };
  return asConstant(factorsOf, chosen, all, constant(table));
}

/**
 * The rows of a table with some numbers.
 *
 * @param chosen - the numbers
 * @param all - those that the user gave
 */
function rowsAt(
  table: NDArray,
  chosen: NDArray,
  all: NDArray,
  padding: number | null,
  { maxNorm, normType = 2, scaleGradByFreq = false }: EmbeddingOptions,
): NDArray {
  if (maxNorm !== null && maxNorm !== undefined && all.size > 0) renormalize(table, all, maxNorm, normType);
  const rows = getIndex(table, [chosen]) as NDArray;
  const factors = isTraced(table) ? gradientFactors(chosen, all, table, padding, scaleGradByFreq) : null;
  return factors ? scaleGradient(rows, factors) : rows;
}

/**
 * Rows of a table by their numbers.
 *
 * @param input - integers of any shape
 * @param weight - (rows, width)
 * @param args - `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`
 * @returns (...input's shape, width)
 * @throws IndexError for a number that is no row; TypeError for numbers that are no integers; ValueError for another `paddingIdx`.
 * @example
 * np.nn.functional.embedding([1, 0], np.array([[1, 2], [3, 4]])); // array([[3., 4.], [1., 2.]])
 */
export function embedding(
  input: ArrayLike,
  weight: ArrayLike,
  ...args: Args<EmbeddingOptions, typeof EMBEDDING>
): NDArray {
  const options = bind<EmbeddingOptions>('embedding', args, EMBEDDING);
  const { indices, table } = tableOf('embedding', input, weight);
  return rowsAt(table, indices, indices, paddingOf(options.paddingIdx, table.shape[0]), options);
}

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** Where each bag begins in an input of one axis. */
  offsets?: ArrayLike | null;
  mode?: 'sum' | 'mean' | 'max';
  /** What each row is multiplied with, in mode 'sum'. */
  perSampleWeights?: ArrayLike | null;
  /** Whether the last offset is where the last bag ends. */
  includeLastOffset?: boolean;
}

const BAG = [
  'offsets',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'mode',
  'perSampleWeights',
  'includeLastOffset',
  'paddingIdx',
] as const;

/** Bags laid out in slots, some of which hold no number. */
interface Bags {
  readonly count: number;
  /** The number in each slot; any number of the input where there is none. */
  readonly indices: NDArray;
  readonly filled: NDArray;
  /** Where in the flat input each one is. */
  readonly places: NDArray;
  /** What bags come to: (...slots, width) to (bags, width). */
  fold(operation: 'add' | 'maximum', rows: NDArray): NDArray;
}

/** Slots as a matrix, whose rows are the bags. */
const inRows = (slots: Pick<Bags, 'indices' | 'filled' | 'places'>): Bags => ({
  ...slots,
  count: slots.indices.shape[0],
  fold: (operation, rows) => np[operation].reduce(rows, { axis: 1 }) as NDArray,
});

function bagsOf(
  indices: NDArray,
  offsets: ArrayLike | null | undefined,
  includesEnd: boolean,
  table: NDArray,
): Bags {
  if (indices.ndim === 2) {
    if (offsets !== null && offsets !== undefined)
      throw new ValueError('embeddingBag: if input is 2D, then offsets has to be None');
    const places = reshape(arange(indices.size, { dtype: 'int64' }), indices.shape);
    return inRows({ indices, places, filled: np.greater_equal(places, 0) as NDArray });
  }
  if (indices.ndim !== 1)
    throw new ValueError(`embeddingBag: input has to be 1D or 2D, got size ${listed(indices.shape)}`);
  if (offsets === null || offsets === undefined)
    throw new ValueError('embeddingBag: offsets has to be a 1D array for an input of one axis, but got none');
  const starts = refusable(integerArray('embeddingBag', offsets, 'offsets'));
  if (starts.ndim !== 1)
    throw new ValueError(`embeddingBag: offsets has to be 1D, got size ${listed(starts.shape)}`);
  requireOffsets(starts, indices.size);
  if (isReadable(starts) || starts.size === 0) return sideBySide(indices, starts, includesEnd);
  return aside(table, (near) => oneAfterAnother(near(indices), near(starts), includesEnd));
}

const bagCount = (starts: NDArray, includesEnd: boolean): number =>
  Math.max(starts.size - Number(includesEnd), 0);

/** Bags of any lengths side by side. */
function sideBySide(indices: NDArray, starts: NDArray, includesEnd: boolean): Bags {
  const edges = starts.size === 0 ? [] : (starts.tolist() as (number | bigint)[]).map(Number);
  const begins = edges.slice(0, bagCount(starts, includesEnd));
  const ends = [...edges, indices.size].slice(1, begins.length + 1);
  const longest = Math.max(0, ...ends.map((end, i) => end - begins[i]));
  const columns = arange(longest, { dtype: 'int64' });
  const places = np.add(asArray(begins.map(BigInt)).reshape([-1, 1]), columns) as NDArray;
  const filled = np.less(places, asArray(ends.map(BigInt)).reshape([-1, 1])) as NDArray;
  const inside = where(filled, places, 0);
  const chosen = indices.size > 0 ? (getIndex(indices, [inside]) as NDArray) : inside;
  return inRows({ indices: chosen, filled, places: inside });
}

/** Bags whose lengths only a GPU knows, one after another, with an empty slot before each: so none is a slice of no length. */
function oneAfterAnother(indices: NDArray, starts: NDArray, includesEnd: boolean): Bags {
  const { dtype } = starts;
  const slots = arange(indices.size + starts.size, { dtype });
  const heads = np.add(starts, arange(starts.size, { dtype })) as NDArray;
  const bag = np.subtract(searchsorted(heads, slots, { side: 'right' }), 1) as NDArray;
  const filled = np.not_equal(getIndex(heads, [bag]), slots) as NDArray;
  const places = where(filled, np.subtract(np.subtract(slots, bag), 1), 0);
  const count = bagCount(starts, includesEnd);
  return {
    count,
    indices: indices.size > 0 ? (getIndex(indices, [places]) as NDArray) : places,
    filled,
    places,
    fold: (operation, rows) => narrow(np[operation].reduceat(rows, heads, 0), 0, 0, count),
  };
}

const FIRST_OFFSET: Refusal = {
  name: 'embeddingBag: first offset',
  error: ([first]) =>
    new ValueError(
      `embeddingBag: offsets[0] has to be 0, i.e., the first bag has to start at 0, got ${first}`,
    ),
};

const NO_OFFSET: Refusal = {
  name: 'embeddingBag: offset that falls or exceeds the input',
  error: ([offset], [size]) =>
    new ValueError(
      `embeddingBag: offsets have to rise and not exceed the input's length ${size}, got ${offset}`,
    ),
};

/** Refuses offsets, which `refusable` has given. @throws ValueError unless they rise from 0 up to `size` at most. On a GPU, reading the result back does. */
function requireOffsets(starts: NDArray, size: number): void {
  if (starts.size === 0) return;
  const first = narrow(starts, 0, 0, 1);
  refuse(starts, () => np.not_equal(first, 0), FIRST_OFFSET, [first]);
  const isWrong = (): ArrayOrScalar => {
    const before = concatenate([first, narrow(starts, 0, 0, starts.size - 1)]);
    return np.logical_or(np.greater(starts, size), np.less(starts, before)) as ArrayOrScalar;
  };
  refuse(starts, isWrong, NO_OFFSET, [starts], [size]);
}

/**
 * Sums, means or maxima of rows of a table, a bag of numbers at a time.
 *
 * @param input - (bags, numbers), or (numbers) with `offsets`
 * @param weight - (rows, width)
 * @param args - `offsets`, `maxNorm`, `normType`, `scaleGradByFreq`, `mode` ('mean'), `perSampleWeights`, `includeLastOffset`, `paddingIdx`
 *   (a row that does not count)
 * @returns (bags, width), zeros for an empty bag
 * @throws IndexError for a number that is no row; ValueError for offsets that don't fit, or weights with another mode than 'sum'.
 * @example
 * np.nn.functional.embeddingBag([0, 1, 1], np.array([[1, 2], [3, 4]]), [0, 2], { mode: 'sum' }); // array([[4., 6.], [3., 4.]])
 */
export function embeddingBag(
  input: ArrayLike,
  weight: ArrayLike,
  ...args: Args<EmbeddingBagOptions, typeof BAG>
): NDArray {
  const options = bind<EmbeddingBagOptions>('embeddingBag', args, BAG);
  const { mode = 'mean', perSampleWeights, includeLastOffset = false } = options;
  if (!['sum', 'mean', 'max'].includes(mode))
    throw new ValueError(`embeddingBag: mode has to be one of sum, mean or max, got ${mode}`);
  const { indices, table } = tableOf('embeddingBag', input, weight);
  const padding = paddingOf(options.paddingIdx, table.shape[0]);
  const bags = bagsOf(indices, options.offsets, includeLastOffset, table);
  const shares = sharesOf(perSampleWeights, indices, table, mode);
  if (bags.count === 0 || indices.size === 0 || bags.indices.size === 0) return emptyBags(bags.count, table);
  const counts = padding === null ? bags.filled : countedOf(bags, padding);
  const rows = rowsAt(table, bags.indices, indices, padding, options);
  const taken = expand_dims(counts, -1);
  const many = peek(() => bags.fold('add', cast(taken, table.dtype)));
  if (mode === 'max') {
    const most = bags.fold('maximum', where(taken, rows, -Infinity));
    return where(
      peek(() => np.equal(many, 0) as NDArray),
      0,
      most,
    );
  }
  const factor = shares ? expand_dims(getIndex(reshape(shares, -1), [bags.places]) as NDArray, -1) : null;
  const total = bags.fold('add', where(taken, factor ? np.multiply(rows, factor) : rows, 0));
  return mode === 'sum' ? total : (np.divide(total, np.maximum(many, 1)) as NDArray);
}

const countedOf = ({ filled, indices }: Bags, padding: number): NDArray =>
  np.logical_and(filled, np.not_equal(indices, padding)) as NDArray;

/** Zeros, on the table's device and its tape. */
function emptyBags(count: number, table: NDArray): NDArray {
  const nothing = sum(narrow(table, 0, 0, 0), { axis: 0 }) as NDArray;
  return np.add(zeros([count, 1], { dtype: table.dtype }), nothing) as NDArray;
}

/** The weights of samples, checked. */
function sharesOf(
  given: ArrayLike | null | undefined,
  indices: NDArray,
  table: NDArray,
  mode: string,
): NDArray | null {
  if (given === null || given === undefined) return null;
  if (mode !== 'sum') {
    throw new ValueError(
      `embeddingBag: perSampleWeights is only supported for mode='sum' (got mode='${mode}')`,
    );
  }
  const shares = alike('embeddingBag', given, table, 'perSampleWeights');
  if (listed(shares.shape) !== listed(indices.shape)) {
    throw new ValueError(
      `embeddingBag: expected perSampleWeights of the same shape as input, got ${listed(shares.shape)} and ${listed(indices.shape)}`,
    );
  }
  return shares;
}

const BELOW_ZERO: Refusal = {
  name: 'class below zero',
  error: ([least]) => new ValueError(`Class values must be non-negative, got ${least}.`),
};

const BEYOND_CLASSES: Refusal = {
  name: 'class beyond their number',
  error: ([most], [count]) =>
    new ValueError(`Class values must be smaller than numClasses, got ${most} for ${count}.`),
};

/** One more than the largest class. @throws RuntimeError for classes on a GPU: the result's shape would depend on them. */
function classesIn(classes: NDArray): number {
  if (isReadable(classes)) return peek(() => Math.max(Number(max(classes)), 0)) + 1;
  throw new RuntimeError(
    `oneHot: how many classes there are is known on '${classes.storage.remote!.home.name}' only, so that the shape of the result is not known at once: give numClasses`,
  );
}

/**
 * Classes as vectors: ones at the class, zeros elsewhere.
 *
 * @param input - integers from 0 on, of any shape
 * @param args - `numClasses`: -1 for the largest class and one
 * @returns int64, (...input's shape, classes)
 * @throws TypeError for numbers that are no integers; ValueError for a class below 0 or not below the number of classes (on a GPU,
 *   reading the result does); RuntimeError for a number of classes that only a GPU knows.
 * @example
 * np.nn.functional.oneHot([2, 0]); // array([[0, 0, 1], [1, 0, 0]])
 */
export function oneHot(
  input: ArrayLike,
  ...args: Args<{ numClasses?: number }, ['numClasses']>
): NDArray<'int64'> {
  const { numClasses = -1 } = bind<{ numClasses: number }>('oneHot', args, ['numClasses']);
  const classes = refusable(integerArray('oneHot', input, 'input'));
  if (classes.size === 0 && numClasses <= 0)
    throw new ValueError('Can not infer total number of classes from empty tensor.');
  const count = numClasses === -1 ? classesIn(classes) : numClasses;
  if (count < 1) throw new ValueError(`numClasses should be positive, got ${numClasses}`);
  refuse(classes, () => np.less(classes, 0), BELOW_ZERO, [classes]);
  refuse(classes, () => np.greater_equal(classes, count), BEYOND_CLASSES, [classes], [count]);
  const places = arange(count, { dtype: indexDType(classes) });
  return cast(np.equal(expand_dims(classes, -1), places) as NDArray, places.dtype) as NDArray<'int64'>;
}
