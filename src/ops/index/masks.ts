/** Where masks are true. */
import { bool_, int32, int64 } from '../../array/dtype.ts';
import { RuntimeError } from '../../array/errors.ts';
import { heap } from '../../array/heap.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { denseStrides } from '../../array/layout.ts';
import { lazyKernel } from '../../device/kernels.ts';
import { buildMask } from '../../kernel/mask.ts';
import { acceleratorOf } from '../accelerator.ts';
import { castInto } from '../cast.ts';
import type { Layout } from '../iterate.ts';
import { indexDType } from './dtype.ts';
import { inHeap } from './reach.ts';
import { heapArray, orderedWalk, parts, runWalk, statusAddress } from './walk.ts';

const kernel = /* @__PURE__ */ lazyKernel<
  'count' | 'find32' | 'find64' | 'count_nest' | 'find32_nest' | 'find64_nest'
>(buildMask);

/** @throws RuntimeError for a mask on another device: how many elements are true there is not known at once. */
function requireCountable({ size, storage: { remote } }: NDArray): void {
  if (remote === null || size === 0) return;
  throw new RuntimeError(
    `how many elements are chosen is known on '${remote.home.name}' only, so that the shape of the result is not known at once: use ` +
      'await a.getAsync(mask), np.compressAsync, np.nonzeroAsync or np.uniqueAsync',
  );
}

/**
 * The number of true elements of a bool array.
 *
 * @throws RuntimeError for a mask on another device.
 */
export function countTrue(mask: NDArray): number {
  requireCountable(mask);
  if (mask.size === 0) return 0;
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
  requireCountable(mask);
  if (mask.size === 0) return heapArray([0], int32);
  return inHeap(mask, (m) => {
    const offsets = heapArray([countTrue(m)], int32);
    findTrue(m, strides, offsets);
    return offsets;
  });
}

/** The positions of the true elements along each axis, as one int64 array per axis. */
export function truePositions(mask: NDArray): NDArray<'int64'>[] {
  requireCountable(mask);
  if (mask.size === 0) return mask.shape.map(() => emptyArray([0], indexDType(mask)));
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

/**
 * The numbers of the true elements of a mask, counted in C order, as soon as it is known how many there are.
 *
 * @returns one axis: int64, or int32 on a device without that
 */
export async function trueElements(mask: NDArray): Promise<NDArray> {
  const on = acceleratorOf(mask);
  if (on !== null) return on.trueElements(mask);
  const flat = emptyArray([mask.size], bool_);
  castInto(viewArray(flat, mask.shape, denseStrides(mask.shape, 1)), mask);
  return truePositions(flat)[0];
}
