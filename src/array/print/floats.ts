/** Text of one floating-point number: positional or scientific notation, trimmed and padded as NumPy does. */
import { decimalDigits } from './digits.ts';
import type { Decimal, FloatFormat } from './digits.ts';

/** What happens to trailing zeros: keep, trim up to the point, leave one zero, trim the point too. */
export type TrimMode = 'k' | '.' | '0' | '-';

/** What both notations take. Negative counts mean "not given". */
export interface NotationOptions {
  readonly unique: boolean;
  readonly precision: number;
  readonly minDigits: number;
  readonly trim: TrimMode;
  /** Whether positive numbers get a plus sign. */
  readonly sign: boolean;
  /** Characters wanted left of the decimal point, sign included. */
  readonly padLeft: number;
}

export interface PositionalOptions extends NotationOptions {
  /** Whether `precision` and `minDigits` count the digits after the point only. */
  readonly fractional: boolean;
  /** Characters wanted right of the decimal point. */
  readonly padRight: number;
}

export interface ScientificOptions extends NotationOptions {
  /** Digits wanted in the exponent; at most 5 count. */
  readonly expDigits: number;
}

/** Shortest digits, nothing cut, nothing padded. */
export const SHORTEST: PositionalOptions & ScientificOptions = {
  unique: true,
  fractional: true,
  precision: -1,
  minDigits: -1,
  trim: 'k',
  sign: false,
  padLeft: -1,
  padRight: -1,
  expDigits: -1,
};

/**
 * A number in positional notation: `12.5`.
 *
 * @param value - the number, exactly representable in `format`
 * @param format - the floating-point format it comes from
 * @param options - digits, trimming and padding; infinities and NaN take only the sign from them
 * @returns the text
 */
export function positional(value: number, format: FloatFormat, options: PositionalOptions): string {
  if (!Number.isFinite(value)) return nonFinite(value, options.sign);
  const { unique, fractional, precision, minDigits, trim } = options;
  const sign = signOf(value, options.sign);
  const decimal = decimalDigits(Math.abs(value), format, options);
  const [whole, fraction] = splitAtPoint(decimal);
  const padding = unique ? minDigits : precision;
  const wanted = fractional ? padding : padding - whole.length;
  const tail = trimFraction(fraction, trim, wanted);
  const point = tail === '' && trim === '-' ? (options.padRight >= 0 ? ' ' : '') : '.';
  return (sign + whole).padStart(options.padLeft) + point + tail.padEnd(options.padRight);
}

/**
 * A number in scientific notation: `1.25e+01`.
 *
 * @param value - the number, exactly representable in `format`
 * @param format - the floating-point format it comes from
 * @param options - digits, trimming and padding; infinities and NaN take only the sign from them
 * @returns the text
 */
export function scientific(value: number, format: FloatFormat, options: ScientificOptions): string {
  if (!Number.isFinite(value)) return nonFinite(value, options.sign);
  const { unique, precision, minDigits, trim } = options;
  const sign = signOf(value, options.sign);
  const { digits, exponent } = decimalDigits(Math.abs(value), format, {
    unique,
    fractional: false,
    precision: precision < 0 ? -1 : precision + 1,
    minDigits: minDigits < 0 ? -1 : minDigits + 1,
  });
  const fraction = digits.slice(1);
  const tail = trimFraction(fraction, trim, unique ? minDigits : precision);
  // NumPy keeps the point here when it was only rounding that left nothing behind it.
  const point = fraction === '' && trim === '-' ? '' : '.';
  return (
    (sign + digits[0]).padStart(options.padLeft) + point + tail + exponentText(exponent, options.expDigits)
  );
}

function nonFinite(value: number, plus: boolean): string {
  return value !== value ? 'nan' : signOf(value, plus) + 'inf';
}

function signOf(value: number, plus: boolean): string {
  return value < 0 || Object.is(value, -0) ? '-' : plus ? '+' : '';
}

function splitAtPoint({ digits, exponent }: Decimal): [whole: string, fraction: string] {
  if (exponent < 0) return ['0', '0'.repeat(-exponent - 1) + digits];
  return [digits.slice(0, exponent + 1).padEnd(exponent + 1, '0'), digits.slice(exponent + 1)];
}

function trimFraction(fraction: string, trim: TrimMode, wanted: number): string {
  if (trim === 'k') return fraction.padEnd(wanted, '0');
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '' && trim === '0' ? '0' : trimmed;
}

function exponentText(exponent: number, expDigits: number): string {
  const digits = exponent === 0 ? '' : String(Math.abs(exponent));
  return (exponent < 0 ? 'e-' : 'e+') + digits.padStart(expDigits < 0 ? 2 : Math.min(expDigits, 5), '0');
}
