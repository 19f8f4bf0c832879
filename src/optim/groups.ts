/** Parameters and groups of them, as an optimizer is given them. */
import { ValueError } from '../array/errors.ts';
import { isKeywords } from '../np/args.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Parameters with hyperparameters of their own. */
export type GroupOptions<O> = { params: Tensor | Iterable<Tensor> } & Partial<O>;

/** What an optimizer is given: tensors, or groups of them. */
export type Params<O> = Iterable<Tensor> | Iterable<GroupOptions<O>>;

/** A group of an optimizer. Its hyperparameters may be changed between steps. */
export type ParamGroup<O> = { params: readonly Tensor[]; initialLr?: number } & O;

/**
 * What an optimizer was given, as groups.
 *
 * @throws TypeError, ValueError if it is no list of tensors or groups, or an empty one.
 */
export function groupsOf<O>(params: Params<O>): GroupOptions<O>[] {
  if (params instanceof Tensor)
    throw new TypeError(
      'an optimizer needs a list of tensors or of groups, but got one Tensor: put it in a list',
    );
  if (typeof params !== 'object' || params === null || !(Symbol.iterator in params))
    throw new TypeError(`an optimizer needs a list of tensors or of groups, but got ${describe(params)}`);
  const given = [...params] as unknown[];
  if (given.length === 0) throw new ValueError('optimizer got an empty parameter list');
  return isKeywords(given[0])
    ? given.map((group) => requireGroup<O>(group))
    : [{ params: given as Tensor[] } as unknown as GroupOptions<O>];
}

/** @throws TypeError if it is no group. */
export function requireGroup<O>(group: unknown): GroupOptions<O> {
  if (!isKeywords(group) || !('params' in group))
    throw new TypeError(`a parameter group must be an object with params, but got ${describe(group)}`);
  return group as GroupOptions<O>;
}

/**
 * The parameters of a group.
 *
 * @param known - those of the groups before it
 * @throws TypeError for what is no tensor; ValueError for a tensor that was computed, or is given twice.
 */
export function parametersOf(
  params: Tensor | Iterable<Tensor>,
  known: ReadonlySet<Tensor>,
): readonly Tensor[] {
  if (params instanceof Set)
    throw new TypeError('parameters need a fixed order, which a Set does not promise: use a list');
  const list = params instanceof Tensor ? [params] : [...params];
  const seen = new Set(known);
  for (const p of list) {
    if (!(p instanceof Tensor))
      throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(p)}`);
    if (!p.isLeaf)
      throw new ValueError("can't optimize a non-leaf Tensor: use detach() or the tensor it came from");
    if (seen.has(p)) throw new ValueError('some parameters appear more than once among the parameter groups');
    seen.add(p);
  }
  return list;
}

function describe(x: unknown): string {
  if (typeof x !== 'object' || x === null) return String(x);
  return x.constructor?.name ?? 'an object';
}
