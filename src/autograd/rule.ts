/** How a primitive differentiates: one derivative for each operand. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../array/tracing.ts';
import type { Operation } from './operation.ts';

/** The operands and the result by name, as derivatives are written with them. */
export type Known = Operation;

/** The gradient of one operand, given that of the result: the vector-Jacobian product, conjugated for complex numbers. */
export type Pullback = (g: NDArray, known: Known, operand: number) => NDArray | null;

export interface Derivative {
  readonly pullback: Pullback;
  /** What is kept for it: bits of operands (1, 2, 4...) and of the result. */
  readonly keeps: number;
}

/** The bit of the result among those of operands. */
export const RESULT = 1 << 30;

export interface Rule {
  /** The derivative for each operand; `null` for what is no operand, such as options. The last one also serves all further operands. */
  readonly derivatives: readonly (Derivative | null)[];
  /** Whether an element of the result depends on one element of each operand. */
  readonly elementwise?: boolean;
  /** For a primitive of several results the rule of each. */
  readonly results?: readonly Rule[];
  /** The operands among the arguments, where those are not the arguments themselves. */
  readonly operands?: (args: readonly unknown[]) => readonly unknown[];
}

const LETTERS: Readonly<Record<string, number>> = { x: 1, y: 2, z: 4, o: RESULT };

/**
 * A derivative.
 *
 * @param keeps - what it uses: 'x', 'y' and 'z' for the first operands, 'o' for the result
 * @param pullback - the gradient of the operand
 */
export function by(keeps: string, pullback: Pullback): Derivative {
  let bits = 0;
  for (const letter of keeps) bits |= LETTERS[letter];
  return { pullback, keeps: bits };
}

/** A rule of derivatives for each operand. */
export function rule(...derivatives: (Derivative | null)[]): Rule {
  return { derivatives };
}

/** Gives primitives their rules. */
export function define(primitive: Primitive, derivatives: Rule): void {
  primitive.rule = derivatives;
}
