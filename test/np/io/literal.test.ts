import { describe, expect, test } from 'vitest';
import { ValueError } from '../../../src/array/errors.ts';
import { parseLiteral } from '../../../src/np/io/literal.ts';

describe('parseLiteral', () => {
  test.each([
    ["'text'", 'text'],
    ['"it\'s"', "it's"],
    [String.raw`'a\\b\''`, "a\\b'"],
    ['-12', -12n],
    ['  True \n', true],
    ['None', null],
    ['(1)', 1n],
    ['(1,)', { tuple: [1n] }],
    ['()', { tuple: [] }],
    ['[1, (2, 3), ]', [1n, { tuple: [2n, 3n] }]],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
  ])('%s', (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  test('a dictionary, whose last value of a key counts', () => {
    expect(parseLiteral("{'a': 1, 'b': (True, False), 'a': None}")).toEqual(
      new Map([
        ['b', { tuple: [true, false] }],
        ['a', null],
      ]),
    );
  });

  test('long integers of Python 2, where they may be', () => {
    expect(parseLiteral('(3L, 4)', true)).toEqual({ tuple: [3n, 4n] });
    expect(() => parseLiteral('(3L, 4)')).toThrow(ValueError);
  });

  test.each([
    '',
    '{',
    "{'a'}",
    "{'a': 1",
    '{1: 2}',
    '(1 2)',
    '(,)',
    '1 2',
    "'a",
    "'a\n'",
    '1.5',
    'Truee',
    'x',
    '__import__("os")',
    '9'.repeat(1000),
    '('.repeat(5000),
    '['.repeat(5000) + ']'.repeat(5000),
  ])('refuses %.20s', (text) => {
    expect(() => parseLiteral(text)).toThrow(ValueError);
  });
});
