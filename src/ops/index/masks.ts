/** Where masks are true. */
import { int32, int64 } from '../../array/dtype.ts';
import { heap } from '../../array/heap.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { lazyKernel } from '../../device/kernels.ts';
import { buildMask } from '../../kernel/mask.ts';
import { castInto } from '../cast.ts';
import type { Layout } from '../iterate.ts';
import { inHeap } from './reach.ts';
import { heapArray, orderedWalk, parts, runWalk, statusAddress } from './walk.ts';

const kernel = /* @__PURE__ */ lazyKernel<
  'count' | 'find32' | 'find64' | 'count_nest' | 'find32_nest' | 'find64_nest'
>(buildMask);

/** The number of true elements of a bool array. */
export function countTrue(mask: NDArray): number {
  return inHeap(mask, (m) => {
    const status = statusAddress();
    let total = 0;
    const { count, count_nest: nest } = kernel();
    for (const part of parts(orderedWalk(m.shape, [layoutOf(m)]))) {
      heap.views.int32[status / 4] = 0;
      runWalk(count, nest, part, [status]);
      total += heap.views.int32[status / 4];
    }
    return total;
  });
}

const layoutOf = ({ offset, strides }: NDArray): Layout => ({ address: offset, strides });

/**
 * For each true element of a mask, in C order, how far it lies from the first element in an array with these strides.
 *
 * @param out - a dense array of as many elements as the mask has true ones, int32 or int64, in the heap
 */
function findTrue(mask: NDArray, strides: readonly number[], out: NDArray): void {
  if (out.size === 0) return;
  const status = statusAddress();
  const { find32, find64, find32_nest, find64_nest } = kernel();
  const wide = out.dtype.itemsize === 8;
  heap.views.int32[status / 4] = out.offset;
  for (const part of parts(orderedWalk(mask.shape, [layoutOf(mask), { address: 0, strides }]))) {
    runWalk(wide ? find64 : find32, wide ? find64_nest : find32_nest, part, [status]);
  }
}

/** The offsets of the true elements in an array with these strides, as int32 in the heap: dispose of its storage. */
export function trueOffsets(mask: NDArray, strides: readonly number[]): NDArray<'int32'> {
  return inHeap(mask, (m) => {
    const offsets = heapArray([countTrue(m)], int32);
    findTrue(m, strides, offsets);
    return offsets;
  });
}

/** The positions of the true elements along each axis, as one int64 array per axis. */
export function truePositions(mask: NDArray): NDArray<'int64'>[] {
  return inHeap(mask, (m) => {
    const count = countTrue(m);
    return m.shape.map((_, axis) => {
      const result = emptyArray([count], int64);
      const unit = m.shape.map((_, i) => (i === axis ? 1 : 0));
      if (result.storage.inHeap) findTrue(m, unit, result);
      else findOutside(m, unit, result);
      return result;
    });
  });
}

function findOutside(mask: NDArray, strides: readonly number[], result: NDArray): void {
  const own = heapArray(result.shape, result.dtype);
  findTrue(mask, strides, own);
  castInto(result, own);
  own.storage.dispose();
}
