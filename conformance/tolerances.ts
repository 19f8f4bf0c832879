/** How far a function's results may lie from NumPy's, and why. Everything not named here must agree to the last bit. */
import { isFloating } from './elements.ts';
import { torchToleranceOf } from './torch/tolerances.ts';

export interface Tolerance {
  /** Units in the last place, for all float dtypes or by dtype. */
  readonly ulp: number | Readonly<Partial<Record<FloatName, number>>>;
  /**
   * What the unit is taken of: the element itself, a complex element's modulus, the largest element of the result, or the largest
   * one of the result and the arguments.
   */
  readonly of: 'element' | 'modulus' | 'largest' | 'operands';
  /** With `largest`: the largest element counts as at least this. */
  readonly least?: number;
  /** The signs of zeros are not compared: of zero parts of complex results, or of all zeros. */
  readonly anyZero?: 'complex' | 'all';
  readonly reason: string;
}

export type FloatName = 'float16' | 'float32' | 'float64' | 'complex64' | 'complex128';

const EITHER_SIDE =
  'the C library and this project both err by less than 1 ULP, now and then on different sides';

const elementary: Tolerance = {
  ulp: { float16: 1, float32: 1, float64: 1, complex64: 2, complex128: 2 },
  of: 'modulus',
  reason: EITHER_SIDE,
};

/** What is exact for real numbers and not for complex ones. */
const complexOnly = (ulp: number, reason: string): Tolerance => ({
  ulp: { complex64: ulp, complex128: ulp },
  of: 'modulus',
  reason,
});

const power: Tolerance = {
  ...complexOnly(
    64,
    'complex powers are exp(y log x): what the logarithm rounds grows with y, zeros take the sign of a rounded sine',
  ),
  anyZero: 'complex',
};

const logarithmOfSum: Tolerance = {
  ulp: 2,
  of: 'largest',
  reason: 'a sum of a number and a rounded logarithm, which can nearly cancel',
};

const ELEMENTARY =
  'exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh arcsin arccos arctan arctan2 arcsinh arccosh arctanh ' +
  'asin acos atan atan2 asinh acosh atanh hypot';

const summed: Tolerance = {
  ulp: { float32: 4, float64: 4, complex64: 4, complex128: 4 },
  of: 'largest',
  reason: "NumPy's BLAS sums in an order of its own and fuses multiplications with additions",
};

const PRODUCTS = 'matmul dot vdot inner einsum tensordot';

/** Results of transforms lie where the sums of many products do: the unit is the largest of them. */
const transformed: Tolerance = {
  ulp: { float16: 1, float32: 6, float64: 8, complex64: 6, complex128: 8 },
  of: 'largest',
  anyZero: 'complex',
  reason:
    "NumPy's pocketfft takes lengths apart in another order, rounds differently in convolutions, and computes single precision in " +
    'single precision, here double',
};

const EXACT: Tolerance = { ulp: 0, of: 'element', reason: 'equal to the last bit' };

const EXACT_FFT = 'fftfreq rfftfreq fftshift ifftshift';

/**
 * Equations and factorisations of well-conditioned matrices, which the recordings are made of: the unit is the largest element, since
 * small ones are what is left of sums of such.
 */
const factored: Tolerance = {
  ulp: { float32: 1, float64: 32, complex64: 1, complex128: 32 },
  of: 'largest',
  anyZero: 'all',
  reason:
    'LAPACK sums in another order and fuses multiplications with additions; condition numbers below 10 multiply what that rounds. Both ' +
    'compute single precision in double precision',
};

const normed: Tolerance = {
  ulp: { float16: 1, float32: 2, float64: 4 },
  of: 'element',
  reason: "NumPy's BLAS sums squares in an order of its own, and roots and powers err by 1 ULP",
};

const chained: Tolerance = {
  ulp: { float32: 8, float64: 64, complex64: 8, complex128: 64 },
  of: 'operands',
  reason:
    'products of products, or the exponential of a logarithm: what the first steps round grows in the others',
};

const LINALG_PRODUCTS = 'matmul tensordot vecdot';
const LINALG_CHAINS = 'multi_dot matrix_power det';
const LINALG_NORMS = 'norm vector_norm matrix_norm';
const LINALG_EXACT = 'outer cross diagonal trace matrix_transpose';

const inLinalg = (names: string, tolerance: Tolerance): Record<string, Tolerance> =>
  Object.fromEntries(names.split(' ').map((name) => [`linalg.${name}`, tolerance]));

export const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  ...Object.fromEntries(ELEMENTARY.split(' ').map((name) => [name, elementary])),
  ...Object.fromEntries(PRODUCTS.split(' ').map((name) => [name, summed])),
  einsum: {
    ulp: { ...(summed.ulp as object), float16: 8 },
    of: 'largest',
    reason: `${summed.reason}; its sums of float16 are rounded at each step, here once`,
  },
  fft: transformed,
  ...Object.fromEntries(EXACT_FFT.split(' ').map((name) => [`fft.${name}`, EXACT])),
  linalg: factored,
  ...inLinalg(LINALG_PRODUCTS, summed),
  ...inLinalg(LINALG_CHAINS, chained),
  ...inLinalg(LINALG_NORMS, normed),
  ...inLinalg(LINALG_EXACT, EXACT),
  'arctan2.accumulate': {
    ...elementary,
    ulp: 2,
    reason: `a chain in which each step rounds: ${EITHER_SIDE}`,
  },
  tanh: { ulp: 2, of: 'modulus', reason: "NumPy's own vectorised tanh errs by up to 2 ULP" },
  logaddexp: logarithmOfSum,
  logaddexp2: logarithmOfSum,
  sqrt: complexOnly(2, EITHER_SIDE),
  exp2: {
    ulp: { float16: 1, float32: 1, float64: 1, complex64: 32, complex128: 32 },
    of: 'modulus',
    reason: 'complex exp2 is exp(z log 2): rounding the product turns the phase',
  },
  power,
  pow: power,
  float_power: power,
  i0: { ulp: 2, of: 'element', reason: `made of exp: ${EITHER_SIDE}` },
  cbrt: { ulp: 4, of: 'element', reason: "the C library's cbrt errs by up to 4 ULP" },
  absolute: {
    ulp: { complex64: 1, complex128: 1, float32: 1, float64: 1 },
    of: 'element',
    reason: `of complex numbers, as hypot: ${EITHER_SIDE}`,
  },
};

/** The tolerance of a case's function: its own entry, or that of the ufunc or method that it belongs to. */
export function toleranceOf(name: string): Tolerance {
  if (/^(nn|optim)\.|^(grad|tape|transform):/.test(name)) return torchToleranceOf(name);
  const plain = name.replace(/^\.|_$/g, '');
  return TOLERANCES[name] ?? TOLERANCES[plain] ?? TOLERANCES[plain.split('.')[0]] ?? EXACT;
}

/** The number of units allowed for a dtype: none for integers. */
export function ulpsFor(tolerance: Tolerance, dtype: string): number {
  if (typeof tolerance.ulp === 'number') return isFloating(dtype) ? tolerance.ulp : 0;
  return tolerance.ulp[dtype as FloatName] ?? 0;
}
