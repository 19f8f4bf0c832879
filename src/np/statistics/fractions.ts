/** The fractions that quantiles are asked for. */
import type { DType } from '../../array/dtype.ts';
import { float64, int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { doubleOn, holdsRemote, isRemote } from '../../ops/given.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { divide, greater_equal, less_equal, logical_and, logical_not } from '../ufuncs.ts';

/** The fractions wanted. */
export interface Fractions {
  /** One after the other, in the dtype that positions are computed in. */
  readonly values: NDArray;
  readonly shape: readonly number[];
  /** How they take part in promotion: a scalar is weak, and so are float64 beside samples on a device that has none. */
  readonly weak: boolean;
  readonly dtype: DType;
  /** Integers name samples exactly. */
  readonly exact: boolean;
}

const outOfRange = (message: string): Refusal => ({ name: message, error: () => new ValueError(message) });

const OUTSIDE = {
  1: outOfRange('Quantiles must be in the range [0, 1]'),
  100: outOfRange('Percentiles must be in the range [0, 100]'),
} as const;

/** Checks and scales `q`, which counts in units of 1 / `per`. */
export function fractions(a: NDArray, q: ArrayLike, per: 1 | 100): Fractions {
  if (a.dtype.kind === 'c') throw new TypeError('a must be an array of real numbers');
  const isWeak = isScalar(q);
  const scale = (): NDArray =>
    per === 1
      ? asArray(q, isWeak && Number.isInteger(q) ? int64 : null)
      : asArray(divide(q, 100) as ArrayLike);
  const scaled = holdsRemote(q) ? scale() : placedOn(null, scale);
  if (scaled.ndim > 2) throw new ValueError('q must be a scalar or 1d');
  const isFloat = scaled.dtype.kind === 'f';
  const line = reshapeArray(scaled, [scaled.size]);
  const given = isFloat ? line : cast(line, doubleOn(isRemote(line)));
  const values = isRemote(given) ? insideOnly(given, per) : placedOn(null, () => insideOnly(given, per));
  return {
    values,
    shape: scaled.shape,
    weak: isWeak || (isRemote(a) && !isRemote(scaled)),
    dtype: isFloat ? scaled.dtype : float64,
    exact: !isFloat,
  };
}

/** The values to be used. @throws ValueError for what is not from 0 to 1. */
function insideOnly(values: NDArray, per: 1 | 100): NDArray {
  if (isTraced(values)) return asConstant(insideOnly, values, per);
  const inside = logical_and(greater_equal(values, 0) as ArrayLike, less_equal(values, 1) as ArrayLike);
  const used = refusable(values);
  refuseWhere(used, logical_not(inside as ArrayLike) as NDArray, OUTSIDE[per]);
  return used;
}
