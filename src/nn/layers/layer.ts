/** Modules that only hold the options of a function: each is a row of a table. */
import type { ArrayLike } from '../../ops/asarray.ts';
import { NDArray } from '../../array/ndarray.ts';
import { bind, isKeywords } from '../../np/args.ts';
import { asTensor } from '../../tensor/create.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { keepsNothing } from '../handing.ts';
import { Module } from '../module.ts';
import { optionsText } from '../printing.ts';

const NEEDED: unique symbol = Symbol('needed');

/** An option that must be given. */
export interface Needed<T> {
  readonly [NEEDED]: T;
}

/** In the place of a default: the option must be given. It is handed to the function by position, after the inputs. */
export const needed = NEEDED as unknown as Needed<never>;

type Widened<T> = T extends boolean ? boolean : T extends number ? number : T;

type ValueOf<T> = T extends Needed<infer V> ? V : Widened<T>;

/** The values of a layer's options. */
export type Values<S> = { [K in keyof S]: ValueOf<S[K]> };

/** Options as keywords. */
type Keywords<S> = { [K in keyof S]?: ValueOf<S[K]> | null };

/** Options by position, in the order `K`; the rest as keywords. */
export type LayerArgs<S, K extends readonly (keyof S)[]> = K extends readonly [
  infer H extends keyof S,
  ...infer R extends readonly (keyof S)[],
]
  ? S[H] extends Needed<infer T>
    ? [T, ...LayerArgs<S, R>] | [Keywords<S>]
    : [] | [Keywords<S>] | [ValueOf<S[H]> | null | undefined, ...LayerArgs<S, R>]
  : [] | [Keywords<S>];

/** A module that computes `R` from the inputs `I`. */
export interface FunctionLayer<I extends unknown[], R> extends Module {
  forward(...inputs: I): R;
}

/** The class of such modules, with options `S` in the order `K`. */
export type LayerClass<S, K extends readonly (keyof S)[], I extends unknown[], R> = new (
  ...args: LayerArgs<S, K>
) => FunctionLayer<I, R> & Values<S>;

/** What is special about a layer. */
export interface Traits<S> {
  /** The function is told whether the module is being trained. */
  readonly training?: boolean;
  /** Options that are arrays, and part of the module's state. */
  readonly buffers?: readonly (keyof S & string)[];
  /** Only options that are not the default are printed. */
  readonly terse?: boolean;
  /** Refuses options. */
  readonly check?: (options: Values<S>) => void;
}

type AnyFunction = (...args: never[]) => unknown;

/** The name that a buffer has in PyTorch's states. */
const stateName = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * How classes of layers with inputs `I` are made: `layersOf<[input: ArrayLike]>()('MaxPool2d', F.maxPool2d, order, options)`.
 *
 * The class takes options by position, in the order given, or as keywords. They become properties of the module, which may be changed.
 * `call` gives the function the inputs, the needed options, and the others as keywords; keywords of the call itself are added.
 */
export function layersOf<I extends unknown[], R = Tensor>() {
  return <S extends object, const K extends readonly (keyof S & string)[]>(
    name: string,
    fn: AnyFunction,
    order: K,
    defaults: S,
    traits: Traits<S> = {},
  ): LayerClass<S, K, I, R> =>
    makeClass(name, fn, order, defaults, traits) as unknown as LayerClass<S, K, I, R>;
}

function makeClass<S extends object>(
  name: string,
  fn: AnyFunction,
  order: readonly (keyof S & string)[],
  defaults: S,
  { training = false, buffers = [], terse = false, check }: Traits<S>,
): new (...args: unknown[]) => Module {
  const all = Object.keys(defaults) as (keyof S & string)[];
  const isNeeded = (option: keyof S): boolean => (defaults[option] as unknown) === NEEDED;
  const byPosition = all.filter(isNeeded);
  const byKeyword = all.filter((option) => !isNeeded(option));
  const run = fn as unknown as (...args: unknown[]) => unknown;
  const takesKeywords = training || byKeyword.length > 0;

  class WithOptions extends Module {
    constructor(...args: unknown[]) {
      super();
      const given = bind<S>(
        name,
        args,
        order,
        all.filter((option) => !order.includes(option)),
      );
      for (const option of byPosition) {
        if (given[option] === undefined) throw new TypeError(`${name}() needs an option '${option}'`);
      }
      const values = { ...defaults, ...given } as Values<S>;
      check?.(values);
      for (const option of all) {
        if (buffers.includes(option)) this.registerBuffer(stateName(option), asBuffer(values[option]));
        else Reflect.set(this, option, values[option]);
      }
    }

    override forward(...inputs: unknown[]): unknown {
      const own = inputs.length > 0 && isKeywords(inputs[inputs.length - 1]) ? inputs.pop() : undefined;
      for (let i = 0; i < byPosition.length; i++) inputs.push(this.option(byPosition[i]));
      if (takesKeywords || own !== undefined) inputs.push(Object.assign(this.keywords(), own));
      return asTensors(run(...inputs));
    }

    private keywords(): Record<string, unknown> {
      const keywords: Record<string, unknown> = training ? { training: this.training } : {};
      for (const option of byKeyword) {
        const value = this.option(option);
        if (value !== null) keywords[option] = value;
      }
      return keywords;
    }

    private option(option: string): unknown {
      return (this as unknown as Record<string, unknown>)[option];
    }

    override extraRepr(): string {
      const shown = all.filter((o) => !buffers.includes(o) && !(terse && this.option(o) === defaults[o]));
      return optionsText(Object.fromEntries(shown.map((option) => [option, this.option(option)])));
    }
  }

  for (const option of buffers) {
    const held = stateName(option);
    if (held === option) continue;
    Object.defineProperty(WithOptions.prototype, option, {
      get(this: Record<string, unknown>): unknown {
        return this[held];
      },
    });
  }
  Object.defineProperty(WithOptions, 'name', { value: name });
  keepsNothing(WithOptions);
  return WithOptions;
}

function asBuffer(x: unknown): Tensor | null {
  return x === null || x === undefined ? null : asTensor(x as ArrayLike);
}

/** A result, or each of several, as a tensor. */
function asTensors(x: unknown): unknown {
  if (x instanceof Tensor) return x;
  if (Array.isArray(x)) return x.map(asTensors);
  return x instanceof NDArray || typeof x === 'number' ? asTensor(x) : x;
}
