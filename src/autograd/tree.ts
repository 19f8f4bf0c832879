/** Nested arrays and objects of tensors, as arguments and results of the transforms. */
import { ValueError } from '../array/errors.ts';
import { isScalar } from '../ops/asarray.ts';
import { isKeywords } from '../np/args.ts';

/** Values in arrays and objects of any depth. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> };

/** The values of a tree in order, and how a tree of other values is built like it. */
export interface Flat<T> {
  readonly leaves: T[];
  build<R>(leaves: readonly R[]): Tree<R>;
}

/** Nested arrays that hold nothing but numbers are one leaf: an array-like. */
function isLeaf(x: unknown): boolean {
  if (Array.isArray(x)) return x.length > 0 && x.every(isNumbers);
  return !isKeywords(x);
}

function isNumbers(x: unknown): boolean {
  return Array.isArray(x) ? x.every(isNumbers) : isScalar(x);
}

export function flatten<T>(tree: Tree<T>): Flat<T> {
  const leaves: T[] = [];
  collect(tree, leaves);
  return {
    leaves,
    build: <R>(values: readonly R[]): Tree<R> => {
      if (values.length !== leaves.length)
        throw new ValueError(`a tree of ${leaves.length} values can't be built of ${values.length}`);
      let next = 0;
      return rebuild(tree, () => values[next++]);
    },
  };
}

function collect<T>(tree: Tree<T>, leaves: T[]): void {
  if (isLeaf(tree)) leaves.push(tree as T);
  else if (Array.isArray(tree)) for (const item of tree) collect(item as Tree<T>, leaves);
  else
    for (const name of Object.keys(tree as object)) collect((tree as Record<string, Tree<T>>)[name], leaves);
}

function rebuild<T, R>(tree: Tree<T>, next: () => R): Tree<R> {
  if (isLeaf(tree)) return next();
  if (Array.isArray(tree)) return tree.map((item: Tree<T>) => rebuild(item, next));
  return Object.fromEntries(
    Object.entries(tree as object).map(([name, item]) => [name, rebuild(item as Tree<T>, next)]),
  );
}

/** A function of each leaf. */
export function mapTree<T, R>(tree: Tree<T>, fn: (leaf: T) => R): Tree<R> {
  const { leaves, build } = flatten(tree);
  return build(leaves.map(fn));
}

/**
 * The values of a tree that belong to the leaves of another one.
 *
 * @throws ValueError where the trees differ.
 */
export function leavesLike<T>(tree: unknown, like: Tree<T>): unknown[] {
  if (isLeaf(like)) return [tree];
  if (Array.isArray(like)) {
    if (!Array.isArray(tree) || tree.length !== like.length) throw differs(like.length);
    return like.flatMap((item: Tree<T>, i: number) => leavesLike(tree[i], item));
  }
  const names = Object.keys(like as object);
  if (!isKeywords(tree) || names.some((name) => !(name in tree))) throw differs(names.length);
  return names.flatMap((name) => leavesLike(tree[name], (like as Record<string, Tree<T>>)[name]));
}

function differs(length: number): ValueError {
  return new ValueError(`expected a list or object of ${length}, in the form of what it belongs to`);
}
