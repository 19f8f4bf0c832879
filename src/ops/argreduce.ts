/** Where the extrema along an axis are. */
import { int64 } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import { emptyArray, scalarAt, viewArray } from '../array/ndarray.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import type { Extremum } from '../kernel/reduce/arg.ts';
import { buildArg } from '../kernel/reduce/arg.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto, copyOf } from './cast.ts';
import type { Axis, Walk } from './iterate.ts';
import { LONGEST } from './iterate.ts';
import { NO_AXIS, writeArguments } from './nestcall.ts';
import type { Outside } from './stage.ts';
import { PIECE, runStaged } from './stage.ts';
import { transpose } from './views.ts';

/**
 * The index of the first largest or smallest element along an axis; of the first NaN, if there is one. Complex numbers are
 * ordered by their real, then their imaginary parts.
 *
 * @returns int64 (int32 on devices without), without the axis
 * @throws ValueError when the axis has no elements
 */
export function argReduce(kind: Extremum, a: NDArray, axis: number): NDArray<'int64'> {
  if (a.shape[axis] === 0) throw new ValueError(`attempt to get arg${kind} of an empty sequence`);
  const on = acceleratorOf(a);
  if (on !== null) return on.argReduce(kind, a, axis);
  const others = a.shape.map((_, d) => d).filter((d) => d !== axis);
  const result = emptyArray(
    others.map((d) => a.shape[d]),
    int64,
  );
  if (result.size === 0) return result;
  const last = transpose(a, [...others, axis]);
  const searched = a.ndim > 1 && liesAcross(last) ? copyOf(last, a.dtype, 'C') : last;
  const longest = searched.storage.inHeap && result.storage.inHeap ? LONGEST : PIECE;
  if (a.shape[axis] <= longest) search(kind, searched, result);
  else forEachRun(searched, result, (run, out) => searchInPieces(kind, run, out));
  if (searched !== last) searched.storage.dispose();
  return result;
}

/** Whether stepping along the last axis goes over elements that lie between: then copies are searched, as in NumPy. */
function liesAcross({ shape, strides, ndim }: NDArray): boolean {
  const step = Math.abs(strides[ndim - 1]);
  return strides.some((s, d) => d < ndim - 1 && shape[d] > 1 && s !== 0 && Math.abs(s) < step);
}

const searches = /* @__PURE__ */ new Map<string, LazyKernel<'nest'>>();

/** Searches along the last axis. */
function search(kind: Extremum, a: NDArray, result: NDArray): void {
  const last = a.ndim - 1;
  const axes = a.shape.map((length, d): Axis => ({
    length,
    strides: [d === last ? 0 : result.strides[d], a.strides[d]],
  }));
  const walk = {
    axes: axes.filter(({ length }, d) => d === last || length > 1).reverse(),
    addresses: [result.offset, a.offset],
  };
  const outside = [result, a].flatMap(({ storage, itemsize }, at): Outside[] =>
    storage.inHeap ? [] : [{ at, views: storage.views, itemsize, read: at === 1, written: at === 0 }],
  );
  if (outside.length) runStaged(walk, outside, (piece) => launch(kind, a, piece));
  else launch(kind, a, walk);
}

/** Searches along the innermost axis; all in the heap. */
function launch(kind: Extremum, { dtype, itemsize }: NDArray, { axes, addresses }: Walk): void {
  const element = dtype.element === 'bool' ? 'u8' : dtype.element;
  const contiguous = axes[0].strides[1] === itemsize;
  const key = `${kind} ${element} ${contiguous}`;
  let kernel = searches.get(key);
  if (!kernel) searches.set(key, (kernel = lazyKernel(() => buildArg({ kind, element, contiguous }))));
  kernel().nest(writeArguments(axes.length > 1 ? axes : [...axes, NO_AXIS], addresses, 0));
}

function forEachRun(a: NDArray, result: NDArray, visit: (run: NDArray, out: NDArray) => void): void {
  if (a.ndim === 1) {
    visit(a, result);
    return;
  }
  for (let i = 0; i < a.shape[0]; i++) {
    const part = (x: NDArray): NDArray =>
      viewArray(x, x.shape.slice(1), x.strides.slice(1), x.offset + i * x.strides[0]);
    forEachRun(part(a), part(result), visit);
  }
}

/** Searches the pieces of a run, and then the extrema of the pieces. */
function searchInPieces(kind: Extremum, run: NDArray, out: NDArray): void {
  const [n] = run.shape;
  const [stride] = run.strides;
  const count = Math.ceil(n / PIECE);
  const places: number[] = [];
  const extrema = emptyArray([count], run.dtype);
  for (let i = 0; i < count; i++) {
    const piece = viewArray(run, [Math.min(PIECE, n - i * PIECE)], [stride], run.offset + i * PIECE * stride);
    places.push(i * PIECE + Number(placeIn(kind, piece)));
    const value = viewArray(run, [], [], run.offset + places[i] * stride);
    castInto(viewArray(extrema, [], [], extrema.offset + i * run.itemsize), value);
  }
  out.storage.views.int64[out.offset / 8] = BigInt(places[Number(placeIn(kind, extrema))]);
}

function placeIn(kind: Extremum, a: NDArray): number | bigint {
  const place = argReduce(kind, a, 0);
  return scalarAt(place, place.offset);
}
