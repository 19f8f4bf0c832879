/** What factorisations find out about values. */
import { LinAlgError } from '../../array/errors.ts';

export const SINGULAR = 'Singular matrix';
export const NOT_POSITIVE_DEFINITE = 'Matrix is not positive definite';

export const singularMatrix = (): LinAlgError => new LinAlgError(SINGULAR);
export const notPositiveDefinite = (): LinAlgError => new LinAlgError(NOT_POSITIVE_DEFINITE);
