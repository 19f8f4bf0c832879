/** Padding: an array set into a larger one, the border filled by a mode. */
import { ValueError } from '../../array/errors.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { beside, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { isRemote } from '../../ops/given.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { assign } from '../../ops/index/set.ts';
import { broadcastTo, flipped, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { linspace } from '../creation/ranges.ts';
import { max, min } from '../statistics/reductions.ts';
import { mean } from '../statistics/moments.ts';
import { median } from '../statistics/quantiles.ts';
import { multiply, rint, subtract } from '../ufuncs.ts';

/** Writes the `[before, after]` border of an axis of an array whose middle is set. */
export type PadFunction = (vector: NDArray, width: [number, number], axis: number, keywords: object) => void;

export type PadMode =
  | 'constant'
  | 'edge'
  | 'linear_ramp'
  | 'maximum'
  | 'mean'
  | 'median'
  | 'minimum'
  | 'reflect'
  | 'symmetric'
  | 'wrap'
  | 'empty';

export interface PadOptions {
  mode?: PadMode | PadFunction;
  /** 'maximum', 'mean', 'median', 'minimum': how many values at each edge count; all by default. */
  stat_length?: ArrayLike | null;
  /** 'constant': the values, 0 by default. */
  constant_values?: ArrayLike;
  /** 'linear_ramp': the values at the ends, 0 by default. */
  end_values?: ArrayLike;
  /** 'reflect', 'symmetric': 'even' mirrors, 'odd' subtracts the mirrored values from twice the edge value. */
  reflect_type?: 'even' | 'odd';
}

/** A value for the front and one for the back of an axis. */
type Pair<T> = readonly [before: T, after: T];

/** What a mode knows while it fills one axis. */
interface Border {
  readonly padded: NDArray;
  readonly axis: number;
  /** Elements before and after the middle. */
  readonly width: Pair<number>;
  readonly options: PadOptions;
}

/** The widths or values of each axis, given as one, a pair, or a pair for each axis. */
function pairsOf(x: ArrayLike, ndim: number): NDArray {
  const a = asArray(x);
  try {
    return broadcastTo(a, [ndim, 2]);
  } catch {
    throw new ValueError(
      `operands could not be broadcast together with remapped shapes [original->remapped]: (${a.shape.join(',')}) and requested shape (${ndim},2)`,
    );
  }
}

function integerPairs(x: ArrayLike, ndim: number, name: string): Pair<number>[] {
  const refuse = (): Error => new TypeError(`\`${name}\` must be of integral type.`);
  const pairs = pairsOf(integersOf(asArray(x), refuse), ndim).tolist() as unknown as [number, number][];
  if (pairs.flat().some((n) => n < 0)) throw new ValueError("index can't contain negative values");
  return pairs;
}

/** The part of the padded array that an axis's middle takes up, and the parts before and after it. */
function middle({ padded, axis, width }: Border): NDArray {
  return narrow(padded, axis, width[0], padded.shape[axis] - width[0] - width[1]);
}

function sides({ padded, axis, width }: Border): Pair<NDArray> {
  return [narrow(padded, axis, 0, width[0]), narrow(padded, axis, padded.shape[axis] - width[1], width[1])];
}

/** The first and the last element of the middle, with the axis kept. */
function edges(border: Border): Pair<NDArray> {
  const inner = middle(border);
  return [narrow(inner, border.axis, 0, 1), narrow(inner, border.axis, inner.shape[border.axis] - 1, 1)];
}

function fillSides(border: Border, values: Pair<NDArray>): void {
  sides(border).forEach((side, i) => castInto(side, broadcastTo(values[i], side.shape)));
}

function fillConstant(border: Border): void {
  const values = pairsOf(border.options.constant_values ?? 0, border.padded.ndim);
  sides(border).forEach((side, i) => assign(side, element(values, border.axis, i)));
}

function element(pairs: NDArray, axis: number, side: number): NDArray {
  return viewArray(pairs, [], [], pairs.offset + axis * pairs.strides[0] + side * pairs.strides[1]);
}

function fillRamp(border: Border): void {
  const { padded, axis, width, options } = border;
  const given = options.end_values ?? 0;
  // Beside an array of a device, numbers are of its dtype: there is none of 64 bits.
  const isNarrow = isRemote(padded) && padded.dtype.kind === 'f';
  const ends = pairsOf(isNarrow ? asArray(given, padded.dtype) : given, padded.ndim);
  edges(border).forEach((edge, i) => {
    const squeezed = viewArray(edge, edge.shape.toSpliced(axis, 1), edge.strides.toSpliced(axis, 1));
    const ramp = linspace(element(ends, axis, i), squeezed, width[i], {
      endpoint: false,
      dtype: padded.dtype,
      axis,
    });
    castInto(sides(border)[i], i === 0 ? ramp : flipped(ramp, [axis]));
  });
}

const STATISTICS = {
  maximum: (x: NDArray, axis: number) => max(x, { axis, keepdims: true }),
  minimum: (x: NDArray, axis: number) => min(x, { axis, keepdims: true }),
  mean: (x: NDArray, axis: number) => mean(x, { axis, keepdims: true }),
  median: (x: NDArray, axis: number) => median(x, { axis, keepdims: true }),
};

function fillStatistic(
  statistic: (x: NDArray, axis: number) => NDArray,
  lengths: Pair<number> | undefined,
  border: Border,
): void {
  // A recorded statistic keeps what it is taken of, which filling the border must not change.
  const inner = isTraced(border.padded) ? copyOf(middle(border), border.padded.dtype) : middle(border);
  const n = inner.shape[border.axis];
  const [front, back] = (lengths ?? [n, n]).map((length) => Math.min(length, n));
  if ((front === 0 || back === 0) && (statistic === STATISTICS.maximum || statistic === STATISTICS.minimum)) {
    throw new ValueError('stat_length of 0 yields no value for padding');
  }
  const values: Pair<NDArray> = [
    statistic(narrow(inner, border.axis, 0, front), border.axis),
    statistic(narrow(inner, border.axis, n - back, back), border.axis),
  ];
  const { kind } = border.padded.dtype;
  const rounds = (kind === 'i' || kind === 'u') && values[0].dtype.kind === 'f';
  fillSides(border, rounds ? [rint(values[0]) as NDArray, rint(values[1]) as NDArray] : values);
}

/** Mirrors the middle outwards, again and again until the border is full. */
function fillReflected(border: Border, includesEdge: boolean): void {
  const { padded, axis } = border;
  let [before, after] = border.width;
  const odd = border.options.reflect_type === 'odd';
  const originalPeriod = padded.shape[axis] - before - after - (includesEdge ? 0 : 1);
  while (before > 0 || after > 0) {
    const known = padded.shape[axis] - before - after;
    const period = includesEdge
      ? Math.floor(known / originalPeriod) * originalPeriod
      : Math.floor((known - 1) / originalPeriod) * originalPeriod;
    const skip = includesEdge ? 0 : 1;
    if (before > 0) {
      const n = Math.min(period, before);
      const mirrored = flipped(narrow(padded, axis, before + skip, n), [axis]);
      castInto(
        narrow(padded, axis, before - n, n),
        odd ? about(narrow(padded, axis, before, 1), mirrored) : mirrored,
      );
      before -= n;
    }
    if (after > 0) {
      const n = Math.min(period, after);
      const end = padded.shape[axis] - after;
      const mirrored = flipped(narrow(padded, axis, end - skip - n, n), [axis]);
      castInto(
        narrow(padded, axis, end, n),
        odd ? about(narrow(padded, axis, end - 1, 1), mirrored) : mirrored,
      );
      after -= n;
    }
  }
}

/** Twice the edge less the mirrored values. */
function about(edge: NDArray, mirrored: NDArray): NDArray {
  return subtract(multiply(edge, 2), mirrored) as NDArray;
}

/** Repeats the middle outwards. */
function fillWrapped({ padded, axis, width: [before, after] }: Border): void {
  const period = padded.shape[axis] - before - after;
  for (let left = before; left > 0;) {
    const n = Math.min(period, left);
    castInto(narrow(padded, axis, left - n, n), narrow(padded, axis, left - n + period, n));
    left -= n;
  }
  for (let right = after; right > 0;) {
    const n = Math.min(period, right);
    const at = padded.shape[axis] - right;
    castInto(narrow(padded, axis, at, n), narrow(padded, axis, at - period, n));
    right -= n;
  }
}

/** How each mode fills the border of one axis. */
const MODES: Readonly<Record<PadMode, (border: Border) => void>> = {
  constant: fillConstant,
  edge: (border) => fillSides(border, edges(border)),
  linear_ramp: fillRamp,
  maximum: (border) => fillStatistic(STATISTICS.maximum, statLengths(border), border),
  mean: (border) => fillStatistic(STATISTICS.mean, statLengths(border), border),
  median: (border) => fillStatistic(STATISTICS.median, statLengths(border), border),
  minimum: (border) => fillStatistic(STATISTICS.minimum, statLengths(border), border),
  reflect: (border) => {
    const single = border.padded.shape[border.axis] - border.width[0] - border.width[1] === 1;
    if (single) fillSides(border, edges(border));
    else fillReflected(border, false);
  },
  symmetric: (border) => fillReflected(border, true),
  wrap: fillWrapped,
  empty: () => undefined,
};

/** The keywords of each mode. */
const KEYWORDS: Readonly<Record<PadMode, readonly (keyof PadOptions)[]>> = {
  constant: ['constant_values'],
  edge: [],
  linear_ramp: ['end_values'],
  maximum: ['stat_length'],
  mean: ['stat_length'],
  median: ['stat_length'],
  minimum: ['stat_length'],
  reflect: ['reflect_type'],
  symmetric: ['reflect_type'],
  wrap: [],
  empty: [],
};

function statLengths({ options, padded, axis }: Border): Pair<number> | undefined {
  const { stat_length } = options;
  return stat_length === undefined || stat_length === null
    ? undefined
    : integerPairs(stat_length, padded.ndim, 'stat_length')[axis];
}

/**
 * The array with a border.
 *
 * @param pad_width - how many elements before and after: one number, a pair, or a pair for each axis.
 * @param mode - how the border is filled; 'constant' by default; or a function that fills vectors along each axis.
 * @throws TypeError for widths that are no integers; ValueError for negative ones, an unknown mode or a keyword of another mode.
 * @example
 * np.pad([1, 2, 3], [2, 1], 'edge'); // [1. 1. 1. 2. 3. 3.]
 */
export function pad(array: ArrayLike, pad_width: ArrayLike, ...args: Args<PadOptions, ['mode']>): NDArray {
  const options = bind<PadOptions & Record<string, unknown>>(
    'pad',
    args,
    ['mode'],
    ['stat_length', 'constant_values', 'end_values', 'reflect_type'],
  );
  const { mode = 'constant' } = options;
  const a = asArray(array);
  const widths = integerPairs(pad_width, a.ndim, 'pad_width');
  if (typeof mode === 'function') return padWithFunction(a, widths, mode, options);
  checkOptions(mode, options);
  const padded = beside(a, () =>
    emptyArray(
      a.shape.map((n, i) => widths[i][0] + n + widths[i][1]),
      a.dtype,
    ),
  );
  const inner = widths.reduce((part, [before], axis) => narrow(part, axis, before, a.shape[axis]), padded);
  castInto(inner, a);
  if (a.size === 0) checkEmpty(a, widths, mode);
  widths.forEach((width, axis) => {
    if (width[0] === 0 && width[1] === 0) return;
    // Axes before this one are complete; of those after it only the middle is set.
    const region = widths.reduce(
      (part, [before], i) => (i > axis ? narrow(part, i, before, a.shape[i]) : part),
      padded,
    );
    MODES[mode]({ padded: region, axis, width, options });
  });
  return padded;
}

function checkOptions(mode: PadMode, options: PadOptions): void {
  if (!Object.hasOwn(MODES, mode)) throw new ValueError(`mode '${String(mode)}' is not supported`);
  const given = Object.keys(options).filter((name) => name !== 'mode');
  const unsupported = given.filter((name) => !KEYWORDS[mode].includes(name as keyof PadOptions));
  if (unsupported.length > 0) {
    throw new ValueError(
      `unsupported keyword arguments for mode '${mode}': {${unsupported.map((n) => `'${n}'`).join(', ')}}`,
    );
  }
}

/** An empty axis can be filled with nothing but constants. */
function checkEmpty(a: NDArray, widths: readonly Pair<number>[], mode: PadMode): void {
  if (mode === 'constant' || mode === 'empty') return;
  a.shape.forEach((n, axis) => {
    if (n === 0 && (widths[axis][0] > 0 || widths[axis][1] > 0)) {
      throw new ValueError(`can't extend empty axis ${axis} using modes other than 'constant' or 'empty'`);
    }
  });
}

function padWithFunction(
  a: NDArray,
  widths: readonly Pair<number>[],
  fn: PadFunction,
  options: PadOptions,
): NDArray {
  const { mode: _, ...keywords } = options;
  const padded = beside(a, () =>
    emptyArray(
      a.shape.map((n, i) => widths[i][0] + n + widths[i][1]),
      a.dtype,
    ),
  );
  assign(padded, 0);
  castInto(
    widths.reduce((part, [before], axis) => narrow(part, axis, before, a.shape[axis]), padded),
    a,
  );
  for (let axis = 0; axis < a.ndim; axis++) {
    for (const vector of vectorsAlong(padded, axis))
      fn(vector, [...widths[axis]] as [number, number], axis, keywords);
  }
  return padded;
}

function vectorsAlong(a: NDArray, axis: number): NDArray[] {
  let vectors = [a];
  for (let i = a.ndim - 1; i >= 0; i--) {
    if (i === axis) continue;
    vectors = vectors.flatMap((v) =>
      Array.from({ length: v.shape[i] }, (_, j) =>
        viewArray(v, v.shape.toSpliced(i, 1), v.strides.toSpliced(i, 1), v.offset + j * v.strides[i]),
      ),
    );
  }
  return vectors;
}
