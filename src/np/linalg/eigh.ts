/** Eigenvalues of Hermitian matrices: eigh, eigvalsh. */
import { floatPart } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { Named } from '../named.ts';
import { named } from '../named.ts';
import { commonDType, prepared, requireSquare } from './arguments.ts';
import { eigenFactors } from './decompose.ts';

export interface EighOptions {
  /** The triangle that is read: 'L' (the default) or 'U'. */
  UPLO?: string;
}

/** @throws ValueError for another triangle than 'L' and 'U'. */
function isUpper(name: string, args: readonly unknown[]): boolean {
  const { UPLO = 'L' } = bind<EighOptions>(name, args, ['UPLO']);
  const triangle = String(UPLO).toUpperCase();
  if (triangle !== 'L' && triangle !== 'U') throw new ValueError("UPLO argument must be 'L' or 'U'");
  return triangle === 'U';
}

/**
 * The eigenvalues and eigenvectors of a Hermitian matrix, or of each of a stack, by Jacobi rotations.
 *
 * @param a - (..., n, n), numbers but no float16; only one triangle is read
 * @param UPLO - which: 'L' or 'U'
 * @returns a list with the names `eigenvalues` (..., n), real and rising, and `eigenvectors` (..., n, n), in columns, of arbitrary signs
 * @throws LinAlgError for a matrix that is not square or not finite; ValueError for another `UPLO`; TypeError for float16.
 * @example
 * const { eigenvalues } = np.linalg.eigh([[2, 1], [1, 2]]); // [1. 3.]
 */
export function eigh(
  a: ArrayLike,
  ...args: Args<EighOptions, ['UPLO']>
): Named<{ eigenvalues: NDArray; eigenvectors: NDArray }> {
  const upper = isUpper('eigh', args);
  const x = asArray(a);
  requireSquare(x);
  const { operands, finish } = prepared(x);
  const [values, vectors] = eigenFactors(operands[0], upper);
  const eigenvalues = cast(values, floatPart(commonDType(x)));
  return named({ eigenvalues, eigenvectors: finish(vectors) });
}

/**
 * The eigenvalues of a Hermitian matrix, or of each of a stack, rising.
 *
 * @throws as `eigh`
 * @example
 * np.linalg.eigvalsh([[2, 1], [1, 2]]); // [1. 3.]
 */
export function eigvalsh(a: ArrayLike, ...args: Args<EighOptions, ['UPLO']>): NDArray {
  return eigh(a, ...args).eigenvalues;
}
