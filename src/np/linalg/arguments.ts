/** What the functions of linear algebra ask of their arguments. */
import type { DType } from '../../array/dtype.ts';
import { complex64, complex128, float32, float64 } from '../../array/dtype.ts';
import { LinAlgError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { cast } from '../../ops/cast.ts';

/** @throws LinAlgError for fewer than two axes. */
export function requireMatrices(a: NDArray): void {
  if (a.ndim >= 2) return;
  throw new LinAlgError(`${a.ndim}-dimensional array given. Array must be at least two-dimensional`);
}

/** @throws LinAlgError for what is no stack of square matrices. */
export function requireSquare(a: NDArray): void {
  requireMatrices(a);
  if (a.shape[a.ndim - 1] !== a.shape[a.ndim - 2]) {
    throw new LinAlgError('Last 2 dimensions of the array must be square');
  }
}

/**
 * The dtype of results: the operands' in the precision of the widest of them, where integers count as double precision.
 *
 * @throws TypeError for float16.
 */
export function commonDType(...arrays: readonly NDArray[]): DType {
  let [double, complex] = [false, false];
  for (const { dtype } of arrays) {
    if (dtype.name === 'float16') throw new TypeError('array type float16 is unsupported in linalg');
    complex ||= dtype.kind === 'c';
    double ||= dtype !== float32 && dtype !== complex64;
  }
  if (complex) return double ? complex128 : complex64;
  return double ? float64 : float32;
}

/**
 * The dtype to compute in. Arrays of single precision are computed in double precision, as NumPy does it; tensors in their own, as in
 * PyTorch, and because not every device has another.
 */
export function workDType(result: DType, ...operands: readonly NDArray[]): DType {
  if (isTraced(operands)) return result;
  return result.kind === 'c' ? complex128 : float64;
}

/** Operands in the dtype to compute in, and the way back for results. */
export function prepared(...arrays: readonly NDArray[]): {
  readonly operands: readonly NDArray[];
  readonly finish: (x: NDArray) => NDArray;
} {
  const dtype = commonDType(...arrays);
  const work = workDType(dtype, ...arrays);
  return { operands: arrays.map((a) => cast(a, work)), finish: (x) => cast(x, dtype) };
}
