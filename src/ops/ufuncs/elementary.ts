/** Exponentials, logarithms, trigonometric and hyperbolic functions. */
import { k } from '../../kernel/build.ts';
import * as m from '../../kernel/math.ts';
import * as complex from '../../kernel/math/complex.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { ComplexValue } from '../../kernel/value.ts';
import { isComplexValue } from '../../kernel/value.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { COMPLEX, FLOATS, same } from './types.ts';

/** A function of one number, real or complex. */
const elementary = (
  name: string,
  real: (x: Expr) => Expr,
  ofComplex: (z: ComplexValue) => ComplexValue,
): UFuncRow => row(name, same(1, 1, FLOATS + COMPLEX), (x) => (isComplexValue(x) ? ofComplex(x) : real(x)));

export const exp = /* @__PURE__ */ elementary('exp', m.exp, complex.exp);
export const exp2 = /* @__PURE__ */ elementary('exp2', m.exp2, complex.exp2);
export const expm1 = /* @__PURE__ */ elementary('expm1', m.expm1, complex.expm1);
export const log = /* @__PURE__ */ elementary('log', m.log, complex.log);
export const log2 = /* @__PURE__ */ elementary('log2', m.log2, complex.log2);
export const log10 = /* @__PURE__ */ elementary('log10', m.log10, complex.log10);
export const log1p = /* @__PURE__ */ elementary('log1p', m.log1p, complex.log1p);
export const sqrt = /* @__PURE__ */ elementary('sqrt', k.sqrt, complex.sqrt);

export const sin = /* @__PURE__ */ elementary('sin', m.sin, complex.sin);
export const cos = /* @__PURE__ */ elementary('cos', m.cos, complex.cos);
export const tan = /* @__PURE__ */ elementary('tan', m.tan, complex.tan);
export const arcsin = /* @__PURE__ */ elementary('arcsin', m.arcsin, complex.arcsin);
export const arccos = /* @__PURE__ */ elementary('arccos', m.arccos, complex.arccos);
export const arctan = /* @__PURE__ */ elementary('arctan', m.arctan, complex.arctan);
export const sinh = /* @__PURE__ */ elementary('sinh', m.sinh, complex.sinh);
export const cosh = /* @__PURE__ */ elementary('cosh', m.cosh, complex.cosh);
export const tanh = /* @__PURE__ */ elementary('tanh', m.tanh, complex.tanh);
export const arcsinh = /* @__PURE__ */ elementary('arcsinh', m.arcsinh, complex.arcsinh);
export const arccosh = /* @__PURE__ */ elementary('arccosh', m.arccosh, complex.arccosh);
export const arctanh = /* @__PURE__ */ elementary('arctanh', m.arctanh, complex.arctanh);
