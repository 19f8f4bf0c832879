/** Tensors and other arguments made from a case's codes. */
import { callable } from './callables.ts';
import { elementsOf, isFloating, itemsize } from '../elements.ts';
import { lookup, numpy } from '../namespace.ts';
import type { AnyFunction, ArrayLike, TypedArray } from '../namespace.ts';
import { Inapplicable } from '../outcome.ts';
import { MissingFunction, resolve } from '../special.ts';
import { decodeBase64 } from '../suite.ts';
import type { Chapter, Code } from '../suite.ts';
import { isWide, narrowName } from '../webgpu/narrow.ts';
import type { Start, Stretch } from './case.ts';

/** What the runner uses of a tensor. */
export interface TensorLike extends ArrayLike {
  grad: ArrayLike | null;
  readonly requiresGrad: boolean;
  detach: () => TensorLike;
  clone: () => TensorLike;
  backward: (gradient: unknown, options?: { retainGraph?: boolean }) => void;
}

export type Tagged = Readonly<Record<string, Code>>;

export function isTagged(code: Code): code is Tagged {
  return typeof code === 'object' && code !== null && !Array.isArray(code);
}

/** Makes the arguments of one case; a tensor that is mentioned twice is made once. */
export class Arguments {
  readonly #chapter: Chapter;
  readonly device: 'cpu' | 'webgpu';
  readonly #made = new Map<string, ArrayLike>();
  /** The tensors that require gradients, in order of first mention. */
  readonly leaves: TensorLike[] = [];
  /** What the steps of a program gave so far: `{ v: name }`. */
  readonly variables = new Map<string, unknown>();
  /** What a code `{ optimizer: 1 }` stands for. */
  optimizer: unknown;

  constructor(chapter: Chapter, device: 'cpu' | 'webgpu' = 'cpu') {
    this.#chapter = chapter;
    this.device = device;
  }

  /** The tensors without gradients and the plain arrays, with their codes. */
  get constants(): [code: string, array: ArrayLike][] {
    return [...this.#made].filter(([key]) => !key.startsWith('g')).map(([key, made]) => [key.slice(1), made]);
  }

  decode(code: Code): unknown {
    if (code === null || typeof code !== 'object') return code;
    if (Array.isArray(code)) return code.map((item: Code) => this.decode(item));
    const [tag] = Object.keys(code);
    const value = (code as Tagged)[tag];
    switch (tag) {
      case 'g':
      case 't':
      case 'n':
        return this.#tensor(tag, value as unknown as Stretch);
      case 'call':
        return this.#call(value as [string, Code[], Tagged]);
      case 'new':
        return this.construct(value as [string, Code[], Tagged]);
      case 'v':
        return this.variables.get(value as string);
      case 'optimizer':
        return this.optimizer;
      case 'fn':
        return callable(value as string);
      case 'f':
        return value === 'inf' ? Infinity : value === '-inf' ? -Infinity : NaN;
      case 'c':
        return new numpy.Complex(...(value as [number, number]));
      case 's':
        return numpy.slice(...(value as [unknown, unknown, unknown]));
      case 'd':
        return value;
      case 'e':
        return '...';
      case 'o':
        return this.entries(value as Tagged);
      default:
        throw new Error(`no argument for ${tag}`);
    }
  }

  entries(codes: Tagged): Record<string, unknown> {
    return Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, this.decode(code)]));
  }

  /** The arguments of a call: positional ones, then an object of keywords if there are any. */
  list(args: readonly Code[], keywords: Tagged): unknown[] {
    const given = args.map((code) => this.decode(code));
    return Object.keys(keywords).length > 0 ? [...given, this.entries(keywords)] : given;
  }

  construct([name, args, keywords]: readonly [string, readonly Code[], Tagged]): unknown {
    const { member } = lookup(name);
    if (typeof member !== 'function') throw new MissingFunction(name);
    return Reflect.construct(member, this.list(args, keywords));
  }

  /** A tensor of recorded numbers without a gradient: a cotangent, or a gradient that an optimizer is given. */
  stretch([base, offset]: Start, shape: readonly number[]): ArrayLike {
    return tensorOf(this.#array([base, offset, shape]), false, this.device);
  }

  #tensor(tag: 'g' | 't' | 'n', code: Stretch): ArrayLike {
    const key = tag + JSON.stringify(code);
    const known = this.#made.get(key);
    if (known) return known;
    const array = this.#array(code);
    if (this.device === 'webgpu') requireNarrow(tag, array.dtype.name);
    const made = tag === 'n' ? array : tensorOf(array, tag === 'g', this.device);
    if (tag === 'g') this.leaves.push(made as TensorLike);
    this.#made.set(key, made);
    return made;
  }

  #array([base, offset, shape]: Stretch): ArrayLike {
    return arrayOf(this.#chapter.bases[base].dtype, shape, this.recorded([base, offset, shape]));
  }

  /** Everything that was made. */
  get all(): readonly ArrayLike[] {
    return [...this.#made.values()];
  }

  /** The recorded dtype of a stretch of memory. */
  dtypeOf([base]: Stretch): string {
    return this.#chapter.bases[base].dtype;
  }

  /** The recorded bytes of a stretch of memory. */
  recorded([base, offset, shape]: Stretch): Uint8Array<ArrayBuffer> {
    const { dtype, data } = this.#chapter.bases[base];
    const width = itemsize(dtype);
    const size = shape.reduce((product, n) => product * n, 1);
    return decodeBase64(data).slice(offset * width, (offset + size) * width);
  }

  #call([name, args, keywords]: readonly [string, readonly Code[], Tagged]): unknown {
    return resolve(name)(...this.list(args, keywords));
  }
}

/** A new array that holds these bytes. */
export function arrayOf(dtype: string, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>): ArrayLike {
  const array = numpy.empty(shape, dtype);
  const data = array.data as TypedArray & { set: (elements: TypedArray) => void };
  data.set(elementsOf(bytes, dtype));
  return array;
}

/** @throws Inapplicable for what a GPU does not have; integers, which are indices and labels, may be narrower. */
function requireNarrow(tag: string, dtype: string): void {
  if (tag === 'n') throw new Inapplicable('plain arrays stay on the processor');
  if (isWide(dtype) && isFloating(dtype)) throw new Inapplicable(`${dtype} is not there`);
}

/** A tensor of an array's values. On a GPU, integers of 64 bits become those that it has. */
export function tensorOf(
  array: ArrayLike,
  requiresGrad = false,
  device: 'cpu' | 'webgpu' = 'cpu',
): ArrayLike {
  const make = numpy.tensor as AnyFunction | undefined;
  if (typeof make !== 'function') throw new MissingFunction('tensor');
  const { name } = array.dtype;
  return make(array, {
    dtype: device === 'webgpu' ? narrowName(name) : name,
    device,
    requiresGrad,
  }) as ArrayLike;
}

/** Whether `x` is a tensor. */
export function isTensor(x: unknown): x is TensorLike {
  return typeof numpy.Tensor === 'function' && x instanceof numpy.Tensor;
}
