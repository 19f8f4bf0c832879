/** Positions of extrema as a fold: states are an element and its position. */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { computeType, layoutOf } from '../../element.ts';
import type { Expr } from '../../ir.ts';
import type { Extremum } from '../../reduce/arg.ts';
import type { ScalarType } from '../../types.ts';
import { v, valueOf } from '../../value.ts';
import type { Fold } from './fold.ts';

/** The fold that keeps the largest or smallest element, before it a NaN, and of equal ones the first. */
export function argFold(kind: Extremum, element: ElementType): Fold {
  const { parts } = layoutOf(element);
  const better = (kind === 'max' ? v.gt : v.lt) as (a: unknown, b: unknown) => Expr;
  return {
    types: [...new Array<ScalarType>(parts).fill(computeType(element)), 'i32'],
    combine: (a, b) => {
      const [x, y] = [a, b].map((state) => valueOf(state.slice(0, parts)));
      const [xIsNaN, yIsNaN] = [v.isNaN(x), v.isNaN(y)];
      const isFirst = k.lt(b[parts], a[parts]);
      const amongNumbers = k.or(better(y, x), k.and(v.eq(x, y), isFirst));
      const takesSecond = k.select(yIsNaN, k.or(k.not(xIsNaN), isFirst), k.and(k.not(xIsNaN), amongNumbers));
      return a.map((part, i) => k.select(takesSecond, b[i], part));
    },
  };
}
