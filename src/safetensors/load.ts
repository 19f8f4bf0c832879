/** Reading safetensors files. */
import { float32, uint32 } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray, viewArray } from '../array/ndarray.ts';
import type { FileOrBytes } from '../np/io/load.ts';
import { elementBytes, makeNative } from '../np/io/npy.ts';
import type { Source } from '../np/io/source.ts';
import { bytesSource, fileSource } from '../np/io/source.ts';
import { left_shift } from '../np/ufuncs.ts';
import { cast } from '../ops/cast.ts';
import type { Entry } from './header.ts';
import { readHeader } from './header.ts';

function sourceOf(file: FileOrBytes, name: string): Source {
  if (typeof file === 'string' || file instanceof URL) return fileSource(file);
  if (ArrayBuffer.isView(file) || file instanceof ArrayBuffer || isShared(file)) return bytesSource(file);
  throw new TypeError(`safetensors.${name}() needs a path or bytes`);
}

const isShared = (x: unknown): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && x instanceof SharedArrayBuffer;

/**
 * Reads the arrays of a safetensors file.
 *
 * What a file says of itself is checked against its size before memory is taken, so that files of unknown origin can be read.
 *
 * @param file - a path (in Node, Deno and Bun), or the bytes of a file (everywhere).
 * @returns The arrays by name, in C order; BF16 as float32, which holds it exactly.
 * @throws ValueError if the file is damaged, truncated, contradicts itself, or has a dtype that arrays cannot have.
 * @throws Error Node's own, if the file cannot be opened.
 * @example
 * const bytes = np.safetensors.save(null, { weight: np.ones([2, 3], 'float32') });
 * np.safetensors.load(bytes).weight.shape; // [2, 3]
 */
export function load(file: FileOrBytes): Record<string, NDArray> {
  const source = sourceOf(file, 'load');
  const { entries } = readHeader(source);
  return Object.fromEntries(entries.map((entry) => [entry.name, readTensor(source, entry)]));
}

/**
 * Reads the metadata of a safetensors file: texts by name.
 *
 * @param file - a path (in Node, Deno and Bun), or the bytes of a file (everywhere).
 * @throws ValueError if the file is damaged.
 * @example
 * const bytes = np.safetensors.save(null, {}, { metadata: { format: 'np' } });
 * np.safetensors.loadMetadata(bytes).format; // 'np'
 */
export function loadMetadata(file: FileOrBytes): Readonly<Record<string, string>> {
  return readHeader(sourceOf(file, 'loadMetadata')).metadata;
}

function readTensor(source: Source, { type, shape, position }: Entry): NDArray {
  const a = emptyArray(shape, type.dtype);
  if (a.size > 0) source.copyTo(position, elementBytes(a));
  makeNative(elementBytes(a), type.dtype, false);
  return type.brain ? fromBrain(a) : a;
}

/** The upper halves of float32 numbers as those. */
function fromBrain(halves: NDArray): NDArray {
  const bits = left_shift(cast(halves, uint32), 16) as NDArray;
  return viewArray(bits, bits.shape, bits.strides, bits.offset, float32);
}
