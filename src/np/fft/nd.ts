/** Transforms along several axes: one after the other. */
import { IndexError, ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { Norm } from './raw.ts';
import { fft, ifft, irfft, rfft } from './transforms.ts';

export interface TransformsOptions {
  /** Points along each of the axes: more are left out, missing ones are zeros, -1 means all there are. */
  s?: readonly (number | null)[] | null;
  /** The axes; all, or the last ones that `s` has lengths for. An axis given twice is transformed twice. */
  axes?: readonly number[] | null;
  norm?: Norm | null;
  /** Where to put the result: it must have the shape after every step. */
  out?: NDArray | null;
}

export type TransformsArgs = Args<TransformsOptions, ['s', 'axes', 'norm', 'out']>;

interface Step {
  readonly axis: number;
  /** The points along it; `null` for what the transform takes by itself. */
  readonly n: number | null;
}

/** What the arguments of a call ask for. */
interface Job {
  readonly x: NDArray;
  readonly steps: readonly Step[];
  readonly norm: Norm | null;
  readonly out: NDArray | null;
  /** Whether the lengths are the input's own, because `s` was not given. */
  readonly ownLengths: boolean;
}

const LAST_TWO = [-2, -1];

/** @param twoAxes - whether the axes, if not given, are the last two */
function parse(name: string, a: ArrayLike, args: TransformsArgs, twoAxes: boolean): Job {
  const bound = bind<TransformsOptions>(name, args, ['s', 'axes', 'norm', 'out']);
  const { s = null, norm = null, out = null } = bound;
  const axes = bound.axes === undefined && twoAxes ? LAST_TWO : (bound.axes ?? null);
  const x = asArray(a);
  return { x, steps: stepsOf(x, s, axes), norm, out, ownLengths: s === null };
}

function stepsOf(x: NDArray, s: TransformsOptions['s'], axes: readonly number[] | null): Step[] {
  const count = axes?.length ?? s?.length ?? x.ndim;
  const chosen = axes ?? Array.from({ length: count }, (_, i) => i - count);
  if (s && s.length !== chosen.length) throw new ValueError('Shape and axes have different lengths.');
  return chosen.map((axis, i) => {
    const n = s ? s[i] : -1;
    return { axis, n: n === -1 ? x.shape[normalizeAxis(axis, x.ndim)] : n };
  });
}

/** All steps, the last one first. */
function backwards(transform: typeof fft, { x, steps, norm, out }: Job): NDArray {
  return steps.reduceRight((result, { axis, n }) => transform(result, { axis, n, norm, out }), x);
}

/** The last step, which is the one between real and complex numbers, and the others. */
function splitLast(steps: readonly Step[]): { last: Step; others: readonly Step[] } {
  const last = steps.at(-1);
  if (!last) throw new IndexError('at least one axis must be transformed, got none');
  return { last, others: steps.slice(0, -1) };
}

function realForward(job: Job): NDArray {
  const { last, others } = splitLast(job.steps);
  const x = rfft(job.x, { ...last, norm: job.norm, out: job.out });
  return backwards(fft, { ...job, x, steps: others });
}

function realInverse({ x, steps, norm, out, ownLengths }: Job): NDArray {
  const { last, others } = splitLast(steps);
  const rest = others.reduce((result, step) => ifft(result, { ...step, norm }), x);
  return irfft(rest, { axis: last.axis, n: ownLengths ? null : last.n, norm, out });
}

/**
 * The Fourier transform along several axes.
 *
 * @param a - any numbers
 * @param s - points along each axis; `axes` all by default, or as many of the last as `s` has lengths; `norm` and `out` as in `fft`
 * @returns complex128, or complex64 for input of lower precision
 * @throws ValueError if `s` and `axes` differ in length, and where `fft` throws.
 * @example
 * np.fft.fftn([[1, 2], [3, 4]]); // [[10.+0.j -2.+0.j] [-4.+0.j  0.+0.j]]
 */
export function fftn(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return backwards(fft, parse('fftn', a, args, false));
}

/**
 * The inverse of `fftn`, with the same parameters and errors.
 *
 * @example
 * np.fft.ifftn([[10, -2], [-4, 0]]); // [[1.+0.j 2.+0.j] [3.+0.j 4.+0.j]]
 */
export function ifftn(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return backwards(ifft, parse('ifftn', a, args, false));
}

/**
 * `fftn` along the last two axes by default, with the same parameters and errors.
 *
 * @example
 * np.fft.fft2(np.ones([2, 2])); // [[4.+0.j 0.+0.j] [0.+0.j 0.+0.j]]
 */
export function fft2(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return backwards(fft, parse('fft2', a, args, true));
}

/**
 * `ifftn` along the last two axes by default, with the same parameters and errors. `out` is written, which NumPy forgets.
 *
 * @example
 * np.fft.ifft2([[4, 0], [0, 0]]); // [[1.+0.j 1.+0.j] [1.+0.j 1.+0.j]]
 */
export function ifft2(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return backwards(ifft, parse('ifft2', a, args, true));
}

/**
 * The transform of real numbers along several axes: `rfft` along the last of them, `fft` along the others. Parameters and errors
 * are those of `fftn`.
 *
 * @throws IndexError also for no axes; TypeError for complex input.
 * @example
 * np.fft.rfftn([[1, 2, 3], [4, 5, 6]]).shape; // [2, 2]
 */
export function rfftn(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return realForward(parse('rfftn', a, args, false));
}

/**
 * `rfftn` along the last two axes by default, with the same parameters and errors.
 *
 * @example
 * np.fft.rfft2([[1, 2], [3, 4]]); // [[10.+0.j -2.+0.j] [-4.+0.j  0.+0.j]]
 */
export function rfft2(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return realForward(parse('rfft2', a, args, true));
}

/**
 * The inverse of `rfftn`: `ifft` along all axes but the last, then `irfft` along that. Parameters and errors are those of `fftn`.
 *
 * @param s - lengths of the result; the last is 2 (m - 1) of an axis of m numbers by default.
 * @example
 * np.fft.irfftn(np.fft.rfftn([[1, 2], [3, 4]])); // [[1. 2.] [3. 4.]]
 */
export function irfftn(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return realInverse(parse('irfftn', a, args, false));
}

/**
 * `irfftn` along the last two axes by default, with the same parameters and errors. `out` is written, which NumPy forgets.
 *
 * @example
 * np.fft.irfft2([[10, -2], [-4, 0]]); // [[1. 2.] [3. 4.]]
 */
export function irfft2(a: ArrayLike, ...args: TransformsArgs): NDArray {
  return realInverse(parse('irfft2', a, args, true));
}
