/** Losses of single elements. Each is a formula, so that its value and its gradients are one kernel each. */
import type { Term } from '../../kernel/formula/term.ts';
import { f, literal } from '../../kernel/formula/term.ts';
import { formula } from './formula.ts';

export const squaredError = /* @__PURE__ */ formula('squaredError', 2, (x, y) => f.square(f.sub(x, y)));

export const absoluteError = /* @__PURE__ */ formula('absoluteError', 2, (x, y) => f.abs(f.sub(x, y)));

/** A parabola within beta of the target, and its tangents of slope 1 beyond. */
export const smoothL1 = /* @__PURE__ */ formula('smoothL1', 3, (x, y, beta) => {
  const d = f.abs(f.sub(x, y));
  return f.select(f.lt(d, beta), f.div(f.mul(f.square(d), 0.5), beta), f.sub(d, f.mul(beta, 0.5)));
});

/** The same with tangents of slope delta. */
export const huber = /* @__PURE__ */ formula('huber', 3, (x, y, delta) => {
  const d = f.abs(f.sub(x, y));
  return f.select(f.le(d, delta), f.mul(f.square(d), 0.5), f.mul(f.sub(d, f.mul(delta, 0.5)), delta));
});

/** No logarithm is taken to be less than this. */
const LEAST_LOG = -100;
const clamped = (logarithm: Term): Term => f.select(f.lt(logarithm, LEAST_LOG), LEAST_LOG, logarithm);

/** Of a probability; the derivative is finite at 0 and 1, as in PyTorch. */
export const crossEntropyOfProbability = /* @__PURE__ */ formula(
  'binaryCrossEntropy',
  2,
  (x, y) => f.sub(f.mul(f.sub(y, 1), clamped(f.log1p(f.neg(x)))), f.mul(y, clamped(f.log(x)))),
  {
    partials: (x, y) => {
      const variance = f.mul(f.sub(1, x), x);
      return [f.div(f.sub(x, y), f.select(f.lt(variance, 1e-12), 1e-12, variance)), undefined];
    },
  },
);

/** Of a logit. */
export const crossEntropyOfLogit = /* @__PURE__ */ formula(
  'binaryCrossEntropyWithLogits',
  2,
  (x, y) => f.add(f.mul(f.sub(1, y), x), f.softplus(f.neg(x))),
  { partials: (x, y) => [f.sub(f.sigmoid(x), y), undefined] },
);

/** Of a logit, the positive cases weighted. */
export const crossEntropyOfWeightedLogit = /* @__PURE__ */ formula(
  'binaryCrossEntropyWithLogits(posWeight)',
  3,
  (x, y, weight) => {
    const factor = f.add(f.mul(f.sub(weight, 1), y), 1);
    return f.add(f.mul(f.sub(1, y), x), f.mul(factor, f.softplus(f.neg(x))));
  },
);

/** Kullback and Leibler's divergence: x is a logarithm, y a probability. */
export const divergence = /* @__PURE__ */ formula('klDiv', 2, (x, y) =>
  f.sub(f.select(f.eq(y, 0), 0, f.mul(y, f.log(y))), f.mul(y, x)),
);

/** The same, where y is a logarithm too. */
export const divergenceOfLog = /* @__PURE__ */ formula('klDiv(logTarget)', 2, (x, y) =>
  f.mul(f.exp(y), f.sub(y, x)),
);

export const poissonOfLog = /* @__PURE__ */ formula('poissonNllLoss(logInput)', 2, (x, y) =>
  f.sub(f.exp(x), f.mul(y, x)),
);

export const poisson = /* @__PURE__ */ formula('poissonNllLoss', 3, (x, y, eps) =>
  f.sub(x, f.mul(y, f.log(f.add(x, eps)))),
);

/** Stirling's approximation of log y!, for y above 1. */
export const stirling = /* @__PURE__ */ formula('stirling', 1, (y) => {
  const root = f.mul(f.log(f.mul(y, 2 * Math.PI)), 0.5);
  return f.select(f.le(y, 1), 0, f.add(f.sub(f.mul(y, f.log(y)), y), root));
});

export const gaussian = /* @__PURE__ */ formula('gaussianNllLoss', 3, (x, y, variance) =>
  f.mul(f.add(f.log(variance), f.div(f.square(f.sub(x, y)), variance)), 0.5),
);

/** At least a bound; gradients pass as if there were none. */
export const raised = /* @__PURE__ */ formula('raised', 2, (x, least) => f.select(f.lt(x, least), least, x), {
  partials: () => [literal(1), literal(0)],
});

/** Of a distance x between two that belong together (y = 1) or do not (y = -1). */
export const hingeEmbedding = /* @__PURE__ */ formula('hingeEmbeddingLoss', 3, (x, y, margin) =>
  f.add(f.select(f.eq(y, 1), 0, f.atLeast0(f.sub(margin, x))), f.select(f.eq(y, -1), 0, x)),
);

/** Of the cosine between two that belong together (y = 1) or do not (y = -1). */
export const cosineEmbedding = /* @__PURE__ */ formula('cosineEmbeddingLoss', 3, (x, y, margin) =>
  f.select(f.eq(y, 1), f.sub(1, x), f.select(f.eq(y, -1), f.atLeast0(f.sub(x, margin)), 0)),
);

/** Of two numbers, the first of which should be larger (y = 1) or smaller (y = -1) by a margin. */
export const marginRanking = /* @__PURE__ */ formula('marginRankingLoss', 4, (a, b, y, margin) =>
  f.atLeast0(f.add(f.mul(f.neg(y), f.sub(a, b)), margin)),
);

/** By how much a distance is not smaller than another by a margin. */
export const tripletMargin = /* @__PURE__ */ formula('tripletMarginLoss', 3, (near, far, margin) =>
  f.atLeast0(f.add(f.sub(near, far), margin)),
);

/** By how much a score is not below the right class's by a margin; once and squared. */
export const scoreMargin = /* @__PURE__ */ formula('multiMarginLoss', 3, (x, right, margin) =>
  f.atLeast0(f.add(f.sub(margin, right), x)),
);
export const scoreMarginSquared = /* @__PURE__ */ formula('multiMarginLoss(p=2)', 3, (x, right, margin) =>
  f.square(f.atLeast0(f.add(f.sub(margin, right), x))),
);

export const softMargin = /* @__PURE__ */ formula('softMarginLoss', 2, (x, y) =>
  f.softplus(f.neg(f.mul(y, x))),
);

/** The largest of three. */
const largest = (a: Term, b: Term, c: Term): Term => {
  const first = f.select(f.lt(a, b), b, a);
  return f.select(f.lt(first, c), c, first);
};

/**
 * One step of the forward recursion of `ctcLoss`: log(e^a + e^b + e^(c + skip)) + e while the step is below the length, then a. The derivatives
 * are the three shares of the sum.
 */
export const ctcStep = /* @__PURE__ */ formula(
  'ctcStep',
  7,
  (a, b, c, skip, e, step, length) => {
    const { most, total } = ctcSum(a, b, f.add(c, skip));
    return f.select(f.lt(step, length), f.add(f.add(most, f.log(total)), e), a);
  },
  {
    partials: (a, b, c, skip, _e, step, length) => {
      const last = f.add(c, skip);
      const { most, total } = ctcSum(a, b, last);
      const isLive = f.lt(step, length);
      const share = (x: Term, otherwise: number): Term =>
        f.select(isLive, f.div(f.exp(f.sub(x, most)), total), otherwise);
      return [
        share(a, 1),
        share(b, 0),
        share(last, 0),
        share(last, 0),
        f.select(isLive, 1, 0),
        literal(0),
        literal(0),
      ];
    },
  },
);

function ctcSum(a: Term, b: Term, c: Term): { most: Term; total: Term } {
  const most = largest(a, b, c);
  const total = [a, b, c].map((x) => f.exp(f.sub(x, most))).reduce((p, q) => f.add(p, q));
  return { most, total };
}
