/** Arrays of what an iterator gives. */
import { dtype as dtypeOf } from '../../array/dtype.ts';
import type { DType, DTypeLike, DTypeName } from '../../array/dtype.ts';
import { writeElement } from '../../array/element.ts';
import type { Scalar } from '../../array/element.ts';
import { ValueError } from '../../array/errors.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { convertScalar } from '../../ops/asarray.ts';
import { bind } from '../args.ts';
import type { Args } from '../args.ts';

/** What `np.fromiter` takes besides the iterable and the dtype. */
export interface FromiterOptions {
  /** How many items are taken; all of them if -1. */
  count?: number | null;
}

/** Room for so many elements at first; it doubles when it is full. */
const FIRST_ROOM = 64;

/**
 * Makes a one-dimensional array of the items of an iterable.
 *
 * @param iterable - gives numbers, bigints, booleans or complex numbers. No more items than needed are taken.
 * @param dtype - the dtype of the array.
 * @param args - `count`; see FromiterOptions.
 * @returns An array of shape `(count,)`, or of as many items as there are.
 * @throws ValueError if there are fewer than `count` items, or an item is no scalar.
 * @throws OverflowError if an integer is out of the dtype's range.
 * @throws TypeError if `iterable` is none.
 * @example
 * np.fromiter(new Set([3, 1, 2]), 'int32'); // array([3, 1, 2], dtype=int32)
 */
export function fromiter<D extends DTypeName>(
  iterable: Iterable<Scalar>,
  ...args: [DTypeLike<D>, ...Args<FromiterOptions, ['count']>] | [FromiterOptions & { dtype: DTypeLike<D> }]
): NDArray<D> {
  const { dtype, count: wanted } = bind<FromiterOptions & { dtype: DTypeLike<D> }>('fromiter', args, [
    'dtype',
    'count',
  ]);
  const count = wanted ?? -1;
  if (dtype === undefined) throw new TypeError("fromiter() missing required argument 'dtype' (pos 2)");
  if (!Number.isInteger(count)) throw new TypeError(`count must be an integer, got ${String(count)}`);
  if (typeof iterable?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`'${typeof iterable}' object is not iterable`);
  }
  const type = dtypeOf(dtype as DTypeLike) as DType<D>;
  if (count === -1) return collect(iterable, type);
  return collectExactly(iterable, type, Math.max(0, count));
}

function collect<D extends DTypeName>(iterable: Iterable<Scalar>, dtype: DType<D>): NDArray<D> {
  let a = emptyArray([FIRST_ROOM], dtype);
  let length = 0;
  for (const item of iterable) {
    if (length === a.size) a = resized(a, length, 2 * length);
    put(a, length++, item);
  }
  return resized(a, length, length);
}

function collectExactly<D extends DTypeName>(
  iterable: Iterable<Scalar>,
  dtype: DType<D>,
  count: number,
): NDArray<D> {
  const a = emptyArray([count], dtype);
  const iterator = iterable[Symbol.iterator]();
  for (let i = 0; i < count; i++) {
    const { value, done } = iterator.next() as IteratorResult<Scalar, undefined>;
    if (done) {
      throw new ValueError(`iterator too short: Expected ${count} but iterator had only ${i} items.`);
    }
    put(a, i, value);
  }
  iterator.return?.();
  return a;
}

function put(a: NDArray, i: number, item: Scalar): void {
  if (Array.isArray(item)) throw new ValueError('setting an array element with a sequence.');
  const value = convertScalar(item, a.dtype);
  writeElement(a.storage.views, a.dtype.element, a.offset + i * a.itemsize, value);
}

/** A new array that begins with the first `used` elements. */
function resized<D extends DTypeName>(a: NDArray<D>, used: number, length: number): NDArray<D> {
  const result = emptyArray([length], a.dtype);
  const start = a.offset;
  result.storage.views.uint8.set(
    a.storage.views.uint8.subarray(start, start + used * a.itemsize),
    result.offset,
  );
  return result;
}
