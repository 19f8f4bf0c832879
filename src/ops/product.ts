/** One matrix product c = a b in the heap: chooses among the kernels for vectors, small matrices and blocks. */
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { lazyKernel } from '../device/current.ts';
import type { LazyKernel } from '../device/current.ts';
import type { ElementType } from '../kernel/element.ts';
import { gemm, workBytes } from '../kernel/product/gemm.ts';
import type { Ring } from '../kernel/product/ring.ts';
import { ringOf } from '../kernel/product/ring.ts';
import { rounding } from '../kernel/product/round.ts';
import { small } from '../kernel/product/small.ts';
import { vectorProducts } from '../kernel/product/vector.ts';

/** A matrix in the heap: the address of its first element and the bytes from one row and one column to the next. */
export interface Place {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** The kernels of products of one element type. */
export interface ProductKernels {
  readonly ring: Ring;
  readonly gemm: LazyKernel<'gemm'>;
  readonly small: LazyKernel<'small'>;
  readonly vectors: LazyKernel<'rowProducts' | 'columnSum' | 'stridedDot'>;
  readonly rounding: LazyKernel<'round'>;
}

const known = /* @__PURE__ */ new Map<ElementType, ProductKernels>();

export function productKernels(element: ElementType): ProductKernels {
  let kernels = known.get(element);
  if (!kernels) {
    const ring = ringOf(element);
    kernels = {
      ring,
      gemm: lazyKernel(() => gemm(ring)),
      small: lazyKernel(() => small(ring)),
      vectors: lazyKernel(() => vectorProducts(ring)),
      rounding: lazyKernel(() => rounding(ring)),
    };
    known.set(element, kernels);
  }
  return kernels;
}

/** Working memory in the heap. */
export function allocateWork(bytes: number): number {
  const address = heap.alloc(bytes);
  if (address === 0) throw new MemoryError(`Unable to allocate ${bytes} bytes of working memory`);
  return address;
}

/** Most bytes of a left matrix that is read anew for each panel of columns instead of being packed. */
const SMALL_LEFT = 65536;
/** Most bytes of a right matrix whose panels are read as they lie, and the depth up to which any may be. */
const SMALL_RIGHT = 65536;
const SMALL_DEPTH = 32;

/** Whether the product is computed without packing. The columns of `b` must be adjacent for that. */
export function isSmall(ring: Ring, m: number, n: number, k: number, bColumn: number): boolean {
  if (!ring.direct || bColumn !== ring.size) return false;
  if (m * k * ring.size > SMALL_LEFT && n > 4 * ring.lanes) return false;
  return k <= SMALL_DEPTH || k * n * ring.size <= SMALL_RIGHT;
}

/** `count` small products; the matrices of one lie `next` bytes after those of the one before. */
export function smallProducts(
  kernels: ProductKernels,
  [m, n, k]: readonly [number, number, number],
  [a, b, c]: readonly [Place, Place, Place],
  count: number,
  [aNext, bNext, cNext]: readonly number[],
): void {
  // prettier-ignore
  kernels.small().small(
    count, aNext, bNext, cNext, m, n, k, a.address, a.row, a.column, b.address, b.row, c.address, c.row,
  );
}

/** One product of any size with more than a vector on either side. */
export function blockedProduct(
  kernels: ProductKernels,
  [m, n, k]: readonly [number, number, number],
  [a, b, c]: readonly [Place, Place, Place],
): void {
  const bytes = workBytes(kernels.ring, m, n, k);
  const left = allocateWork(bytes.left + bytes.right);
  const right = left + bytes.left;
  // prettier-ignore
  kernels.gemm().gemm(
    m, n, k, a.address, a.row, a.column, b.address, b.row, b.column, c.address, c.row, left, right,
  );
  heap.free(left);
}

/** A matrix times a vector, y = M x: the rows of M, its depth, and where everything lies. */
interface VectorProduct {
  readonly rows: number;
  readonly depth: number;
  readonly matrix: Place;
  readonly x: number;
  readonly xStep: number;
  readonly y: number;
  readonly yStep: number;
}

/** A product with one row or one column as a matrix times a vector: a row times a matrix is its transpose times a column. */
function asVectorProduct([m, n, k]: readonly number[], [a, b, c]: readonly Place[]): VectorProduct {
  if (n === 1) {
    return { rows: m, depth: k, matrix: a, x: b.address, xStep: b.row, y: c.address, yStep: c.row };
  }
  const matrix = { address: b.address, row: b.column, column: b.row };
  return { rows: n, depth: k, matrix, x: a.address, xStep: a.column, y: c.address, yStep: c.column };
}

/**
 * A product with one row or one column, if its strides suit the kernels for vectors.
 *
 * @returns whether it was computed
 */
export function vectorProduct(
  kernels: ProductKernels,
  sizes: readonly [number, number, number],
  places: readonly [Place, Place, Place],
): boolean {
  const { ring } = kernels;
  if (!ring.direct) return false;
  const { rows, depth, matrix, x, xStep, y, yStep } = asVectorProduct(sizes, places);
  const run = kernels.vectors();
  if (xStep === ring.size && (matrix.column === ring.size || depth === 1)) {
    run.rowProducts(rows, depth, matrix.address, matrix.row, x, y, yStep);
  } else if (matrix.row === ring.size && yStep === ring.size) {
    run.columnSum(rows, depth, matrix.address, matrix.column, x, xStep, y);
  } else if (rows === 1) {
    run.stridedDot(depth, matrix.address, matrix.column, x, xStep, y);
  } else return false;
  return true;
}
