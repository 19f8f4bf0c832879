/** Stacks of matrices on the GPU, as the kernels of factorisations take them. */
import { broadcastStrides, sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { viewArray } from '../../../array/ndarray.ts';
import type { GpuBinding } from '../../../device/webgpu/bindings.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { GridKernel } from '../../../kernel/grid/build.ts';
import { BLOCK } from '../../../kernel/grid/linalg/matrix.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { PATTERN_GROUP, buildPattern } from '../../../kernel/grid/linalg/pattern.ts';
import type { Pattern } from '../../../kernel/grid/linalg/pattern.ts';
import { castInto } from '../../cast.ts';
import { gridAxes } from '../axes.ts';
import type { WebGpu } from '../webgpu.ts';
import { requireDType } from '../webgpu.ts';
import { paramsFor } from '../window/launch.ts';

/** Where matrices are, in elements: the first element, the strides of rows and columns, and from one matrix to the next. */
export interface Stack {
  readonly bytes: GpuBytes;
  readonly start: number;
  readonly row: number;
  readonly column: number;
  readonly step: number;
}

/** Transposed matrices. */
export const turned = (a: Stack): Stack => ({ ...a, row: a.column, column: a.row });

/** The parts of matrices from a row and a column on. */
export const partOf = (a: Stack, row: number, column: number): Stack => ({
  ...a,
  start: a.start + row * a.row + column * a.column,
});

/** Matrices with their rows, so many, in reversed order: right sides of systems whose matrices are `reversed`. */
export const reversedRows = (a: Stack, rows: number): Stack => ({
  ...a,
  start: a.start + (rows - 1) * a.row,
  row: -a.row,
});

/** Square matrices with rows and columns in reversed order: an upper triangle becomes a lower one. */
export const reversed = (a: Stack, n: number): Stack => reversedRows(turned(reversedRows(turned(a), n)), n);

/** Whether neighbours in a column are closer in memory than those in a row. */
export const liesDown = ({ row, column }: Stack): boolean => Math.abs(row) < Math.abs(column);

/** Dense matrices of so many columns and so many elements each. */
export const denseStack = (bytes: GpuBytes, columns: number, step: number): Stack => ({
  bytes,
  start: 0,
  row: columns,
  column: 1,
  step,
});

/** The parameters of a kernel for the matrices that it calls `name`. */
export const placed = (name: string, { start, row, column, step }: Stack): Record<string, number> => ({
  [`${name}Start`]: start,
  [`${name}Row`]: row,
  [`${name}Column`]: column,
  [`${name}Step`]: step,
});

/** Launches a kernel with its parameters by name. */
export function launch(
  { gpu }: WebGpu,
  kernel: GridKernel,
  buffers: readonly GpuBinding[],
  values: Readonly<Record<string, number>>,
  groups: number,
): void {
  gpu.launch(kernel, buffers, paramsFor(kernel, values), Math.ceil(groups));
}

/** The dtype of matrices that are to be factored. @throws TypeError for one that the GPU lacks. */
export function elementOf({ dtype }: NDArray): MatrixElement {
  requireDType(dtype);
  return dtype.element as MatrixElement;
}

/** The least power of two that is not less, from `least` on. */
export const powerFrom = (least: number, x: number): number => 2 ** Math.ceil(Math.log2(Math.max(least, x)));

/** The side of the blocks that matrices of n rows are cut into: less than `BLOCK` for those that are smaller. */
export const sideOf = (n: number): number => powerFrom(4, Math.min(n, BLOCK));

/** A new array whose matrices are worked on in place. */
export interface Work {
  readonly array: NDArray;
  readonly matrices: Stack;
  /** How many matrices there are. */
  readonly count: number;
}

/** The matrices of a new array, which are its elements from the first to the last. */
function workIn(array: NDArray, bytes: GpuBytes): Work {
  const { shape, ndim } = array;
  const [rows, columns] = shape.slice(-2);
  const matrices = denseStack(bytes, columns, rows * columns);
  return { array, matrices, count: sizeOf(shape.slice(0, ndim - 2)) };
}

/** A dense copy of matrices, or of those that they broadcast to, to be changed in place. */
export function workCopy(home: WebGpu, a: NDArray, stack = a.shape.slice(0, -2)): Work {
  requireDType(a.dtype);
  const array = home.empty([...stack, ...a.shape.slice(-2)], a.dtype);
  if (array.size > 0) castInto(array, a);
  return workIn(array, home.writable(array.storage));
}

/** New matrices, not set yet. */
export function workEmpty(home: WebGpu, like: NDArray, shape: readonly number[]): Work {
  const array = home.empty(shape, like.dtype);
  return workIn(array, home.fresh(array.storage));
}

/** Gives new matrices, or those of a copy, a pattern. */
export function makePattern(home: WebGpu, { array, matrices }: Work, pattern: Pattern): void {
  const element = elementOf(array);
  const [rows, columns] = array.shape.slice(-2);
  const kernel = home.kernel(`linalg pattern ${pattern} ${element}`, () => buildPattern(element, pattern));
  launch(home, kernel, [matrices.bytes], { total: array.size, rows, columns }, array.size / PATTERN_GROUP);
}

/**
 * Calls `use` with matrices to read, broadcast to a stack. They are copied where they do not lie the same number of elements apart.
 *
 * @param a - not empty
 */
export function withMatrices(
  home: WebGpu,
  a: NDArray,
  stack: readonly number[],
  use: (matrices: Stack) => void,
): void {
  const near = home.near(a);
  const shape = [...stack, ...a.shape.slice(-2)];
  const [row, column] = near.strides.slice(-2).map((stride) => stride / near.itemsize);
  const ofStack = broadcastStrides(near.shape.slice(0, -2), near.strides.slice(0, -2), stack);
  const { strides } = gridAxes(stack, [ofStack.map((stride) => stride / near.itemsize)]);
  const [steps] = strides;
  if (steps.length > 1) {
    const copy = home.empty(shape, near.dtype);
    castInto(copy, near);
    withMatrices(home, copy, stack, use);
    copy.storage.dispose();
  } else {
    const { content, offset } = home.leaf(near, near.shape);
    use({ bytes: home.bytesOf(content), start: offset, row, column, step: steps[0] ?? 0 });
  }
  if (near !== a) near.storage.dispose();
}

/** Vectors as matrices of one column. */
export const asColumns = (a: NDArray): NDArray =>
  viewArray(a, [...a.shape, 1], [...a.strides, a.itemsize], a.offset);
