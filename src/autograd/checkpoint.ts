/** Less memory for more time: intermediate values computed again when they are needed. */
import { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asTensor } from '../tensor/create.ts';
import { enableGrad } from '../tensor/modes.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Alias } from './alias.ts';
import { seedOf, walkBack } from './backward.ts';
import { customFunction } from './custom.ts';
import { gradientsOf } from './gradients.ts';

/**
 * Calls a function whose intermediate values are not kept for the backward pass, which calls it again.
 *
 * @param fn - a function of tensors that returns a tensor and depends, as far as gradients go, on its arguments and on leaves alone
 * @param args - its arguments
 * @returns what `fn` returns
 * @example
 * const x = np.tensor([1, 2], { requiresGrad: true });
 * np.checkpoint((v) => np.exp(np.sin(v)), x).sum().backward();
 */
export function checkpoint(fn: (...args: never[]) => ArrayLike, ...args: unknown[]): Tensor {
  const run = (...given: unknown[]): Tensor => asTensor((fn as (...all: unknown[]) => ArrayLike)(...given));
  const again = customFunction({
    forward: (_ctx, ...given) => run(...given),
    backward: (_ctx, grad) => {
      const inputs = args.map((x) =>
        x instanceof NDArray ? (grad.requiresGrad ? aliased(x) : leafOf(x)) : x,
      );
      const result = enableGrad(() => run(...inputs));
      const tensors = inputs.filter((x) => x instanceof Tensor);
      // A plain pass goes on to the leaves that the function uses beside its arguments.
      const grads = grad.requiresGrad
        ? gradientsOf([result], [grad], tensors, { createGraph: true })
        : gradientsThrough(result, grad, tensors);
      let next = 0;
      return inputs.map((x) => (x instanceof Tensor ? grads[next++] : null));
    },
  });
  return again(...args);
}

/** The same tensor, apart from what else is done with it. */
function aliased(x: NDArray): Tensor {
  const given = asTensor(x);
  const alias = given.sameMemory(given);
  alias.node = new Alias(given.history, given);
  return alias;
}

/** The same values as a leaf of their own. */
function leafOf(x: NDArray): Tensor {
  const leaf = asTensor(x).detach();
  leaf.wantsGrad = x instanceof Tensor && x.requiresGrad;
  return leaf;
}

function gradientsThrough(result: Tensor, grad: Tensor, leaves: readonly Tensor[]): (Tensor | null)[] {
  walkBack([seedOf(result, grad)], {}, null);
  return leaves.map((leaf) => leaf.grad);
}
