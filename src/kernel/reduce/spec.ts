/** What a reduction computes. */
import type { ElementType } from '../element.ts';
import type { Value } from '../value.ts';

/**
 * How the elements of a run may be combined without changing the result that NumPy gives:
 * - `stepwise`: one after the other, rounded to the loop's type after each step;
 * - `sequential`: the same, but a float16 is kept as a float32 until the end of the run;
 * - `pairwise`: float addition in NumPy's order of blocks of 8 sums and a tree over blocks;
 * - `any`: in any order, because the operation is exact or merely chooses.
 */
export type Grouping = 'stepwise' | 'sequential' | 'pairwise' | 'any';

export interface ReduceSpec {
  /** Names the operation, loop type included: two specs of one name must be interchangeable. */
  readonly name: string;
  /** Accumulator and element are values of the loop's type. */
  readonly combine: (acc: Value, x: Value) => Value;
  /** What an empty reduction gives; the operation must leave `x` alone when combined with it. */
  readonly identity?: number | boolean;
  /** Whether several axes may be reduced at once. */
  readonly reorderable: boolean;
  readonly grouping: Grouping;
}

/** What a compiled reduction is specialised by, besides its spec. */
export interface ReduceVariant {
  /** The elements' type in memory. */
  readonly element: ElementType;
  /** The type of the accumulator and of the result. */
  readonly loop: ElementType;
  /** Whether a bool operand says which elements take part. */
  readonly masked: boolean;
  /** Whether the elements of an inner loop lie side by side, in the input and, along rows, in the result. */
  readonly contiguous: boolean;
}
