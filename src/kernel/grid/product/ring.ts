/** What matrix products on a grid are computed with: numbers of 32 bits, in registers, in workgroup memory and in partial sums. */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { castValue, computeType, layoutOf } from '../../element.ts';
import { loadElement } from '../element.ts';
import type { GridBody } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { ScalarType } from '../../types.ts';
import { isFloat, isSigned } from '../../types.ts';
import type { Value } from '../../value.ts';
import { isComplexValue, v } from '../../value.ts';

/** The numbers that elements of a type are multiplied and summed as. */
export interface GridRing {
  readonly element: ElementType;
  /** All integers are u32 here: what wraps is cut off at the end. */
  readonly type: 'f32' | 'u32';
  readonly vector: 'f32x4' | 'u32x4';
  /** 2 for complex elements. */
  readonly parts: 1 | 2;
  /** Whether elements lie in memory as one word each, so that four of them can be loaded at once. */
  readonly isWord: boolean;
  /** As what partial sums are kept in memory. */
  readonly partial: ElementType;
  add(a: Value, b: Value): Value;
  mul(a: Value, b: Value): Value;
}

/** The ring for matrices of `element`: bool with or and and, float16 in float32, integers wrapping. */
export function gridRing(element: ElementType): GridRing {
  const computed = computeType(element);
  const type = isFloat(computed) ? 'f32' : 'u32';
  const { parts, bytes } = layoutOf(element);
  const isBool = element === 'bool';
  return {
    element,
    type,
    vector: `${type}x4`,
    parts,
    isWord: parts === 1 && bytes === 4,
    partial: parts === 2 ? 'c64' : type,
    add: isBool ? (a, b) => k.or(a as Expr, b as Expr) : v.add,
    mul: isBool ? (a, b) => k.and(a as Expr, b as Expr) : v.mul,
  };
}

/** The element at an index as a number of the ring. */
export function loadNumber({ element }: GridRing, buffer: BufferArray, index: Expr): Value {
  const value = loadElement(buffer, element, element, index);
  return isComplexValue(value) ? value : toNumber(value);
}

function toNumber(x: Expr): Expr {
  if (isFloat(x.type)) return x;
  return isSigned(x.type) ? k.bitcast('u32', k.convert('i32', x)) : k.convert('u32', x);
}

/** A sum of the ring as the value of an element: rounded, wrapped or compared with nought. */
export function fromNumber({ element, type }: GridRing, sum: Value): Value {
  if (isComplexValue(sum)) return sum;
  if (type === 'f32') return castValue(element, 'f32', sum);
  if (element === 'bool') return k.ne(sum, 0);
  const own = element as ScalarType;
  return k.convert(own, isSigned(own) ? k.bitcast('i32', sum) : sum);
}

/** Nought. */
export function noughtOf({ type, parts }: GridRing): Value {
  const zero = k.const(type, 0);
  return parts === 2 ? { re: zero, im: zero } : zero;
}

/** Where a matrix is in memory, counted in elements. */
export interface MatrixParams {
  /** The first element. */
  readonly start: Expr;
  readonly row: Expr;
  readonly column: Expr;
}

/** Parameters that are integers. */
export function integers(...names: string[]): Record<string, 'i32'> {
  return Object.fromEntries(names.map((name) => [name, 'i32']));
}

/**
 * The parameters that say where the operands are in memory: the lengths of the stack's axes but the outermost (inner axes first), and
 * of a and b the offset, the strides of rows and columns, and the steps along the stack's axes, in elements.
 */
export function stackParams(rank: number): Record<string, 'i32'> {
  const axes = Array.from({ length: rank }, (_, d) => d);
  const matrix = (name: string): string[] =>
    ['offset', 'row', 'column', ...axes.map((d) => `step${d}`)].map((what) => `${name}_${what}`);
  return integers(...axes.slice(0, -1).map((d) => `stack${d}`), ...matrix('a'), ...matrix('b'));
}

/** Where the matrix at a place in the stack is. */
export function matrixOf(
  b: GridBody,
  name: string,
  matrix: Expr,
  rank: number,
  p: Readonly<Record<string, Expr>>,
): MatrixParams {
  let start: Expr = p[`${name}_offset`];
  let rest = matrix;
  for (let d = 0; d < rank; d++) {
    const outer = d < rank - 1 ? b.let(k.idiv(rest, p[`stack${d}`]), 'outer') : null;
    const place = outer === null ? rest : k.sub(rest, k.mul(outer, p[`stack${d}`]));
    start = b.let(k.add(start, k.mul(place, p[`${name}_step${d}`])), 'start');
    rest = outer ?? rest;
  }
  return { start, row: p[`${name}_row`], column: p[`${name}_column`] };
}
