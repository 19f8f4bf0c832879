/** What the names of PyTorch's cases stand for, where they are no functions of the namespace themselves. */
import { lookup } from '../namespace.ts';
import type { AnyFunction } from '../namespace.ts';
import { MissingFunction, resolve } from '../special.ts';

/** Calls a transform with a function and options, and its result with the rest. */
const applied =
  (transform: AnyFunction): AnyFunction =>
  (f, options, ...args) =>
    (transform(f, options) as AnyFunction)(...args);

/** How the recorded arguments of a transform are given to it. */
const TRANSFORMS: Readonly<Record<string, (transform: AnyFunction) => AnyFunction>> = {
  grad: applied,
  valueAndGrad: applied,
  jacobian: applied,
  hessian: applied,
  jvp: (transform) => transform,
  vjp: (transform) => (f, x, cotangent) => {
    const [y, pull] = transform(f, x) as [unknown, (cotangent: unknown) => unknown[]];
    return [y, ...pull(cotangent)];
  },
};

/** The function that a case calls: `grad:sum` is `np.sum`, `transform:jvp` is `np.jvp`. */
export function resolveTensor(name: string): AnyFunction {
  const [prefix, path] = name.split(':');
  if (prefix !== 'transform') return resolve(name.replace(/^grad:/, ''));
  const { member } = lookup(path);
  if (typeof member !== 'function') throw new MissingFunction(path);
  return TRANSFORMS[path](member as AnyFunction);
}
