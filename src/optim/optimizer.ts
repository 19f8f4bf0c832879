/** What all optimizers have: groups of parameters, gradients to clear, a state to save. */
import { ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { clearBytes } from '../ops/move.ts';
import { bind } from '../np/args.ts';
import { castInto } from '../ops/cast.ts';
import { asArray } from '../ops/asarray.ts';
import { enableGrad } from '../tensor/modes.ts';
import { asTensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap } from '../tensor/tensor.ts';
import { checkHyperparameters } from './hyperparameters.ts';
import type { GroupOptions, ParamGroup, Params } from './groups.ts';
import { groupsOf, parametersOf, requireGroup } from './groups.ts';

/** What a step may be given: computes the loss and its gradients anew. */
export type Closure<T = Tensor> = () => T;

/** A group as it is saved: its hyperparameters, and the numbers of its parameters. */
export type SavedGroup = Readonly<Record<string, unknown>> & { readonly params: readonly number[] };

/** What an optimizer saves: the state of each parameter by its number, and the groups. */
export interface OptimizerState<S = unknown> {
  readonly state: Readonly<Record<number, S>>;
  readonly paramGroups: readonly SavedGroup[];
}

/** The hyperparameters of an optimizer. */
export interface Settings<O> {
  readonly name: string;
  /** In PyTorch's order, with what each is where nothing is said; `undefined` for one that must be given. */
  readonly defaults: Readonly<Record<keyof O & string, unknown>>;
  /** Refuses hyperparameters that do not go together. */
  check?(o: O): void;
}

/**
 * An optimizer.
 *
 * @typeParam O - its hyperparameters
 * @typeParam S - what it keeps of a parameter from step to step, as it is saved
 */
export abstract class Optimizer<O extends object = object, S = unknown> {
  /** The groups of parameters with their hyperparameters, which may be changed between steps. */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** The hyperparameters of groups that say nothing else. */
  readonly defaults: Readonly<O>;
  /** How often `step` was called. */
  stepCount = 0;
  readonly #settings: Settings<O>;

  /**
   * @param args - hyperparameters by position or in an object
   * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
   */
  protected constructor(settings: Settings<O>, params: Params<O>, args: readonly unknown[]) {
    const names = Object.keys(settings.defaults) as (keyof O & string)[];
    this.#settings = settings;
    this.defaults = { ...settings.defaults, ...bind<O>(settings.name, args, names) } as O;
    const given = Object.entries(this.defaults).filter(([, value]) => value !== undefined);
    checkHyperparameters(settings.name, Object.fromEntries(given));
    for (const group of groupsOf(params)) this.addParamGroup(group);
  }

  /**
   * Takes one step.
   *
   * @param closure - computes the loss and its gradients; called once, LBFGS calls it several times
   * @returns what `closure` returned, if there is one
   */
  step<T = undefined>(closure?: Closure<T>): T {
    const loss = closure && enableGrad(closure);
    this.stepCount++;
    this.update();
    return loss as T;
  }

  /** Changes the parameters by their gradients. */
  protected abstract update(): void;

  /** @throws TypeError, ValueError unless a group can have these hyperparameters. */
  #check(options: O): void {
    const { name, defaults, check } = this.#settings;
    const missing = Object.keys(defaults).find((key) => options[key as keyof O] === undefined);
    if (missing !== undefined)
      throw new TypeError(`${name}: a parameter group has no ${missing}, for which there is no default`);
    checkHyperparameters(name, options as Record<string, unknown>);
    check?.(options);
  }

  /** What is kept of a parameter, as it is saved; `undefined` while there is nothing. */
  protected abstract saveState(p: Tensor, group: O): S | undefined;

  /** Makes a saved state of a parameter of a group ready to be taken: throws if it does not fit, and returns what takes it. */
  protected abstract prepareState(p: Tensor, group: O, saved: S | undefined, label: string): () => void;

  /**
   * Clears the gradients of all parameters.
   *
   * @param setToNone - whether to take the gradients away (as by default), or to fill them with zeros
   */
  zeroGrad(setToNone = true): void {
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        if (setToNone || p.ownGrad === null) p.dropGrad();
        else fillZero(unwrap((p.ownGrad = p.ownGrad.requiresGrad ? asTensor(unwrap(p.ownGrad)) : p.ownGrad)));
      }
    }
  }

  /**
   * Adds parameters, such as those of layers that are thawed during training.
   *
   * @param group - `params` and their hyperparameters
   * @throws TypeError, ValueError if something in it cannot be; then nothing is added.
   */
  addParamGroup(group: GroupOptions<O>): void {
    const { params, ...own } = requireGroup<O>(group);
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    for (const key of Object.keys(own)) {
      if (key in this.defaults || key === 'initialLr') continue;
      throw new TypeError(
        `${this.#settings.name}: unknown hyperparameter '${key}'; there are ${Object.keys(this.defaults).join(', ')}`,
      );
    }
    const options = { ...this.defaults, ...own } as unknown as O;
    this.#check(options);
    this.paramGroups.push({ ...options, params: parametersOf(params, known) } as ParamGroup<O>);
  }

  /**
   * The state, to be saved: copies, which later steps do not change.
   *
   * @returns plain objects, numbers and arrays
   */
  stateDict(): OptimizerState<S> {
    const saved = this.paramGroups
      .flatMap((group) => group.params.map((p) => this.saveState(p, group)))
      .map((s, i) => [i, s] as const);
    let next = 0;
    const paramGroups = this.paramGroups.map(({ params, ...options }) => {
      return { ...structuredClone(options), params: params.map(() => next++) } as SavedGroup;
    });
    const state = Object.fromEntries(saved.filter(([, s]) => s !== undefined)) as Record<number, S>;
    return { state, paramGroups };
  }

  /**
   * Goes on from a saved state: that of an optimizer of the same kind, over parameters of the same shapes in the same groups.
   *
   * @throws TypeError, ValueError naming what differs; then nothing is changed.
   */
  loadStateDict(saved: OptimizerState<S>): void {
    const { state, paramGroups } = requireState(saved);
    requireSameGroups(this.paramGroups, paramGroups);
    const restored = paramGroups.map((group, i) => this.#restoredOptions(group, i));
    const take = this.paramGroups.flatMap(({ params }, i) =>
      params.map((p, j) => {
        const number = paramGroups[i].params[j];
        return this.prepareState(p, restored[i], state[number] as S | undefined, `parameter ${number}`);
      }),
    );
    restored.forEach((options, i) => Object.assign(this.paramGroups[i], options));
    for (const apply of take) apply();
  }

  #restoredOptions(saved: SavedGroup, at: number): O {
    const { params: _, ...options } = structuredClone({ ...saved });
    const { name } = this.#settings;
    const missing = Object.keys(this.defaults).find((key) => !(key in options));
    if (missing !== undefined)
      throw new ValueError(`loaded state dict: parameter group ${at} has no ${missing}, which ${name} needs`);
    this.#check(options as O);
    return options as O;
  }

  toString(): string {
    const groups = this.paramGroups.map(({ params: _, ...options }, i) => {
      const lines = Object.entries(options).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
      return `Parameter Group ${i}\n${lines.sort().join('\n')}\n`;
    });
    return `${this.#settings.name} (\n${groups.join('\n')})`;
  }
}

function requireState<S>(saved: unknown): OptimizerState<S> {
  const isState = typeof saved === 'object' && saved !== null && 'state' in saved && 'paramGroups' in saved;
  if (!isState)
    throw new TypeError('an optimizer loads what stateDict() gave: an object of state and paramGroups');
  return saved as OptimizerState<S>;
}

function requireSameGroups(own: readonly ParamGroup<object>[], saved: readonly SavedGroup[]): void {
  if (own.length !== saved.length) {
    throw new ValueError(
      `loaded state dict has a different number of parameter groups: ${saved.length}, where the optimizer has ${own.length}`,
    );
  }
  own.forEach(({ params }, i) => {
    const n = saved[i].params.length;
    if (n === params.length) return;
    throw new ValueError(
      `loaded state dict: parameter group ${i} has ${n} parameters, that of the optimizer ${params.length}`,
    );
  });
}

function fillZero(a: NDArray): void {
  if (a.cContiguous) clearBytes(a.storage, a.offset, a.nbytes);
  else castInto(a, asArray(0, a.dtype));
  a.storage.version++;
}
