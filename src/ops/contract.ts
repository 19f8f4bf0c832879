/** The matrix product of stacks of matrices: what matmul, dot, tensordot and einsum come down to. */
import { ValueError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { broadcastShapes, broadcastStrides, byteExtent } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray, viewOf } from '../array/ndarray.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { acceleratorOf } from './accelerator.ts';
import { clearBytes } from './move.ts';
import type { Place, ProductKernels } from './product.ts';
import {
  allocateWork,
  blockedProduct,
  isSmall,
  productKernels,
  smallProducts,
  vectorProduct,
} from './product.ts';
import type { Matrix } from './staging.ts';
import { stageIn, stageOut } from './staging.ts';

type Sizes = readonly [m: number, n: number, k: number];
type Matrices = readonly [Matrix, Matrix, Matrix];

/**
 * The matrix product over the last two axes, (..., m, k) x (..., k, n) to (..., m, n); the axes before them broadcast.
 * Operands may have any strides, lie in the heap or not, and overlap `out`.
 *
 * Integers wrap. Booleans combine with `and` and `or`. float16 is summed in float32 and rounded once, as NumPy does it. For floats
 * the sum over k runs in blocks of 256, so the last bits may differ from a BLAS's; they are the same on every device.
 *
 * @param a - at least two axes
 * @param b - at least two axes, of the same dtype
 * @param out - the result's shape and dtype; must be writeable
 * @returns `out`, or a new C-contiguous array
 * @throws ValueError when the shapes do not fit together
 */
export function contract(a: NDArray, b: NDArray, out?: NDArray): NDArray {
  if (tracing.tracer !== null && (a.traced || b.traced)) {
    return tracing.tracer.call(CONTRACT, [a, b]) as NDArray;
  }
  const [m, k, n] = [a.shape[a.ndim - 2], a.shape[a.ndim - 1], b.shape[b.ndim - 1]];
  if (b.shape[b.ndim - 2] !== k) {
    throw new ValueError(
      `shapes (${a.shape}) and (${b.shape}) not aligned: ${k} is not ${b.shape[b.ndim - 2]}`,
    );
  }
  const on = acceleratorOf(a) ?? acceleratorOf(b) ?? (out ? acceleratorOf(out) : null);
  if (on !== null) return on.contract(a, b, out);
  const stack =
    a.ndim === 2 && b.ndim === 2 ? [] : broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const result = out ?? emptyArray([...stack, m, n], a.dtype);
  if (result.size === 0) return result;
  if (k === 0) return clear(result);
  if (out && (overlap(out, a) || overlap(out, b))) {
    copyStack(contract(a, b), out);
  } else {
    contractInto(a, b, result, stack, [m, n, k]);
  }
  return result;
}

/** The product as a primitive. */
export const CONTRACT = /* @__PURE__ */ primitive('matmul', contract);

/** Whether the bytes between the lowest and the highest element of both arrays meet. */
function overlap(x: NDArray, y: NDArray): boolean {
  if (x.storage.views.buffer !== y.storage.views.buffer) return false;
  const one = byteExtent(x.shape, x.strides, x.itemsize);
  const two = byteExtent(y.shape, y.strides, y.itemsize);
  return x.offset + one.low < y.offset + two.high && y.offset + two.low < x.offset + one.high;
}

function matrixOf(array: NDArray): Matrix {
  const { ndim, strides } = array;
  return { array, address: array.offset, row: strides[ndim - 2], column: strides[ndim - 1] };
}

/** The matrix with an axis of length 1 given the stride that dense rows would have. */
function tidy(matrix: Matrix, rows: number, columns: number): Matrix {
  if (rows > 1 && columns > 1) return matrix;
  const { itemsize } = matrix.array;
  const column = columns === 1 ? itemsize : matrix.column;
  return { ...matrix, column, row: rows === 1 ? column * columns : matrix.row };
}

/** An axis of the stack: its length and the bytes between two matrices of each array. */
interface StackAxis {
  readonly length: number;
  readonly steps: readonly [number, number, number];
}

function stackAxes(arrays: readonly NDArray[], stack: readonly number[]): StackAxis[] {
  const strides = arrays.map(({ shape, strides: s }) =>
    broadcastStrides(shape.slice(0, -2), s.slice(0, -2), stack),
  );
  return stack.map((length, i) => ({ length, steps: [strides[0][i], strides[1][i], strides[2][i]] }));
}

function contractInto(a: NDArray, b: NDArray, c: NDArray, stack: readonly number[], sizes: Sizes): void {
  const kernels = productKernels(a.dtype.element);
  const [m, n, k] = sizes;
  const matrices: Matrices = [tidy(matrixOf(a), m, k), tidy(matrixOf(b), k, n), tidy(matrixOf(c), m, n)];
  if (stack.length === 0) return multiply(kernels, matrices, sizes);
  const axes = stackAxes([a, b, c], stack).filter(({ length }) => length > 1);
  const rows = m * foldRows(axes, matrices, m);
  forEachProduct(kernels, axes, matrices, [rows, n, k]);
}

/**
 * Where one right matrix serves a stack of left ones that lie like one tall matrix, they are taken as that.
 *
 * @returns how many left matrices were put together; their axes are removed
 */
function foldRows(axes: StackAxis[], [a, , c]: Matrices, m: number): number {
  let count = 1;
  for (let axis = axes.at(-1); axis !== undefined; axis = axes.at(-1)) {
    const [aStep, bStep, cStep] = axis.steps;
    const rows = m * count;
    if (bStep !== 0 || m === 1 || aStep !== rows * a.row || cStep !== rows * c.row) break;
    count *= axis.length;
    axes.pop();
  }
  return count;
}

const moved = (matrix: Matrix, bytes: number): Matrix => ({ ...matrix, address: matrix.address + bytes });

/** Walks the axes of the stack from the outermost in. */
function forEachProduct(
  kernels: ProductKernels,
  axes: readonly StackAxis[],
  matrices: Matrices,
  sizes: Sizes,
): void {
  const [a, b, c] = matrices;
  if (axes.length === 0) return multiply(kernels, matrices, sizes);
  const [{ length, steps }, ...inner] = axes;
  const [m, n, k] = sizes;
  if (inner.length === 0 && matrices.every(isReady) && isSmall(kernels.ring, m, n, k, b.column)) {
    return smallProducts(kernels, sizes, matrices, length, steps);
  }
  for (let i = 0; i < length; i++) {
    const at: Matrices = [moved(a, i * steps[0]), moved(b, i * steps[1]), moved(c, i * steps[2])];
    forEachProduct(kernels, inner, at, sizes);
  }
}

const isReady = ({ array }: Matrix): boolean => array.storage.inHeap;

/** Whether kernels can write the result where it belongs. */
function isWritable({ ring }: ProductKernels, c: Matrix): boolean {
  return isReady(c) && !needsRounding(c) && c.column === ring.size * ring.parts;
}

const needsRounding = ({ array }: Matrix): boolean => array.dtype.element === 'f16';

function multiply(kernels: ProductKernels, matrices: Matrices, sizes: Sizes): void {
  const [a, b, c] = matrices;
  if (isReady(a) && isReady(b) && isWritable(kernels, c)) multiplyInHeap(kernels, matrices, sizes);
  else multiplyStaged(kernels, matrices, sizes);
}

type Places = readonly [Place, Place, Place];

function multiplyInHeap(kernels: ProductKernels, places: Places, sizes: Sizes): void {
  const [m, n, k] = sizes;
  if ((m === 1 || n === 1) && vectorProduct(kernels, sizes, places)) return;
  if (isSmall(kernels.ring, m, n, k, places[1].column)) smallProducts(kernels, sizes, places, 1, [0, 0, 0]);
  else blockedProduct(kernels, sizes, places);
}

/** Most bytes of a matrix that are copied into the heap at a time. */
const STAGE_BYTES = 2 ** 26;

/** Multiplies by blocks of rows and columns, copying into the heap and out of it what lies elsewhere. */
function multiplyStaged(kernels: ProductKernels, [a, b, c]: Matrices, [m, n, k]: Sizes): void {
  const { ring } = kernels;
  const deep = k * a.array.itemsize;
  const resultBytes = ring.size * ring.parts;
  const thatFit = (bytes: number) => Math.max(1, Math.floor(STAGE_BYTES / bytes));
  const columns = Math.min(n, thatFit(deep));
  const rows = Math.min(m, thatFit(deep), thatFit(columns * resultBytes));
  const part = (matrix: Matrix, row: number, column: number): Matrix =>
    moved(matrix, row * matrix.row + column * matrix.column);
  const work: number[] = [];
  const workFor = (matrix: Matrix, bytes: number): number => {
    if (isReady(matrix)) return 0;
    work.push(allocateWork(bytes));
    return work.at(-1)!;
  };
  try {
    const [left, right] = [workFor(a, rows * deep), workFor(b, columns * deep)];
    const direct = isWritable(kernels, c);
    const result = direct ? 0 : allocateWork(rows * columns * resultBytes);
    if (!direct) work.push(result);
    for (let j = 0; j < n; j += columns) {
      const across = Math.min(columns, n - j);
      const fromB = part(b, 0, j);
      const placeB = right ? stageIn(fromB, k, across, right) : fromB;
      for (let i = 0; i < m; i += rows) {
        const down = Math.min(rows, m - i);
        const [fromA, toC] = [part(a, i, 0), part(c, i, j)];
        const placeA = left ? stageIn(fromA, down, k, left) : fromA;
        const placeC = direct ? toC : { address: result, row: across * resultBytes, column: resultBytes };
        multiplyInHeap(kernels, [placeA, placeB, placeC], [down, across, k]);
        if (direct) continue;
        if (needsRounding(c)) kernels.rounding().round(down * across, result);
        stageOut(toC, down, across, result);
      }
    }
  } finally {
    for (const address of work) heap.free(address);
  }
}

/** Copies a stack of matrices to another of the same shape that it does not overlap. */
function copyStack(from: NDArray, to: NDArray): void {
  const source = viewOf(from.storage, from.dtype);
  const target = viewOf(to.storage, to.dtype);
  const width = source.BYTES_PER_ELEMENT;
  const parts = from.itemsize / width;
  const index = new Array<number>(from.ndim).fill(0);
  let at = to.offset;
  for (let element = 0; element < from.size; element++) {
    const start = from.offset / width + element * parts;
    for (let p = 0; p < parts; p++) target[at / width + p] = source[start + p];
    for (let axis = from.ndim - 1; axis >= 0; axis--) {
      at += to.strides[axis];
      if (++index[axis] < to.shape[axis]) break;
      at -= to.strides[axis] * to.shape[axis];
      index[axis] = 0;
    }
  }
}

/** Sets every element to nought. */
function clear(array: NDArray): NDArray {
  const nothing = emptyArray(array.shape, array.dtype);
  clearBytes(nothing.storage, nothing.offset, nothing.nbytes);
  copyStack(nothing, array);
  return array;
}
