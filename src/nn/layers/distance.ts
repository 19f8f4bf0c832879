/** How far vectors are from each other. */
import type { ArrayLike } from '../../ops/asarray.ts';
import * as F from '../functional/index.ts';
import { layersOf } from './layer.ts';

const compare = /* @__PURE__ */ layersOf<[x1: ArrayLike, x2: ArrayLike]>();

/**
 * The cosine of the angle between vectors along an axis.
 *
 * @param args - `dim` 1, `eps` 1e-8
 */
export const CosineSimilarity = /* @__PURE__ */ compare(
  'CosineSimilarity',
  F.cosineSimilarity,
  ['dim', 'eps'],
  {
    dim: 1,
    eps: 1e-8,
  },
);
/**
 * The norm of the difference of vectors along the last axis.
 *
 * @param args - `p` 2, `eps` 1e-6, `keepdim` false
 */
export const PairwiseDistance = /* @__PURE__ */ compare(
  'PairwiseDistance',
  F.pairwiseDistance,
  ['p', 'eps', 'keepdim'],
  { p: 2, eps: 1e-6, keepdim: false },
);
