/** Comparing arrays as wholes, and with tolerances. */
import { RuntimeError } from '../../array/errors.ts';
import { NDArray, truth } from '../../array/ndarray.ts';
import type { DType } from '../../array/dtype.ts';
import { resultType } from '../../array/dtype.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { broadcastShapes, sameShape } from '../../array/layout.ts';
import { isRemote } from '../../ops/given.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ArrayOrBoolean } from '../statistics/reductions.ts';
import { all } from '../statistics/reductions.ts';
import {
  absolute,
  add,
  bitwise_and,
  bitwise_or,
  equal,
  isfinite,
  isnan,
  less_equal,
  logical_or,
  multiply,
  subtract,
} from '../ufuncs.ts';

export interface CloseOptions {
  /** The relative tolerance, of the second array's magnitude. */
  rtol?: ArrayLike;
  /** The absolute tolerance. */
  atol?: ArrayLike;
  /** Whether NaN equals NaN. */
  equal_nan?: boolean;
}

type CloseArgs = Args<CloseOptions, ['rtol', 'atol', 'equal_nan']>;
const CLOSE = ['rtol', 'atol', 'equal_nan'] as const;

/**
 * Whether all is true.
 *
 * @param asked - what gives that of arrays of a device
 * @throws RuntimeError for those: JavaScript would have to wait.
 */
function isAll(fn: string, x: ArrayLike, asked: string): boolean {
  const found: unknown = all(x);
  if (found instanceof NDArray && isRemote(found)) {
    const { name } = found.storage.remote!.home;
    throw new RuntimeError(
      `${fn} can't wait for the values, which are on '${name}': use (await np.all(${asked}).array()).item()`,
    );
  }
  return truth(found as ArrayOrBoolean);
}

function closeness(a: ArrayLike, b: ArrayLike, options: CloseOptions): ArrayLike {
  const { rtol = 1e-5, atol = 1e-8, equal_nan = false } = options;
  const x = isScalar(a) ? a : asArray(a);
  const y = isScalar(b) ? (typeof b === 'bigint' ? Number(b) : b) : inexact(asArray(b));
  const within = less_equal(
    absolute(subtract(x, y) as ArrayLike),
    add(atol, multiply(rtol, absolute(y)) as ArrayLike) as ArrayLike,
  );
  const near = bitwise_or(
    bitwise_and(within as ArrayLike, isfinite(y)) as ArrayLike,
    equal(x, y) as ArrayLike,
  );
  return (
    equal_nan ? bitwise_or(near as ArrayLike, bitwise_and(isnan(x), isnan(y)) as ArrayLike) : near
  ) as ArrayLike;
}

/** Integers are compared as floats, which have a magnitude for each of them. */
function inexact(b: NDArray): NDArray {
  const dtype: DType = resultType([b.dtype, 'float']);
  return asArray(b, dtype);
}

/**
 * Where two arrays agree within tolerances: |a - b| <= atol + rtol * |b|, infinities equal to themselves.
 *
 * @throws ValueError if the shapes do not broadcast.
 * @example
 * np.isclose([1, 2], [1 + 1e-9, 2.1]); // [ True False]
 */
export function isclose(a: ArrayLike, b: ArrayLike, ...args: CloseArgs): ArrayOrBoolean {
  return closeness(a, b, bind<CloseOptions>('isclose', args, CLOSE)) as unknown as ArrayOrBoolean;
}

/**
 * Whether two arrays agree within tolerances everywhere.
 *
 * @throws ValueError if the shapes do not broadcast; RuntimeError for arrays on a GPU, naming what to await.
 * @example
 * np.allclose([1, 2], [1, 2 + 1e-9]); // true
 */
export function allclose(a: ArrayLike, b: ArrayLike, ...args: CloseArgs): boolean {
  return isAll('allclose', closeness(a, b, bind<CloseOptions>('allclose', args, CLOSE)), 'np.isclose(a, b)');
}

/**
 * Whether two arrays have the same shape and elements.
 *
 * @param equal_nan - whether NaN equals NaN.
 * @throws RuntimeError for arrays on a GPU, naming what to await.
 * @example
 * np.array_equal([1, 2], [1, 2]); // true
 */
export function array_equal(
  a1: ArrayLike,
  a2: ArrayLike,
  ...args: Args<{ equal_nan: boolean }, ['equal_nan']>
): boolean {
  const { equal_nan = false } = bind<{ equal_nan: boolean }>('array_equal', args, ['equal_nan']);
  const [x, y] = [asArray(a1), asArray(a2)];
  if (!sameShape(x.shape, y.shape)) return false;
  const same = equal(x, y) as ArrayLike;
  if (!equal_nan) return isAll('array_equal', same, 'np.equal(a1, a2)');
  const areNaN = bitwise_and(isnan(x), isnan(y)) as ArrayLike;
  return isAll(
    'array_equal',
    logical_or(same, areNaN) as ArrayLike,
    'np.isclose(a1, a2, { rtol: 0, atol: 0, equal_nan: true })',
  );
}

/**
 * Whether two arrays broadcast to the same elements.
 *
 * @throws RuntimeError for arrays on a GPU, naming what to await.
 * @example
 * np.array_equiv([1, 2], [[1, 2], [1, 2]]); // true
 */
export function array_equiv(a1: ArrayLike, a2: ArrayLike): boolean {
  const [x, y] = [asArray(a1), asArray(a2)];
  try {
    broadcastShapes(x.shape, y.shape);
  } catch {
    return false;
  }
  return isAll('array_equiv', equal(x, y) as ArrayLike, 'np.equal(a1, a2)');
}
