/** What the indexing functions' arguments have in common. */
import type { DType, DTypeName } from '../../array/dtype.ts';
import { canCast, int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { NDArray, emptyArray } from '../../array/ndarray.ts';
import { beside } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, convertScalar, isScalar } from '../../ops/asarray.ts';
import { cast, castInto, copyOf } from '../../ops/cast.ts';
import { isRemote, narrowArray } from '../../ops/given.ts';
import { indexDType, integersOf } from '../../ops/index/integers.ts';
import { reshapeView } from '../../ops/views.ts';

/** What to do with indices out of range: refuse them, take them modulo the length, or take the nearest position. */
export type ClipMode = 'raise' | 'wrap' | 'clip';

/** @throws ValueError for another text. */
export function requireMode(mode: unknown): ClipMode {
  if (mode === 'raise' || mode === 'wrap' || mode === 'clip') return mode;
  throw new ValueError(`clipmode must be one of 'clip', 'raise', or 'wrap' (got '${String(mode)}')`);
}

/**
 * Indices as an integer array; bool counts as 0 and 1, as in NumPy's safe casts.
 *
 * @throws TypeError for another dtype, or a float64 that is no integer.
 */
export function indexArray(x: ArrayLike): NDArray {
  const a = Array.isArray(x) && x.length === 0 ? asArray(x, int64) : asArray(x);
  if (a.dtype.kind === 'b') return cast(a, int64);
  if (a.dtype.kind === 'i' || a.dtype.kind === 'u') return a;
  return integersOf(a, () => castError(a.dtype, int64));
}

/** What NumPy says to a cast that the rule forbids. */
export function castError(from: DType, to: DType, rule = 'safe', what = 'array data'): TypeError {
  return new TypeError(
    `Cannot cast ${what} from dtype('${from.name}') to dtype('${to.name}') according to the rule '${rule}'`,
  );
}

/** What NumPy's messages call an array. */
export function kindOf(a: NDArray): string {
  return a.ndim === 0 ? 'scalar' : 'array data';
}

/**
 * Values to put into an array of `dtype`: scalars and nested arrays are converted, arrays must cast safely.
 *
 * @throws TypeError if they do not; OverflowError for an integer out of range.
 */
export function safeValues<D extends DTypeName>(x: ArrayLike, dtype: DType<D>): NDArray<D> {
  if (isScalar(x)) return asArray(convertScalar(x, dtype), dtype);
  if (Array.isArray(x)) return asArray(x, dtype);
  const a = asArray(x);
  if (!canCast(a.dtype, dtype)) throw castError(a.dtype, dtype, 'safe', kindOf(a));
  return cast(a, dtype);
}

/** @throws TypeError if the argument at `position` of `fn` is no array. */
export function requireNDArray(fn: string, x: unknown, position = 1): asserts x is NDArray {
  if (!(x instanceof NDArray)) throw new TypeError(`${fn}: argument ${position} must be numpy.ndarray`);
}

/** Indices for an array: where that is on a device, int32 there. */
export function indicesFor(a: ArrayLike, indices: readonly NDArray<'int64'>[]): NDArray<'int64'>[] {
  if (!(a instanceof NDArray) || !isRemote(a)) return [...indices];
  return indices.map((own) => {
    const there = beside(a, () => emptyArray(own.shape, indexDType(a)));
    castInto(there, narrowArray(own));
    return there;
  });
}

/** All elements in C order, as a view or a copy. */
export function flattened(a: NDArray): NDArray {
  return reshapeView(a, [a.size]) ?? reshapeView(copyOf(a, a.dtype, 'C'), [a.size])!;
}

/** Lets `write` change all elements of `a` through an array of one axis, in C order. */
export function throughFlat(a: NDArray, write: (flat: NDArray) => void): void {
  const view = reshapeView(a, [a.size]);
  if (view) return write(view);
  const own = copyOf(a, a.dtype, 'C');
  write(reshapeView(own, [a.size])!);
  castInto(a, own);
}
