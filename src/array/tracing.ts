/**
 * Where functions meet the layer above them that records what is computed. The arrays of that layer (tensors) are `traced`; a
 * primitive that finds one among its operands hands the call to the tracer, which runs the primitive on plain arrays.
 */
import type { DType } from './dtype.ts';
import type { NDArray } from './ndarray.ts';

/** A function that the tracer has a rule for. */
export interface Primitive {
  readonly name: string;
  /** What it computes, on plain arrays. */
  readonly run: (...args: never[]) => unknown;
  /** How it differentiates: set by the layer that records. */
  rule?: unknown;
  /** Whether its derivative is the user's code, which may keep what it is given. */
  callsUser?: boolean;
  /** How it runs for many examples at once: set by the same layer. */
  batching?: unknown;
}

/** What a layer that records computations provides. */
export interface Tracer {
  /** Runs a primitive whose arguments include a traced array. */
  call(primitive: Primitive, args: readonly unknown[]): unknown;
  /** Makes a view of a traced array. */
  view(
    a: NDArray,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
    dtype: DType,
    writeable: boolean,
  ): NDArray;
  /** Makes a traced array that pieces of traced arrays will be written to, on their device. */
  blank(operands: unknown, make: () => NDArray): NDArray;
  /** Makes one array of nested lists that hold traced ones. */
  nested(x: readonly unknown[]): NDArray;
  /** Runs a primitive that writes into `target`, where that or another argument is traced. */
  write(primitive: Primitive, target: unknown, args: readonly unknown[]): unknown;
}

/** Where calls with traced arrays go. */
export const tracing = {
  /** `null` while nothing is recorded: traced arrays count as plain ones. */
  tracer: null as Tracer | null,
  /** Whether 0-d results stay arrays, which JavaScript scalars would make of them otherwise. */
  keepsArrays: false,
};

/** Makes a primitive of a function on arrays. */
export function primitive<A extends unknown[], R>(
  name: string,
  run: (...args: A) => R,
): Primitive & { readonly run: (...args: A) => R } {
  return { name, run, rule: undefined };
}

/** Whether an argument is a traced array, or a list that holds one. */
export function isTraced(x: unknown): boolean {
  if (tracing.tracer === null || typeof x !== 'object' || x === null) return false;
  if (Array.isArray(x)) return x.some(isTraced);
  return (x as { traced?: unknown }).traced === true;
}

/** A fresh array that pieces of `operands` will be written to: traced where one of them is, and on their device. */
export function beside<A extends NDArray>(operands: unknown, make: () => A): A {
  return isTraced(operands) ? (tracing.tracer!.blank(operands, make) as A) : make();
}

/** A temporary whose memory may take the result, as an `out`; not while its own values are recorded. */
export function spare(a: NDArray): NDArray | null {
  return isTraced(a) ? null : a;
}

/** Calls a public function with traced arrays; what it returns is a constant. */
export function asConstant<R>(fn: { readonly name: string }, ...args: readonly unknown[]): R {
  return tracing.tracer!.call({ name: fn.name, run: fn as Primitive['run'] }, args) as R;
}
