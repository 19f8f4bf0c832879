/** Losses as modules: each holds the options of the function of the same name. */
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import { layersOf } from './layer.ts';

/** How the losses of all elements are put together. */
type Reduction = 'none' | 'mean' | 'sum';
type Distance = (a: Tensor, b: Tensor) => Tensor;

const MEAN = 'mean' as Reduction;
const NONE = null as ArrayLike | null;
const TERSE = { terse: true };

const loss = /* @__PURE__ */ layersOf<[input: ArrayLike, target: ArrayLike]>();
const triple = /* @__PURE__ */ layersOf<[first: ArrayLike, second: ArrayLike, third: ArrayLike]>();
const aligned =
  /* @__PURE__ */ layersOf<
    [logProbs: ArrayLike, targets: ArrayLike, inputLengths: ArrayLike, targetLengths: ArrayLike]
  >();

/**
 * The mean of squared differences.
 *
 * @param args - `reduction`
 * @example
 * new np.nn.MSELoss().call(np.tensor([1, 2]), np.tensor([1, 4])); // tensor(2.)
 */
export const MSELoss = /* @__PURE__ */ loss('MSELoss', F.mseLoss, ['reduction'], { reduction: MEAN }, TERSE);

/**
 * The mean of absolute differences.
 *
 * @param args - `reduction`
 */
export const L1Loss = /* @__PURE__ */ loss('L1Loss', F.l1Loss, ['reduction'], { reduction: MEAN }, TERSE);

/**
 * Squared differences, divided by 2 `beta`, up to `beta`, and absolute ones less `beta` / 2 beyond.
 *
 * @param args - `reduction`, `beta`
 */
export const SmoothL1Loss = /* @__PURE__ */ loss(
  'SmoothL1Loss',
  F.smoothL1Loss,
  ['reduction', 'beta'],
  { reduction: MEAN, beta: 1 },
  TERSE,
);

/**
 * Half of squared differences up to `delta`, and beyond `delta` times absolute ones less `delta` / 2.
 *
 * @param args - `reduction`, `delta`
 */
export const HuberLoss = /* @__PURE__ */ loss(
  'HuberLoss',
  F.huberLoss,
  ['reduction', 'delta'],
  { reduction: MEAN, delta: 1 },
  TERSE,
);

/**
 * The negative logarithm of the probability, by softmax of the input, of the class that is the target.
 *
 * @param args - `weight`, `ignoreIndex`, `reduction`, `labelSmoothing`
 * @example
 * new np.nn.CrossEntropyLoss().call(np.tensor([[0, 0]]), np.tensor([1n])); // tensor(0.6931472)
 */
export const CrossEntropyLoss = /* @__PURE__ */ loss(
  'CrossEntropyLoss',
  F.crossEntropy,
  ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing'],
  { weight: NONE, ignoreIndex: -100, reduction: MEAN, labelSmoothing: 0 },
  { terse: true, buffers: ['weight'] },
);

/**
 * The negative log probability, which the input holds, of the class that is the target.
 *
 * @param args - `weight`, `ignoreIndex`, `reduction`
 */
export const NLLLoss = /* @__PURE__ */ loss(
  'NLLLoss',
  F.nllLoss,
  ['weight', 'ignoreIndex', 'reduction'],
  { weight: NONE, ignoreIndex: -100, reduction: MEAN },
  { terse: true, buffers: ['weight'] },
);

/**
 * Cross entropy of probabilities.
 *
 * @param args - `weight`, `reduction`
 */
export const BCELoss = /* @__PURE__ */ loss(
  'BCELoss',
  F.binaryCrossEntropy,
  ['weight', 'reduction'],
  { weight: NONE, reduction: MEAN },
  { terse: true, buffers: ['weight'] },
);

/**
 * Cross entropy of probabilities that are the sigmoid of the input.
 *
 * @param args - `weight`, `reduction`, `posWeight`
 */
export const BCEWithLogitsLoss = /* @__PURE__ */ loss(
  'BCEWithLogitsLoss',
  F.binaryCrossEntropyWithLogits,
  ['weight', 'reduction', 'posWeight'],
  { weight: NONE, reduction: MEAN, posWeight: NONE },
  { terse: true, buffers: ['weight', 'posWeight'] },
);

/**
 * The Kullback-Leibler divergence of the target from the input's log probabilities.
 *
 * @param args - `reduction`, `logTarget`
 */
export const KLDivLoss = /* @__PURE__ */ loss(
  'KLDivLoss',
  F.klDiv,
  ['reduction', 'logTarget'],
  { reduction: 'mean' as Reduction | 'batchmean', logTarget: false },
  TERSE,
);

/**
 * The negative log likelihood of the target in a Poisson distribution.
 *
 * @param args - `logInput`, `full`, `eps`, `reduction`
 */
export const PoissonNLLLoss = /* @__PURE__ */ loss(
  'PoissonNLLLoss',
  F.poissonNllLoss,
  ['logInput', 'full', 'eps', 'reduction'],
  { logInput: true, full: false, eps: 1e-8, reduction: MEAN },
  TERSE,
);

/**
 * The negative log likelihood of the target in normal distributions: `call(input, target, variance)`.
 *
 * @param args - `full`, `eps`, `reduction`
 */
export const GaussianNLLLoss = /* @__PURE__ */ triple(
  'GaussianNLLLoss',
  F.gaussianNllLoss,
  ['full', 'eps', 'reduction'],
  { full: false, eps: 1e-6, reduction: MEAN },
  TERSE,
);

/**
 * Distances of pairs that are alike (target 1), and `margin` less the distance of those that are not (-1).
 *
 * @param args - `margin`, `reduction`
 */
export const HingeEmbeddingLoss = /* @__PURE__ */ loss(
  'HingeEmbeddingLoss',
  F.hingeEmbeddingLoss,
  ['margin', 'reduction'],
  { margin: 1, reduction: MEAN },
  TERSE,
);

/**
 * How much the first input is not above (target 1) or below (-1) the second by `margin`.
 *
 * @param args - `margin`, `reduction`
 */
export const MarginRankingLoss = /* @__PURE__ */ triple(
  'MarginRankingLoss',
  F.marginRankingLoss,
  ['margin', 'reduction'],
  { margin: 0, reduction: MEAN },
  TERSE,
);

/**
 * One less the cosine of vectors that are alike (target 1), and the cosine less `margin` of those that are not (-1).
 *
 * @param args - `margin`, `reduction`
 */
export const CosineEmbeddingLoss = /* @__PURE__ */ triple(
  'CosineEmbeddingLoss',
  F.cosineEmbeddingLoss,
  ['margin', 'reduction'],
  { margin: 0, reduction: MEAN },
  TERSE,
);

/**
 * How much the anchor is nearer to the negative than to the positive, plus `margin`: `call(anchor, positive, negative)`.
 *
 * @param args - `margin`, `p`, `eps`, `swap`, `reduction`
 */
export const TripletMarginLoss = /* @__PURE__ */ triple(
  'TripletMarginLoss',
  F.tripletMarginLoss,
  ['margin', 'p', 'eps', 'swap', 'reduction'],
  { margin: 1, p: 2, eps: 1e-6, swap: false, reduction: MEAN },
  TERSE,
);

/**
 * `TripletMarginLoss` with a distance of one's own.
 *
 * @param args - keywords: `distanceFunction`, `margin`, `swap`, `reduction`
 */
export const TripletMarginWithDistanceLoss = /* @__PURE__ */ triple(
  'TripletMarginWithDistanceLoss',
  F.tripletMarginWithDistanceLoss,
  [],
  { distanceFunction: null as Distance | null, margin: 1, swap: false, reduction: MEAN },
  TERSE,
);

/**
 * log(1 + exp(-target input)).
 *
 * @param args - `reduction`
 */
export const SoftMarginLoss = /* @__PURE__ */ loss(
  'SoftMarginLoss',
  F.softMarginLoss,
  ['reduction'],
  { reduction: MEAN },
  TERSE,
);

/**
 * How much other classes come nearer than `margin` to the class that is the target.
 *
 * @param args - `p`, `margin`, `weight`, `reduction`
 */
export const MultiMarginLoss = /* @__PURE__ */ loss(
  'MultiMarginLoss',
  F.multiMarginLoss,
  ['p', 'margin', 'weight', 'reduction'],
  { p: 1, margin: 1, weight: NONE, reduction: MEAN },
  { terse: true, buffers: ['weight'] },
);

/**
 * `MultiMarginLoss` with several classes as the target, ended by -1.
 *
 * @param args - `reduction`
 */
export const MultiLabelMarginLoss = /* @__PURE__ */ loss(
  'MultiLabelMarginLoss',
  F.multilabelMarginLoss,
  ['reduction'],
  { reduction: MEAN },
  TERSE,
);

/**
 * Cross entropy of each class against all others.
 *
 * @param args - `weight`, `reduction`
 */
export const MultiLabelSoftMarginLoss = /* @__PURE__ */ loss(
  'MultiLabelSoftMarginLoss',
  F.multilabelSoftMarginLoss,
  ['weight', 'reduction'],
  { weight: NONE, reduction: MEAN },
  { terse: true, buffers: ['weight'] },
);

/**
 * The negative log probability of all alignments of a target with the input: `call(logProbs, targets, inputLengths, targetLengths)`.
 *
 * @param args - `blank`, `reduction`, `zeroInfinity`
 */
export const CTCLoss = /* @__PURE__ */ aligned(
  'CTCLoss',
  F.ctcLoss,
  ['blank', 'reduction', 'zeroInfinity'],
  { blank: 0, reduction: MEAN, zeroInfinity: false },
  TERSE,
);
