/** Printing: the text of arrays and floating-point numbers, and the options that decide it. */
import { Complex } from '../array/complex.ts';
import { OverflowError, RuntimeError, ValueError } from '../array/errors.ts';
import { NDArray, scalarAt } from '../array/ndarray.ts';
import { FLOAT64 } from '../array/print/digits.ts';
import type { FloatFormat } from '../array/print/digits.ts';
import { positional, scientific } from '../array/print/floats.ts';
import type { NotationOptions, TrimMode } from '../array/print/floats.ts';
import { changeOptions, currentOptions, scopedOptions } from '../array/print/options.ts';
import type {
  FloatMode,
  Formatters,
  GivenPrintOptions,
  OptionsScope,
  PrintOptions,
  SignMode,
} from '../array/print/options.ts';
import { floatFormatOf } from '../array/print/scalars.ts';
import { arrayRepr, arrayStr, arrayText } from '../array/print/text.ts';
import { bind } from './args.ts';
import type { Args } from './args.ts';

export type { FloatMode, Formatters, GivenPrintOptions, OptionsScope, PrintOptions, SignMode, TrimMode };

const OPTIONS = [
  'precision',
  'threshold',
  'edgeitems',
  'linewidth',
  'suppress',
  'nanstr',
  'infstr',
  'formatter',
  'sign',
  'floatmode',
] as const;
const OPTION_KEYWORDS = ['legacy', 'override_repr'] as const;

type OptionArgs = Args<GivenPrintOptions, typeof OPTIONS>;

/**
 * Sets how arrays print from now on. Options that are left out stay as they are, except `formatter` and `override_repr`,
 * which go back to none. Scalars are not affected.
 *
 * @param args - NumPy's options, by position or name: `precision` (8), `threshold` (1000), `edgeitems` (3), `linewidth`
 *   (75), `suppress` (false), `nanstr` ('nan'), `infstr` ('inf'), `formatter` (none), `sign` ('-'), `floatmode` ('maxprec'),
 *   and by name only `legacy` (false, no older style is offered) and `override_repr` (none).
 * @throws TypeError, ValueError for an option that is unknown, of a wrong type or without meaning; none is changed then.
 * @example
 * np.set_printoptions({ precision: 3, suppress: true });
 * String(np.array([1 / 3, 1e-9])); // '[0.333 0.   ]'
 */
export function set_printoptions(...args: OptionArgs): void {
  changeOptions(bind<GivenPrintOptions>('set_printoptions', args, OPTIONS, OPTION_KEYWORDS));
}

/**
 * The print options in force.
 *
 * @returns a copy of them.
 * @example
 * np.get_printoptions().linewidth; // 75
 */
export function get_printoptions(): PrintOptions {
  return { ...currentOptions() };
}

/**
 * Print options for a while: during a function, or until the end of a block with `using`.
 *
 * @param args - the options as for {@link set_printoptions}, then the function, which is called with the options in force. The
 *   former options are back when it returns or throws (an async function runs with them only up to its first `await`).
 * @returns what the function returns; without a function, an object for `using` that ends the options' reign.
 * @throws TypeError, ValueError as {@link set_printoptions} does.
 * @example
 * np.printoptions({ precision: 2 }, () => String(np.array([1 / 3]))); // '[0.33]'
 */
export function printoptions<R>(...args: [...OptionArgs, (options: PrintOptions) => R]): R;
export function printoptions(...args: OptionArgs): OptionsScope;
export function printoptions(...args: unknown[]): unknown {
  const last = args.at(-1);
  const run = typeof last === 'function' ? (last as (options: PrintOptions) => unknown) : undefined;
  const given = run ? args.slice(0, -1) : args;
  const scope = scopedOptions(bind<GivenPrintOptions>('printoptions', given, OPTIONS, OPTION_KEYWORDS));
  if (!run) return scope;
  try {
    return run(scope.options);
  } finally {
    scope[Symbol.dispose]();
  }
}

/** What {@link array_str} and {@link array_repr} take. */
export interface ArrayTextOptions {
  max_line_width?: number | null;
  precision?: number | null;
  suppress_small?: boolean | null;
}

/** What {@link array2string} takes. */
export interface Array2StringOptions extends ArrayTextOptions {
  separator?: string | null;
  prefix?: string | null;
  formatter?: Formatters | null;
  threshold?: number | null;
  edgeitems?: number | null;
  sign?: SignMode | null;
  floatmode?: FloatMode | null;
  suffix?: string | null;
  legacy?: false | null;
}

const TEXT = ['max_line_width', 'precision', 'suppress_small'] as const;
const ARRAY2STRING = [...TEXT, 'separator', 'prefix'] as const;
const ARRAY2STRING_KEYWORDS = [
  'formatter',
  'threshold',
  'edgeitems',
  'sign',
  'floatmode',
  'suffix',
  'legacy',
] as const;

/**
 * The text of an array's elements in brackets.
 *
 * @param a - the array, of any shape and dtype.
 * @param args - `max_line_width`, `precision`, `suppress_small`, `separator` (' '), `prefix` (''), and by name `formatter`,
 *   `threshold`, `edgeitems`, `sign`, `floatmode`, `suffix` (''), `legacy`; those left out are the print options in force. Only the
 *   lengths of prefix and suffix matter: they make room for text that will stand around this one.
 * @returns the text, of several lines if it is longer than `max_line_width`.
 * @throws TypeError, ValueError for an option that is unknown, of a wrong type or without meaning; TypeError if a formatter does not
 *   return a string.
 * @example
 * np.array2string(np.array([1e-16, 1, 2, 3]), { precision: 2, separator: ',', suppress_small: true }); // '[0.,1.,2.,3.]'
 */
export function array2string(a: NDArray, ...args: Args<Array2StringOptions, typeof ARRAY2STRING>): string {
  const { separator, prefix, suffix, ...rest } = bind<Array2StringOptions>(
    'array2string',
    args,
    ARRAY2STRING,
    ARRAY2STRING_KEYWORDS,
  );
  checkArray('array2string', a);
  return arrayText(a, optionsOf(rest), {
    separator: textOr(' ', 'separator', separator),
    prefix: textOr('', 'prefix', prefix),
    suffix: textOr('', 'suffix', suffix),
  });
}

/**
 * The text that Python's `str` gives for an array, which `String(a)` gives too.
 *
 * @param a - the array, of any shape and dtype. One without dimensions reads like a scalar.
 * @param args - `max_line_width`, `precision`, `suppress_small`; those left out are the print options in force.
 * @returns the text.
 * @throws TypeError, ValueError for an option that is unknown, of a wrong type or without meaning.
 * @example
 * np.array_str(np.arange(3)); // '[0 1 2]'
 */
export function array_str(a: NDArray, ...args: Args<ArrayTextOptions, typeof TEXT>): string {
  const given = bind<ArrayTextOptions>('array_str', args, TEXT);
  checkArray('array_str', a);
  return arrayStr(a, optionsOf(given));
}

/**
 * The text that Python's `repr` gives for an array, which `console.log(a)` shows.
 *
 * @param a - the array, of any shape and dtype.
 * @param args - `max_line_width`, `precision`, `suppress_small`; those left out are the print options in force.
 * @returns the text: elements, and the shape and dtype where the elements do not tell them.
 * @throws TypeError, ValueError for an option that is unknown, of a wrong type or without meaning.
 * @example
 * np.array_repr(np.array([], { dtype: 'int32' })); // 'array([], dtype=int32)'
 */
export function array_repr(a: NDArray, ...args: Args<ArrayTextOptions, typeof TEXT>): string {
  const given = bind<ArrayTextOptions>('array_repr', args, TEXT);
  checkArray('array_repr', a);
  return arrayRepr(a, optionsOf(given));
}

function optionsOf({ max_line_width, suppress_small, ...rest }: Array2StringOptions): GivenPrintOptions {
  return { linewidth: max_line_width, suppress: suppress_small, ...rest };
}

function checkArray(fn: string, a: unknown): void {
  if (!(a instanceof NDArray)) throw new TypeError(`${fn}() needs an ndarray`);
}

function textOr(instead: string, name: string, value: string | null | undefined): string {
  if (value == null) return instead;
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value;
}

/** A real number: a JavaScript one is a float64, an array without dimensions has the precision of its dtype. */
export type RealScalar = number | bigint | boolean | NDArray;

/** What both notations take. */
interface FormatFloatOptions {
  precision?: number | null;
  unique?: boolean;
  trim?: TrimMode;
  sign?: boolean;
  pad_left?: number | null;
  min_digits?: number | null;
}

/** What {@link format_float_positional} takes. */
export interface PositionalFormatOptions extends FormatFloatOptions {
  fractional?: boolean;
  pad_right?: number | null;
}

/** What {@link format_float_scientific} takes. */
export interface ScientificFormatOptions extends FormatFloatOptions {
  exp_digits?: number | null;
}

const POSITIONAL = [
  'precision',
  'unique',
  'fractional',
  'trim',
  'sign',
  'pad_left',
  'pad_right',
  'min_digits',
] as const;
const SCIENTIFIC = ['precision', 'unique', 'trim', 'sign', 'pad_left', 'exp_digits', 'min_digits'] as const;

/**
 * A number as a decimal in positional notation.
 *
 * @param x - the number. A JavaScript number is a float64; an array without dimensions is printed in its own precision, as NumPy
 *   prints a scalar of that dtype.
 * @param args - `precision` (none: as many digits as needed), `unique` (true: the shortest digits that identify the number; false: its
 *   exact digits, up to `precision`), `fractional` (true: `precision` and `min_digits` count digits after the point; false:
 *   significant digits), `trim` ('k' keep, '.' trim zeros, '0' all but one, '-' the point too), `sign` (false), `pad_left` and
 *   `pad_right` (characters wanted left and right of the point), `min_digits`.
 * @returns the text.
 * @throws TypeError, ValueError for an option of a wrong type or without meaning; RuntimeError for a text above 16 kB.
 * @example
 * np.format_float_positional(Math.PI, { precision: 3 }); // '3.142'
 * np.format_float_positional(np.array(Math.PI, { dtype: 'float16' })); // '3.14'
 */
export function format_float_positional(
  x: RealScalar,
  ...args: Args<PositionalFormatOptions, typeof POSITIONAL>
): string {
  const given = bind<PositionalFormatOptions>('format_float_positional', args, POSITIONAL);
  const fractional = given.fractional ?? true;
  const options = { ...notationOf(given), fractional, padRight: countOf('pad_right', given.pad_right) };
  if (!fractional && options.precision === 0) {
    throw new ValueError('precision must be greater than 0 if fractional=False');
  }
  const { value, format } = realOf(x);
  return limited(positional(value, format, options));
}

/**
 * A number as a decimal in scientific notation.
 *
 * @param x - the number. A JavaScript number is a float64; an array without dimensions is printed in its own precision, as NumPy
 *   prints a scalar of that dtype.
 * @param args - `precision` (digits after the point; none: as many as needed), `unique` (true: the shortest digits that identify the
 *   number; false: its exact digits, up to `precision`), `trim` ('k' keep, '.' trim zeros, '0' all but one, '-' the point too),
 *   `sign` (false), `pad_left` (characters wanted left of the point), `exp_digits` (2 at least), `min_digits`.
 * @returns the text.
 * @throws TypeError, ValueError for an option of a wrong type or without meaning; RuntimeError for a text above 16 kB.
 * @example
 * np.format_float_scientific(1.23e24, { exp_digits: 4 }); // '1.23e+0024'
 */
export function format_float_scientific(
  x: RealScalar,
  ...args: Args<ScientificFormatOptions, typeof SCIENTIFIC>
): string {
  const given = bind<ScientificFormatOptions>('format_float_scientific', args, SCIENTIFIC);
  const options = { ...notationOf(given), expDigits: countOf('exp_digits', given.exp_digits) };
  const { value, format } = realOf(x);
  return limited(scientific(value, format, options));
}

/** The size of NumPy's buffer for the text of one number. */
const LONGEST = 16384;

function notationOf(given: FormatFloatOptions): NotationOptions {
  const { unique = true, trim = 'k', sign = false } = given;
  const precision = countOf('precision', given.precision);
  const minDigits = countOf('min_digits', given.min_digits);
  const padLeft = countOf('pad_left', given.pad_left);
  if (minDigits > 0 && precision > 0 && minDigits > precision) {
    throw new ValueError('min_digits must be less than or equal to precision');
  }
  if (!['k', '.', '0', '-'].includes(trim)) {
    throw new TypeError(`if supplied, trim must be 'k', '.', '0' or '-' found \`${String(trim)}\``);
  }
  if (typeof sign !== 'boolean') throw new TypeError(`sign must be a boolean, not ${typeof sign}`);
  if (!unique && precision < 0) throw new TypeError('in non-unique mode `precision` must be supplied');
  return { unique, precision, minDigits, trim, sign, padLeft };
}

/** A count of characters or digits, -1 if it is not given. */
function countOf(name: string, value: number | null | undefined): number {
  if (value == null) return -1;
  if (!Number.isInteger(value)) throw new TypeError(`${name} must be an integer`);
  if (value < 0) throw new ValueError(`${name} must be >= 0`);
  return Math.min(value, LONGEST);
}

function limited(text: string): string {
  if (text.length >= LONGEST) throw new RuntimeError('Float formatting result too large');
  return text;
}

function realOf(x: RealScalar): { value: number; format: FloatFormat } {
  if (!(x instanceof NDArray)) return { value: toNumber(x), format: FLOAT64 };
  if (x.ndim > 0) throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  const value = toNumber(scalarAt(x, x.offset));
  return { value, format: x.dtype.kind === 'f' ? floatFormatOf(x.dtype) : FLOAT64 };
}

function toNumber(x: number | bigint | boolean | Complex): number {
  if (typeof x !== 'number' && typeof x !== 'bigint' && typeof x !== 'boolean') {
    throw new TypeError(`must be real number, not ${x instanceof Complex ? 'complex' : typeof x}`);
  }
  const value = Number(x);
  if (typeof x === 'bigint' && !Number.isFinite(value)) {
    throw new OverflowError('int too large to convert to float');
  }
  return value;
}
