/** Partial sorting: an element at its sorted position, none larger before it, none smaller behind. */
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { requireWriteable } from '../../ops/index/set.ts';
import { argpartitionAxis, partitionInPlace } from '../../ops/partition.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { ravelArray } from '../shape/reshape.ts';
import { requireNoOrder, sortTraced } from './sort.ts';

export interface PartitionOptions {
  /** The axis to partition along; `null` takes the flattened array. */
  axis?: number | null;
  /** NumPy's only algorithm. */
  kind?: 'introselect';
  /** Structured arrays only: must be null. */
  order?: null;
}

export type PartitionArgs = Args<PartitionOptions, ['axis', 'kind', 'order']>;

const POSITIONAL = ['axis', 'kind', 'order'] as const;

/** The axis of a call, the other options checked. */
function axisOf(fn: string, args: readonly unknown[]): number | null {
  const { axis = -1, kind, order } = bind<PartitionOptions>(fn, args, POSITIONAL);
  requireNoOrder(order);
  if (kind !== undefined && kind !== 'introselect') {
    throw new ValueError(`select kind must be 'introselect' (got '${String(kind)}')`);
  }
  return axis;
}

/**
 * The positions, counted from the start.
 *
 * @throws ValueError for positions that are booleans, nested or out of range; TypeError for others than integers.
 */
function positionsOf(kth: ArrayLike, length: number): number[] {
  return placedOn(null, () => positionsHere(kth, length));
}

function positionsHere(kth: ArrayLike, length: number): number[] {
  const given = asArray(kth);
  if (given.dtype.kind === 'b') throw new ValueError('Booleans unacceptable as partition index');
  if (given.ndim > 1) throw new ValueError('kth must be an integer or a one-dimensional array of integers');
  const positions = integersOf(given, () => new TypeError('Partition index must be integer'));
  return Array.from({ length: positions.size }, (_, i) => {
    const k = Number(scalarAt(positions, positions.offset + i * (positions.strides[0] ?? 0)));
    if (k < -length || k >= length) throw new ValueError(`kth(=${k}) out of bounds (${length})`);
    return k < 0 ? k + length : k;
  });
}

/**
 * A copy in which the elements at the positions `kth` are those of the sorted array, smaller or equal ones before each, larger or
 * equal ones behind.
 *
 * @param a - an array of any dtype.
 * @param kth - one position or several, negative ones counting from the end.
 * @param args - `axis` (-1; `null` flattens), `kind`, `order`.
 * @throws ValueError for a position out of range; TypeError for one that is no integer; AxisError.
 * @example
 * np.partition([7, 1, 5, 3], 1).get(1); // 3
 */
export function partition(a: ArrayLike, kth: ArrayLike, ...args: PartitionArgs): NDArray {
  const axis = axisOf('partition', args);
  const x = asArray(a);
  const result = axis === null ? copyOf(ravelArray(x), x.dtype) : copyOf(x, x.dtype);
  partitionAxis(result, kth, axis ?? -1);
  return result;
}

/** `a.partition(...)`: partitions an array in place. */
export function partitionArray(a: NDArray, kth: ArrayLike, args: readonly unknown[]): void {
  const axis = axisOf('partition', args);
  if (axis === null) throw new TypeError("'NoneType' object cannot be interpreted as an integer");
  normalizeAxis(axis, a.ndim);
  requireWriteable(a);
  partitionAxis(a, kth, axis);
}

function partitionAxis(a: NDArray, kth: ArrayLike, axis: number): void {
  const along = normalizeAxis(axis, a.ndim);
  const positions = positionsOf(kth, a.shape[along]);
  if (isTraced(a)) castInto(a, sortTraced(copyOf(a, a.dtype), along));
  else partitionInPlace(a, along, positions);
}

/**
 * The indices that partition an array, as `partition` does.
 *
 * @param a - an array of any dtype.
 * @param kth - one position or several, negative ones counting from the end.
 * @param args - `axis` (-1; `null` flattens), `kind`, `order`.
 * @returns int64 of `a`'s shape.
 * @throws ValueError for a position out of range; TypeError for one that is no integer; AxisError.
 * @example
 * np.argpartition([7, 1, 5, 3], 1).get(1); // 3
 */
export function argpartition(a: ArrayLike, kth: ArrayLike, ...args: PartitionArgs): NDArray<'int64'> {
  if (isTraced(a) || isTraced(kth)) return asConstant(argpartition, a, kth, ...args);
  const x = asArray(a);
  const axis = axisOf('argpartition', args);
  // A 0-d array counts as one of one element.
  const line = axis === null || x.ndim === 0 ? ravelArray(x) : x;
  const along = normalizeAxis(axis ?? -1, line.ndim);
  return argpartitionAxis(line, along, positionsOf(kth, line.shape[along]));
}
