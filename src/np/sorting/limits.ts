/** The limits of a histogram's bins. Types follow NumPy: limits taken of the data have its dtype, limits given are weak scalars. */
import type { DType } from '../../array/dtype.ts';
import { promoteWeak, resultType, uint16, uint32, uint64, uint8 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, scalarAt, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { max, min } from '../statistics/reductions.ts';
import { add, greater_equal, isfinite, less_equal, logical_and, subtract } from '../ufuncs.ts';

/** The lowest and the highest edge. */
export type Range = readonly [number, number];

/** A limit of the bins: 0-d in the data's dtype, or a weak scalar. */
export type Limit = NDArray | number;

/** Which elements lie between the limits. */
export function insideMask(a: NDArray, first: Limit, last: Limit): NDArray {
  const [low, high] = [first, last].map((limit) => comparable(limit, a));
  return logical_and(greater_equal(a, low), less_equal(a, high)) as NDArray;
}

/** Beside integers a weak scalar may be out of their range, so it takes part with a dtype of its own. */
function comparable(limit: Limit, a: NDArray): Limit {
  return typeof limit === 'number' && a.dtype.kind !== 'f' ? asArray(limit) : limit;
}

/**
 * The lowest and the highest edge; where they are equal, half a unit to both sides.
 *
 * @throws ValueError if they are not finite or in the wrong order.
 */
export function limitsOf(a: NDArray, range: Range | null): [Limit, Limit] {
  const [first, last] = range ? givenLimits(range) : foundLimits(a);
  if (Number(valueOf(first)) !== Number(valueOf(last))) return [first, last];
  return [moved(first, -0.5), moved(last, 0.5)];
}

function givenLimits(range: Range): [Limit, Limit] {
  const limits = Array.from(range as Iterable<unknown>);
  if (limits.length !== 2) throw new ValueError(`range must have two limits, got ${limits.length}`);
  const [first, last] = limits.map((limit) =>
    typeof limit === 'number' ? limit : asArray(limit as ArrayLike),
  );
  const [low, high] = [valueOf(first), valueOf(last)];
  if (low > high) throw new ValueError('max must be larger than min in range parameter.');
  requireFinite(first, last, 'supplied');
  return [first, last];
}

function foundLimits(a: NDArray): [Limit, Limit] {
  if (a.size === 0) return [0, 1];
  const [first, last] = [min(a), max(a)].map((limit) => asArray(limit, a.dtype));
  requireFinite(first, last, 'autodetected');
  return [first, last];
}

function requireFinite(first: Limit, last: Limit, which: string): void {
  if ([first, last].every((limit) => truth(isfinite(limit)))) return;
  throw notFinite(which, valueOf(first), valueOf(last));
}

/** The error for limits that are not finite. */
export const notFinite = (which: string, first: number | bigint, last: number | bigint): ValueError =>
  new ValueError(`${which} range of [${String(first)}, ${String(last)}] is not finite`);

const valueOf = (limit: Limit): number | bigint =>
  typeof limit === 'number' ? limit : (scalarAt(limit, limit.offset) as number | bigint);

function moved(limit: Limit, by: number): Limit {
  if (typeof limit === 'number') return limit + by;
  return add(limit, by, { out: emptyArray([], promoteWeak(limit.dtype, 'float')) }) as NDArray;
}

/** How a limit takes part in promotion. */
export const kindOf = (limit: Limit): DType | 'int' | 'float' =>
  isScalar(limit) ? (weakKind(limit) as 'int' | 'float') : limit.dtype;

const UNSIGNED: Readonly<Record<number, DType>> = { 1: uint8, 2: uint16, 4: uint32, 8: uint64 };

/** `last - first`, 0-d; of signed integers in the unsigned type, which holds every difference. */
export function extent(first: Limit, last: Limit): NDArray {
  const common = resultType([kindOf(first), kindOf(last)]);
  const dtype = common.kind === 'i' ? UNSIGNED[common.itemsize] : common;
  const [low, high] = [first, last].map((limit) => cast(asArray(limit, common), dtype));
  return subtract(high, low, { out: emptyArray([], dtype) }) as NDArray;
}
