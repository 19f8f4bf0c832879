/** What a matrix product of some element type is made of: how elements are read, and the sum and product of its values. */
import { constant, k, lift } from '../build.ts';
import type { ElementType, ElementLayout } from '../element.ts';
import { computeType, decode, layoutOf } from '../element.ts';
import type { Expr } from '../ir.ts';
import type { ScalarType, ValueType, VectorType } from '../types.ts';
import { BYTES, lanes, vectorOf } from '../types.ts';
import type { Value } from '../value.ts';
import { isComplexValue } from '../value.ts';

/**
 * The numbers that a product is computed with. A complex product is a real one: with each complex element of the left
 * matrix read as two columns (re, im), and each of the right matrix as the block `[[re, im], [-im, re]]`, the result comes
 * out as pairs (re, im).
 */
export interface Ring {
  readonly element: ElementType;
  readonly layout: ElementLayout;
  /** The type of values, of packed matrices and of the result's parts. */
  readonly type: Exclude<ScalarType, 'bool'>;
  readonly vector: VectorType;
  /** Bytes of a value. */
  readonly size: number;
  /** Lanes of a vector. */
  readonly lanes: number;
  /** 2 for complex elements. */
  readonly parts: 1 | 2;
  /** Whether matrices hold the values as they are computed with, so that they need not be packed. */
  readonly direct: boolean;
  /** Whether every sum runs over all of k in order, as NumPy's does for float16. */
  readonly sequential: boolean;
  add(a: Expr, b: Expr): Expr;
  mul(a: Expr, b: Expr): Expr;
}

/** The ring for matrices of `element`: bool with or and and, float16 in float32, integers wrapping. */
export function ringOf(element: ElementType): Ring {
  const layout = layoutOf(element);
  const computed = computeType(element);
  const type = computed === 'bool' ? 'u8' : computed;
  const vector = vectorOf(type);
  const isBool = element === 'bool';
  return {
    element,
    layout,
    type,
    vector,
    size: BYTES[type],
    lanes: lanes(vector),
    parts: layout.parts,
    direct: layout.parts === 1 && !isBool && element !== 'f16',
    sequential: element === 'f16',
    add: isBool ? k.or : k.add,
    mul: isBool ? k.and : k.mul,
  };
}

/** The parts of the element at an address, as the ring's values. */
export function readElement(ring: Ring, address: Expr): readonly Expr[] {
  const { part, parts, bytes } = ring.layout;
  const loads = Array.from({ length: parts }, (_, i) => k.load(part, address, (i * bytes) / parts));
  const value: Value = decode(ring.element, loads);
  return isComplexValue(value) ? [value.re, value.im] : [k.convert(ring.type, value)];
}

/** Nought, in every lane of a vector. */
export function zero(type: ValueType): Expr {
  return lift(0, type);
}

export const i32 = (value: number): Expr => constant('i32', value);
