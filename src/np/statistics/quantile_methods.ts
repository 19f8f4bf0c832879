/** The definitions of a sample quantile (Hyndman and Fan 1996, and NumPy's own), for arrays of fractions. */
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { where } from '../indexing/choose.ts';
import {
  add,
  ceil,
  equal,
  floor,
  logical_and,
  maximum,
  multiply,
  remainder,
  rint,
  subtract,
} from '../ufuncs.ts';

/** How many samples there are: one number, or an array of integers. */
export type Count = number | NDArray;

interface Definition {
  /** Where the q-th quantile of `n` sorted samples lies, counted from 0, in the dtype of `q`. */
  readonly position: (n: Count, q: NDArray) => NDArray;
  /** How much of the next sample counts; without it the position is an integer. */
  readonly weight?: (gamma: NDArray, position: NDArray) => NDArray;
}

const of = (x: unknown): NDArray => x as NDArray;

/** n q, rounded to the dtype of q. */
const times = (n: Count, q: NDArray): NDArray =>
  of(multiply(typeof n === 'number' ? n : cast(n, q.dtype), q));

/** The position of the continuous definitions. */
const continuous =
  (alpha: number, beta: number): Definition['position'] =>
  (n, q) =>
    of(subtract(add(times(n, q), add(multiply(q, 1 - alpha - beta), alpha)), 1));

/** The sample before a position, or after it, whichever the condition says. */
function boundary(at: NDArray, takesPrevious: (isExact: NDArray, previous: NDArray) => NDArray): NDArray {
  const previous = of(floor(at));
  const isExact = of(equal(at, previous));
  return of(maximum(where(takesPrevious(isExact, previous), previous, of(add(previous, 1))), 0));
}

const linear: Definition['position'] = (n, q) => times(typeof n === 'number' ? n - 1 : of(subtract(n, 1)), q);
const asIs = (gamma: NDArray): NDArray => gamma;

/** One number where a condition holds, another elsewhere, in the dtype of an array. */
const either = (condition: unknown, x: number, y: number, { dtype }: NDArray): NDArray =>
  where(condition as ArrayLike, asArray(x, dtype), asArray(y, dtype));

export const QUANTILE_METHODS = {
  inverted_cdf: { position: (n, q) => boundary(of(subtract(times(n, q), 1)), asIs) },
  averaged_inverted_cdf: {
    position: (n, q) => of(subtract(times(n, q), 1)),
    weight: (gamma) => either(equal(gamma, 0), 0.5, 1, gamma),
  },
  closest_observation: {
    position: (n, q) =>
      boundary(of(subtract(subtract(times(n, q), 1), 0.5)), (isExact, previous) =>
        of(logical_and(isExact, equal(remainder(previous, 2), 1))),
      ),
  },
  interpolated_inverted_cdf: { position: continuous(0, 1), weight: asIs },
  hazen: { position: continuous(0.5, 0.5), weight: asIs },
  weibull: { position: continuous(0, 0), weight: asIs },
  linear: { position: linear, weight: asIs },
  median_unbiased: { position: continuous(1 / 3, 1 / 3), weight: asIs },
  normal_unbiased: { position: continuous(3 / 8, 3 / 8), weight: asIs },
  lower: { position: (n, q) => of(floor(linear(n, q))) },
  higher: { position: (n, q) => of(ceil(linear(n, q))) },
  midpoint: {
    position: (n, q) => {
      const at = linear(n, q);
      return of(multiply(add(floor(at), ceil(at)), 0.5));
    },
    weight: (_, position) => either(equal(remainder(position, 1), 0), 0, 0.5, position),
  },
  nearest: { position: (n, q) => of(rint(linear(n, q))) },
} as const satisfies Readonly<Record<string, Definition>> as Readonly<Record<QuantileMethod, Definition>>;

/** The name of a definition. */
export type QuantileMethod =
  | 'inverted_cdf'
  | 'averaged_inverted_cdf'
  | 'closest_observation'
  | 'interpolated_inverted_cdf'
  | 'hazen'
  | 'weibull'
  | 'linear'
  | 'median_unbiased'
  | 'normal_unbiased'
  | 'lower'
  | 'higher'
  | 'midpoint'
  | 'nearest';
