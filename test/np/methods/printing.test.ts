import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { float32, int64 } from '../../../src/array/dtype.ts';
import { emptyArray } from '../../../src/array/ndarray.ts';
import '../../../src/np/methods/printing.ts';

function matrix() {
  const a = emptyArray([2, 2], float32);
  a.data.set([0.5, 1, 2, 4]);
  return a;
}

test('String(a) is str, and console.log(a) shows repr', () => {
  const a = matrix();
  expect(`${a}`).toBe('[[0.5 1. ]\n [2.  4. ]]');
  expect(inspect(a)).toBe('array([[0.5, 1. ],\n       [2. , 4. ]], dtype=float32)');
});

test('an array inside another object is indented with it', () => {
  expect(inspect({ inner: { a: matrix() } })).toBe(
    '{\n  inner: {\n    a: array([[0.5, 1. ],\n           [2. , 4. ]], dtype=float32)\n  }\n}',
  );
});

test('String of an array without dimensions reads like a number', () => {
  const a = emptyArray([], int64);
  a.data[0] = -5n;
  expect(String(a)).toBe('-5');
});
