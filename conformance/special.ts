/** Case names that stand for Python syntax or for a short loop, the counterpart of `scripts/record/special.py`. */
import { isArray, lookup, numpy } from './namespace.ts';
import type { AnyFunction, ArrayLike } from './namespace.ts';

type Methods = ArrayLike & Readonly<Record<string, AnyFunction>>;

const method =
  (name: string): AnyFunction =>
  (self, ...args) => {
    if (typeof (self as Partial<Methods>)[name] !== 'function') throw new MissingFunction(`.${name}`);
    return (self as Methods)[name](...args);
  };

const member = (path: string): AnyFunction => {
  const found = lookup(path).member;
  if (typeof found !== 'function') throw new MissingFunction(path);
  return found as AnyFunction;
};

/** The library has no such function. */
export class MissingFunction extends Error {}

/** An attribute of what a function gives: `np.finfo(d).eps`. */
const attributeOf =
  (path: string): AnyFunction =>
  (x, name) => {
    const found = member(path)(x) as Record<string, unknown>;
    if (!(String(name) in found)) throw new MissingFunction(`${path}.${String(name)}`);
    return found[String(name)];
  };

interface Flat extends Iterable<unknown> {
  get: AnyFunction;
  set: AnyFunction;
}

const flat = (a: unknown): Flat => (a as { flat: Flat }).flat;

interface NDIter extends Iterable<unknown> {
  readonly index: number;
  readonly multi_index: number[];
}

/** What an iterator yields at one step, read out before the next step changes it. */
function valueOf(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(copied);
  return isArray(item) && item.shape.length === 0 ? (item as Methods).item() : copied(item);
}

const copied = (x: unknown): unknown => (isArray(x) ? (x as Methods).copy() : x);

function ufuncTypes(f: { types: readonly string[] }): string[] {
  return [...new Set(f.types.filter((loop) => !/[gGOmMqQ]/.test(loop)))];
}

function load(data: unknown, ...rest: unknown[]): unknown {
  const loaded = member('load')(data, ...rest);
  if (isArray(loaded)) return loaded;
  const archive = loaded as { files: readonly string[]; get?: (name: string) => unknown } & Record<
    string,
    unknown
  >;
  return Object.fromEntries(
    archive.files.map((name) => [name, archive.get ? archive.get(name) : archive[name]]),
  );
}

export const SPECIAL: Readonly<Record<string, AnyFunction>> = {
  get: method('get'),
  set: method('set'),
  str: (a) => String(a),
  repr: (a) => member('array_repr')(a),
  iter: (a) => [...(a as Iterable<unknown>)],
  load,
  ndarray: (...args) => Reflect.construct(numpy.ndarray, args),
  // NumPy leaves the order open.
  unique_values: (x) => member('sort')(member('unique_values')(x)),
  resized: (a, shape) => {
    const own = (a as Methods).copy() as Methods;
    own.resize(shape);
    return own;
  },
  partitioned: (a, ...args) => {
    const own = (a as Methods).copy() as Methods;
    own.partition(...args);
    return own;
  },
  'savez:load': (compressed, arrays) => load(member(compressed ? 'savez_compressed' : 'savez')(null, arrays)),
  ndindex: (...shape) => [...(member('ndindex')(...shape) as Iterable<unknown>)],
  ndenumerate: (a) => [...(member('ndenumerate')(a) as Iterable<unknown>)],
  'nditer:values': (...args) => Array.from(member('nditer')(...args) as NDIter, valueOf),
  'nditer:indices': (a, flag, ...rest) => {
    const iterator = member('nditer')(a, [flag], ...rest) as NDIter;
    return Array.from(iterator, (item) => [
      flag === 'multi_index' ? [...iterator.multi_index] : iterator.index,
      valueOf(item),
    ]);
  },
  'flat:values': (a) => [...flat(a)],
  'flat:get': (a, i) => flat(a).get(i),
  'flat:set': (a, i, v) => flat(a).set(i, v),
  'ufunc:types': (f) => ufuncTypes(f as { types: readonly string[] }),
  'vectorize:call': (f, options, ...args) => (member('vectorize')(f, options) as AnyFunction)(...args),
  'frompyfunc:call': (f, nin, nout, ...args) =>
    member('asarray')((member('frompyfunc')(f, nin, nout) as AnyFunction)(...args), 'float64'),
  finfo: attributeOf('finfo'),
  iinfo: attributeOf('iinfo'),
  'dtype:get': attributeOf('dtype'),
  flags: (a, name) => (a as { flags: Record<string, unknown> }).flags[String(name)],
};

/** What the function name of a case stands for. */
export function resolve(name: string): AnyFunction {
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name];
  if (name.startsWith('.')) return resolveMember(name.slice(1));
  const { owner, member: found } = lookup(name);
  if (typeof found === 'function') return (found as AnyFunction).bind(owner);
  if (
    found === undefined &&
    !(typeof owner === 'function' && name.includes('.') && name.split('.')[1] in owner)
  ) {
    throw new MissingFunction(name);
  }
  return () => found;
}

/** A method or an attribute of the first argument. */
function resolveMember(name: string): AnyFunction {
  return (self, ...args) => {
    const owner = self as Record<string, unknown>;
    if (!(name in owner)) throw new MissingFunction(`.${name}`);
    const found = owner[name];
    return typeof found === 'function' ? (found as AnyFunction).apply(owner, args) : found;
  };
}
