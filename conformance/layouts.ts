/** Functions of which NumPy specifies how a new result lies in memory (C or F order); for the others only views are checked. */
import { lookup } from './namespace.ts';

const ALLOCATING = new Set(
  (
    'zeros ones full empty zeros_like ones_like full_like empty_like array asarray copy ascontiguousarray asfortranarray ' +
    'require eye ravel reshape load .copy .astype .flatten .ravel .reshape'
  ).split(' '),
);

const known = new Map<string, boolean>();

/** Whether the strides of a new array that `name` returns are compared: allocating functions and calls of elementwise ufuncs. */
export function hasStrides(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    answer = ALLOCATING.has(name) || isUfunc(lookup(name).member);
    known.set(name, answer);
  }
  return answer;
}

function isUfunc(x: unknown): boolean {
  return typeof x === 'function' && 'nin' in x && 'signature' in x && x.signature === null;
}
