/** Attaches methods and attributes to NDArray, as class bodies would: not enumerable. */
import { NDArray } from '../../array/ndarray.ts';

/** Adds `members` (methods, getters, setters) to every array. */
export function defineMethods(members: ThisType<NDArray> & object): void {
  for (const name of Reflect.ownKeys(members)) {
    const descriptor = Object.getOwnPropertyDescriptor(members, name)!;
    Object.defineProperty(NDArray.prototype, name, { ...descriptor, enumerable: false });
  }
}
