/** Sparse matrices applied along an axis, on the GPU. */
import { sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { RESAMPLE_GROUP, buildGridResample } from '../../../kernel/grid/window/resample.ts';
import type { SparseMatrix } from '../../window/resample.ts';
import { operandOf, paramsFor, withTable, writtenAsSingle } from './launch.ts';
import { oneStride } from './planes.ts';
import type { WebGpu } from '../webgpu.ts';

/** Entries of a row that are worth a workgroup, and elements of the result that keep the GPU busy without. */
const LONG_ROW = 128;
const MANY = 2 ** 15;

/** `resample` for an array on the GPU. */
export function resampleOn(home: WebGpu, a: NDArray, axis: number, matrix: SparseMatrix): NDArray {
  const { starts } = matrix;
  const rows = starts.length - 1;
  const operand = operandOf(home, a);
  const { strides, element, offset, bytes } = operand;
  const outerStride = oneStride(a.shape.slice(0, axis), strides.slice(0, axis));
  const innerStride = oneStride(a.shape.slice(axis + 1), strides.slice(axis + 1));
  if (outerStride === null || innerStride === null)
    return resampleOn(home, home.copy(operand.array), axis, matrix);
  const inner = sizeOf(a.shape.slice(axis + 1));
  const shape = a.shape.with(axis, rows);
  const total = sizeOf(shape);
  const longest = starts.reduce((most, start, i) => Math.max(most, start - (starts[i - 1] ?? 0)), 0);
  const together = longest >= LONG_ROW && (inner === 1 || total < MANY);
  return writtenAsSingle(home, shape, a, (result) =>
    withTable(home, wordsOf(matrix), (table) => {
      const kernel = home.kernel(`resample ${element} ${together}`, () =>
        buildGridResample(element, together),
      );
      const params = paramsFor(kernel, {
        total,
        rows,
        inner,
        entries: starts.length,
        offset,
        outerStride,
        axisStride: strides[axis],
        innerStride,
      });
      const groups = together ? total : Math.ceil(total / RESAMPLE_GROUP.alone);
      home.gpu.launch(kernel, [bytes, table, result], params, groups);
    }),
  );
}

/** A matrix as the kernel reads it. */
function wordsOf({ starts, indices, weights }: SparseMatrix): Int32Array {
  const words = new Int32Array(starts.length + 2 * indices.length);
  const floats = new Float32Array(words.buffer);
  words.set(starts);
  for (let e = 0; e < indices.length; e++) {
    words[starts.length + 2 * e] = indices[e];
    floats[starts.length + 2 * e + 1] = weights[e];
  }
  return words;
}
