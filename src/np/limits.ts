/** The limits of dtypes: `finfo` and `iinfo`. */
import type { DTypeLike } from '../array/dtype.ts';
import { dtype, floatPart } from '../array/dtype.ts';
import type { DType } from '../array/dtype.ts';
import { safe } from '../array/element.ts';
import { ValueError } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import { scalarText } from '../array/print/scalars.ts';

/** Bits of the fraction and of the exponent of an IEEE format. */
const FORMATS: Readonly<Record<string, { nmant: number; nexp: number; precision: number }>> = {
  float16: { nmant: 10, nexp: 5, precision: 3 },
  float32: { nmant: 23, nexp: 8, precision: 6 },
  float64: { nmant: 52, nexp: 11, precision: 15 },
};

const RULE = '-'.repeat(63);

/** Machine limits of a floating-point dtype; of a complex one, those of its parts. */
export class FInfo {
  readonly dtype: DType;
  /** Bits of a number. */
  readonly bits: number;
  /** The gap between 1 and the next larger number. */
  readonly eps: number;
  /** The gap between 1 and the next smaller number. */
  readonly epsneg: number;
  readonly iexp: number;
  readonly machep: number;
  readonly max: number;
  readonly maxexp: number;
  readonly min: number;
  readonly minexp: number;
  readonly negep: number;
  readonly nexp: number;
  readonly nmant: number;
  /** Decimal digits that a number is sure to keep. */
  readonly precision: number;
  readonly resolution: number;
  readonly smallest_normal: number;
  readonly smallest_subnormal: number;
  readonly tiny: number;

  constructor(type: DType) {
    const { nmant, nexp, precision } = FORMATS[type.name];
    this.dtype = type;
    this.bits = 1 + nmant + nexp;
    this.nmant = nmant;
    this.nexp = this.iexp = nexp;
    this.maxexp = 2 ** (nexp - 1);
    this.minexp = 2 - this.maxexp;
    this.machep = -nmant;
    this.negep = -nmant - 1;
    this.eps = 2 ** this.machep;
    this.epsneg = 2 ** this.negep;
    this.max = (2 - this.eps) * 2 ** (this.maxexp - 1);
    this.min = -this.max;
    this.smallest_normal = this.tiny = 2 ** this.minexp;
    this.smallest_subnormal = 2 ** (this.minexp - nmant);
    this.precision = precision;
    this.resolution = this.#rounded(10 ** -precision);
    Object.freeze(this);
  }

  #rounded(x: number): number {
    const unit = 2 ** (Math.floor(Math.log2(x)) - this.nmant);
    return Math.round(x / unit) * unit;
  }

  toString(): string {
    const text = (x: number): string => scalarText(x, this.dtype);
    const pad = (x: number, width: number): string => String(x).padStart(width);
    return [
      `Machine parameters for ${this.dtype.name}`,
      RULE,
      `precision = ${pad(this.precision, 3)}   resolution = ${text(this.resolution)}`,
      `machep = ${pad(this.machep, 6)}   eps =        ${text(this.eps)}`,
      `negep =  ${pad(this.negep, 6)}   epsneg =     ${text(this.epsneg)}`,
      `minexp = ${pad(this.minexp, 6)}   tiny =       ${text(this.tiny)}`,
      `maxexp = ${pad(this.maxexp, 6)}   max =        ${text(this.max)}`,
      `nexp =   ${pad(this.nexp, 6)}   min =        -max`,
      `smallest_normal = ${text(this.smallest_normal)}   smallest_subnormal = ${text(this.smallest_subnormal)}`,
      RULE,
      '',
    ].join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const text = (x: number): string => scalarText(x, this.dtype);
    return `finfo(resolution=${text(this.resolution)}, min=${text(this.min)}, max=${text(this.max)}, dtype=${this.dtype.name})`;
  }
}

/** Limits of an integer dtype. */
export class IInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly kind: 'i' | 'u';
  /** A bigint where a number is not exact. */
  readonly min: number | bigint;
  readonly max: number | bigint;

  constructor(type: DType) {
    const bits = BigInt(type.itemsize * 8);
    const signed = type.kind === 'i';
    this.dtype = type;
    this.bits = Number(bits);
    this.kind = signed ? 'i' : 'u';
    this.min = safe(signed ? -(2n ** (bits - 1n)) : 0n);
    this.max = safe(2n ** (signed ? bits - 1n : bits) - 1n);
    Object.freeze(this);
  }

  toString(): string {
    return `Machine parameters for ${this.dtype.name}\n${RULE}\nmin = ${this.min}\nmax = ${this.max}\n${RULE}\n`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `iinfo(min=${this.min}, max=${this.max}, dtype=${this.dtype.name})`;
  }
}

function dtypeOf(type: DTypeLike | NDArray): DType {
  return type instanceof NDArray ? type.dtype : dtype(type);
}

/**
 * The limits of a floating-point dtype.
 *
 * @param type - a float or complex dtype, or an array of one.
 * @throws ValueError for another dtype.
 * @example
 * np.finfo(np.float32).eps; // 1.1920928955078125e-7
 */
export function finfo(type: DTypeLike | NDArray): FInfo {
  const part = floatPart(dtypeOf(type));
  if (part.kind !== 'f') throw new ValueError(`data type <class 'numpy.${part.name}'> not inexact`);
  return new FInfo(part);
}

/**
 * The limits of an integer dtype.
 *
 * @param type - an integer dtype, or an array of one.
 * @throws ValueError for another dtype.
 * @example
 * np.iinfo('int8').max; // 127
 */
export function iinfo(type: DTypeLike | NDArray): IInfo {
  const found = dtypeOf(type);
  if (found.kind !== 'i' && found.kind !== 'u')
    throw new ValueError(`Invalid integer data type '${found.kind}'.`);
  return new IInfo(found);
}
