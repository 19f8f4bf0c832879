/** The errors that kernels find: what they write to a check becomes the error of reads. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import { outOfBounds } from '../index/select.ts';
import { wrongCount } from '../index/set.ts';
import { notPositiveDefinite, singularMatrix } from '../linalg/errors.ts';

/** The codes, none 0. */
export const FAILURE = {
  putOutside: 1,
  indexOutside: 2,
  choiceOutside: 3,
  trueCount: 4,
  notPositiveDefinite: 5,
  singular: 6,
} as const;

const ERRORS: Readonly<Record<number, (details: Int32Array) => Error>> = {
  [FAILURE.putOutside]: ([index, size]) =>
    new ValueError(`found an invalid index: ${index} (planes have ${size} elements)`),
  [FAILURE.indexOutside]: ([index, axis, size, isUnsigned]) =>
    outOfBounds(isUnsigned ? index >>> 0 : index, axis, size),
  [FAILURE.choiceOutside]: () => new ValueError('invalid entry in choice array'),
  [FAILURE.trueCount]: ([given, count]) => wrongCount(given, count),
  [FAILURE.notPositiveDefinite]: notPositiveDefinite,
  [FAILURE.singular]: singularMatrix,
};

/** The error of a code and its details. */
export function failureOf(code: number, details: Int32Array): Error {
  return ERRORS[code]?.(details) ?? new RuntimeError(`a kernel failed with code ${code}`);
}
