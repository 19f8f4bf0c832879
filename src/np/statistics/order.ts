/** Sorted samples along the first axis, and what lies at places between them. */
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';
import { resultType } from '../../array/dtype.ts';
import { placedOn } from '../../array/remote.ts';
import { isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castWhere, copyOf } from '../../ops/cast.ts';
import { isRemote } from '../../ops/given.ts';
import { partitionInPlace } from '../../ops/partition.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import { narrow, transpose } from '../../ops/views.ts';
import { take_along_axis } from '../indexing/take.ts';
import { where } from '../indexing/choose.ts';
import { add, greater_equal, isnan, multiply, subtract } from '../ufuncs.ts';
import type { Fractions } from './fractions.ts';
import { max } from './reductions.ts';

/** A copy whose first axis is dense, so that lines along it can be sorted where they are. */
function linesOf(samples: NDArray): NDArray {
  const axes = samples.shape.map((_, i) => i);
  const copy = copyOf(transpose(samples, [...axes.slice(1), 0]), samples.dtype, 'C');
  return transpose(copy, [axes.length - 1, ...axes.slice(0, -1)]);
}

/** A copy sorted along the first axis, NaN last. */
export function sortedCopy(samples: NDArray): NDArray {
  if (isTraced(samples)) return take_along_axis(samples, argsortAxis(samples, 0), 0);
  const copy = linesOf(samples);
  sortInPlace(copy, 0);
  return copy;
}

/** A copy in which at least these places along the first axis, and of complex numbers the last, hold what they do in the sorted one. */
export function selectedCopy(samples: NDArray, places: readonly number[]): NDArray {
  if (isTraced(samples) || isRemote(samples)) return sortedCopy(samples);
  const copy = linesOf(samples);
  const last = samples.dtype.kind === 'c' ? [samples.shape[0] - 1] : [];
  partitionInPlace(copy, 0, [...new Set([...places, ...last])]);
  return copy;
}

/** Only floats and complex numbers can be NaN. */
export const canBeNaN = ({ dtype: { kind } }: NDArray): boolean => kind === 'f' || kind === 'c';

/** Sets what is made of samples with NaN among them to NaN: their maximum, or the complex number that is sorted last. */
export function withNaNs(result: NDArray, samples: NDArray, sorted: NDArray): NDArray {
  if (!canBeNaN(samples)) return result;
  const end = narrow(sorted, 0, samples.shape[0] - 1, 1);
  const isComplex = samples.dtype.kind === 'c';
  const largest = isComplex ? end : asArray(max(samples, { axis: 0, keepdims: true }) as ArrayLike);
  const row = viewArray(largest, samples.shape.slice(1), largest.strides.slice(1), largest.offset);
  castWhere(result, row, asArray(isnan(row) as ArrayLike));
  return result;
}

/** a + (b - a) t, from b's side for t of a half and more. */
export function lerp(a: NDArray, b: NDArray, t: NDArray, { weak, dtype: own }: Fractions): NDArray {
  const dtype = resultType([a.dtype, weak ? 'float' : own]);
  const difference = cast(asArray(subtract(b, a) as ArrayLike, a.dtype), dtype);
  const shares = (): [NDArray, NDArray] => {
    const isLate = greater_equal(t, 0.5) as NDArray;
    return [isLate, cast(where(isLate, subtract(1, t) as NDArray, t), dtype)];
  };
  const [fromEnd, share] = isRemote(t) ? shares() : placedOn(null, shares);
  const part = asArray(multiply(difference, share) as ArrayLike, dtype);
  return asArray(where(fromEnd, subtract(b, part) as ArrayLike, add(a, part) as ArrayLike), dtype);
}
