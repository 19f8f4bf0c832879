/** The numbers that matrices are factored over, and what factorisations do with them one at a time or in rows. */
import { k, lift } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import { isComplexElement, layoutOf, loadAs, storeAs } from '../element.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import { blockedProduct } from '../product/gemm.ts';
import type { Change } from '../product/pack.ts';
import { ringOf } from '../product/ring.ts';
import type { ScalarType, VectorType } from '../types.ts';
import { BYTES, vectorOf } from '../types.ts';
import type { Value } from '../value.ts';
import { isComplexValue, v } from '../value.ts';

/** Real or complex floats of 32 or 64 bits. */
export interface Field {
  readonly element: ElementType;
  readonly isComplex: boolean;
  /** The type of an element's parts. */
  readonly part: Exclude<ScalarType, 'bool'>;
  readonly vector: VectorType;
  /** Bytes of an element. */
  readonly size: number;
}

export function fieldOf(element: ElementType): Field {
  const { part, bytes } = layoutOf(element);
  const type = part as Field['part'];
  const isComplex = isComplexElement(element);
  return { element, isComplex, part: type, vector: vectorOf(type), size: bytes };
}

export const load = (field: Field, address: Expr, offset = 0): Value =>
  loadAs(field.element, field.element, address, offset);

export function store(b: Body, field: Field, address: Expr, value: Value, offset = 0): void {
  b.stores(storeAs(field.element, field.element, value, address, offset));
}

/** A value in locals. */
export function held(b: Body, value: Value): Value {
  return isComplexValue(value)
    ? { re: b.let(value.re, 're'), im: b.let(value.im, 'im') }
    : b.let(value, 'value');
}

/** A local value that changes: zero at first. */
export function zeroSum(b: Body, { part, isComplex }: Field): Value {
  const zero = lift(0, part);
  return isComplex ? { re: b.let(zero, 're'), im: b.let(zero, 'im') } : b.let(zero, 'sum');
}

/** Sets a value that is held in locals. */
export function assign(b: Body, target: Value, value: Value): void {
  if (!isComplexValue(target)) return b.set(target as Local, value as Expr);
  const { re, im } = held(b, value) as { re: Expr; im: Expr };
  b.set(target.re as Local, re);
  b.set(target.im as Local, im);
}

/** |re| + |im|, by which LAPACK compares complex numbers. */
export const magnitude = (x: Value): Expr => (isComplexValue(x) ? k.add(k.abs(x.re), k.abs(x.im)) : k.abs(x));

/** A real number as a value of the field. */
export const real = ({ isComplex, part }: Field, x: Expr): Value =>
  isComplex ? { re: x, im: lift(0, part) } : x;

/** A factor in the lanes of vectors: for complex numbers its real parts, and its imaginary parts with the signs that a product needs. */
export interface Factor {
  readonly re: Expr;
  readonly im: Expr | null;
}

export function splatFactor(b: Body, { vector, part }: Field, x: Value): Factor {
  if (!isComplexValue(x)) return { re: b.let(k.splat(vector, x), 'factor'), im: null };
  const minus = k.splat(vector, k.neg(x.im));
  let im: Expr = minus;
  for (let lane = 1; lane < 16 / BYTES[part]; lane += 2) im = k.replace(im, lane, x.im);
  return { re: b.let(k.splat(vector, x.re), 'factor'), im: b.let(im, 'side') };
}

/** The parts of each complex number in a vector exchanged. */
export function swapped({ vector, part }: Field, x: Expr): Expr {
  const size = BYTES[part];
  const bytes = Array.from({ length: 16 }, (_, i) => (Math.floor(i / size) % 2 === 0 ? i + size : i - size));
  return k.shuffle(vector, x, x, bytes);
}

/** Elements in a vector, multiplied. */
export function times(field: Field, { re, im }: Factor, x: Expr): Expr {
  const direct = k.mul(re, x);
  return im === null ? direct : k.add(direct, k.mul(im, swapped(field, x)));
}

/** `row += factor other`, for `bytes` bytes of adjacent elements. */
export function addScaled(b: Body, field: Field, row: Expr, other: Expr, factor: Value, bytes: Expr): void {
  const [to, from] = [b.let(row, 'to'), b.let(other, 'from')];
  const whole = b.let(field.size < 16 ? k.and(bytes, -16) : i32(0), 'whole');
  const step = (by: number): void => {
    b.bump(to, by);
    b.bump(from, by);
  };
  if (field.size < 16) {
    const inVectors = splatFactor(b, field, factor);
    b.for(0, whole, 16, () => {
      const product = times(field, inVectors, k.load(field.vector, from));
      b.store(to, k.add(k.load(field.vector, to), product));
      step(16);
    });
  }
  b.for(whole, bytes, field.size, () => {
    store(b, field, to, v.add(load(field, to), v.mul(factor, load(field, from))));
    step(field.size);
  });
}

const conjugated: Change = (parts) => (parts.length === 2 ? [parts[0], k.neg(parts[1])] : parts);
const negated: Change = (parts) => parts.map((part) => k.neg(part));

/** Which of a product's matrices is conjugated. */
export type Conjugated = 'left' | 'right' | 'none';

/** c = a b by blocks, with `gemm`'s parameters. */
export const product = ({ element }: Field): KernelFunction => blockedProduct(ringOf(element));

/** c -= a b by blocks, with `gemm`'s parameters. */
export function subtractProduct({ element, isComplex }: Field, which: Conjugated = 'none'): KernelFunction {
  const side = isComplex ? which : 'none';
  return blockedProduct(ringOf(element), {
    left: side === 'left' ? (parts) => negated(conjugated(parts)) : negated,
    right: side === 'right' ? conjugated : undefined,
    adds: true,
  });
}

export const i32 = (value: number): Expr => k.const('i32', value);

/** `base + index step`, in bytes. */
export const at = (base: Expr, index: Expr, step: Expr | number): Expr =>
  k.add(base, k.mul(index, typeof step === 'number' ? i32(step) : step));

/** About half of n, rounded up to whole cache lines: where recursive factorisations split. */
export const halfOf = (b: Body, n: Expr): Local => b.let(k.and(k.add(k.shr(n, 1), 7), -8), 'half') as Local;
