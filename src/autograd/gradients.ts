/** Gradients of results with respect to given tensors, handed back instead of added to `grad`. */
import type { NDArray } from '../array/ndarray.ts';
import { zeros } from '../np/creation/filled.ts';
import type { Node } from '../tensor/node.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';
import { constantBeside, homeOf, logical, physical } from './batch.ts';
import { walkBack } from './backward.ts';
import type { BackwardOptions } from './backward.ts';

/**
 * The sum over all outputs of the gradients with respect to some tensors.
 *
 * @param outputs - tensors; those without history count as constants
 * @param cotangents - a gradient for each output, in its shape
 * @param inputs - tensors that the outputs may depend on
 * @returns a gradient for each input, zero where nothing depends on it
 */
export function gradientsOf(
  outputs: readonly Tensor[],
  cotangents: readonly NDArray[],
  inputs: readonly Tensor[],
  options: BackwardOptions,
): Tensor[] {
  return gradientsAt(
    outputs,
    cotangents,
    inputs.map((t) => t.history),
    options,
  ).map((g, i) => (g === null ? zerosLike(inputs[i]) : logical(g, inputs[i])));
}

/** The same with respect to nodes; `null` where nothing depends on one. */
export function gradientsAt(
  outputs: readonly Tensor[],
  cotangents: readonly NDArray[],
  nodes: readonly (Node | null)[],
  options: BackwardOptions,
): (Tensor | null)[] {
  const seeds = outputs.flatMap((t, i) => {
    const node = t.history;
    return node === null ? [] : [{ node, home: homeOf(t), cotangent: physical(cotangents[i], t) }];
  });
  return walkBack(seeds, options, nodes).map((g) => (g === null || g instanceof Tensor ? g : wrap(g)));
}

export function zerosLike(t: Tensor): Tensor {
  return constantBeside(t, () => zeros(t.shape, { dtype: t.dtype }));
}
