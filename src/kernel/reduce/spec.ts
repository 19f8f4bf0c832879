/** What a reduction computes. */
import { k } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr } from '../ir.ts';
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
  /** Names the operation, loop types included (`'add:dd->d'`): two specs of one name must be interchangeable. */
  readonly name: string;
  /** The name of the ufunc. */
  readonly operation: string;
  /** Whether elements may be combined in any order; kernels for the processor keep NumPy's all the same. */
  readonly reorderable: boolean;
  /** Accumulator and element are values of the loop's type. */
  readonly combine: (acc: Value, x: Value) => Value;
}

/** Operations that choose one of their operands, or are exact on bits. */
const CHOOSING: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'maximum minimum fmax fmin bitwise_and bitwise_or bitwise_xor logical_and logical_or logical_xor'.split(
    ' ',
  ),
);
const RING: ReadonlySet<string> = /* @__PURE__ */ new Set(['add', 'multiply']);
const ARITHMETIC: ReadonlySet<string> = /* @__PURE__ */ new Set(['subtract', 'multiply', 'divide']);

/** How NumPy's inner loop of an operation on values of a type groups the elements of a run. */
export function groupingOf(spec: ReduceSpec, loop: ElementType): Grouping {
  const { operation } = spec;
  const real = loop[0] !== 'c';
  if (operation === 'add' && (loop[0] === 'f' || !real)) return 'pairwise';
  if (real && (CHOOSING.has(operation) || (loop[0] !== 'f' && RING.has(operation)))) return 'any';
  return ARITHMETIC.has(operation) ? 'sequential' : 'stepwise';
}

/** How an operation is done on lanes that may be combined in any order. */
export interface LaneForm {
  readonly combine: (acc: Expr, x: Expr) => Expr;
  /** A NaN among the elements is looked for on its own; `combine` may lose it. */
  readonly nanWins: boolean;
  /** The truth value that no further element changes. */
  readonly absorbing: boolean | undefined;
}

const PICK = {
  maximum: { float: k.pmax, integer: k.max },
  minimum: { float: k.pmin, integer: k.min },
} as const;

const ABSORBING: Readonly<Record<string, boolean>> = {
  ...{ logical_or: true, bitwise_or: true, maximum: true, fmax: true, add: true },
  ...{ logical_and: false, bitwise_and: false, minimum: false, fmin: false, multiply: false },
};

/** The form of an operation on real lanes; an extremum of equal numbers is the last of them. */
export function laneForm(spec: ReduceSpec, loop: ElementType): LaneForm {
  const { operation } = spec;
  const combine = spec.combine as LaneForm['combine'];
  if (loop === 'bool') return { combine, nanWins: false, absorbing: ABSORBING[operation] };
  const pick = operation === 'maximum' || operation === 'minimum' ? PICK[operation] : undefined;
  if (!pick) return { combine, nanWins: false, absorbing: undefined };
  if (loop[0] !== 'f') return { combine: pick.integer, nanWins: false, absorbing: undefined };
  return { combine: (acc, x) => pick.float(x, acc), nanWins: true, absorbing: undefined };
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
