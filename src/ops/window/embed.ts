/** An array set into a larger one that is filled with a number. */
import type { Scalar } from '../../array/element.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import { asArray } from '../asarray.ts';
import { castInto } from '../cast.ts';
import { narrow } from '../views.ts';

/** The part of `a` that begins at `start` and has the lengths `shape`: a view. */
export function interior(a: NDArray, start: readonly number[], shape: readonly number[]): NDArray {
  return start.reduce((part, from, axis) => narrow(part, axis, from, shape[axis]), a);
}

/**
 * A new array of `shape` and `a`'s dtype, filled with `value`, with `a` in it.
 *
 * @param start - where along each axis `a` begins; it must fit
 */
export function embed(
  a: NDArray,
  start: readonly number[],
  shape: readonly number[],
  value: Scalar,
): NDArray {
  if (tracing.tracer !== null && a.traced)
    return tracing.tracer.call(EMBED, [a, start, shape, value]) as NDArray;
  const result = emptyArray(shape, a.dtype);
  if (result.size > a.size) castInto(result, asArray(value, a.dtype));
  castInto(interior(result, start, a.shape), a);
  return result;
}

/** As the tape knows it. */
export const EMBED = /* @__PURE__ */ primitive('embed', embed);
