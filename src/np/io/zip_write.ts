/**
 * Writing zip archives as Python's zipfile writes them for NumPy: same records, same order, no time stamps. So a stored
 * archive equals NumPy's own byte for byte, and saving the same arrays gives the same file.
 */
import { Deflate } from 'fflate';
import { ValueError } from '../../array/errors.ts';
import { crc32 } from './crc32.ts';
import type { Sink } from './source.ts';

/** A file to put into an archive. */
export interface ZipInput {
  /** As `encodeName` gives it. */
  readonly name: Uint8Array;
  /** Writes the contents piece by piece. */
  readonly produce: (write: (bytes: Uint8Array) => void) => void;
}

/** What is known of an entry once it is written. */
interface Written {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly start: number;
  crc: number;
  size: number;
  compressedSize: number;
}

const ZIP64_VERSION = 45;
const UNIX = 3 << 8;
const UTF8_NAME = 0x800;
/** 1 January 1980, the earliest that the format has. */
const DATE = 0x21;
/** Mode 0600, in the upper half. */
const ATTRIBUTES = 0o600 << 16;
const WIDE = 0xffffffff;
const MAX_NAME = 0xffff;
/** zlib's default, as in Python. */
const LEVEL = 6;

/**
 * Writes an archive.
 *
 * @param sink - where it goes.
 * @param inputs - its files.
 * @param compress - whether they are deflated.
 */
export function writeZip(sink: Sink, inputs: readonly ZipInput[], compress: boolean): void {
  const written = inputs.map((input) => writeEntry(sink, input, compress));
  const start = sink.size;
  for (const entry of written) sink.write(directoryRecord(entry));
  writeEnd(sink, written.length, start);
}

/**
 * The name of a file in an archive.
 *
 * @throws ValueError if it cannot be one.
 */
export function encodeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  if (name.includes('\0') || bytes.length > MAX_NAME) {
    throw new ValueError(`${JSON.stringify(name.slice(0, 100))} cannot be the name of a file in an archive`);
  }
  return bytes;
}

function writeEntry(sink: Sink, { name, produce }: ZipInput, compress: boolean): Written {
  const entry: Written = {
    name,
    flags: name.some((byte) => byte > 127) ? UTF8_NAME : 0,
    method: compress ? 8 : 0,
    start: sink.size,
    crc: 0,
    size: 0,
    compressedSize: 0,
  };
  const header = localRecord(entry);
  sink.write(header);
  const put = (bytes: Uint8Array): void => {
    entry.compressedSize += bytes.length;
    sink.write(bytes);
  };
  const deflate = compress ? new Deflate({ level: LEVEL }, put) : undefined;
  produce((bytes) => {
    entry.crc = crc32(bytes, entry.crc);
    entry.size += bytes.length;
    if (deflate) deflate.push(bytes);
    else put(bytes);
  });
  deflate?.push(new Uint8Array(0), true);
  sink.patch(entry.start, localRecord(entry));
  return entry;
}

function localRecord(entry: Written): Uint8Array {
  return record([
    [4, 0x04034b50],
    [2, ZIP64_VERSION],
    [2, entry.flags],
    [2, entry.method],
    [2, 0],
    [2, DATE],
    [4, entry.crc],
    [4, WIDE],
    [4, WIDE],
    [2, entry.name.length],
    [2, 20],
    entry.name,
    ...zip64Extra([entry.size, entry.compressedSize]),
  ]);
}

function directoryRecord(entry: Written): Uint8Array {
  const sizes = [entry.size, entry.compressedSize];
  const wideSizes = sizes.some((size) => size > 0x7fffffff) ? sizes : [];
  const wideStart = entry.start > 0x7fffffff ? [entry.start] : [];
  const extra = zip64Extra([...wideSizes, ...wideStart]);
  return record([
    [4, 0x02014b50],
    [2, ZIP64_VERSION | UNIX],
    [2, ZIP64_VERSION],
    [2, entry.flags],
    [2, entry.method],
    [2, 0],
    [2, DATE],
    [4, entry.crc],
    [4, wideSizes.length ? WIDE : entry.compressedSize],
    [4, wideSizes.length ? WIDE : entry.size],
    [2, entry.name.length],
    [2, lengthOf(extra)],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, ATTRIBUTES],
    [4, wideStart.length ? WIDE : entry.start],
    entry.name,
    ...extra,
  ]);
}

function writeEnd(sink: Sink, count: number, start: number): void {
  const end = sink.size;
  const size = end - start;
  if (count > 0xffff || start > 0x7fffffff || size > 0x7fffffff) {
    sink.write(
      record([
        ...([
          [4, 0x06064b50],
          [8, 44],
          [2, ZIP64_VERSION],
          [2, ZIP64_VERSION],
          [4, 0],
          [4, 0],
        ] as const),
        ...([
          [8, count],
          [8, count],
          [8, size],
          [8, start],
        ] as const),
        ...([
          [4, 0x07064b50],
          [4, 0],
          [8, end],
          [4, 1],
        ] as const),
      ]),
    );
  }
  const shown = Math.min(count, 0xffff);
  sink.write(
    record([
      ...([
        [4, 0x06054b50],
        [2, 0],
        [2, 0],
        [2, shown],
        [2, shown],
      ] as const),
      ...([
        [4, Math.min(size, WIDE)],
        [4, Math.min(start, WIDE)],
        [2, 0],
      ] as const),
    ]),
  );
}

/** A number in so many bytes, or bytes as they are. */
type Field = readonly [length: 2 | 4 | 8, value: number] | Uint8Array;

function zip64Extra(values: readonly number[]): Field[] {
  if (values.length === 0) return [];
  return [[2, 1], [2, 8 * values.length], ...values.map((value): Field => [8, value])];
}

function lengthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + (field instanceof Uint8Array ? field.length : field[0]), 0);
}

function record(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(fields));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const field of fields) {
    if (field instanceof Uint8Array) {
      bytes.set(field, at);
      at += field.length;
      continue;
    }
    const [length, value] = field;
    if (length === 2) view.setUint16(at, value, true);
    else if (length === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += length;
  }
  return bytes;
}
