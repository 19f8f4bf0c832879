/**
 * Decimal digits of binary floating-point numbers: the shortest that identify a number among those of its own
 * format, or the exact ones up to a cutoff.
 *
 * The stopping rule (a digit ends the text when what is left lies within half a gap of the neighbours) is that of
 * R. G. Burger and R. K. Dybvig, "Printing Floating-Point Numbers Quickly and Accurately" (1996), with the cutoffs and
 * the round-half-even of NumPy's Dragon4. Here the digit position to stop at is found first, and all digits then come
 * from one integer division instead of one division each.
 */

/** What decides where a format's neighbouring numbers lie. */
export interface FloatFormat {
  /** Bits of the significand, the hidden one included. */
  readonly precision: number;
  /** Binary exponent of the smallest subnormal number. */
  readonly minExponent: number;
  /** Decimal digits that every number of that many digits keeps (NumPy's `finfo.precision`). */
  readonly decimals: number;
  /** The number of this format that is nearest to 0.0001. */
  readonly tenThousandth: number;
  /** From this power of ten on, NumPy writes a scalar of this format with an exponent. */
  readonly exponentFrom: number;
}

export const FLOAT16: FloatFormat = {
  precision: 11,
  minExponent: -24,
  decimals: 3,
  tenThousandth: 1678 * 2 ** -24,
  exponentFrom: 1e3,
};
export const FLOAT32: FloatFormat = {
  precision: 24,
  minExponent: -149,
  decimals: 6,
  tenThousandth: 13743895 * 2 ** -37,
  exponentFrom: 1e6,
};
export const FLOAT64: FloatFormat = {
  precision: 53,
  minExponent: -1074,
  decimals: 15,
  tenThousandth: 1e-4,
  exponentFrom: 1e16,
};

/** Which digits are wanted. A negative number of digits means no limit. */
export interface DigitRequest {
  /** True for the shortest digits that identify the number, false for exact digits up to `precision`. */
  readonly unique: boolean;
  /** True if `precision` and `minDigits` count digits after the decimal point, false if all significant ones. */
  readonly fractional: boolean;
  readonly precision: number;
  readonly minDigits: number;
}

/** `digits` read as d.ddd times ten to the `exponent`. */
export interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/**
 * The decimal digits of a finite number that is not negative.
 *
 * @param value - the number; it must be exactly representable in `format`
 * @param format - the floating-point format whose neighbours decide what is unique
 * @param request - which digits are wanted; `precision` must not be negative unless `unique`
 * @returns the digits, at least one, without trailing zeros beyond those that the cutoffs ask for
 */
export function decimalDigits(value: number, format: FloatFormat, request: DigitRequest): Decimal {
  if (value === 0) return { digits: '0', exponent: 0 };
  const shortest = shortestDouble(value);
  if (request.unique && format === FLOAT64 && isWithin(shortest, request)) return shortest;

  const number = decompose(value, format);
  const top = leadingPosition(number, shortest);
  const { unique, fractional, precision, minDigits } = request;
  let position = precision < 0 ? -Infinity : fractional ? -precision : top + 1 - precision;
  if (!unique) {
    // Every digit right of the binary exponent is zero, however many are asked for.
    position = Math.max(position, Math.min(number.exponent, 0));
  } else {
    const needed = minDigits < 0 ? top + 1 : fractional ? -minDigits : top + 1 - minDigits;
    const stop = format === FLOAT64 ? lastPosition(shortest) : shortestPosition(number, top);
    position = Math.max(position, Math.min(needed, stop));
  }
  return roundAt(number, position, unique);
}

/** JavaScript's own digits of a double, which are the shortest, and of these the nearest. */
function shortestDouble(value: number): Decimal {
  const text = value.toExponential();
  const mark = text.indexOf('e');
  return { digits: text[0] + text.slice(2, mark), exponent: Number(text.slice(mark + 1)) };
}

/** Whether no cutoff asks for fewer or for more digits than these. */
function isWithin(decimal: Decimal, { fractional, precision, minDigits }: DigitRequest): boolean {
  const count = fractional ? -lastPosition(decimal) : decimal.digits.length;
  return (precision < 0 || count <= precision) && (minDigits < 0 || count >= minDigits);
}

function lastPosition({ digits, exponent }: Decimal): number {
  return exponent - digits.length + 1;
}

/** significand * 2**exponent, and whether the gap below is half of the gap above (at powers of two). */
interface Binary {
  readonly significand: bigint;
  readonly exponent: number;
  readonly narrowBelow: boolean;
}

const bits = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

function decompose(value: number, { precision, minExponent }: FloatFormat): Binary {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const field = Number(raw >> 52n);
  const fraction = raw & 0xfffffffffffffn;
  const doubleExponent = Math.max(field, 1) - 1075;
  const exponent = Math.max(doubleExponent + 53 - precision, minExponent);
  const significand = (field > 0 ? fraction | (1n << 52n) : fraction) >> BigInt(exponent - doubleExponent);
  const narrowBelow = significand === 1n << BigInt(precision - 1) && exponent > minExponent;
  return { significand, exponent, narrowBelow };
}

/** The number in units of ten to the `position`, as a fraction; `unit` is the numerator of one unit in the last place. */
function scale({ significand, exponent }: Binary, position: number) {
  const unit = (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (position < 0 ? 10n ** BigInt(-position) : 1n);
  const denominator = (position > 0 ? 10n ** BigInt(position) : 1n) << BigInt(Math.max(-exponent, 0));
  return { numerator: significand * unit, denominator, unit };
}

/** floor(log10(number)). The shortest digits name it, unless they were rounded up to a power of ten. */
function leadingPosition(number: Binary, shortest: Decimal): number {
  if (shortest.digits !== '1') return shortest.exponent;
  const { numerator, denominator } = scale(number, shortest.exponent);
  return numerator < denominator ? shortest.exponent - 1 : shortest.exponent;
}

/** The number cut at a digit position, and whether cutting down or up there stays within the number's own interval. */
function cutAt(number: Binary, position: number) {
  const { numerator, denominator, unit } = scale(number, position);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  // Four times everything, so that a quarter of the gap is an integer too.
  const below = 4n * rest - (number.narrowBelow ? unit : 2n * unit);
  const above = 4n * (denominator - rest) - 2n * unit;
  const even = number.significand % 2n === 0n;
  const down = even ? below <= 0n : below < 0n;
  const up = even ? above <= 0n : above < 0n;
  return { quotient, rest, denominator, down, up };
}

const LOG10_2 = 0.3010299956639812;

/** The leftmost position whose digits identify the number; all positions right of it do so too. */
function shortestPosition(number: Binary, top: number): number {
  // A unit of this position is at most as wide as the number's own interval, so one of its multiples lies inside.
  let position = Math.floor(number.exponent * LOG10_2) - (number.narrowBelow ? 1 : 0);
  while (position < top && identifies(number, position + 1)) position++;
  return position;
}

function identifies(number: Binary, position: number): boolean {
  const { down, up } = cutAt(number, position);
  return down || up;
}

function roundAt(number: Binary, position: number, unique: boolean): Decimal {
  const { quotient, rest, denominator, down, up } = cutAt(number, position);
  const roundUp = unique && down !== up ? up : isAboveHalf(quotient, rest, denominator);
  let digits = String(roundUp ? quotient + 1n : quotient);
  const exponent = position + digits.length - 1;
  if (roundUp || (!unique && rest === 0n)) digits = digits.replace(/(?!^)0+$/, '');
  return { digits, exponent };
}

/** Whether rest/denominator rounds up: above one half, or one half after an odd digit. */
function isAboveHalf(quotient: bigint, rest: bigint, denominator: bigint): boolean {
  const twice = 2n * rest;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n);
}
