/** Copies and dtype conversions: the identity map with the casts of its operands. */
import type { DType, DTypeName } from '../array/dtype.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { placedOn } from '../array/remote.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { identityMap } from '../kernel/map.ts';
import { mapKernel, moveKernel, runMap } from './map.ts';
import { moveBytes } from './move.ts';
import type { Order } from './order.ts';
import { emptyLike } from './order.ts';

/**
 * Writes `source` into `target`, converting and broadcasting. They may overlap.
 *
 * @param target - any array; its shape must be what `source` broadcasts to
 * @param source - an array whose shape broadcasts to the target's
 */
export function castInto(target: NDArray, source: NDArray): void {
  if (tracing.tracer !== null && (target.traced || source.traced)) {
    tracing.tracer.write(CAST_INTO, target, [target, source]);
    return;
  }
  const given = castHere(target, source);
  const [to, from] = [target.dtype.element, given.dtype.element];
  const moves = to === from && target.storage.remote === null;
  if (moves && copyBytes(target, given)) return;
  const kernel = moves ? moveKernel(target.dtype.itemsize) : mapKernel(identityMap(from), [from], [to]);
  runMap(kernel, [given], [target]);
}

/** What goes from the processor to another device is converted here, which may know dtypes that the device does not. */
function castHere({ storage, dtype }: NDArray, source: NDArray): NDArray {
  const crosses = storage.remote !== null && source.storage.remote === null;
  return crosses ? placedOn(null, () => cast(source, dtype)) : source;
}

/** Writes `source` into `target` where `mask` (a bool array that broadcasts to the target) is true. */
export function castWhere(target: NDArray, source: NDArray, mask: NDArray): void {
  if (tracing.tracer !== null && (target.traced || source.traced)) {
    tracing.tracer.write(CAST_WHERE, target, [target, source, mask]);
    return;
  }
  const given = castHere(target, source);
  const [to, from] = [target.dtype.element, given.dtype.element];
  runMap(mapKernel(identityMap(from), [from], [to], true), [given], [target], mask);
}

/** Copies arrays of one layout at once, if they are dense. */
function copyBytes(target: NDArray, source: NDArray): boolean {
  if (!sameShape(target.shape, source.shape)) return false;
  const bothC = target.cContiguous && source.cContiguous;
  if (!bothC && !(target.fContiguous && source.fContiguous)) return false;
  moveBytes(target.storage, target.offset, source.storage, source.offset, source.nbytes);
  return true;
}

/**
 * An array with another dtype.
 *
 * @param a - the array
 * @param dtype - the dtype wanted; if it is the array's own and there is no `out`, the result is `a` itself
 * @param out - where to write the result; its shape must be what `a` broadcasts to
 */
export function cast<D extends DTypeName>(a: NDArray, dtype: DType<D>, out?: NDArray<D>): NDArray<D> {
  if (!out && a.dtype === (dtype as DType)) return a as NDArray as NDArray<D>;
  if (!out) return copyOf(a, dtype, 'K');
  castInto(out, a);
  return out;
}

/** A copy of an array, in the dtype and memory order given. */
export function copyOf<D extends DTypeName>(a: NDArray, dtype: DType<D>, order: Order = 'K'): NDArray<D> {
  if (tracing.tracer !== null && a.traced) {
    return tracing.tracer.call(COPY, [a, dtype, order]) as NDArray as NDArray<D>;
  }
  const result = emptyLike(a.shape, dtype, order, a);
  castInto(result, a);
  return result;
}

/** The copy as a primitive of the array, the dtype and the order. */
export const COPY = /* @__PURE__ */ primitive('copy', (a: NDArray, dtype: DType, order: Order) =>
  copyOf(a, dtype, order),
);

/** `castInto` as a primitive that writes. */
export const CAST_INTO = /* @__PURE__ */ primitive('copy_', castInto);

/** `castWhere` as a primitive that writes. */
export const CAST_WHERE = /* @__PURE__ */ primitive('masked_copy_', castWhere);
