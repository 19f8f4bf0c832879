/** Attention: values weighted by how well keys answer to queries. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { tri } from '../../np/creation/matrices.ts';
import { where } from '../../np/indexing/choose.ts';
import { matmul } from '../../np/products/matmul.ts';
import { swapaxes } from '../../np/shape/transpose.ts';
import { add, multiply } from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { softmaxOf } from '../../ops/rows/softmax.ts';
import { alike, requireProbability } from './arguments.ts';
import { dropout } from './dropout.ts';
import { floatArray, listed } from './images.ts';

export interface AttentionOptions {
  /** Of booleans, true for the keys that take part; of numbers, what is added to the scores. */
  attnMask?: ArrayLike | null;
  /** Of how many weights are dropped. */
  dropoutP?: number;
  /** Whether a query sees only the keys up to its own place. */
  isCausal?: boolean;
  /** What scores are multiplied with: 1 / sqrt(width) by default. */
  scale?: number | null;
}

const KEYWORDS = ['attnMask', 'dropoutP', 'isCausal', 'scale'] as const;

/**
 * softmax(Q K^T / sqrt(width)) V (Vaswani et al., "Attention is all you need").
 *
 * @param query - (..., queries, width)
 * @param key - (..., keys, width)
 * @param value - (..., keys, value's width)
 * @param args - `attnMask` (broadcast to (..., queries, keys)), `dropoutP` (0), `isCausal` (false), `scale`
 * @returns (..., queries, value's width)
 * @throws ValueError for sizes that don't fit, or a mask beside `isCausal`; TypeError for different dtypes.
 * @example
 * const q = np.ones([1, 2]);
 * np.nn.functional.scaledDotProductAttention(q, q, np.array([[5, 7]])); // array([[5., 7.]])
 */
export function scaledDotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  ...args: Args<AttentionOptions, typeof KEYWORDS>
): NDArray {
  const fn = 'scaledDotProductAttention';
  const { attnMask, dropoutP = 0, isCausal = false, scale } = bind<AttentionOptions>(fn, args, KEYWORDS);
  const q = floatArray(fn, query, 'query');
  const k = alike(fn, key, q, 'key');
  const v = alike(fn, value, q, 'value');
  requireSizes(q, k, v);
  requireProbability(dropoutP);
  if (isCausal && attnMask !== null && attnMask !== undefined)
    throw new ValueError(`${fn}: Explicit attnMask should not be set when isCausal=True`);
  const factor = scale ?? 1 / Math.sqrt(q.shape[q.ndim - 1]);
  const scores = matmul(multiply(q, factor) as NDArray, swapaxes(k, -1, -2)) as NDArray;
  const weights = softmaxOf(masked(scores, attnMask, isCausal), scores.ndim - 1);
  return matmul(dropoutP > 0 ? dropout(weights, dropoutP) : weights, v) as NDArray;
}

function masked(scores: NDArray, mask: ArrayLike | null | undefined, isCausal: boolean): NDArray {
  if (isCausal) {
    const [queries, keys] = scores.shape.slice(-2);
    return where(tri(queries, keys, { dtype: 'bool' }), scores, -Infinity);
  }
  if (mask === null || mask === undefined) return scores;
  const given = asArray(mask);
  if (given.dtype.kind === 'b') return where(given, scores, -Infinity);
  return add(scores, alike('scaledDotProductAttention', given, scores, 'attnMask')) as NDArray;
}

function requireSizes(q: NDArray, k: NDArray, v: NDArray): void {
  const [width, keys] = [q.shape.at(-1), k.shape.at(-2)];
  if (q.ndim >= 2 && k.ndim >= 2 && v.ndim >= 2 && k.shape.at(-1) === width && v.shape.at(-2) === keys)
    return;
  throw new ValueError(
    `scaledDotProductAttention: query of size ${listed(q.shape)}, key of size ${listed(k.shape)} and value of size ${listed(v.shape)} ` +
      'do not fit: query and key must have the same width, key and value the same length',
  );
}
