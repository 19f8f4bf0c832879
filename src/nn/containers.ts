/** Modules that hold modules or parameters, in order or by name. */
import { IndexError, KeyError } from '../array/errors.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { NDArray } from '../array/ndarray.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Handing } from './handing.ts';
import type { Layer } from './module.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** What a container can hold. */
type Item = Module | Parameter;

/** A module whose properties `names` are its items, in that order. */
abstract class Container<T extends Item> extends Module {
  /** The names of the items, in order. */
  readonly names: string[] = [];

  /** What is given as an item. @throws TypeError if it is none. */
  protected abstract admit(x: unknown, name: string): T;

  /** Items first, in their order; then what a subclass has besides. */
  protected override members(): [string, unknown][] {
    const items = new Map<string, unknown>(this.entries());
    for (const [name, member] of Object.entries(this)) if (!items.has(name)) items.set(name, member);
    return [...items];
  }

  /** The number of items. */
  get length(): number {
    return this.names.length;
  }

  /** The items in order. */
  values(): T[] {
    return this.names.map((name) => this.held(name));
  }

  /** The items with their names. */
  entries(): [string, T][] {
    return this.names.map((name) => [name, this.held(name)]);
  }

  protected held(name: string): T {
    return (this as unknown as Record<string, T>)[name];
  }

  /** Sets an item, at the end if the name is new. */
  protected put(name: string, x: unknown): void {
    const item = this.admit(x, name);
    if (!this.names.includes(name)) {
      if (name === '' || name.includes('.'))
        throw new KeyError(`a name in a container can't be empty or contain ".", got '${name}'`);
      if (name in this) throw new KeyError(`attribute '${name}' already exists`);
      this.names.push(name);
    }
    (this as unknown as Record<string, T>)[name] = item;
  }

  /** Takes an item out. */
  protected take(name: string): T {
    const item = this.held(name);
    this.names.splice(this.names.indexOf(name), 1);
    Reflect.deleteProperty(this, name);
    return item;
  }
}

/** Items that are numbered. */
abstract class ListContainer<T extends Item> extends Container<T> implements Iterable<T> {
  [index: number]: T;

  [Symbol.iterator](): Iterator<T> {
    return this.values()[Symbol.iterator]();
  }

  /** An item by its place; negative ones count from the end. @throws IndexError if there is none. */
  get(index: number): T {
    return this.held(this.nameAt(index));
  }

  /** The items from `start` up to `stop`, as a new container of the same items. */
  slice(start?: number, stop?: number): this {
    const Class = this.constructor as new () => this;
    const part = new Class();
    for (const [name, item] of this.entries().slice(start, stop))
      part.put(isNumber(name) ? String(part.length) : name, item);
    return part;
  }

  /** Puts another item in the place of one. @throws IndexError if there is no such place; TypeError for what can't be an item. */
  set(index: number, item: T): this {
    this.put(this.nameAt(index), item);
    return this;
  }

  /** Adds items at the end. @throws TypeError for what can't be an item. */
  append(...items: T[]): this {
    return this.extend(items);
  }

  /** Adds the items of a list at the end. @throws TypeError for what can't be an item. */
  extend(items: Iterable<T>): this {
    for (const item of items) this.put(String(this.length), item);
    return this;
  }

  /** Adds an item before the one at `index`. @throws IndexError if there is no such place; TypeError for what can't be an item. */
  insert(index: number, item: T): this {
    const items = this.values();
    items.splice(index === items.length ? index : this.placeOf(index), 0, this.admit(item, String(index)));
    return this.renumber(items);
  }

  /** Takes an item out, by default the last. @throws IndexError if there is none. */
  pop(index = -1): T {
    const items = this.values();
    const [item] = items.splice(this.placeOf(index), 1);
    this.renumber(items);
    return item;
  }

  private renumber(items: readonly T[]): this {
    for (const name of [...this.names]) this.take(name);
    return this.extend(items);
  }

  protected nameAt(index: number): string {
    return this.names[this.placeOf(index)];
  }

  private placeOf(index: number): number {
    if (!Number.isInteger(index)) throw new TypeError(`an index must be an integer, got ${String(index)}`);
    const place = index < 0 ? index + this.length : index;
    if (place >= 0 && place < this.length) return place;
    throw new IndexError(
      `index ${index} is out of range for ${this.constructor.name} of length ${this.length}`,
    );
  }
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** Items that have names. */
abstract class DictContainer<T extends Item> extends Container<T> implements Iterable<[string, T]> {
  [Symbol.iterator](): Iterator<[string, T]> {
    return this.entries()[Symbol.iterator]();
  }

  /** The names in order. */
  keys(): string[] {
    return [...this.names];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** The item of a name. @throws KeyError if there is none. */
  get(name: string): T {
    this.require(name);
    return this.held(name);
  }

  /** Adds an item or puts it in the place of another. @throws KeyError for a name that is taken; TypeError for what can't be an item. */
  set(name: string, item: T): this {
    this.put(name, item);
    return this;
  }

  /** Adds items, or puts them in the place of others of the same names. */
  update(items: Readonly<Record<string, T>> | Iterable<readonly [string, T]>): this {
    for (const [name, item] of Symbol.iterator in items ? items : Object.entries(items)) this.put(name, item);
    return this;
  }

  /** Takes an item out. @throws KeyError if there is none. */
  pop(name: string): T {
    this.require(name);
    return this.take(name);
  }

  /** Takes all items out. */
  clear(): void {
    for (const name of this.keys()) this.take(name);
  }

  private require(name: string): void {
    if (!this.has(name))
      throw new KeyError(`${this.constructor.name} has no '${name}'; there are ${this.names.join(', ')}`);
  }
}

/** Modules one after another: each takes the result of the one before. */
export class Sequential extends ListContainer<Module> {
  /**
   * @param layers - modules, or one object of modules by name
   * @throws TypeError for what is no module.
   * @example
   * const net = new np.nn.Sequential(new np.nn.Linear(2, 16), new np.nn.ReLU(), new np.nn.Linear(16, 1));
   * net.call(np.randn(5, 2)).shape; // [5, 1]
   */
  constructor(...layers: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const [first] = layers;
    if (layers.length === 1 && isRecord(first)) for (const name in first) this.put(name, first[name]);
    else this.extend(layers as Module[]);
  }

  protected override admit(x: unknown, name: string): Module {
    return requireModule(x, name);
  }

  override forward(input: ArrayLike): Tensor {
    let x: unknown = input;
    const { names } = this;
    const handing = new Handing();
    for (let i = 0; i < names.length; i++) {
      const layer = this.held(names[i]) as Layer;
      const y = layer.call(x);
      handing.passed(layer, x, y);
      x = y;
    }
    return x as Tensor;
  }
}

/** Modules in a list, to be called as the module that holds them likes. */
export class ModuleList extends ListContainer<Module> {
  /**
   * @param modules - the first items
   * @throws TypeError for what is no module.
   * @example
   * const layers = new np.nn.ModuleList([new np.nn.Linear(2, 3), new np.nn.Linear(3, 4)]);
   * layers.length; // 2
   */
  constructor(modules: Iterable<Module> = []) {
    super();
    this.extend(modules);
  }

  protected override admit(x: unknown, name: string): Module {
    return requireModule(x, name);
  }
}

/** Modules by name, to be called as the module that holds them likes. */
export class ModuleDict extends DictContainer<Module> {
  /**
   * @param modules - the first items, as an object or pairs
   * @throws TypeError for what is no module; KeyError for a name that a module's property has.
   * @example
   * const heads = new np.nn.ModuleDict({ mean: new np.nn.Linear(8, 1), scale: new np.nn.Linear(8, 1) });
   * heads.keys(); // ['mean', 'scale']
   */
  constructor(modules: Readonly<Record<string, Module>> | Iterable<readonly [string, Module]> = {}) {
    super();
    this.update(modules);
  }

  protected override admit(x: unknown, name: string): Module {
    return requireModule(x, name);
  }
}

/** Parameters in a list. */
export class ParameterList extends ListContainer<Parameter> {
  /**
   * @param parameters - the first items; arrays become parameters
   * @throws TypeError for what is neither parameter nor array.
   * @example
   * new np.nn.ParameterList([np.randn(2), np.randn(3)]).parameters().length; // 2
   */
  constructor(parameters: Iterable<Parameter | NDArray> = []) {
    super();
    this.extend(parameters as Iterable<Parameter>);
  }

  protected override admit(x: unknown, name: string): Parameter {
    return asParameter(x, name);
  }

  override extraRepr(): string {
    return parametersText(this.entries());
  }
}

/** Parameters by name. */
export class ParameterDict extends DictContainer<Parameter> {
  /**
   * @param parameters - the first items, as an object or pairs; arrays become parameters
   * @throws TypeError for what is neither parameter nor array; KeyError for a name that a module's property has.
   * @example
   * new np.nn.ParameterDict({ left: np.randn(2), right: np.randn(3) }).keys(); // ['left', 'right']
   */
  constructor(
    parameters:
      Readonly<Record<string, Parameter | NDArray>> | Iterable<readonly [string, Parameter | NDArray]> = {},
  ) {
    super();
    this.update(parameters as Readonly<Record<string, Parameter>>);
  }

  protected override admit(x: unknown, name: string): Parameter {
    return asParameter(x, name);
  }

  override extraRepr(): string {
    return parametersText(this.entries());
  }
}

function isRecord(x: unknown): x is Readonly<Record<string, Module>> {
  return typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}

function requireModule(x: unknown, name: string): Module {
  if (x instanceof Module) return x;
  throw new TypeError(`item ${name} is not a Module, but ${describe(x)}`);
}

function asParameter(x: unknown, name: string): Parameter {
  if (x instanceof Parameter) return x;
  if (x instanceof NDArray) return new Parameter(x);
  throw new TypeError(`item ${name} is neither a Parameter nor an array, but ${describe(x)}`);
}

function describe(x: unknown): string {
  if (Array.isArray(x)) return 'an array (give its items, or an nn.ModuleList)';
  return typeof x === 'object' && x !== null ? (x.constructor?.name ?? 'an object') : String(x);
}

function parametersText(entries: readonly [string, Parameter][]): string {
  return entries
    .map(([name, p]) => `(${name}): Parameter containing: [${p.dtype.name} of size ${p.shape.join('x')}]`)
    .join('\n');
}
