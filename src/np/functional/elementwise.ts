/** Calling a JavaScript function for every element of arrays that broadcast, and making arrays of what it gives. */
import type { DType } from '../../array/dtype.ts';
import type { Scalar } from '../../array/element.ts';
import { broadcastShapes, sizeOf } from '../../array/layout.ts';
import { scalarAt } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast, copyOf } from '../../ops/cast.ts';
import { requireHere } from '../../ops/given.ts';
import { broadcastTo } from '../../ops/views.ts';
import { reshapeArray } from '../shape/reshape.ts';

/** A function of scalars that gives one scalar, or a list of several. */
export type ElementFunction = (...values: Scalar[]) => Scalar | readonly Scalar[];

/**
 * The elements of an array in C order, as JavaScript scalars.
 *
 * @throws RuntimeError for an array on a GPU, even of no elements.
 */
export function elementsOf(a: NDArray): Scalar[] {
  requireHere(a);
  const dense = a.cContiguous ? a : copyOf(a, a.dtype, 'C');
  return Array.from(
    { length: dense.size },
    (_, i) => scalarAt(dense, dense.offset + i * dense.itemsize) as Scalar,
  );
}

/**
 * Calls `func` for every element of the operands, broadcast together.
 *
 * @param nout - how many results `func` gives
 * @param first - what it gives for the first element, if that is known already
 * @returns the common shape, and a list of values for each result
 * @throws ValueError if the operands do not broadcast; TypeError if `func` gives another number of results.
 */
export function applyElementwise(
  func: ElementFunction,
  nout: number,
  operands: readonly NDArray[],
  first?: Scalar | readonly Scalar[],
): { shape: number[]; lists: Scalar[][] } {
  const shape = broadcastShapes(...operands.map((x) => x.shape));
  const columns = operands.map((x) => elementsOf(broadcastTo(x, shape)));
  const lists = Array.from({ length: nout }, (): Scalar[] => []);
  for (let i = 0; i < sizeOf(shape); i++) {
    const value = i === 0 && first !== undefined ? first : func(...columns.map((column) => column[i]));
    const values = nout === 1 ? [value as Scalar] : (value as readonly Scalar[]);
    if (!Array.isArray(values) || values.length !== nout) {
      throw new TypeError(`the function must return a list of ${nout} values`);
    }
    values.forEach((one: Scalar, k) => lists[k].push(one));
  }
  return { shape, lists };
}

/** Values as an array of a shape, in the dtype given or the one that they have in an array. */
export function arrayOf(values: readonly Scalar[], shape: readonly number[], dtype?: DType): NDArray {
  const array = asArray(values as ArrayLike);
  return reshapeArray(dtype ? cast(array, dtype) : array, shape);
}
