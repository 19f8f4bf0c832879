/** Writing safetensors files. */
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { bind, isKeywords } from '../np/args.ts';
import { elementBytes } from '../np/io/npy.ts';
import { writeTo } from '../np/io/source.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import { cast } from '../ops/cast.ts';
import { STORED_TYPES, storedTypeRank } from './dtypes.ts';
import { formatHeader } from './header.ts';

/** Arrays by name: an object or a Map, as a module's state. */
export type Tensors = Readonly<Record<string, ArrayLike>> | ReadonlyMap<string, ArrayLike>;

export interface SaveOptions {
  /** Texts by name that the file is to hold besides. */
  metadata?: Readonly<Record<string, string>> | null;
}

/**
 * Writes arrays as a safetensors file, in the order in which its reference implementation writes them.
 *
 * @param file - a path (in Node, Deno and Bun), or `null`.
 * @param tensors - arrays by name, of any dtype but complex128. What is not in C order is written as if it were.
 * @param args - `metadata`.
 * @returns The bytes if `file` is null.
 * @throws TypeError for complex128, for what is no array-like, and for metadata that are no texts.
 * @throws Error Node's own, if the file cannot be written.
 * @example
 * np.safetensors.save(null, { bias: np.zeros(3, 'float32') }).length; // 84
 */
export function save(
  file: null,
  tensors: Tensors,
  ...args: Args<SaveOptions, ['metadata']>
): Uint8Array<ArrayBuffer>;
export function save(file: string | URL, tensors: Tensors, ...args: Args<SaveOptions, ['metadata']>): void;
export function save(
  file: string | URL | null,
  tensors: Tensors,
  ...args: Args<SaveOptions, ['metadata']>
): Uint8Array<ArrayBuffer> | void {
  const metadata = metadataOf(args);
  if (file !== null && typeof file !== 'string' && !(file instanceof URL))
    throw new TypeError('safetensors.save() needs a path, or null for the bytes');
  const sorted = named(tensors)
    .map(([name, x]) => ({ name, a: inOrder(asArray(x)) }))
    .map(({ name, a }) => ({ name, a, rank: storedTypeRank(a.dtype) }))
    .sort((x, y) => y.rank - x.rank || compareText(x.name, y.name));
  const written = sorted.map(({ name, a, rank }) => {
    return { name, type: STORED_TYPES[rank].name, shape: a.shape, byteLength: a.nbytes };
  });
  const header = formatHeader(written, metadata);
  return writeTo(file, ({ write }) => {
    write(header);
    for (const { a } of sorted) if (a.size > 0) write(elementBytes(a));
  });
}

function named(tensors: Tensors): [string, ArrayLike][] {
  if (tensors instanceof Map) return [...tensors] as [string, ArrayLike][];
  if (isKeywords(tensors)) return Object.entries(tensors) as [string, ArrayLike][];
  throw new TypeError('safetensors.save() needs the arrays by name, in an object or a Map');
}

/** By code points, as UTF-8 sorts. */
function compareText(a: string, b: string): number {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? x.length - y.length : x[at] - (y[at] ?? -1);
}

const inOrder = (a: NDArray): NDArray => (a.cContiguous ? a : cast(a, a.dtype, emptyArray(a.shape, a.dtype)));

function metadataOf(args: readonly unknown[]): Readonly<Record<string, string>> | undefined {
  const { metadata = null } = bind<SaveOptions>('safetensors.save', args, ['metadata']);
  if (metadata === null) return undefined;
  const isTexts = isKeywords(metadata) && Object.values(metadata).every((x) => typeof x === 'string');
  if (!isTexts) throw new TypeError('metadata must be an object of strings');
  return metadata;
}
