/** Reading arrays from files and bytes. */
import { ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { bind } from '../args.ts';
import type { Args } from '../args.ts';
import { isNpy, MAGIC_PREFIX, MAX_HEADER_SIZE } from './header.ts';
import { readNpy } from './npy.ts';
import { NpzFile } from './npz.ts';
import type { Npz } from './npz.ts';
import { bytesSource, fileSource } from './source.ts';

/** A path in Node, or the bytes of a file. */
export type FileOrBytes = string | URL | ArrayBufferView | ArrayBufferLike;

/** What `np.load` takes besides the file. */
export interface LoadOptions {
  /** 'r' gives a read-only array; 'c' is no different from none, since files are read whole. 'r+' and 'w+' are refused. */
  mmap_mode?: 'r' | 'c' | 'r+' | 'w+' | null;
  /** Trusts the file so far that `max_header_size` is lifted. Pickled objects are never read. */
  allow_pickle?: boolean | null;
  /** Of no effect: it is about pickled objects. */
  fix_imports?: boolean | null;
  /** Of no effect: it is about pickled objects. */
  encoding?: 'ASCII' | 'latin1' | 'bytes' | null;
  /** The longest header that is parsed. */
  max_header_size?: number | null;
}

type LoadArgs = Args<LoadOptions, ['mmap_mode', 'allow_pickle', 'fix_imports', 'encoding']>;

const ENCODINGS: readonly unknown[] = ['ASCII', 'latin1', 'bytes'];
const MMAP_MODES: readonly unknown[] = ['r', 'c', 'r+', 'w+'];
/** Archives begin with their first member, or with their end if they have none. */
const ZIP_PREFIXES = ['PK\x03\x04', 'PK\x05\x06'];

/**
 * Reads an array from an .npy file, or an archive of arrays from an .npz file.
 *
 * What a file says of itself is checked against its size before memory is taken, so that files of unknown origin can be
 * read: a damaged or hostile one is an error. Big-endian data are converted, F order is kept.
 *
 * @param file - a path (in Node, Deno and Bun), or the bytes of a file (everywhere).
 * @param args - `mmap_mode, allow_pickle, fix_imports, encoding`, and the keyword `max_header_size`; see LoadOptions.
 * @returns The array, or an NpzFile, whose arrays are its properties. By a path's ending TypeScript knows which; for
 *   bytes, `np.load<np.Npz>(bytes)` says so.
 * @throws ValueError if the file is damaged or truncated, of another format, or holds objects, structures, strings or
 *   dates.
 * @throws Error Node's own, if the file cannot be opened.
 * @example
 * np.load(np.save(null, [[1, 2], [3, 4]])).shape; // [2, 2]
 */
export function load(file: `${string}.npz`, ...args: LoadArgs): Npz;
export function load<T extends NDArray | Npz = NDArray>(file: FileOrBytes, ...args: LoadArgs): T;
export function load(file: FileOrBytes, ...args: LoadArgs): NDArray | NpzFile {
  const options = bind<LoadOptions>(
    'load',
    args,
    ['mmap_mode', 'allow_pickle', 'fix_imports', 'encoding'],
    ['max_header_size'],
  );
  const maxHeaderSize = checkOptions(options);
  const byPath = typeof file === 'string' || file instanceof URL;
  const source = byPath ? fileSource(file) : bytesSource(checkBytes(file));
  const start = source.bytes(0, Math.min(MAGIC_PREFIX.length, source.size));
  if (start.length === 0) throw new ValueError('No data left in file');
  if (ZIP_PREFIXES.includes(String.fromCharCode(...start.subarray(0, 4)))) {
    return new NpzFile(source, byPath ? String(file) : 'object', maxHeaderSize);
  }
  if (!isNpy(start)) {
    throw new ValueError('the file is neither .npy nor .npz; pickled (object) data are never read');
  }
  const a = readNpy(source, maxHeaderSize);
  if (options.mmap_mode === 'r') a.writeable = false;
  return a;
}

/** Checks the options, and gives the longest header that is parsed. */
function checkOptions(options: LoadOptions): number {
  const { mmap_mode = null, allow_pickle = false, encoding = 'ASCII', max_header_size } = options;
  if (!ENCODINGS.includes(encoding)) throw new ValueError("encoding must be 'ASCII', 'latin1', or 'bytes'");
  if (mmap_mode !== null) {
    if (!MMAP_MODES.includes(mmap_mode)) {
      throw new ValueError(`mode must be one of 'r', 'c', 'r+', 'w+' (got '${String(mmap_mode)}')`);
    }
    if (mmap_mode.endsWith('+')) {
      throw new ValueError(`mmap_mode '${mmap_mode}' is not supported: changes would not reach the file`);
    }
  }
  const size = max_header_size ?? MAX_HEADER_SIZE;
  if (typeof size !== 'number' || Number.isNaN(size)) {
    throw new TypeError(`max_header_size must be a number, not ${typeof size}`);
  }
  return allow_pickle ? Infinity : size;
}

function checkBytes(file: ArrayBufferView | ArrayBufferLike): ArrayBufferView | ArrayBufferLike {
  const shared = typeof SharedArrayBuffer !== 'undefined' && file instanceof SharedArrayBuffer;
  if (ArrayBuffer.isView(file) || file instanceof ArrayBuffer || shared) return file;
  throw new TypeError('a file must be a path, a typed array or an ArrayBuffer');
}
