import { expect, test } from 'vitest';
import { viewArray } from '../../../src/array/ndarray.ts';
import {
  array2string,
  array_repr,
  array_str,
  format_float_positional,
  format_float_scientific,
  printoptions,
} from '../../../src/np/printing.ts';
import type { Array2StringOptions, GivenPrintOptions } from '../../../src/np/printing.ts';
import { decode, recorded } from './recorded.ts';

type ArrayCase = [
  dtype: string,
  memory: string,
  shape: number[],
  strides: number[],
  offset: number,
  options: GivenPrintOptions,
  keywords: Array2StringOptions,
  texts: { array2string: string; array_repr: string; array_str: string },
];

type FloatCase = [
  dtype: string,
  memory: string,
  notation: 'positional' | 'scientific',
  keywords: object,
  text: string,
];

test('arrays of all dtypes, layouts and options print as in NumPy', () => {
  for (const [dtype, memory, shape, strides, offset, options, keywords, texts] of recorded<ArrayCase>(
    'arrays.jsonl',
  )) {
    const base = decode(dtype, memory);
    const a = viewArray(base, shape, strides, base.offset + offset);
    const { max_line_width, precision, suppress_small } = keywords;
    const common = { max_line_width, precision, suppress_small };
    const printed = printoptions(options, () => ({
      array2string: array2string(a, keywords),
      array_repr: array_repr(a, common),
      array_str: array_str(a, common),
    }));
    expect(printed, JSON.stringify([dtype, shape, options, keywords])).toEqual(texts);
  }
});

test('float16, float32 and float64 numbers print as in NumPy in both notations', () => {
  const format = { positional: format_float_positional, scientific: format_float_scientific };
  for (const [dtype, memory, notation, keywords, text] of recorded<FloatCase>('floats.jsonl')) {
    const x = decode(dtype, memory, true);
    expect(format[notation](x, keywords), JSON.stringify([dtype, memory, notation, keywords])).toBe(text);
  }
});
