/** `a.flat`: an array's elements in C order, as one axis that can be indexed and written to. */
import type { DTypeName, ScalarOf } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { IndexError, ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, scalarAt } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { copyOf } from '../../ops/cast.ts';
import { cycled } from '../../ops/cycle.ts';
import { isRemote } from '../../ops/given.ts';
import { getIndex } from '../../ops/index/get.ts';
import type { IndexArg, IndexItem } from '../../ops/index/parse.ts';
import { parseIndex } from '../../ops/index/parse.ts';
import { assign, writeSelected } from '../../ops/index/set.ts';
import { release, select } from '../../ops/index/select.ts';
import { viewArray } from '../../array/ndarray.ts';
import { reshapeView } from '../../ops/views.ts';
import { flattened, throughFlat } from '../indexing/arguments.ts';

/** What `a.flat` gives: an iterator over the elements, which can be indexed as if they were one axis. */
export class FlatIter<D extends DTypeName = DTypeName> implements IterableIterator<ScalarOf<D>> {
  /** The array. */
  readonly base: NDArray<D>;
  /** How many elements have been taken. */
  index = 0;

  constructor(base: NDArray<D>) {
    this.base = base;
  }

  /** The number of elements. */
  get length(): number {
    return this.base.size;
  }

  /** The position of the next element along each axis. */
  get coords(): number[] {
    const { shape } = this.base;
    const coords = new Array<number>(shape.length);
    let rest = this.index;
    for (let axis = shape.length - 1; axis > 0; axis--) {
      coords[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    if (shape.length > 0) coords[0] = rest;
    return coords;
  }

  next(): IteratorResult<ScalarOf<D>> {
    if (this.index >= this.length) return { done: true, value: undefined };
    const value = scalarAt(this.base, this.#addressOf(this.coords));
    this.index++;
    return { done: false, value };
  }

  [Symbol.iterator](): this {
    return this;
  }

  #addressOf(coords: readonly number[]): number {
    const { strides, offset } = this.base;
    return coords.reduce((address, i, axis) => address + i * strides[axis], offset);
  }

  /** All elements as a new array of one axis. */
  copy(): NDArray<D> {
    return copyOf(flattened(this.base), this.base.dtype) as NDArray<D>;
  }

  /**
   * The element at an integer, or the elements at a slice, an integer array or a mask as a new array. On a GPU the element is an
   * array without axes.
   *
   * @throws IndexError for an index that is out of range or cannot be one.
   */
  get(...index: IndexArg[]): ArrayOrScalar {
    const flat = flattened(this.base);
    const [item] = this.#items(index);
    if (item.kind === 'integer') {
      const address = addressAt(flat, item.value);
      if (isRemote(flat)) return copyOf(viewArray(flat, [], [], address), flat.dtype) as ArrayOrScalar;
      return scalarAt(flat, address) as ArrayOrScalar;
    }
    const found = getIndex(flat, index) as NDArray;
    return (found.storage === this.base.storage ? copyOf(found, found.dtype) : found) as ArrayOrScalar;
  }

  /**
   * Writes values to the chosen elements; they are repeated if there are too few.
   *
   * @param indexAndValue - the index, as in `get`, and then the value
   * @throws ValueError for a read-only array, or several values for one element; IndexError as `get`.
   */
  set(...indexAndValue: [...IndexArg[], ArrayLike]): void {
    if (!this.base.writeable) throw new ValueError('underlying array is read-only');
    const index = indexAndValue.slice(0, -1) as IndexArg[];
    const value = indexAndValue.at(-1) as ArrayLike;
    const items = this.#items(index);
    throughFlat(this.base, (flat) => {
      if (items[0].kind === 'integer') setOne(flat, items[0].value, value);
      else setSeveral(flat, items, value);
    });
  }

  /** One item: there is one axis. A fraction counts as the integer before it, as in NumPy. */
  #items(index: readonly IndexArg[]): readonly IndexItem[] {
    const whole = index.map((x) => (typeof x === 'number' && Number.isFinite(x) ? Math.trunc(x) : x));
    const items = parseIndex(whole);
    if (items.length !== 1 || items[0].kind === 'newaxis') throw new IndexError('unsupported iterator index');
    return items;
  }
}

function addressAt(flat: NDArray, index: number): number {
  const { size } = flat;
  if (index < -size || index >= size)
    throw new IndexError(`index ${index} is out of bounds for size ${size}`);
  return flat.offset + (index < 0 ? index + size : index) * flat.strides[0];
}

function setOne(flat: NDArray, index: number, value: ArrayLike): void {
  const element = viewArray(flat, [], [], addressAt(flat, index));
  const given = isScalar(value) ? value : asArray(value);
  if (given instanceof NDArray && given.size !== 1)
    throw new ValueError('Error setting single item of array.');
  assign(element, given);
}

function setSeveral(flat: NDArray, items: readonly IndexItem[], value: ArrayLike): void {
  const selection = select(flat, items);
  try {
    const count = selection.shape.reduce((n, length) => n * length, 1);
    const values = repeated(value, flat, count);
    if (selection.operands.length > 0) writeSelected(flat, selection, shaped(values, selection.shape));
    else assign(viewArray(flat, selection.shape, selection.strides, selection.offset), values);
  } finally {
    release(selection);
  }
}

/** A scalar, or as many values as are needed. */
function repeated(value: ArrayLike, flat: NDArray, count: number): Scalar | NDArray {
  if (isScalar(value)) return value;
  const values = flattened(Array.isArray(value) ? asArray(value, flat.dtype) : asArray(value));
  if (values.size === 0 && count > 0) throw new ValueError('Error setting single item of array.');
  return values.size === 0 ? values : cycled(values, count);
}

function shaped(values: Scalar | NDArray, shape: readonly number[]): ArrayLike {
  if (!(values instanceof NDArray) || shape.length === 1) return values;
  return reshapeView(copyOf(values, values.dtype, 'C'), shape)!;
}

/** Writes values to all elements in C order, repeated if there are too few: `a.flat = values`. */
export function setFlat(a: NDArray, values: ArrayLike): void {
  new FlatIter(a).set('...', values);
}
