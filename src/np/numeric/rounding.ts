/** Rounding, clipping and replacing of values. */
import { dtype as toDType, floatPart, int32, uint32 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, integerRange, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast, castWhere, copyOf } from '../../ops/cast.ts';
import { isRemote } from '../../ops/given.ts';
import { broadcastTo } from '../../ops/views.ts';
import { isTraced, spare } from '../../array/tracing.ts';
import { clip as clipRow, clipAbove, clipBelow } from '../../ops/ufuncs/clip.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { imag, real } from '../complex.ts';
import { finfo } from '../limits.ts';
import type { UFuncOptions } from '../ufunc/call.ts';
import { callUFunc } from '../ufunc/call.ts';
import { all } from '../statistics/reductions.ts';
import {
  absolute,
  add,
  bitwise_and,
  divide,
  equal,
  floor_divide,
  greater,
  isnan,
  less,
  logical_and,
  logical_or,
  multiply,
  not_equal,
  positive,
  rint,
  subtract,
  trunc,
} from '../ufuncs.ts';

export interface ClipOptions extends UFuncOptions {
  a_min?: ArrayLike | null;
  a_max?: ArrayLike | null;
  /** The array-API name of `a_min`. */
  min?: ArrayLike | null;
  /** The array-API name of `a_max`. */
  max?: ArrayLike | null;
}

/**
 * The values, limited to an interval; NaN stays.
 *
 * @param args - the lower and the upper limit, either may be null; `out`.
 * @throws ValueError if the shapes do not broadcast; TypeError if limits are given twice.
 * @example
 * np.clip([1, 5, 9], 2, 6); // [2. 5. 6.]
 */
export function clip(a: ArrayLike, ...args: Args<ClipOptions, ['a_min', 'a_max', 'out']>): ArrayOrScalar {
  const keywords = ['min', 'max', 'where', 'dtype', 'casting', 'order'] as const;
  const { a_min, a_max, min, max, ...options } = bind<ClipOptions>(
    'clip',
    args,
    ['a_min', 'a_max', 'out'],
    keywords,
  );
  if ((a_min !== undefined || a_max !== undefined) && (min !== undefined || max !== undefined)) {
    throw new ValueError(
      'Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.',
    );
  }
  const x = asArray(a);
  return clipArray(a, binding(a_min ?? min, x, -1), binding(a_max ?? max, x, 1), options);
}

/** A limit; `null` for an integer that no element can reach. */
function binding(limit: ArrayLike | null | undefined, { dtype }: NDArray, side: -1 | 1): ArrayLike | null {
  if (limit === null || limit === undefined) return null;
  if ((dtype.kind !== 'i' && dtype.kind !== 'u') || !isScalar(limit) || weakKind(limit) !== 'int')
    return limit;
  const { min, max } = integerRange(dtype);
  const value = BigInt(limit as number | bigint);
  return (side < 0 ? value <= min : value >= max) ? null : limit;
}

/** `clip` with parsed arguments. */
function clipArray(
  a: ArrayLike,
  low: ArrayLike | null,
  high: ArrayLike | null,
  options: UFuncOptions,
): ArrayOrScalar {
  const x = isScalar(a) ? asArray(a) : a;
  if (low === null && high === null) return positive(x, options) as ArrayOrScalar;
  if (low === null) return callUFunc(clipAbove, [x, high, options]) as ArrayOrScalar;
  if (high === null) return callUFunc(clipBelow, [x, low, options]) as ArrayOrScalar;
  return callUFunc(clipRow, [x, low, high, options]) as ArrayOrScalar;
}

type RoundArgs = Args<{ decimals: number; out: NDArray | null }, ['decimals', 'out']>;

/**
 * The values rounded to a number of decimals, halves to even.
 *
 * @param decimals - 0 by default; negative ones round to tens, hundreds, ...
 * @throws TypeError for a number of decimals that is no integer.
 * @example
 * np.round([1.5, 2.5]); // [2. 2.]
 */
export function round(a: ArrayLike, ...args: RoundArgs): ArrayOrScalar {
  const { decimals = 0, out = null } = bind<{ decimals: number; out: NDArray | null }>('round', args, [
    'decimals',
    'out',
  ]);
  if (!Number.isInteger(decimals))
    throw new TypeError(`'${String(decimals)}' object cannot be interpreted as an integer`);
  return delivered(roundArray(asArray(a), decimals, out), out);
}

/** `round` under its older name. */
export const around: typeof round = round;

function delivered(result: NDArray, out: NDArray | null): ArrayOrScalar {
  return (out ? result : arrayOrScalar(result)) as ArrayOrScalar;
}

/** Integers and bools of no or positive decimals are round already; others go through the power of ten, as NumPy does it. */
function roundArray(a: NDArray, decimals: number, out: NDArray | null): NDArray {
  if (a.dtype.kind === 'c') return roundParts(a, decimals, out);
  const isExact = a.dtype.kind !== 'f';
  if (a.dtype.kind === 'b' && decimals !== 0) {
    throw new TypeError(
      "Cannot cast ufunc 'multiply' output from dtype('float64') to dtype('bool') with casting rule 'same_kind'",
    );
  }
  if (isExact && decimals >= 0) {
    if (a.dtype.kind === 'b' && !out) return asArray(rint(a) as ArrayLike, toDType('float16'));
    return out ? (positive(a, { out }) as NDArray) : copyOf(a, a.dtype);
  }
  if (decimals === 0) return asArray(rint(a, { out }) as ArrayLike, out ? null : a.dtype);
  const result = out ?? (isTraced(a) ? null : copyOf(a, a.dtype));
  if (isExact && isRemote(a)) return roundIntegers(a, -decimals, result);
  const factor = powerOfTen(Math.abs(decimals));
  const [there, back] = decimals > 0 ? [multiply, divide] : [divide, multiply];
  const scaled = asArray(there(a, factor) as ArrayLike, isExact ? toDType('float64') : a.dtype);
  const rounded = back(rint(scaled, { out: spare(scaled) }) as NDArray, factor, {
    out: result,
    casting: 'unsafe',
  }) as NDArray;
  return result ? rounded : cast(rounded, a.dtype);
}

/** Integers of at most 32 bits rounded to 10 ** n, halves to even, without floats: a device has none that hold them all. */
function roundIntegers(a: NDArray, n: number, out: NDArray | null): NDArray {
  const wide = a.dtype.kind === 'u' ? uint32 : int32;
  // Less than half of this is zero.
  if (n > 9) return multiply(a, 0, { out }) as NDArray;
  const x = cast(a, wide);
  const factor = asArray(10 ** n, wide);
  const quotient = floor_divide(x, factor) as NDArray;
  const rest = subtract(x, multiply(quotient, factor) as NDArray) as NDArray;
  const half = asArray(10 ** n / 2, wide);
  const isOdd = not_equal(bitwise_and(quotient, asArray(1, wide)) as NDArray, 0) as NDArray;
  const goesUp = logical_or(greater(rest, half) as NDArray, logical_and(equal(rest, half), isOdd) as NDArray);
  const rounded = multiply(add(quotient, cast(goesUp as NDArray, wide)) as NDArray, factor, {
    out,
    casting: 'unsafe',
  }) as NDArray;
  return out ? rounded : cast(rounded, a.dtype);
}

/** NumPy multiplies its way up from 1e9, rounding errors and all. */
function powerOfTen(n: number): number {
  let power = Number(`1e${Math.min(n, 9)}`);
  for (let i = 9; i < n; i++) power *= 10;
  return power;
}

function roundParts(a: NDArray, decimals: number, out: NDArray | null): NDArray {
  const result = out ?? copyOf(a, a.dtype);
  roundArray(asArray(real(a) as ArrayLike), decimals, real(result) as NDArray);
  roundArray(asArray(imag(a) as ArrayLike), decimals, imag(result) as NDArray);
  return result;
}

/**
 * The values rounded towards zero.
 *
 * @throws TypeError for complex numbers.
 * @example
 * np.fix([2.7, -2.7]); // [ 2. -2.]
 */
export function fix(x: ArrayLike, ...args: Args<{ out: NDArray | null }, ['out']>): ArrayOrScalar {
  const { out } = bind<{ out: NDArray | null }>('fix', args, ['out']);
  return trunc(isScalar(x) ? asArray(x) : x, { out }) as ArrayOrScalar;
}

interface NanToNumOptions {
  /** `false` writes into the array itself. */
  copy?: boolean;
  nan?: ArrayLike;
  posinf?: ArrayLike | null;
  neginf?: ArrayLike | null;
}

/**
 * The values with NaN replaced by zero and infinities by the largest finite numbers, or by the values given.
 *
 * @example
 * np.nan_to_num([NaN, 1]); // [0. 1.]
 */
export function nan_to_num(
  x: ArrayLike,
  ...args: Args<NanToNumOptions, ['copy', 'nan', 'posinf', 'neginf']>
): ArrayOrScalar {
  const options = bind<NanToNumOptions>('nan_to_num', args, ['copy', 'nan', 'posinf', 'neginf']);
  const given = asArray(x);
  const result = options.copy === false ? given : copyOf(given, given.dtype);
  if (result.dtype.kind === 'c') {
    for (const part of [real(result), imag(result)]) replaceSpecial(part as NDArray, options);
  } else if (result.dtype.kind === 'f') replaceSpecial(result, options);
  return delivered(result, null);
}

function replaceSpecial(part: NDArray, { nan = 0, posinf, neginf }: NanToNumOptions): void {
  const { max, min } = finfo(part.dtype);
  const replacements: [NDArray, ArrayLike][] = [
    [asArray(isnan(part) as ArrayLike), nan],
    [asArray(equal(part, Infinity) as ArrayLike), posinf ?? max],
    [asArray(equal(part, -Infinity) as ArrayLike), neginf ?? min],
  ];
  for (const [mask, value] of replacements) castWhere(part, broadcastTo(asArray(value), part.shape), mask);
}

/**
 * A complex array as a real one if all its imaginary parts are close to zero.
 *
 * @param tol - in units of the machine epsilon if above 1, else absolute.
 * @example
 * np.real_if_close([new np.Complex(2, 4e-14)], 1000); // [2.]
 */
export function real_if_close(a: ArrayLike, ...args: Args<{ tol: number }, ['tol']>): NDArray {
  const { tol = 100 } = bind<{ tol: number }>('real_if_close', args, ['tol']);
  const x = asArray(a);
  if (x.dtype.kind !== 'c') return x;
  const limit = tol > 1 ? tol * finfo(floatPart(x.dtype)).eps : tol;
  return truth(all(less(absolute(imag(x) as ArrayLike), limit) as ArrayLike)) ? (real(x) as NDArray) : x;
}
