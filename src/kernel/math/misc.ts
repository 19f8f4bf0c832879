/** sign and heaviside. */
import { k, lift } from '../build.ts';
import type { Expr } from '../ir.ts';
import { isFloat } from '../types.ts';
import { choose } from './common.ts';

/** -1, 0 or 1; NaN stays. */
export function sign(x: Expr): Expr {
  const one = lift(1, x.type);
  if (x.type[0] === 'u') return k.select(k.ne(x, 0), one, 0);
  const value = k.select(k.gt(x, 0), one, k.select(k.lt(x, 0), lift(-1, x.type), 0));
  return isFloat(x.type) ? k.select(k.eq(x, x), value, x) : value;
}

/** 0 below zero, 1 above, `atZero` at zero; NaN stays. */
export function heaviside(x: Expr, atZero: Expr): Expr {
  return choose(
    [
      [k.lt(x, 0), 0],
      [k.gt(x, 0), 1],
      [k.eq(x, 0), atZero],
    ],
    x,
  );
}
