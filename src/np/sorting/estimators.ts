/**
 * Rules for the number of a histogram's bins: each gives a width for the data. Widths are 0-d arrays, because NumPy computes some in
 * the data's precision and others in float64, and the number of bins is the next integer.
 */
import type { DType } from '../../array/dtype.ts';
import { NDArray, emptyArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, isRemote } from '../../ops/given.ts';
import type { Reading } from '../../ops/reading.ts';
import { look, readNow } from '../../ops/reading.ts';
import { mean, std } from '../statistics/moments.ts';
import { percentile } from '../statistics/quantiles.ts';
import { max, min, sum } from '../statistics/reductions.ts';
import { divide, log2, multiply, power, sqrt, square, subtract } from '../ufuncs.ts';
import { countOn, uniformEdgesOn } from './device_bins.ts';
import type { Limit } from './limits.ts';
import { extent } from './limits.ts';
import { elementAt } from './part.ts';
import { countUniform, uniformEdges } from './uniform.ts';

/** Data with the limits of its bins; of data on a device they are numbers, or null where they are its own. */
interface Sample {
  readonly x: NDArray;
  readonly limits: readonly [Limit, Limit] | null;
}

/** Gives the width, or a computation of it that has to look at numbers. */
type Rule = (sample: Sample) => NDArray | Reading<NDArray>;

/** A rule that need not look at anything. */
const direct =
  (width: (x: NDArray) => NDArray): Rule =>
  ({ x }) =>
    width(x);

const RULES: Readonly<Record<BinEstimator, Rule>> = {
  sqrt: /* @__PURE__ */ direct(squareRoot),
  sturges: /* @__PURE__ */ direct(sturges),
  rice: /* @__PURE__ */ direct((x) => quotient(spread(x), 2 * onHost(() => power(x.size, 1 / 3)))),
  scott: /* @__PURE__ */ direct((x) =>
    product(
      asArray(std(x) as ArrayLike, floatOf(x)),
      onHost(() => power((24 * Number(sqrt(Math.PI))) / x.size, 1 / 3)),
    ),
  ),
  stone,
  doane,
  fd: /* @__PURE__ */ direct(freedmanDiaconis),
  auto,
};

/** The name of a rule. */
export type BinEstimator = 'sqrt' | 'sturges' | 'rice' | 'scott' | 'stone' | 'doane' | 'fd' | 'auto';

export function isEstimator(name: string): name is BinEstimator {
  return Object.hasOwn(RULES, name);
}

/** How many bins a rule gives for data between limits: 1 without data or without a width. */
export function estimatedBins(name: BinEstimator, x: NDArray, first: Limit, last: Limit): number {
  return readNow(binsBy(name, { x, limits: [first, last] }));
}

/** `estimatedBins`, also for data on a device, with a range that is given or else its own. */
export function* binsBy(name: BinEstimator, { x, limits }: Sample): Reading<number> {
  if (x.size === 0) return 1;
  const isOn = isRemote(x);
  // Devices have no float64, in which the mean of integers would be.
  const sample = { x: isOn ? cast(x, floatOf(x)) : x, limits };
  const rule = RULES[name](sample);
  const width = rule instanceof NDArray ? rule : yield* rule;
  const [value] = yield* look(width);
  if (value === 0) return 1;
  const isInteger = x.dtype.kind === 'i' || x.dtype.kind === 'u';
  const least = isInteger && value < 1 ? asArray(1, isOn ? width.dtype : null) : width;
  const whole = limits === null ? spread(sample.x) : extentOf(limits, sample.x);
  const [count] = yield* look(quotient(whole, least));
  return Math.ceil(count);
}

/** The distance of the limits; on a device in the float dtype of the data. */
function extentOf([first, last]: readonly [Limit, Limit], x: NDArray): NDArray {
  return isRemote(x) ? asArray(Number(last) - Number(first), floatOf(x)) : extent(first, last);
}

/** A number computed on the processor, whatever device is being used. */
const onHost = (fn: () => unknown): number => placedOn(null, () => Number(fn()));
const floatOf = (x: NDArray): DType => (x.dtype.kind === 'f' ? x.dtype : doubleOn(isRemote(x)));
/** A number of the widest float, which is not weak. */
const strong = (x: number, like: NDArray): NDArray => asArray(x, doubleOn(isRemote(like)));
const spread = (x: NDArray): NDArray =>
  extent(asArray(min(x) as ArrayLike, x.dtype), asArray(max(x) as ArrayLike, x.dtype));

/** The float dtype of an operation with a weak number or another 0-d array. */
function resultOf(a: NDArray, b: NDArray | number): NDArray {
  const wide = floatOf(a).itemsize >= (typeof b === 'number' ? 0 : floatOf(b).itemsize) ? a : (b as NDArray);
  return emptyArray([], floatOf(wide));
}

const quotient = (a: NDArray, b: NDArray | number): NDArray =>
  divide(a, b, { out: resultOf(a, b) }) as NDArray;
const product = (a: NDArray, b: NDArray | number): NDArray =>
  multiply(a, b, { out: resultOf(a, b) }) as NDArray;

function squareRoot(x: NDArray): NDArray {
  return quotient(spread(x), strong(Math.sqrt(x.size), x));
}

function sturges(x: NDArray): NDArray {
  return quotient(spread(x), strong(onHost(() => log2(x.size)) + 1, x));
}

/** Twice the interquartile range over the cube root of the size. */
function freedmanDiaconis(x: NDArray): NDArray {
  const quartiles = percentile(x, [75, 25]) as unknown as NDArray;
  const range = asArray(
    subtract(elementAt(quartiles, 0), elementAt(quartiles, 1)) as ArrayLike,
    quartiles.dtype,
  );
  return product(
    product(range, 2),
    onHost(() => power(x.size, -1 / 3)),
  );
}

/** The finer of Freedman-Diaconis (bounded, for data with outliers) and Sturges. */
function* auto({ x }: Sample): Reading<NDArray> {
  const bound = quotient(squareRoot(x), 2);
  const [fd, byLogarithm] = [freedmanDiaconis(x), sturges(x)];
  const [boundWidth, fdWidth, other] = yield* look(bound, fd, byLogarithm);
  const bounded = boundWidth > fdWidth ? bound : fd;
  return other < Math.max(boundWidth, fdWidth) ? byLogarithm : bounded;
}

/** Sturges' rule with a correction for skewed data. */
function* doane({ x }: Sample): Reading<NDArray> {
  const n = x.size;
  const [sigma] = n > 2 ? yield* look(asArray(std(x) as ArrayLike)) : [0];
  if (!(sigma > 0)) return strong(0, x);
  const sg1 = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  const standard = divide(subtract(x, mean(x) as ArrayLike) as ArrayLike, sigma);
  const [g1] = yield* look(asArray(mean(power(standard, 3) as ArrayLike) as ArrayLike));
  const bins = onHost(() => 1 + Number(log2(n)) + Number(log2(1 + Math.abs(g1) / sg1)));
  return quotient(spread(x), strong(bins, x));
}

/** The number of bins of least leave-one-out squared error, Stone (1984). */
function* stone({ x, limits }: Sample): Reading<NDArray> {
  const range = spread(x);
  const [whole] = yield* look(range);
  if (x.size <= 1 || whole === 0) return strong(0, x);
  const most = Math.max(100, Math.floor(Math.sqrt(x.size)));
  const counts = Array.from({ length: most }, (_, i) => i + 1);
  const squares = counts.map((count) => squaresIn(x, count, limits));
  const widths = counts.map((count) => quotient(range, count));
  const found = yield* look(...squares, ...widths);
  const losses = counts.map((_, i) => (2 - (x.size + 1) * found[i]) / found[most + i]);
  const best = losses.reduce((least, loss, i) => (loss < losses[least] ? i : least), 0);
  return quotient(range, counts[best]);
}

/** The sum of the squared portions that fall into so many bins. */
function squaresIn(x: NDArray, count: number, limits: Sample['limits']): NDArray {
  const isOn = isRemote(x);
  const range = limits && ([Number(limits[0]), Number(limits[1])] as const);
  const found = isOn
    ? cast(countOn(x, null, uniformEdgesOn(x, range, count)), floatOf(x))
    : countsIn(x, count, limits!);
  return asArray(sum(square(divide(found, x.size) as ArrayLike) as ArrayLike) as ArrayLike);
}

function countsIn(x: NDArray, count: number, [first, last]: readonly [Limit, Limit]): NDArray {
  const { edges, uniform } = uniformEdges(x, first, last, count);
  return countUniform(x, null, edges, uniform);
}
