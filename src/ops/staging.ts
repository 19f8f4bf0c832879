/** Matrices that kernels cannot work on where they lie: copied into the heap, and results copied out of it. */
import { heap } from '../array/heap.ts';
import type { NDArray, TypedArray } from '../array/ndarray.ts';
import { viewOf } from '../array/ndarray.ts';
import type { DType } from '../array/dtype.ts';
import { Storage } from '../array/storage.ts';
import type { Place } from './product.ts';

/** One matrix of an array: the byte position of its first element in the storage's buffer, and its byte strides. */
export interface Matrix extends Place {
  readonly array: NDArray;
}

/** The heap seen as a storage. */
const heapStorage = /* @__PURE__ */ new Storage(0, 0, null, null);

/** A typed array with what is needed to find elements in it by byte position. */
interface Side {
  readonly data: TypedArray;
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/**
 * Copies a matrix of `rows` by `columns` elements, each of `parts` adjacent numbers. The buffers may be two or one; within one
 * the matrices must not overlap.
 */
function copyMatrix(from: Side, to: Side, rows: number, columns: number, parts: number): void {
  const width = from.data.BYTES_PER_ELEMENT;
  const element = width * parts;
  for (let i = 0; i < rows; i++) {
    const source = (from.address + i * from.row) / width;
    const target = (to.address + i * to.row) / width;
    if (from.column === element && to.column === element) {
      to.data.set(from.data.subarray(source, source + columns * parts) as never, target);
    } else {
      const [sourceStep, targetStep] = [from.column / width, to.column / width];
      for (let j = 0; j < columns; j++) {
        for (let p = 0; p < parts; p++)
          to.data[target + j * targetStep + p] = from.data[source + j * sourceStep + p];
      }
    }
  }
}

const partsOf = (dtype: DType): number => (dtype.kind === 'c' ? 2 : 1);

/** The rows of a matrix in the heap lie densely at `address`. */
function dense(address: number, columns: number, itemsize: number): Place {
  return { address, row: columns * itemsize, column: itemsize };
}

/** Copies a part of a matrix into the heap at `address`, with dense rows or, where that reads memory in order, dense columns. */
export function stageIn(matrix: Matrix, rows: number, columns: number, address: number): Place {
  const { array, row, column } = matrix;
  const { dtype, itemsize } = array;
  const from = { data: viewOf(array.storage, dtype), address: matrix.address, row, column };
  const data = viewOf(heapStorage, dtype);
  if (Math.abs(row) < Math.abs(column)) {
    const to = { data, ...dense(address, rows, itemsize) };
    copyMatrix({ ...from, row: column, column: row }, to, columns, rows, partsOf(dtype));
    return { address, row: itemsize, column: rows * itemsize };
  }
  const to = dense(address, columns, itemsize);
  copyMatrix(from, { data, ...to }, rows, columns, partsOf(dtype));
  return to;
}

/** Copies a dense matrix in the heap out to where it belongs. */
export function stageOut(matrix: Matrix, rows: number, columns: number, address: number): void {
  const { array, row, column } = matrix;
  const { dtype } = array;
  const from = { data: viewOf(heapStorage, dtype), ...dense(address, columns, dtype.itemsize) };
  const to = { data: viewOf(array.storage, dtype), address: matrix.address, row, column };
  copyMatrix(from, to, rows, columns, partsOf(dtype));
}

/** Whether a matrix lies in the heap. */
export function inHeap({ array }: Matrix): boolean {
  return array.storage.inHeap && heap.memory.buffer === array.storage.views.buffer;
}
