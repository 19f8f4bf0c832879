/** Results with names, where NumPy returns a named tuple. */
import type { ArrayOrScalar, NDArray } from '../array/ndarray.ts';

/** A list of results, each of which also has a name. */
export type Named<T extends Record<string, NDArray | ArrayOrScalar>> = T[keyof T][] & T;

export const named = <T extends Record<string, NDArray | ArrayOrScalar>>(parts: T): Named<T> =>
  Object.assign(Object.values(parts), parts) as Named<T>;
