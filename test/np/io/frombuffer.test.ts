import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Complex } from '../../../src/array/complex.ts';
import { DTYPES } from '../../../src/array/dtype.ts';
import { OverflowError, ValueError } from '../../../src/array/errors.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { emptyArray, scalarAt, viewArray } from '../../../src/array/ndarray.ts';
import { frombuffer } from '../../../src/np/io/frombuffer.ts';
import { fromiter } from '../../../src/np/io/fromiter.ts';

const values = (a: NDArray): unknown[] =>
  Array.from({ length: a.size }, (_, i) => scalarAt(a, a.offset + i * a.strides[0]));

const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);

describe('frombuffer', () => {
  test('shares memory', () => {
    const bytes = new Uint8Array(16);
    const a = frombuffer(bytes, 'int32', { offset: 4 });
    bytes[4] = 7;
    expect(values(a)).toEqual([7, 0, 0]);
    a.data[1] = 256;
    expect(bytes[9]).toBe(1);
    expect([a.dtype.name, a.writeable, a.base !== null]).toEqual(['int32', true, true]);
  });

  test('float64 by default', () => {
    expect(values(frombuffer(Float64Array.of(1.5, -0, NaN)))).toEqual([1.5, -0, NaN]);
    expect(values(frombuffer(new ArrayBuffer(8)))).toEqual([0]);
    expect(values(frombuffer(new ArrayBuffer(0)))).toEqual([]);
    expect(values(frombuffer(new SharedArrayBuffer(8), null))).toEqual([0]);
  });

  test.each<[string, unknown[]]>([
    ['>u2', [0x0102, 0x0304, 0x0506]],
    ['<u2', [0x0201, 0x0403, 0x0605]],
    ['u2', [0x0201, 0x0403, 0x0605]],
    ['>h', [0x0102, 0x0304, 0x0506]],
  ])('of dtype %s', (dtype, expected) => {
    expect(values(frombuffer(BYTES, dtype, 3))).toEqual(expected);
  });

  test('big-endian complex numbers', () => {
    const view = new DataView(new ArrayBuffer(16));
    view.setFloat64(0, 1.5);
    view.setFloat64(8, -2);
    expect(values(frombuffer(view, { dtype: '>c16' }))).toEqual([new Complex(1.5, -2)]);
  });

  test('what cannot be shared is a read-only copy', () => {
    const unaligned = frombuffer(BYTES, 'uint16', -1, 1);
    expect(values(unaligned)).toEqual([0x0302, 0x0504, 0x0706]);
    expect(unaligned.writeable).toBe(false);
    expect(frombuffer(BYTES, '>u2', 2).writeable).toBe(false);
    expect(values(frombuffer(Uint8Array.of(0, 1, 9), 'bool'))).toEqual([false, true, true]);
    expect(frombuffer(BYTES, '>u1').writeable).toBe(true);
  });

  test('of an array', () => {
    const a = emptyArray([2], DTYPES[11]);
    a.data.set([1, 2] as never[]);
    expect(values(frombuffer(a, 'u2'))).toEqual([0, 0, 0, 0x3ff0, 0, 0, 0, 0x4000]);
    a.writeable = false;
    expect(frombuffer(a, 'u2').writeable).toBe(false);
    expect(() => frombuffer(viewArray(a, [2], [0]))).toThrow(ValueError);
  });

  test.each<[string, number, number, RegExp]>([
    ['u2', -1, 0, /multiple of element size/],
    ['u2', 4, 1, /smaller than requested/],
    ['u2', -1, 8, /offset must be non-negative/],
    ['u2', -1, -1, /offset must be non-negative/],
  ])('refused: %s, %i, %i', (dtype, count, offset, message) => {
    expect(() => frombuffer(BYTES, dtype, count, offset)).toThrow(ValueError);
    expect(() => frombuffer(BYTES, dtype, count, offset)).toThrow(message);
  });

  test('edges that NumPy accepts', () => {
    expect(frombuffer(BYTES, 'u2', -1, 7).size).toBe(0);
    expect(frombuffer(BYTES, 'u2', 0, 1).size).toBe(0);
    expect(frombuffer(BYTES, 'u2', -2, 1).size).toBe(3);
  });

  test('wrong arguments', () => {
    expect(() => frombuffer(BYTES, 'u2', 1.5)).toThrow(TypeError);
    expect(() => frombuffer(BYTES, 'x9')).toThrow(TypeError);
    expect(() => frombuffer(BYTES, { size: 1 } as object)).toThrow(/unexpected keyword argument 'size'/);
    expect(() => frombuffer([1, 2] as unknown as Uint8Array)).toThrow(TypeError);
  });
});

describe('fromiter', () => {
  test.each<[string, Iterable<number | bigint | boolean>, unknown[]]>([
    ['float64', [1, 2.5], [1, 2.5]],
    ['int64', new Set([3, 1n]), [3, 1]],
    ['int32', [1.7, -1.7], [1, -1]],
    ['float32', [1e300], [Infinity]],
    ['bool', [2.5, 0, NaN], [true, false, true]],
    ['uint8', [], []],
  ])('%s', (dtype, items, expected) => {
    expect(values(fromiter(items, dtype))).toEqual(expected);
  });

  test('count', () => {
    let taken = 0;
    const endless = (function* () {
      for (;;) yield taken++;
    })();
    expect(values(fromiter(endless, 'int16', 3))).toEqual([0, 1, 2]);
    expect(taken).toBe(3);
    expect(fromiter([1, 2, 3], 'int16', { count: 0 }).size).toBe(0);
    expect(fromiter([1, 2, 3], 'int16', -5).size).toBe(0);
    expect(() => fromiter([1, 2, 3], 'int16', 5)).toThrow(/Expected 5 but iterator had only 3 items/);
  });

  test('many items', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (items) => {
        expect(values(fromiter(items, 'float64'))).toEqual(items);
      }),
    );
    expect(fromiter(Array(100_000).keys(), 'uint32').data[99_999]).toBe(99_999);
  });

  test('wrong arguments', () => {
    expect(() => fromiter([1, 300], 'uint8')).toThrow(OverflowError);
    expect(() => fromiter([NaN], 'int8')).toThrow(ValueError);
    expect(() => fromiter([[1]] as unknown as number[], 'int8')).toThrow(ValueError);
    expect(() => fromiter(['a'] as unknown as number[], 'int8')).toThrow(TypeError);
    expect(() => fromiter([new Complex(1, 2)], 'float64')).toThrow(TypeError);
    expect(() => fromiter(5 as unknown as number[], 'int8')).toThrow(/not iterable/);
    expect(() => fromiter([1], undefined as unknown as string)).toThrow(/missing required argument/);
  });
});
