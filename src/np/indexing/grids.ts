/** Grids by index notation: mgrid, ogrid. */
import type { DType, Weak } from '../../array/dtype.ts';
import { resultType } from '../../array/dtype.ts';
import { Complex } from '../../array/complex.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { SlicePart } from '../../array/slice.ts';
import { Slice } from '../../array/slice.ts';
import { weakKind } from '../../ops/asarray.ts';
import { parseText } from '../../ops/index/parse.ts';
import { broadcastTo, reshapeView } from '../../ops/views.ts';
import { castInto } from '../../ops/cast.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { iota } from '../../ops/iota.ts';
import { arange } from '../creation/ranges.ts';
import { add, multiply } from '../ufuncs.ts';

/** A slice of a grid: `np.slice(0, 5)`, or text `'0:5'`; a text may hold several. A complex step is a number of points. */
export type GridSlice = Slice | string;

type Real = number | bigint;

/** A slice with its parts filled in. */
interface Range {
  readonly start: Real;
  readonly stop: Real;
  readonly step: Real;
  /** The number of points, for a complex step. */
  readonly points: number | null;
}

function slicesOf(index: readonly GridSlice[]): Slice[] {
  return index
    .flatMap((item): unknown[] => (typeof item === 'string' ? parseText(item) : [item]))
    .map((item) => {
      if (item instanceof Slice) return item;
      throw new TypeError(`a grid takes slices, got ${String(item)}`);
    });
}

/** The parts of a slice as numbers. */
export function rangeOf({ start, stop, step }: Slice): Range {
  const points = step instanceof Complex ? Math.trunc(Math.hypot(step.re, step.im)) : null;
  if (stop === null) throw new TypeError('a grid needs the end of each slice');
  return {
    start: real(start ?? 0),
    stop: real(stop),
    step: step instanceof Complex ? Math.hypot(step.re, step.im) : real(step ?? 1),
    points,
  };
}

function real(x: SlicePart): Real {
  if (typeof x === 'number' || typeof x === 'bigint') return x;
  throw new TypeError(`a grid takes real numbers, got ${String(x)}`);
}

const kindOf = ({ points, step }: Range): DType | Weak => (points === null ? weakKind(step) : 'float');

function gridDType(ranges: readonly Range[]): DType {
  return resultType(['int', ...ranges.flatMap((r) => [weakKind(r.start), weakKind(r.stop), kindOf(r)])]);
}

const lengthOf = ({ start, stop, step, points }: Range): number =>
  points ?? Math.max(0, Math.ceil((Number(stop) - Number(start)) / Number(step)));

/** The coordinates along one axis. */
function coordinates(range: Range, dtype: DType): NDArray {
  const { start, stop, step, points } = range;
  const length = lengthOf(range);
  const spacing = points === null ? step : points === 1 ? 1 : (Number(stop) - Number(start)) / (points - 1);
  return add(multiply(iota(length, 0, 1, dtype), spacing), start);
}

/** Coordinates along each axis, each in an axis of its own. */
function openGrid(slices: readonly Slice[]): NDArray[] {
  const ranges = slices.map(rangeOf);
  const dtype = gridDType(ranges);
  return ranges.map((range, axis) => {
    const along = coordinates(range, dtype);
    const shape = ranges.map((_, i) => (i === axis ? along.size : 1));
    return reshapeView(along, shape)!;
  });
}

function denseGrid(slices: readonly Slice[]): NDArray {
  const open = openGrid(slices);
  const shape = open.map((along, axis) => along.shape[axis]);
  const result = emptyArray([open.length, ...shape], open.length > 0 ? open[0].dtype : gridDType([]));
  open.forEach((along, i) => {
    const part = viewArray(result, shape, result.strides.slice(1), result.offset + i * result.strides[0]);
    castInto(part, broadcastTo(along, shape));
  });
  return result;
}

/** One slice is a range of its own, without an axis in front. */
function single(slice: Slice): NDArray {
  const range = rangeOf(slice);
  const { start, stop, step, points } = range;
  return points === null ? arange(start, stop, step) : coordinates(range, gridDType([range]));
}

/**
 * Coordinates of a grid, filled in: `np.mgrid.get('0:2, 0:3')` has shape (2, 2, 3).
 *
 * @example
 * np.mgrid.get('-1:1:3j'); // [-1.  0.  1.]
 */
export const mgrid = {
  /** @throws TypeError for anything but slices of numbers. */
  get(...index: GridSlice[]): NDArray {
    const slices = slicesOf(index);
    return slices.length === 1 ? single(slices[0]) : denseGrid(slices);
  },
};

/**
 * Coordinates of a grid as arrays that broadcast: `np.ogrid.get('0:2, 0:3')` are arrays of shapes (2, 1) and (1, 3).
 *
 * @example
 * const [y, x] = np.ogrid.get('0:2, 0:3');
 */
export const ogrid = {
  /** One slice gives its coordinates, several an array of arrays. @throws TypeError for anything but slices of numbers. */
  get<T extends GridSlice[]>(...index: T): T extends [Slice] ? NDArray : NDArray[] {
    const slices = slicesOf(index);
    return (slices.length === 1 ? single(slices[0]) : openGrid(slices)) as T extends [Slice]
      ? NDArray
      : NDArray[];
  },
};
