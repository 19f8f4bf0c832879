/** The ufuncs behind `np.clip`. */
import type { Value } from '../../kernel/value.ts';
import { maximum, minimum } from './arithmetic.ts';
import type { UFuncRow } from '../ufunc.ts';
import { loopsOf, row } from '../ufunc.ts';
import { ALL, same } from './types.ts';

/** The formula of one loop of a binary row with operands of a dtype. Of equal floats, as -0 and 0, clipping keeps the first. */
function formula(binary: UFuncRow, char: string): (a: Value, b: Value) => Value {
  const loop = loopsOf(binary).find((l) => l.ins[0].char === char)!;
  const special = loop.ins[0].kind === 'f' ? undefined : binary.exprOf?.(loop);
  return (special ?? binary.expr) as (a: Value, b: Value) => Value;
}

export const clip = /* @__PURE__ */ row('clip', same(3, 1, ALL), (x) => x, {
  exprOf: ({ ins: [{ char }] }) => {
    const [most, least] = [formula(minimum, char), formula(maximum, char)];
    return (x, low, high) => most(least(x, low), high);
  },
});

/** With one limit the formulas are those of maximum and minimum, whose derivatives at the limit are others. */
export const clipBelow = /* @__PURE__ */ row('clip_min', same(2, 1, ALL), maximum.expr, {
  exprOf: maximum.exprOf,
});
export const clipAbove = /* @__PURE__ */ row('clip_max', same(2, 1, ALL), minimum.expr, {
  exprOf: minimum.exprOf,
});
