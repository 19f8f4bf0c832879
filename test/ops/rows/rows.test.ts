/** Kernels by rows, on memory of every kind. */
import { afterEach, describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { setSoftLimit } from '../../../src/array/storage.ts';
import { normGradients, normalizeRows } from '../../../src/ops/rows/norm.ts';
import {
  crossEntropyGradient,
  crossEntropyRows,
  logSoftmaxGradient,
  logSoftmaxOf,
  softmaxGradient,
  softmaxOf,
} from '../../../src/ops/rows/softmax.ts';
import { flat, points } from '../../nn/functional/points.ts';
import { outside } from '../window/reference.ts';

const LIMIT = 768 * 2 ** 20;
afterEach(() => {
  setSoftLimit(LIMIT);
});

const labels = np.array([2n, -1n, 0n, 1n, 2n]);
const weights = np.array([1, 2, 3, 0.5, 1]);
const options = { axes: 1, centered: true, eps: 1e-5 };

/** What is computed of rows and of a gradient of them, each with numbers that are all of its result. */
const COMPUTED: Record<string, (x: NDArray, g: NDArray) => NDArray[]> = {
  softmax: (x) => [softmaxOf(x, 1)],
  'softmax down columns': (x) => [softmaxOf(x, 0)],
  'its gradient': (x, g) => [softmaxGradient(g, x, 1)],
  logSoftmax: (x) => [logSoftmaxOf(x, 1)],
  'the gradient of logSoftmax': (x, g) => [logSoftmaxGradient(g, x, 1)],
  crossEntropy: (x) => [crossEntropyRows(x, labels, weights)],
  'the gradient of crossEntropy': (x) => [crossEntropyGradient(weights, x, labels)],
  norm: (x, g) => [normalizeRows(x, g.get('0') as NDArray, g.get('1') as NDArray, options)],
  'the gradients of norm': (x, g) => normGradients(g, x, g.get('0') as NDArray, true, options) as NDArray[],
};

describe.each(Object.entries(COMPUTED))('%s', (_, compute) => {
  const [x, g] = [points([5, 301]), points([5, 301], 1)];
  const expected = compute(x, g).map(flat);

  it('is the same of strided operands, and of operands outside the heap', () => {
    const strided = (a: NDArray): NDArray => np.transpose(np.transpose(a).copy());
    for (const move of [strided, outside]) expect(compute(move(x), move(g)).map(flat)).toEqual(expected);
  });

  it('is the same when results lie outside the heap', () => {
    setSoftLimit(0);
    const results = compute(x, g);
    expect(results.some(({ storage, nbytes }) => storage.inHeap && nbytes > 1024)).toBe(false);
    expect(results.map(flat)).toEqual(expected);
  });
});
