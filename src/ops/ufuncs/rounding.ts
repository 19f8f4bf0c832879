/** Rounding to integers. */
import { k } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import { isFloat } from '../../kernel/types.ts';
import { isComplexValue } from '../../kernel/value.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { BOOL, COMPLEX, FLOATS, REALS, same } from './types.ts';

/** Integers and bools are already round. */
const rounding = (name: string, round: (x: Expr) => Expr): UFuncRow =>
  row(name, same(1, 1, BOOL + REALS), (x: Expr) => (isFloat(x.type) ? round(x) : x));

export const floor = /* @__PURE__ */ rounding('floor', k.floor);
export const ceil = /* @__PURE__ */ rounding('ceil', k.ceil);
export const trunc = /* @__PURE__ */ rounding('trunc', k.trunc);

export const rint = /* @__PURE__ */ row('rint', same(1, 1, FLOATS + COMPLEX), (x) =>
  isComplexValue(x) ? { re: k.nearest(x.re), im: k.nearest(x.im) } : k.nearest(x),
);
