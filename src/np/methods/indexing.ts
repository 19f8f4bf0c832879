/** Indexing and what belongs to it, as methods of arrays. */
import { getAsync } from '../indexing/async.ts';
import type { DTypeName, ScalarOf } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { writeElement } from '../../array/element.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { scalarAt, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { convertScalar, isScalar } from '../../ops/asarray.ts';
import { isTraced, tracing } from '../../array/tracing.ts';
import { elementAddress, getIndex } from '../../ops/index/get.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { requireWriteable, setIndex } from '../../ops/index/set.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from '../indexing/arguments.ts';
import type { ChooseOptions } from '../indexing/choose.ts';
import { choose } from '../indexing/choose.ts';
import type { DiagonalOptions } from '../indexing/diagonal.ts';
import { diagonal } from '../indexing/diagonal.ts';
import { nonzero } from '../indexing/nonzero.ts';
import { put } from '../indexing/put.ts';
import type { CompressOptions, TakeOptions } from '../indexing/take.ts';
import { compress, take } from '../indexing/take.ts';
import { FlatIter, setFlat } from '../iteration/flat.ts';
import { defineMethods } from './define.ts';

declare module '../../array/ndarray.ts' {
  interface NDArray<D extends DTypeName> {
    /**
     * `a[index]`: NumPy's indexing.
     *
     * @param index - integers, slices (`np.slice(1, 3)` or text `'1:3'`), `'...'`, `null` for a new axis, integer arrays, masks;
     *   a text may hold several items.
     * @returns a view where NumPy gives a view, a scalar where NumPy gives one, else a new array.
     * @throws IndexError for an index that is out of range or cannot be one.
     * @example
     * const a = np.arange(12).reshape(3, 4);
     * a.get(1, 2); // 6
     * a.get('1:, ::2'); // [[ 4 6] [ 8 10]]
     * a.get([0, 2]); // [[ 0 1 2 3] [ 8 9 10 11]]
     * a.get(np.greater(a, 5)); // [ 6 7 8 9 10 11]
     */
    get(...index: IndexArg[]): ArrayOrScalar;
    /**
     * `a[index] = value`: the value is broadcast and converted to the array's dtype.
     *
     * @param indexAndValue - the index, as in `get`, and then the value.
     * @throws ValueError for a read-only array or a value whose shape does not broadcast; IndexError as `get`; OverflowError for
     *   a scalar that the dtype cannot hold.
     * @example
     * const a = np.zeros([3, 4]);
     * a.set(0, 1, 5);
     * a.set('1:, ::2', [7, 8]);
     * a.set(np.less(a, 1), -1); // a is [[-1. 5. -1. -1.] [ 7. -1. 8. -1.] [ 7. -1. 8. -1.]]
     */
    set(...indexAndValue: [...IndexArg[], ArrayLike]): void;
    /**
     * One element as a scalar.
     *
     * @param args - nothing for an array of one element, a position in the flattened array, or one along each axis.
     * @throws IndexError out of range; ValueError for another number of positions.
     * @example
     * np.array([[1, 2], [3, 4]]).item(1, 0); // 3
     */
    item(...args: [] | number[] | [readonly number[]]): ScalarOf<D>;
    /** What `get` gives, also for masks on a GPU, see `np.getAsync`. */
    getAsync(...index: IndexArg[]): Promise<ArrayOrScalar>;
    /** The elements at indices along an axis, see `np.take`. */
    take(indices: ArrayLike, ...args: Args<TakeOptions, ['axis', 'out', 'mode']>): ArrayOrScalar;
    /** Writes values at indices of the flattened array, see `np.put`. */
    put(indices: ArrayLike, values: ArrayLike, ...args: Args<{ mode: ClipMode }, ['mode']>): void;
    /** Elements of the choices whose numbers this array holds, see `np.choose`. */
    choose(choices: ArrayLike, ...args: Args<ChooseOptions, ['out', 'mode']>): ArrayOrScalar;
    /** The slices of an axis for which a condition holds, see `np.compress`. */
    compress(condition: ArrayLike, ...args: Args<CompressOptions, ['axis', 'out']>): NDArray;
    /** The positions of the elements that are not zero, see `np.nonzero`. */
    nonzero(): NDArray<'int64'>[];
    /** A diagonal as a read-only view, see `np.diagonal`. */
    diagonal(...args: Args<DiagonalOptions, ['offset', 'axis1', 'axis2']>): NDArray<D>;
    /**
     * The elements in C order: an iterator that can be indexed as one axis. Assigning writes values to all elements, repeated if
     * there are too few.
     *
     * @example
     * const a = np.array([[1, 2], [3, 4]]);
     * a.flat.get(2); // 3
     * a.flat.set('1:', [7, 8]); // a is [[1. 7.] [8. 7.]]
     */
    get flat(): FlatIter<D>;
    set flat(values: ArrayLike);
    /** The rows of the first axis, as views; the elements of a one-dimensional array, as scalars. */
    [Symbol.iterator](): IterableIterator<ArrayOrScalar>;
  }
}

defineMethods({
  get(...index: IndexArg[]): Scalar | ArrayOrScalar {
    const address = elementAddress(this, index);
    if (address >= 0 && tracing.tracer !== null && this.traced)
      return viewArray(this, [], [], address) as ArrayOrScalar;
    return address >= 0 ? scalarAt(this, address) : (getIndex(this, index) as ArrayOrScalar);
  },

  set(...indexAndValue: [...IndexArg[], ArrayLike]): void {
    if (indexAndValue.length === 0) throw new TypeError('set() takes an index and a value');
    const index = indexAndValue as IndexArg[];
    const value = index.pop() as ArrayLike;
    const address = isScalar(value) && !isTraced(this) ? elementAddress(this, index) : -1;
    if (address < 0) return setIndex(this, index, value);
    requireWriteable(this);
    writeElement(this.storage.views, this.dtype.element, address, convertScalar(value as Scalar, this.dtype));
  },

  item(...args: unknown[]): Scalar {
    const index = args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    return itemOf(this, index);
  },

  getAsync(...index: IndexArg[]): Promise<ArrayOrScalar> {
    return getAsync(this, ...index);
  },

  take(indices: ArrayLike, ...args: Args<TakeOptions, ['axis', 'out', 'mode']>): ArrayOrScalar {
    return take(this, indices, ...args);
  },

  put(indices: ArrayLike, values: ArrayLike, ...args: Args<{ mode: ClipMode }, ['mode']>): void {
    put(this, indices, values, ...args);
  },

  choose(choices: ArrayLike, ...args: Args<ChooseOptions, ['out', 'mode']>): ArrayOrScalar {
    return choose(this, choices, ...args);
  },

  compress(condition: ArrayLike, ...args: Args<CompressOptions, ['axis', 'out']>): NDArray {
    return compress(condition, this, ...args);
  },

  nonzero(...args: unknown[]): NDArray<'int64'>[] {
    bind('nonzero', args, []);
    return nonzero(this);
  },

  diagonal(...args: Args<DiagonalOptions, ['offset', 'axis1', 'axis2']>): NDArray {
    return diagonal(this, ...args);
  },

  get flat(): FlatIter {
    return new FlatIter(this);
  },

  set flat(values: ArrayLike) {
    setFlat(this, values);
  },

  *[Symbol.iterator](): IterableIterator<unknown> {
    if (this.ndim === 0) throw new TypeError('iteration over a 0-d array');
    const [shape, strides] = [this.shape.slice(1), this.strides.slice(1)];
    for (let i = 0; i < this.shape[0]; i++) {
      const address = this.offset + i * this.strides[0];
      yield shape.length === 0 && !isTraced(this)
        ? scalarAt(this, address)
        : viewArray(this, shape, strides, address);
    }
  },
});

/** The element at a position of the flattened array, or at one position along each axis. */
function itemOf(a: NDArray, index: readonly unknown[]): Scalar {
  if (index.length === 0 && a.size !== 1) {
    throw new ValueError('can only convert an array of size 1 to a Python scalar');
  }
  if (index.length <= 1) return flatItem(a, index.length === 0 ? 0 : index[0]);
  if (index.length !== a.ndim) throw new ValueError('incorrect number of indices for array');
  return getIndex(a, index.map(integerPosition)) as Scalar;
}

function flatItem(a: NDArray, position: unknown): Scalar {
  const flat = integerPosition(position);
  if (flat < -a.size || flat >= a.size)
    throw new IndexError(`index ${flat} is out of bounds for size ${a.size}`);
  let rest = flat < 0 ? flat + a.size : flat;
  let address = a.offset;
  for (let axis = a.ndim - 1; axis >= 0; axis--) {
    address += (rest % a.shape[axis]) * a.strides[axis];
    rest = Math.floor(rest / a.shape[axis]);
  }
  return scalarAt(a, address);
}

function integerPosition(x: unknown): number {
  const position = typeof x === 'bigint' ? Number(x) : x;
  if (typeof position !== 'number' || !Number.isInteger(position))
    throw new TypeError('an integer is required');
  return position;
}
