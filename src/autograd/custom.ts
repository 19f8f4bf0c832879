/** Functions with derivatives of one's own. */
import { RuntimeError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { primitive, tracing } from '../array/tracing.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asTensor } from '../tensor/create.ts';
import { modes, noGrad, onTensors } from '../tensor/modes.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';
import { zerosLike } from './gradients.ts';
import { by } from './rule.ts';

/** Carries what a function's forward pass leaves for its backward pass. */
export class Context {
  /** For each argument whether its gradient is wanted. */
  readonly needsInputGrad: readonly boolean[];
  /** Anything else may be put here. */
  [name: string]: unknown;
  #saved: { readonly tensor: Tensor; readonly version: number }[] = [];

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  /** Keeps tensors for the backward pass. */
  saveForBackward(...tensors: Tensor[]): void {
    this.#saved = tensors.map((tensor) => ({ tensor, version: tensor.storage.version }));
  }

  /**
   * The tensors that were kept.
   *
   * @throws RuntimeError if one was changed in place since.
   */
  get savedTensors(): Tensor[] {
    return this.#saved.map(({ tensor, version }) => {
      if (tensor.storage.version !== version) {
        throw new RuntimeError(
          'one of the variables needed for gradient computation has been modified by an inplace operation: a tensor kept with saveForBackward ' +
            `is at version ${tensor.storage.version}; expected version ${version} instead`,
        );
      }
      return tensor;
    });
  }
}

/** A function and its derivative. */
export interface CustomFunction {
  /** Computes the result, without being recorded. */
  forward(ctx: Context, ...args: never[]): Tensor;
  /** The gradient of each argument, `null` for those without, given that of the result; may use np functions only, to differentiate again. */
  backward(ctx: Context, grad: Tensor): Tensor | null | readonly (Tensor | null)[];
}

/**
 * A function that computes and differentiates as it is told.
 *
 * @param definition - `forward(ctx, ...args)` and `backward(ctx, grad)`: an object, or a class with static methods
 * @returns a function of tensors and other arguments
 * @throws RuntimeError from a backward pass for another number of gradients than there are arguments.
 * @example
 * const clamped = np.customFunction({
 *   forward(ctx, x) { ctx.saveForBackward(x); return np.maximum(x, 0); },
 *   backward(ctx, grad) { const [x] = ctx.savedTensors; return np.where(np.greater(x, 0), grad, np.multiply(grad, 0.1)); },
 * });
 */
export function customFunction(definition: CustomFunction): (...args: unknown[]) => Tensor {
  const name = (definition as { readonly name?: string }).name ?? 'CustomFunction';
  return (...args) => {
    const given = args.map((x) => (x instanceof NDArray ? asTensor(x) : x));
    const ctx = new Context(given.map((x) => x instanceof Tensor && modes.grad && x.requiresGrad));
    const forward = (...plain: unknown[]): NDArray => {
      const result = noGrad(() =>
        onTensors(() => (definition.forward as (...all: unknown[]) => Tensor)(ctx, ...plain)),
      );
      return given.includes(result) ? (result.clone() as NDArray) : result;
    };
    const backward = by('', (g, _known, operand) => {
      const grads = gradientsFrom(definition, ctx, g, given.length);
      return grads[operand] ?? zerosLike(given[operand] as Tensor);
    });
    const own = { ...primitive(name, forward), rule: { derivatives: [backward] }, callsUser: true };
    if (!given.some((x) => x instanceof Tensor)) return asTensor(forward(...given) as ArrayLike);
    return recordedCall(own, given);
  };
}

function recordedCall(
  own: Parameters<NonNullable<typeof tracing.tracer>['call']>[0],
  given: readonly unknown[],
): Tensor {
  const run = (...args: never[]): NDArray => {
    const result = own.run(...args) as Tensor;
    return new NDArray(result.storage, result.dtype, result.shape, result.strides, result.offset, null);
  };
  return tracing.tracer!.call({ ...own, run }, given) as Tensor;
}

function gradientsFrom(
  definition: CustomFunction,
  ctx: Context,
  g: NDArray,
  count: number,
): readonly (Tensor | null)[] {
  const grad = g instanceof Tensor ? g : wrap(g);
  const call = (): ReturnType<CustomFunction['backward']> => definition.backward(ctx, grad);
  // A pass that is not itself recorded runs on plain arrays; the user's function sees tensors.
  const found = tracing.tracer === null ? noGrad(() => onTensors(call)) : call();
  const list = Array.isArray(found) ? (found as readonly (Tensor | null)[]) : [found as Tensor | null];
  if (list.length > count || (list.length < count && list.length !== 1)) {
    throw new RuntimeError(
      `function returned an incorrect number of gradients (expected ${count}, got ${list.length})`,
    );
  }
  return list;
}
