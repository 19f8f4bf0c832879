/** Convolution and correlation of vectors. */
import { promote } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castInto, copyOf } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { flipped, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { isTraced } from '../../array/tracing.ts';
import { zeros } from '../creation/filled.ts';
import { concatenate } from '../shape/join.ts';
import { atleast_1d, reshapeArray } from '../shape/reshape.ts';
import { conjugate } from '../ufuncs.ts';

/** Which overlaps count: complete ones, as many as the longer vector has elements, or all. */
export type ConvolutionMode = 'valid' | 'same' | 'full';

const MODES: readonly unknown[] = ['valid', 'same', 'full'];

function checkMode(mode: unknown): void {
  if (!MODES.includes(mode))
    throw new ValueError(`mode must be one of 'valid', 'same', or 'full' (got '${String(mode)}')`);
}

function vector(x: ArrayLike): NDArray {
  const a = asArray(x);
  if (a.ndim === 0) throw new ValueError('object of too small depth for desired array');
  if (a.ndim > 1) throw new ValueError('object too deep for desired array');
  return a;
}

/**
 * The convolution of two vectors.
 *
 * @param mode - 'full' by default.
 * @throws ValueError for an empty vector, more than one axis or an unknown mode.
 * @example
 * np.convolve([1, 2, 3], [0, 1, 0.5]); // [0.  1.  2.5 4.  1.5]
 */
export function convolve(
  a: ArrayLike,
  v: ArrayLike,
  ...args: Args<{ mode: ConvolutionMode }, ['mode']>
): NDArray {
  const { mode = 'full' } = bind<{ mode: ConvolutionMode }>('convolve', args, ['mode']);
  checkMode(mode);
  const [x, y] = [vector(atleast_1d(a)), vector(atleast_1d(v))];
  if (x.size === 0) throw new ValueError('a cannot be empty');
  if (y.size === 0) throw new ValueError('v cannot be empty');
  const [long, short] = y.size > x.size ? [y, x] : [x, y];
  return slidingProducts(long, flipped(short, [0]), mode);
}

/**
 * The cross-correlation of two vectors: c[k] = sum of a[n + k] * conj(v[n]).
 *
 * @param mode - 'valid' by default.
 * @throws ValueError for an empty vector, more than one axis or an unknown mode.
 * @example
 * np.correlate([1, 2, 3], [0, 1, 0.5]); // [3.5]
 */
export function correlate(
  a: ArrayLike,
  v: ArrayLike,
  ...args: Args<{ mode: ConvolutionMode }, ['mode']>
): NDArray {
  const { mode = 'valid' } = bind<{ mode: ConvolutionMode }>('correlate', args, ['mode']);
  checkMode(mode);
  const x = vector(a);
  const given = vector(v);
  if (x.size === 0) throw new ValueError('first array argument cannot be empty');
  if (given.size === 0) throw new ValueError('second array argument cannot be empty');
  const y = given.dtype.kind === 'c' ? (conjugate(given) as NDArray) : given;
  if (y.size <= x.size) return slidingProducts(x, y, mode);
  const swapped = slidingProducts(y, x, mode);
  return copyOf(flipped(swapped, [0]), swapped.dtype, 'C');
}

/** Dot products of the shorter vector with the parts of the longer one that it lies over. */
function slidingProducts(long: NDArray, short: NDArray, mode: ConvolutionMode): NDArray {
  const dtype = promote(long.dtype, short.dtype);
  const [x, y] = [cast(long, dtype), cast(short, dtype)];
  const n = y.size;
  const left = mode === 'valid' ? 0 : mode === 'same' ? Math.floor(n / 2) : n - 1;
  const right = mode === 'valid' ? 0 : mode === 'same' ? n - left - 1 : n - 1;
  const complete = x.size - n + 1;
  if (isTraced([x, y])) return slidingTraced(x, y, left, right);
  const result = emptyArray([left + complete + right], dtype);
  for (let i = 0; i < left; i++) {
    const overlap = n - left + i;
    product(narrow(x, 0, 0, overlap), narrow(y, 0, n - overlap, overlap), narrow(result, 0, i, 1));
  }
  const windows = viewArray(x, [complete, n], [x.strides[0], x.strides[0]]);
  contract(windows, reshapeArray(y, [n, 1]), column(narrow(result, 0, left, complete)));
  for (let i = 0; i < right; i++) {
    const overlap = n - 1 - i;
    product(
      narrow(x, 0, x.size - overlap, overlap),
      narrow(y, 0, 0, overlap),
      narrow(result, 0, left + complete + i, 1),
    );
  }
  return result;
}

/** The same as one product of all windows of the vector with zeros at its ends. */
function slidingTraced(x: NDArray, y: NDArray, left: number, right: number): NDArray {
  const ends = concatenate([zeros(left, { dtype: x.dtype }), x, zeros(right, { dtype: x.dtype })]);
  const count = ends.size - y.size + 1;
  const windows = viewArray(ends, [count, y.size], [ends.itemsize, ends.itemsize]);
  return reshapeArray(contract(windows, reshapeArray(y, [y.size, 1])), [count]);
}

function column(a: NDArray): NDArray {
  return viewArray(a, [a.size, 1], [a.strides[0], a.itemsize]);
}

function product(x: NDArray, y: NDArray, out: NDArray): void {
  const row = viewArray(x, [1, x.size], [x.strides[0], x.strides[0]]);
  castInto(column(out), contract(row, viewArray(y, [y.size, 1], [y.strides[0], y.itemsize])));
}
