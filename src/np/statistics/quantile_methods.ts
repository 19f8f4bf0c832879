/** The definitions of a sample quantile (Hyndman and Fan 1996, and NumPy's own). */

/** Rounds to the precision of the computation. */
export type Rounding = (x: number) => number;

interface Definition {
  /** Where the q-th quantile of `n` sorted samples lies, counted from 0. */
  readonly position: (n: number, q: number, round: Rounding) => number;
  /** How much of the next sample counts; without it the position is an integer. */
  readonly weight?: (gamma: number, position: number) => number;
}

/** The position of the continuous definitions. */
const continuous =
  (alpha: number, beta: number): Definition['position'] =>
  (n, q, round) =>
    round(round(round(n * q) + round(alpha + round(q * (1 - alpha - beta)))) - 1);

/** The sample before a position, or after it, whichever the condition says. */
function boundary(at: number, takesPrevious: (gamma: number, at: number) => boolean): number {
  const previous = Math.floor(at);
  return Math.max(takesPrevious(at - previous, at) ? previous : previous + 1, 0);
}

const linear: Definition['position'] = (n, q, round) => round((n - 1) * q);
const asIs = (gamma: number): number => gamma;

function nearestEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
}

export const QUANTILE_METHODS = {
  inverted_cdf: { position: (n, q, round) => boundary(round(round(n * q) - 1), (gamma) => gamma === 0) },
  averaged_inverted_cdf: {
    position: (n, q, round) => round(round(n * q) - 1),
    weight: (gamma) => (gamma === 0 ? 0.5 : 1),
  },
  closest_observation: {
    position: (n, q, round) =>
      boundary(
        round(round(round(n * q) - 1) - 0.5),
        (gamma, at) => gamma === 0 && Math.abs(Math.floor(at) % 2) === 1,
      ),
  },
  interpolated_inverted_cdf: { position: continuous(0, 1), weight: asIs },
  hazen: { position: continuous(0.5, 0.5), weight: asIs },
  weibull: { position: continuous(0, 0), weight: asIs },
  linear: { position: linear, weight: asIs },
  median_unbiased: { position: continuous(1 / 3, 1 / 3), weight: asIs },
  normal_unbiased: { position: continuous(3 / 8, 3 / 8), weight: asIs },
  lower: { position: (n, q, round) => Math.floor(linear(n, q, round)) },
  higher: { position: (n, q, round) => Math.ceil(linear(n, q, round)) },
  midpoint: {
    position: (n, q, round) =>
      round(0.5 * (Math.floor(linear(n, q, round)) + Math.ceil(linear(n, q, round)))),
    weight: (_, position) => (position % 1 === 0 ? 0 : 0.5),
  },
  nearest: { position: (n, q, round) => nearestEven(linear(n, q, round)) },
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
