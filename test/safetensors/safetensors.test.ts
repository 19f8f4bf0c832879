import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import { load, loadMetadata, save } from '../../src/safetensors/index.ts';
import python from './python.json' with { type: 'json' };

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/** The arrays of python.json (written by a Python program after the format's description). */
function pythonTensors(): Map<string, np.NDArray> {
  const plain = [
    'bool',
    'uint8',
    'int8',
    'int16',
    'uint16',
    'float16',
    'int32',
    'uint32',
    'float32',
    'complex64',
    'float64',
  ];
  const tensors = new Map(
    plain.map(
      (d) =>
        [
          d,
          np
            .arange(6)
            .reshape(2, 3)
            .astype(d as 'float32'),
        ] as [string, np.NDArray],
    ),
  );
  tensors.set('int64', np.array([-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n]));
  tensors.set('uint64', np.array([2n ** 64n - 1n, 0n], 'uint64'));
  tensors.set('F order', np.arange(6, { dtype: 'float32' }).reshape(2, 3).copy('F'));
  tensors.set('0-d', np.array(2.5));
  tensors.set('empty', np.zeros([0, 4], 'int16'));
  tensors.set('7', np.array([7], 'int8'));
  tensors.set('\u00e9\u{1F600}', np.array([1], 'uint8'));
  tensors.set('\uffee', np.array([2], 'uint8'));
  return tensors;
}

const METADATA = { format: 'np', who: 'Python' };

describe('files of Python', () => {
  it('are read', () => {
    const read = load(bytesOf(python.withBrainFloats));
    for (const [name, a] of pythonTensors()) {
      expect(read[name].dtype, name).toBe(a.dtype);
      expect(read[name].shape, name).toEqual(a.shape);
      expect(read[name].tolist(), name).toEqual(a.tolist());
    }
    expect(read.bf16.dtype.name).toBe('float32');
    expect(read.bf16.tolist()).toEqual([1.5, -2, Infinity, 3.140625]);
    expect(Object.keys(read)).toHaveLength(pythonTensors().size + 1);
    expect(loadMetadata(bytesOf(python.withBrainFloats))).toEqual(METADATA);
  });

  it('are written, byte for byte', () => {
    const written = save(null, pythonTensors(), { metadata: METADATA });
    expect(Buffer.from(written).toString('base64')).toBe(python.withoutBrainFloats);
  });
});

describe('save and load', () => {
  it('take paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
    const path = join(folder, 'a.safetensors');
    try {
      save(path, { a: [1.5, 2.5], b: np.ones([2, 2], 'bool') });
      expect(statSync(path).size % 2).toBe(0);
      expect(load(path).a.tolist()).toEqual([1.5, 2.5]);
      expect(load(readFileSync(path)).b.tolist()).toEqual([
        [true, true],
        [true, true],
      ]);
      writeFileSync(path, readFileSync(path).subarray(0, -1));
      expect(() => load(path)).toThrow(np.ValueError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keep what has awkward names, strides and sizes', () => {
    const a = np.arange(24, { dtype: 'int32' }).reshape(2, 3, 4);
    const tensors = {
      ['__proto__']: a,
      constructor: a.get('::-1, :, ::2'),
      '': a.get('0:0'),
      'a"\\\n:{}': np.transpose(a),
      toString: np.broadcast_to([1, 2], [3, 2]),
    };
    const read = load(save(null, tensors));
    for (const name of Object.keys(tensors) as (keyof typeof tensors)[]) {
      expect(read[name].tolist()).toEqual(tensors[name].tolist());
      expect(Object.hasOwn(read, name)).toBe(true);
    }
    expect(load(save(null, {}))).toEqual({});
    expect(loadMetadata(save(null, {}))).toEqual({});
  });

  it('give back any float32 bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (raw) => {
        const bits = new Uint8Array(raw.length * 4).map((_, i) => raw[i >> 2] + i);
        const a = np.frombuffer(bits, { dtype: 'float32' });
        const back = load(save(null, { a })).a;
        expect(new Uint8Array(back.storage.views.buffer, back.offset, back.nbytes)).toEqual(bits);
      }),
    );
  });

  it('aligns elements to their size', () => {
    const bytes = save(null, { a: np.ones(3, 'int8'), b: np.ones(1, 'float64'), c: np.ones(3, 'int16') });
    const size = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size))) as Record<
      string,
      unknown
    >;
    expect(Object.keys(header)).toEqual(['b', 'c', 'a']);
    expect(size % 8).toBe(0);
  });
});

/** A file with this header and so many bytes after it. */
function fileOf(header: unknown, size: number): Uint8Array {
  const isText = typeof header === 'string';
  const text =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(isText ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (shape: unknown, data_offsets: unknown, more: object = {}): object => ({
  dtype: 'F32',
  shape,
  data_offsets,
  ...more,
});
const length = (n: bigint): Uint8Array => new Uint8Array(new BigUint64Array([n]).buffer);

describe('hostile files', () => {
  const hostile: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /EOF/],
    ['half a length', new Uint8Array(7), /EOF/],
    ['a header longer than the file', length(100n), /EOF/],
    ['a header of 2^64 - 1 bytes', length(2n ** 64n - 1n), /more than 100000000/],
    ['a header of 100 MB and a byte', length(100_000_001n), /more than 100000000/],
    ['no header', fileOf('', 0), /begin with/],
    ['a header that begins with a space', fileOf(' {}', 0), /begin with/],
    ['a byte order mark', fileOf('\ufeff{}', 0), /begin with/],
    ['a list', fileOf([], 0), /begin with/],
    ['no JSON', fileOf('{"a":', 0), /no JSON/],
    ['text after the JSON', fileOf('{} x', 0), /no JSON/],
    ['no UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0x7d), 0), /UTF-8/],
    ['surrogates as UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d), 0), /UTF-8/],
    [
      'a name given twice',
      fileOf(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /'a' is in the header twice/,
    ],
    [
      'a name given twice, once escaped',
      fileOf(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /'a' is in the header twice/,
    ],
    [
      'a field given twice',
      fileOf('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
      /'dtype' is in the header twice/,
    ],
    ['an entry that is no object', fileOf({ a: 1 }, 0), /no object/],
    ['an entry that is a list', fileOf({ a: [] }, 0), /no object/],
    ['an unknown field', fileOf({ a: f32([1], [0, 4], { x: 1 }) }, 4), /unknown field 'x'/],
    ['no dtype', fileOf({ a: { shape: [], data_offsets: [0, 4] } }, 4), /dtype/],
    [
      'an unknown dtype',
      fileOf({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, 4),
      /F8_E4M3 is not known/,
    ],
    [
      'a dtype of the prototype',
      fileOf({ a: { dtype: 'toString', shape: [4], data_offsets: [0, 4] } }, 4),
      /not known/,
    ],
    ['a negative length', fileOf({ a: f32([-1], [0, 4]) }, 4), /shape/],
    ['a broken length', fileOf({ a: f32([0.5], [0, 2]) }, 2), /shape/],
    ['a shape that is no list', fileOf({ a: f32(1, [0, 4]) }, 4), /shape/],
    ['too many axes', fileOf({ a: f32(new Array(65).fill(1), [0, 4]) }, 4), /shape/],
    ['a shape beyond all numbers', fileOf({ a: f32([2 ** 40, 2 ** 40], [0, 4]) }, 4), /takes/],
    ['a shape that overflows to its size', fileOf({ a: f32([2 ** 32, 2 ** 32, 1], [0, 0]) }, 0), /takes/],
    ['a dtype of another size', fileOf({ a: f32([2], [0, 4]) }, 4), /takes 8 bytes, its data_offsets 4/],
    ['offsets in disorder', fileOf({ a: f32([1], [4, 0]) }, 4), /data_offsets/],
    ['three offsets', fileOf({ a: f32([1], [0, 4, 4]) }, 4), /data_offsets/],
    ['an overlap', fileOf({ a: f32([2], [0, 8]), b: f32([1], [4, 8]) }, 8), /'b' overlaps/],
    ['the same bytes twice', fileOf({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4), /overlaps/],
    ['a gap', fileOf({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), /'b' leaves a gap/],
    ['a gap before the first', fileOf({ a: f32([1], [4, 8]) }, 8), /gap/],
    ['bytes after the last', fileOf({ a: f32([1], [0, 4]) }, 5), /end at/],
    ['too few bytes', fileOf({ a: f32([1], [0, 4]) }, 3), /end at/],
    ['a tensor of a terabyte', fileOf({ a: f32([2 ** 38], [0, 2 ** 40]) }, 4), /end at/],
    ['metadata that are no texts', fileOf({ __metadata__: { a: 1 } }, 0), /__metadata__/],
    ['metadata that are no object', fileOf({ __metadata__: 'a' }, 0), /__metadata__/],
    ['deep nesting', fileOf(`{"a":${'['.repeat(100000)}`, 0), /no JSON/],
    ['deep nesting of objects', fileOf(`${'{"a":'.repeat(50000)}1${'}'.repeat(50000)}`, 0), /field|no JSON/],
  ];
  it.each(hostile)('%s', (_, bytes, message) => {
    expect(() => load(bytes)).toThrow(message);
    expect(() => load(bytes)).toThrow(np.ValueError);
  });

  it('damaged at random, give arrays or a ValueError', () => {
    const good = bytesOf(python.withBrainFloats);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = good.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            load(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(np.ValueError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads booleans as 0 or 1', () => {
    const bytes = fileOf({ a: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] } }, 3);
    bytes.set([0, 2, 255], bytes.length - 3);
    expect(Array.from(load(bytes).a.data as Uint8Array)).toEqual([0, 1, 1]);
  });
});

describe('bad arguments', () => {
  it('are refused', () => {
    expect(() => save(null, { a: np.ones(2, 'complex128') })).toThrow(/no complex128/);
    expect(() => save(null, { __metadata__: [1] })).toThrow(/cannot be called/);
    expect(() => save(null, [1, 2] as never)).toThrow(/by name/);
    expect(() => save(5 as never, {})).toThrow(/path/);
    expect(() => save(null, {}, { metadata: { a: 1 } as never })).toThrow(/strings/);
    expect(() => save(null, {}, { meta: {} } as never)).toThrow(/unexpected keyword argument 'meta'/);
    expect(() => load(5 as never)).toThrow(/path or bytes/);
  });
});
