/** Sparse matrices applied along an axis. */
import { heap } from '../../array/heap.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { LazyKernel } from '../../device/current.ts';
import { lazyKernel } from '../../device/current.ts';
import { BYTES } from '../../kernel/types.ts';
import { resampling } from '../../kernel/window/resample.ts';
import { acceleratorOf } from '../accelerator.ts';
import { allocateWork } from '../product.ts';
import { computeDType } from './near.ts';
import { makePlanes, planesOf } from './planes.ts';

/** A sparse matrix by rows: the entries of row i are those from `starts[i]` up to `starts[i + 1]`. */
export interface SparseMatrix {
  readonly columns: number;
  readonly starts: readonly number[];
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

/** An entry of a row: a column and its weight. */
export type Entry = readonly [column: number, weight: number];

/** The matrix with these rows. */
export function sparseMatrix(columns: number, rows: readonly (readonly Entry[])[]): SparseMatrix {
  const [starts, indices, weights]: number[][] = [[0], [], []];
  for (const row of rows) {
    for (const [column, weight] of row) {
      indices.push(column);
      weights.push(weight);
    }
    starts.push(indices.length);
  }
  return { columns, starts, indices, weights };
}

/** The matrix with rows and columns exchanged. */
export function transposedMatrix({ columns, starts, indices, weights }: SparseMatrix): SparseMatrix {
  const rows = Array.from({ length: columns }, (): Entry[] => []);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) rows[indices[e]].push([row, weights[e]]);
  }
  return sparseMatrix(starts.length - 1, rows);
}

const known = /* @__PURE__ */ new Map<'f32' | 'f64', LazyKernel<'resample'>>();

function kernelOf(type: 'f32' | 'f64'): LazyKernel<'resample'> {
  let kernel = known.get(type);
  if (!kernel) known.set(type, (kernel = lazyKernel(() => resampling(type))));
  return kernel;
}

/**
 * A matrix applied along an axis: element i of the result's axis is the sum over row i.
 *
 * @param a - shape (..., columns, ...) in a float dtype
 * @param axis - the axis, not negative
 * @returns shape (..., rows, ...)
 */
export function resample(a: NDArray, axis: number, matrix: SparseMatrix): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(RESAMPLE, [a, axis, matrix]) as NDArray;
  const on = acceleratorOf(a);
  if (on !== null) return on.resample(a, axis, matrix);
  const count = matrix.starts.length - 1;
  const inner = sizeOf(a.shape.slice(axis + 1));
  const shape = a.shape.with(axis, count);
  const type = computeDType(a.dtype).element as 'f32' | 'f64';
  const [from, to] = [a.shape[axis] * inner, count * inner];
  const source = planesOf(a, sizeOf(a.shape.slice(0, axis)), from);
  const tables = writeMatrix(matrix, type, inner);
  try {
    return makePlanes(shape, a.dtype, to, [source], ([x], y, planes) => {
      const size = BYTES[type];
      const { starts, offsets, weights } = tables;
      kernelOf(type)().resample(planes, x, from * size, y, to * size, count, inner, starts, offsets, weights);
    });
  } finally {
    heap.free(tables.starts);
  }
}

/** A matrix and the axis that it is for. */
export interface AxisMatrix {
  readonly axis: number;
  readonly matrix: SparseMatrix;
}

/** Matrices applied one after the other; what lies between is given back unless it is recorded. */
export function resampleAxes(a: NDArray, steps: readonly AxisMatrix[]): NDArray {
  return steps.reduce((x, { axis, matrix }) => {
    const result = resample(x, axis, matrix);
    if (x !== a && !x.traced) x.storage.dispose();
    return result;
  }, a);
}

/** The application of a matrix as the tape knows it. */
export const RESAMPLE = /* @__PURE__ */ primitive('resample', resample);

/** Writes a matrix as the kernel reads it. */
function writeMatrix({ starts, indices, weights }: SparseMatrix, type: 'f32' | 'f64', inner: number) {
  const size = BYTES[type];
  const offsetsAt = Math.ceil((4 * starts.length) / 16) * 16;
  const weightsAt = offsetsAt + Math.ceil((4 * indices.length) / 16) * 16;
  const address = allocateWork(weightsAt + size * weights.length);
  const { int32, float32, float64 } = heap.views;
  int32.set(
    starts.map((start) => 4 * start),
    address / 4,
  );
  int32.set(
    indices.map((index) => index * inner * size),
    (address + offsetsAt) / 4,
  );
  (type === 'f32' ? float32 : float64).set(weights, (address + weightsAt) / size);
  return { starts: address, offsets: address + offsetsAt, weights: address + weightsAt };
}
