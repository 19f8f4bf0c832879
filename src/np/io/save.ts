/** Writing arrays to files and bytes. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { bind, isKeywords } from '../args.ts';
import type { Args } from '../args.ts';
import { dense, writeNpy } from './npy.ts';
import { writeTo } from './source.ts';
import { encodeName, writeZip } from './zip_write.ts';

/** What `np.save` takes besides the array. */
export interface SaveOptions {
  /** Of no effect: there are no arrays of objects. */
  allow_pickle?: boolean | null;
}

type SaveArgs = Args<SaveOptions, ['allow_pickle']>;

/** The arrays by name, and `allow_pickle`. */
export type NamedArrays = Readonly<Record<string, ArrayLike>>;

/** Arrays by position, then arrays by name in an object at the end. */
export type SavezArgs = readonly (ArrayLike | NamedArrays)[];

/**
 * Writes an array as an .npy file, with the bytes that NumPy writes.
 *
 * @param file - a path (in Node, Deno and Bun), to which `.npy` is added if it does not end so; or `null`.
 * @param a - the array. Dense arrays are written as they lie, in C or F order, without a copy; others in C order.
 * @param args - `allow_pickle`, which is of no effect.
 * @returns The bytes if `file` is null.
 * @throws TypeError if `a` is no array-like.
 * @throws Error Node's own, if the file cannot be written.
 * @example
 * np.save(null, [1, 2, 3]).length; // 152
 */
export function save(file: null, a: ArrayLike, ...args: SaveArgs): Uint8Array<ArrayBuffer>;
export function save(file: string | URL, a: ArrayLike, ...args: SaveArgs): void;
export function save(
  file: string | URL | null,
  a: ArrayLike,
  ...args: SaveArgs
): Uint8Array<ArrayBuffer> | void {
  bind<SaveOptions>('save', args, ['allow_pickle']);
  const path = withEnding(file, '.npy', 'save');
  const array = dense(asArray(a));
  return writeTo(path, (sink) => writeNpy(array, sink.write));
}

/**
 * Writes arrays into one archive, .npz, without compressing them; with the bytes that NumPy writes.
 *
 * @param file - a path (in Node, Deno and Bun), to which `.npz` is added if it does not end so; or `null`.
 * @param args - arrays, which are called `arr_0`, `arr_1` and so on; and, in an object at the end, arrays by name.
 * @returns The bytes if `file` is null.
 * @throws ValueError if a name is given twice, or cannot be a file's.
 * @throws TypeError if something is no array-like.
 * @throws Error Node's own, if the file cannot be written.
 * @example
 * np.load(np.savez(null, [1, 2], { mask: [true] })).files; // ['mask', 'arr_0']
 */
export function savez(file: null, ...args: SavezArgs): Uint8Array<ArrayBuffer>;
export function savez(file: string | URL, ...args: SavezArgs): void;
export function savez(file: string | URL | null, ...args: SavezArgs): Uint8Array<ArrayBuffer> | void {
  return writeNpz('savez', file, args, false);
}

/**
 * Writes arrays into one compressed archive, .npz (deflate, by fflate).
 *
 * @param file - a path (in Node, Deno and Bun), to which `.npz` is added if it does not end so; or `null`.
 * @param args - arrays, which are called `arr_0`, `arr_1` and so on; and, in an object at the end, arrays by name.
 * @returns The bytes if `file` is null.
 * @throws ValueError if a name is given twice, or cannot be a file's.
 * @throws TypeError if something is no array-like.
 * @throws Error Node's own, if the file cannot be written.
 * @example
 * np.savez_compressed(null, { x: new Float64Array(1000) }).length < 1000; // true
 */
export function savez_compressed(file: null, ...args: SavezArgs): Uint8Array<ArrayBuffer>;
export function savez_compressed(file: string | URL, ...args: SavezArgs): void;
export function savez_compressed(
  file: string | URL | null,
  ...args: SavezArgs
): Uint8Array<ArrayBuffer> | void {
  return writeNpz('savez_compressed', file, args, true);
}

function writeNpz(
  fn: string,
  file: string | URL | null,
  args: SavezArgs,
  compress: boolean,
): Uint8Array<ArrayBuffer> | undefined {
  const path = withEnding(file, '.npz', fn);
  const inputs = nameArrays(fn, args).map(([name, a]) => ({
    name: encodeName(`${name}.npy`),
    produce: (write: (bytes: Uint8Array) => void) => writeNpy(a, write),
  }));
  return writeTo(path, (sink) => writeZip(sink, inputs, compress));
}

/** Names and arrays, in NumPy's order: those by name first. */
function nameArrays(fn: string, args: SavezArgs): [string, NDArray][] {
  const last = args.at(-1);
  const named = isKeywords(last) ? (last as NamedArrays) : {};
  const positional = (isKeywords(last) ? args.slice(0, -1) : args) as readonly ArrayLike[];
  const arrays = new Map<string, ArrayLike>();
  for (const [name, a] of Object.entries(named)) {
    if (name === 'file') throw new TypeError(`${fn}() got multiple values for argument 'file'`);
    if (name !== 'allow_pickle') arrays.set(name, a);
  }
  positional.forEach((a, i) => {
    if (arrays.has(`arr_${i}`)) throw new ValueError(`Cannot use un-named variables and keyword arr_${i}`);
    arrays.set(`arr_${i}`, a);
  });
  return Array.from(arrays, ([name, a]) => [name, dense(asArray(a))]);
}

/** A path that ends as it should. */
function withEnding(file: string | URL | null, ending: string, fn: string): string | URL | null {
  if (file === null) return null;
  if (typeof file === 'string') return file.endsWith(ending) ? file : file + ending;
  if (!(file instanceof URL)) throw new TypeError(`${fn}() needs a path, or null for the bytes`);
  if (file.pathname.endsWith(ending)) return file;
  const url = new URL(file);
  url.pathname += ending;
  return url;
}
