/** Moves arrays to a device. */
import type { NDArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { primitive, tracing } from '../array/tracing.ts';

/** The array on a device: itself if it lies there. */
export function moveTo(a: NDArray, home: Home): NDArray {
  if (a.storage.remote?.home === home) return a;
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(MOVE, [a, home]) as NDArray;
  return home.near(a);
}

/** The move as a primitive. Its gradient stays on the device. */
export const MOVE = /* @__PURE__ */ primitive('to', moveTo);
