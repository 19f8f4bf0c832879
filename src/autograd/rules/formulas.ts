/** Derivatives of rows by formula: each is a row by formula itself. */
import type { NDArray } from '../../array/ndarray.ts';
import { zeros } from '../../np/creation/filled.ts';
import { multiply } from '../../np/ufuncs.ts';
import { callUFunc, primitiveOf } from '../../np/ufunc/call.ts';
import * as activations from '../../ops/ufuncs/activations.ts';
import type { FormulaRow } from '../../ops/ufuncs/formula.ts';
import { partialOf } from '../../ops/ufuncs/formula.ts';
import * as losses from '../../ops/ufuncs/losses.ts';
import type { Derivative, Known, Rule } from '../rule.ts';
import { RESULT, define } from '../rule.ts';

/** The derivatives are made when the row is first recorded. */
function ruleOf(row: FormulaRow): Rule {
  let made: (Derivative | null)[] | undefined;
  return {
    elementwise: true,
    get derivatives() {
      return (made ??= [...Array.from({ length: row.nin }, (_, i) => derivativeOf(row, i)), null]);
    },
  };
}

function derivativeOf(row: FormulaRow, index: number): Derivative {
  const { constant, row: product, operands, byResult } = partialOf(row, index);
  if (constant !== undefined) return { keeps: 0, pullback: (g) => times(g, constant) };
  defineFormula(product);
  const keeps = byResult ? RESULT : operands.reduce((bits, i) => bits | (1 << i), 0);
  const given = (known: Known): readonly unknown[] =>
    byResult ? [known.o] : operands.map((i) => known.operands[i]);
  return { keeps, pullback: (g, known) => callUFunc(product, [g, ...given(known)]) as NDArray };
}

function times(g: NDArray, factor: number): NDArray {
  if (factor === 0) return zeros(g.shape, { dtype: g.dtype });
  return factor === 1 ? g : (multiply(g, factor) as NDArray);
}

function defineFormula(row: FormulaRow): void {
  const primitive = primitiveOf(row);
  if (!primitive.rule) define(primitive, ruleOf(row));
}

export function defineFormulas(): void {
  for (const row of [...Object.values(activations), ...Object.values(losses)])
    if (typeof row === 'object') defineFormula(row);
}
