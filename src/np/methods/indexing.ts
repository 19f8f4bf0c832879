/** Indexing and what belongs to it, as methods of arrays. */
import type { DTypeName } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { writeElement } from '../../array/element.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { scalarAt, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { convertScalar, isScalar } from '../../ops/asarray.ts';
import { elementAddress, getIndex } from '../../ops/index/get.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { requireWriteable, setIndex } from '../../ops/index/set.ts';
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
     * a.get('1:, ::2'); // rows from the second on, every other column
     * a.get([0, 2]); // the first and the third row
     * a.get(np.greater(a, 5)); // every element above 5
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
     * a.set(np.less(a, 1), -1);
     */
    set(...indexAndValue: [...IndexArg[], ArrayLike]): void;
    /** The rows of the first axis, as views; the elements of a one-dimensional array, as scalars. */
    [Symbol.iterator](): IterableIterator<ArrayOrScalar>;
  }
}

defineMethods({
  get(...index: IndexArg[]): Scalar | ArrayOrScalar {
    const address = elementAddress(this, index);
    return address >= 0 ? scalarAt(this, address) : (getIndex(this, index) as ArrayOrScalar);
  },

  set(...indexAndValue: [...IndexArg[], ArrayLike]): void {
    if (indexAndValue.length === 0) throw new TypeError('set() takes an index and a value');
    const index = indexAndValue as IndexArg[];
    const value = index.pop() as ArrayLike;
    const address = isScalar(value) ? elementAddress(this, index) : -1;
    if (address < 0) return setIndex(this, index, value);
    requireWriteable(this);
    writeElement(this.storage.views, this.dtype.element, address, convertScalar(value as Scalar, this.dtype));
  },

  *[Symbol.iterator](): IterableIterator<unknown> {
    if (this.ndim === 0) throw new TypeError('iteration over a 0-d array');
    const [shape, strides] = [this.shape.slice(1), this.strides.slice(1)];
    for (let i = 0; i < this.shape[0]; i++) {
      const address = this.offset + i * this.strides[0];
      yield shape.length === 0 ? scalarAt(this, address) : viewArray(this, shape, strides, address);
    }
  },
});
