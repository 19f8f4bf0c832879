/** Archives of arrays, .npz. */
import { ValueError } from '../../array/errors.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { uint8 } from '../../array/dtype.ts';
import { isNpy, MAGIC_LEN } from './header.ts';
import { readNpy } from './npy.ts';
import type { Source } from './source.ts';
import { openEntry, readZip } from './zip_read.ts';
import type { ZipEntry } from './zip_read.ts';

/** An archive whose arrays are properties: `const { x, y } = npz`. */
export type Npz = NpzFile & { readonly [name: string]: NDArray };

/** So many names are shown. */
const MAX_SHOWN = 5;

/** Names that stay this class's own: arrays of these names are reached by `get` or `f`. */
const RESERVED: ReadonlySet<string> = /* @__PURE__ */ new Set(['files', 'f', 'get', 'toString']);

/**
 * The arrays of an .npz archive by name, each read when it is asked for, and read anew each time.
 *
 * An array is a property of its own name, `npz.x`; an array called like one of the methods takes its place, except for
 * `files`, `f`, `get` and `toString`.
 *
 * @example
 * const { x, y } = np.load(np.savez(null, { x: [1, 2], y: [3] }));
 */
export class NpzFile implements Iterable<string> {
  /** The names of the arrays, without `.npy`. */
  readonly files: readonly string[];
  /** The arrays as properties, whatever they are called. */
  readonly f: Readonly<Record<string, NDArray>>;
  #source: Source | null;
  readonly #title: string;
  readonly #maxHeaderSize: number;
  readonly #entries = new Map<string, ZipEntry>();

  /**
   * @param source - the bytes of the archive.
   * @param title - what it is called when it is printed.
   * @throws ValueError if the archive is damaged.
   */
  constructor(source: Source, title: string, maxHeaderSize: number) {
    const entries = readZip(source);
    this.#source = source;
    this.#title = title;
    this.#maxHeaderSize = maxHeaderSize;
    this.files = entries.map((entry) => shortName(entry.name));
    for (const entry of entries) this.#entries.set(shortName(entry.name), entry);
    for (const entry of entries) this.#entries.set(entry.name, entry);
    this.f = Object.create(null) as Record<string, NDArray>;
    for (const name of new Set(this.files)) {
      const property = { get: () => this.get(name), enumerable: true, configurable: true };
      Object.defineProperty(this.f, name, property);
      if (!RESERVED.has(name)) Object.defineProperty(this, name, property);
    }
  }

  /**
   * The array of a name, with or without `.npy`; a member that is no .npy file gives its bytes, as uint8.
   *
   * @param name - the name.
   * @param missing - what to return if there is none.
   * @throws ValueError if the member is damaged, or the archive was closed.
   */
  get(name: string): NDArray | null;
  get<T>(name: string, missing: T): NDArray | T;
  get(name: string, missing: unknown = null): unknown {
    const entry = this.#entries.get(name);
    return entry ? this.#read(entry) : missing;
  }

  /** Whether there is an array of a name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The names, as in `files`. */
  keys(): IterableIterator<string> {
    return this.files.values();
  }

  /** The arrays, in the order of `files`. */
  *values(): IterableIterator<NDArray> {
    for (const name of this.files) yield this.#read(this.#entries.get(name)!);
  }

  /** Names and arrays. */
  *items(): IterableIterator<[string, NDArray]> {
    for (const name of this.files) yield [name, this.#read(this.#entries.get(name)!)];
  }

  /** The names, as in `files`. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.files.values();
  }

  /** Lets go of the bytes. No file stays open between reads, so this is only a matter of memory. */
  close(): void {
    this.#source = null;
  }

  [Symbol.dispose](): void {
    this.#source = null;
  }

  toString(): string {
    const names = this.files.slice(0, MAX_SHOWN).join(', ');
    return `NpzFile '${this.#title}' with keys: ${names}${this.files.length > MAX_SHOWN ? '...' : ''}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return NpzFile.prototype.toString.call(this);
  }

  #read(entry: ZipEntry): NDArray {
    if (this.#source === null) throw new ValueError('the archive is closed');
    const member = openEntry(this.#source, entry);
    if (isNpy(member.bytes(0, Math.min(MAGIC_LEN, member.size)))) return readNpy(member, this.#maxHeaderSize);
    return rawBytes(member);
  }
}

function rawBytes(member: Source): NDArray {
  const a = emptyArray([member.size], uint8);
  member.copyTo(0, a.data);
  return a;
}

function shortName(name: string): string {
  return name.endsWith('.npy') ? name.slice(0, -'.npy'.length) : name;
}
