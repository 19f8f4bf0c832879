import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { flat, points, shares } from './points.ts';

const F = np.nn.functional;

const close = (a: unknown, b: unknown, digits = 12): void => {
  const [x, y] = [a, b].map((v) => (typeof v === 'number' ? [v] : flat(v)));
  expect(x).toHaveLength(y.length);
  x.forEach((value, i) => expect(value).toBeCloseTo(y[i], digits));
};

describe('crossEntropy', () => {
  const x = points([5, 4]);
  const labels = [0, 3, 1, 1, 2];

  it('is the nll of the log softmax', () => {
    const weight = shares([4]);
    for (const reduction of ['none', 'mean', 'sum'] as const) {
      const options = { weight, reduction, ignoreIndex: 3 };
      close(F.crossEntropy(x, labels, options), F.nllLoss(F.logSoftmax(x, 1), labels, options));
    }
  });

  it('of probabilities that are one hot is that of labels', () => {
    const hot = F.oneHot(labels, 4).astype('float64');
    close(F.crossEntropy(x, hot), F.crossEntropy(x, labels));
    close(
      F.crossEntropy(x, hot, { labelSmoothing: 0.3 }),
      F.crossEntropy(x, labels, { labelSmoothing: 0.3 }),
    );
  });

  it('leaves ignored rows out, whatever is in them', () => {
    const bad = x.copy();
    bad.set('1', NaN);
    const target = np.array([0n, -100n, 1n, 1n, 2n]);
    const kept = [0, 2, 3, 4];
    close(F.crossEntropy(bad, target), F.crossEntropy(np.take(x, kept, { axis: 0 }), [0, 1, 1, 2]));
    const t = np.tensor(bad, { requiresGrad: true });
    F.crossEntropy(t, target).backward();
    expect(flat(t.grad!.get('1'))).toEqual([0, 0, 0, 0]);
    expect(Number(F.crossEntropy(x, np.full([5], -100n), { reduction: 'mean' }))).toBeNaN();
  });

  it('takes images, single rows and float16', () => {
    const images = points([2, 4, 3, 2]);
    const target = np.zeros([2, 3, 2], { dtype: 'int64' });
    expect(F.crossEntropy(images, target, { reduction: 'none' }).shape).toEqual([2, 3, 2]);
    close(F.crossEntropy(x.get('0'), 2), F.crossEntropy(x.get('0:1'), [2]));
    expect(Number(F.crossEntropy(x.astype('float16'), labels))).toBeCloseTo(
      Number(F.crossEntropy(x, labels)),
      2,
    );
  });

  it('refuses what is wrong', () => {
    expect(() => F.crossEntropy(x, [0, 1, 2, 3, 4])).toThrow('Target 4 is out of bounds');
    expect(() => F.crossEntropy(x, [0, 1, 2, 3, -1])).toThrow(np.IndexError);
    expect(() => F.crossEntropy(x, [0, 1])).toThrow('batch_size (5) to match target batch_size (2)');
    expect(() => F.crossEntropy(x, np.zeros(5))).toThrow(TypeError);
    expect(() => F.crossEntropy(x, labels, { weight: np.ones(3) })).toThrow('all 4 classes');
    expect(() => F.crossEntropy(x, labels, { labelSmoothing: 2 })).toThrow(np.ValueError);
    expect(() => F.crossEntropy(x, labels, { reduction: 'average' as never })).toThrow(
      'average is not a valid value',
    );
    expect(() => F.nllLoss(np.array(1), 0)).toThrow(np.ValueError);
  });
});

describe('ctcLoss', () => {
  /** The label that a path stands for: repeats merged, then blanks dropped. */
  const collapsed = (path: readonly number[]): string =>
    path.filter((c, t) => c !== path[t - 1] && c !== 0).join(' ');

  /** The loss by adding up all paths. */
  function byPaths(probabilities: number[][], label: readonly number[]): number {
    const classes = probabilities[0].length;
    let total = 0;
    for (let code = 0; code < classes ** probabilities.length; code++) {
      const path = probabilities.map((_, t) => Math.floor(code / classes ** t) % classes);
      if (collapsed(path) === label.join(' ')) total += path.reduce((p, c, t) => p * probabilities[t][c], 1);
    }
    return -Math.log(total);
  }

  it('adds up all paths', () => {
    const p = F.softmax(points([5, 1, 3]), 2);
    const table = (np.squeeze(p, 1) as NDArray).tolist() as number[][];
    for (const label of [[1], [1, 1], [1, 2], [2, 1, 2], []]) {
      const loss = F.ctcLoss(np.log(p) as NDArray, [label.length ? label : [0]], [5], [label.length], {
        reduction: 'sum',
      });
      expect(Number(loss)).toBeCloseTo(byPaths(table, label), 12);
    }
  });

  it('is infinite where no path fits, or zero', () => {
    const logs = F.logSoftmax(points([2, 1, 3]), 2);
    expect(Number(F.ctcLoss(logs, [[1, 1]], [2], [2], { reduction: 'sum' }))).toBe(Infinity);
    expect(Number(F.ctcLoss(logs, [[1, 1]], [2], [2], { reduction: 'sum', zeroInfinity: true }))).toBe(0);
  });

  it('refuses what is wrong', () => {
    const logs = F.logSoftmax(points([3, 2, 4]), 2);
    expect(() => F.ctcLoss(logs, [[1], [2]], [4, 3], [1, 1])).toThrow('at most 3, but got value 4');
    expect(() => F.ctcLoss(logs, [[1], [2]], [3], [1, 1])).toThrow('inputLengths must be of size batch_size');
    expect(() => F.ctcLoss(logs, [[1], [2]], [3, 3], [1, 2])).toThrow(np.ValueError);
    expect(() => F.ctcLoss(logs, [[1], [4]], [3, 3], [1, 1])).toThrow(np.IndexError);
    expect(() => F.ctcLoss(logs, [1, 2, 3], [3, 3], [1, 1])).toThrow('sum of targetLengths');
    expect(() => F.ctcLoss(logs, [[1], [2]], [3, 3], [1, 1], 4)).toThrow('blank');
  });
});

describe('other losses', () => {
  const [x, y] = [points([3, 4]), points([3, 4], 1)];

  it('are zero where nothing is wrong', () => {
    for (const loss of [F.mseLoss, F.l1Loss, F.smoothL1Loss, F.huberLoss]) expect(Number(loss(x, x))).toBe(0);
    close(F.klDiv(np.log(shares([4])) as NDArray, shares([4])), 0);
    close(F.cosineEmbeddingLoss(x, x, np.ones(3)), 0);
  });

  it('agree with each other', () => {
    close(F.smoothL1Loss(x, y, { beta: 0.5 }), np.divide(F.huberLoss(x, y, { delta: 0.5 }), 0.5));
    close(F.smoothL1Loss(x, y, { beta: 0 }), F.l1Loss(x, y));
    const target = np.greater(y, 0).astype('float64');
    close(F.binaryCrossEntropyWithLogits(x, target), F.binaryCrossEntropy(F.sigmoid(x), target));
    const signs = np.subtract(np.multiply(target, 2), 1) as NDArray;
    close(F.softMarginLoss(x, signs), F.binaryCrossEntropyWithLogits(x, target));
    close(F.klDiv(x, np.log(shares([3, 4])) as NDArray, { logTarget: true }), F.klDiv(x, shares([3, 4])));
    const distanceFunction = (a: NDArray, b: NDArray): NDArray => F.pairwiseDistance(a, b);
    const triplet = [x, y, points([3, 4], 2)] as const;
    close(F.tripletMarginWithDistanceLoss(...triplet, { distanceFunction }), F.tripletMarginLoss(...triplet));
  });

  it('stay finite at the edges', () => {
    const edge = np.tensor([0, 1], { dtype: 'float64', requiresGrad: true });
    const loss = F.binaryCrossEntropy(edge, np.array([1, 1]), { reduction: 'sum' });
    loss.backward();
    expect(Number(loss)).toBe(100);
    expect(flat(edge.grad)).toEqual([-1e12, 0]);
    expect(Number(F.binaryCrossEntropyWithLogits(np.array([-1000]), np.array([1])))).toBe(1000);
  });

  it('give numbers for arrays and tensors for tensors', () => {
    expect(typeof F.mseLoss(x, y)).toBe('number');
    expect(F.mseLoss(np.tensor(x), y)).toBeInstanceOf(np.Tensor);
    expect(F.mseLoss(np.tensor([1, 2]), np.array([1n, 3n])).dtype.name).toBe('float32');
  });

  it('refuse what is wrong', () => {
    expect(() => F.mseLoss(points([3]), points([4]))).toThrow('(3,) (4,)');
    expect(() => F.mseLoss(x, y, 'average' as never)).toThrow(np.ValueError);
    expect(() => F.smoothL1Loss(x, y, { beta: -1 })).toThrow(np.ValueError);
    expect(() => F.huberLoss(x, y, { delta: 0 })).toThrow(np.ValueError);
    expect(() => F.binaryCrossEntropy(x, y)).toThrow('between 0 and 1');
    expect(() => F.binaryCrossEntropy(shares([3, 1]), shares([3]))).toThrow('[3, 1]');
    expect(() => F.gaussianNllLoss(x, y, np.full([3, 4], -1))).toThrow('negative');
    expect(() => F.gaussianNllLoss(x, y, np.ones(4))).toThrow('incorrect size');
    expect(() => F.cosineEmbeddingLoss(x, y, np.ones([3, 1]))).toThrow(np.ValueError);
    expect(() => F.multiMarginLoss(x, [0, 1, 4])).toThrow(np.IndexError);
    expect(() => F.multiMarginLoss(x, [0, 1, 2], { p: 3 })).toThrow(np.ValueError);
    expect(() => F.multilabelMarginLoss(x, [[0, 1]])).toThrow(np.ValueError);
    expect(() => F.tripletMarginLoss(x, y, points([3, 3]))).toThrow(np.ValueError);
    expect(() => F.l1Loss(np.array([1n]), np.array([1n]))).toThrow(TypeError);
  });
});
