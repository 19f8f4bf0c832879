/** Vectors brought to length 1, and channels divided by what their neighbours answer. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { pad } from '../../np/shape/pad.ts';
import { add, divide, maximum, multiply, power } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { narrow } from '../../ops/views.ts';
import { dimOf } from './arguments.ts';
import { floatArray, listed } from './images.ts';
import { normOf } from './norms.ts';

/**
 * Vectors along an axis divided by their norm.
 *
 * @param args - `p`: the order of the norm, 2 by default; `dim`: the axis, 1 by default; `eps`: the least norm, 1e-12
 * @throws IndexError if there is no such axis.
 * @example
 * np.nn.functional.normalize(np.array([[3, 4]])); // array([[0.6, 0.8]])
 */
export function normalize(
  input: ArrayLike,
  ...args: Args<{ p?: number; dim?: number; eps?: number }, ['p', 'dim', 'eps']>
): NDArray {
  const options = bind<{ p: number; dim: number; eps: number }>('normalize', args, ['p', 'dim', 'eps']);
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  const x = floatArray('normalize', input);
  const axis = dimOf('normalize', dim, x.ndim);
  return divide(x, maximum(normOf(x, p, axis, true), eps)) as NDArray;
}

interface ResponseOptions {
  alpha?: number;
  beta?: number;
  k?: number;
}

const RESPONSE = ['alpha', 'beta', 'k'] as const;

/**
 * Channels divided by (k + alpha times the mean square of `size` channels around)^beta (Krizhevsky et al. 2012).
 *
 * @param input - (n, channels, ...spatial)
 * @param size - of how many channels
 * @param args - `alpha` (1e-4), `beta` (0.75), `k` (1)
 * @throws ValueError for fewer than three axes, or a size below 1.
 * @example
 * np.nn.functional.localResponseNorm(np.ones([1, 1, 1]), 1, { alpha: 3, beta: 1 }); // array([[[0.25]]])
 */
export function localResponseNorm(
  input: ArrayLike,
  size: number,
  ...args: Args<ResponseOptions, typeof RESPONSE>
): NDArray {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = bind<ResponseOptions>('localResponseNorm', args, RESPONSE);
  const x = floatArray('localResponseNorm', input);
  if (x.ndim < 3) {
    throw new ValueError(
      `Expected 3D or higher dimensionality input (got ${x.ndim} dimensions, of size ${listed(x.shape)})`,
    );
  }
  if (!Number.isInteger(size) || size < 1)
    throw new ValueError(`localResponseNorm: size must be a positive integer, got ${size}`);
  const borders = x.shape.map((_, i): [number, number] =>
    i === 1 ? [Math.floor(size / 2), Math.floor((size - 1) / 2)] : [0, 0],
  );
  const squares = pad(multiply(x, x) as NDArray, borders);
  const shifted = Array.from({ length: size }, (_, i) => narrow(squares, 1, i, x.shape[1]));
  const total = shifted.reduce((a, b) => add(a, b) as NDArray);
  return divide(x, power(add(multiply(total, alpha / size), k), beta)) as NDArray;
}
