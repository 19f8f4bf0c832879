/** Magnitudes and signs, and functions of two floats. */
import { k } from '../../kernel/build.ts';
import * as m from '../../kernel/math.ts';
import { sign as complexSign } from '../../kernel/math/complex.ts';
import type { Expr } from '../../kernel/ir.ts';
import { isSigned } from '../../kernel/types.ts';
import { isComplexValue } from '../../kernel/value.ts';
import type { Loop, UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { FLOATS, NUMBERS, REALS, same } from './types.ts';

export const absolute = /* @__PURE__ */ row('absolute', [...same(1, 1, `?${REALS}`), 'F->f', 'D->d'], (x) => {
  if (isComplexValue(x)) return m.hypot(x.re, x.im);
  return isSigned(x.type) || x.type[0] === 'f' ? k.abs(x) : x;
});

export const sign = /* @__PURE__ */ row(
  'sign',
  same(1, 1, NUMBERS),
  (x) => (isComplexValue(x) ? complexSign(x) : m.sign(x)),
  {
    promote: refuseBool,
  },
);

function refuseBool(dtypes: readonly Loop['ins'][number][]): readonly Loop['ins'][number][] {
  if (dtypes[0].kind === 'b')
    throw new TypeError("ufunc 'sign' did not contain a loop with signature matching types bool -> None");
  return dtypes;
}

export const heaviside = /* @__PURE__ */ row('heaviside', same(2, 1, FLOATS), m.heaviside);
export const copysign = /* @__PURE__ */ row('copysign', same(2, 1, FLOATS), (x: Expr, y: Expr) =>
  k.copysign(x, y),
);
export const hypot = /* @__PURE__ */ row('hypot', same(2, 1, FLOATS), m.hypot, {
  identity: 0,
  reorderable: true,
});
export const arctan2 = /* @__PURE__ */ row('arctan2', same(2, 1, FLOATS), m.arctan2);
export const cbrt = /* @__PURE__ */ row('cbrt', same(1, 1, FLOATS), m.cbrt);

const logSum = (name: string, expr: (x: Expr, y: Expr) => Expr): UFuncRow =>
  row(name, same(2, 1, FLOATS), expr, { identity: -Infinity, reorderable: true });

export const logaddexp = /* @__PURE__ */ logSum('logaddexp', m.logaddexp);
export const logaddexp2 = /* @__PURE__ */ logSum('logaddexp2', m.logaddexp2);

const isHalf = ({ ins }: Loop): boolean => ins[0].element === 'f16';

export const nextafter = /* @__PURE__ */ row('nextafter', same(2, 1, FLOATS), m.nextafter, {
  exprOf: (loop) => (isHalf(loop) ? m.nextafterHalf : m.nextafter),
});

export const spacing = /* @__PURE__ */ row('spacing', same(1, 1, FLOATS), m.spacing, {
  exprOf: (loop) => (isHalf(loop) ? m.spacingHalf : m.spacing),
});

export const frexp = /* @__PURE__ */ row('frexp', ['e->ei', 'f->fi', 'd->di'], (x: Expr) => {
  const { mantissa, exponent } = m.frexp(x);
  return [mantissa, exponent];
});

export const ldexp = /* @__PURE__ */ row(
  'ldexp',
  ['ei->e', 'fi->f', 'el->e', 'fl->f', 'di->d', 'dl->d'],
  m.ldexp,
);

export const modf = /* @__PURE__ */ row('modf', same(1, 2, FLOATS), (x: Expr) => {
  const { fraction, integer } = m.modf(x);
  return [fraction, integer];
});
