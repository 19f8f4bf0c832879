/** What lines of elements are folded with: states, of several words where one value is not enough, and how two become one. */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { computeType, layoutOf } from '../../element.ts';
import type { GridBody } from '../build.ts';
import { at } from '../build.ts';
import type { LocalArray, WordType } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { ReduceSpec } from '../../reduce/spec.ts';
import type { ScalarType } from '../../types.ts';
import { isFloat, isSigned } from '../../types.ts';
import type { Value } from '../../value.ts';
import { partsOf, v, valueOf } from '../../value.ts';

/** What is known of some elements of a line. */
export type State = readonly Expr[];

/** An associative combination of states. That of states from the left and from the right, in this order. */
export interface Fold {
  readonly types: readonly ScalarType[];
  combine(a: State, b: State): State;
}

/** The type that a number is kept as in memory. */
export function wordType(type: ScalarType): WordType {
  if (isFloat(type)) return 'f32';
  return isSigned(type) ? 'i32' : 'u32';
}

/** The element type, of whole words, that results of a loop's type are kept as. */
export function wideElement(loop: ElementType): WordType | 'c64' {
  return loop === 'c64' ? loop : wordType(computeType(loop));
}

/** A part of a state as it is kept in memory, and back. */
export const toWord = (x: Expr): Expr => k.convert(wordType(x.type as ScalarType), x);

export const fromWord = (type: ScalarType, word: Expr): Expr =>
  type === 'bool' ? k.ne(word, 0) : k.convert(type, word);

/** Values combined by an operation. */
export function foldOf(spec: ReduceSpec, loop: ElementType): Fold {
  const { parts } = layoutOf(loop);
  return {
    types: new Array<ScalarType>(parts).fill(computeType(loop)),
    combine: (a, b) => partsOf(spec.combine(valueOf(a), valueOf(b))),
  };
}

/** What stands for the position of a NaN where there is none. */
const NOWHERE = 2 ** 31 - 1;

/** The last part of a value's state in a fold of `keepingFirstNaN`: where it is NaN. */
export const placeOfNaN = (value: Value, position: Expr): Expr =>
  k.select(v.isNaN(value), position, k.const('i32', NOWHERE));

/**
 * The same with one result for any order: of several NaN, which differ in their parts if they are complex, the first is chosen. The
 * last part of a state is the position of its NaN.
 */
export function keepingFirstNaN(inner: Fold): Fold {
  const last = inner.types.length;
  return {
    types: [...inner.types, 'i32'],
    combine: (a, b) => {
      const [left, right] = [a[last], b[last]];
      const both = k.lt(k.max(left, right), NOWHERE);
      const combined = inner.combine(a.slice(0, last), b.slice(0, last));
      const parts = combined.map((x, i) => k.select(both, k.select(k.lt(left, right), a[i], b[i]), x));
      return [...parts, placeOfNaN(valueOf(parts), k.min(left, right))];
    },
  };
}

/** The same of the elements that take part: the last part of a state says whether one did. */
export function maskedFold(inner: Fold): Fold {
  const last = inner.types.length;
  return {
    types: [...inner.types, 'bool'],
    combine: (a, b) => {
      const [left, right] = [a[last], b[last]];
      const both = k.and(left, right);
      const combined = inner.combine(a.slice(0, last), b.slice(0, last));
      const parts = combined.map((x, i) => k.select(both, x, k.select(left, a[i], b[i])));
      return [...parts, k.or(left, right)];
    },
  };
}

/** New locals that start as a state. */
export const settle = (b: GridBody, state: State): Local[] => state.map((part) => b.let(part, 'state'));

/** `target = state`, which may be computed of the target. */
export function assign(b: GridBody, target: readonly Local[], state: State): void {
  const parts = state.length > 1 ? settle(b, state) : state;
  target.forEach((part, i) => b.set(part, parts[i]));
}

/** States of the invocations of a workgroup, for each other to see. */
export class SharedStates {
  readonly #b: GridBody;
  readonly #types: readonly ScalarType[];
  readonly #arrays: readonly LocalArray[];

  constructor(b: GridBody, types: readonly ScalarType[], length: number) {
    this.#b = b;
    this.#types = types;
    this.#arrays = types.map((type) => b.shared(wordType(type), length, 'states'));
  }

  put(index: Expr, state: State): void {
    state.forEach((part, i) => this.#b.put(this.#arrays[i], index, toWord(part)));
  }

  at(index: Expr): Local[] {
    return settle(
      this.#b,
      this.#types.map((type, i) => fromWord(type, at(this.#arrays[i], index))),
    );
  }
}
