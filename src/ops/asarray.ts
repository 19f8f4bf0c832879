/** Making arrays of what the user gives: scalars, nested arrays, typed arrays, arrays. */
import { Complex } from '../array/complex.ts';
import type { DType, DTypeName, Weak } from '../array/dtype.ts';
import {
  bool_,
  complex128,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  promote,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../array/dtype.ts';
import type { Scalar } from '../array/element.ts';
import { isTrue, writeElement } from '../array/element.ts';
import { OverflowError, ValueError, shapeText } from '../array/errors.ts';
import { MAX_NDIM, denseStrides } from '../array/layout.ts';
import { NDArray, emptyArray } from '../array/ndarray.ts';
import { adopt } from '../array/storage.ts';
import { placement } from '../array/remote.ts';
import { isTraced, tracing } from '../array/tracing.ts';
import { cast } from './cast.ts';

/** What NumPy functions take where NumPy takes an array-like. */
export type ArrayLike = NDArray | Scalar | ArrayBufferView | readonly ArrayLike[];

/**
 * `x` as an array: an NDArray itself, a typed array without a copy, scalars and nested arrays as new arrays.
 *
 * @param x - an array-like. Numbers make float64, bigints int64 (uint64 beyond its range), booleans bool.
 * @param dtype - the dtype wanted; without it, `x`'s own.
 * @throws ValueError for ragged nesting; TypeError for what is not array-like; OverflowError for an integer that the
 *   dtype cannot hold.
 */
export function asArray<D extends DTypeName = DTypeName>(x: ArrayLike, dtype?: DType<D> | null): NDArray<D> {
  if (x instanceof NDArray) return cast(x, dtype ?? (x.dtype as DType<D>));
  if (ArrayBuffer.isView(x)) {
    const shared = ofTypedArray(x);
    return cast(shared, dtype ?? (shared.dtype as DType<D>));
  }
  const wanted: DType = dtype ?? float64;
  // A device has no float64 that could be converted.
  if (Array.isArray(x) && (wanted === float64 || (wanted === float32 && placement.home === null))) {
    const numbers = ofNumbers(x);
    if (numbers !== null) return cast(numbers, wanted) as NDArray as NDArray<D>;
  }
  if (tracing.tracer !== null && isTraced(x)) {
    const made = tracing.tracer.nested(x as readonly unknown[]);
    return cast(made, dtype ?? (made.dtype as DType<D>));
  }
  return ofNested(x, dtype ?? undefined);
}

/** The dtype of a platform typed array; DataView and others have none. */
function dtypeOfTypedArray(x: ArrayBufferView): DType | undefined {
  return TYPED_ARRAYS[Object.prototype.toString.call(x).slice(8, -1)];
}

const TYPED_ARRAYS: Readonly<Record<string, DType | undefined>> = {
  Int8Array: int8,
  Uint8Array: uint8,
  Uint8ClampedArray: uint8,
  Int16Array: int16,
  Uint16Array: uint16,
  Int32Array: int32,
  Uint32Array: uint32,
  BigInt64Array: int64,
  BigUint64Array: uint64,
  Float16Array: float16,
  Float32Array: float32,
  Float64Array: float64,
};

function ofTypedArray(x: ArrayBufferView): NDArray {
  const dtype = dtypeOfTypedArray(x);
  if (!dtype)
    throw new TypeError(`cannot make an array of a ${Object.prototype.toString.call(x).slice(8, -1)}`);
  const n = x.byteLength / dtype.itemsize;
  return new NDArray(adopt(x), dtype, [n], [dtype.itemsize], x.byteOffset, null);
}

function ofNested<D extends DTypeName>(x: unknown, dtype: DType<D> | undefined): NDArray<D> {
  const shape = nestedShape(x);
  const found = dtype ?? (nestedDType(x) as DType<D> | undefined) ?? (float64 as DType as DType<D>);
  const result = emptyArray(shape, found);
  fill(result, x, 0, result.offset, denseStrides(shape, found.itemsize));
  return result;
}

/** Nested lists of numbers alone, which most are, in one pass; `null` where something else comes, or nothing. */
function ofNumbers(x: readonly unknown[]): NDArray<'float64'> | null {
  const shape: number[] = [];
  let at: unknown = x;
  for (; Array.isArray(at); at = at[0]) shape.push(at.length);
  if (typeof at !== 'number' || shape.length > MAX_NDIM) return null;
  const result = emptyArray(shape, float64);
  const first = result.offset / 8;
  const end = writeNumbers(result.storage.views.float64, first, x, shape, 0);
  if (end >= 0) return result;
  result.storage.dispose();
  return null;
}

/** Writes lists of a shape, and gives the place after them; -1 where something else comes. */
function writeNumbers(
  data: Float64Array,
  place: number,
  list: readonly unknown[],
  shape: readonly number[],
  depth: number,
): number {
  const length = shape[depth];
  if (list.length !== length) return -1;
  if (depth === shape.length - 1) {
    for (let i = 0; i < length; i++) {
      const item = list[i];
      if (typeof item !== 'number') return -1;
      data[place + i] = item;
    }
    return place + length;
  }
  let at = place;
  for (let i = 0; i < length && at >= 0; i++) {
    const item = list[i];
    at = Array.isArray(item) ? writeNumbers(data, at, item, shape, depth + 1) : -1;
  }
  return at;
}

/** The shape of nested arrays, read along the first elements and then checked by `requireShape`. */
function nestedShape(x: unknown): number[] {
  const shape: number[] = [];
  let at = x;
  while (Array.isArray(at)) {
    if (shape.length === MAX_NDIM)
      throw new ValueError(
        `setting an array element with a sequence. The requested array would exceed the maximum number of dimension of ${MAX_NDIM}.`,
      );
    shape.push(at.length);
    at = at[0];
  }
  if (isArrayLeaf(at)) shape.push(...leafArray(at).shape);
  requireShape(x, shape, 0);
  return shape;
}

function isArrayLeaf(x: unknown): x is NDArray | ArrayBufferView {
  return x instanceof NDArray || ArrayBuffer.isView(x);
}

function leafArray(x: NDArray | ArrayBufferView): NDArray {
  return x instanceof NDArray ? x : ofTypedArray(x);
}

function requireShape(x: unknown, shape: readonly number[], depth: number): void {
  if (isArrayLeaf(x)) {
    const rest = leafArray(x).shape;
    if (rest.length !== shape.length - depth || rest.some((n, i) => n !== shape[depth + i]))
      throw ragged(shape, depth);
  } else if (Array.isArray(x)) {
    if (depth === shape.length || x.length !== shape[depth]) throw ragged(shape, depth);
    const innermost = depth + 1 === shape.length;
    for (const item of x) if (!innermost || typeof item !== 'number') requireShape(item, shape, depth + 1);
  } else if (depth !== shape.length) {
    throw ragged(shape, depth);
  }
}

function ragged(shape: readonly number[], depth: number): ValueError {
  const found = shapeText(shape.slice(0, depth));
  return new ValueError(
    'setting an array element with a sequence. The requested array has an inhomogeneous shape after ' +
      `${depth} dimensions. The detected shape was ${found} + inhomogeneous part.`,
  );
}

function nestedDType(x: unknown): DType | undefined {
  if (!Array.isArray(x)) return isArrayLeaf(x) ? leafArray(x).dtype : scalarDType(x);
  let common: DType | undefined;
  for (const item of x) {
    const dtype = typeof item === 'number' ? float64 : nestedDType(item);
    if (dtype && dtype !== common) common = common ? promote(common, dtype) : dtype;
  }
  return common;
}

/** The dtype that a scalar has inside an array. */
function scalarDType(x: unknown): DType {
  switch (typeof x) {
    case 'number':
      return float64;
    case 'boolean':
      return bool_;
    case 'bigint':
      return BigInt.asIntN(64, x) === x ? int64 : bigUnsigned(x);
    default:
      if (x instanceof Complex) return complex128;
      throw new TypeError(
        `cannot make an array of ${x === null ? 'null' : typeof x === 'string' ? `the string '${x}'` : typeof x}`,
      );
  }
}

function bigUnsigned(x: bigint): DType {
  if (BigInt.asUintN(64, x) === x) return uint64;
  throw new OverflowError('Python int too large to convert to C long');
}

function fill(to: NDArray, x: unknown, depth: number, address: number, strides: readonly number[]): void {
  if (isArrayLeaf(x)) {
    fillFromArray(to, cast(leafArray(x), to.dtype), depth, address);
  } else if (Array.isArray(x)) {
    const stride = strides[depth];
    for (let i = 0; i < x.length; i++) fill(to, x[i], depth + 1, address + i * stride, strides);
  } else {
    writeElement(to.storage.views, to.dtype.element, address, convertScalar(x as Scalar, to.dtype));
  }
}

function fillFromArray(to: NDArray, from: NDArray, depth: number, address: number): void {
  const shape = to.shape.slice(depth);
  cast(from, to.dtype, new NDArray(to.storage, to.dtype, shape, to.strides.slice(depth), address, null));
}

/** How a scalar operand takes part in promotion: weakly by kind, or as bool. */
export function weakKind(x: Scalar): Weak | DType {
  switch (typeof x) {
    case 'number':
      return Number.isInteger(x) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    case 'boolean':
      return bool_;
    default:
      return 'complex';
  }
}

export function isScalar(x: unknown): x is Scalar {
  return typeof x === 'number' || typeof x === 'bigint' || typeof x === 'boolean' || x instanceof Complex;
}

/**
 * A scalar as `dtype` can hold it.
 *
 * @throws OverflowError for an integer out of the dtype's range; ValueError for NaN or infinity as an integer; TypeError for a
 *   complex number as a real.
 */
export function convertScalar(x: Scalar, dtype: DType): Scalar {
  if (!isScalar(x)) throw scalarTypeError(x);
  if (dtype.kind === 'c') return x;
  if (dtype.kind === 'b') return isTrue(x);
  if (x instanceof Complex) {
    throw new TypeError(
      `${dtype.kind === 'f' ? 'float' : 'int'}() argument must be a real number, not 'complex'`,
    );
  }
  if (dtype.kind === 'f') return Number(x);
  return integerScalar(x, dtype);
}

function scalarTypeError(x: unknown): TypeError {
  scalarDType(x);
  return new TypeError(`not a scalar: ${String(x)}`);
}

function integerScalar(x: number | bigint | boolean, dtype: DType): number | bigint {
  if (typeof x === 'number' && !Number.isFinite(x)) {
    if (Number.isNaN(x)) throw new ValueError('cannot convert float NaN to integer');
    throw new OverflowError('cannot convert float infinity to integer');
  }
  const value = BigInt(typeof x === 'number' ? Math.trunc(x) : x);
  const { min, max } = integerRange(dtype);
  if (value < min || value > max) {
    throw new OverflowError(`Python integer ${value} out of bounds for ${dtype.name}`);
  }
  return dtype.itemsize === 8 ? value : Number(value);
}

/** The integers that an integer dtype holds. */
export function integerRange(dtype: DType): { min: bigint; max: bigint } {
  const bits = BigInt(dtype.itemsize * 8);
  return dtype.kind === 'i'
    ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }
    : { min: 0n, max: (1n << bits) - 1n };
}
