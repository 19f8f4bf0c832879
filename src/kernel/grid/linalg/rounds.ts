/**
 * Who meets whom when all pairs of rows of matrices are turned. Rows are taken in blocks, and blocks in pairs, each of which meets every other
 * in a round of a sweep: so the pairs of a round have nothing in common.
 * Source: R. Brent, F. Luk, The solution of singular-value and symmetric eigenvalue problems on multiprocessor arrays, 1985.
 */
import type { Body } from '../../build.ts';
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { MatrixElement } from './matrix.ts';
import { placeParams } from './matrix.ts';

export interface JacobiShape {
  readonly element: MatrixElement;
  /** Rows of a pair of blocks: a power of two, from 4 on. */
  readonly side: number;
}

/** The parameters of kernels of a round. */
export const ROUND_PARAMS = /* @__PURE__ */ Object.freeze({
  count: 'i32',
  /** Rows of a matrix. */
  n: 'i32',
  /** Pairs of blocks: of all blocks, or one more, half. */
  pairs: 'i32',
  /** Less than twice the pairs, less one. */
  round: 'i32',
  ...placeParams('a'),
} as const);

/** The two that meet in the pair of a number, in a round of all of `2 pairs` against all. */
export function meeting(b: Body, pairs: Expr, round: Expr, pair: Expr): readonly [Expr, Expr] {
  const others = b.let(k.sub(k.add(pairs, pairs), 1), 'others');
  const [sum, difference] = [b.let(k.add(round, pair), 'sum'), b.let(k.sub(round, pair), 'difference')];
  const first = b.let(k.select(k.lt(sum, others), sum, k.sub(sum, others)), 'first');
  const behind = k.select(k.lt(difference, 0), k.add(difference, others), difference);
  return [first, b.let(k.select(k.eq(pair, 0), others, behind), 'second')];
}

/** Where the rows of a pair of blocks are in the matrix; those that it has not are `n` or more. */
export function rowsOf(b: Body, side: number, [first, second]: readonly [Expr, Expr]): (i: Expr) => Expr {
  const width = side / 2;
  return (i) =>
    b.let(
      k.select(k.lt(i, width), k.add(k.mul(first, width), i), k.add(k.mul(second, width), k.sub(i, width))),
      'row',
    );
}
