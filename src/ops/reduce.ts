/** Reductions along axes, in NumPy's order, and so to NumPy's bits. */
import type { DType } from '../array/dtype.ts';
import type { Scalar } from '../array/element.ts';
import { writeElement } from '../array/element.ts';
import { sizeOf } from '../array/layout.ts';
import { NDArray, emptyArray, viewArray } from '../array/ndarray.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { groupingOf } from '../kernel/reduce/spec.ts';
import { castInto, copyOf } from './cast.ts';
import type { Axis } from './iterate.ts';
import { merged } from './iterate.ts';
import { moveBytes } from './move.ts';
import { strideOrder } from './order.ts';
import { planBuffers } from './reduceplan.ts';
import type { ReducePlan } from './reduceplan.ts';
import type { ReduceJob } from './reducerun.ts';
import { runReduction } from './reducerun.ts';

export interface ReduceOptions {
  /** The dtype to compute in, and of the result. */
  readonly dtype: DType;
  /** The value to start from; without one the first element along the axes, of which there must be one. */
  readonly initial?: Scalar;
  /** Which elements take part: a bool array of the input's shape. Needs `initial`. */
  readonly where?: NDArray;
  /** Where to put the result, cast to its dtype: an array of the result's shape. */
  readonly out?: NDArray;
}

/**
 * Combines the elements along some axes. Nothing is checked here.
 *
 * @param spec - the operation on values of `dtype`
 * @param a - an array of any dtype; its elements are cast to `dtype` first
 * @param axes - the axes to reduce, in any order, none twice
 * @returns the result without the reduced axes; `out` if it is given
 */
export function reduce(
  spec: ReduceSpec,
  a: NDArray,
  axes: readonly number[],
  options: ReduceOptions,
): NDArray {
  const { dtype, where, out } = options;
  const order = strideOrder(a.ndim, where ? [a, where] : [a]);
  const result = emptyResult(a, axes, dtype, order);
  const rest = result.size > 0 ? start(a, axes, result, options.initial) : null;
  // NumPy keeps what it starts from in `out`.
  if (out && out.dtype !== dtype) castInto(result, copyOf(result, out.dtype));
  if (rest && rest.size > 0) {
    const job: ReduceJob = { spec, dtype, out: result, input: rest, mask: where };
    runReduction(job, planReduction(job, axes, order));
  }
  if (!out) return result;
  castInto(out, result);
  return out;
}

/** The reduced array's axes in the memory order that NumPy's iterator gives its result. */
function emptyResult(a: NDArray, axes: readonly number[], dtype: DType, order: readonly number[]): NDArray {
  const kept = a.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => a.shape[axis]);
  if (shape.length < 2) return emptyArray(shape, dtype);
  const strides = new Array<number>(shape.length);
  let stride = dtype.itemsize;
  for (const axis of order) {
    const to = kept.indexOf(axis);
    if (to < 0) continue;
    strides[to] = stride;
    stride *= Math.max(a.shape[axis], 1);
  }
  const { storage, offset } = emptyArray([sizeOf(shape)], dtype);
  return new NDArray(storage, dtype, shape, strides, offset, null);
}

/** Sets the result to what it starts from, and gives the elements that are still to be combined, if there are any. */
function start(
  a: NDArray,
  axes: readonly number[],
  result: NDArray,
  initial: Scalar | undefined,
): NDArray | null {
  if (initial !== undefined) {
    fill(result, initial);
    return a;
  }
  const kept = (_: number, axis: number): boolean => !axes.includes(axis);
  castInto(result, viewArray(a, a.shape.filter(kept), a.strides.filter(kept)));
  if (axes.length === 0) return null;
  // Along several axes the first is combined once more: an operation without identity that allows several just chooses.
  if (axes.length > 1) return a;
  const [axis] = axes;
  const shape = a.shape.map((n, i) => (i === axis ? n - 1 : n));
  return viewArray(a, shape, a.strides, a.offset + a.strides[axis]);
}

/** Sets all elements of a dense array: one, which is then copied in ever larger pieces. */
function fill({ storage, dtype, offset, size }: NDArray, value: Scalar): void {
  writeElement(storage.views, dtype.element, offset, value);
  const bytes = size * dtype.itemsize;
  for (let done = dtype.itemsize; done < bytes; done *= 2) {
    moveBytes(storage, offset + done, storage, offset, Math.min(done, bytes - done));
  }
}

function planReduction(
  { spec, dtype, out, input, mask }: ReduceJob,
  axes: readonly number[],
  order: readonly number[],
): ReducePlan {
  let next = 0;
  const outStrides = input.strides.map((_, axis) => (axes.includes(axis) ? 0 : out.strides[next++]));
  const operands = [outStrides, input.strides, ...(mask ? [mask.strides] : [])];
  const walked = order
    .filter((axis) => input.shape[axis] !== 1)
    .map((axis): Axis => ({ length: input.shape[axis], strides: operands.map((strides) => strides[axis]) }));
  const single: Axis = { length: 1, strides: operands.map(() => 0) };
  const joined = walked.length ? merged(walked) : [single];
  const addresses = [out.offset, input.offset, ...(mask ? [mask.offset] : [])];
  const walk = { axes: joined, addresses };
  const grouping = groupingOf(spec, dtype.element);
  if (grouping === 'pairwise' || grouping === 'sequential') return planBuffers(walk, input.dtype !== dtype);
  return { walk, run: 1, chunk: joined[0].length };
}
