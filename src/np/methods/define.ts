/** Attaches methods and attributes to NDArray, as class bodies would: not enumerable. */
import { NDArray } from '../../array/ndarray.ts';

/** Adds `members` (methods, getters, setters) to every array. */
export function defineMethods(members: ThisType<NDArray> & object): void {
  for (const name of Reflect.ownKeys(members)) {
    const descriptor = Object.getOwnPropertyDescriptor(members, name)!;
    Object.defineProperty(NDArray.prototype, name, { ...descriptor, enumerable: false });
  }
}

/** Adds functions whose first argument is the array as methods of the same names. */
export function defineFunctionMethods(
  functions: Readonly<Record<string, (...args: never[]) => unknown>>,
): void {
  const methods = Object.entries(functions).map(([name, fn]) => [
    name,
    function (this: NDArray, ...args: unknown[]): unknown {
      return (fn as (...all: unknown[]) => unknown)(this, ...args);
    },
  ]);
  defineMethods(Object.fromEntries(methods) as object);
}
