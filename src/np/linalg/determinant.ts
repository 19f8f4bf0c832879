/** Determinants: det, slogdet. */
import { floatPart } from '../../array/dtype.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { arrayOrScalar } from '../../array/ndarray.ts';
import { primitive, tracing } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { acceleratorOf } from '../../ops/accelerator.ts';
import { signAndLogarithm } from '../../ops/linalg/determinant.ts';
import { Factors } from '../../ops/linalg/equations.ts';
import type { LuFactors } from '../../ops/linalg/lu.ts';
import { diagonalView } from '../../ops/views.ts';
import { arange } from '../creation/ranges.ts';
import { where } from '../indexing/choose.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { prod, sum } from '../statistics/reductions.ts';
import { absolute, add, equal, exp, log, multiply, not_equal, sign, subtract } from '../ufuncs.ts';
import { commonDType, prepared, requireSquare } from './arguments.ts';

/** Sign and logarithm of the absolute value of determinants. */
function signAndLog(factors: LuFactors): NDArray[] {
  const { lu, pivots } = factors;
  if (acceleratorOf(lu) === null) return signAndLogarithm(factors);
  const diagonal = diagonalView(lu, 0, lu.ndim - 2, lu.ndim - 1);
  const places = arange(lu.shape[lu.ndim - 1], { dtype: 'int32' });
  const turned = cast(not_equal(pivots, places) as NDArray, lu.dtype);
  const turns = subtract(1, multiply(turned, 2) as NDArray) as NDArray;
  const phases = multiply(sign(diagonal) as NDArray, turns) as NDArray;
  const logarithms = log(absolute(diagonal) as NDArray) as NDArray;
  // No zero with a sign.
  const phase = add(prod(phases, { axis: -1, dtype: lu.dtype }), 0) as NDArray;
  return [phase, where(equal(phase, 0) as NDArray, -Infinity, sum(logarithms, { axis: -1 }))];
}

/** The determinants of matrices of float or complex dtypes of 32 or 64 bits. */
export function determinant(a: NDArray, factors: Factors): NDArray {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(DET, [a, factors]) as NDArray;
  const [phase, logarithm] = signAndLog(factors.of(a, false));
  return multiply(phase, exp(logarithm, { out: logarithm }) as NDArray, { out: phase }) as NDArray;
}

/** The determinant as a primitive. */
export const DET = /* @__PURE__ */ primitive('linalg.det', determinant);

/** [sign, logarithm of the absolute value] of determinants. */
export function signedLogarithm(a: NDArray, factors: Factors): NDArray[] {
  if (tracing.tracer !== null && a.traced) return tracing.tracer.call(SLOGDET, [a, factors]) as NDArray[];
  return signAndLog(factors.of(a, false));
}

/** Sign and logarithm as a primitive of two results. */
export const SLOGDET = /* @__PURE__ */ primitive('linalg.slogdet', signedLogarithm);

/**
 * The determinant of a matrix, or of each of a stack, by LU factorisation.
 *
 * @param a - (..., n, n), numbers but no float16
 * @returns (...), of `a`'s float or complex dtype, float64 for integers; a number for one matrix. 1 for an empty matrix.
 * @throws LinAlgError for a matrix that is not square; TypeError for float16.
 * @example
 * np.linalg.det([[2, 0], [1, 3]]); // 6
 */
export function det(a: ArrayLike): ArrayOrScalar {
  const x = asArray(a);
  requireSquare(x);
  const { operands, finish } = prepared(x);
  return arrayOrScalar(finish(determinant(operands[0], new Factors())));
}

/**
 * The sign of the determinant and the logarithm of its absolute value, which neither overflows nor underflows.
 *
 * @param a - (..., n, n), numbers but no float16
 * @returns a list with the names `sign` (for complex matrices a number on the unit circle; 0 for a singular matrix) and `logabsdet` (real;
 *   -inf for a singular matrix)
 * @throws LinAlgError for a matrix that is not square; TypeError for float16.
 * @example
 * const { sign, logabsdet } = np.linalg.slogdet([[1, 2], [3, 4]]); // -1, 0.6931471805599453
 */
export function slogdet(a: ArrayLike): Named<{ sign: ArrayOrScalar; logabsdet: ArrayOrScalar }> {
  const x = asArray(a);
  requireSquare(x);
  const { operands, finish } = prepared(x);
  const [phase, logabsdet] = signedLogarithm(operands[0], new Factors());
  return named({
    sign: arrayOrScalar(finish(phase)),
    logabsdet: arrayOrScalar(cast(logabsdet, floatPart(commonDType(x)))),
  });
}
