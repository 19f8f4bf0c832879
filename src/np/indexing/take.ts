/** Elements at given positions: take, take_along_axis, compress, extract. */
import { bool_, canCast, int64 } from '../../array/dtype.ts';
import { IndexError, ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { emptyArray, arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { isTraced } from '../../array/tracing.ts';
import { Slice } from '../../array/slice.ts';
import { getIndex } from '../../ops/index/get.ts';
import { iota } from '../../ops/iota.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { maximum, minimum, remainder } from '../ufuncs.ts';
import { gather, gatherInto } from '../../ops/gather.ts';
import { alongAxis, pointwise } from '../../ops/index/axis.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { truePositions } from '../../ops/index/masks.ts';
import type { Selection } from '../../ops/index/select.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from './arguments.ts';
import { castError, flattened, indexArray, requireMode } from './arguments.ts';

export interface TakeOptions {
  /** The axis to choose along; `null`: the flattened array. */
  axis?: number | null;
  /** Where to write the result. */
  out?: NDArray | null;
  /** What to do with indices out of range. */
  mode?: ClipMode;
}

const POSITIONAL = ['axis', 'out', 'mode'] as const;

/**
 * The elements of an array at indices along an axis.
 *
 * @param a - shape (..., n, ...) with n along `axis`
 * @param indices - integers of any shape
 * @returns `a`'s dtype; the indices' shape in the place of the axis
 * @throws IndexError for an index out of range with mode 'raise'; AxisError; TypeError for indices that are no integers or an `out`
 *   of a dtype that does not cast to `a`'s; ValueError for an `out` of another shape.
 * @example
 * np.take([10, 20, 30], [2, 0]); // [30. 10.]
 * np.take([[1, 2], [3, 4]], [-1], { axis: 1 }); // [[2.] [4.]]
 */
export function take(
  a: ArrayLike,
  indices: ArrayLike,
  ...args: Args<TakeOptions, typeof POSITIONAL>
): ArrayOrScalar {
  const { axis = null, out = null, mode = 'raise' } = bind<TakeOptions>('take', args, POSITIONAL);
  return takeArray(asArray(a), indexArray(indices), { axis, out, mode: requireMode(mode) });
}

/** `take` with parsed arguments. */
function takeArray(a: NDArray, indices: NDArray, { axis, out, mode }: Required<TakeOptions>): ArrayOrScalar {
  const source = axis === null || a.ndim === 0 ? flattened(a) : a;
  const along = axis === null ? 0 : normalizeAxis(axis, source.ndim);
  if (!out && isTraced(a)) {
    const before = new Array<Slice>(along).fill(new Slice(null, null, null));
    return getIndex(source, [...before, inRange(indices, source.shape[along], mode)]) as ArrayOrScalar;
  }
  const selection = alongAxis(source, along, indices, mode);
  if (out) checkOut(out, a, selection.shape);
  // Where there is nothing before the axis, NumPy looks at no index.
  if (sizeOf(source.shape.slice(0, along)) === 0)
    return (out ?? emptyArray(selection.shape, a.dtype)) as ArrayOrScalar;
  if (source.shape[along] === 0 && sizeOf(selection.shape) > 0) {
    throw new IndexError('cannot do a non-empty take from an empty axes.');
  }
  return gathered(source, selection, out);
}

function checkOut(out: NDArray, a: NDArray, shape: readonly number[]): void {
  if (!sameShape(out.shape, shape))
    throw new ValueError('output array does not match result of ndarray.take');
  if (!canCast(out.dtype, a.dtype)) throw castError(out.dtype, a.dtype);
  if (!out.writeable) throw new ValueError('output array is read-only');
}

/** The chosen elements, written to `out` if there is one; a scalar if there are no axes. */
function gathered(a: NDArray, selection: Selection, out: NDArray | null): ArrayOrScalar {
  if (out) {
    gatherInto(a, selection, out);
    return out as ArrayOrScalar;
  }
  const result = gather(a, selection);
  return arrayOrScalar(result);
}

/**
 * Elements at indices that differ from place to place, such as `argsort` and `argmax` with `keepdims` give.
 *
 * @param arr - shape (..., n, ...)
 * @param indices - integers; as many axes as `arr`, broadcasting with it on all axes but `axis`
 * @param axis - the axis that the indices are along, the last by default; `null`: the flattened array
 * @throws IndexError for an index out of range, indices that are no integers or shapes that do not broadcast; ValueError for
 *   another number of axes; AxisError.
 * @example
 * const a = np.array([[10, 30, 20], [60, 40, 50]]);
 * np.take_along_axis(a, np.argsort(a, 1), 1); // [[10. 20. 30.] [40. 50. 60.]]
 */
export function take_along_axis(
  arr: ArrayLike,
  indices: ArrayLike,
  ...args: Args<{ axis: number | null }, ['axis']>
): NDArray {
  const { axis = -1 } = bind<{ axis: number | null }>('take_along_axis', args, ['axis']);
  const x = asArray(arr);
  if (isTraced(x)) {
    const [line, places] = placesOnAxes(x, indices, axis);
    return getIndex(line, places) as NDArray;
  }
  const { a, selection } = placesAlongAxis(x, indices, axis);
  return selection.shape.includes(0) ? emptyArray(selection.shape, a.dtype) : gather(a, selection);
}

/** Indices as positions of an axis of `length` elements. */
export function inRange(indices: NDArray, length: number, mode: ClipMode): NDArray {
  if (mode === 'raise') return indices;
  if (mode === 'wrap') return asArray(remainder(indices, length) as ArrayLike);
  return asArray(maximum(minimum(indices, length - 1), 0) as ArrayLike);
}

/** The same places as an index with an array for each axis, and the array that it is an index of. */
export function placesOnAxes(arr: NDArray, indices: ArrayLike, axis: number | null): [NDArray, NDArray[]] {
  const { a } = placesAlongAxis(arr, indices, axis);
  const along = normalizeAxis(axis ?? 0, a.ndim);
  const given = asArray(indices);
  const places = a.shape.map((n, i) => {
    const shape = a.shape.map((_, j) => (i === j ? n : 1));
    return i === along ? given : reshapeArray(iota(n, 0, 1, int64), shape);
  });
  return [a, places];
}

/** The places that `indices` choose along an axis, and the array that they are places of. */
export function placesAlongAxis(
  arr: NDArray,
  indices: ArrayLike,
  axis: number | null,
): { a: NDArray; selection: Selection } {
  const positions = integersOf(asArray(indices), () => new IndexError('`indices` must be an integer array'));
  if (axis === null && positions.ndim !== 1) {
    throw new ValueError('when axis=None, `indices` must have a single dimension.');
  }
  const a = axis === null ? flattened(arr) : arr;
  const along = normalizeAxis(axis ?? 0, a.ndim);
  if (positions.ndim !== a.ndim)
    throw new ValueError('`indices` and `arr` must have the same number of dimensions');
  return { a, selection: broadcastPointwise(a, along, positions) };
}

function broadcastPointwise(a: NDArray, axis: number, positions: NDArray): Selection {
  try {
    return pointwise(a, axis, positions, 'raise');
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const own = a.shape.map((n, i) => (i === axis ? 1 : n));
    throw new IndexError(
      `shape mismatch: indexing arrays could not be broadcast together with shapes ${shapeText(own)} ${shapeText(positions.shape)}`,
    );
  }
}

export interface CompressOptions {
  axis?: number | null;
  out?: NDArray | null;
}

/**
 * The slices of an axis for which a condition holds.
 *
 * @param condition - one axis, taken as bool, at most as long as the axis; what it does not reach is left out
 * @param a - the array
 * @param axis - `null`: the flattened array
 * @throws ValueError for a condition of another number of axes; IndexError if it holds beyond the axis; AxisError.
 * @example
 * np.compress([false, true], [[1, 2], [3, 4], [5, 6]], 0); // [[3. 4.]]
 */
export function compress(
  condition: ArrayLike,
  a: ArrayLike,
  ...args: Args<CompressOptions, ['axis', 'out']>
): NDArray {
  const { axis = null, out = null } = bind<CompressOptions>('compress', args, ['axis', 'out']);
  const mask = cast(asArray(condition), bool_);
  if (mask.ndim !== 1) throw new ValueError('condition must be a 1-d array');
  return takeArray(asArray(a), truePositions(mask)[0], { axis, out, mode: 'raise' });
}

/**
 * The elements for which a condition holds, in C order: `compress(ravel(condition), ravel(arr))`.
 *
 * @throws IndexError if the condition holds beyond the array.
 * @example
 * np.extract([[true, false], [false, true]], [[1, 2], [3, 4]]); // [1. 4.]
 */
export function extract(condition: ArrayLike, arr: ArrayLike): NDArray {
  return compress(flattened(asArray(condition)), flattened(asArray(arr)));
}
