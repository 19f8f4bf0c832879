/** Questions about values and objects: isreal, isposinf, isscalar, ndim, ... */
import { asConstant, isTraced } from '../../array/tracing.ts';
import { float32 } from '../../array/dtype.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { imag } from '../complex.ts';
import type { ArrayOrBoolean } from '../statistics/reductions.ts';
import { equal, not_equal } from '../ufuncs.ts';

/**
 * Where the imaginary part is zero.
 *
 * @example
 * np.isreal([new np.Complex(1, 1), 2]); // [False  True]
 */
export function isreal(x: ArrayLike): ArrayOrBoolean {
  if (isTraced(x)) return asConstant(isreal, x);
  const part = imag(x) as ArrayLike;
  return equal(part, zeroBeside(part)) as unknown as ArrayOrBoolean;
}

/**
 * Where the imaginary part is not zero.
 *
 * @example
 * np.iscomplex([new np.Complex(1, 1), 2]); // [ True False]
 */
export function iscomplex(x: ArrayLike): ArrayOrBoolean {
  if (isTraced(x)) return asConstant(iscomplex, x);
  const part = imag(x) as ArrayLike;
  return not_equal(part, zeroBeside(part)) as unknown as ArrayOrBoolean;
}

/** A zero that leaves the dtype as it is: beside truth values an integer would not. */
const zeroBeside = (x: ArrayLike): 0 | false => (x instanceof NDArray && x.dtype.kind === 'b' ? false : 0);

function isInfinity(name: string, x: ArrayLike, sign: 1 | -1, args: readonly unknown[]): ArrayOrBoolean {
  const { out } = bind<{ out: NDArray | null }>(name, args, ['out']);
  const a = isScalar(x) ? x : asArray(x);
  if (asArray(a).dtype.kind === 'c') {
    throw new TypeError(
      `This operation is not supported for ${asArray(a).dtype.name} values because it would be ambiguous.`,
    );
  }
  // Any float says that integers are finite; float32 is one that all devices have.
  return equal(asArray(a).dtype.kind === 'f' ? a : asArray(a, float32), sign * Infinity, {
    out,
  }) as unknown as ArrayOrBoolean;
}

/**
 * Where a value is plus infinity.
 *
 * @throws TypeError for complex numbers.
 * @example
 * np.isposinf([Infinity, 1]); // [ True False]
 */
export function isposinf(x: ArrayLike, ...args: Args<{ out: NDArray | null }, ['out']>): ArrayOrBoolean {
  return isInfinity('isposinf', x, 1, args);
}

/**
 * Where a value is minus infinity.
 *
 * @throws TypeError for complex numbers.
 * @example
 * np.isneginf([-Infinity, 1]); // [ True False]
 */
export function isneginf(x: ArrayLike, ...args: Args<{ out: NDArray | null }, ['out']>): ArrayOrBoolean {
  return isInfinity('isneginf', x, -1, args);
}

/**
 * Whether `element` is a scalar: a number, bigint, boolean, string or Complex. Arrays are not, 0-d ones neither.
 *
 * @example
 * np.isscalar(3); // true
 */
export function isscalar(element: unknown): boolean {
  return isScalar(element) || typeof element === 'string';
}

/**
 * The number of axes.
 *
 * @example
 * np.ndim([[1, 2]]); // 2
 */
export function ndim(a: ArrayLike): number {
  return asArray(a).ndim;
}

/**
 * The length of each axis.
 *
 * @example
 * np.shape([[1, 2]]); // [1, 2]
 */
export function shape(a: ArrayLike): number[] {
  return [...asArray(a).shape];
}

/**
 * The number of elements, of all or along axes.
 *
 * @throws AxisError.
 * @example
 * np.size([[1, 2], [3, 4]], 0); // 2
 */
export function size(
  a: ArrayLike,
  ...args: Args<{ axis: number | readonly number[] | null }, ['axis']>
): number {
  const { axis = null } = bind<{ axis: number | readonly number[] | null }>('size', args, ['axis']);
  const x = asArray(a);
  if (typeof axis === 'number') return x.shape[normalizeAxis(axis, x.ndim)];
  return normalizeAxes(axis, x.ndim).reduce((n, i) => n * x.shape[i], 1);
}
