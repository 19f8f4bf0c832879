/** Running sums and products. */
import type { DTypeLike } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { add, multiply } from '../../ops/ufuncs/arithmetic.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import { normalizeAxis } from '../../array/layout.ts';
import { reductionLoop } from '../ufunc/reduce.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { isTraced } from '../../array/tracing.ts';
import { concatenate } from '../shape/join.ts';
import { ravelArray } from '../shape/reshape.ts';
import { accumulateArray } from '../ufunc/accumulate.ts';

export interface CumulativeOptions {
  /** The axis; `null` runs over the flattened array. */
  axis?: number | null;
  /** The dtype to compute in; small integers are summed in 64 bits. */
  dtype?: DTypeLike | null;
  out?: NDArray | null;
}

export type CumulativeArgs = Args<CumulativeOptions, ['axis', 'dtype', 'out']>;

function cumulative(name: string, row: UFuncRow, a: ArrayLike, args: readonly unknown[]): NDArray {
  const { axis = null, dtype, out } = bind<CumulativeOptions>(name, args, ['axis', 'dtype', 'out']);
  const x = asArray(a);
  return accumulateArray(row, axis === null || x.ndim === 0 ? ravelArray(x) : x, {
    axis: axis ?? 0,
    dtype,
    out,
  });
}

/**
 * The running sum along an axis, or of all elements.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.cumsum([1, 2, 3]); // [1. 3. 6.]
 */
export function cumsum(a: ArrayLike, ...args: CumulativeArgs): NDArray {
  return cumulative('cumsum', add, a, args);
}

/**
 * The running product along an axis, or of all elements.
 *
 * @throws AxisError; ValueError for an `out` of another shape.
 * @example
 * np.cumprod([1, 2, 3]); // [1. 2. 6.]
 */
export function cumprod(a: ArrayLike, ...args: CumulativeArgs): NDArray {
  return cumulative('cumprod', multiply, a, args);
}

export interface IncludingInitialOptions extends CumulativeOptions {
  /** Begin with the identity, one element more. */
  include_initial?: boolean;
}

type IncludingInitialArgs = Args<IncludingInitialOptions>;

function cumulativeArrayApi(name: string, row: UFuncRow, x: ArrayLike, args: readonly unknown[]): NDArray {
  const options = bind<IncludingInitialOptions>(name, args, [], ['axis', 'dtype', 'out', 'include_initial']);
  const given = asArray(x);
  const a = given.ndim === 0 ? ravelArray(given) : given;
  const { axis = null, dtype, out, include_initial = false } = options;
  if (axis === null && a.ndim !== 1)
    throw new ValueError('For arrays which have more than one dimension ``axis`` argument is required.');
  if (!include_initial) return accumulateArray(row, a, { axis: axis ?? 0, dtype, out });
  return withInitial(
    row,
    a,
    normalizeAxis(axis ?? 0, a.ndim),
    dtype ? toDType(dtype) : undefined,
    out ?? null,
  );
}

function withInitial(
  row: UFuncRow,
  a: NDArray,
  axis: number,
  dtype: NDArray['dtype'] | undefined,
  out: NDArray | null,
): NDArray {
  const type = reductionLoop(row, a.dtype, dtype, null).outs[0];
  const n = a.shape[axis];
  if (!out && isTraced(a)) {
    const start = broadcastTo(asArray(Number(row.identity), type), a.shape.with(axis, 1));
    return concatenate([start, accumulateArray(row, a, { axis, dtype: type })], axis);
  }
  const result = out ?? emptyArray(a.shape.with(axis, n + 1), type);
  const first = narrow(result, axis, 0, 1);
  castInto(first, broadcastTo(asArray(Number(row.identity), type), first.shape));
  accumulateArray(row, a, { axis, dtype: type, out: narrow(result, axis, 1, n) });
  return result;
}

/**
 * The running sum along an axis.
 *
 * @throws ValueError without an axis for more than one; AxisError.
 * @example
 * np.cumulative_sum([1, 2, 3], { include_initial: true }); // [0. 1. 3. 6.]
 */
export function cumulative_sum(x: ArrayLike, ...args: IncludingInitialArgs): NDArray {
  return cumulativeArrayApi('cumulative_sum', add, x, args);
}

/**
 * The running product along an axis.
 *
 * @throws ValueError without an axis for more than one; AxisError.
 * @example
 * np.cumulative_prod([1, 2, 3]); // [1. 2. 6.]
 */
export function cumulative_prod(x: ArrayLike, ...args: IncludingInitialArgs): NDArray {
  return cumulativeArrayApi('cumulative_prod', multiply, x, args);
}
