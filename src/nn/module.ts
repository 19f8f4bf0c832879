/** Modules: functions that hold parameters, and other modules. */
import type { DTypeLike } from '../array/dtype.ts';
import { KeyError, RuntimeError } from '../array/errors.ts';
import type { DeviceLike } from '../tensor/device.ts';
import type { RemovableHandle } from '../tensor/hooks.ts';
import { Tensor } from '../tensor/tensor.ts';
import { copyOfModule } from './copy.ts';
import type { BackwardHook, ForwardHook, ForwardPreHook } from './hooks.ts';
import { Hooks } from './hooks.ts';
import type { PlaceOptions } from './move.ts';
import { moveTensors, placeOf } from './move.ts';
import { Parameter } from './parameter.ts';
import { moduleText } from './printing.ts';
import type { LoadOptions, LoadResult, State } from './state.ts';
import { loadState } from './state.ts';

/** Where a module keeps its hooks. */
export const HOOKS: unique symbol = Symbol('hooks');
/** Where a module keeps the names of its buffers, with whether each is saved. */
export const BUFFERS: unique symbol = Symbol('buffers');

/** How the parameters or buffers of a module are listed. */
export interface ListOptions {
  /** Stands before all names. */
  prefix?: string;
  /** Whether those of the modules inside are listed too; true by default. */
  recurse?: boolean;
  /** Whether what is held twice is listed once; true by default. */
  removeDuplicate?: boolean;
}

/** A module that takes one array, as most do. */
export type Layer = Module & { forward(input: unknown): Tensor };

/**
 * What networks are built of: a subclass has a `forward` method; parameters, buffers and other modules are its properties, found by
 * their types and known by the properties' names. (Not found are JavaScript's `#private` properties.)
 *
 * @example
 * class Net extends np.nn.Module {
 *   hidden = new np.nn.Linear(2, 16);
 *   out = new np.nn.Linear(16, 1);
 *   forward(x) {
 *     return this.out.call(np.tanh(this.hidden.call(x)));
 *   }
 * }
 * const net = new Net();
 * net.call(np.randn(5, 2)).shape; // [5, 1]
 * net.parameters().reduce((count, p) => count + p.size, 0); // 65
 */
export class Module {
  /** Whether the module is being trained: dropout drops, batch norms take statistics. Changed by `train()` and `eval()`. */
  training = true;
  [HOOKS]: Hooks | null = null;
  [BUFFERS]: Map<string, boolean> | null = null;

  /**
   * What the module computes. To be defined by the subclass, and called through `call`, which runs the hooks.
   *
   * @throws RuntimeError where it is not defined.
   */
  forward(..._inputs: never[]): unknown {
    throw new RuntimeError(`Module [${this.constructor.name}] is missing the required "forward" function`);
  }

  /**
   * Calls the module: its `forward`, between its hooks.
   *
   * @param args - what `forward` takes
   * @returns what `forward` returns
   */
  call(...args: Parameters<this['forward']>): ReturnType<this['forward']> {
    const hooks = this[HOOKS];
    const forward = this.forward as (...all: unknown[]) => unknown;
    const result = hooks === null ? forward.apply(this, args) : hooks.run(this, args);
    return result as ReturnType<this['forward']>;
  }

  /** What the module consists of, by name, in order: its own properties. */
  protected members(): Iterable<[name: string, member: unknown]> {
    return Object.entries(this);
  }

  /** The members of one kind. */
  #own<T>(is: (member: unknown, name: string) => boolean): [string, T][] {
    const found: [string, T][] = [];
    for (const [name, member] of this.members()) {
      if (is(member, name)) found.push([name, member as T]);
      else if (Array.isArray(member)) this.#refuseHidden(name, member);
    }
    return found;
  }

  /** @throws TypeError for an array of modules or parameters, whose parameters would not be found. */
  #refuseHidden(name: string, members: readonly unknown[]): void {
    const hidden = members.find((x) => x instanceof Module || x instanceof Parameter);
    if (hidden === undefined) return;
    const kind = hidden instanceof Module ? 'Module' : 'Parameter';
    throw new TypeError(
      `${this.constructor.name}.${name} is an array of ${kind}s, which would not be found in it: use nn.${kind}List, or a #private property to hide them`,
    );
  }

  /** The modules that are properties of this one, with their names. */
  namedChildren(): [string, Module][] {
    return this.#own<Module>((x) => x instanceof Module);
  }

  /** The modules that are properties of this one. */
  children(): Module[] {
    return [...new Set(this.namedChildren().map(([, child]) => child))];
  }

  /**
   * This module and all inside, with their names: '' for this one, 'encoder.0' for those deeper.
   *
   * @param prefix - stands before all names
   */
  namedModules(prefix = ''): [string, Module][] {
    const found = new Map<Module, string>();
    const visit = (module: Module, name: string): void => {
      if (found.has(module)) return;
      found.set(module, name);
      for (const [key, child] of module.namedChildren()) visit(child, joined(name, key));
    };
    visit(this, prefix);
    return [...found].map(([module, name]) => [name, module]);
  }

  /** This module and all inside. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  #listed<T extends Tensor>(
    own: (module: Module) => readonly [string, T][],
    { prefix = '', recurse = true, removeDuplicate = true }: ListOptions,
  ): [string, T][] {
    const modules: [string, Module][] = recurse ? this.namedModules(prefix) : [[prefix, this]];
    const seen = new Set<T>();
    const found: [string, T][] = [];
    for (const [name, module] of modules) {
      for (const [key, tensor] of own(module)) {
        if (removeDuplicate && seen.has(tensor)) continue;
        seen.add(tensor);
        found.push([joined(name, key), tensor]);
      }
    }
    return found;
  }

  /** The parameters with their names, as they are in a state dict. */
  namedParameters(options: ListOptions = {}): [string, Parameter][] {
    return this.#listed((module) => module.#own<Parameter>((x) => x instanceof Parameter), options);
  }

  /** The parameters, as an optimizer takes them. */
  parameters(recurse = true): Parameter[] {
    return this.namedParameters({ recurse }).map(([, parameter]) => parameter);
  }

  /** The buffers with their names. */
  namedBuffers(options: ListOptions = {}): [string, Tensor][] {
    return this.#listed((module) => module.#buffers(), options);
  }

  /** The buffers: tensors that are part of the state without being learned, such as running means. */
  buffers(recurse = true): Tensor[] {
    return this.namedBuffers({ recurse }).map(([, buffer]) => buffer);
  }

  #buffers(): [string, Tensor][] {
    const names = this[BUFFERS];
    if (names === null) return [];
    return this.#own<Tensor>((x, name) => names.has(name) && x instanceof Tensor);
  }

  /**
   * Adds a buffer: a tensor that is saved with the module and not learned. It becomes a property.
   *
   * @param tensor - or null for none
   * @param options - `persistent`: whether it is part of the state dict; true by default
   * @throws TypeError, KeyError for a name that can't be or is taken; TypeError for what is no tensor.
   */
  registerBuffer(
    name: string,
    tensor: Tensor | null,
    { persistent = true }: { persistent?: boolean } = {},
  ): void {
    if (tensor !== null && !(tensor instanceof Tensor))
      throw new TypeError(
        `cannot assign ${describe(tensor)} to buffer '${name}' (a Tensor or null required)`,
      );
    const buffers = (this[BUFFERS] ??= new Map<string, boolean>());
    if (!buffers.has(name)) this.#requireFree('buffer', name);
    buffers.set(name, persistent);
    this.#set(name, tensor);
  }

  /**
   * Adds a parameter under a name, as setting a property does.
   *
   * @param parameter - or null for none
   * @throws TypeError, KeyError for a name that can't be or is taken; TypeError for what is no parameter.
   */
  registerParameter(name: string, parameter: Parameter | null): void {
    this.#requireFree('parameter', name);
    if (parameter !== null && !(parameter instanceof Parameter))
      throw new TypeError(
        `cannot assign ${describe(parameter)} to parameter '${name}' (an nn.Parameter or null required)`,
      );
    this.#set(name, parameter);
  }

  /**
   * Adds a module under a name, as setting a property does.
   *
   * @throws TypeError, KeyError for a name that can't be or is taken; TypeError for what is no module.
   */
  registerModule(name: string, module: Module | null): void {
    this.#requireFree('module', name);
    if (module !== null && !(module instanceof Module))
      throw new TypeError(`${describe(module)} is not a Module subclass`);
    this.#set(name, module);
  }

  #set(name: string, value: unknown): void {
    (this as unknown as Record<string, unknown>)[name] = value;
  }

  #requireFree(kind: string, name: string): void {
    if (typeof name !== 'string')
      throw new TypeError(`a ${kind}'s name must be a string, got ${describe(name)}`);
    if (name === '') throw new KeyError(`a ${kind}'s name can't be the empty string ""`);
    if (name.includes('.')) throw new KeyError(`a ${kind}'s name can't contain ".", got '${name}'`);
    if (name in this) throw new KeyError(`attribute '${name}' already exists`);
  }

  /**
   * The module of a name such as 'encoder.0'.
   *
   * @throws KeyError if there is none.
   */
  getSubmodule(target: string): Module {
    return this.#find(target, this.namedModules(), 'submodule');
  }

  /** The parameter of a name such as 'encoder.0.weight'. @throws KeyError if there is none. */
  getParameter(target: string): Parameter {
    return this.#find(target, this.namedParameters({ removeDuplicate: false }), 'parameter');
  }

  /** The buffer of a name such as 'norm.running_mean'. @throws KeyError if there is none. */
  getBuffer(target: string): Tensor {
    return this.#find(target, this.namedBuffers({ removeDuplicate: false }), 'buffer');
  }

  #find<T>(target: string, named: readonly [string, T][], kind: string): T {
    const found = named.find(([name]) => name === target);
    if (found) return found[1];
    throw new KeyError(`${this.constructor.name} has no ${kind} '${target}'`);
  }

  /** Prepares the module and all inside for training. @param mode - false for evaluation. */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new TypeError('training mode is expected to be boolean');
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Prepares the module and all inside for evaluation: nothing is dropped, norms use what they have learned. */
  eval(): this {
    return this.train(false);
  }

  /** Says whether the parameters require gradients. */
  requiresGrad_(wanted = true): this {
    for (const p of this.parameters()) p.requiresGrad = wanted;
    return this;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const p of this.parameters()) p.dropGrad();
  }

  /**
   * Takes the parameters and buffers to a device or another dtype, in place: the parameters stay the objects that they are. Integer
   * buffers keep their dtype.
   *
   * @param target - 'cpu', a float or complex dtype, or an object of both
   * @throws TypeError for another dtype, or complex parameters that are to be real; ValueError for an unknown device.
   * @example
   * new np.nn.Linear(2, 3).to('float64').weight.dtype.name; // 'float64'
   */
  to(target: DTypeLike | DeviceLike | PlaceOptions): this {
    const place = placeOf(target);
    moveTensors([...this.namedParameters(), ...this.namedBuffers()], place);
    return this;
  }

  /** Calls a function with every module inside and, at last, this one; for setting weights, say. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** A module of the same kind with copies of all tensors. A subclass with `#private` properties has to define it itself. */
  clone(): this {
    return copyOfModule(this, (x) => (x instanceof Module ? bareModule(x) : null));
  }

  #hooks(): Hooks {
    return (this[HOOKS] ??= new Hooks());
  }

  /** Calls a function before `forward`, with the module and the list of arguments; what it returns takes their place. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle {
    return this.#hooks().addBefore(hook);
  }

  /**
   * Calls a function after `forward`, with the module, the list of arguments and the result; what it returns takes the result's place.
   *
   * @example
   * const shapes = [];
   * const layer = new np.nn.Linear(2, 3);
   * const handle = layer.registerForwardHook((_module, _args, output) => void shapes.push(output.shape));
   * layer.call(np.randn(4, 2));
   * handle.remove();
   * shapes; // [[4, 3]]
   */
  registerForwardHook(hook: ForwardHook): RemovableHandle {
    return this.#hooks().addAfter(hook);
  }

  /**
   * Calls a function in the backward pass, with the module and the gradients of its inputs and outputs; a list that it returns takes
   * the place of the inputs' gradients.
   */
  registerFullBackwardHook(hook: BackwardHook): RemovableHandle {
    return this.#hooks().addBackward(hook);
  }

  /**
   * All parameters and saved buffers by name, to be written to a file or loaded into another module of this kind. They share the
   * module's memory.
   *
   * @param options - `prefix` stands before all names
   * @example
   * Object.keys(new np.nn.Linear(2, 3).stateDict()); // ['weight', 'bias']
   */
  stateDict({ prefix = '' }: { prefix?: string } = {}): Record<string, Tensor> {
    return Object.fromEntries(this.stateEntries(prefix).map(([name, t]) => [name, t.sameMemory(t)]));
  }

  /** The tensors of the state with their names: first this module's own. */
  stateEntries(prefix = ''): [string, Tensor][] {
    const own: [string, Tensor][] = [
      ...this.#own<Tensor>((x) => x instanceof Parameter),
      ...this.#buffers().filter(([name]) => this[BUFFERS]!.get(name)),
    ];
    const inner = this.namedChildren().flatMap(([name, child]) => child.stateEntries(`${prefix}${name}.`));
    return [...own.map(([name, t]): [string, Tensor] => [prefix + name, t]), ...inner];
  }

  /**
   * Copies a saved state into the parameters and buffers.
   *
   * @param state - arrays by name: what `stateDict()` or `np.safetensors.load` gave
   * @param options - `strict`: whether every name must be there, and no other; true by default
   * @returns the names that were missing and those that were not expected
   * @throws RuntimeError naming every missing and unexpected key and every array of a wrong shape; nothing is changed then.
   * @example
   * const a = new np.nn.Linear(2, 3);
   * const b = new np.nn.Linear(2, 3);
   * const { missingKeys, unexpectedKeys } = b.loadStateDict(a.stateDict()); // [], []
   */
  loadStateDict(state: State, options: LoadOptions = {}): LoadResult {
    return loadState(this.constructor.name, this.stateEntries(), state, options);
  }

  /** What is printed between the parentheses, for subclasses to define. */
  extraRepr(): string {
    return '';
  }

  /** The module with all inside, as PyTorch prints it. */
  toString(): string {
    return moduleText(this.constructor.name, this.extraRepr(), this.namedChildren());
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** An object of a module's class with nothing but what every module has: the class's constructor is not run. */
function bareModule(module: Module): Module {
  return Reflect.construct(Module, [], module.constructor as new () => Module) as Module;
}

const joined = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`);

function describe(x: unknown): string {
  if (typeof x !== 'object' || x === null) return String(x);
  return x.constructor?.name ?? 'an object';
}
