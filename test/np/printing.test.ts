import { afterEach, expect, test } from 'vitest';
import { Complex } from '../../src/array/complex.ts';
import { complex128, float16, float32, float64 } from '../../src/array/dtype.ts';
import type { DType } from '../../src/array/dtype.ts';
import { writeElement } from '../../src/array/element.ts';
import { OverflowError, RuntimeError, ValueError } from '../../src/array/errors.ts';
import { emptyArray } from '../../src/array/ndarray.ts';
import type { NDArray } from '../../src/array/ndarray.ts';
import {
  array2string,
  array_repr,
  array_str,
  format_float_positional,
  format_float_scientific,
  get_printoptions,
  printoptions,
  set_printoptions,
} from '../../src/np/printing.ts';

const DEFAULTS = get_printoptions();

afterEach(() => set_printoptions(DEFAULTS));

function floats(...values: number[]): NDArray {
  const a = emptyArray([values.length], float64);
  a.data.set(values);
  return a;
}

function scalar(value: number, dtype: DType): NDArray {
  const a = emptyArray([], dtype);
  writeElement(a.storage.views, dtype.element, a.offset, value);
  return a;
}

test('the options are those of NumPy', () => {
  expect(get_printoptions()).toEqual({
    edgeitems: 3,
    threshold: 1000,
    floatmode: 'maxprec',
    precision: 8,
    suppress: false,
    linewidth: 75,
    nanstr: 'nan',
    infstr: 'inf',
    sign: '-',
    formatter: null,
    legacy: false,
    override_repr: null,
  });
});

test('set_printoptions takes positions and names, and resets formatter and override_repr', () => {
  set_printoptions(3, 10, { nanstr: 'NaN', formatter: { bool: () => 'b' }, override_repr: () => 'mine' });
  expect(get_printoptions()).toMatchObject({ precision: 3, threshold: 10, nanstr: 'NaN' });
  expect(array_repr(floats(1))).toBe('mine');
  set_printoptions({ precision: null, suppress: true });
  expect(get_printoptions()).toMatchObject({ precision: 3, formatter: null, override_repr: null });
  expect(array_str(floats(1 / 3, 1e-9))).toBe('[0.333 0.   ]');
});

test('the options that get_printoptions gives are a copy', () => {
  (get_printoptions() as { precision: number }).precision = 1;
  expect(get_printoptions().precision).toBe(8);
});

test('printoptions holds during a function, and ends if it throws', () => {
  const third = floats(1 / 3);
  expect(printoptions({ precision: 2 }, () => array_str(third))).toBe('[0.33]');
  expect(printoptions(2, 5, (options) => options.threshold)).toBe(5);
  expect(() =>
    printoptions({ precision: 1 }, () => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(array_str(third)).toBe('[0.33333333]');
});

test('printoptions holds until its object is disposed', () => {
  {
    using outer = printoptions({ precision: 2 });
    expect(outer.options.precision).toBe(2);
    {
      using _inner = printoptions({ precision: 4 });
      expect(get_printoptions().precision).toBe(4);
    }
    expect(get_printoptions().precision).toBe(2);
  }
  expect(get_printoptions().precision).toBe(8);
});

test('wrong options throw and change nothing', () => {
  const wrong: [object, new (message: string) => Error, RegExp][] = [
    [{ precision: 1.5 }, TypeError, /precision must be an integer/],
    [{ precision: 'a' }, TypeError, /precision must be an integer/],
    [{ precision: -1 }, ValueError, /precision must be >= 0/],
    [{ threshold: 'a' }, TypeError, /threshold must be numeric/],
    [{ threshold: NaN }, ValueError, /threshold must be non-NAN/],
    [{ edgeitems: 'a' }, TypeError, /edgeitems/],
    [{ linewidth: 'a' }, TypeError, /linewidth/],
    [{ nanstr: 3 }, TypeError, /nanstr/],
    [{ sign: 'x' }, ValueError, /sign option must be one of/],
    [{ floatmode: 'x' }, ValueError, /floatmode option must be one of "fixed", "unique"/],
    [{ formatter: 3 }, TypeError, /formatter/],
    [{ formatter: { float: 3 } }, TypeError, /formatter\.float/],
    [{ formatter: { flaot: () => '' } }, TypeError, /flaot.*keys are bool, int, float/],
    [{ legacy: '1.13' }, ValueError, /legacy/],
    [{ digits: 3 }, TypeError, /digits.*precision/],
  ];
  for (const [options, kind, message] of wrong) {
    const call = (): void => set_printoptions({ suppress: true, ...options });
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  }
  expect(get_printoptions()).toEqual(DEFAULTS);
});

test('array2string takes positions, names and surroundings', () => {
  const a = floats(1e-16, 1, 2, 3);
  expect(array2string(a, { precision: 2, separator: ',', suppress_small: true })).toBe('[0.,1.,2.,3.]');
  expect(array2string(a, null, 2, true, ';')).toBe('[0.;1.;2.;3.]');
  expect(array2string(floats(1, 2), 10, { prefix: 'xx', suffix: 'yyyy' })).toBe('[1.\n   2.]');
  expect(array_repr(a, 20, 2, true)).toBe('array([0., 1., 2.,\n       3.])');
  expect(array_str(a, { precision: 1 })).toBe('[1.e-16 1.e+00 2.e+00 3.e+00]');
});

test('array functions refuse unknown keywords and what is not an array', () => {
  expect(() => array2string(floats(1), { seperator: ',' } as object)).toThrow(/seperator.*separator/);
  expect(() => array_str(floats(1), { nanstr: 'x' } as object)).toThrow(TypeError);
  expect(() => array2string(floats(1), { separator: 3 } as object)).toThrow(/separator must be a string/);
  expect(() => array_repr([1] as unknown as NDArray)).toThrow(TypeError);
});

test('format_float prints in the precision of an array without dimensions', () => {
  expect(format_float_positional(scalar(Math.PI, float16))).toBe('3.14');
  expect(format_float_positional(scalar(Math.fround(Math.PI), float32))).toBe('3.1415927');
  expect(format_float_positional(Math.PI)).toBe('3.141592653589793');
  expect(format_float_positional(scalar(0.300048828125, float16), { unique: false, precision: 10 })).toBe(
    '0.3000488281',
  );
  expect(
    format_float_scientific(scalar(Math.fround(1.23e24), float32), { unique: false, precision: 15 }),
  ).toBe('1.230000071797338e+24');
});

test('format_float takes positions, integers, booleans and special values', () => {
  expect(format_float_positional(1.25, 1, true, true, '-', true, 4, 3)).toBe('  +1.2  ');
  expect(format_float_scientific(12345, 2, true, 'k', true, 3, 4)).toBe(' +1.23e+0004');
  expect(format_float_positional(3)).toBe('3.');
  expect(format_float_positional(10n ** 22n, { trim: '0' })).toBe('10000000000000000000000.0');
  expect(format_float_positional(true)).toBe('1.');
  expect(format_float_positional(-0, { trim: '-' })).toBe('-0');
  expect(format_float_positional(NaN, { sign: true, pad_left: 9 })).toBe('nan');
  expect(format_float_scientific(Infinity, { sign: true, pad_left: 9 })).toBe('+inf');
  expect(format_float_scientific(1, { exp_digits: 0 })).toBe('1.e+');
});

test('format_float refuses what has no meaning', () => {
  const wrong: [() => string, new (message: string) => Error, RegExp][] = [
    [() => format_float_positional(1, { unique: false }), TypeError, /precision/],
    [() => format_float_positional(1, { trim: 'x' as '-' }), TypeError, /trim/],
    [() => format_float_positional(1, -1), ValueError, /precision must be >= 0/],
    [() => format_float_positional(1, 1.5), TypeError, /precision must be an integer/],
    [() => format_float_positional(1, { pad_left: -1 }), ValueError, /pad_left/],
    [() => format_float_positional(1, 0, { fractional: false }), ValueError, /greater than 0/],
    [() => format_float_scientific(1, 3, { min_digits: 5 }), ValueError, /min_digits/],
    [() => format_float_scientific(1, { sign: '+' as unknown as boolean }), TypeError, /sign/],
    [() => format_float_scientific('1' as unknown as number), TypeError, /real number/],
    [() => format_float_positional(new Complex(1, 2) as unknown as number), TypeError, /complex/],
    [() => format_float_positional(emptyArray([], complex128)), TypeError, /complex/],
    [() => format_float_positional(floats(1)), TypeError, /0-dimensional/],
    [() => format_float_positional(10n ** 400n), OverflowError, /too large/],
    [() => format_float_positional(1, { precision: 1e9, unique: false }), RuntimeError, /too large/],
  ];
  for (const [call, kind, message] of wrong) {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  }
});
