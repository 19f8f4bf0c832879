/** Copies of modules. */
import { copyOf } from '../ops/cast.ts';
import { isKeywords } from '../np/args.ts';
import { Tensor, unwrap, wrap } from '../tensor/tensor.ts';
import { Hooks } from './hooks.ts';
import { Parameter } from './parameter.ts';

/**
 * An object of the same class whose properties are copies: of tensors, and of modules, lists and plain objects with what is in them.
 * What is held twice is copied once. Any other object is held by both.
 *
 * @param bare - makes an empty object of a module's class; null for what is no module
 */
export function copyOfModule<M extends object>(root: M, bare: (x: object) => object | null): M {
  const copies = new Map<object, object>();
  const copy = (x: unknown): unknown => {
    if (typeof x !== 'object' || x === null) return x;
    const known = copies.get(x);
    if (known) return known;
    const module = bare(x);
    const made = module ?? copyOfValue(x, copy);
    copies.set(x, made);
    if (module) for (const key of Reflect.ownKeys(x)) Reflect.set(module, key, copy(Reflect.get(x, key)));
    return made;
  };
  return copy(root) as M;
}

function copyOfValue(x: object, copy: (x: unknown) => unknown): object {
  if (x instanceof Tensor) {
    const memory = copyOf(unwrap(x), x.dtype, 'C');
    return x instanceof Parameter ? new Parameter(memory, x.requiresGrad) : wrap(memory);
  }
  if (x instanceof Hooks) return x.copy();
  if (x instanceof Map) return new Map(x);
  if (Array.isArray(x)) return x.map(copy);
  if (isKeywords(x)) return Object.fromEntries(Object.entries(x).map(([name, value]) => [name, copy(value)]));
  return x;
}
