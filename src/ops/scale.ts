/** An operation that shows only in gradients. */
import type { NDArray } from '../array/ndarray.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { copyOf } from './cast.ts';

/**
 * The same values, whose gradient is multiplied by factors on its way back.
 *
 * @param factors - broadcast to `a`'s shape
 */
export function scaleGradient(a: NDArray, factors: NDArray): NDArray {
  if (tracing.tracer !== null && a.traced)
    return tracing.tracer.call(SCALE_GRADIENT, [a, factors]) as NDArray;
  return copyOf(a, a.dtype);
}

export const SCALE_GRADIENT = /* @__PURE__ */ primitive('scaleGradient', scaleGradient);
