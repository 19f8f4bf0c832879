/** What kernels of factorisations work on: results in the heap, and memory for the products in them. */
import type { DType } from '../../array/dtype.ts';
import { heap } from '../../array/heap.ts';
import { broadcastStrides, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { LazyKernel } from '../../device/current.ts';
import { lazyKernel } from '../../device/current.ts';
import type { KernelEntry } from '../../device/device.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { KernelModule } from '../../kernel/ir.ts';
import { workBytes } from '../../kernel/product/gemm.ts';
import { ringOf } from '../../kernel/product/ring.ts';
import { castInto } from '../cast.ts';
import { heapArray } from '../index/walk.ts';
import { allocateWork } from '../product.ts';
import { transpose } from '../views.ts';

/** Calls `run` with arrays in the heap that stand for new dense ones: these themselves where they lie there. */
export function inHeap<R>(results: readonly NDArray[], run: (...own: NDArray[]) => R): R {
  if (results.every(({ storage }) => storage.inHeap)) return run(...results);
  const own = results.map((x) => (x.storage.inHeap ? x : heapArray(x.shape, x.dtype)));
  try {
    const value = run(...own);
    own.forEach((x, i) => x !== results[i] && castInto(results[i], x));
    return value;
  } finally {
    own.forEach((x, i) => x !== results[i] && x.storage.dispose());
  }
}

/** The longest side of matrices that kernels factor without products by blocks. */
const WITHOUT_BLOCKS = 8;

/** Calls `run` with memory for the packed operands of products up to m x n with depth k. */
export function withProducts<R>(
  element: ElementType,
  [m, n, k]: readonly [number, number, number],
  run: (left: number, right: number) => R,
): R {
  if (Math.max(m, n, k) <= WITHOUT_BLOCKS) return run(0, 0);
  const bytes = workBytes(ringOf(element), m, n, k);
  const left = allocateWork(bytes.left + bytes.right);
  try {
    return run(left, left + bytes.left);
  } finally {
    heap.free(left);
  }
}

/** The axes before a matrix's. */
export const stackOf = ({ shape }: NDArray): readonly number[] => shape.slice(0, -2);

/** How many matrices there are. */
export const matrixCount = (a: NDArray): number => sizeOf(stackOf(a));

/** A kernel for each element type, compiled when it is first used. */
export function byElement<Name extends string>(
  build: (element: ElementType) => KernelModule,
): (dtype: DType) => Readonly<Record<Name, KernelEntry>> {
  const known = new Map<ElementType, LazyKernel<Name>>();
  return ({ element }) => {
    let kernel = known.get(element);
    if (!kernel) known.set(element, (kernel = lazyKernel(() => build(element))));
    return kernel();
  };
}

/** Bytes from one matrix to the next, in C order over the axes of the stack; `null` if they are not the same everywhere. */
function stepOf(stack: readonly number[], strides: readonly number[]): number | null {
  let step: number | null = null;
  let count = 1;
  for (let axis = stack.length - 1; axis >= 0; axis--) {
    if (stack[axis] === 1) continue;
    step ??= strides[axis];
    if (strides[axis] !== step * count) return null;
    count *= stack[axis];
  }
  return step ?? 0;
}

/**
 * Calls `use` with a stack of matrices in the heap, any number of bytes apart: those given, repeated over `stack`, or a dense copy.
 *
 * @param core - how many last axes are not the stack's
 */
export function withStack<R>(
  a: NDArray,
  stack: readonly number[],
  core: number,
  use: (own: NDArray, next: number) => R,
): R {
  const own = a.ndim - core;
  const strides = broadcastStrides(a.shape.slice(0, own), a.strides.slice(0, own), stack);
  const next = a.storage.inHeap ? stepOf(stack, strides) : null;
  if (next !== null) return use(a, next);
  const inner = a.shape.slice(own);
  const copy = heapArray([...stack, ...inner], a.dtype);
  try {
    castInto(copy, a);
    return use(copy, sizeOf(inner) * a.itemsize);
  } finally {
    copy.storage.dispose();
  }
}

/** The last two axes exchanged. */
export function transposed(a: NDArray): NDArray {
  const axes = a.shape.map((_, i) => i);
  return transpose(a, [...axes.slice(0, -2), a.ndim - 1, a.ndim - 2]);
}
