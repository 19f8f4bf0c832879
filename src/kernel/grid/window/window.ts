/** What kernels on windows have in common: indices of several axes, loops over them, and parameters by axis. */
import { k } from '../../build.ts';
import type { GridBody, ParamType } from '../build.ts';
import type { Expr, Local } from '../../ir.ts';

/** A kernel's parameters by name; those of an axis end with its number. */
export type Params = Readonly<Record<string, Local<ParamType>>>;

/** Parameters that are integers. */
export const integers = (...names: readonly string[]): Record<string, 'i32'> =>
  Object.fromEntries(names.map((name) => [name, 'i32']));

/** Names for each axis. */
export const ofAxes = (axes: number, names: readonly string[]): string[] =>
  Array.from({ length: axes }, (_, d) => names.map((name) => `${name}${d}`)).flat();

/** Quotient and remainder. */
export function divided(b: GridBody, x: Expr, by: Expr): readonly [quotient: Local, rest: Local] {
  const quotient = b.let(k.idiv(x, by), 'quotient');
  return [quotient, b.let(k.sub(x, k.mul(quotient, by)), 'rest')];
}

/** The coordinates of an index into axes of these lengths, and in front what is left: that of the axis around them. */
export function coordinates(b: GridBody, index: Expr, lengths: readonly Expr[]): Expr[] {
  const places: Expr[] = [];
  let outer = index;
  for (const length of [...lengths].reverse()) {
    const [quotient, rest] = divided(b, outer, length);
    places.unshift(rest);
    outer = quotient;
  }
  return [outer, ...places];
}

export const sumOf = (terms: readonly Expr[]): Expr => terms.reduce((sum, term) => k.add(sum, term));

/** Whether a place lies on an axis, from 0 up to its length. */
export const isOn = (place: Expr, length: Expr): Expr =>
  k.lt(k.bitcast('u32', place), k.bitcast('u32', length));

/** Nested loops over indices up to these lengths. */
export function nested(
  b: GridBody,
  lengths: readonly Expr[],
  body: (indices: readonly Local[]) => void,
): void {
  const [length, ...inner] = lengths;
  if (length === undefined) return body([]);
  b.for(0, length, 1, (i) => nested(b, inner, (rest) => body([i, ...rest])));
}
