/** Functions of functions: gradients as values. They compose, because all of them record on the same tape. */
import { RuntimeError, ValueError, shapeText } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { sameShape } from '../array/layout.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import { cast } from '../ops/cast.ts';
import { ones } from '../np/creation/filled.ts';
import { enableGrad, modes, onPlainArrays } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';
import { asTensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Alias, aliasOf, reachesOthers } from './alias.ts';
import { constantBeside, homeOf } from './batch.ts';
import { gradientsOf } from './gradients.ts';
import type { Tree } from './tree.ts';
import { flatten, leavesLike } from './tree.ts';

/** A function of array-likes, or of nested arrays and objects of them. */
export type Differentiable = (...args: never[]) => unknown;

export interface GradOptions {
  /** The arguments to differentiate with respect to: one, or several. */
  argnums?: number | readonly number[];
  /** Whether the function returns [value, anything else], of which only the value is differentiated. */
  hasAux?: boolean;
}

/** A call in progress: the arguments as aliases, and the results. */
export interface Recorded {
  /** All aliases, in order. */
  readonly inputs: Tensor[];
  /** Which nodes they are. */
  readonly own: ReadonlySet<Node>;
  /** A tree for each argument differentiated. */
  readonly build: (values: readonly unknown[]) => unknown[];
  readonly result: unknown;
}

/** Runs a function with aliases for some of its arguments. */
export function recorded(fn: Differentiable, args: readonly unknown[], argnums: readonly number[]): Recorded {
  const trees = argnums.map((i) => {
    if (i < 0 || i >= args.length)
      throw new ValueError(`argnums ${i} is out of range for a call with ${args.length} arguments`);
    return flatten(args[i] as Tree<ArrayLike>);
  });
  const aliases = trees.map(({ leaves }) => leaves.map(aliasOf));
  const inputs = aliases.flat();
  const given = [...args];
  argnums.forEach((i, k) => (given[i] = trees[k].build(aliases[k])));
  const own = new Set(inputs.map((t) => t.history!));
  const run = (): unknown => (fn as (...all: unknown[]) => unknown)(...given);
  let result: unknown;
  try {
    result = enableGrad(run);
  } finally {
    for (const node of own) if (node instanceof Alias) node.active = false;
  }
  const build = (values: readonly unknown[]): unknown[] => {
    let next = 0;
    return trees.map(({ leaves, build: one }) => one(values.slice(next, (next += leaves.length))));
  };
  return { inputs, own, build, result };
}

/** Whether the gradients of results may be differentiated again, by something outside. */
export function isWatched(results: readonly Tensor[], own: ReadonlySet<Node>): boolean {
  return (
    modes.grad &&
    reachesOthers(
      results.map((t) => t.history),
      own,
    )
  );
}

const listOf = (argnums: number | readonly number[]): readonly number[] =>
  typeof argnums === 'number' ? [argnums] : argnums;

/** A result without the history that only this transform needed. */
export function released(t: Tensor, watched: boolean): Tensor {
  return watched ? t : t.detach();
}

/**
 * A function that returns the value of `fn` and its gradient.
 *
 * @param fn - returns one real number, as a tensor of one element
 * @param options - `argnums`: the arguments to differentiate with respect to (0); `hasAux`
 * @returns a function that returns [value, gradient]; the gradient has the form of the argument, for several argnums there is a list
 * @throws RuntimeError if the value is no real number.
 * @example
 * const [value, gradient] = np.valueAndGrad((x) => np.sum(np.square(x)))([1, 2]);
 * // value: tensor(5.), gradient: tensor([2., 4.])
 */
export function valueAndGrad(
  fn: Differentiable,
  options: GradOptions = {},
): (...args: unknown[]) => [unknown, unknown] {
  const { argnums = 0, hasAux = false } = options;
  return (...args) => {
    const { inputs, own, build, result } = recorded(fn, args, listOf(argnums));
    const value = asTensor((hasAux ? (result as unknown[])[0] : result) as ArrayLike);
    requireScalar(value);
    const watched = isWatched([value], own);
    const seed = constantBeside(value, () => ones(value.shape, { dtype: value.dtype }));
    const gradients = gradientsOf([value], [seed], inputs, { createGraph: watched });
    const built = build(gradients);
    const gradient = typeof argnums === 'number' ? built[0] : built;
    const shown = released(value, watched);
    return [hasAux ? [shown, (result as unknown[])[1]] : shown, gradient];
  };
}

/**
 * A function that returns the gradient of `fn`.
 *
 * @param fn - returns one real number, as a tensor of one element
 * @param options - `argnums`: the arguments to differentiate with respect to (0); `hasAux`: `fn` returns [value, aux], the result is
 *   [gradient, aux]
 * @throws RuntimeError if the value is no real number.
 * @example
 * const cube = (x) => np.power(x, 3);
 * np.grad(cube)(2); // tensor(12.)
 * np.grad(np.grad(cube))(2); // tensor(12.)
 */
export function grad(
  fn: Differentiable,
  options: GradOptions = {},
): (...args: unknown[]) => Tensor & Tensor[] {
  const both = valueAndGrad(fn, options);
  return (...args) => {
    const [value, gradient] = both(...args);
    return (options.hasAux ? [gradient, (value as unknown[])[1]] : gradient) as Tensor & Tensor[];
  };
}

function requireScalar(value: Tensor): void {
  if (value.size === 1 && value.dtype.kind === 'f') return;
  throw new RuntimeError(
    value.size === 1
      ? `grad needs a function that returns a real floating point number, got ${value.dtype.name}: use vjp, or take the real part`
      : `grad needs a function that returns one number, got shape ${shapeText(value.shape)}: sum it up, or use vjp or jacobian`,
  );
}

/**
 * The value of a function, and the function that brings gradients of its result back to its arguments: the product of a vector
 * with the Jacobian.
 *
 * @param fn - a function of all of `args`
 * @returns [result, pull]: `pull(cotangent)` takes what has the form of the result and returns a list with a gradient for each argument;
 *   it can be called again
 * @example
 * const [y, pull] = np.vjp((x) => np.square(x), [1, 2, 3]);
 * pull(np.tensor([1, 0, 1])); // [tensor([2., 0., 6.])]
 */
export function vjp(fn: Differentiable, ...args: unknown[]): [unknown, (cotangent: unknown) => unknown[]] {
  const { inputs, own, build, result } = recorded(
    fn,
    args,
    args.map((_, i) => i),
  );
  const tree = flatten(result as Tree<ArrayLike>);
  const outputs = tree.leaves.map(asTensor);
  const watched = isWatched(outputs, own);
  const pull = (cotangent: unknown): unknown[] => {
    const given = leavesLike(cotangent, result as Tree<ArrayLike>) as ArrayLike[];
    const cotangents = given.map((g, i) => fitting(g, outputs[i], 'cotangent'));
    const createGraph =
      watched || (modes.grad && cotangents.some((g) => g instanceof Tensor && g.requiresGrad));
    return build(gradientsOf(outputs, cotangents, inputs, { createGraph, retainGraph: true }));
  };
  return [tree.build(outputs.map((t) => released(t, watched))), pull];
}

/** A tangent or cotangent as an array like what it belongs to, and where that lies unless it is a tensor. */
export function fitting(x: ArrayLike, like: NDArray, what: string): NDArray {
  const given = x instanceof NDArray ? x : onPlainArrays(() => asArray(x, like.dtype));
  if (!sameShape(given.shape, like.shape)) {
    throw new ValueError(
      `the ${what} has shape ${shapeText(given.shape)}, what it belongs to ${shapeText(like.shape)}`,
    );
  }
  const own = given.dtype === like.dtype ? given : cast(given, like.dtype);
  const home = given instanceof Tensor ? null : homeOf(like);
  return home === null ? own : home.near(own);
}
