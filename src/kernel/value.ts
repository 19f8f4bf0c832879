/**
 * Values of a kernel: one expression, or the two of a complex number. `v.add`, `v.mul`, ... work on both, so that a
 * formula is written once for real and complex loops.
 */
import { k, lift } from './build.ts';
import type { Expr } from './ir.ts';
import type { ScalarType, ValueType } from './types.ts';
import { isFloat } from './types.ts';

/** A complex number whose parts are expressions of the same float type. */
export interface ComplexValue {
  readonly re: Expr;
  readonly im: Expr;
}

export type Value = Expr | ComplexValue;

export function isComplexValue(x: Value): x is ComplexValue {
  return !('op' in x);
}

/** The type of a value, or of a complex value's parts. */
function partType(x: Value): ValueType {
  return isComplexValue(x) ? x.re.type : x.type;
}

/** The parts of a value: itself, or real and imaginary part. */
export function partsOf(x: Value): readonly Expr[] {
  return isComplexValue(x) ? [x.re, x.im] : [x];
}

/** The value that parts are of. */
export const valueOf = (parts: readonly Expr[]): Value =>
  parts.length === 2 ? { re: parts[0], im: parts[1] } : parts[0];

/** A real value as a complex one with imaginary part zero; a complex value as it is. */
export function toComplex(x: Value): ComplexValue {
  return isComplexValue(x) ? x : { re: x, im: lift(0, x.type) };
}

/** A value, or a literal that takes the type of the value beside it. */
export type ValueOperand = Value | number | bigint | boolean;

type RealBinary = (a: Expr, b: Expr) => Expr;
type ComplexBinary<R> = (a: ComplexValue, b: ComplexValue) => R;

/** Both operands as real expressions, or both as complex numbers. */
function binary<R>(
  real: RealBinary,
  complex: ComplexBinary<R>,
): (a: ValueOperand, b: ValueOperand) => Expr | R {
  return (a, b) => {
    const x = operand(a, b);
    const y = operand(b, a);
    return isComplexValue(x) || isComplexValue(y) ? complex(toComplex(x), toComplex(y)) : real(x, y);
  };
}

function operand(x: ValueOperand, other: ValueOperand): Value {
  if (typeof x === 'object') return x;
  if (typeof other !== 'object') throw new Error('kernel: an operation of two literals');
  return lift(x, partType(other));
}

const isNaNPart = (x: Expr): Expr => (isFloat(x.type) ? k.ne(x, x) : lift(false, 'bool'));

/** Whether a number is not zero. Devices that take subnormal floats for zeros look at the bits but for the sign. */
function isNotZero(x: Expr): Expr {
  const plain = k.convert('bool', x);
  return x.type === 'f32' ? k.either(plain, () => k.ne(k.shl(k.bitcast('u32', x), 1), 0)) : plain;
}

/**
 * An ordering of complex numbers as NumPy has it: by the real parts, by the imaginary parts where those are equal, and
 * false where a part that decides is NaN.
 */
const lexicographic =
  (strict: RealBinary, last: RealBinary): ComplexBinary<Expr> =>
  (a, b) => {
    const ordered = k.and(k.eq(a.im, a.im), k.eq(b.im, b.im));
    return k.or(k.and(strict(a.re, b.re), ordered), k.and(k.eq(a.re, b.re), last(a.im, b.im)));
  };

/** Smith's division, the operations in NumPy's order; a zero divisor divides both parts by +0. */
function divideComplex(a: ComplexValue, b: ComplexValue): ComplexValue {
  const realAbs = k.abs(b.re);
  const imagAbs = k.abs(b.im);
  const byReal = k.ge(realAbs, imagAbs);
  const big = k.select(byReal, b.re, b.im);
  const small = k.select(byReal, b.im, b.re);
  const ratio = k.div(small, big);
  const scale = k.div(lift(1, big.type), k.add(big, k.mul(small, ratio)));
  const re = k.select(byReal, k.add(a.re, k.mul(a.im, ratio)), k.add(k.mul(a.re, ratio), a.im));
  const im = k.select(byReal, k.sub(a.im, k.mul(a.re, ratio)), k.sub(k.mul(a.im, ratio), a.re));
  const zero = k.and(k.eq(realAbs, 0), k.eq(imagAbs, 0));
  return {
    re: k.select(zero, k.div(a.re, realAbs), k.mul(re, scale)),
    im: k.select(zero, k.div(a.im, realAbs), k.mul(im, scale)),
  };
}

/** The builders. Of a real and a complex operand the real one is taken as complex; otherwise types must be equal. */
export const v = {
  add: binary<ComplexValue>(k.add, (a, b) => ({ re: k.add(a.re, b.re), im: k.add(a.im, b.im) })),
  sub: binary<ComplexValue>(k.sub, (a, b) => ({ re: k.sub(a.re, b.re), im: k.sub(a.im, b.im) })),
  mul: binary<ComplexValue>(k.mul, (a, b) => ({
    re: k.sub(k.mul(a.re, b.re), k.mul(a.im, b.im)),
    im: k.add(k.mul(a.re, b.im), k.mul(a.im, b.re)),
  })),
  /** Float or complex division. */
  div: binary<ComplexValue>(k.div, divideComplex),
  eq: binary<Expr>(k.eq, (a, b) => k.and(k.eq(a.re, b.re), k.eq(a.im, b.im))) as Comparison,
  ne: binary<Expr>(k.ne, (a, b) => k.or(k.ne(a.re, b.re), k.ne(a.im, b.im))) as Comparison,
  lt: binary<Expr>(k.lt, lexicographic(k.lt, k.lt)) as Comparison,
  le: binary<Expr>(k.le, lexicographic(k.lt, k.le)) as Comparison,
  gt: binary<Expr>(k.gt, lexicographic(k.gt, k.gt)) as Comparison,
  ge: binary<Expr>(k.ge, lexicographic(k.gt, k.ge)) as Comparison,
  neg: (x: Value): Value => (isComplexValue(x) ? { re: k.neg(x.re), im: k.neg(x.im) } : k.neg(x)),
  conj: (x: Value): Value => (isComplexValue(x) ? { re: x.re, im: k.neg(x.im) } : x),
  re: (x: Value): Expr => (isComplexValue(x) ? x.re : x),
  im: (x: Value): Expr => (isComplexValue(x) ? x.im : lift(0, x.type)),
  /** Whether a part is NaN; integers and booleans never are. */
  isNaN: (x: Value): Expr => (isComplexValue(x) ? k.or(isNaNPart(x.re), isNaNPart(x.im)) : isNaNPart(x)),
  /** Python's truth: some part is not zero. */
  truth: (x: Value): Expr => partsOf(x).map(isNotZero).reduce(k.or),
  /** `cond ? a : b`. */
  select: (cond: Expr, a: ValueOperand, b: ValueOperand): Value =>
    binary<ComplexValue>(
      (x, y) => k.select(cond, x, y),
      (x, y) => ({ re: k.select(cond, x.re, y.re), im: k.select(cond, x.im, y.im) }),
    )(a, b),
  /** Every part in another float type. */
  convertParts: (type: ScalarType, x: Value): Value =>
    isComplexValue(x) ? { re: k.convert(type, x.re), im: k.convert(type, x.im) } : k.convert(type, x),
};

type Comparison = (a: ValueOperand, b: ValueOperand) => Expr;
