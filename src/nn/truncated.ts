/** Normal numbers between bounds, by drawing again what falls outside. */
import { float64 } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { where } from '../np/indexing/choose.ts';
import { any } from '../np/statistics/reductions.ts';
import {
  add,
  divide,
  exp,
  greater,
  less,
  log,
  logical_or,
  multiply,
  square,
  subtract,
} from '../np/ufuncs.ts';
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
  const { std, low, high } = t;
  if (!(std > 0)) throw new ValueError(`truncNormal_ expects std > 0, but found ${std}`);
  if (!(low < high)) throw new ValueError(`truncNormal_ expects a < b, but found ${low} and ${high}`);
  const draw = candidates(t);
  let { values, refused } = draw(generator, shape);
  while (any(refused)) {
    const next = draw(generator, shape);
    values = where(refused, next.values, values);
    refused = multiply(refused, next.refused) as NDArray;
  }
  return values;
}

/** The way to draw of which no less than a third is taken, or so. */
function candidates(t: Truncated): Draw {
  const { mean, std, low, high } = t;
  const distance = Math.max(low - mean, mean - high);
  if (distance <= 0) return high - low >= std ? drawNormal(t) : drawEvenly(t, 0);
  const rate = (distance + Math.sqrt(distance ** 2 + 4 * std ** 2)) / (2 * std ** 2);
  return (high - low) * rate > 1 ? drawTail(t, rate) : drawEvenly(t, distance);
}

const drawNormal =
  ({ mean, std, low, high }: Truncated): Draw =>
  (generator, shape) => {
    const values = normal(generator, shape, float64, mean, std);
    return { values, refused: logical_or(less(values, low), greater(values, high)) as NDArray };
  };

/** Those above a probability: each is taken as often as that says. */
function refuse(generator: Generator, exponent: NDArray): NDArray {
  return greater(uniform(generator, exponent.shape, float64), exp(exponent)) as NDArray;
}

/** Even candidates, taken as often as the density is a part of the greatest, at a distance from the mean. */
const drawEvenly =
  ({ mean, std, low, high }: Truncated, distance: number): Draw =>
  (generator, shape) => {
    const values = uniform(generator, shape, float64, low, high);
    const exponent = subtract(distance ** 2, square(subtract(values, mean))) as NDArray;
    return { values, refused: refuse(generator, multiply(exponent, 0.5 / std ** 2) as NDArray) };
  };

/** Exponentially distributed candidates from the bound that is nearer: Robert, "Simulation of truncated normal variables" (1995). */
const drawTail =
  ({ mean, std, low, high }: Truncated, rate: number): Draw =>
  (generator, shape) => {
    const sign = mean < low ? 1 : -1;
    const bound = mean < low ? low : high;
    // 1 less the uniform number is never 0.
    const beyond = divide(log(subtract(1, uniform(generator, shape, float64))), -rate) as NDArray;
    const excess = subtract(add(beyond, Math.abs(bound - mean)), rate * std ** 2) as NDArray;
    const unlikely = refuse(generator, multiply(square(excess), -0.5 / std ** 2) as NDArray);
    const values = add(multiply(beyond, sign), bound) as NDArray;
    return { values, refused: logical_or(unlikely, greater(beyond, high - low)) as NDArray };
  };
