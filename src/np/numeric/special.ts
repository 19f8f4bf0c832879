/** The cross product, sinc and the Bessel function i0. */
import { float64, promote } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castWhere, copyOf } from '../../ops/cast.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { stack } from '../shape/join.ts';
import { moveaxis } from '../shape/transpose.ts';
import {
  absolute,
  divide,
  equal,
  exp,
  less_equal,
  maximum,
  minimum,
  multiply,
  negative,
  sin,
  sqrt,
  subtract,
} from '../ufuncs.ts';

interface CrossOptions {
  axisa?: number;
  axisb?: number;
  axisc?: number;
  axis?: number | null;
}

/**
 * The cross product of vectors of three components along an axis; a vector of two has a third of zero.
 *
 * @throws ValueError for vectors of another length or 0-d arrays; AxisError.
 * @example
 * np.cross([1, 2, 3], [4, 5, 6]); // [-3.  6. -3.]
 */
export function cross(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Args<CrossOptions, ['axisa', 'axisb', 'axisc', 'axis']>
): ArrayOrScalar {
  const options = bind<CrossOptions>('cross', args, ['axisa', 'axisb', 'axisc', 'axis']);
  const shared = options.axis ?? undefined;
  const [axisa, axisb, axisc] = [options.axisa, options.axisb, options.axisc].map(
    (axis) => shared ?? axis ?? -1,
  );
  const [x, y] = [asArray(a), asArray(b)];
  if (x.ndim < 1 || y.ndim < 1) throw new ValueError('At least one array has zero dimension');
  const dtype = promote(x.dtype, y.dtype);
  const u = moveaxis(cast(x, dtype), normalizeAxis(axisa, x.ndim, 'axisa'), -1);
  const v = moveaxis(cast(y, dtype), normalizeAxis(axisb, y.ndim, 'axisb'), -1);
  if (![u, v].every((w) => w.shape.at(-1) === 2 || w.shape.at(-1) === 3)) {
    throw new ValueError('incompatible dimensions for cross product\n(dimension must be 2 or 3)');
  }
  return product(componentsOf(u), componentsOf(v), axisc);
}

/** The components as views; a missing third is null. */
function componentsOf(w: NDArray): [NDArray, NDArray, NDArray | null] {
  const at = (i: number): NDArray =>
    viewArray(w, w.shape.slice(0, -1), w.strides.slice(0, -1), w.offset + i * w.strides[w.ndim - 1]);
  return [at(0), at(1), w.shape[w.ndim - 1] === 3 ? at(2) : null];
}

type Components = readonly [NDArray, NDArray, NDArray | null];

function product([a0, a1, a2]: Components, [b0, b1, b2]: Components, axisc: number): ArrayOrScalar {
  const third = subtract(multiply(a0, b1) as ArrayLike, multiply(a1, b0) as ArrayLike) as ArrayLike;
  if (!a2 && !b2) return asArray(third, a0.dtype) as ArrayOrScalar;
  const first = minors(a1, b2, a2, b1);
  const second = minors(a2, b0, a0, b2);
  const parts = [first, second, third].map((part) => asArray(part, a0.dtype));
  const ndim = parts[0].ndim + 1;
  return moveaxis(stack(parts, -1), -1, normalizeAxis(axisc, ndim, 'axisc')) as ArrayOrScalar;
}

/** p q - r s, a missing factor making its product vanish. */
function minors(p: NDArray | null, q: NDArray | null, r: NDArray | null, s: NDArray | null): ArrayLike {
  const left = p && q ? (multiply(p, q) as ArrayLike) : null;
  const right = r && s ? (multiply(r, s) as ArrayLike) : null;
  if (left !== null && right !== null) return subtract(left, right) as ArrayLike;
  return left ?? (negative(right!) as ArrayLike);
}

/**
 * sin(pi x) / (pi x), 1 at zero.
 *
 * @example
 * np.sinc([0, 0.5]); // [1.         0.63661977]
 */
export function sinc(x: ArrayLike): ArrayOrScalar {
  const a = asArray(x);
  const isExact = a.dtype.kind !== 'f' && a.dtype.kind !== 'c';
  const values = isExact ? cast(a, float64) : copyOf(a, a.dtype);
  const zero = asArray(equal(values, 0) as ArrayLike);
  const scaled = asArray(multiply(values, Math.PI) as ArrayLike, values.dtype);
  castWhere(scaled, broadcastTo(asArray(sincZero(scaled), scaled.dtype), scaled.shape), zero);
  const result = asArray(divide(sin(scaled), scaled) as ArrayLike, scaled.dtype);
  return arrayOrScalar(result);
}

/** A number whose sine is itself, standing in for zero. */
function sincZero(x: NDArray): number {
  return x.dtype.itemsize === 2 ? 2 ** -24 : 2 ** -100;
}

/** Chebyshev coefficients on [0, 8] and (8, inf), Clenshaw 1962 by way of Cephes. */
const SMALL = [
  -4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15,
  -1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12,
  -1.726826291441556e-11, 9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-9,
  -1.300025009986248e-8, 6.046995022541919e-8, -2.670793853940612e-7, 1.1173875391201037e-6,
  -4.4167383584587505e-6, 1.6448448070728896e-5, -5.754195010082104e-5, 0.00018850288509584165,
  -0.0005763755745385824, 0.0016394756169413357, -0.004324309995050576, 0.010546460394594998,
  -0.02373741480589947, 0.04930528423967071, -0.09490109704804764, 0.17162090152220877, -0.3046826723431984,
  0.6767952744094761,
];
const LARGE = [
  -7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17,
  -2.8276239805165836e-16, -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15,
  -9.554846698828307e-15, -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13,
  7.180124451383666e-13, -1.7941785315068062e-12, -1.3215811840447713e-11, -3.1499165279632416e-11,
  1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-9, 2.266668990498178e-8,
  2.0489185894690638e-7, 2.8913705208347567e-6, 6.889758346916825e-5, 0.0033691164782556943,
  0.8044904110141088,
];

/** The Chebyshev series at x by Clenshaw's recurrence. */
function chebyshev(x: NDArray, coefficients: readonly number[]): NDArray {
  let [b0, b1, b2]: ArrayLike[] = [coefficients[0], 0, 0];
  for (const c of coefficients.slice(1)) {
    [b2, b1] = [b1, b0];
    b0 = asArray(subtract(multiply(x, b1), b2) as ArrayLike, x.dtype);
    b0 = asArray(addConstant(b0, c), x.dtype);
  }
  return asArray(multiply(subtract(b0, b2) as ArrayLike, 0.5) as ArrayLike, x.dtype);
}

function addConstant(x: NDArray, c: number): ArrayLike {
  return subtract(x, -c) as ArrayLike;
}

/**
 * The modified Bessel function of the first kind, order 0.
 *
 * @throws TypeError for complex numbers.
 * @example
 * np.i0(0); // 1
 */
export function i0(x: ArrayLike): ArrayOrScalar {
  const given = asArray(x);
  if (given.dtype.kind === 'c') throw new TypeError('i0 not supported for complex values');
  const a = asArray(
    absolute(given.dtype.kind === 'f' ? given : cast(given, float64)) as ArrayLike,
    given.dtype.kind === 'f' ? given.dtype : float64,
  );
  const growth = exp(a) as ArrayLike;
  const small = multiply(
    growth,
    chebyshev(asArray(subtract(divide(minimum(a, 8), 2), 2) as ArrayLike, a.dtype), SMALL),
  ) as ArrayLike;
  // Each series only where it holds: elsewhere its values are not wanted, nor are their derivatives.
  const above = asArray(maximum(a, 8) as ArrayLike, a.dtype);
  const large = divide(
    multiply(
      growth,
      chebyshev(asArray(subtract(divide(32, above), 2) as ArrayLike, a.dtype), LARGE),
    ) as ArrayLike,
    sqrt(above) as ArrayLike,
  );
  const result = copyOf(asArray(large as ArrayLike, a.dtype), a.dtype);
  castWhere(result, asArray(small, a.dtype), asArray(less_equal(a, 8) as ArrayLike));
  return arrayOrScalar(result);
}
