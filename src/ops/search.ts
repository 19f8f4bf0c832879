/** Binary search in sorted arrays. */
import type { DType } from '../array/dtype.ts';
import { int64 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import { buildSearch } from '../kernel/sort/search.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto } from './cast.ts';
import { heapArray } from './index/walk.ts';

/** In front of equal elements or behind them. */
export type Side = 'left' | 'right';

const kernelsOf = /* @__PURE__ */ new Map<DType, LazyKernel<Side>>();

function kernelOf(dtype: DType): LazyKernel<Side> {
  let kernel = kernelsOf.get(dtype);
  if (!kernel) kernelsOf.set(dtype, (kernel = lazyKernel(() => buildSearch(dtype.element))));
  return kernel;
}

/**
 * Where values belong in a sorted array, in the order of sorting (NaN last).
 *
 * @param sorted - a 1-d array in ascending order
 * @param values - an array of the same dtype
 * @returns int64 of the values' shape, in C order
 */
export function searchSorted(sorted: NDArray, values: NDArray, side: Side): NDArray<'int64'> {
  if (tracing.tracer !== null && (sorted.traced || values.traced)) {
    return tracing.tracer.call(SEARCH, [sorted, values, side]) as NDArray<'int64'>;
  }
  const on = acceleratorOf(sorted) ?? acceleratorOf(values);
  if (on !== null) return on.searchSorted(sorted, values, side);
  const result = emptyArray(values.shape, int64);
  const search = kernelOf(sorted.dtype)()[side];
  dense(sorted, true, (elements) =>
    dense(values, true, (wanted) =>
      dense(result, false, (out) => {
        search(elements.offset, elements.size, wanted.offset, wanted.size, out.offset);
        if (out !== result) castInto(result, out);
      }),
    ),
  );
  return result;
}

/** Calls `fn` with the array if it lies densely in the heap, else with a dense one there, filled if it is to be read. */
function dense(a: NDArray, read: boolean, fn: (a: NDArray) => void): void {
  if (a.storage.inHeap && a.cContiguous) return fn(a);
  const own = heapArray(a.shape, a.dtype);
  try {
    if (read) castInto(own, a);
    fn(own);
  } finally {
    own.storage.dispose();
  }
}

/** `searchSorted` as a primitive. */
const SEARCH = /* @__PURE__ */ primitive('searchsorted', searchSorted);
