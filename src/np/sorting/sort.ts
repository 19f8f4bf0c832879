/** Sorting along an axis. */
import { ValueError } from '../../array/errors.ts';
import { normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import { take_along_axis } from '../indexing/take.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { requireWriteable } from '../../ops/index/set.ts';
import { argsortAxis, sortInPlace } from '../../ops/sort.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { ravelArray } from '../shape/reshape.ts';

/** NumPy's names of algorithms. All of them sort stably here. */
export type SortKind = 'quicksort' | 'mergesort' | 'heapsort' | 'stable';

export interface SortOptions {
  /** The axis to sort along; `null` sorts the flattened array. */
  axis?: number | null;
  kind?: SortKind | null;
  /** Structured arrays only: must be null. */
  order?: null;
  stable?: boolean | null;
}

export type SortArgs = Args<SortOptions, ['axis', 'kind', 'order']>;

const POSITIONAL = ['axis', 'kind', 'order'] as const;

/** The axis of a call of sort or argsort, the other options checked. */
function axisOf(fn: string, args: readonly unknown[]): number | null {
  const { axis = -1, kind, order, stable } = bind<SortOptions>(fn, args, POSITIONAL, ['stable']);
  requireNoOrder(order);
  if (kind !== null && kind !== undefined) {
    if (stable !== null && stable !== undefined) {
      throw new ValueError(
        "`kind` and keyword parameters can't be provided at the same time. Use only one of them.",
      );
    }
    if (typeof kind !== 'string') throw new TypeError('sort kind must be a string');
    if (!/^[qhmsQHMS]/.test(kind)) {
      throw new ValueError(`sort kind must be one of 'quick', 'heap', or 'stable' (got '${String(kind)}')`);
    }
  }
  return axis;
}

/** @throws ValueError for an order of fields: only structured arrays have them. */
export function requireNoOrder(order: unknown): void {
  if (order !== null && order !== undefined) {
    throw new ValueError('Cannot specify order when the array has no fields.');
  }
}

/**
 * A sorted copy. NaN comes last, complex numbers are ordered by real and then imaginary part, equal elements keep their order.
 *
 * Radix sort from the last digit; short rows and complex numbers by merge sort.
 *
 * @param a - an array of any dtype.
 * @param args - `axis` (-1; `null` flattens), `kind`, `order`, `stable`: every kind is stable here.
 * @throws AxisError, also for a 0-d array; ValueError for an unknown kind.
 * @example
 * np.sort([3, 1, 2]); // [1. 2. 3.]
 */
export function sort(a: ArrayLike, ...args: SortArgs): NDArray {
  const axis = axisOf('sort', args);
  const x = asArray(a);
  if (isTraced(x)) return sortTraced(x, axis);
  if (axis === null) {
    const flat = copyOf(ravelArray(x), x.dtype);
    sortInPlace(flat, 0);
    return flat;
  }
  const along = normalizeAxis(axis, x.ndim);
  const result = copyOf(x, x.dtype);
  sortInPlace(result, along);
  return result;
}

/** The elements taken in sorted order. */
export function sortTraced(x: NDArray, axis: number | null): NDArray {
  const line = axis === null || x.ndim === 0 ? ravelArray(x) : x;
  const along = normalizeAxis(axis ?? 0, line.ndim);
  return take_along_axis(line, argsortAxis(line, along), along);
}

/** `a.sort(...)`: sorts an array in place. */
export function sortArray(a: NDArray, args: readonly unknown[]): void {
  const axis = axisOf('sort', args);
  if (axis === null) throw new TypeError("'NoneType' object cannot be interpreted as an integer");
  const along = normalizeAxis(axis, a.ndim);
  requireWriteable(a);
  if (isTraced(a)) castInto(a, sortTraced(copyOf(a, a.dtype), along));
  else sortInPlace(a, along);
}

/**
 * The indices that sort an array, equal elements in their order.
 *
 * @param a - an array of any dtype.
 * @param args - `axis` (-1; `null` flattens), `kind`, `order`, `stable`: every kind is stable here.
 * @returns int64 of `a`'s shape.
 * @throws AxisError; ValueError for an unknown kind.
 * @example
 * np.argsort([3, 1, 2]); // [1 2 0]
 */
export function argsort(a: ArrayLike, ...args: SortArgs): NDArray<'int64'> {
  if (isTraced(a)) return asConstant(argsort, a, ...args);
  const axis = axisOf('argsort', args);
  return argsortArray(asArray(a), axis);
}

/** `argsort` with parsed arguments. A 0-d array counts as one of one element. */
function argsortArray(x: NDArray, axis: number | null): NDArray<'int64'> {
  const line = axis === null || x.ndim === 0 ? ravelArray(x) : x;
  return argsortAxis(line, normalizeAxis(axis ?? -1, line.ndim));
}
