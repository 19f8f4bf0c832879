/** Functions that a module calls around its forward and backward pass. */
import { float32 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { tracing } from '../array/tracing.ts';
import { zeros } from '../np/creation/filled.ts';
import type { RemovableHandle } from '../tensor/hooks.ts';
import { addHook } from '../tensor/hooks.ts';
import { onPlainArrays, onTensors, withGrad } from '../tensor/modes.ts';
import type { Kind } from '../tensor/node.ts';
import { Node } from '../tensor/node.ts';
import { Tensor, wrap } from '../tensor/tensor.ts';
import type { Module } from './module.ts';

/** Called before `forward` with its arguments; a list that it returns takes their place, any other value that of the one argument. */
export type ForwardPreHook = (module: Module, args: unknown[]) => unknown;

/** Called after `forward` with its arguments and its result; what it returns takes the result's place. */
export type ForwardHook = (module: Module, args: unknown[], output: unknown) => unknown;

/**
 * Called with the gradients of a module's inputs and of its outputs, in the order of the tensors among them; `null` where there is none.
 * A list that it returns takes the place of the inputs' gradients.
 */
export type BackwardHook = (
  module: Module,
  gradInput: readonly (Tensor | null)[],
  gradOutput: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | void;

/** The hooks of one module, and how it is called with them. */
export class Hooks {
  readonly #before: ForwardPreHook[] = [];
  readonly #after: ForwardHook[] = [];
  readonly #backward: BackwardHook[] = [];

  addBefore(hook: ForwardPreHook): RemovableHandle {
    return addHook(this.#before, hook);
  }

  addAfter(hook: ForwardHook): RemovableHandle {
    return addHook(this.#after, hook);
  }

  addBackward(hook: BackwardHook): RemovableHandle {
    return addHook(this.#backward, hook);
  }

  /** The same hooks for a copy of the module. */
  copy(): Hooks {
    const copy = new Hooks();
    copy.#before.push(...this.#before);
    copy.#after.push(...this.#after);
    copy.#backward.push(...this.#backward);
    return copy;
  }

  /** The module's result, hooks included. */
  run(module: Module, given: unknown[]): unknown {
    let args = given;
    for (const hook of [...this.#before]) args = replacedArguments(hook(module, args), args);
    if (this.#backward.length > 0) return this.#runWatched(module, args);
    return this.#finish(module, args, forwardOf(module)(...args));
  }

  #finish(module: Module, args: unknown[], result: unknown): unknown {
    let output = result;
    for (const hook of [...this.#after]) output = hook(module, args, output) ?? output;
    return output;
  }

  /** Between two gates on the tape, which see the gradients on their way. */
  #runWatched(module: Module, given: unknown[]): unknown {
    const passage = new Passage(module, [...this.#backward]);
    const args = passage.enter(given);
    return passage.leave(this.#finish(module, args, forwardOf(module)(...args)));
  }
}

function forwardOf(module: Module): (...args: unknown[]) => unknown {
  return module.forward.bind(module) as (...args: unknown[]) => unknown;
}

function replacedArguments(result: unknown, args: unknown[]): unknown[] {
  if (result === undefined || result === null) return args;
  return Array.isArray(result) ? (result as unknown[]) : [result];
}

/** One call of a module with backward hooks. */
class Passage {
  readonly #module: Module;
  readonly #hooks: readonly BackwardHook[];
  #gradOutput: readonly (Tensor | null)[] = [];
  #inputs = 0;
  #entered = false;

  constructor(module: Module, hooks: readonly BackwardHook[]) {
    this.#module = module;
    this.#hooks = hooks;
  }

  enter(args: unknown[]): unknown[] {
    this.#inputs = args.filter((x) => x instanceof Tensor).length;
    const through = throughGate(args, (grads) => this.#call(grads));
    this.#entered = through !== null;
    return through ?? args;
  }

  leave(output: unknown): unknown {
    const list = Array.isArray(output) ? (output as unknown[]) : [output];
    const through = throughGate(list, (grads) => {
      this.#gradOutput = grads;
      // No gradient goes on to the inputs: nothing else will tell.
      if (!this.#entered) this.#call(new Array<null>(this.#inputs).fill(null));
      return grads;
    });
    if (through === null) return output;
    return Array.isArray(output) ? through : through[0];
  }

  #call(gradInput: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    let grads = gradInput;
    for (const hook of this.#hooks) grads = hook(this.#module, grads, this.#gradOutput) ?? grads;
    return grads;
  }
}

/** Sees the gradients of several tensors when all of them are there. */
type Sight = (grads: readonly (Tensor | null)[]) => readonly (Tensor | null)[];

/**
 * The same values with the tensors among them sent through a gate; `null` if no gradient would come through.
 */
function throughGate(values: readonly unknown[], sight: Sight): unknown[] | null {
  const tensors = values.filter((x) => x instanceof Tensor);
  const edges = tensors.map((t) => t.history);
  if (edges.every((edge) => edge === null)) return null;
  const gate = new Gate(edges, sight);
  let next = 0;
  return values.map((x) => (x instanceof Tensor ? gate.passed(x, next++) : x));
}

/**
 * A place on the tape where the gradients of several tensors wait for each other. Each tensor has a post behind which the gate stands:
 * the posts are younger, so a backward pass comes to all of them first.
 */
class Gate extends Node {
  readonly edges: readonly (Node | null)[];
  readonly result: Kind = { shape: [], dtype: float32 };
  readonly #sight: Sight;
  #grads: (Tensor | null)[];
  #seen: readonly (Tensor | null)[] | null = null;

  constructor(edges: readonly (Node | null)[], sight: Sight) {
    super();
    this.edges = edges;
    this.#sight = sight;
    this.#grads = edges.map(() => null);
  }

  get name(): string {
    return 'ModuleBackward';
  }

  /** The tensor behind the gate. */
  passed(t: Tensor, place: number): Tensor {
    if (this.edges[place] === null) return t;
    const behind = t.sameMemory(t);
    behind.node = new Post(this, place, t);
    return behind;
  }

  /** A gradient arrives: the first one after all were seen belongs to another pass. */
  arrive(place: number, grad: NDArray): void {
    if (this.#seen !== null) this.release();
    this.#grads[place] = grad instanceof Tensor ? grad : wrap(grad);
  }

  gradientOf(place: number): NDArray | null {
    if (this.#seen === null) {
      const see = (): readonly (Tensor | null)[] => this.#sight(this.#grads);
      this.#seen = tracing.tracer === null ? withGrad(false, () => onTensors(see)) : see();
    }
    return this.#seen[place] ?? null;
  }

  override release(): void {
    this.#seen = null;
    this.#grads = this.edges.map(() => null);
  }
}

class Post extends Node {
  readonly edges: readonly [Gate];
  readonly result: Kind;
  readonly #place: number;

  constructor(gate: Gate, place: number, { shape, dtype }: Kind) {
    super();
    this.edges = [gate];
    this.#place = place;
    this.result = { shape, dtype };
  }

  get name(): string {
    return 'ModuleBackward';
  }

  /** Hands the gradient over, and sends a zero on, by which the pass comes to the gate. */
  gradientOf(_operand: number, cotangent: NDArray): NDArray {
    this.edges[0].arrive(this.#place, cotangent);
    return onPlainArrays(() => zeros([], { dtype: float32 }));
  }
}
