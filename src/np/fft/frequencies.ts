/** Where the numbers of a transform lie in frequency, and moving the zero frequency into the middle. */
import { ValueError, ZeroDivisionError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { arange } from '../creation/ranges.ts';
import { concatenate } from '../shape/join.ts';
import { roll } from '../shape/rearrange.ts';
import { multiply } from '../ufuncs.ts';

type FrequencyArgs = Args<{ d: number }, ['d']>;

/** The step from one frequency to the next: 1 / (n d). */
function frequencyStep(name: string, n: number, args: FrequencyArgs): number {
  const { d = 1 } = bind<{ d: number }>(name, args, ['d']);
  if (!Number.isInteger(n)) throw new ValueError(`n should be an integer, got ${String(n)}`);
  if (n * d === 0) throw new ZeroDivisionError('float division by zero');
  return 1 / (n * d);
}

/**
 * The frequencies of the numbers that `fft` gives: 0, 1, ..., then the negative ones, over n d.
 *
 * @param n - the number of points
 * @param d - the distance of samples; 1 by default
 * @returns float64 (n,), in cycles per unit of the sample distance
 * @throws ValueError for an n that is no integer or negative; ZeroDivisionError if n d is 0.
 * @example
 * np.fft.fftfreq(8, 0.1); // [ 0.    1.25  2.5   3.75 -5.   -3.75 -2.5  -1.25]
 */
export function fftfreq(n: number, ...args: FrequencyArgs): NDArray<'float64'> {
  const step = frequencyStep('fftfreq', n, args);
  if (n < 0) throw new ValueError('negative dimensions are not allowed');
  const positive = arange(0, Math.ceil(n / 2));
  const negative = arange(-Math.floor(n / 2), 0);
  return multiply(concatenate([positive, negative], { dtype: 'float64' }), step) as NDArray<'float64'>;
}

/**
 * The frequencies of the numbers that `rfft` gives: 0, 1, ..., n // 2, over n d. Parameters and errors are those of `fftfreq`.
 *
 * @returns float64 (n // 2 + 1,)
 * @example
 * np.fft.rfftfreq(8, 0.1); // [0.   1.25 2.5  3.75 5.  ]
 */
export function rfftfreq(n: number, ...args: FrequencyArgs): NDArray<'float64'> {
  const step = frequencyStep('rfftfreq', n, args);
  return multiply(arange(0, Math.floor(n / 2) + 1, { dtype: 'float64' }), step) as NDArray<'float64'>;
}

type ShiftArgs = Args<{ axes: number | readonly number[] | null }, ['axes']>;

/** Rolls the chosen axes by half their lengths, rounded down, times `sign`. */
function rollHalf(name: string, x: ArrayLike, args: ShiftArgs, sign: 1 | -1): NDArray {
  const { axes = null } = bind<{ axes: number | readonly number[] | null }>(name, args, ['axes']);
  const a = asArray(x);
  const chosen = axes === null ? a.shape.map((_, i) => i) : [axes].flat();
  const shifts = chosen.map((axis) => sign * Math.floor(a.shape[normalizeAxis(axis, a.ndim)] / 2));
  if (a.ndim === 0) throw new ValueError(`${name} needs an axis, got an array of no dimensions`);
  return roll(a, shifts, chosen);
}

/**
 * Moves the zero frequency to the middle of each axis.
 *
 * @param axes - all by default
 * @throws AxisError; ValueError for an array of no dimensions.
 * @example
 * np.fft.fftshift([0, 1, 2, -2, -1]); // [-2. -1.  0.  1.  2.]
 */
export function fftshift(x: ArrayLike, ...args: ShiftArgs): NDArray {
  return rollHalf('fftshift', x, args, 1);
}

/**
 * The inverse of `fftshift`, which differs from it for odd lengths. Parameters and errors are the same.
 *
 * @example
 * np.fft.ifftshift([-2, -1, 0, 1, 2]); // [ 0.  1.  2. -2. -1.]
 */
export function ifftshift(x: ArrayLike, ...args: ShiftArgs): NDArray {
  return rollHalf('ifftshift', x, args, -1);
}
