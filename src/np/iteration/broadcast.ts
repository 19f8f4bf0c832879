/** `np.broadcast`: several arrays walked through together. */
import { ValueError, shapeText } from '../../array/errors.ts';
import type { Scalar } from '../../array/element.ts';
import { broadcastShapes, broadcastStrides, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { scalarAt } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { broadcastTo } from '../../ops/views.ts';
import { FlatIter } from './flat.ts';

/** What `np.broadcast` gives: an iterator over the elements of arrays in their common shape. */
export class Broadcast implements IterableIterator<Scalar[]> {
  readonly shape: readonly number[];
  readonly size: number;
  /** How many places have been taken. */
  index = 0;
  readonly #arrays: readonly NDArray[];

  constructor(arrays: readonly NDArray[]) {
    this.shape = commonShape(arrays);
    this.size = sizeOf(this.shape);
    this.#arrays = arrays;
  }

  get ndim(): number {
    return this.shape.length;
  }

  get nd(): number {
    return this.shape.length;
  }

  /** The number of arrays. */
  get numiter(): number {
    return this.#arrays.length;
  }

  /** An iterator for each array. */
  get iters(): FlatIter[] {
    return this.#arrays.map((a) => new FlatIter(broadcastTo(a, this.shape)));
  }

  /** Starts anew. */
  reset(): void {
    this.index = 0;
  }

  next(): IteratorResult<Scalar[]> {
    if (this.index >= this.size) return { done: true, value: undefined };
    const value = this.#arrays.map((a) => scalarAt(a, this.#addressIn(a)));
    this.index++;
    return { done: false, value };
  }

  #addressIn(a: NDArray): number {
    const strides = broadcastStrides(a.shape, a.strides, this.shape);
    let rest = this.index;
    let address = a.offset;
    for (let axis = this.ndim - 1; axis >= 0; axis--) {
      address += (rest % this.shape[axis]) * strides[axis];
      rest = Math.floor(rest / this.shape[axis]);
    }
    return address;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function commonShape(arrays: readonly NDArray[]): number[] {
  try {
    return broadcastShapes(...arrays.map((a) => a.shape));
  } catch (error) {
    throw error instanceof ValueError ? mismatch(arrays.map((a) => a.shape)) : error;
  }
}

/** Names the first two shapes that do not fit. */
function mismatch(shapes: readonly (readonly number[])[]): ValueError {
  for (let j = 1; j < shapes.length; j++) {
    for (let i = 0; i < j; i++) {
      if (fits(shapes[i], shapes[j])) continue;
      return new ValueError(
        'shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg ' +
          `${i} with shape ${shapeText(shapes[i])} and arg ${j} with shape ${shapeText(shapes[j])}.`,
      );
    }
  }
  return new ValueError('shape mismatch: objects cannot be broadcast to a single shape');
}

function fits(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 1; i <= Math.min(a.length, b.length); i++) {
    const [m, n] = [a.at(-i), b.at(-i)];
    if (m !== n && m !== 1 && n !== 1) return false;
  }
  return true;
}

/**
 * Arrays in their common shape: `shape`, `ndim`, `size`, and an iterator over the elements at each place.
 *
 * @throws ValueError if the shapes do not broadcast.
 * @example
 * np.broadcast([[1], [2]], [3, 4]).shape; // [2, 2]
 */
export function broadcast(...args: ArrayLike[]): Broadcast {
  return new Broadcast(args.map((x) => asArray(x)));
}
