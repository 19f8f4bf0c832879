import { Buffer } from 'node:buffer';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ValueError } from '../../../src/array/errors.ts';
import { crc32 } from '../../../src/np/io/crc32.ts';
import { bytesSource, writeTo } from '../../../src/np/io/source.ts';
import { openEntry, readZip } from '../../../src/np/io/zip_read.ts';
import { encodeName, writeZip } from '../../../src/np/io/zip_write.ts';

const CONTENTS = {
  'a.txt': strToU8('hello '.repeat(500)),
  'é.bin': Uint8Array.of(1, 2, 3),
  empty: new Uint8Array(0),
};

function write(contents: Record<string, Uint8Array>, compress: boolean): Uint8Array {
  const inputs = Object.entries(contents).map(([name, bytes]) => ({
    name: encodeName(name),
    produce: (put: (bytes: Uint8Array) => void) => put(bytes),
  }));
  return writeTo(null, (sink) => writeZip(sink, inputs, compress))!;
}

function read(bytes: Uint8Array): Record<string, Uint8Array> {
  const source = bytesSource(bytes);
  return Object.fromEntries(
    readZip(source).map((entry) => {
      const member = openEntry(source, entry);
      const target = new Uint8Array(member.size);
      member.copyTo(0, target);
      return [entry.name, target];
    }),
  );
}

/** A copy with little-endian numbers at some places. */
function patched(bytes: Uint8Array, ...changes: [at: number, length: 2 | 4, value: number][]): Uint8Array {
  const copy = Buffer.from(bytes);
  for (const [at, length, value] of changes) copy.writeUIntLE(value, at, length);
  return copy;
}

/** Where the directory of an archive begins. */
function directoryOf(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32LE(bytes.length - 22 + 16);
}

test('crc32', () => {
  expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  expect(crc32(strToU8('6789'), crc32(strToU8('12345')))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

describe.each([
  ['stored', false],
  ['deflated', true],
])('%s', (_, compress) => {
  test('what is written is read by another reader', () => {
    expect(unzipSync(write(CONTENTS, compress))).toEqual(CONTENTS);
  });

  test('what another writer wrote is read', () => {
    expect(read(zipSync(CONTENTS, { level: compress ? 6 : 0 }))).toEqual(CONTENTS);
  });

  test('round trip', () => {
    expect(read(write(CONTENTS, compress))).toEqual(CONTENTS);
    expect(read(write({}, compress))).toEqual({});
  });

  test('any cut is an error', () => {
    const bytes = write({ a: strToU8('some text') }, compress);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length}`).toThrow(ValueError);
    }
  });

  test('a changed content is found by its checksum', () => {
    const bytes = write({ a: strToU8('some text') }, compress);
    const at = 30 + 1 + 20 + 4;
    expect(() => read(patched(bytes, [at, 2, 0x1234]))).toThrow(ValueError);
  });
});

describe('lies', () => {
  const bytes = write(CONTENTS, true);
  const directory = directoryOf(bytes);

  test.each<[string, [number, 2 | 4, number][], RegExp]>([
    ['a size beyond what deflate can do', [[directory + 24, 4, 0x7fffffff]], /cannot be 2147483647 bytes/],
    ['a size that is too large', [[directory + 24, 4, 3001]], /CRC|ends early/],
    ['a size that is too small', [[directory + 24, 4, 2999]], /CRC/],
    ['a compressed size beyond the next member', [[directory + 20, 4, 2000]], /runs into/],
    ['another checksum', [[directory + 16, 4, 1]], /CRC-32/],
    ['an unknown method', [[directory + 10, 2, 99]], /method 99/],
    ['encryption', [[directory + 8, 2, 1]], /encrypted/],
    ['a start outside', [[directory + 42, 4, 0x7fffffff]], /overlap/],
    ['a start inside', [[directory + 42, 4, 3]], /damaged|in its header/],
    ['no signature', [[directory, 4, 0]], /directory is damaged/],
    ['a long name', [[directory + 28, 2, 0xffff]], /ends early/],
    ['more members', [[bytes.length - 12, 2, 0xffff]], /too short/],
    ['a directory elsewhere', [[bytes.length - 6, 4, 0x7fffffff]], /outside/],
    ['several disks', [[bytes.length - 18, 2, 1]], /several/],
  ])('%s', (_, changes, message) => {
    const run = (): unknown => read(patched(bytes, ...changes));
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  });

  test('members that share bytes', () => {
    const same = write({ a: strToU8('x'), b: strToU8('x') }, false);
    const second = directoryOf(same) + 46 + 1;
    expect(() => read(patched(same, [second + 42, 4, 0]))).toThrow(/overlap/);
  });

  test('a Zip64 record that points outside', () => {
    const end = bytes.subarray(-22);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(2n ** 63n, 8);
    const lying = Buffer.concat([bytes.subarray(0, -22), locator, end]);
    expect(() => read(lying)).toThrow(/Zip64/);
  });
});

test('Zip64 fields and record are read', () => {
  const [name, text] = [strToU8('a'), strToU8('text')];
  const local = Buffer.alloc(30 + 1);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(1, 26);
  local.set(name, 30);
  const entry = Buffer.alloc(46 + 1 + 28);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(crc32(text), 16);
  for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
  entry.writeUInt16LE(1, 28);
  entry.writeUInt16LE(28, 30);
  entry.set(name, 46);
  entry.writeUInt16LE(1, 47);
  entry.writeUInt16LE(24, 49);
  for (const at of [51, 59]) entry.writeBigUInt64LE(4n, at);
  const end64 = Buffer.alloc(56 + 20);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(entry.length), 40);
  end64.writeBigUInt64LE(35n, 48);
  end64.writeUInt32LE(0x07064b50, 56);
  end64.writeBigUInt64LE(BigInt(35 + entry.length), 64);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(0, 20);
  expect(read(Buffer.concat([local, text, entry, end64, end]))).toEqual({ a: text });
});

test('a name that is no name', () => {
  expect(() => encodeName('a\0b')).toThrow(ValueError);
  expect(() => encodeName('x'.repeat(70000))).toThrow(ValueError);
});
