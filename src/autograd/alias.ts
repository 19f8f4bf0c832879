/** Aliases: the tensors that a transform differentiates with respect to. */
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { copyOf } from '../ops/cast.ts';
import { Leaf } from '../tensor/leaf.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { Kind } from '../tensor/node.ts';
import { Node } from '../tensor/node.ts';
import { Tensor, requireDifferentiable, wrap } from '../tensor/tensor.ts';
import { Batch } from './batch.ts';
import { tensor } from '../tensor/create.ts';

/** The identity: keeps apart what a function does with its argument and what else is done with the same tensor. */
export class Alias extends Node {
  readonly edges: readonly [Node | null];
  readonly result: Kind;
  /** Whether the function that it is an argument of is still running. */
  active = true;

  constructor(from: Node | null, { shape, dtype }: Kind) {
    super();
    this.edges = [from];
    this.result = { shape, dtype };
  }

  get name(): string {
    return 'AliasBackward';
  }

  gradientOf(_operand: number, cotangent: NDArray): NDArray {
    return cotangent;
  }
}

/** Transforms may widen the tensors that they differentiate with respect to. */
export const widening = { widen: null as ((t: Tensor) => Tensor) | null };

/**
 * A tensor of the same values that gradients can be asked of.
 *
 * @throws RuntimeError for integers.
 */
export function aliasOf(x: ArrayLike): Tensor {
  const given = tensorOf(x);
  requireDifferentiable(given);
  const t = widening.widen ? widening.widen(given) : given;
  return aliasAt(t);
}

function aliasAt(t: Tensor): Tensor {
  if (t instanceof Batch) return new Batch(aliasAt(t.inner), t.level);
  const isShared = t.strides.some((stride, i) => stride === 0 && t.shape[i] > 1);
  const memory = isShared ? onPlainArrays(() => copyOf(t, t.dtype, 'C')) : t;
  const alias = t.sameMemory(memory);
  alias.node = new Alias(t.history, t);
  return alias;
}

/** An argument of a transform as a tensor: arrays without a copy, lists and numbers as `np.tensor` takes them. */
export function tensorOf(x: ArrayLike): Tensor {
  if (x instanceof Tensor) return x;
  return onPlainArrays(() => (typeof x === 'object' && 'dtype' in x ? wrap(x) : tensor(x)));
}

/** Whether something else than the aliases themselves could ask for a gradient of what is behind some nodes. */
export function reachesOthers(roots: readonly (Node | null)[], own: ReadonlySet<Node>): boolean {
  const seen = new Set<Node>();
  const stack: Node[] = roots.filter((node) => node !== null);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!own.has(node) && (node instanceof Leaf || (node instanceof Alias && node.active))) return true;
    for (const edge of node.edges) if (edge !== null) stack.push(edge);
  }
  return false;
}
