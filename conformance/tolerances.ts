/** How far a function's results may lie from NumPy's, and why. Everything not named here must agree to the last bit. */

export interface Tolerance {
  /** Units in the last place, for all float dtypes or by dtype. */
  readonly ulp:
    | number
    | Readonly<Partial<Record<'float16' | 'float32' | 'float64' | 'complex64' | 'complex128', number>>>;
  /** What the unit is taken of: the element itself, a complex element's modulus, or the largest element of the result. */
  readonly of: 'element' | 'modulus' | 'largest';
  readonly reason: string;
}

const NUMPY_VECTOR = "NumPy's vectorised version errs by up to 4 ULP, ours by less than 1";
const COMPLEX_LIBM = 'the C library and this project round complex intermediate results differently';

const elementary = (ulp: number, modulus = 4): Tolerance => ({
  ulp: { float16: 1, float32: ulp, float64: ulp, complex64: modulus, complex128: modulus },
  of: 'modulus',
  reason: `${NUMPY_VECTOR}; ${COMPLEX_LIBM}`,
});

const ELEMENTARY =
  'exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh asin acos atan asinh acosh atanh';

export const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  ...Object.fromEntries(ELEMENTARY.split(' ').map((name) => [name, elementary(4)])),
};

const EXACT: Tolerance = { ulp: 0, of: 'element', reason: 'equal to the last bit' };

/** The tolerance of a case's function: its own entry, or that of the ufunc or method that it belongs to. */
export function toleranceOf(name: string): Tolerance {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  return TOLERANCES[name] ?? TOLERANCES[plain] ?? TOLERANCES[plain.split('.')[0]] ?? EXACT;
}

/** The number of units allowed for a dtype. */
export function ulpsFor(tolerance: Tolerance, dtype: string): number {
  if (typeof tolerance.ulp === 'number') return tolerance.ulp;
  return tolerance.ulp[dtype as keyof typeof tolerance.ulp] ?? 0;
}
