/** The n-dimensional array: a dtype, a shape and byte strides over a storage. Its methods are attached by np/methods. */
import type { DType, DTypeName, DataOf, ScalarOf } from './dtype.ts';
import { byteExtent, denseStrides, isContiguous, sizeOf } from './layout.ts';
import { allocate, keepAlive } from './storage.ts';
import type { Storage } from './storage.ts';
import { readElement } from './element.ts';
import { tracing } from './tracing.ts';

/** What is true of an array's memory, as NumPy's `flags`. */
export interface Flags {
  readonly c_contiguous: boolean;
  readonly f_contiguous: boolean;
  readonly contiguous: boolean;
  readonly fortran: boolean;
  readonly forc: boolean;
  readonly fnc: boolean;
  readonly owndata: boolean;
  readonly aligned: boolean;
  /** Aligned and writeable. */
  readonly behaved: boolean;
  /** Behaved and contiguous in C order. */
  readonly carray: boolean;
  /** Behaved and contiguous in F order only. */
  readonly farray: boolean;
  readonly writebackifcopy: boolean;
  writeable: boolean;
}

/** An array of one dtype in any number of dimensions: `np.ndarray`. */

export class NDArray<D extends DTypeName = DTypeName> {
  readonly storage: Storage;
  readonly dtype: DType<D>;
  readonly shape: readonly number[];
  /** Bytes from one element to the next along each axis. */
  readonly strides: readonly number[];
  /** Where the first element lies in the buffer of `storage.views`, in bytes. */
  readonly offset: number;
  /** The number of elements. */
  readonly size: number;
  /** The array that this one is a view of, if it is a view. */
  readonly base: NDArray | null;
  /** False for read-only arrays, such as broadcast views. */
  writeable: boolean;

  constructor(
    storage: Storage,
    dtype: DType<D>,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
    base: NDArray | null,
    writeable = true,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.size = sizeOf(shape);
    this.base = base;
    this.writeable = writeable;
  }

  get ndim(): number {
    return this.shape.length;
  }

  /** Whether calls on this array go to the tracer, see `tracing`. */
  get traced(): boolean {
    return false;
  }

  get itemsize(): number {
    return this.dtype.itemsize;
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.dtype.itemsize;
  }

  get cContiguous(): boolean {
    return isContiguous(this.shape, this.strides, this.dtype.itemsize, 'C');
  }

  get fContiguous(): boolean {
    return isContiguous(this.shape, this.strides, this.dtype.itemsize, 'F');
  }

  /**
   * The raw typed array over this array's memory, from its lowest element to its highest: the elements in order when the
   * array is C-contiguous. float16 shows its bits, complex pairs of floats. Writing to it writes to the array.
   */
  get data(): DataOf<D> {
    const { low, high } = byteExtent(this.shape, this.strides, this.dtype.itemsize);
    const whole = viewOf(this.storage, this.dtype);
    const width = whole.BYTES_PER_ELEMENT;
    const part = whole.subarray((this.offset + low) / width, (this.offset + high) / width);
    return keepAlive(part, this.storage) as DataOf<D>;
  }
}

/** The typed array over the whole buffer that holds elements of `dtype`. */
export function viewOf(storage: Storage, dtype: DType): TypedArray {
  const { views } = storage;
  switch (dtype.element) {
    case 'bool':
    case 'u8':
      return views.uint8;
    case 'i8':
      return views.int8;
    case 'i16':
      return views.int16;
    case 'u16':
    case 'f16':
      return views.uint16;
    case 'i32':
      return views.int32;
    case 'u32':
      return views.uint32;
    case 'i64':
      return views.int64;
    case 'u64':
      return views.uint64;
    case 'f32':
    case 'c64':
      return views.float32;
    case 'f64':
    case 'c128':
      return views.float64;
  }
}

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A new array whose elements are not set. */
export function emptyArray<D extends DTypeName>(
  shape: readonly number[],
  dtype: DType<D>,
  order: 'C' | 'F' = 'C',
): NDArray<D> {
  const storage = allocate(sizeOf(shape) * dtype.itemsize);
  return new NDArray(
    storage,
    dtype,
    shape,
    denseStrides(shape, dtype.itemsize, order),
    storage.address,
    null,
  );
}

/** A view: the same memory under another shape, strides and offset (and dtype). */
export function viewArray<D extends DTypeName = DTypeName>(
  a: NDArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number = a.offset,
  dtype: DType<D> = a.dtype as DType<D>,
  writeable: boolean = a.writeable,
): NDArray<D> {
  if (tracing.tracer !== null && a.traced)
    return tracing.tracer.view(a, shape, strides, offset, dtype, writeable) as NDArray as NDArray<D>;
  return new NDArray(a.storage, dtype, shape, strides, offset, a.base ?? a, writeable);
}

/** The element at a byte position, as a JavaScript scalar. */
export function scalarAt<D extends DTypeName>(a: NDArray<D>, address: number): ScalarOf<D> {
  return readElement(a.storage.views, a.dtype.element, address) as ScalarOf<D>;
}

/**
 * A result that is an array or a scalar depending on values that types cannot see (a 0-d operand, an `axis` of null). It can be
 * used as either.
 */
export type ArrayOrScalar = NDArray & number;

/** A result as NumPy returns it: a scalar if it has no axes, unless it is recorded or arrays are asked for. */
export function arrayOrScalar(a: NDArray): ArrayOrScalar {
  const stays = a.shape.length > 0 || tracing.keepsArrays || (tracing.tracer !== null && a.traced);
  return (stays ? a : scalarAt(a, a.offset)) as ArrayOrScalar;
}

/** Whether a result of `any` or `all` over everything, a boolean or an array of one, is true. */
export function truth(x: unknown): boolean {
  return x instanceof NDArray ? Boolean(scalarAt(x, x.offset)) : Boolean(x);
}
