/** Text of a scalar that stands alone, as Python's `str` gives it: no options apply. */
import type { Complex } from '../complex.ts';
import type { DType } from '../dtype.ts';
import type { Scalar } from '../element.ts';
import { FLOAT16, FLOAT32, FLOAT64 } from './digits.ts';
import type { FloatFormat } from './digits.ts';
import { positional, scientific, SHORTEST } from './floats.ts';

/** The format of a dtype's real numbers, or of the parts of its complex ones. */
export function floatFormatOf({ kind, itemsize }: Pick<DType, 'kind' | 'itemsize'>): FloatFormat {
  switch (kind === 'c' ? itemsize / 2 : itemsize) {
    case 2:
      return FLOAT16;
    case 4:
      return FLOAT32;
    default:
      return FLOAT64;
  }
}

/**
 * The text of a NumPy scalar.
 *
 * @param value - the value
 * @param dtype - its dtype, which decides how many digits identify it
 * @returns what `str(scalar)` gives: `0.1`, `1e+16`, `True`, `(1+2j)`
 */
export function scalarText(value: Scalar, dtype: DType): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return complexText(value, floatFormatOf(dtype));
  if (dtype.kind === 'f') return floatText(value as number, floatFormatOf(dtype), false);
  return String(value);
}

/** The text of a complex number; a real part of positive zero is left out, as in Python. */
function complexText({ re, im }: Complex, format: FloatFormat = FLOAT64): string {
  const imaginary = floatText(im, format, true) + 'j';
  if (Object.is(re, 0)) return imaginary;
  const plus = imaginary.startsWith('-') ? '' : '+';
  return `(${floatText(re, format, true)}${plus}${imaginary})`;
}

/** Shortest digits, with an exponent below 1e-4 and from the first power of ten whose neighbours may be missing. */
function floatText(value: number, format: FloatFormat, isPart: boolean): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= format.exponentFrom)) {
    return scientific(value, format, { ...SHORTEST, trim: '-' });
  }
  return positional(value, format, { ...SHORTEST, trim: isPart ? '-' : '0' });
}
