/** Ufuncs by formula: from one term follow the kernel of its value and those of its derivatives of every order. */
import type { Expr } from '../../kernel/ir.ts';
import { emit } from '../../kernel/formula/emit.ts';
import type { Term } from '../../kernel/formula/term.ts';
import { derivative, f, input, inputsOf, substitute } from '../../kernel/formula/term.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { FLOATS, same } from './types.ts';

/** A row whose formula is a term. */
export interface FormulaRow extends UFuncRow {
  readonly term: Term;
  /** Partial derivatives that are not those of the term; `undefined` where they are. */
  readonly partials: readonly (Term | undefined)[];
  /** The derivative of a function of one number by its result, which may be cheaper. */
  readonly ofResult: Term | undefined;
}

export interface FormulaOptions {
  /** The dtypes that there are loops for. */
  readonly chars?: string;
  readonly partials?: (...inputs: Term[]) => readonly (Term | undefined)[];
  readonly ofResult?: (result: Term) => Term;
}

/** A row of `nin` operands. */
export function formula(
  name: string,
  nin: number,
  build: (...inputs: Term[]) => Term,
  { chars = FLOATS, partials, ofResult }: FormulaOptions = {},
): FormulaRow {
  const inputs = Array.from({ length: nin }, (_, i) => input(i));
  const term = build(...inputs);
  const expr = (...values: unknown[]): Expr => emit(term, values as Expr[]);
  return {
    ...row(name, same(nin, 1, chars), expr as UFuncRow['expr']),
    term,
    partials: partials?.(...inputs) ?? [],
    ofResult: ofResult?.(input(0)),
  };
}

/** What the gradient of an operand is computed with. */
export interface Partial {
  /** The partial derivative where it is a constant. */
  readonly constant: number | undefined;
  /** The gradient of the result times the partial derivative: the row's operands are that gradient, then those below. */
  readonly row: FormulaRow;
  /** The operands that it needs. */
  readonly operands: readonly number[];
  /** Whether it needs the result in their place. */
  readonly byResult: boolean;
}

const known = /* @__PURE__ */ new WeakMap<FormulaRow, Partial[]>();

/** The partial derivative of a row with respect to an operand. */
export function partialOf(of: FormulaRow, index: number): Partial {
  let all = known.get(of);
  if (!all) known.set(of, (all = []));
  return (all[index] ??= makePartial(of, index));
}

function makePartial(of: FormulaRow, index: number): Partial {
  const byResult = of.ofResult !== undefined;
  const term = of.ofResult ?? of.partials[index] ?? derivative(of.term, index);
  const operands = inputsOf(term);
  const places = Array.from({ length: of.nin }, (_, i) => input(operands.indexOf(i) + 1));
  return {
    constant: term.op === 'const' ? term.value : undefined,
    row: formula(`${of.name}'${index}`, operands.length + 1, (g) => f.mul(g, substitute(term, places))),
    operands,
    byResult,
  };
}
