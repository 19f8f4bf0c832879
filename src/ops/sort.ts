/** Sorting along an axis, stably: NaN last, complex numbers by real and then imaginary part. */
import type { DType } from '../array/dtype.ts';
import { int64 } from '../array/dtype.ts';
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import type { LazyKernel } from '../device/current.ts';
import { lazyKernel } from '../device/current.ts';
import { argsortScratch, buildSort, sortScratch } from '../kernel/sort/rows.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto } from './cast.ts';
import { heapArray } from './index/walk.ts';
import { lastAxis } from './views.ts';

const kernelsOf = /* @__PURE__ */ new Map<DType, LazyKernel<'sort' | 'argsort'>>();

function kernelOf(dtype: DType): LazyKernel<'sort' | 'argsort'> {
  let kernel = kernelsOf.get(dtype);
  if (!kernel) kernelsOf.set(dtype, (kernel = lazyKernel(() => buildSort(dtype.element))));
  return kernel;
}

/**
 * Sorts an array in place.
 *
 * @param a - an array of at least one dimension
 * @param axis - the axis to sort along
 */
export function sortInPlace(a: NDArray, axis: number): void {
  const on = acceleratorOf(a);
  if (on !== null) return on.sortInPlace(a, axis);
  inDenseRows(a, axis, sortRows);
}

/** Runs a kernel on the rows along an axis where they lie densely in the heap, or on a copy that does, and takes that back. */
export function inDenseRows(a: NDArray, axis: number, run: (rows: NDArray, n: number) => void): void {
  if (a.size === 0 || a.shape[axis] < 2) return;
  if (a.storage.inHeap && hasDenseRows(a, axis)) {
    run(a, a.shape[axis]);
    return;
  }
  const rows = lastAxis(a, axis);
  const own = heapArray(rows.shape, rows.dtype);
  try {
    castInto(own, rows);
    run(own, a.shape[axis]);
    castInto(rows, own);
  } finally {
    own.storage.dispose();
  }
}

/**
 * The indices that sort an array along an axis, equal elements in their order.
 *
 * @param a - an array of at least one dimension
 * @returns int64 of `a`'s shape, in C order
 */
export function argsortAxis(a: NDArray, axis: number): NDArray<'int64'> {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(ARGSORT, [a, axis]) as NDArray<'int64'>;
  const on = acceleratorOf(a);
  if (on !== null) return on.argsortAxis(a, axis);
  return indicesAlong(a, axis, argsortRows);
}

/** New indices, which a kernel writes for dense rows along an axis in the heap: the array's, or those of a copy. */
export function indicesAlong(
  a: NDArray,
  axis: number,
  run: (elements: NDArray, n: number, indices: NDArray) => void,
): NDArray<'int64'> {
  const result = emptyArray(a.shape, int64);
  if (a.size === 0) return result;
  const input = lastAxis(a, axis);
  const ready = a.storage.inHeap && input.cContiguous;
  const elements = ready ? input : heapArray(input.shape, input.dtype);
  const output = lastAxis(result, axis);
  const direct = result.storage.inHeap && output.cContiguous;
  const indices = direct ? output : heapArray(output.shape, int64);
  try {
    if (!ready) castInto(elements, input);
    run(elements, a.shape[axis], indices);
    if (!direct) castInto(output, indices);
  } finally {
    if (!ready) elements.storage.dispose();
    if (!direct) indices.storage.dispose();
  }
  return result;
}

/** Whether memory from the first element on is one row along the axis after the other, in whatever order. */
function hasDenseRows(a: NDArray, axis: number): boolean {
  if (a.strides[axis] !== a.itemsize) return false;
  const sorted = a.strides
    .map((stride, i) => ({ stride, length: a.shape[i] }))
    .filter(({ length }) => length !== 1)
    .sort((x, y) => x.stride - y.stride);
  let expected = a.itemsize;
  return sorted.every(({ stride, length }) => {
    const fits = stride === expected;
    expected *= length;
    return fits;
  });
}

export function sortRows(a: NDArray, n: number): void {
  const { sort } = kernelOf(a.dtype)();
  withScratch(sortScratch(a.dtype.element, n), (scratch) => sort(a.offset, a.size / n, n, scratch));
}

export function argsortRows(a: NDArray, n: number, out: NDArray): void {
  const { argsort } = kernelOf(a.dtype)();
  withScratch(argsortScratch(a.dtype.element, n), (scratch) =>
    argsort(a.offset, a.size / n, n, scratch, out.offset),
  );
}

/** Calls a function with the address of memory that is its own meanwhile. */
export function withScratch(bytes: number, fn: (address: number) => void): void {
  const scratch = heap.alloc(bytes);
  if (scratch === 0) throw new MemoryError(`Unable to allocate ${bytes} bytes in the heap`);
  try {
    fn(scratch);
  } finally {
    heap.free(scratch);
  }
}

/** `argsortAxis` as a primitive. */
const ARGSORT = /* @__PURE__ */ primitive('argsort', argsortAxis);
