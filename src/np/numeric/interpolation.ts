/** Piecewise linear interpolation. */
import type { DType } from '../../array/dtype.ts';
import { complex128, complex64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, castWhere } from '../../ops/cast.ts';
import { doubleOn, holdsRemote, narrowArray } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import { searchSorted } from '../../ops/search.ts';
import { argsortAxis } from '../../ops/sort.ts';
import { broadcastTo, narrow } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { concatenate } from '../shape/join.ts';
import {
  add,
  bitwise_and,
  divide,
  equal,
  greater,
  isnan,
  less,
  maximum,
  minimum,
  multiply,
  remainder,
  subtract,
} from '../ufuncs.ts';

interface InterpOptions {
  left?: ArrayLike | null;
  right?: ArrayLike | null;
  period?: number | null;
}

/**
 * The values at `x` of the broken line through the points (xp, fp).
 *
 * @param xp - increasing, unless `period` is given.
 * @param args - the values left and right of the points (by default those of the end points), or a period for `xp`.
 * @returns float64, or complex128 for complex values; on a GPU float32 and complex64.
 * @throws ValueError for no points, vectors of different length or a period of 0.
 * @example
 * np.interp(2.5, [1, 2, 3], [3, 2, 0]); // 1
 */
export function interp(
  x: ArrayLike,
  xp: ArrayLike,
  fp: ArrayLike,
  ...args: Args<InterpOptions, ['left', 'right', 'period']>
): ArrayOrScalar {
  const {
    left = null,
    right = null,
    period = null,
  } = bind<InterpOptions>('interp', args, ['left', 'right', 'period']);
  const isOn = holdsRemote([x, xp, fp]);
  const [given, at, values] = [x, xp, fp].map(isOn ? narrowArray : (a) => asArray(a));
  const real: DType = doubleOn(isOn);
  const complex = (isOn ? complex64 : complex128) as DType;
  const points = { at: cast(at, real), values: cast(values, values.dtype.kind === 'c' ? complex : real) };
  if (given.dtype.kind === 'c') {
    throw new TypeError(
      `Cannot cast array data from dtype('${given.dtype.name}') to dtype('float64') according to the rule 'safe'`,
    );
  }
  const where = cast(given, real);
  if (period === 0) throw new ValueError('period must be a non-zero value');
  if (points.at.ndim !== 1 || points.values.ndim !== 1)
    throw new ValueError('Data points must be 1-D sequences');
  if (points.at.size !== points.values.size) throw new ValueError('fp and xp are not of the same length.');
  if (points.at.size === 0) throw new ValueError('array of sample points is empty');
  const result =
    period === null
      ? interpolated(where, points, left, right)
      : interpolated(
          asArray(remainder(where, Math.abs(period)) as ArrayLike),
          repeated(points, Math.abs(period)),
          null,
          null,
        );
  return arrayOrScalar(result);
}

interface Points {
  readonly at: NDArray;
  readonly values: NDArray;
}

/** The points of one period in order, with the last before them and the first behind them. */
function repeated({ at, values }: Points, period: number): Points {
  const reduced = remainder(at, period) as NDArray;
  const order = argsortAxis(reduced, 0);
  const [x, y] = [getIndex(reduced, [order]) as NDArray, getIndex(values, [order]) as NDArray];
  const n = x.size;
  return {
    at: concatenate([
      subtract(narrow(x, 0, n - 1, 1), period) as NDArray,
      x,
      add(narrow(x, 0, 0, 1), period) as NDArray,
    ]),
    values: concatenate([narrow(y, 0, n - 1, 1), y, narrow(y, 0, 0, 1)]),
  };
}

function interpolated(
  x: NDArray,
  { at, values }: Points,
  left: ArrayLike | null,
  right: ArrayLike | null,
): NDArray {
  const n = at.size;
  const behind = searchSorted(at, x, 'right');
  const before = asArray(subtract(behind, 1) as ArrayLike, behind.dtype);
  const lower = asArray(maximum(minimum(before, Math.max(n - 2, 0)), 0) as ArrayLike, before.dtype);
  const upper = asArray(minimum(add(lower, 1), n - 1) as ArrayLike, before.dtype);
  const take = (from: NDArray, index: NDArray): NDArray =>
    asArray(getIndex(from, [index]) as ArrayLike, from.dtype);
  const [x0, x1, y0, y1] = [take(at, lower), take(at, upper), take(values, lower), take(values, upper)];
  const slope = divide(subtract(y1, y0) as ArrayLike, subtract(x1, x0) as ArrayLike) as ArrayLike;
  const from = (xi: NDArray, yi: NDArray): NDArray =>
    asArray(add(multiply(slope, subtract(x, xi) as ArrayLike) as ArrayLike, yi) as ArrayLike, values.dtype);
  const result = from(x0, y0);
  const put = (value: ArrayLike, mask: unknown): void =>
    castWhere(result, broadcastTo(asArray(value, values.dtype), result.shape), asArray(mask as ArrayLike));
  // Where infinities cancel from one end they may not from the other.
  put(from(x1, y1), isnan(result));
  put(y0, bitwise_and(isnan(result) as ArrayLike, equal(y0, y1) as ArrayLike));
  const last = scalarElement(at, n - 1);
  put(y0, equal(x, x0));
  put(scalarElement(values, n - 1), equal(x, last));
  put(right ?? scalarElement(values, n - 1), greater(x, last));
  put(left ?? scalarElement(values, 0), less(x, scalarElement(at, 0)));
  if (n > 1) put(x, isnan(x));
  return result;
}

function scalarElement(a: NDArray, i: number): NDArray {
  return viewArray(a, [], [], a.offset + i * a.strides[0]);
}
