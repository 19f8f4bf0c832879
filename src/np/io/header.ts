/** The header of .npy files, versions 1.0 to 3.0 (NumPy's `numpy/lib/_format_impl.py`, NEP 1). */
import { ValueError, shapeText } from '../../array/errors.ts';
import type { DType } from '../../array/dtype.ts';
import { parseDescr } from './byteorder.ts';
import { isTuple, parseLiteral } from './literal.ts';
import type { Literal } from './literal.ts';
import { checkRange } from './source.ts';
import type { Source } from './source.ts';

/** `\x93NUMPY`, with which every .npy file begins. */
export const MAGIC_PREFIX: Uint8Array = /* @__PURE__ */ Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** The length of the prefix and the version. */
export const MAGIC_LEN = 8;
/** The data begin at a multiple of this. */
export const ARRAY_ALIGN = 64;
/** Longer headers are refused unless the caller allows them. */
export const MAX_HEADER_SIZE = 10000;

/** NumPy's limit on the number of dimensions. */
const MAX_DIMS = 64;
/** So many blanks that the length along one axis can grow in place. */
const GROWTH_AXIS_MAX_DIGITS = 21;
const EXPECTED_KEYS = "['descr', 'fortran_order', 'shape']";

/** A version of the format, `[1, 0]`, `[2, 0]` or `[3, 0]`. */
export type Version = readonly [major: number, minor: number];

/** What a header says. */
export interface Header {
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly dtype: DType;
  /** Whether the bytes of the data are in the other order. */
  readonly swapped: boolean;
  /** The number of elements. */
  readonly count: number;
  /** Where the data begin. */
  readonly dataStart: number;
}

/** The lengths of the length field, and how the text is encoded. */
const VERSIONS: Readonly<Record<string, { lengthBytes: 2 | 4; encoding: 'latin1' | 'utf-8' }>> = {
  '1,0': { lengthBytes: 2, encoding: 'latin1' },
  '2,0': { lengthBytes: 4, encoding: 'latin1' },
  '3,0': { lengthBytes: 4, encoding: 'utf-8' },
};

/** Whether bytes begin as .npy files do. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC_PREFIX.every((byte, i) => bytes[i] === byte);
}

/**
 * The first bytes of a file of a version.
 *
 * @example
 * np.lib.format.magic(1, 0).length; // 8
 */
export function magic(major: number, minor: number): Uint8Array {
  for (const [name, part] of [
    ['major', major],
    ['minor', minor],
  ] as const) {
    if (!(Number.isInteger(part) && part >= 0 && part < 256)) {
      throw new ValueError(`${name} version must be 0 <= ${name} < 256`);
    }
  }
  return Uint8Array.of(...MAGIC_PREFIX, major, minor);
}

/** Throws unless a version is one that can be read and written. */
export function checkVersion(version: Version): void {
  if (!Object.hasOwn(VERSIONS, String(version))) {
    throw new ValueError(
      `we only support format version (1,0), (2,0), and (3,0), not (${version.join(', ')})`,
    );
  }
}

/**
 * The header of an array, as NumPy writes it: padded so that the data are aligned.
 *
 * @param fortranOrder - whether the data follow in F order.
 * @param version - the oldest that can hold it if left out, which for these dtypes is always 1.0.
 */
export function formatHeader(
  shape: readonly number[],
  dtype: DType,
  fortranOrder: boolean,
  version: Version = [1, 0],
): Uint8Array {
  checkVersion(version);
  const { lengthBytes } = VERSIONS[String(version)];
  const order = fortranOrder ? 'True' : 'False';
  const text = `{'descr': '${dtype.str}', 'fortran_order': ${order}, 'shape': ${tupleText(shape)}, }`;
  const growing = String(fortranOrder ? shape.at(-1) : shape[0]).length;
  const spare = shape.length > 0 ? Math.max(0, GROWTH_AXIS_MAX_DIGITS - growing) : 0;
  const used = MAGIC_LEN + lengthBytes + text.length + spare + 1;
  const padding = ARRAY_ALIGN - (used % ARRAY_ALIGN);
  const header = new Uint8Array(used + padding).fill(0x20);
  const view = new DataView(header.buffer);
  header.set(magic(...version));
  if (lengthBytes === 2) view.setUint16(MAGIC_LEN, header.length - MAGIC_LEN - 2, true);
  else view.setUint32(MAGIC_LEN, header.length - MAGIC_LEN - 4, true);
  header.set(new TextEncoder().encode(text), MAGIC_LEN + lengthBytes);
  header[header.length - 1] = 0x0a;
  return header;
}

/** The version that a file says it has. */
export function readMagic(source: Source): Version {
  checkRange(source, 0, MAGIC_LEN, 'magic string');
  const bytes = source.bytes(0, MAGIC_LEN);
  if (!isNpy(bytes)) throw new ValueError('the magic string is not correct; the file is not in .npy format');
  return [bytes[6], bytes[7]];
}

/**
 * Reads the header, and checks that what it announces is there.
 *
 * @param maxHeaderSize - the longest header that is parsed.
 * @throws ValueError if the header is damaged, too long, of another version, announces more data than there are, or a
 *   dtype that arrays do not have here.
 */
export function readHeader(source: Source, maxHeaderSize: number): Header {
  const version = readMagic(source);
  checkVersion(version);
  const { lengthBytes, encoding } = VERSIONS[String(version)];
  checkRange(source, MAGIC_LEN, lengthBytes, 'array header length');
  const lengthField = source.bytes(MAGIC_LEN, lengthBytes);
  const length = lengthField.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const start = MAGIC_LEN + lengthBytes;
  checkRange(source, start, length, 'array header');
  if (length > maxHeaderSize) {
    throw new ValueError(
      `Header info length (${length}) is large and may not be safe to load securely. ` +
        'To allow loading, adjust `max_header_size`, or pass `allow_pickle` if you trust the file.',
    );
  }
  const text = decode(source.bytes(start, length), encoding);
  const { shape, fortranOrder, descr } = readFields(parseLiteral(text, version[0] < 3));
  const { dtype, swapped } = readDescr(descr);
  const count = countOf(shape);
  const dataStart = start + length;
  const available = Math.floor((source.size - dataStart) / dtype.itemsize);
  if (count > available) {
    throw new ValueError(
      `Failed to read all data for array. Expected ${tupleText(shape)} = ${count} elements, ` +
        `could only read ${available} elements. (file seems not fully written?)`,
    );
  }
  return { shape, fortranOrder, dtype, swapped, count, dataStart };
}

/**
 * The dtype of a `descr` entry.
 *
 * @throws ValueError if arrays do not have it here.
 */
export function readDescr(descr: Literal): { dtype: DType; swapped: boolean } {
  if (typeof descr !== 'string') {
    const structured = Array.isArray(descr) || (descr !== null && isTuple(descr));
    const what = structured ? 'structured dtypes are not supported' : 'descr is not a valid dtype descriptor';
    throw new ValueError(`${what}: ${literalText(descr)}`);
  }
  if (/^[<>=|]?O/.test(descr))
    throw new ValueError('Object arrays cannot be loaded: pickled data are never read');
  const found = parseDescr(descr === '?' ? 'b1' : descr);
  if (!found)
    throw new ValueError(`dtype ${literalText(descr)} is not supported, or not a valid dtype descriptor`);
  return found;
}

function readFields(header: Literal): { shape: number[]; fortranOrder: boolean; descr: Literal } {
  if (!(header instanceof Map)) throw new ValueError(`Header is not a dictionary: ${literalText(header)}`);
  const keys = `[${[...header.keys()].sort().map(literalText).join(', ')}]`;
  if (keys !== EXPECTED_KEYS) throw new ValueError(`Header does not contain the correct keys: ${keys}`);
  const fortranOrder: Literal = header.get('fortran_order');
  if (typeof fortranOrder !== 'boolean') {
    throw new ValueError(`fortran_order is not a valid bool: ${literalText(fortranOrder)}`);
  }
  return { shape: readShape(header.get('shape')), fortranOrder, descr: header.get('descr') };
}

function readShape(shape: Literal): number[] {
  if (typeof shape !== 'object' || shape === null || !isTuple(shape) || shape.tuple.length > MAX_DIMS) {
    throw new ValueError(`shape is not valid: ${literalText(shape)}`);
  }
  return shape.tuple.map((length) => {
    if (typeof length !== 'bigint' || length < 0n || length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ValueError(`shape is not valid: ${literalText(shape)}`);
    }
    return Number(length);
  });
}

/** The product of the lengths; those beside a zero may not overflow either, since strides are made of them. */
function countOf(shape: readonly number[]): number {
  const product = shape.reduce((count, length) => count * Math.max(1, length), 1);
  if (product > Number.MAX_SAFE_INTEGER / 16)
    throw new ValueError(`array is too big: shape ${shapeText(shape)}`);
  return shape.includes(0) ? 0 : product;
}

function decode(bytes: Uint8Array, encoding: 'latin1' | 'utf-8'): string {
  if (encoding === 'latin1') return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch {
    throw new ValueError('the header is not valid UTF-8');
  }
}

function tupleText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** A value as Python would show it, for messages. */
function literalText(value: Literal | undefined): string {
  const text = pythonText(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function pythonText(value: Literal | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (isTuple(value))
    return `(${value.tuple.map(pythonText).join(', ')}${value.tuple.length === 1 ? ',' : ''})`;
  return `{${[...value].map(([key, item]) => `'${key}': ${pythonText(item)}`).join(', ')}}`;
}
