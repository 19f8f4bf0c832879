/**
 * The header of a safetensors file: 8 bytes of length, then JSON that says of each tensor its dtype, its shape and where its bytes
 * lie. After the format's description and the checks of its reference implementation (huggingface/safetensors, README and
 * safetensors/src/tensor.rs). Everything is checked before memory is taken for a tensor.
 */
import { ValueError } from '../array/errors.ts';
import type { Source } from '../np/io/source.ts';
import { checkRange } from '../np/io/source.ts';
import type { StoredType } from './dtypes.ts';
import { storedTypeNamed } from './dtypes.ts';
import { repeatedKey } from './keys.ts';

/** The longest header that the format allows. */
const MAX_HEADER = 100_000_000;
const LENGTH_BYTES = 8;
const MAX_NDIM = 64;
const METADATA = '__metadata__';

/** A tensor as the header tells of it. */
export interface Entry {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: readonly number[];
  /** Where its bytes begin in the file, and how many there are. */
  readonly position: number;
  readonly byteLength: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const damaged = (what: string): ValueError => new ValueError(`not a valid safetensors file: ${what}`);

/**
 * Reads and checks a header.
 *
 * @throws ValueError if anything in it is not as the format has it.
 */
export function readHeader(source: Source): Header {
  checkRange(source, 0, LENGTH_BYTES, 'the length of the safetensors header');
  const prefix = source.bytes(0, LENGTH_BYTES);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER) throw damaged(`a header of ${length} bytes, more than ${MAX_HEADER}`);
  const size = Number(length);
  checkRange(source, LENGTH_BYTES, size, 'the safetensors header');
  const { [METADATA]: metadata, ...tensors } = parse(source.bytes(LENGTH_BYTES, size));
  const start = LENGTH_BYTES + size;
  const entries = Object.entries(tensors).map(([name, entry]) => readEntry(name, entry, start));
  checkPlaces(entries, start, source.size);
  return { entries, metadata: readMetadata(metadata) };
}

type Json = Record<string, unknown>;

const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x);

function parse(bytes: Uint8Array): Json {
  const text = decode(bytes);
  if (!text.startsWith('{')) throw damaged("the header does not begin with '{'");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw damaged(`the header is no JSON (${(error as Error).message})`);
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw damaged(`'${repeated}' is in the header twice`);
  return header as Json;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged('the header is not UTF-8');
  }
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
    throw damaged(`${METADATA} must be an object of strings`);
  return metadata as Record<string, string>;
}

const FIELDS = ['dtype', 'shape', 'data_offsets'];

function readEntry(name: string, entry: unknown, start: number): Entry {
  const wrong = (what: string): ValueError => damaged(`tensor '${name}': ${what}`);
  if (!isObject(entry)) throw wrong('its entry is no object');
  const unknown = Object.keys(entry).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw wrong(`its entry has an unknown field '${unknown}'`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw wrong('its dtype is no string');
  const type = storedTypeNamed(dtype);
  if (!type) throw wrong(`its dtype ${dtype} is not known`);
  if (!isCounts(shape) || shape.length > MAX_NDIM)
    throw wrong(`its shape is no list of up to ${MAX_NDIM} lengths`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw wrong('its data_offsets are no two positions in order');
  const [from, to] = offsets;
  const byteLength = shape.reduce((n, length) => n * length, type.itemsize);
  if (byteLength !== to - from)
    throw wrong(
      `${dtype} of shape [${shape.join(', ')}] takes ${byteLength} bytes, its data_offsets ${to - from}`,
    );
  return { name, type, shape, position: start + from, byteLength };
}

const isCounts = (x: unknown): x is number[] =>
  Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);

/** The tensors must follow each other without gaps or overlaps, and fill the rest of the file. */
function checkPlaces(entries: readonly Entry[], start: number, end: number): void {
  let next = start;
  const inOrder = entries.toSorted((a, b) => a.position - b.position || a.byteLength - b.byteLength);
  for (const { name, position, byteLength } of inOrder) {
    if (position !== next) {
      const how = position < next ? 'overlaps the one before it' : 'leaves a gap after the one before it';
      throw damaged(`tensor '${name}' ${how}`);
    }
    next += byteLength;
  }
  if (next !== end) throw damaged(`the tensors end at byte ${next}, the file at ${end}`);
}

/** A tensor to be written. */
export interface Written {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly byteLength: number;
}

/**
 * The bytes before the tensors', which are to follow in the order given.
 *
 * @throws ValueError if the header would be longer than the format allows, or a name is the metadata's.
 */
export function formatHeader(
  tensors: readonly Written[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const fields = metadata ? [[METADATA, metadata] as const] : [];
  let next = 0;
  const entries = tensors.map(({ name, type, shape, byteLength }) => {
    if (name === METADATA) throw new ValueError(`a tensor cannot be called ${METADATA}`);
    const from = next;
    next += byteLength;
    return [name, { dtype: type, shape, data_offsets: [from, next] }] as const;
  });
  const text = new TextEncoder().encode(objectText([...fields, ...entries]));
  const size = Math.ceil(text.length / 8) * 8;
  if (size > MAX_HEADER) throw new ValueError(`the header would take ${size} bytes, more than ${MAX_HEADER}`);
  const bytes = new Uint8Array(LENGTH_BYTES + size).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}

/** JSON of an object with its keys in this order, which an object of JavaScript would not keep for numbers. */
function objectText(fields: readonly (readonly [string, unknown])[]): string {
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}
