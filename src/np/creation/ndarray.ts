/** The constructor of arrays by their memory: `new np.ndarray(shape, { dtype, buffer, offset, strides, order })`. */
import type { DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType, float64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { byteExtent, denseStrides, normalizeShape, sizeOf } from '../../array/layout.ts';
import { NDArray, emptyArray } from '../../array/ndarray.ts';
import { adopt } from '../../array/storage.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ShapeLike } from './filled.ts';

export interface NDArrayOptions {
  dtype?: DTypeLike | null;
  /** Memory to show; without it new memory that is not set. */
  buffer?: NDArray | ArrayBufferView | ArrayBuffer | null;
  /** Where the first element lies in the buffer, in bytes. */
  offset?: number;
  /** Bytes from one element to the next along each axis. */
  strides?: readonly number[] | null;
  order?: 'C' | 'F' | null;
}

const POSITIONAL = ['dtype', 'buffer', 'offset', 'strides', 'order'] as const;

/** The class of arrays, whose constructor takes a shape and memory. */
export interface NDArrayConstructor {
  /**
   * An array over given or new memory.
   *
   * @throws ValueError if shape and strides reach outside the buffer; TypeError for a buffer that is none.
   */
  new (
    shape: ShapeLike,
    ...args: Args<NDArrayOptions, ['dtype', 'buffer', 'offset', 'strides', 'order']>
  ): NDArray;
  readonly prototype: NDArray;
}

function construct(shape: ShapeLike, ...args: unknown[]): NDArray {
  const { dtype, buffer, offset = 0, strides, order } = bind<NDArrayOptions>('ndarray', args, POSITIONAL);
  const type = dtype ? toDType(dtype) : float64;
  const lengths = normalizeShape(shape);
  const steps = strides ?? denseStrides(lengths, type.itemsize, order ?? 'C');
  if (steps.length !== lengths.length)
    throw new ValueError('strides, if given, must be the same length as shape');
  if (buffer !== null && buffer !== undefined)
    return over(buffer, type, lengths, steps, offset, strides !== undefined && strides !== null);
  if (!strides) return emptyArray(lengths, type, order ?? 'C');
  const { low, high } = byteExtent(lengths, steps, type.itemsize);
  if (low + offset < 0 || high + offset > sizeOf(lengths) * type.itemsize) throw incompatible();
  const dense = emptyArray(lengths, type);
  return new NDArray(dense.storage, type, lengths, steps, dense.offset + offset, null);
}

function over(
  buffer: NonNullable<NDArrayOptions['buffer']>,
  type: NDArray['dtype'],
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  hasStrides: boolean,
): NDArray {
  const owner = buffer instanceof NDArray ? buffer : bytesOf(buffer);
  if (!owner.cContiguous && !owner.fContiguous) throw new ValueError('ndarray is not contiguous');
  const { low, high } = byteExtent(shape, strides, type.itemsize);
  if (low + offset < 0 || high + offset > owner.nbytes) {
    throw hasStrides ? incompatible() : new TypeError('buffer is too small for requested array');
  }
  return new NDArray(
    owner.storage,
    type,
    shape,
    strides,
    owner.offset + offset,
    owner.base ?? owner,
    owner.writeable,
  );
}

function bytesOf(buffer: ArrayBufferView | ArrayBuffer): NDArray {
  if (!ArrayBuffer.isView(buffer) && !(buffer instanceof ArrayBuffer)) {
    throw new TypeError(`a bytes-like object is required, not '${typeof buffer}'`);
  }
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const type = toDType('uint8');
  return new NDArray(adopt(bytes), type, [bytes.length], [1], bytes.byteOffset, null);
}

function incompatible(): ValueError {
  return new ValueError('strides is incompatible with shape of requested array and size of buffer');
}

construct.prototype = NDArray.prototype;

/**
 * The class of arrays: `x instanceof np.ndarray`, and NumPy's constructor.
 *
 * @example
 * const x = new np.ndarray([2, 2], { dtype: 'float32', buffer: new Float32Array(8), offset: 4 });
 */
export const ndarray = construct as unknown as NDArrayConstructor;
