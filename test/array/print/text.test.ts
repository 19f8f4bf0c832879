import { expect, test } from 'vitest';
import { Complex } from '../../../src/array/complex.ts';
import { dtype } from '../../../src/array/dtype.ts';
import type { DTypeName } from '../../../src/array/dtype.ts';
import { writeElement } from '../../../src/array/element.ts';
import type { Scalar } from '../../../src/array/element.ts';
import { emptyArray } from '../../../src/array/ndarray.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { arrayRepr, arrayStr, arrayText } from '../../../src/array/print/text.ts';

/** A C-ordered array of these elements; their shape is that of a list unless given. */
function array(
  name: DTypeName,
  values: readonly Scalar[],
  shape: readonly number[] = [values.length],
): NDArray {
  const a = emptyArray(shape, dtype(name));
  values.forEach((value, i) =>
    writeElement(a.storage.views, a.dtype.element, a.offset + i * a.itemsize, value),
  );
  return a;
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

test('the dtype is named unless the elements tell it', () => {
  expect(arrayRepr(array('float64', [1, 2.5]))).toBe('array([1. , 2.5])');
  expect(arrayRepr(array('int64', [1, -2]))).toBe('array([ 1, -2])');
  expect(arrayRepr(array('bool', [true, false]))).toBe('array([ True, False])');
  expect(arrayRepr(array('complex128', [new Complex(1, -2)]))).toBe('array([1.-2.j])');
  expect(arrayRepr(array('uint8', [1, 255]))).toBe('array([  1, 255], dtype=uint8)');
  expect(arrayRepr(array('float32', [0.1, 1 / 3].map(Math.fround)))).toBe(
    'array([0.1       , 0.33333334], dtype=float32)',
  );
});

test('64-bit integers beyond 2**53 keep all digits', () => {
  expect(arrayRepr(array('int64', [-(2n ** 63n), 2n ** 63n - 1n]))).toBe(
    'array([-9223372036854775808,  9223372036854775807])',
  );
  expect(arrayRepr(array('uint64', [2n ** 64n - 1n, 0]))).toBe(
    'array([18446744073709551615,                    0], dtype=uint64)',
  );
});

test('arrays without dimensions', () => {
  expect(arrayRepr(array('float32', [Math.fround(0.1)], []))).toBe('array(0.1, dtype=float32)');
  expect(arrayRepr(array('bool', [true], []))).toBe('array(True)');
  expect(arrayStr(array('bool', [true], []))).toBe('True');
  expect(arrayStr(array('float64', [1 / 3], []))).toBe('0.3333333333333333');
  expect(arrayStr(array('float64', [1e16], []))).toBe('1e+16');
  expect(arrayStr(array('float64', [-0], []))).toBe('-0.0');
  expect(arrayStr(array('float32', [1e6], []))).toBe('1e+06');
  expect(arrayStr(array('float16', [1000], []))).toBe('1e+03');
  expect(arrayStr(array('float16', [999.5], []))).toBe('999.5');
  expect(arrayStr(array('int64', [2n ** 62n], []))).toBe('4611686018427387904');
});

test('complex numbers that stand alone', () => {
  const text = (re: number, im: number): string => arrayStr(array('complex128', [new Complex(re, im)], []));
  expect(text(1, 2)).toBe('(1+2j)');
  expect(text(0, 1)).toBe('1j');
  expect(text(-0, 1)).toBe('(-0+1j)');
  expect(text(0, -0)).toBe('-0j');
  expect(text(NaN, Infinity)).toBe('(nan+infj)');
  expect(text(-Infinity, NaN)).toBe('(-inf+nanj)');
  expect(text(1e16, 1e-5)).toBe('(1e+16+1e-05j)');
});

test('empty arrays show their shape where it is not plain', () => {
  expect(arrayRepr(array('float64', []))).toBe('array([], dtype=float64)');
  expect(arrayRepr(array('int32', [], [0, 3]))).toBe('array([], shape=(0, 3), dtype=int32)');
  expect(arrayStr(array('int32', [], [2, 0, 3]))).toBe('[]');
});

test('long arrays are summarised, and show their shape', () => {
  expect(arrayRepr(array('int64', range(1001)))).toBe(
    'array([   0,    1,    2, ...,  998,  999, 1000], shape=(1001,))',
  );
  expect(arrayText(array('int64', range(10)), { threshold: 5, edgeitems: 0 })).toBe('[... 9]');
});

test('the dtype goes to a line of its own where the last line has no room', () => {
  expect(arrayRepr(array('float32', range(17), [17]))).toBe(
    'array([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12.,\n' +
      '       13., 14., 15., 16.], dtype=float32)',
  );
  expect(arrayRepr(array('float32', range(13)))).toBe(
    'array([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12.],\n      dtype=float32)',
  );
});

test('a formatter makes the text of its kind of element, the most specific key first', () => {
  const halves = array('float64', [0.5, 1]);
  expect(arrayText(halves, { formatter: { float: (x) => x.toFixed(3) } })).toBe('[0.500 1.000]');
  expect(arrayText(halves, { formatter: { int: () => 'no' } })).toBe('[0.5 1. ]');
  expect(arrayText(halves, { formatter: { all: () => 'a', float_kind: () => 'k' } })).toBe('[k k]');
  expect(arrayText(halves, { formatter: { float_kind: () => 'k', float: () => 'f' } })).toBe('[f f]');
  expect(arrayText(array('int64', [255]), { formatter: { int_kind: (x) => x.toString(16) } })).toBe('[ff]');
  expect(arrayText(array('bool', [true]), { formatter: { bool: (x) => (x ? 'yes' : 'no') } })).toBe('[yes]');
  expect(
    arrayText(array('complex64', [new Complex(1, 2)]), { formatter: { complex_kind: (z) => `<${z.im}>` } }),
  ).toBe('[<2>]');
});

test('a formatter may make several lines, and must make text', () => {
  const box = { formatter: { int: (x: number | bigint) => `/${x}\\\n\\${x}/\n` } };
  expect(arrayText(array('int64', [1, 2]), box)).toBe('[/1\\\n \\1/ /2\\\n     \\2/]');
  const broken = { formatter: { int: (() => 3) as unknown as () => string } };
  expect(() => arrayText(array('int64', [1]), broken)).toThrow(TypeError);
});
