/** Transforms along one axis. */
import { spare } from '../../array/tracing.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { conjugate } from '../ufuncs.ts';
import type { TransformOptions } from './raw.ts';
import { rawTransform, swapNorm } from './raw.ts';

export type { Norm, TransformOptions } from './raw.ts';

const POSITIONAL = ['n', 'axis', 'norm', 'out'] as const;

export type TransformArgs = Args<TransformOptions, ['n', 'axis', 'norm', 'out']>;

const optionsOf = (name: string, args: TransformArgs): TransformOptions =>
  bind<TransformOptions>(name, args, POSITIONAL);

/**
 * The discrete Fourier transform along an axis: A[k] = sum over m of a[m] exp(-2 pi i m k / n).
 *
 * Any length takes time in proportion to n log n: lengths with small factors by a mixed-radix algorithm, others by
 * Bluestein's convolution. It is computed in double precision; float32 and float16 give complex64.
 *
 * @param a - any numbers, in any number of dimensions but 0
 * @param n - points along the axis, cut or filled up with zeros; `axis` -1 by default; `norm` 'backward' (nothing is scaled here),
 *   'ortho' or 'forward' (divides by n); `out` an array for the result
 * @returns complex128, or complex64 for input of lower precision, of `a`'s shape but for n along the axis
 * @throws ValueError for no points, an unknown norm or an `out` of another shape; AxisError; TypeError for an `out` whose dtype
 *   cannot hold the result.
 * @example
 * np.fft.fft([1, 2, 3, 4]); // [10.+0.j -2.+2.j -2.+0.j -2.-2.j]
 */
export function fft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const options = optionsOf('fft', args);
  return rawTransform(asArray(a), { name: 'fft', kind: 'complex', inverse: false }, options);
}

/**
 * The inverse of `fft`: a[m] = 1/n sum over k of A[k] exp(2 pi i m k / n). Parameters, result and errors are those of `fft`; the
 * norm 'backward' divides by n.
 *
 * @example
 * np.fft.ifft([10, 0, 0, 0]); // [2.5+0.j 2.5+0.j 2.5+0.j 2.5+0.j]
 */
export function ifft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const options = optionsOf('ifft', args);
  return rawTransform(asArray(a), { name: 'ifft', kind: 'complex', inverse: true }, options);
}

/**
 * The transform of real numbers: the first n // 2 + 1 numbers of `fft`, of which the others are the conjugates. An even n takes half
 * the time. Parameters and errors are those of `fft`.
 *
 * @throws TypeError also for complex input.
 * @example
 * np.fft.rfft([1, 2, 3, 4]); // [10.+0.j -2.+2.j -2.+0.j]
 */
export function rfft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const x = asArray(a);
  const options = optionsOf('rfft', args);
  const even = (options.n ?? x.shape.at(options.axis ?? -1) ?? 0) % 2 === 0;
  const name = even ? 'rfft_n_even' : 'rfft_n_odd';
  return rawTransform(x, { name, kind: 'real', inverse: false }, options);
}

/**
 * The inverse of `rfft`: n real numbers from the first n // 2 + 1 numbers of their transform. Parameters and errors are those of
 * `fft`.
 *
 * @param n - the number of real numbers; 2 (m - 1) of an axis of m numbers by default. An odd number has to be given.
 * @returns float64, or the float dtype of lower precision that `a` has
 * @example
 * np.fft.irfft(np.fft.rfft([1, 2, 3, 4])); // [1. 2. 3. 4.]
 */
export function irfft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const options = optionsOf('irfft', args);
  return rawTransform(asArray(a), { name: 'irfft', kind: 'realInverse', inverse: true }, options);
}

/**
 * The transform of numbers whose second half are the conjugates of the first, which is real: n real numbers from the
 * first n // 2 + 1 of them. Parameters and errors are those of `irfft`.
 *
 * @example
 * np.fft.hfft([1, 2, 3, 4]); // [15. -4.  0. -1.  0. -4.]
 */
export function hfft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const { n, axis = -1, norm } = optionsOf('hfft', args);
  const x = asArray(a);
  const points = n ?? 2 * (x.shape[normalizeAxis(axis, x.ndim)] - 1);
  return irfft(conjugate(x) as NDArray, points, axis, swapNorm(norm));
}

/**
 * The inverse of `hfft`: the first n // 2 + 1 numbers. Parameters and errors are those of `rfft`.
 *
 * @example
 * np.fft.ihfft([1, 2, 3, 4]); // [ 2.5-0.j  -0.5-0.5j -0.5-0.j ]
 */
export function ihfft(a: ArrayLike, ...args: TransformArgs): NDArray {
  const options = optionsOf('ihfft', args);
  const spectrum = rfft(a, { ...options, norm: swapNorm(options.norm) });
  return conjugate(spectrum, { out: spare(spectrum) }) as NDArray;
}
