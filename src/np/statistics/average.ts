/** Weighted averages. */
import { float64, resultType } from '../../array/dtype.ts';
import { ValueError, ZeroDivisionError } from '../../array/errors.ts';
import { normalizeAxes, sameShape } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { copyOf } from '../../ops/cast.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refuseWhere } from '../../ops/refuse.ts';
import { broadcastTo, transpose } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { full } from '../creation/filled.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { divide, equal, multiply } from '../ufuncs.ts';
import { mean } from './moments.ts';
import type { Axis } from './reductions.ts';
import { sum } from './reductions.ts';

export interface AverageOptions {
  axis?: Axis;
  /** Weights of the elements, or of the positions along the axes. */
  weights?: ArrayLike | null;
  /** Return the sum of the weights as well. */
  returned?: boolean;
  keepdims?: boolean;
}

/**
 * Weights in a shape that broadcasts to the array's.
 *
 * @throws TypeError if they differ in shape and no axis is named; ValueError if they do not fit the axes.
 */
export function fittingWeights(weights: ArrayLike, a: NDArray, axis: Axis | undefined): NDArray {
  const w = asArray(weights);
  if (sameShape(w.shape, a.shape)) return w;
  if (axis === null || axis === undefined) {
    throw new TypeError('Axis must be specified when shapes of a and weights differ.');
  }
  const axes = normalizeAxes(axis, a.ndim);
  if (
    !sameShape(
      w.shape,
      axes.map((i) => a.shape[i]),
    )
  ) {
    throw new ValueError('Shape of weights must be consistent with shape of a along specified axis.');
  }
  const order = axes.map((_, i) => i).sort((i, j) => axes[i] - axes[j]);
  return reshapeArray(
    transpose(w, order),
    a.shape.map((n, i) => (axes.includes(i) ? n : 1)),
  );
}

/**
 * The weighted average of all elements or along axes.
 *
 * @returns the average; with `returned` a pair of it and the sum of weights.
 * @throws ZeroDivisionError if weights sum to zero; TypeError, ValueError for weights that do not fit; AxisError.
 * @example
 * np.average([1, 2, 3], { weights: [3, 2, 1] }); // 1.6666666666666667
 */
export function average(
  a: ArrayLike,
  ...args: [...([] | [Axis] | [Axis, ArrayLike]), AverageOptions & { returned: true }]
): [ArrayOrScalar, ArrayOrScalar];
export function average(
  a: ArrayLike,
  ...args: Args<AverageOptions, ['axis', 'weights', 'returned']>
): ArrayOrScalar;
export function average(a: ArrayLike, ...args: unknown[]): ArrayOrScalar | [ArrayOrScalar, ArrayOrScalar] {
  const options = bind<AverageOptions>('average', args, ['axis', 'weights', 'returned'], ['keepdims']);
  const { axis, weights, returned = false, keepdims } = options;
  const x = asArray(a);
  const { value, scale } =
    weights === null || weights === undefined
      ? plain(x, axis, keepdims)
      : weighted(x, fittingWeights(weights, x, axis), axis, keepdims);
  return returned ? [value, spread(scale, value)] : value;
}

function plain(
  x: NDArray,
  axis: Axis | undefined,
  keepdims: boolean | undefined,
): { value: ArrayOrScalar; scale: ArrayOrScalar } {
  const value = mean(x, { axis, keepdims });
  const result: NDArray | number = value;
  const scale =
    typeof result === 'object'
      ? beside(x, () => full([], x.size / result.size, { dtype: result.dtype }))
      : x.size;
  return { value, scale: scale as ArrayOrScalar };
}

const NO_WEIGHT: Refusal = {
  name: 'weights that sum to zero',
  error: () => new ZeroDivisionError("Weights sum to zero, can't be normalized"),
};

function weighted(
  x: NDArray,
  w: NDArray,
  axis: Axis | undefined,
  keepdims: boolean | undefined,
): { value: ArrayOrScalar; scale: ArrayOrScalar } {
  const isExact = x.dtype.kind !== 'f' && x.dtype.kind !== 'c';
  const dtype = resultType(isExact ? [x.dtype, w.dtype, float64] : [x.dtype, w.dtype]);
  const scale = sum(w, { axis, dtype, keepdims });
  refuseWhere(asArray(scale as ArrayLike), asArray(equal(scale, 0) as ArrayLike), NO_WEIGHT);
  return { value: divide(sum(multiply(x, w, { dtype }), { axis, keepdims }), scale) as ArrayOrScalar, scale };
}

/** The sum of weights in the shape of the average. */
function spread(scale: ArrayOrScalar, value: ArrayOrScalar): ArrayOrScalar {
  const result: NDArray | number = value;
  if (typeof result !== 'object') return scale;
  const s = asArray(scale as ArrayLike);
  return (
    sameShape(s.shape, result.shape) ? s : copyOf(broadcastTo(s, result.shape), s.dtype)
  ) as ArrayOrScalar;
}
