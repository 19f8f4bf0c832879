/** Methods that copy, convert and hand out an array's elements. */
import type { Casting, DTypeLike, DTypeName, ScalarOf } from '../../array/dtype.ts';
import { canCast, dtype as toDType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { readElements } from '../../array/element.ts';
import { ValueError } from '../../array/errors.ts';
import { NDArray, scalarAt, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, isScalar } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import type { Order } from '../../ops/order.ts';
import { broadcastTo } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { defineMethods } from './define.ts';

/** Nested arrays of scalars. */
export type Nested<S> = S | Nested<S>[];

interface AsTypeOptions {
  order: Order;
  casting: Casting;
  subok: boolean;
  /** `false` returns the array itself if nothing changes. */
  copy: boolean;
}

declare module '../../array/ndarray.ts' {
  interface NDArray<D extends DTypeName = DTypeName> {
    /**
     * The elements in another dtype.
     *
     * @param dtype - the dtype.
     * @throws TypeError if the casting rule ('unsafe' by default) forbids it.
     */
    astype<E extends DTypeName = DTypeName>(
      dtype: DTypeLike<E>,
      ...args: Args<AsTypeOptions, ['order', 'casting', 'subok', 'copy']>
    ): NDArray<E>;
    /** A copy; in C order unless `order` says otherwise. */
    copy(...args: Args<{ order: Order }, ['order']>): NDArray<D>;
    /** Nested JavaScript arrays of the elements; a scalar for a 0-d array. */
    tolist(): Nested<ScalarOf<D>>;
    /** The bytes of the elements, in C order by default. */
    tobytes(...args: Args<{ order: 'C' | 'F' | 'A' }, ['order']>): Uint8Array;
    /** Sets every element. */
    fill(value: ArrayLike): void;
    /**
     * The same memory as another dtype.
     *
     * @throws ValueError if the last axis cannot be divided into elements of that size.
     */
    view<E extends DTypeName = D>(dtype?: DTypeLike<E>): NDArray<E>;
    /** The bytes of each element in reverse order. */
    byteswap(...args: Args<{ inplace: boolean }, ['inplace']>): NDArray<D>;
    /** The number of the first axis's elements, as Python's `len`. */
    readonly length: number;
    toJSON(): Nested<ScalarOf<D>>;
    [Symbol.toPrimitive](hint: string): Scalar | string;
    /** Gives the memory back now; the array and its views become unusable. Never needed. */
    dispose(): void;
    [Symbol.dispose](): void;
  }
}

/** Whether an array lies in memory in an order; `'A'` is either of C and F. */
function liesIn(a: NDArray, order: Order): boolean {
  if (order === 'K') return true;
  return (order !== 'F' && a.cContiguous) || (order !== 'C' && a.fContiguous);
}

defineMethods({
  astype(dtype: DTypeLike, ...args: unknown[]): NDArray {
    const {
      order = 'K',
      casting = 'unsafe',
      copy = true,
    } = bind<AsTypeOptions>('astype', args, ['order', 'casting', 'subok', 'copy']);
    const to = toDType(dtype);
    if (!canCast(this.dtype, to, casting)) {
      throw new TypeError(
        `Cannot cast array data from dtype('${this.dtype.name}') to dtype('${to.name}') according to the rule '${casting}'`,
      );
    }
    return !copy && to === this.dtype && liesIn(this, order) ? this : copyOf(this, to, order);
  },
  copy(...args: unknown[]): NDArray {
    const { order = 'C' } = bind<{ order: Order }>('copy', args, ['order']);
    return copyOf(this, this.dtype, order);
  },
  tolist(): Nested<Scalar> {
    return nested(this, 0, this.offset);
  },
  toJSON(): Nested<Scalar> {
    return nested(this, 0, this.offset);
  },
  tobytes(...args: unknown[]): Uint8Array {
    const { order = 'C' } = bind<{ order: 'C' | 'F' | 'A' }>('tobytes', args, ['order']);
    const dense = copyOf(this, this.dtype, order);
    return dense.storage.views.uint8.slice(dense.offset, dense.offset + dense.nbytes);
  },
  fill(value: ArrayLike): void {
    if (!this.writeable) throw new ValueError('assignment destination is read-only');
    const source = isScalar(value) ? asArray(convertScalar(value, this.dtype), this.dtype) : asArray(value);
    if (source.size !== 1 || source.ndim !== 0)
      throw new ValueError('setting an array element with a sequence.');
    castInto(this, broadcastTo(source, this.shape));
  },
  view(dtype?: DTypeLike): NDArray {
    return dtype === undefined
      ? viewArray(this, this.shape, this.strides)
      : reinterpret(this, toDType(dtype));
  },
  byteswap(...args: unknown[]): NDArray {
    const { inplace = false } = bind<{ inplace: boolean }>('byteswap', args, ['inplace']);
    const to = inplace ? this : copyOf(this, this.dtype, 'K');
    if (!to.writeable) throw new ValueError('assignment destination is read-only');
    swapBytes(to);
    return to;
  },
  get length(): number {
    if (this.ndim === 0) throw new TypeError('len() of unsized object');
    return this.shape[0];
  },
  [Symbol.toPrimitive](hint: string): Scalar | string {
    if (hint === 'string') return this.toString();
    if (this.size !== 1) {
      throw new ValueError(
        'The truth value of an array with more than one element is ambiguous. Use np.any(a) or np.all(a)',
      );
    }
    const value = scalarAt(this, this.offset);
    return typeof value === 'object' ? String(value) : value;
  },
  dispose(): void {
    this.storage.dispose();
  },
});

Object.defineProperty(NDArray.prototype, Symbol.dispose ?? Symbol.for('Symbol.dispose'), {
  value(this: NDArray): void {
    this.storage.dispose();
  },
});

function nested(a: NDArray, axis: number, address: number): Nested<Scalar> {
  if (axis === a.ndim) return scalarAt(a, address);
  if (axis === a.ndim - 1) {
    return readElements(a.storage.views, a.dtype.element, address, a.strides[axis], a.shape[axis]);
  }
  const items: Nested<Scalar>[] = [];
  for (let i = 0; i < a.shape[axis]; i++) items.push(nested(a, axis + 1, address + i * a.strides[axis]));
  return items;
}

/** The same bytes as elements of another size: the last axis takes up the difference, and must be dense for that. */
function reinterpret(a: NDArray, to: NDArray['dtype']): NDArray {
  const seen = (shape: readonly number[], strides: readonly number[]): NDArray => {
    a.storage.remote?.home.requireDType(to);
    return viewArray(a, shape, strides, a.offset, to);
  };
  if (to.itemsize === a.itemsize) return seen(a.shape, a.strides);
  if (a.ndim === 0)
    throw new ValueError('Changing the dtype of a 0d array is only supported if the itemsize is unchanged');
  const last = a.ndim - 1;
  if (a.strides[last] !== a.itemsize && a.shape[last] !== 1 && a.size > 0) {
    throw new ValueError('To change to a dtype of a different size, the last axis must be contiguous');
  }
  const bytes = a.shape[last] * a.itemsize;
  if (to.itemsize < a.itemsize ? a.itemsize % to.itemsize !== 0 : bytes % to.itemsize !== 0) {
    throw new ValueError(
      to.itemsize < a.itemsize
        ? 'When changing to a smaller dtype, its size must be a divisor of the size of original dtype'
        : 'When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array.',
    );
  }
  return seen([...a.shape.slice(0, last), bytes / to.itemsize], [...a.strides.slice(0, last), to.itemsize]);
}

/** Reverses bytes by assigning the byte view of the array to its mirror image, a byte at a time through a copy. */
function swapBytes(a: NDArray): void {
  const width = a.dtype.kind === 'c' ? a.itemsize / 2 : a.itemsize;
  const parts = a.itemsize / width;
  const shape = [...a.shape, parts, width];
  const bytes = viewArray(a, shape, [...a.strides, width, 1], a.offset, toDType('uint8'));
  const mirrored = viewArray(a, shape, [...a.strides, width, -1], a.offset + width - 1, toDType('uint8'));
  castInto(bytes, copyOf(mirrored, mirrored.dtype, 'C'));
}
