import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DTYPES, dtype } from '../../../src/array/dtype.ts';
import { ValueError } from '../../../src/array/errors.ts';
import { NDArray, emptyArray, viewArray } from '../../../src/array/ndarray.ts';
import * as format from '../../../src/np/io/format.ts';
import { load } from '../../../src/np/io/load.ts';
import { NpzFile } from '../../../src/np/io/npz.ts';
import type { Npz } from '../../../src/np/io/npz.ts';
import { save, savez, savez_compressed } from '../../../src/np/io/save.ts';
import { asArray } from '../../../src/ops/asarray.ts';
import { cast } from '../../../src/ops/cast.ts';
import recorded from './numpy_files.json';

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/** The elements in C order, byte for byte. */
function elements(a: NDArray): Uint8Array {
  const copy = cast(a, a.dtype, emptyArray(a.shape, a.dtype));
  return copy.storage.views.uint8.slice(copy.offset, copy.offset + copy.nbytes);
}

/** An .npy file of version 1.0 with any header. */
function npy(header: string, data: ArrayLike<number> = [], version: [number, number] = [1, 0]): Uint8Array {
  const text = Buffer.from(header, version[0] === 3 ? 'utf8' : 'latin1');
  const length = Buffer.alloc(version[0] === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from(version),
    length,
    text,
    Buffer.from(data as number[]),
  ]);
}

const HEADER = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'numgrad-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(recorded.npy)('NumPy file: $name', (file) => {
  const bytes = fromBase64(file.file);

  test('is read', () => {
    const a = load(bytes);
    expect(a.dtype.name).toBe(file.dtype);
    expect(a.shape.join(',')).toBe(file.shape);
    expect(elements(a)).toEqual(fromBase64(file.elements));
    expect(a.fContiguous && !a.cContiguous).toBe(file.order === 'F');
    expect(a.writeable).toBe(true);
  });

  test('cut anywhere is an error', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => load(bytes.subarray(0, length)), `${length}`).toThrow(ValueError);
    }
  });
});

// Arrays are always native, so files are written in this machine's byte order only.
describe.each(recorded.npy.filter((file) => !file.swapped))('NumPy file: $name', (file) => {
  test('is written', () => {
    const bytes = fromBase64(file.file);
    const version = file.version.split(',').map(Number) as [number, number];
    expect(format.read_magic(bytes)).toEqual(version);
    expect(format.write_array(null, load(bytes), { version })).toEqual(bytes);
    if (version[0] === 1) expect(save(null, load(bytes))).toEqual(bytes);
  });
});

describe('NumPy archives', () => {
  const archive = (name: string): Uint8Array =>
    fromBase64(recorded.npz.find((file) => file.name === name)!.file);
  const x = load(fromBase64(recorded.npy.find((file) => file.name === 'f8')!.file));

  test('savez writes what NumPy writes', () => {
    const npz = load<Npz>(archive('savez'));
    expect(npz instanceof NpzFile).toBe(true);
    expect(npz.files).toEqual(['x', 'y']);
    expect(npz.y.dtype.name).toBe('int32');
    expect(savez(null, { x: npz.x, y: npz.y })).toEqual(archive('savez'));
    expect(savez(null, x, { named: npz.y })).toEqual(archive('savez by position'));
    expect(savez(null, { 'é 数': x })).toEqual(archive('savez beyond ASCII'));
    expect(savez(null)).toEqual(archive('savez of nothing'));
  });

  test('compressed ones are read', () => {
    const { x: first, y, zeros } = load<Npz>(archive('savez_compressed'));
    expect(elements(first)).toEqual(elements(x));
    expect(elements(y)).toEqual(elements(x));
    expect(y.fContiguous).toBe(true);
    expect(zeros.shape).toEqual([50, 60]);
    expect(elements(zeros).every((byte) => byte === 0)).toBe(true);
  });
});

describe('NpzFile', () => {
  const bytes = savez_compressed(null, [1, 2], { values: [3], files: [4], mask: [true, false] });

  test('gives arrays by property, get, f and iteration', () => {
    const npz = load<Npz>(bytes);
    expect([...npz]).toEqual(['values', 'files', 'mask', 'arr_0']);
    expect(npz.mask.dtype.name).toBe('bool');
    expect(npz.values instanceof NDArray).toBe(true);
    expect(npz.files).toEqual([...npz]);
    expect(npz.f.files instanceof NDArray).toBe(true);
    expect(npz.get('mask.npy')?.shape).toEqual([2]);
    expect(npz.get('absent')).toBeNull();
    expect(npz.get('absent', 7)).toBe(7);
    expect([npz.has('mask'), npz.has('absent')]).toEqual([true, false]);
    expect(Object.keys({ ...npz })).toContain('mask');
    expect(npz.absent).toBeUndefined();
    expect(npz.mask === npz.mask).toBe(false);
  });

  test('keys, values and items', () => {
    const npz = load<Npz>(savez(null, { a: [1], b: [2, 3] }));
    expect([...npz.keys()]).toEqual(['a', 'b']);
    expect([...npz.values()].map((a) => a.size)).toEqual([1, 2]);
    expect([...npz.items()].map(([name, a]) => [name, a.size])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('prints as in NumPy', () => {
    expect(String(load<Npz>(bytes))).toBe("NpzFile 'object' with keys: values, files, mask, arr_0");
    const many = savez(null, ...Array.from({ length: 6 }, (_, i) => [i]));
    expect(String(load<Npz>(many))).toBe("NpzFile 'object' with keys: arr_0, arr_1, arr_2, arr_3, arr_4...");
  });

  test('cannot be read once closed', () => {
    const npz = load<Npz>(bytes);
    npz.close();
    expect(() => npz.mask).toThrow(ValueError);
  });

  test('names are the caller’s, even hostile ones', () => {
    const named = { ['__proto__']: [1], constructor: [2], toString: [3], hasOwnProperty: [4] };
    const npz = load<Npz>(savez(null, named));
    expect(npz.files).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(npz.get('__proto__')?.size).toBe(1);
    expect(Object.getPrototypeOf(npz.f)).toBeNull();
    expect(String(npz)).toMatch(/^NpzFile/);
  });

  test('names are checked', () => {
    expect(() => savez(null, [1], { arr_0: [2] })).toThrow(ValueError);
    expect(() => savez(null, { file: [2] })).toThrow(TypeError);
    expect(() => savez(null, { 'a\0': [2] })).toThrow(ValueError);
  });
});

describe('headers', () => {
  test.each([
    ['keys in another order', "{'shape': (3,), 'fortran_order': False, 'descr': '|u1'}"],
    ['blanks and line ends', " {\n 'descr' : '|u1',\n'fortran_order':False, 'shape': (3 , ) } \n\n"],
    ['double quotes', HEADER.replaceAll("'", '"')],
    ['Python 2', HEADER.replace('(3,)', '(3L,)')],
    ['no byte order', HEADER.replace('|u1', 'u1')],
    ['more bytes than needed', HEADER.replace('(3,)', '(2,)')],
    ['no padding', HEADER.trim()],
  ])('read: %s', (_, header) => {
    expect(elements(load(npy(header, [7, 8, 9])))[1]).toBe(8);
  });

  test.each<[string, string, RegExp]>([
    ['no dictionary', '(1, 2)', /not a dictionary/],
    ['a missing key', "{'descr': '|u1', 'shape': (3,)}", /correct keys: \['descr', 'shape'\]/],
    ['a further key', HEADER.replace('{', "{'x': 1, "), /correct keys/],
    ['a list as shape', HEADER.replace('(3,)', '[3]'), /shape is not valid/],
    ['a number as shape', HEADER.replace('(3,)', '(3)'), /shape is not valid/],
    ['a negative length', HEADER.replace('(3,)', '(-3,)'), /shape is not valid/],
    ['two negative lengths', HEADER.replace('(3,)', '(-1, -3)'), /shape is not valid/],
    ['a boolean length', HEADER.replace('(3,)', '(True,)'), /shape is not valid/],
    ['a huge length', HEADER.replace('(3,)', `(${2n ** 64n},)`), /shape is not valid/],
    ['an overflowing size', HEADER.replace('(3,)', `(${2 ** 40}, ${2 ** 40})`), /too big/],
    ['an overflowing empty size', HEADER.replace('(3,)', `(0, ${2 ** 40}, ${2 ** 40})`), /too big/],
    ['too many axes', HEADER.replace('(3,)', `(${'1, '.repeat(65)})`), /shape is not valid/],
    [
      'more elements than there are',
      HEADER.replace('(3,)', '(1000000000000,)'),
      /could only read 3 elements/,
    ],
    ['no boolean', HEADER.replace('False', '0'), /fortran_order/],
    ['objects', HEADER.replace('|u1', '|O'), /Object arrays cannot be loaded/],
    ['objects of Python 2', HEADER.replace('|u1', '|O8'), /Object arrays cannot be loaded/],
    ['a structure', HEADER.replace("'|u1'", "[('a', '<f4'), ('b', '<i4')]"), /structured/],
    ['a subarray', HEADER.replace("'|u1'", "('<f4', (2,))"), /structured/],
    ['text', HEADER.replace('|u1', '<U3'), /not supported/],
    ['bytes', HEADER.replace('|u1', '|S1'), /not supported/],
    ['dates', HEADER.replace('|u1', '<M8[ns]'), /not supported/],
    ['long doubles', HEADER.replace('|u1', '<f16'), /not supported/],
    ['a type that there is not', HEADER.replace('|u1', '<f3'), /not supported/],
    ['no type', HEADER.replace("'|u1'", 'None'), /descr/],
    ['code', HEADER.replace('(3,)', '__import__("os").getcwd()'), /Cannot parse header/],
    ['deep nesting', `${'['.repeat(9000)}`, /Cannot parse header/],
    ['length', HEADER + ' '.repeat(10000), /max_header_size/],
  ])('refused: %s', (_, header, message) => {
    const run = (): unknown => load(npy(header, [7, 8, 9]));
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  });

  test('versions', () => {
    expect(load(npy(HEADER, [1, 2, 3], [2, 0])).size).toBe(3);
    expect(load(npy(HEADER, [1, 2, 3], [3, 0])).size).toBe(3);
    expect(() => load(npy(HEADER.replace('(3,)', '(3L,)'), [1, 2, 3], [3, 0]))).toThrow(ValueError);
    expect(() => load(npy(HEADER, [1, 2, 3], [4, 0]))).toThrow(/format version/);
    expect(() => load(npy('\xff', [], [3, 0]).fill(0xff, 12, 13))).toThrow(ValueError);
    expect(() => format.write_array(null, [1], { version: [1, 1] })).toThrow(ValueError);
  });

  test('booleans become 0 or 1', () => {
    expect([...elements(load(npy(HEADER.replace('u1', 'b1'), [0, 1, 255])))]).toEqual([0, 1, 1]);
  });
});

describe('options of load', () => {
  const bytes = npy(HEADER + ' '.repeat(20000), [1, 2, 3]);

  test('max_header_size and allow_pickle', () => {
    expect(load(bytes, { max_header_size: 30000 }).size).toBe(3);
    expect(load(bytes, null, true).size).toBe(3);
    expect(() => load(bytes, { max_header_size: 100 })).toThrow(ValueError);
  });

  test('mmap_mode', () => {
    const small = save(null, [1, 2]);
    expect(load(small, 'r').writeable).toBe(false);
    expect(load(small, { mmap_mode: 'c' }).writeable).toBe(true);
    expect(() => load(small, 'r+')).toThrow(ValueError);
    expect(() => load(small, 'x' as 'r')).toThrow(ValueError);
  });

  test('wrong arguments', () => {
    expect(() => load(bytes, { encoding: 'utf8' as 'bytes' })).toThrow(ValueError);
    expect(() => load(bytes, { mode: 'r' } as object)).toThrow(/unexpected keyword argument 'mode'/);
    expect(() => load([1, 2] as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => load(new Uint8Array(0))).toThrow(ValueError);
    expect(() => load(Buffer.from('\x80\x04K\x01.', 'latin1'))).toThrow(/pickled/);
    expect(() => save(null, [1], true, false as unknown as object)).toThrow(TypeError);
    expect(() => save(5 as unknown as string, [1])).toThrow(TypeError);
    expect(() => save(null, 'x' as unknown as number[])).toThrow(TypeError);
  });

  test('bytes in any buffer, at any offset', () => {
    const small = save(null, [1.5, 2.5]);
    const padded = new Uint8Array(small.length + 3);
    padded.set(small, 3);
    const shared = new Uint8Array(new SharedArrayBuffer(small.length));
    shared.set(small);
    for (const file of [
      small.buffer,
      padded.subarray(3),
      new DataView(small.buffer),
      shared,
      shared.buffer,
    ]) {
      expect([...load<NDArray<'float64'>>(file).data]).toEqual([1.5, 2.5]);
    }
  });
});

describe('paths', () => {
  test('save adds the ending, load does not', () => {
    save(join(folder, 'a'), [1, 2]);
    save(join(folder, 'b.npy'), [1, 2, 3]);
    save(pathToFileURL(join(folder, 'c')), [1, 2, 3, 4]);
    savez(join(folder, 'd'), { x: [5] });
    savez_compressed(pathToFileURL(join(folder, 'e.npz')), { x: new Float64Array(5000) });
    expect(load(join(folder, 'a.npy')).size).toBe(2);
    expect(load(join(folder, 'b.npy')).size).toBe(3);
    expect(load(pathToFileURL(join(folder, 'c.npy'))).size).toBe(4);
    const { x } = load(`${folder}/d.npz`);
    expect(x.size).toBe(1);
    expect(load(`${folder}/e.npz`).x.size).toBe(5000);
    expect(String(load(`${folder}/d.npz`))).toBe(`NpzFile '${folder}/d.npz' with keys: x`);
    expect(readFileSync(join(folder, 'd.npz'))).toEqual(Buffer.from(savez(null, { x: [5] })));
  });

  test('an error leaves the file as it was', () => {
    const path = join(folder, 'kept.npz');
    savez(path, { x: [5] });
    expect(() => savez(path, { x: [5], 'y\0': [6] })).toThrow(ValueError);
    expect(() => savez(path, { x: [5], y: [[1], [1, 2]] })).toThrow(ValueError);
    expect(load<Npz>(path).x.size).toBe(1);
    expect(() => load(join(folder, 'absent.npy'))).toThrow(/ENOENT/);
  });

  test('large arrays', () => {
    const a = asArray(Float64Array.from({ length: 3e6 }, (_, i) => i));
    save(join(folder, 'large'), a);
    expect(Buffer.compare(elements(load(join(folder, 'large.npy'))), elements(a))).toBe(0);
  });
});

const views = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    order: fc.constantFrom<'C' | 'F'>('C', 'F'),
    steps: fc.array(fc.constantFrom(1, -1, 2), { minLength: 4, maxLength: 4 }),
    seed: fc.integer(),
  })
  .map(({ dtype, shape, order, steps, seed }) => {
    const whole = emptyArray(
      shape.map((n, i) => n * Math.abs(steps[i])),
      dtype,
      order,
    );
    const bytes = whole.storage.views.uint8.subarray(whole.offset, whole.offset + whole.nbytes);
    bytes.forEach((_, i) => (bytes[i] = dtype.kind === 'b' ? (i ^ seed) & 1 : (i * 37 + seed) & 255));
    const strides = whole.strides.map((stride, i) => stride * steps[i]);
    const back = shape.reduce((sum, n, i) => sum + (steps[i] < 0 ? (n - 1) * whole.strides[i] : 0), 0);
    return viewArray(whole, shape, strides, whole.size ? whole.offset + back : whole.offset);
  });

describe('any array', () => {
  test('comes back from .npy', () => {
    fc.assert(
      fc.property(views, (a) => {
        const b = load(save(null, a));
        expect(b.dtype).toBe(a.dtype);
        expect(b.shape).toEqual(a.shape);
        expect(elements(b)).toEqual(elements(a));
      }),
      { numRuns: 300 },
    );
  });

  test('comes back from .npz', () => {
    const names = fc.dictionary(
      fc.string({ maxLength: 8 }).filter((s) => !/\0|^(file|allow_pickle)$/.test(s)),
      views,
    );
    fc.assert(
      fc.property(names, fc.boolean(), (arrays, compress) => {
        const npz = load<Npz>((compress ? savez_compressed : savez)(null, { ...arrays }));
        expect(new Set(npz.files)).toEqual(new Set(Object.keys(arrays)));
        for (const [name, a] of Object.entries(arrays)) expect(elements(npz.f[name])).toEqual(elements(a));
      }),
      { numRuns: 60 },
    );
  });
});

const python = ((): boolean => {
  try {
    return execFileSync('python3', ['-c', 'import numpy'], { stdio: 'pipe' }).length === 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!python)('NumPy itself', () => {
  const run = (code: string, ...args: string[]): string =>
    execFileSync('python3', ['-c', code, ...args], { encoding: 'utf8' }).trim();

  test('reads what is compressed here', () => {
    const x = Float64Array.from({ length: 20000 }, (_, i) => Math.sin(i));
    savez_compressed(join(folder, 'ours'), x, { zeros: new Int32Array(70000), f: [[1, 2]] });
    const code = `
import sys, numpy as np
a = np.load(sys.argv[1])
assert sorted(a.files) == ['arr_0', 'f', 'zeros'] and a.zip.testzip() is None
assert a['zeros'].dtype == 'i4' and not a['zeros'].any() and a['f'].shape == (1, 2)
print(repr(float(a['arr_0'][1234])), a['arr_0'].shape)`;
    expect(run(code, join(folder, 'ours.npz'))).toBe(`${Math.sin(1234)} (20000,)`);
  });

  test('writes what is read here', () => {
    const code = `
import sys, numpy as np
np.savez_compressed(sys.argv[1], x=np.arange(100000.)[::-1].reshape(100, 1000), y=np.asfortranarray(np.eye(300, dtype='>c8')))`;
    run(code, join(folder, 'theirs.npz'));
    const { x, y } = load(`${folder}/theirs.npz`);
    expect(x.shape).toEqual([100, 1000]);
    expect((x as NDArray<'float64'>).data[0]).toBe(99999);
    expect(y.dtype).toBe(dtype('complex64'));
    expect((y as NDArray<'complex64'>).data.slice(0, 3)).toEqual(Float32Array.of(1, 0, 0));
    expect(existsSync(join(folder, 'theirs.npz'))).toBe(true);
    writeFileSync(join(folder, 'copy.npz'), readFileSync(join(folder, 'theirs.npz')));
    expect(load(`${folder}/copy.npz`).files).toEqual(['x', 'y']);
  });
});
