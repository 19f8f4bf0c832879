/**
 * Reading zip archives, as .npz files are (PKWARE's APPNOTE.TXT 6.3, with its Zip64 records). Nothing that an archive
 * says is believed before it is checked against the bytes at hand: a lying, truncated or exploding one is a ValueError.
 */
import { ValueError } from '../../array/errors.ts';
import { crc32 } from './crc32.ts';
import { inflatedSource, MAX_DEFLATE_RATIO } from './inflate.ts';
import { sliceSource } from './source.ts';
import type { Source } from './source.ts';

/** A file inside an archive, as the archive's directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header is. */
  readonly start: number;
  /** Where the next entry, or the directory, begins: what is this entry's lies before that. */
  readonly limit: number;
}

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const MAX_COMMENT = 0xffff;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_LOCATOR_LENGTH = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_LENGTH = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
const ZIP64_EXTRA = 1;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/** Where the directory is, and the number of its entries. */
interface Directory {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

/**
 * The entries of an archive, in its own order.
 *
 * @throws ValueError if the archive is damaged, or its entries overlap.
 */
export function readZip(source: Source): ZipEntry[] {
  const directory = findDirectory(source);
  const view = viewOf(source.bytes(directory.start, directory.size));
  const entries: Omit<ZipEntry, 'limit'>[] = [];
  let at = 0;
  for (let i = 0; i < directory.count; i++) {
    const { entry, length } = readEntry(view, at);
    entries.push(entry);
    at += length;
  }
  return withLimits(entries, directory.start);
}

/**
 * The contents of an entry, uncompressed as they are read.
 *
 * @throws ValueError if the entry is damaged, encrypted, or compressed in another way than by deflate.
 */
export function openEntry(source: Source, entry: ZipEntry): Source {
  const name = JSON.stringify(entry.name);
  if (entry.encrypted) throw new ValueError(`${name} is encrypted, password required for extraction`);
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new ValueError(`${name} uses compression method ${entry.method}, which is not supported`);
  }
  const start = entry.start + localHeaderLength(source, entry);
  if (start + entry.compressedSize > entry.limit) bad(`${name} runs into what follows it`);
  const stored = sliceSource(source, start, entry.compressedSize);
  if (entry.method === STORED) {
    if (entry.size !== entry.compressedSize) bad(`the two sizes of ${name} differ, but it is not compressed`);
    return checked(stored, entry);
  }
  if (entry.size > entry.compressedSize * MAX_DEFLATE_RATIO) {
    bad(`${name} cannot be ${entry.size} bytes compressed to ${entry.compressedSize}`);
  }
  return checked(inflatedSource(stored, entry), entry);
}

/** A source whose checksum is compared when it is read to its end. */
function checked(source: Source, entry: ZipEntry): Source {
  const check = (position: number, bytes: Uint8Array): Uint8Array => {
    const atEnd = position + bytes.length === entry.size;
    if (atEnd && crc32(bytes, crc32(source.bytes(0, position))) !== entry.crc) {
      bad(`Bad CRC-32 for file ${JSON.stringify(entry.name)}`);
    }
    return bytes;
  };
  return {
    size: source.size,
    bytes: (position, length) => check(position, source.bytes(position, length)),
    copyTo(position, target) {
      source.copyTo(position, target);
      check(position, target);
    },
  };
}

function findDirectory(source: Source): Directory {
  const tailLength = Math.min(source.size, END_LENGTH + MAX_COMMENT);
  const tailStart = source.size - tailLength;
  const tail = viewOf(source.bytes(tailStart, tailLength));
  let at = tailLength - END_LENGTH;
  while (at >= 0 && !(tail.getUint32(at, true) === END_SIGNATURE && commentFits(tail, at))) at--;
  if (at < 0) bad('it has no directory (File is not a zip file)');
  const end = tailStart + at;
  const found = readEnd64(source, end) ?? {
    disks: tail.getUint32(at + 4, true),
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    start: tail.getUint32(at + 16, true),
    end,
  };
  if (found.disks !== 0) bad('it is one part of several');
  if (found.start + found.size > found.end) bad('its directory lies outside of it');
  if (found.count * ENTRY_LENGTH > found.size) bad('its directory is too short for its entries');
  return found;
}

function commentFits(tail: DataView, at: number): boolean {
  return at + END_LENGTH + tail.getUint16(at + 20, true) <= tail.byteLength;
}

/** What the Zip64 record says, which archives with more entries or bytes than fit the old one have before it. */
function readEnd64(source: Source, end: number): (Directory & { disks: number; end: number }) | undefined {
  const locatorStart = end - END64_LOCATOR_LENGTH;
  if (locatorStart < 0) return undefined;
  const locator = viewOf(source.bytes(locatorStart, END64_LOCATOR_LENGTH));
  if (locator.getUint32(0, true) !== END64_LOCATOR_SIGNATURE) return undefined;
  const start = readUint64(locator, 8);
  if (start + END64_LENGTH > locatorStart) bad('its Zip64 record lies outside of it');
  const view = viewOf(source.bytes(start, END64_LENGTH));
  if (view.getUint32(0, true) !== END64_SIGNATURE) bad('its Zip64 record is damaged');
  return {
    disks: view.getUint32(16, true) | view.getUint32(20, true),
    count: readUint64(view, 32),
    size: readUint64(view, 40),
    start: readUint64(view, 48),
    end: start,
  };
}

function readEntry(view: DataView, at: number): { entry: Omit<ZipEntry, 'limit'>; length: number } {
  if (at + ENTRY_LENGTH > view.byteLength) bad('its directory ends early');
  if (view.getUint32(at, true) !== ENTRY_SIGNATURE) bad('its directory is damaged');
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const length = ENTRY_LENGTH + nameLength + extraLength + view.getUint16(at + 32, true);
  if (at + length > view.byteLength) bad('its directory ends early');
  const [size, compressedSize, start] = widen(
    [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
    new DataView(view.buffer, view.byteOffset + at + ENTRY_LENGTH + nameLength, extraLength),
  );
  const entry = {
    name: decodeName(view, at + ENTRY_LENGTH, nameLength),
    encrypted: (view.getUint16(at + 8, true) & ENCRYPTED) !== 0,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    compressedSize: compressedSize!,
    size: size!,
    start: start!,
  };
  return { entry, length };
}

/** The fields of an entry, where those of all ones are replaced from its Zip64 extra field, which has just these. */
function widen(fields: readonly number[], extra: DataView): number[] {
  const wide = findExtra(extra, ZIP64_EXTRA);
  let at = 0;
  return fields.map((field) => {
    if (field !== 0xffffffff || !wide) return field;
    if (at + 8 > wide.byteLength) bad('a Zip64 field is too short');
    at += 8;
    return readUint64(wide, at - 8);
  });
}

function findExtra(extra: DataView, id: number): DataView | undefined {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const length = extra.getUint16(at + 2, true);
    if (at + 4 + length > extra.byteLength) bad('an extra field is too long');
    if (extra.getUint16(at, true) === id)
      return new DataView(extra.buffer, extra.byteOffset + at + 4, length);
    at += 4 + length;
  }
  return undefined;
}

/** Gives each entry the place where the one after it begins, so that no two can share bytes (a way to explode). */
function withLimits(entries: readonly Omit<ZipEntry, 'limit'>[], end: number): ZipEntry[] {
  const starts = entries.map((entry) => entry.start).sort((a, b) => a - b);
  const next = new Map<number, number>();
  starts.forEach((start, i) => {
    if (start === starts[i + 1] || start >= end) bad('its entries overlap');
    next.set(start, starts[i + 1] ?? end);
  });
  return entries.map((entry) => ({ ...entry, limit: next.get(entry.start)! }));
}

function localHeaderLength(source: Source, entry: ZipEntry): number {
  const name = JSON.stringify(entry.name);
  if (entry.start + LOCAL_LENGTH > entry.limit) bad(`${name} has no header`);
  const view = viewOf(source.bytes(entry.start, LOCAL_LENGTH));
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) bad(`the header of ${name} is damaged`);
  const nameLength = view.getUint16(26, true);
  if (entry.start + LOCAL_LENGTH + nameLength > entry.limit) bad(`the header of ${name} is damaged`);
  const found = decodeName(viewOf(source.bytes(entry.start + LOCAL_LENGTH, nameLength)), 0, nameLength);
  if (found !== entry.name) bad(`${name} in its directory is ${JSON.stringify(found)} in its header`);
  return LOCAL_LENGTH + nameLength + view.getUint16(28, true);
}

/** Names are ASCII or marked as UTF-8 in every archive that NumPy writes; UTF-8 is read whether marked or not. */
function decodeName(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length).slice());
}

/** A 64-bit field; beyond 2 ** 53 it is rounded, which no bound that it is checked against lets pass. */
function readUint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bad(reason: string): never {
  throw new ValueError(`bad zip archive: ${reason}`);
}
