/** Forward mode: tangents walk the tape from the arguments to the results. */
import { ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { broadcastTo } from '../ops/views.ts';
import { zeros } from '../np/creation/filled.ts';
import { add } from '../np/ufuncs.ts';
import { asTensor } from '../tensor/create.ts';
import { modes, withGrad } from '../tensor/modes.ts';
import type { Node } from '../tensor/node.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Alias, aliasOf } from './alias.ts';
import { constantBeside, logical, physical } from './batch.ts';
import { gradientsAt, zerosLike } from './gradients.ts';
import { Operation } from './operation.ts';
import type { Differentiable } from './transforms.ts';
import { fitting, isWatched, recorded, released } from './transforms.ts';
import type { Tree } from './tree.ts';
import { flatten, leavesLike } from './tree.ts';

/**
 * The value of a function and how it changes along a direction: the product of the Jacobian with a vector.
 *
 * @param fn - the function
 * @param primals - its arguments
 * @param tangents - the direction, in the form of the arguments
 * @returns [result, tangent of the result]
 * @throws ValueError for tangents that don't fit the arguments.
 * @example
 * np.jvp((x) => np.square(x), [[1, 2, 3]], [[1, 0, 1]]); // [tensor([1., 4., 9.]), tensor([2., 0., 6.])]
 */
export function jvp(
  fn: Differentiable,
  primals: readonly unknown[],
  tangents: readonly unknown[],
): [unknown, unknown] {
  if (primals.length !== tangents.length)
    throw new ValueError(
      `jvp needs a tangent for each argument: got ${primals.length} and ${tangents.length}`,
    );
  const { inputs, own, result } = recorded(
    fn,
    primals,
    primals.map((_, i) => i),
  );
  const given = primals.flatMap((x, i) => leavesLike(tangents[i], x as Tree<ArrayLike>) as ArrayLike[]);
  const directions = given.map((t, i) => asTensor(fitting(t, inputs[i], 'tangent')));
  const tree = flatten(result as Tree<ArrayLike>);
  const outputs = tree.leaves.map(asTensor);
  const watched = isWatched(outputs, own) || (modes.grad && directions.some((t) => t.requiresGrad));
  const pushed = withGrad(watched, () => pushForward(outputs, inputs, directions));
  return [tree.build(outputs.map((t) => released(t, watched))), tree.build(pushed)];
}

/** The tangents of outputs, given those of the aliases that they were computed from. */
export function pushForward(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  directions: readonly Tensor[],
): Tensor[] {
  const tangents = new Map<Node, Tensor>();
  inputs.forEach((t, i) => tangents.set(t.history!, physical(directions[i], t) as Tensor));
  for (const node of nodesBetween(outputs)) {
    if (tangents.has(node)) continue;
    const tangent = tangentOf(node, tangents);
    if (tangent !== null) tangents.set(node, tangent);
  }
  return outputs.map((t) => {
    const node = t.history;
    const tangent = node && tangents.get(node);
    return tangent ? logical(tangent, t) : zerosLike(t);
  });
}

/** All nodes behind some results, the oldest first. */
function nodesBetween(outputs: readonly Tensor[]): Node[] {
  const seen = new Set<Node>();
  const stack = outputs.map((t) => t.history).filter((node) => node !== null);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.edges) if (edge !== null) stack.push(edge);
  }
  return [...seen].sort((p, q) => p.number - q.number);
}

/** The sum of what each operand's tangent adds; `null` if none has one. */
function tangentOf(node: Node, tangents: ReadonlyMap<Node, Tensor>): Tensor | null {
  let total: Tensor | null = null;
  node.edges.forEach((edge, operand) => {
    const tangent = edge && tangents.get(edge);
    if (!tangent) return;
    const part = push(node, operand, tangent);
    if (part !== null) total = total === null ? part : (add(total, part) as NDArray as Tensor);
  });
  return total;
}

/** A tangent through one operand of an operation. */
function push(node: Node, operand: number, tangent: Tensor): Tensor | null {
  if (node instanceof Alias) return tangent;
  if (node instanceof Operation && node.isElementwise) {
    // A diagonal Jacobian is its own transpose.
    return node.pulled(operand, broadcastTo(tangent, node.result.shape)) as Tensor | null;
  }
  return transposed(node, operand, tangent);
}

/** The derivative's map back is linear in the cotangent, so that its own map back is the map forward. */
function transposed(node: Node, operand: number, tangent: Tensor): Tensor | null {
  const { shape, dtype } = node.result;
  const u = aliasOf(constantBeside(tangent, () => zeros(shape, { dtype })));
  const back = withGrad(true, () => node.gradientOf(operand, u));
  if (back === null || !(back instanceof Tensor) || back.history === null) return null;
  return gradientsAt([back], [tangent], [u.history], { createGraph: modes.grad })[0];
}
