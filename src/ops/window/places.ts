/** Elements of planes by their index in the plane: picked, put, and added up. */
import type { DType } from '../../array/dtype.ts';
import { int32, int64 } from '../../array/dtype.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import { acceleratorOf } from '../accelerator.ts';
import type { LazyKernel } from '../../device/current.ts';
import { lazyKernel } from '../../device/current.ts';
import { BYTES } from '../../kernel/types.ts';
import { places } from '../../kernel/window/places.ts';
import { computeDType } from './near.ts';
import { makePlanes, planesOf } from './planes.ts';

/** The dtype of indices for an array: int64, or int32 on a device that lacks that. */
export function indexDType({ storage }: NDArray): DType {
  return (storage.remote === null ? int64 : int32) as DType;
}

type Form = 'pick' | 'put' | 'add';

const known = /* @__PURE__ */ new Map<'f32' | 'f64', LazyKernel<Form>>();

function kernelOf(type: 'f32' | 'f64'): LazyKernel<Form> {
  let kernel = known.get(type);
  if (!kernel) known.set(type, (kernel = lazyKernel(() => places(type))));
  return kernel;
}

/** Runs a kernel on planes, which are the last axis of each array. */
function run(form: Form, a: NDArray, indices: NDArray<'int64'>, size: number): NDArray {
  const lead = a.shape.slice(0, -1);
  const planes = sizeOf(lead);
  const [from, count] = [a.shape[a.ndim - 1], indices.shape[indices.ndim - 1]];
  const own = sizeOf(indices.shape.slice(0, -1));
  const type = computeDType(a.dtype).element as 'f32' | 'f64';
  const share = planes / own;
  const sources = [planesOf(a, planes, from), planesOf(indices, own, count, share)];
  const chosenPlane = (form === 'pick' ? from : size) * BYTES[type];
  return makePlanes([...lead, size], a.dtype, size, sources, ([data, at], target, taken) => {
    const [chosen, plain] = form === 'pick' ? [data, target] : [target, data];
    kernelOf(type)()[form](taken, share, count, at, chosen, chosenPlane, plain);
  });
}

/**
 * The elements of planes that indices name.
 *
 * @param a - shape (..., n) in a float dtype
 * @param indices - shape (..., m), each from 0 up to n; where the planes of `a` are a multiple of these, as many of them in a row
 *   share a plane of indices
 * @returns shape (..., m)
 */
export function pickAt(a: NDArray, indices: NDArray<'int64'>): NDArray {
  if (isTraced([a, indices])) return tracing.tracer!.call(PICK, [a, indices]) as NDArray;
  const on = acceleratorOf(a) ?? acceleratorOf(indices);
  if (on !== null) return on.pickAt(a, indices);
  return run('pick', a, indices, indices.shape[indices.ndim - 1]);
}

/**
 * Planes of `size` elements with values at the places that indices name and 0 elsewhere; of several values for a place the last stays.
 *
 * @param values - shape (..., m)
 * @returns shape (..., size)
 */
export function putAt(values: NDArray, indices: NDArray<'int64'>, size: number): NDArray {
  if (isTraced([values, indices])) return tracing.tracer!.call(PUT, [values, indices, size]) as NDArray;
  const on = acceleratorOf(values) ?? acceleratorOf(indices);
  if (on !== null) return on.putAt(values, indices, size);
  return run('put', values, indices, size);
}

/** `putAt`, where values for the same place are added: the adjoint of `pickAt`. */
export function addAt(values: NDArray, indices: NDArray<'int64'>, size: number): NDArray {
  if (isTraced([values, indices])) return tracing.tracer!.call(ADD, [values, indices, size]) as NDArray;
  const on = acceleratorOf(values) ?? acceleratorOf(indices);
  if (on !== null) return on.addAt(values, indices, size);
  return run('add', values, indices, size);
}

/** As the tape knows them. */
export const PICK = /* @__PURE__ */ primitive('pick at indices', pickAt);
export const PUT = /* @__PURE__ */ primitive('put at indices', putAt);
export const ADD = /* @__PURE__ */ primitive('add at indices', addAt);
