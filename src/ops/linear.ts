/** A linear map of rows, x W^T + b, as one operation. */
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { contract } from './contract.ts';
import type { MapKernel } from './map.ts';
import { mapKernel, runMap } from './map.ts';
import { resolveLoop, specOf } from './ufunc.ts';
import { add } from './ufuncs/arithmetic.ts';
import { transpose } from './views.ts';

const adders = /* @__PURE__ */ new Map<DType, MapKernel>();

/** The kernel that adds arrays of a dtype. */
function adderOf(dtype: DType): MapKernel {
  let kernel = adders.get(dtype);
  if (!kernel) {
    const { element } = dtype;
    kernel = mapKernel(specOf(add, resolveLoop(add, [dtype, dtype])), [element, element], [element]);
    adders.set(dtype, kernel);
  }
  return kernel;
}

/**
 * x W^T + b.
 *
 * @param x - (rows, inputs)
 * @param w - (outputs, inputs), of the same dtype
 * @param b - (outputs) or null, of the same dtype
 * @returns (rows, outputs)
 */
export function linearMap(x: NDArray, w: NDArray, b: NDArray | null): NDArray {
  if (tracing.tracer !== null && (x.traced || w.traced || b?.traced))
    return tracing.tracer.call(LINEAR, [x, w, b]) as NDArray;
  const result = contract(x, transpose(w, [1, 0]));
  if (b) runMap(adderOf(result.dtype), [result, b], [result]);
  return result;
}

export const LINEAR = /* @__PURE__ */ primitive('linear', linearMap);
