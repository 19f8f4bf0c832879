/**
 * Formatters of single elements. A formatter is made from all the elements that will be shown, because their widths,
 * digits and notation are chosen together, so that columns line up.
 */
import type { Complex } from '../complex.ts';
import type { DType } from '../dtype.ts';
import type { Scalar } from '../element.ts';
import type { NDArray } from '../ndarray.ts';
import type { FloatFormat } from './digits.ts';
import { positional, scientific, SHORTEST } from './floats.ts';
import type { ElementFormatter, FloatMode, PrintOptions, SignMode } from './options.ts';
import { floatFormatOf } from './scalars.ts';

export type Format<T> = (value: T) => string;

/**
 * The formatter for the elements of an array.
 *
 * @param a - the array
 * @param values - the elements that will be shown
 * @param options - the print options; a `formatter` for the array's kind is used as it is
 * @returns the function that makes the text of an element
 */
export function elementFormat(a: NDArray, values: readonly Scalar[], options: PrintOptions): Format<Scalar> {
  const custom = customFormat(a.dtype, options);
  if (custom) return checkedFormat(custom);
  switch (a.dtype.kind) {
    case 'b':
      return boolFormat(a.ndim > 0) as Format<Scalar>;
    case 'i':
    case 'u':
      return integerFormat(values as readonly (number | bigint)[], options.sign) as Format<Scalar>;
    case 'f':
      return floatFormat(values as readonly number[], floatFormatOf(a.dtype), options) as Format<Scalar>;
    case 'c':
      return complexFormat(values as readonly Complex[], floatFormatOf(a.dtype), options) as Format<Scalar>;
  }
}

/** The keys of `formatter` that a kind of element looks under, the most specific first. */
const FORMATTERS_OF_KIND: Readonly<Record<DType['kind'], readonly string[]>> = {
  b: ['bool', 'all'],
  i: ['int', 'int_kind', 'all'],
  u: ['int', 'int_kind', 'all'],
  f: ['float', 'float_kind', 'all'],
  c: ['complexfloat', 'complex_kind', 'all'],
};

function customFormat({ kind }: DType, { formatter }: PrintOptions): ElementFormatter | undefined {
  for (const key of FORMATTERS_OF_KIND[kind]) {
    const found = formatter?.[key];
    if (found) return found;
  }
  return undefined;
}

function checkedFormat(custom: ElementFormatter): Format<Scalar> {
  return (value) => {
    const text = (custom as Format<Scalar>)(value);
    if (typeof text !== 'string') throw new TypeError(`formatter must return a string, got ${typeof text}`);
    return text;
  };
}

function boolFormat(inColumns: boolean): Format<boolean> {
  return (value) => (value ? (inColumns ? ' True' : 'True') : 'False');
}

function integerFormat(values: readonly (number | bigint)[], sign: SignMode): Format<number | bigint> {
  let max = values[0];
  let min = max;
  for (const value of values) {
    if (value > max) max = value;
    if (value < min) min = value;
  }
  const mark = sign === '-' || (sign === ' ' && min < 0) ? '' : sign;
  const signed = (value: number | bigint) => (value < 0 ? String(value) : mark + String(value));
  const width = Math.max(signed(max).length, String(min).length);
  return (value) => signed(value).padStart(width);
}

/** Real and imaginary parts are columns of their own, the second one always signed. */
function complexFormat(
  values: readonly Complex[],
  format: FloatFormat,
  options: PrintOptions,
): Format<Complex> {
  const real = floatFormat(
    values.map((value) => value.re),
    format,
    options,
  );
  const imaginary = floatFormat(
    values.map((value) => value.im),
    format,
    { ...options, sign: '+' },
  );
  return (value) => real(value.re) + imaginary(value.im).replace(/\s*$/, (padding) => 'j' + padding);
}

function floatFormat(values: readonly number[], format: FloatFormat, options: PrintOptions): Format<number> {
  const finite = values.filter(Number.isFinite);
  const layout = needsExponents(finite, format, options.suppress)
    ? scientificLayout(finite, format, options)
    : positionalLayout(finite, format, options);
  const { nanstr, infstr, sign } = options;
  let { padLeft } = layout;
  if (sign === ' ' && !finite.some(isSigned)) padLeft++;
  const beside = layout.padRight + 1;
  if (finite.length < values.length) {
    const signedInfinity = sign !== '-' || values.includes(-Infinity);
    padLeft = Math.max(padLeft, nanstr.length - beside, infstr.length + Number(signedInfinity) - beside);
  }
  const plus = sign === '+' ? '+' : '';
  return (value) => {
    if (Number.isFinite(value)) return layout.format(value, padLeft);
    const text = Number.isNaN(value) ? plus + nanstr : (value < 0 ? '-' : plus) + infstr;
    return text.padStart(padLeft + beside);
  };
}

/** How the finite numbers of a column are written, and the room that they take left and right of the point. */
interface ColumnLayout {
  readonly padLeft: number;
  readonly padRight: number;
  format(value: number, padLeft: number): string;
}

/** Whether a column is written with exponents: for large values, small ones, or a wide range. */
function needsExponents(finite: readonly number[], format: FloatFormat, suppress: boolean): boolean {
  let max = 0;
  let min = Infinity;
  for (const value of finite) {
    const magnitude = Math.abs(value);
    if (magnitude > max) max = magnitude;
    if (magnitude !== 0 && magnitude < min) min = magnitude;
  }
  if (max === 0) return false;
  if (max >= 10 ** Math.min(8, format.decimals)) return true;
  // NumPy divides in the array's own format: a quotient that rounds to 1000 there is not above it.
  return !suppress && (min < format.tenThousandth || max / min > 1000 + 2 ** (9 - format.precision));
}

function scientificLayout(
  finite: readonly number[],
  format: FloatFormat,
  { precision, floatmode, sign }: PrintOptions,
): ColumnLayout {
  const unique = floatmode !== 'fixed';
  const digits = precisionOf(precision, floatmode);
  const common = { ...SHORTEST, unique, sign: sign === '+' };
  const texts = finite.map((value) =>
    scientific(value, format, { ...common, precision: digits, trim: unique ? '.' : 'k' }).split(/[.e]/),
  );
  const padLeft = widest(texts, 0);
  const fractionDigits = widest(texts, 1);
  const expDigits = widest(texts, 2) - 1;
  const shown = { ...common, precision: fractionDigits, minDigits: fractionDigits, expDigits };
  return {
    padLeft,
    padRight: expDigits + 2 + fractionDigits,
    format: (value, padLeft) => scientific(value, format, { ...shown, padLeft }),
  };
}

function positionalLayout(
  finite: readonly number[],
  format: FloatFormat,
  { precision, floatmode, sign }: PrintOptions,
): ColumnLayout {
  const unique = floatmode !== 'fixed';
  const digits = precisionOf(precision, floatmode);
  const common = { ...SHORTEST, unique, sign: sign === '+' };
  const texts = finite.map((value) =>
    positional(value, format, { ...common, precision: digits, trim: unique ? '.' : 'k' }).split('.'),
  );
  const padLeft = widest(texts, 0);
  const padRight = widest(texts, 1);
  const equal = floatmode === 'fixed' || floatmode === 'maxprec_equal';
  const shown = equal
    ? { ...common, precision: padRight, minDigits: padRight, padRight }
    : { ...common, precision: digits, minDigits: 0, trim: '.' as const, padRight };
  return { padLeft, padRight, format: (value, padLeft) => positional(value, format, { ...shown, padLeft }) };
}

function precisionOf(precision: number, floatmode: FloatMode): number {
  return floatmode === 'unique' ? -1 : precision;
}

function widest(texts: readonly string[][], part: number): number {
  return texts.reduce((width, text) => Math.max(width, text[part].length), 0);
}

function isSigned(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}
