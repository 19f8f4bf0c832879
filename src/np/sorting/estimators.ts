/**
 * Rules for the number of a histogram's bins: each gives a width for the data. Widths are 0-d arrays, because NumPy computes some in
 * the data's precision and others in float64, and the number of bins is the next integer.
 */
import { float64 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, scalarAt } from '../../array/ndarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { mean, std } from '../statistics/moments.ts';
import { percentile } from '../statistics/quantiles.ts';
import { max, min, sum } from '../statistics/reductions.ts';
import { absolute, divide, log2, multiply, power, sqrt, square, subtract } from '../ufuncs.ts';
import type { Limit } from './limits.ts';
import { extent } from './limits.ts';
import { countUniform, uniformEdges } from './uniform.ts';

type Rule = (x: NDArray, first: Limit, last: Limit) => NDArray;

const RULES: Readonly<Record<BinEstimator, Rule>> = {
  sqrt: squareRoot,
  sturges,
  rice: (x) => quotient(spread(x), 2 * Number(power(x.size, 1 / 3))),
  scott: (x) =>
    product(asArray(std(x), floatOf(x)), Number(power((24 * Number(sqrt(Math.PI))) / x.size, 1 / 3))),
  stone,
  doane,
  fd: freedmanDiaconis,
  auto,
};

/** The name of a rule. */
export type BinEstimator = 'sqrt' | 'sturges' | 'rice' | 'scott' | 'stone' | 'doane' | 'fd' | 'auto';

export function isEstimator(name: string): name is BinEstimator {
  return Object.hasOwn(RULES, name);
}

/** How many bins a rule gives for data between limits: 1 without data or without a width. */
export function estimatedBins(name: BinEstimator, x: NDArray, first: Limit, last: Limit): number {
  if (x.size === 0) return 1;
  const width = RULES[name](x, first, last);
  const value = valueOf(width);
  if (value === 0) return 1;
  const isInteger = x.dtype.kind === 'i' || x.dtype.kind === 'u';
  const least = isInteger && value < 1 ? asArray(1) : width;
  return Math.ceil(valueOf(quotient(extent(first, last), least)));
}

const valueOf = (x: NDArray): number => Number(scalarAt(x, x.offset));
const floatOf = (x: NDArray) => (x.dtype.kind === 'f' ? x.dtype : float64);
const strong = (x: number): NDArray => asArray(x);
const spread = (x: NDArray): NDArray => extent(asArray(min(x), x.dtype), asArray(max(x), x.dtype));

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
  return quotient(spread(x), strong(Math.sqrt(x.size)));
}

function sturges(x: NDArray): NDArray {
  return quotient(spread(x), strong(Number(log2(x.size)) + 1));
}

/** Twice the interquartile range over the cube root of the size. */
function freedmanDiaconis(x: NDArray): NDArray {
  const quartiles = percentile(x, [75, 25]);
  const range = asArray(subtract(quartiles.get(0), quartiles.get(1)), quartiles.dtype);
  return product(product(range, 2), Number(power(x.size, -1 / 3)));
}

/** The finer of Freedman-Diaconis (bounded, for data with outliers) and Sturges. */
function auto(x: NDArray): NDArray {
  const bound = quotient(squareRoot(x), 2);
  const [fd, byLogarithm] = [freedmanDiaconis(x), sturges(x)];
  const bounded = valueOf(bound) > valueOf(fd) ? bound : fd;
  return valueOf(byLogarithm) < valueOf(bounded) ? byLogarithm : bounded;
}

/** Sturges' rule with a correction for skewed data. */
function doane(x: NDArray): NDArray {
  const n = x.size;
  const sigma = n > 2 ? Number(std(x)) : 0;
  if (!(sigma > 0)) return strong(0);
  const sg1 = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  const standard = divide(subtract(x, mean(x)), sigma);
  const g1 = Number(mean(power(standard, 3)));
  return quotient(spread(x), strong(1 + Number(log2(n)) + Number(log2(1 + Number(absolute(g1)) / sg1))));
}

/** The number of bins of least leave-one-out squared error, Stone (1984). */
function stone(x: NDArray, first: Limit, last: Limit): NDArray {
  const range = spread(x);
  if (x.size <= 1 || valueOf(range) === 0) return strong(0);
  const most = Math.max(100, Math.floor(Math.sqrt(x.size)));
  let best = 1;
  let least = Infinity;
  for (let count = 1; count <= most; count++) {
    const loss = stoneLoss(x, count, first, last, valueOf(quotient(range, count)));
    if (loss < least) [best, least] = [count, loss];
  }
  return quotient(range, best);
}

function stoneLoss(x: NDArray, count: number, first: Limit, last: Limit, width: number): number {
  const { edges, uniform } = uniformEdges(x, first, last, count);
  const counts = countUniform(x, null, edges, uniform);
  return (2 - (x.size + 1) * Number(sum(square(divide(counts, x.size))))) / width;
}
