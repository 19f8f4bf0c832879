/**
 * How far results and gradients may lie from PyTorch's, and why. The numbers are two to four times what PyTorch's float32 lies from
 * its own float64 on the same cases (`scripts/record_torch.py --accuracy`). Signs of zeros are not compared: PyTorch's depend on
 * the loop that it chooses.
 */
import type { Tolerance } from '../tolerances.ts';

interface Rule {
  /** Names of functions, without `nn.functional.` and `grad:`; or a pattern of whole names. */
  readonly of: string | RegExp;
  readonly tolerance: Tolerance;
}

const all = (ulp: number): Tolerance['ulp'] => ({
  float32: ulp,
  float64: ulp,
  complex64: ulp,
  complex128: ulp,
});

/** In units of each element itself; of complex ones, of their modulus. */
const byElement = (ulp: number, reason: string): Tolerance => ({
  ulp: all(ulp),
  of: 'modulus',
  anyZero: 'all',
  reason,
});

/** In units of the largest element of a result, which counts as at least `least`. */
const byLargest = (ulp: number, reason: string, least = 0): Tolerance => ({
  ulp: all(ulp),
  of: 'largest',
  anyZero: 'all',
  least,
  reason,
});

const RULES: readonly Rule[] = [
  {
    of: 'conv1d conv2d conv3d convTranspose1d convTranspose2d convTranspose3d linear bilinear matmul dot inner vdot outer einsum tensordot kron cross convolve average std var mean sum nanmean nansum prod cumsum cumprod add.reduce multiply.reduce add.accumulate multiply.accumulate avgPool1d avgPool2d avgPool3d adaptiveAvgPool1d adaptiveAvgPool2d adaptiveAvgPool3d lpPool1d lpPool2d lpPool3d fold unfold embedding embeddingBag affineGrid trapezoid maxPool1d maxPool2d maxPool3d adaptiveMaxPool1d adaptiveMaxPool2d adaptiveMaxPool3d pad gradient copysign take get',
    tolerance: byLargest(32, 'sums of products, or of gradients that meet in one element, in another order'),
  },
  {
    of: 'interpolate upsample gridSample',
    tolerance: byLargest(
      64,
      'coordinates are computed in the precision of the data, weights are small differences of coordinates',
      1,
    ),
  },
  {
    of: 'batchNorm instanceNorm groupNorm layerNorm rmsNorm localResponseNorm normalize',
    tolerance: byLargest(
      64,
      'the mean is subtracted from values and from gradients, which leaves little of them',
      1,
    ),
  },
  {
    of: 'softmax softmin logSoftmax scaledDotProductAttention crossEntropy nllLoss klDiv ctcLoss gumbelSoftmax',
    tolerance: byLargest(64, 'gradients of softmax are differences of nearly equal numbers', 1),
  },
  {
    of: 'sigmoid tanh gelu mish silu elu celu selu tanhshrink softsign logSigmoid hardswish hardsigmoid softplus glu',
    tolerance: byLargest(
      8,
      'PyTorch computes the flat ends as 1 - y and exp(x) - 1, which leave few digits',
      1,
    ),
  },
  {
    of: 'cosineSimilarity pairwiseDistance pdist cosineEmbeddingLoss tripletMarginLoss tripletMarginWithDistanceLoss',
    tolerance: byLargest(32, 'distances of near points, and gradients divided by them', 1),
  },
  {
    of: /^nn\.functional\..*(Loss|Entropy|WithLogits)$/,
    tolerance: byLargest(16, 'sums of logarithms and exponentials that partly cancel', 1),
  },
  {
    of: /^grad:linalg\./,
    tolerance: byLargest(
      16,
      'factorisations and solutions in another order, multiplied by condition numbers below 10 once or twice',
    ),
  },
  { of: /^grad:fft\./, tolerance: byLargest(8, 'the sums of a transform, in another order') },
  {
    of: 'logaddexp.reduce logaddexp.accumulate',
    tolerance: byLargest(256, 'exponentials of differences of rounded numbers near 1000'),
  },
  {
    of: 'power pow float_power sinc tanh divide true_divide logaddexp logaddexp2 i0 cbrt hypot arctan2 angle',
    tolerance: byLargest(32, 'PyTorch composes the derivative of several rounded steps'),
  },
  {
    of: /^nn\.(Multihead|Transformer)/,
    tolerance: byLargest(256, 'a chain of products, softmax and normalisation', 1),
  },
  {
    of: /^(tape|transform):/,
    tolerance: byLargest(32, 'a chain of several operations, or derivatives of derivatives'),
  },
  { of: /^nn\.[A-Z]/, tolerance: byLargest(64, 'a chain of products and activations', 1) },
  {
    of: /^optim\.LBFGS/,
    tolerance: byLargest(32, 'each direction is made of differences of all the steps before', 1),
  },
  {
    of: /^optim\.lrScheduler/,
    tolerance: byElement(8, 'PyTorch multiplies the last rate by a factor at each step'),
  },
  { of: /^optim\./, tolerance: byLargest(16, 'several steps of rounded sums, quotients and roots') },
  {
    of: /./,
    tolerance: byElement(8, 'PyTorch composes functions and derivatives of rounded steps in another order'),
  },
];

function fits({ of }: Rule, name: string): boolean {
  if (of instanceof RegExp) return of.test(name);
  return of.split(' ').includes(name.replace(/^(nn\.functional\.|grad:)/, ''));
}

/** Each tolerance with the functions that have it, for the report. */
export const TORCH_TOLERANCES: readonly (readonly [names: string, Tolerance])[] = RULES.map(
  ({ of, tolerance }) => [of instanceof RegExp ? String(of) : of.replaceAll(' ', ', '), tolerance],
);

/** The tolerance of a function of `nn` or `optim`, or of a gradient. */
export function torchToleranceOf(name: string): Tolerance {
  return RULES.find((rule) => fits(rule, name))!.tolerance;
}
