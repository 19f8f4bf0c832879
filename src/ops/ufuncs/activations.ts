/** The activation functions of neural networks. Where one is defined piecewise, the comparison decides the derivative at the joint as in PyTorch. */
import type { Term } from '../../kernel/formula/term.ts';
import { f, literal } from '../../kernel/formula/term.ts';
import { formula } from './formula.ts';
import { REALS } from './types.ts';

/** NaN stays: it is not below zero. */
export const relu = /* @__PURE__ */ formula('relu', 1, (x) => f.select(f.le(x, 0), 0, x), {
  chars: REALS,
  ofResult: (y) => f.select(f.le(y, 0), 0, 1),
});

export const leakyRelu = /* @__PURE__ */ formula('leakyRelu', 2, (x, slope) =>
  f.select(f.lt(0, x), x, f.mul(x, slope)),
);

/** Of a learned slope, where that of `leakyRelu` is given. */
export const prelu = /* @__PURE__ */ formula('prelu', 2, (x, slope) =>
  f.select(f.lt(0, x), x, f.mul(x, slope)),
);

/** x, or below zero scale * (exp(x / width) - 1). */
const exponentialUnit = (x: Term, scale: Term | number, width: Term | number): Term =>
  f.select(f.lt(0, x), x, f.mul(f.expm1(f.div(x, width)), scale));

export const elu = /* @__PURE__ */ formula('elu', 2, (x, alpha) => exponentialUnit(x, alpha, 1));

export const celu = /* @__PURE__ */ formula('celu', 2, (x, alpha) => exponentialUnit(x, alpha, alpha));

/** The constants that keep mean 0 and variance 1 (Klambauer et al., "Self-normalizing neural networks"). */
export const SELU_ALPHA = 1.6732632423543772;
export const SELU_SCALE = 1.0507009873554805;

export const selu = /* @__PURE__ */ formula('selu', 1, (x) =>
  f.mul(exponentialUnit(x, SELU_ALPHA, 1), SELU_SCALE),
);

/** x times the normal distribution's share below it. */
export const gelu = /* @__PURE__ */ formula('gelu', 1, (x) =>
  f.mul(f.mul(x, 0.5), f.add(f.erf(f.mul(x, Math.SQRT1_2)), 1)),
);

const GELU_SLOPE = Math.sqrt(2 / Math.PI);

export const geluTanh = /* @__PURE__ */ formula('geluTanh', 1, (x) => {
  const cube = f.mul(f.square(x), x);
  const inner = f.mul(f.add(x, f.mul(cube, 0.044715)), GELU_SLOPE);
  return f.mul(f.mul(x, 0.5), f.add(f.tanh(inner), 1));
});

export const silu = /* @__PURE__ */ formula('silu', 1, (x) => f.mul(x, f.sigmoid(x)));

export const mish = /* @__PURE__ */ formula('mish', 1, (x) => f.mul(x, f.tanhSoftplus(x)));

/** log(1 + exp(beta x)) / beta, or x itself where beta x is above the threshold. */
export const softplus = /* @__PURE__ */ formula('softplus', 3, (x, beta, threshold) => {
  const scaled = f.mul(x, beta);
  return f.select(f.lt(threshold, scaled), x, f.div(f.softplus(scaled), beta));
});

export const softsign = /* @__PURE__ */ formula('softsign', 1, (x) => f.div(x, f.add(f.abs(x), 1)));

/** Derivatives end at the limits themselves. Of limits in the wrong order the upper one counts. */
export const hardtanh = /* @__PURE__ */ formula('hardtanh', 3, (x, low, high) => {
  const least = f.select(f.lt(high, low), high, low);
  return f.select(f.le(high, x), high, f.select(f.le(x, low), least, x));
});

export const hardsigmoid = /* @__PURE__ */ formula('hardsigmoid', 1, (x) =>
  f.select(f.le(x, -3), 0, f.select(f.le(3, x), 1, f.div(f.add(x, 3), 6))),
);

export const hardswish = /* @__PURE__ */ formula('hardswish', 1, (x) =>
  f.select(f.lt(x, -3), 0, f.select(f.le(x, 3), f.div(f.mul(x, f.add(x, 3)), 6), x)),
);

export const threshold = /* @__PURE__ */ formula(
  'threshold',
  3,
  (x, limit, value) => f.select(f.le(x, limit), value, x),
  { chars: REALS },
);

export const sigmoid = /* @__PURE__ */ formula('sigmoid', 1, (x) => f.sigmoid(x), {
  ofResult: (y) => f.mul(f.sub(1, y), y),
});

export const logSigmoid = /* @__PURE__ */ formula('logSigmoid', 1, (x) => f.neg(f.softplus(f.neg(x))));

export const tanhshrink = /* @__PURE__ */ formula('tanhshrink', 1, (x) => f.sub(x, f.tanh(x)));

export const softshrink = /* @__PURE__ */ formula('softshrink', 2, (x, width) =>
  f.select(f.lt(width, x), f.sub(x, width), f.select(f.lt(x, f.neg(width)), f.add(x, width), 0)),
);

export const hardshrink = /* @__PURE__ */ formula('hardshrink', 2, (x, width) =>
  f.select(f.le(f.abs(x), width), 0, x),
);

/** A half times the gate that the other half makes. */
export const glu = /* @__PURE__ */ formula('glu', 2, (a, b) => f.mul(a, f.sigmoid(b)));

/** What dropout keeps, scaled; the rest is zero. */
export const dropped = /* @__PURE__ */ formula('dropout', 3, (x, keeps, scale) =>
  f.mul(f.mul(x, keeps), scale),
);

/** What dropout keeps, scaled and shifted; the rest has one value. */
export const droppedTo = /* @__PURE__ */ formula('alphaDropout', 5, (x, keeps, scale, value, shift) =>
  f.select(f.eq(keeps, 0), value, f.add(f.mul(x, scale), shift)),
);

/** x less a mean and divided by a deviation, times a weight, plus a bias. */
export const standardized = /* @__PURE__ */ formula(
  'standardized',
  6,
  (x, mean, variance, eps, weight, bias) =>
    f.add(f.mul(f.div(f.sub(x, mean), f.sqrt(f.add(variance, eps))), weight), bias),
);

/** A gradient times the deviation from a mean, whose sum is what the deviation's scale has for a gradient. */
export const deviating = /* @__PURE__ */ formula('deviating', 3, (g, x, mean) => f.mul(g, f.sub(x, mean)));

/** The gradient of standardized numbers, less its mean and its share along the deviation. */
export const unstandardized = /* @__PURE__ */ formula(
  'unstandardized',
  6,
  (g, x, mean, scale, shift, slope) => f.mul(scale, f.sub(f.sub(g, shift), f.mul(f.sub(x, mean), slope))),
);

/** x times a weight, plus a bias. */
export const affine = /* @__PURE__ */ formula('affine', 3, (x, weight, bias) =>
  f.add(f.mul(x, weight), bias),
);

/** The square root, with a derivative of zero at zero. */
export const root = /* @__PURE__ */ formula('root', 1, (x) => f.sqrt(x), {
  partials: (x) => [f.select(f.eq(x, 0), 0, f.div(0.5, f.sqrt(x)))],
});

/** The square root of a sum of squares, at least a bound, by which the derivative is computed too. */
export const rootAtLeast = /* @__PURE__ */ formula(
  'rootAtLeast',
  2,
  (x, bound) => f.select(f.lt(f.sqrt(x), bound), bound, f.sqrt(x)),
  {
    partials: (x, bound) => [f.div(0.5, f.select(f.lt(f.sqrt(x), bound), bound, f.sqrt(x))), literal(0)],
  },
);
