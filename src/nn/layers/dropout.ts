/** Dropout: in training, parts of the input are set to zero at random, and the rest is made larger. */
import { ValueError } from '../../array/errors.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import * as F from '../functional/index.ts';
import { layersOf } from './layer.ts';

const drop = /* @__PURE__ */ layersOf<[input: ArrayLike]>();

const OPTIONS = { p: 0.5 };
const TRAITS = { training: true, check: requireProbability };

function requireProbability({ p }: { readonly p: number }): void {
  if (typeof p === 'number' && p >= 0 && p <= 1) return;
  throw new ValueError(`dropout probability has to be between 0 and 1, but got ${String(p)}`);
}

/**
 * Each element is zero with probability `p`.
 *
 * @param args - `p` 0.5
 * @throws ValueError for a probability that is none.
 * @example
 * new np.nn.Dropout(0.2).eval().call(np.tensor([1, 2])); // tensor([1., 2.])
 */
export const Dropout = /* @__PURE__ */ drop('Dropout', F.dropout, ['p'], OPTIONS, TRAITS);
/** Each channel of (n, channels, length) is zero with probability `p`. @param args - `p` 0.5 */
export const Dropout1d = /* @__PURE__ */ drop('Dropout1d', F.dropout1d, ['p'], OPTIONS, TRAITS);
/** Each channel of (n, channels, height, width) is zero with probability `p`. @param args - `p` 0.5 */
export const Dropout2d = /* @__PURE__ */ drop('Dropout2d', F.dropout2d, ['p'], OPTIONS, TRAITS);
/** Each channel of (n, channels, depth, height, width) is zero with probability `p`. @param args - `p` 0.5 */
export const Dropout3d = /* @__PURE__ */ drop('Dropout3d', F.dropout3d, ['p'], OPTIONS, TRAITS);
/** Dropout for `SELU`: dropped elements get its negative limit, so that mean and variance stay. @param args - `p` 0.5 */
export const AlphaDropout = /* @__PURE__ */ drop('AlphaDropout', F.alphaDropout, ['p'], OPTIONS, TRAITS);
/** `AlphaDropout` of whole channels. @param args - `p` 0.5 */
export const FeatureAlphaDropout = /* @__PURE__ */ drop(
  'FeatureAlphaDropout',
  F.featureAlphaDropout,
  ['p'],
  OPTIONS,
  TRAITS,
);
