/** First and second derivatives of every function, against differences in float64. */
import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { points, shares } from './points.ts';

const F = np.nn.functional;

type Case = readonly [name: string, fn: (...x: never[]) => unknown, ...inputs: NDArray[]];

const x = points([2, 6]);
const y = points([2, 6], 1);
const images = points([2, 4, 3]);

const ACTIVATIONS: readonly Case[] = [
  ['relu', F.relu, x],
  ['relu6', F.relu6, x],
  ['leakyRelu', (a: NDArray) => F.leakyRelu(a, 0.2), x],
  ['prelu', F.prelu, images, np.array([0.1, 0.2, 0.3, 0.4])],
  ['elu', (a: NDArray) => F.elu(a, 0.7), x],
  ['celu', (a: NDArray) => F.celu(a, 0.7), x],
  ['selu', F.selu, x],
  ['gelu', (a: NDArray) => F.gelu(a), x],
  ['gelu tanh', (a: NDArray) => F.gelu(a, 'tanh'), x],
  ['silu', F.silu, x],
  ['mish', F.mish, x],
  ['softplus', (a: NDArray) => F.softplus(a, 2, 1), x],
  ['softsign', F.softsign, x],
  ['hardtanh', (a: NDArray) => F.hardtanh(a), x],
  ['hardsigmoid', F.hardsigmoid, np.multiply(x, 3) as NDArray],
  ['hardswish', F.hardswish, np.multiply(x, 3) as NDArray],
  ['threshold', (a: NDArray) => F.threshold(a, 0.3, 2), x],
  ['sigmoid', F.sigmoid, x],
  ['tanh', F.tanh, x],
  ['logSigmoid', F.logSigmoid, x],
  ['tanhshrink', F.tanhshrink, x],
  ['softshrink', (a: NDArray) => F.softshrink(a), x],
  ['hardshrink', (a: NDArray) => F.hardshrink(a), x],
  ['glu', (a: NDArray) => F.glu(a), x],
  ['softmax', (a: NDArray) => F.softmax(a, 1), images],
  ['softmin', (a: NDArray) => F.softmin(a, -1), images],
  ['logSoftmax', (a: NDArray) => F.logSoftmax(a, 0), images],
];

const LAYERS: readonly Case[] = [
  ['linear', F.linear, x, points([3, 6]), points([3])],
  ['bilinear', F.bilinear, points([2, 3]), points([2, 4]), points([5, 3, 4]), points([5])],
  [
    'embedding',
    (w: NDArray) =>
      F.embedding(
        [
          [1, 0],
          [1, 2],
        ],
        w,
      ),
    points([3, 2]),
  ],
  ['embeddingBag', (w: NDArray) => F.embeddingBag([0, 1, 2, 1], w, [0, 1], { mode: 'max' }), points([3, 2])],
  [
    'embeddingBag weighted',
    (w: NDArray, s: NDArray) => F.embeddingBag([0, 1, 2, 1], w, [0, 3], { mode: 'sum', perSampleWeights: s }),
    points([3, 2]),
    points([4]),
  ],
  [
    'batchNorm',
    (a: NDArray, w: NDArray, b: NDArray) => F.batchNorm(a, null, null, w, b, true),
    images,
    points([4]),
    points([4]),
  ],
  ['instanceNorm', (a: NDArray, w: NDArray) => F.instanceNorm(a, null, null, w), images, points([4])],
  [
    'layerNorm',
    (a: NDArray, w: NDArray, b: NDArray) => F.layerNorm(a, [4, 3], w, b),
    images,
    points([4, 3]),
    points([4, 3]),
  ],
  ['layerNorm without weight', (a: NDArray) => F.layerNorm(a, 6), x],
  [
    'groupNorm',
    (a: NDArray, w: NDArray, b: NDArray) => F.groupNorm(a, 2, w, b),
    images,
    points([4]),
    points([4]),
  ],
  ['rmsNorm', (a: NDArray, w: NDArray) => F.rmsNorm(a, 6, w), x, points([6])],
  ['localResponseNorm', (a: NDArray) => F.localResponseNorm(a, 3, 0.5), images],
  ['normalize', (a: NDArray) => F.normalize(a, 3), x],
  [
    'attention',
    (q: NDArray, k: NDArray, v: NDArray) => F.scaledDotProductAttention(q, k, v, { isCausal: true }),
    points([1, 3, 2]),
    points([1, 3, 2], 1),
    points([1, 3, 2], 2),
  ],
  ['cosineSimilarity', (a: NDArray, b: NDArray) => F.cosineSimilarity(a, b), x, y],
  ['pairwiseDistance', (a: NDArray, b: NDArray) => F.pairwiseDistance(a, b, 3), x, y],
  ['pdist', (a: NDArray) => F.pdist(a), points([3, 2])],
];

const labels = np.array([2n, -100n, 0n]);
const scores = points([3, 4]);
const binary = np.array([
  [0, 1, 1, 0, 1, 0],
  [1, 0, 0.3, 0, 1, 1],
]);
const signs = np.array([
  [1, -1, 1, 1, -1, -1],
  [-1, 1, 1, -1, 1, -1],
]);

const LOSSES: readonly Case[] = [
  ['mseLoss', F.mseLoss, x, y],
  ['l1Loss', F.l1Loss, x, y],
  ['smoothL1Loss', (a: NDArray, b: NDArray) => F.smoothL1Loss(a, b, { beta: 0.7 }), x, y],
  ['huberLoss', (a: NDArray, b: NDArray) => F.huberLoss(a, b, { delta: 0.7 }), x, y],
  ['crossEntropy', (a: NDArray, w: NDArray) => F.crossEntropy(a, labels, { weight: w }), scores, shares([4])],
  [
    'crossEntropy smoothed',
    (a: NDArray) => F.crossEntropy(a, labels, { labelSmoothing: 0.2, weight: shares([4]) }),
    scores,
  ],
  [
    'crossEntropy of probabilities',
    (a: NDArray, b: NDArray) => F.crossEntropy(a, b),
    images,
    shares([2, 4, 3]),
  ],
  [
    'crossEntropy of images',
    (a: NDArray) =>
      F.crossEntropy(
        a,
        [
          [0, 3, 1],
          [2, 2, 0],
        ],
        { reduction: 'none' },
      ),
    images,
  ],
  ['nllLoss', (a: NDArray) => F.nllLoss(a, labels), scores],
  ['binaryCrossEntropy', (a: NDArray) => F.binaryCrossEntropy(a, binary), shares([2, 6])],
  [
    'binaryCrossEntropyWithLogits',
    (a: NDArray, p: NDArray) => F.binaryCrossEntropyWithLogits(a, binary, { posWeight: p }),
    x,
    shares([6]),
  ],
  ['klDiv', (a: NDArray, b: NDArray) => F.klDiv(a, b, 'batchmean'), x, shares([2, 6])],
  ['klDiv of logarithms', (a: NDArray, b: NDArray) => F.klDiv(a, b, { logTarget: true }), x, y],
  ['poissonNllLoss', (a: NDArray) => F.poissonNllLoss(a, np.array([0, 1, 2, 3, 4, 5]), { full: true }), x],
  [
    'gaussianNllLoss',
    (a: NDArray, b: NDArray, v: NDArray) => F.gaussianNllLoss(a, b, v),
    x,
    y,
    shares([2, 6]),
  ],
  ['hingeEmbeddingLoss', (a: NDArray) => F.hingeEmbeddingLoss(a, signs), x],
  ['marginRankingLoss', (a: NDArray, b: NDArray) => F.marginRankingLoss(a, b, signs, 0.1), x, y],
  [
    'cosineEmbeddingLoss',
    (a: NDArray, b: NDArray) => F.cosineEmbeddingLoss(a, b, np.array([1, -1]), -0.9),
    x,
    y,
  ],
  [
    'tripletMarginLoss',
    (a: NDArray, b: NDArray, c: NDArray) => F.tripletMarginLoss(a, b, c, { swap: true, margin: 5 }),
    x,
    y,
    points([2, 6], 2),
  ],
  ['softMarginLoss', (a: NDArray) => F.softMarginLoss(a, signs), x],
  ['multiMarginLoss', (a: NDArray) => F.multiMarginLoss(a, [1, 0, 3], { p: 2 }), scores],
  [
    'multilabelMarginLoss',
    (a: NDArray) =>
      F.multilabelMarginLoss(a, [
        [1, 3, -1, 0],
        [0, -1, 2, 2],
        [3, 2, 1, 0],
      ]),
    scores,
  ],
  ['multilabelSoftMarginLoss', (a: NDArray) => F.multilabelSoftMarginLoss(a, binary), x],
  [
    'ctcLoss of a log softmax',
    (a: NDArray) =>
      F.ctcLoss(
        F.logSoftmax(a, 2),
        [
          [1, 1],
          [2, 1],
        ],
        [4, 3],
        [2, 1],
        { reduction: 'sum' },
      ),
    points([4, 2, 3]),
  ],
];

describe.each([
  ['activations', ACTIVATIONS],
  ['layers', LAYERS],
  ['losses', LOSSES],
] as const)('%s', (_, cases) => {
  it.each(cases)('%s differentiates', (_name, fn, ...operands) => {
    const inputs = operands as NDArray[];
    expect(np.gradcheck(fn as never, inputs)).toBe(true);
  });

  it.each(cases)('%s differentiates twice', (_name, fn, ...operands) => {
    const inputs = operands as NDArray[];
    const slopes = (...at: NDArray[]): unknown => {
      const value = (...a: NDArray[]): NDArray => {
        const out = (fn as (...a: NDArray[]) => NDArray)(...a);
        return np.sum(np.multiply(out, points(out.shape, 3))) as NDArray;
      };
      return np.grad(value as never, { argnums: inputs.map((_, i) => i) })(...(at as never[]));
    };
    expect(np.gradcheck(slopes as never, inputs)).toBe(true);
  });
});
