/** What a universal function is: a row of a table, its loops, and how the loop for given operands is found. */
import type { Refusal } from './refuse.ts';
import { refusable, refuseWhere } from './refuse.ts';
import type { DType, Weak } from '../array/dtype.ts';
import { DTYPES, DType as DTypeClass, canCast, promoteWeak, promote } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../array/tracing.ts';
import type { MapSpec } from '../kernel/map.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import type { Value } from '../kernel/value.ts';

/** One type combination that a ufunc computes: NumPy's `'dd->d'`. */
export interface Loop {
  readonly text: string;
  readonly ins: readonly DType[];
  readonly outs: readonly DType[];
}

/** A universal function. Everything else about it follows from this row. */
/** Values that a row refuses: a mask of them, to be disposed of, and what is said. */
export interface Refused {
  readonly wrong: NDArray;
  readonly refusal: Refusal;
}

export interface UFuncRow {
  readonly name: string;
  readonly nin: number;
  readonly nout: number;
  /** NumPy's loops, in the order in which they are tried. */
  readonly types: readonly string[];
  /** Loops that NumPy tries but does not list for these dtypes. */
  readonly extraTypes?: readonly string[];
  /** The value that leaves the other operand unchanged, where there is one: what an empty reduction gives. */
  readonly identity?: number | boolean;
  /** Whether a reduction may take the elements in any order, and so run over several axes. */
  readonly reorderable?: boolean;
  /** The result, or results, for one element. */
  expr(...inputs: Value[]): Value | readonly Value[];
  /** In place of `expr` where the formula depends on more than the values' types, as float16 from float32. */
  readonly exprOf?: (loop: Loop) => UFuncRow['expr'];
  /** Operand dtypes to look the loop up with, where NumPy's own rule is not the plain search; may throw. */
  readonly promote?: (dtypes: readonly DType[]) => readonly DType[];
  /** Which values of the last operand are refused, before anything is computed; null if none can be. */
  readonly validate?: (inputs: readonly NDArray[], loop: Loop) => Refused | null;
  /** Whether an integer scalar beside an integer array may be out of the array's range: the result never shows it. */
  readonly anyInteger?: boolean;
  /** The row as what a tracer records, made when it is first asked for. */
  primitive?: Primitive;
  /** The same for its reduction, its accumulation, its reductions of slices, and for `at`. */
  reduction?: Primitive;
  accumulation?: Primitive;
  slicing?: Primitive;
  inPlace?: Primitive;
  /** What its calls and reductions come down to, by kinds of operands: filled as they come up. */
  calls?: unknown[];
  reductions?: unknown[];
  /** Only for generalised ufuncs: the core dimensions. */
  readonly signature?: string;
}

/** A row by its name, loops and formula; the numbers of operands and results are those of the loops. */
export function row(
  name: string,
  types: readonly string[],
  expr: UFuncRow['expr'],
  more: Partial<Omit<UFuncRow, 'name' | 'types' | 'expr'>> = {},
): UFuncRow {
  const [ins, outs] = types[0].split('->');
  return { name, nin: ins.length, nout: outs.length, types, expr, ...more };
}

const loopsOfRow = /* @__PURE__ */ new WeakMap<UFuncRow, readonly Loop[]>();

/** All loops of a row, parsed once. */
export function loopsOf(row: UFuncRow): readonly Loop[] {
  let loops = loopsOfRow.get(row);
  if (!loops) loopsOfRow.set(row, (loops = [...row.types, ...(row.extraTypes ?? [])].map(parseLoop)));
  return loops;
}

function parseLoop(text: string): Loop {
  const [ins, outs] = text.split('->').map((side) => [...side].map(dtypeOfChar));
  return { text, ins, outs };
}

function dtypeOfChar(char: string): DType {
  return DTYPES.find((d) => d.char === char)!;
}

/** The dtypes that operands enter the search with: weak scalars take the common dtype of the others. */
export function operandDTypes(operands: readonly (DType | Weak)[]): DType[] {
  const strong = operands.filter((t) => t instanceof DTypeClass);
  const common = strong.length ? strong.reduce(promote) : undefined;
  return operands.map((t) => (t instanceof DTypeClass ? t : promoteWeak(weakest(common, operands), t)));
}

/** Beside a weak float, an integer array and a weak int are floats as well. */
function weakest(common: DType | undefined, operands: readonly (DType | Weak)[]): DType | undefined {
  if (operands.includes('complex')) return promoteWeak(common, 'complex');
  return operands.includes('float') ? promoteWeak(common, 'float') : common;
}

/**
 * The first loop that all operands cast to safely.
 *
 * @throws TypeError when there is none.
 */
export function resolveLoop(row: UFuncRow, operands: readonly (DType | Weak)[]): Loop {
  const dtypes = operandDTypes(operands);
  const searched = row.promote ? row.promote(dtypes) : dtypes;
  const found = loopsOf(row).find((loop) => loop.ins.every((to, i) => canCast(searched[i], to)));
  if (found) return found;
  throw new TypeError(
    `ufunc '${row.name}' not supported for the input types, and the inputs could not be safely coerced to any supported types ` +
      `according to the casting rule 'safe' (got ${dtypes.map((d) => d.name).join(', ')})`,
  );
}

/**
 * The loop whose results have the dtype asked for with `dtype=`; of several, the first that the operands cast to safely.
 *
 * @throws TypeError when there is none.
 */
export function loopForDType(row: UFuncRow, dtype: DType, operands: readonly (DType | Weak)[]): Loop {
  const matching = loopsOf(row).filter((loop) => loop.outs.every((d) => d === dtype));
  const dtypes = operandDTypes(operands);
  const found = matching.find((loop) => loop.ins.every((to, i) => canCast(dtypes[i], to))) ?? matching[0];
  if (found) return found;
  throw new TypeError(
    `No loop matching the specified signature and casting was found for ufunc ${row.name} (dtype=${dtype.name})`,
  );
}

const specs = /* @__PURE__ */ new WeakMap<Loop, MapSpec>();

/** The elementwise kernel of one loop of a row. */
export function specOf(row: UFuncRow, loop: Loop): MapSpec {
  let spec = specs.get(loop);
  if (!spec) {
    spec = {
      name: `${row.name}:${loop.text}`,
      inputs: loop.ins.map((d) => d.element),
      outputs: loop.outs.map((d) => d.element),
      expr: row.exprOf ? row.exprOf(loop) : row.expr,
    };
    specs.set(loop, spec);
  }
  return spec;
}

const reduceSpecs = /* @__PURE__ */ new WeakMap<Loop, ReduceSpec>();

/** One loop of a binary row as what a reduction or scan combines with; the same object each time. */
export function reduceSpec(row: UFuncRow, loop: Loop): ReduceSpec {
  let spec = reduceSpecs.get(loop);
  if (!spec) {
    const { name, expr } = specOf(row, loop);
    const { reorderable = false } = row;
    spec = { name, operation: row.name, reorderable, combine: (acc, x) => expr(acc, x) as Value };
    reduceSpecs.set(loop, spec);
  }
  return spec;
}

/**
 * Refuses the values that a row refuses.
 *
 * @param whole - what the last operand is a part of
 * @returns what is to be used in place of `whole`
 * @throws what the row's refusal says; where the operand lies on a device, reads of what is computed with the returned array do.
 */
export function validated(
  row: UFuncRow,
  inputs: readonly NDArray[],
  loop: Loop,
  whole: NDArray = inputs[inputs.length - 1],
): NDArray {
  const refused = row.validate?.(inputs, loop) ?? null;
  if (refused === null) return whole;
  const used = refusable(whole);
  refuseWhere(used, refused.wrong, refused.refusal);
  refused.wrong.storage.dispose();
  return used;
}
