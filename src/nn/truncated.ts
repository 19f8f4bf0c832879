/** Normal numbers between bounds, by drawing again what falls outside. */
import { float64 } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { where } from '../np/indexing/choose.ts';
import { any } from '../np/statistics/reductions.ts';
import { exp, greater, less, logical_or, multiply, square, subtract } from '../np/ufuncs.ts';
import type { Generator } from '../ops/generator.ts';
import { normal, uniform } from '../ops/random.ts';

export interface Truncated {
  readonly mean: number;
  /** The standard deviation of the whole distribution. */
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

/** Candidates, and which of them are to be drawn again. */
interface Drawn {
  readonly values: NDArray;
  readonly refused: NDArray;
}

type Draw = (generator: Generator, shape: readonly number[]) => Drawn;

/**
 * @returns float64
 * @throws ValueError for a deviation that is not positive, or bounds with nothing between them.
 */
export function truncatedNormal(generator: Generator, shape: readonly number[], t: Truncated): NDArray {
  const { mean, std, low, high } = t;
  if (!(std > 0)) throw new ValueError(`truncNormal_ expects std > 0, but found ${std}`);
  if (!(low < high)) throw new ValueError(`truncNormal_ expects a < b, but found ${low} and ${high}`);
  const isWide = low <= mean && mean <= high && high - low >= std;
  const draw = isWide ? drawNormal(t) : drawUniform(t);
  let { values, refused } = draw(generator, shape);
  while (any(refused)) {
    const next = draw(generator, shape);
    values = where(refused, next.values, values);
    refused = multiply(refused, next.refused) as NDArray;
  }
  return values;
}

/** At least a third of these are taken where the mean is inside bounds that are not narrow. */
const drawNormal =
  ({ mean, std, low, high }: Truncated): Draw =>
  (generator, shape) => {
    const values = normal(generator, shape, float64, mean, std);
    return { values, refused: logical_or(less(values, low), greater(values, high)) as NDArray };
  };

/** Beyond so many variances in the exponent nothing is ever drawn. */
const NEVER = 100;

/** Even candidates, taken as often as the density there is a part of the greatest. */
function drawUniform({ mean, std, low, high }: Truncated): Draw {
  const peak = Math.min(Math.max(mean, low), high);
  const distance = Math.abs(peak - mean);
  const reach = Math.sqrt(distance ** 2 + NEVER * std ** 2) - distance;
  const [from, to] = [Math.max(low, peak - reach), Math.min(high, peak + reach)];
  return (generator, shape) => {
    const values = uniform(generator, shape, float64, from, to);
    const exponent = subtract(distance ** 2, square(subtract(values, mean))) as NDArray;
    const density = exp(multiply(exponent, 0.5 / std ** 2)) as NDArray;
    return { values, refused: greater(uniform(generator, shape, float64), density) as NDArray };
  };
}
