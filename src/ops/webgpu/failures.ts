/** The errors that kernels find: what they write to the status becomes the error of the next read. */
import { RuntimeError, ValueError } from '../../array/errors.ts';

/** The codes, none 0. */
export const FAILURE = { putOutside: 1 } as const;

const ERRORS: Readonly<Record<number, (details: Int32Array) => Error>> = {
  [FAILURE.putOutside]: ([index, size]) =>
    new ValueError(`found an invalid index: ${index} (planes have ${size} elements)`),
};

/** The error of a code and its details. */
export function failureOf(code: number, details: Int32Array): Error {
  return ERRORS[code]?.(details) ?? new RuntimeError(`a kernel failed with code ${code}`);
}
