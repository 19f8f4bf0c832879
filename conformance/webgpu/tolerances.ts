/** How far results of a GPU may lie from the recorded ones, and why. What is not named here has the tolerance of the processor. */
import { toleranceOf, ulpsFor } from '../tolerances.ts';
import type { FloatName, Tolerance } from '../tolerances.ts';

const all = (ulp: number): Partial<Record<FloatName, number>> => ({
  float16: 1,
  float32: ulp,
  complex64: ulp,
});

interface Rule {
  readonly of: string;
  readonly tolerance: Tolerance;
}

const RULES: readonly Rule[] = [
  {
    of: 'sum nansum add cumsum nancumsum mean nanmean average trace linalg.trace cumulative_sum trapezoid',
    tolerance: {
      ulp: all(32),
      of: 'operands',
      anyZero: 'all',
      reason: 'sums are made as trees of another shape than on the processor: each of log2(n) levels rounds',
    },
  },
  {
    of: 'var std nanvar nanstd cov corrcoef',
    tolerance: {
      ulp: all(32),
      of: 'largest',
      least: 1e-3,
      reason: 'squares of differences from a mean, summed as trees',
    },
  },
  {
    of: 'prod nanprod cumprod nancumprod multiply cumulative_prod',
    tolerance: {
      ulp: all(32),
      of: 'modulus',
      anyZero: 'complex',
      reason: 'products as trees: each step rounds',
    },
  },
  {
    of: 'exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arctan2 arcsinh arccosh arctanh asin acos atan atan2 asinh acosh atanh angle hypot logaddexp logaddexp2 cbrt sinc i0',
    tolerance: {
      ulp: all(4),
      of: 'modulus',
      reason: 'computed in single precision, where the processor has double',
    },
  },
  {
    of: 'einsum',
    tolerance: {
      ulp: { ...all(4), float16: 8 },
      of: 'largest',
      anyZero: 'all',
      reason: "sums are made in another order, and NumPy's begin with a zero, so that none is -0",
    },
  },
  {
    of: 'histogram histogram2d histogramdd',
    tolerance: { ulp: all(4), of: 'modulus', reason: 'densities are quotients in single precision' },
  },
  {
    of: 'interp',
    tolerance: {
      ulp: all(16),
      of: 'largest',
      reason: 'slopes are quotients of differences in single precision',
    },
  },
  {
    of: 'pad',
    tolerance: { ulp: all(16), of: 'largest', reason: 'means and ramps at the border, in single precision' },
  },
  {
    of: 'nanpercentile nanquantile',
    tolerance: {
      ulp: all(2),
      of: 'modulus',
      reason: 'how much of the next sample counts is rounded to single precision',
    },
  },
  {
    of: 'power pow float_power',
    tolerance: {
      ulp: all(64),
      of: 'modulus',
      anyZero: 'complex',
      reason: 'exp(y log x) in single precision',
    },
  },
  {
    of: 'linalg.cholesky linalg.cond linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.lstsq linalg.pinv linalg.qr linalg.slogdet linalg.solve linalg.solveTriangular linalg.svd linalg.svdvals linalg.tensorinv linalg.tensorsolve',
    tolerance: {
      ulp: all(64),
      of: 'largest',
      anyZero: 'all',
      reason:
        'factored in single precision, where NumPy has double; condition numbers multiply what that rounds',
    },
  },
  {
    of: 'linalg.norm linalg.vector_norm linalg.matrix_norm',
    tolerance: { ulp: all(8), of: 'modulus', reason: 'powers and their sums, in single precision' },
  },
  {
    of: 'divide true_divide reciprocal sqrt',
    tolerance: { ulp: all(3), of: 'modulus', reason: 'WebGPU lets quotients and roots err by 2.5 ULP' },
  },
];

/** The tolerance of a case's function on a GPU: the wider of its own there and the processor's. */
export function webgpuToleranceOf(name: string): Tolerance {
  const general = toleranceOf(name);
  if (/^(nn|optim)\.|^(grad|tape|transform):/.test(name)) return general;
  const [first, second] = name.replace(/^\.|_$/g, '').split('.');
  const plain = first === 'linalg' ? `${first}.${second}` : first;
  // Only folds of `add` and `multiply` round more than once.
  const isFold = name.includes('.', 1);
  const rule = RULES.find(({ of }) => of.split(' ').includes(plain));
  if (!rule || (/^(add|multiply)$/.test(plain) && !isFold)) return general;
  return ulpsFor(general, 'float32') > ulpsFor(rule.tolerance, 'float32') ? general : rule.tolerance;
}
