/** Reductions along axes, in NumPy's order, and so to NumPy's bits. */
import type { DType } from '../array/dtype.ts';
import type { Scalar } from '../array/element.ts';
import { sizeOf } from '../array/layout.ts';
import { NDArray, viewArray } from '../array/ndarray.ts';
import { placedOn, placement } from '../array/remote.ts';
import { allocate } from '../array/storage.ts';
import type { Storage } from '../array/storage.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto, copyOf } from './cast.ts';
import { fillDense } from './fill.ts';
import type { ReduceRoute } from './reducer.ts';
import { planRoute, reducerOf } from './reducer.ts';
import { launch, runReduction } from './reducerun.ts';
import type { Lie } from './route.ts';

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
  const { dtype, initial, where, out } = options;
  const on = acceleratorOf(a) ?? (where ? acceleratorOf(where) : null) ?? (out ? acceleratorOf(out) : null);
  if (on !== null) return on.reduce(spec, a, axes, options);
  const starts = initial !== undefined;
  const route = where
    ? planRoute({ spec, from: a.dtype, dtype, masked: true }, a, axes, starts, where)
    : reducerOf(spec, a.dtype, dtype).route(a, axes, starts);
  const result = newResult(route.result, dtype);
  if (result.size > 0) {
    if (starts) fillDense(result, initial);
    else castInto(result, firstElements(a, axes));
  }
  // NumPy keeps what it starts from in `out`.
  if (out && out.dtype !== dtype) castInto(result, copyOf(result, out.dtype));
  combine(spec, route, a, result, where);
  if (!out) return result;
  castInto(out, result);
  return out;
}

function newResult({ shape, strides }: Lie, dtype: DType): NDArray {
  const make = (): Storage => allocate(sizeOf(shape) * dtype.itemsize);
  // Also in a call for a device: what is reduced there does not come here.
  const storage = placement.home === null ? make() : placedOn(null, make);
  return new NDArray(storage, dtype, shape.slice(), strides, storage.address, null);
}

/** The elements at the beginning of the axes. */
function firstElements(a: NDArray, axes: readonly number[]): NDArray {
  const kept = (_: number, axis: number): boolean => !axes.includes(axis);
  return viewArray(a, a.shape.filter(kept), a.strides.filter(kept));
}

/** Combines what the result starts from with the elements that the route leaves. */
function combine(
  spec: ReduceSpec,
  { plan, launch: direct }: ReduceRoute,
  input: NDArray,
  out: NDArray,
  mask: NDArray | undefined,
): void {
  if (plan === null) return;
  if (direct !== null && !mask && input.storage.inHeap && out.storage.inHeap) {
    launch(direct, out.offset, input.offset);
    return;
  }
  const offsets = [out.offset, input.offset, mask?.offset ?? 0];
  const { axes, addresses } = plan.walk;
  const walk = { axes, addresses: addresses.map((address, i) => address + offsets[i]) };
  runReduction({ spec, dtype: out.dtype, out, input, mask }, { ...plan, walk });
}
