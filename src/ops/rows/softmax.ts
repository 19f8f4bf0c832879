/** Softmax along an axis and what belongs to it, in few passes over memory. */
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import * as kernels from '../../kernel/rows/softmax.ts';
import { castInto } from '../cast.ts';
import { transpose } from '../views.ts';
import type { RowKernel } from './run.ts';
import { rowKernel, runRows } from './run.ts';

const SOFTMAX_ROWS = /* @__PURE__ */ rowKernel('softmax', 2, 0, kernels.softmax);
const SOFTMAX_GRADIENT_ROWS = /* @__PURE__ */ rowKernel('softmaxGradient', 3, 0, kernels.softmaxGradient);
const LOG_SOFTMAX_ROWS = /* @__PURE__ */ rowKernel('logSoftmax', 2, 0, kernels.logSoftmax);
const LOG_SOFTMAX_GRADIENT_ROWS = /* @__PURE__ */ rowKernel(
  'logSoftmaxGradient',
  3,
  0,
  kernels.logSoftmaxGradient,
);
const CROSS_ENTROPY_ROWS = /* @__PURE__ */ rowKernel('crossEntropy', 5, 0, kernels.crossEntropy);
const CROSS_ENTROPY_GRADIENT_ROWS = /* @__PURE__ */ rowKernel(
  'crossEntropyGradient',
  4,
  0,
  kernels.crossEntropyGradient,
);

/** Runs a kernel on the rows along an axis of arrays of one shape and dtype. */
function alongAxis(kernel: RowKernel, inputs: readonly NDArray[], axis: number): NDArray {
  const [{ shape, dtype, size, ndim }] = inputs;
  const result = emptyArray(shape, dtype);
  if (size === 0) return result;
  const n = ndim === 0 ? 1 : shape[axis];
  const isLast = ndim === 0 || axis === ndim - 1;
  const order = isLast ? [] : [...shape.keys()].filter((i) => i !== axis).concat(axis);
  const turned = (a: NDArray): NDArray => (isLast ? a : transpose(a, order));
  // Devices write rows wherever they lie.
  const direct = isLast || result.storage.remote !== null;
  const rows = direct ? turned(result) : emptyArray(turned(result).shape, dtype);
  runRows(kernel, size / n, n, [...inputs.map((a) => [turned(a), 'read'] as const), [rows, 'write']]);
  if (!direct) castInto(turned(result), rows);
  return result;
}

/** exp x / sum exp x along an axis, which counts from the front. */
export function softmaxOf(a: NDArray, axis: number): NDArray {
  if (isTraced(a)) return tracing.tracer!.call(SOFTMAX, [a, axis]) as NDArray;
  return alongAxis(SOFTMAX_ROWS, [a], axis);
}

export const SOFTMAX = /* @__PURE__ */ primitive('softmax', softmaxOf);

/** The gradient of softmax, given its result; on plain arrays. */
export function softmaxGradient(g: NDArray, result: NDArray, axis: number): NDArray {
  return alongAxis(SOFTMAX_GRADIENT_ROWS, [g, result], axis);
}

/** The logarithm of softmax. */
export function logSoftmaxOf(a: NDArray, axis: number): NDArray {
  if (isTraced(a)) return tracing.tracer!.call(LOG_SOFTMAX, [a, axis]) as NDArray;
  return alongAxis(LOG_SOFTMAX_ROWS, [a], axis);
}

export const LOG_SOFTMAX = /* @__PURE__ */ primitive('logSoftmax', logSoftmaxOf);

/** The gradient of the logarithm, given its result; on plain arrays. */
export function logSoftmaxGradient(g: NDArray, result: NDArray, axis: number): NDArray {
  return alongAxis(LOG_SOFTMAX_GRADIENT_ROWS, [g, result], axis);
}

/**
 * The cross entropy of the softmax of each row with a label, times the row's weight.
 *
 * @param x - (rows, classes), float
 * @param labels - (rows), int64 (int32 on devices without): a class, or below 0 for a row without loss
 * @param weights - (rows), of `x`'s dtype
 * @returns (rows)
 */
export function crossEntropyRows(x: NDArray, labels: NDArray, weights: NDArray): NDArray {
  if (isTraced(x)) return tracing.tracer!.call(CROSS_ENTROPY, [x, labels, weights]) as NDArray;
  const [count, n] = x.shape;
  const losses = emptyArray([count], x.dtype);
  runRows(CROSS_ENTROPY_ROWS, count, n, [
    [x, 'read'],
    [labels, 'read'],
    [weights, 'read'],
    [losses, 'write'],
    null,
  ]);
  return losses;
}

export const CROSS_ENTROPY = /* @__PURE__ */ primitive('crossEntropy', crossEntropyRows);

/** Its gradient, given that of the rows' losses times their weights; on plain arrays. */
export function crossEntropyGradient(g: NDArray, x: NDArray, labels: NDArray): NDArray {
  const [count, n] = x.shape;
  const result = emptyArray(x.shape, x.dtype);
  runRows(CROSS_ENTROPY_GRADIENT_ROWS, count, n, [
    [x, 'read'],
    [labels, 'read'],
    [g, 'read'],
    [result, 'write'],
  ]);
  return result;
}
