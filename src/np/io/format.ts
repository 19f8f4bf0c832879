/** `np.lib.format`: the .npy format itself, on bytes. */
import type { DType } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { asArray } from '../../ops/asarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { bind } from '../args.ts';
import type { Args } from '../args.ts';
import { MAX_HEADER_SIZE, checkVersion, readDescr, readMagic } from './header.ts';
import type { Version } from './header.ts';
import { dense, readNpy, writeNpy } from './npy.ts';
import { bytesSource, writeTo } from './source.ts';

export { ARRAY_ALIGN, MAGIC_LEN, MAGIC_PREFIX, magic } from './header.ts';

/**
 * The version of the format that a file has.
 *
 * @param file - the bytes of the file.
 * @returns Its major and minor version.
 * @throws ValueError if it is no .npy file.
 * @example
 * np.lib.format.read_magic(np.save(null, [1, 2])); // [1, 0]
 */
export function read_magic(file: ArrayBufferView | ArrayBufferLike): Version {
  return readMagic(bytesSource(file));
}

/**
 * The text that stands for a dtype in a header, such as `'<f8'`.
 *
 * @example
 * np.lib.format.dtype_to_descr(np.float64); // '<f8'
 */
export function dtype_to_descr(dtype: DType): string {
  return dtype.str;
}

/**
 * The dtype of the text in a header. Big-endian ones give the native dtype, into which such data are converted.
 *
 * @throws ValueError if there is no such dtype here.
 * @example
 * np.lib.format.descr_to_dtype('<i4'); // int32
 */
export function descr_to_dtype(descr: string): DType {
  return readDescr(descr).dtype;
}

/**
 * What the header of an array says.
 *
 * @example
 * np.lib.format.header_data_from_array_1_0(np.zeros([2, 3])).descr; // '<f8'
 */
export function header_data_from_array_1_0(array: NDArray): {
  shape: readonly number[];
  fortran_order: boolean;
  descr: string;
} {
  return {
    shape: array.shape,
    fortran_order: array.fContiguous && !array.cContiguous,
    descr: dtype_to_descr(array.dtype),
  };
}

/** What `write_array` takes besides the file and the array. */
export interface WriteArrayOptions {
  /** `[1, 0]`, `[2, 0]` or `[3, 0]`; the oldest if left out. */
  version?: Version | null;
  /** Of no effect: there are no arrays of objects. */
  allow_pickle?: boolean | null;
}

/**
 * Writes an array as an .npy file of a given version.
 *
 * @param file - a path, or `null`.
 * @param array - the array.
 * @param args - `version, allow_pickle`; see WriteArrayOptions.
 * @returns The bytes if `file` is null.
 * @throws ValueError if there is no such version.
 * @example
 * const bytes = np.lib.format.write_array(null, [1, 2], [2, 0]);
 * np.lib.format.read_magic(bytes); // [2, 0]
 */
export function write_array(
  file: string | URL | null,
  array: ArrayLike,
  ...args: Args<WriteArrayOptions, ['version', 'allow_pickle']>
): Uint8Array<ArrayBuffer> | undefined {
  const version =
    bind<WriteArrayOptions>('write_array', args, ['version', 'allow_pickle']).version ?? undefined;
  if (version) checkVersion(version);
  const a = dense(asArray(array));
  return writeTo(file, (sink) => writeNpy(a, sink.write, version));
}

/** What `read_array` takes besides the file. */
export interface ReadArrayOptions {
  /** Lifts `max_header_size`. Pickled objects are never read. */
  allow_pickle?: boolean | null;
  /** The longest header that is parsed. */
  max_header_size?: number | null;
}

/**
 * Reads an .npy file.
 *
 * @param file - the bytes of the file.
 * @param args - `allow_pickle`, and the keyword `max_header_size`; see ReadArrayOptions.
 * @throws ValueError if the file is damaged.
 * @example
 * np.lib.format.read_array(np.save(null, [1, 2])); // [1. 2.]
 */
export function read_array(
  file: ArrayBufferView | ArrayBufferLike,
  ...args: Args<ReadArrayOptions, ['allow_pickle']>
): NDArray {
  const options = bind<ReadArrayOptions>('read_array', args, ['allow_pickle'], ['max_header_size']);
  const limit = options.allow_pickle ? Infinity : (options.max_header_size ?? MAX_HEADER_SIZE);
  return readNpy(bytesSource(file), limit);
}
