/** Element types: how an array's elements lie in memory, as which values kernels compute with them, and the casts between. */
import { k } from './build.ts';
import type { Expr, Store } from './ir.ts';
import { doubleToHalf, floatToHalf, halfToFloat } from './math/float16.ts';
import type { ScalarType } from './types.ts';
import { BYTES, isFloat } from './types.ts';
import type { ComplexValue, Value } from './value.ts';
import { isComplexValue, toComplex, v, valueOf } from './value.ts';

/** What an element is: a scalar type, a half-precision float or a complex number. */
export type ElementType = ScalarType | 'f16' | 'c64' | 'c128';

/** An element in memory is one scalar (float16: its bits), or two of the same type side by side. */
export interface ElementLayout {
  /** The scalar type of a part in memory. */
  readonly part: ScalarType;
  readonly parts: 1 | 2;
  readonly bytes: number;
}

/** How elements of a type lie in memory. */
export function layoutOf(element: ElementType): ElementLayout {
  if (element === 'c64') return { part: 'f32', parts: 2, bytes: 8 };
  if (element === 'c128') return { part: 'f64', parts: 2, bytes: 16 };
  const part = element === 'f16' ? 'u16' : element;
  return { part, parts: 1, bytes: BYTES[part] };
}

export function isComplexElement(element: ElementType): boolean {
  return element[0] === 'c';
}

/** The type of the parts of a value of `element` inside a kernel: float16 is computed in float32. */
export function computeType(element: ElementType): ScalarType {
  return element === 'f16' ? 'f32' : layoutOf(element).part;
}

/** The value that an element's parts in memory stand for. */
export function decode(element: ElementType, parts: readonly Expr[]): Value {
  if (element === 'f16') return halfToFloat(parts[0]);
  return valueOf(parts);
}

/**
 * The parts in memory of `value` cast to `element`. `from` is the type that the value was computed for; a float16 value may
 * carry float32's precision and is rounded here.
 */
export function encode(element: ElementType, from: ElementType, value: Value): readonly Expr[] {
  if (element === 'f16') return [halfBits(realPart(from, value))];
  const exact = from === 'f16' ? halfToFloat(floatToHalf(value as Expr)) : value;
  const cast = castValue(element, from, exact);
  return isComplexValue(cast) ? [cast.re, cast.im] : [cast];
}

function halfBits(x: Expr): Expr {
  return x.type === 'f64' ? doubleToHalf(x) : floatToHalf(k.convert('f32', x));
}

function realPart(from: ElementType, value: Value): Expr {
  return isComplexElement(from) ? (value as ComplexValue).re : (value as Expr);
}

/**
 * `value` of type `from` as a value of type `to`, as NumPy's casts do it: complex to real drops the imaginary part, to bool is
 * `!= 0`, integers wrap, floats truncate to integers.
 */
export function castValue(to: ElementType, from: ElementType, value: Value): Value {
  if (to === from) return value;
  if (to === 'bool') return v.truth(value);
  if (isComplexElement(to)) {
    const type = computeType(to);
    return isComplexValue(value) ? v.convertParts(type, value) : toComplex(castPart(type, value));
  }
  const real = realPart(from, value);
  return to === 'f16' ? halfToFloat(halfBits(real)) : castPart(to as ScalarType, real);
}

function castPart(to: ScalarType, x: Expr): Expr {
  return isFloat(x.type) && !isFloat(to) ? floatToInteger(to, x) : k.convert(to, x);
}

/** The integers that floats are truncated to directly; narrower ones wrap from these. */
const DIRECT: Partial<Record<ScalarType, { signed: ScalarType; limit: number; lowest: number | bigint }>> = {
  i32: { signed: 'i32', limit: 2 ** 31, lowest: -(2 ** 31) },
  u32: { signed: 'i32', limit: 2 ** 31, lowest: -(2 ** 31) },
  i64: { signed: 'i64', limit: 2 ** 63, lowest: -(2n ** 63n) },
  u64: { signed: 'i64', limit: 2 ** 63, lowest: -(2n ** 63n) },
};

/**
 * What x86 gives, and so NumPy there: NaN and numbers beyond the range become the lowest integer, and the upper half of
 * an unsigned range is the signed range moved up.
 */
function floatToInteger(to: ScalarType, x: Expr): Expr {
  const direct = DIRECT[to];
  if (!direct) return k.convert(to, floatToInteger('i32', x));
  const { signed, limit, lowest } = direct;
  const truncate = (y: Expr): Expr => k.select(k.lt(y, limit), k.convert(signed, y), k.const(signed, lowest));
  if (to === signed) return truncate(x);
  const upper = k.xor(truncate(k.sub(x, limit)), lowest);
  return k.convert(to, k.select(k.ge(x, limit), upper, truncate(x)));
}

/** The element at `address + offset` as a value of the loop's type, conversion included. */
export function loadAs(element: ElementType, loop: ElementType, address: Expr, offset = 0): Value {
  const { part, parts } = layoutOf(element);
  const loads = Array.from({ length: parts }, (_, i) => k.load(part, address, offset + i * BYTES[part]));
  return castValue(loop, element, decode(element, loads));
}

/** The stores that write a value of the loop's type as an element at `address + offset`, conversion included. */
export function storeAs(
  element: ElementType,
  loop: ElementType,
  value: Value,
  address: Expr,
  offset = 0,
): Store[] {
  const size = BYTES[layoutOf(element).part];
  return encode(element, loop, value).map((part, i) => ({ address, offset: offset + i * size, value: part }));
}
