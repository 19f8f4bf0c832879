import { describe, expect, it } from 'vitest';
import { compareElements, Difference } from '../../conformance/compare.ts';
import type { Context } from '../../conformance/compare.ts';
import { elementsOf, gather, spacingAt, ulpDistance } from '../../conformance/elements.ts';
import type { ArrayLike, TypedArray } from '../../conformance/namespace.ts';
import { PROPERTIES } from '../../conformance/properties.ts';
import { decodeBase64, parseChapter } from '../../conformance/suite.ts';
import { familyOf } from '../../conformance/summary.ts';
import { toleranceOf, ulpsFor } from '../../conformance/tolerances.ts';

function array(dtype: string, data: TypedArray, shape: number[], strides: number[]): ArrayLike {
  return { dtype: { name: dtype }, data, shape, strides, base: null, flags: { writeable: true } };
}

function context(ulp: number, of: 'element' | 'modulus' | 'largest' = 'element'): Context {
  return {
    name: 'test',
    tolerance: { ulp, of, reason: 'a test' },
    given: [],
    loose: false,
    worst: 0,
    digest: 0,
  };
}

describe('reading chapters', () => {
  const text = [
    '{"chapter":"c","numpy":"2.4","seed":1}',
    '{"base":0,"dtype":"int16","data":"AQACAA=="}',
    '{"array":0,"base":0,"shape":[2]}',
    '["sum",[{"a":0}],{},{"n":["int64",3]}]',
    '["get",[{"a":0},0],{},{"n":["int16",1]},{"loose":true}]',
  ].join('\n');

  it('finds memory, arrays and cases', () => {
    const chapter = parseChapter(text);
    expect(chapter.bases).toEqual([{ base: 0, dtype: 'int16', data: 'AQACAA==' }]);
    expect(chapter.arrays[0].shape).toEqual([2]);
    expect(chapter.cases.map((c) => [c.name, c.line, c.extras])).toEqual([
      ['sum', 4, {}],
      ['get', 5, { loose: true }],
    ]);
  });

  it('keeps the wanted functions only', () => {
    expect(parseChapter(text, (name) => name === 'get').cases.map((c) => c.name)).toEqual(['get']);
  });

  it('decodes base64 of every length', () => {
    for (const bytes of [[], [1], [1, 2], [1, 2, 3], [255, 0, 254, 127]]) {
      expect([...decodeBase64(Buffer.from(bytes).toString('base64'))]).toEqual(bytes);
    }
  });
});

describe('elements', () => {
  it('are gathered in C order from any strides', () => {
    const data = Float64Array.of(0, 1, 2, 3, 4, 5);
    expect([...gather(array('float64', data, [2, 3], [24, 8]))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...gather(array('float64', data, [3, 2], [8, 24]))]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...gather(array('float64', data, [2, 3], [-24, -8]))]).toEqual([5, 4, 3, 2, 1, 0]);
    expect([...gather(array('float64', data.subarray(0, 1), [2, 2], [0, 0]))]).toEqual([0, 0, 0, 0]);
    expect([...gather(array('complex128', data, [3], [16]))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...gather(array('complex128', data, [3], [-16]))]).toEqual([4, 5, 2, 3, 0, 1]);
    expect([...gather(array('float64', data.subarray(0, 0), [0, 3], [24, 8]))]).toEqual([]);
    expect([...gather(array('int64', BigInt64Array.of(7n), [], []))]).toEqual([7n]);
  });

  it('are read from recorded bytes', () => {
    expect([...elementsOf(decodeBase64('AQACAA=='), 'int16')]).toEqual([1, 2]);
  });
});

describe('distance in ULP', () => {
  it('counts floats between two values, across zero too', () => {
    expect(ulpDistance('float64', 1, 1 + Number.EPSILON)).toBe(1);
    expect(ulpDistance('float32', 1, Math.fround(1 + 2 ** -23))).toBe(1);
    expect(ulpDistance('float64', 5e-324, -5e-324)).toBe(3);
    expect(ulpDistance('float16', 0x3c00, 0x3c02)).toBe(2);
    expect(ulpDistance('float64', Number.MAX_VALUE, Infinity)).toBe(1);
  });

  it('takes all NaN as equal and opposite zeros and infinities as different', () => {
    expect(ulpDistance('float64', NaN, NaN)).toBe(0);
    expect(ulpDistance('float16', 0x7e00, 0xfe01)).toBe(0);
    for (const [x, y] of [
      [NaN, 1],
      [0, -0],
      [Infinity, -Infinity],
    ]) {
      expect(ulpDistance('float64', x, y)).toBe(Infinity);
      expect(ulpDistance('float32', x, y)).toBe(Infinity);
    }
    expect(ulpDistance('float16', 0, 0x8000)).toBe(Infinity);
  });

  it('knows the spacing of each format', () => {
    expect(spacingAt('float64', 1)).toBe(2 ** -52);
    expect(spacingAt('float32', 3)).toBe(2 ** -22);
    expect(spacingAt('float16', 0)).toBe(2 ** -24);
  });
});

describe('comparing', () => {
  it('reports the first wrong element and how many there are', () => {
    const compared = () =>
      compareElements('float64', Float64Array.of(1, 2, 3), Float64Array.of(1, 2.5, 4), context(0), 'result');
    expect(compared).toThrow(Difference);
    expect(compared).toThrow('element 1: expected 2, got 2.5');
    expect(compared).toThrow('2 of 3 differ');
  });

  it('allows a tolerance and remembers the worst', () => {
    const c = context(2);
    compareElements(
      'float64',
      Float64Array.of(1, 1),
      Float64Array.of(1, 1 + 2 * Number.EPSILON),
      c,
      'result',
    );
    expect(c.worst).toBe(2);
    expect(() =>
      compareElements('float64', Float64Array.of(1), Float64Array.of(1 + 3 * Number.EPSILON), c, 'result'),
    ).toThrow('3 ULP, 2 allowed');
  });

  it('can measure by the largest element or the modulus', () => {
    const x = Float64Array.of(1000, 1e-17);
    const y = Float64Array.of(1000, 3e-17);
    expect(() => compareElements('float64', x, y, context(1), 'result')).toThrow(Difference);
    compareElements('float64', x, y, context(1, 'largest'), 'result');
    compareElements('complex128', x, y, context(1, 'modulus'), 'result');
  });

  it('never lets a tolerance hide NaN, an infinity or the sign of zero', () => {
    for (const [x, y] of [
      [NaN, 1],
      [0, -0],
    ]) {
      expect(() =>
        compareElements(
          'float64',
          Float64Array.of(x, 1e9),
          Float64Array.of(y, 1e9),
          context(1e9, 'largest'),
          'result',
        ),
      ).toThrow(Difference);
    }
  });

  it('compares integers exactly', () => {
    expect(() =>
      compareElements(
        'int64',
        BigInt64Array.of(2n ** 53n),
        BigInt64Array.of(2n ** 53n + 1n),
        context(4),
        'result',
      ),
    ).toThrow('9007199254740993');
  });
});

describe('properties', () => {
  const line = (...values: number[]) => array('float64', Float64Array.from(values), [values.length], [8]);

  it('accept any valid partition, NaN last', () => {
    PROPERTIES.partition(line(1, 0, 2, NaN, 3), [line(3, NaN, 2, 1, 0), 2], {});
    expect(() => PROPERTIES.partition(line(3, 0, 2, 1), [line(3, 2, 1, 0), 1], {})).toThrow('wrong side');
    expect(() => PROPERTIES.partition(line(0, 1, 2), [line(0, 1, 3), 1], {})).toThrow(
      'not those of the input',
    );
  });

  it('accept indices that partition', () => {
    const places = array('int64', BigInt64Array.of(3n, 2n, 0n, 1n), [4], [8]);
    PROPERTIES.argpartition(places, [line(3, 4, 1, 0), 1], {});
    expect(() => PROPERTIES.argpartition(places, [line(0, 1, 3, 4), 1], {})).toThrow(Difference);
  });
});

it('groups the methods of a function with it', () => {
  expect(
    ['add', 'add.reduce', 'nditer:values', '.sum', 'get', 'lib.stride_tricks.as_strided'].map(familyOf),
  ).toEqual(['add', 'add', 'nditer', 'ndarray.sum', 'ndarray.get', 'lib.stride_tricks.as_strided']);
});

it('is exact unless the table of tolerances says otherwise', () => {
  expect(ulpsFor(toleranceOf('add'), 'float64')).toBe(0);
  expect(ulpsFor(toleranceOf('.exp'), 'float64')).toBeGreaterThan(0);
  expect(ulpsFor(toleranceOf('exp.at'), 'float32')).toBeGreaterThan(0);
  expect(ulpsFor(toleranceOf('exp'), 'int64')).toBe(0);
});
