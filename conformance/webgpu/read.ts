/** Reading arrays that lie on a GPU, many at a time. */
import { Difference } from '../compare.ts';
import { gather, keepElements } from '../elements.ts';
import { isArray, isRemote } from '../namespace.ts';
import type { ArrayLike, OfMemory } from '../namespace.ts';

/**
 * Reads the arrays on the GPU that are found in values of any nesting, so that `gather` gives their elements.
 *
 * @throws the error that a kernel found, or that kept the values from being computed.
 */
export async function fetchAll(values: unknown): Promise<void> {
  await Promise.all([...remoteIn(values)].map(async (a) => keepElements(a, gather(await a.array()))));
}

function remoteIn(x: unknown, found = new Set<ArrayLike & OfMemory>()): Set<ArrayLike & OfMemory> {
  if (isRemote(x)) {
    if (typeof (x as Partial<OfMemory>).array !== 'function')
      throw new Difference('a plain array on webgpu, which cannot be read: it should be a tensor');
    found.add(x);
  }
  if (isArray(x) || typeof x !== 'object' || x === null) return found;
  if (Array.isArray(x) || isPlain(x)) for (const item of Object.values(x)) remoteIn(item, found);
  return found;
}

function isPlain(x: object): boolean {
  const proto: unknown = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}
