/** A piece of a 1-d array. */
import type { DTypeName } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { viewArray } from '../../array/ndarray.ts';

/** `a[start:stop]` as a view of a 1-d array; a negative `stop` counts from the end. */
export function part<D extends DTypeName>(a: NDArray<D>, start: number, stop = a.size): NDArray<D> {
  const end = Math.min(stop < 0 ? stop + a.size : stop, a.size);
  return viewArray(
    a,
    [Math.max(end - start, 0)],
    a.strides,
    a.offset + Math.min(start, a.size) * a.strides[0],
    a.dtype,
  );
}

/** An element of a 1-d array as a view without axes; a negative place counts from the end. */
export function elementAt<D extends DTypeName>(a: NDArray<D>, i: number): NDArray<D> {
  return viewArray(a, [], [], a.offset + (i < 0 ? i + a.size : i) * a.strides[0], a.dtype);
}
