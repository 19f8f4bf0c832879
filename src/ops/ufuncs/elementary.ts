/** Exponentials, logarithms, trigonometric and hyperbolic functions. */
import { k } from '../../kernel/build.ts';
import * as m from '../../kernel/math.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { FLOATS, same } from './types.ts';

/** A function of one number, real or complex. */
const elementary = (
  name: string,
  real: (x: Expr) => Expr,
): UFuncRow => row(name, same(1, 1, FLOATS), real);

export const exp = /* @__PURE__ */ elementary('exp', m.exp);
export const exp2 = /* @__PURE__ */ elementary('exp2', m.exp2);
export const expm1 = /* @__PURE__ */ elementary('expm1', m.expm1);
export const log = /* @__PURE__ */ elementary('log', m.log);
export const log2 = /* @__PURE__ */ elementary('log2', m.log2);
export const log10 = /* @__PURE__ */ elementary('log10', m.log10);
export const log1p = /* @__PURE__ */ elementary('log1p', m.log1p);
export const sqrt = /* @__PURE__ */ elementary('sqrt', k.sqrt);

export const sin = /* @__PURE__ */ elementary('sin', m.sin);
export const cos = /* @__PURE__ */ elementary('cos', m.cos);
export const tan = /* @__PURE__ */ elementary('tan', m.tan);
export const arcsin = /* @__PURE__ */ elementary('arcsin', m.arcsin);
export const arccos = /* @__PURE__ */ elementary('arccos', m.arccos);
export const arctan = /* @__PURE__ */ elementary('arctan', m.arctan);
export const sinh = /* @__PURE__ */ elementary('sinh', m.sinh);
export const cosh = /* @__PURE__ */ elementary('cosh', m.cosh);
export const tanh = /* @__PURE__ */ elementary('tanh', m.tanh);
export const arcsinh = /* @__PURE__ */ elementary('arcsinh', m.arcsinh);
export const arccosh = /* @__PURE__ */ elementary('arccosh', m.arccosh);
export const arctanh = /* @__PURE__ */ elementary('arctanh', m.arctanh);
