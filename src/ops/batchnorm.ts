/** Numbers brought to the mean 0 and variance 1 of the batch that they are in. */
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import { primitive, tracing } from '../array/tracing.ts';
import { mapKernel, runMap } from './map.ts';
import { resolveLoop, specOf } from './ufunc.ts';
import { standardized } from './ufuncs/activations.ts';

/**
 * (x - mean) / sqrt(variance + eps), times a weight, plus a bias.
 *
 * @param weight - of the shape of `mean`, or null
 * @param bias - the same
 * @param mean - of `x` along `axes`, which have length 1
 * @param variance - the same; gradients take mean and variance for functions of `x`
 * @param axes - what the batch lies along
 */
export function standardizeBatch(
  x: NDArray,
  weight: NDArray | null,
  bias: NDArray | null,
  mean: NDArray,
  variance: NDArray,
  eps: number,
  axes: readonly number[],
): NDArray {
  if (tracing.tracer !== null && (x.traced || weight?.traced || bias?.traced)) {
    return tracing.tracer.call(BATCH_NORM, [x, weight, bias, mean, variance, eps, axes]) as NDArray;
  }
  const { dtype, shape } = x;
  const result = emptyArray(shape, dtype);
  const loop = resolveLoop(standardized, new Array(6).fill(dtype));
  const inputs = [x, mean, variance, eps, weight ?? 1, bias ?? 0];
  const elements = inputs.map((a) => (typeof a === 'number' ? 'scalar' : a.dtype.element));
  runMap(mapKernel(specOf(standardized, loop), elements, [dtype.element]), inputs, [result]);
  return result;
}

export const BATCH_NORM = /* @__PURE__ */ primitive('batchNorm', standardizeBatch);
