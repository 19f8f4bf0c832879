/** The Cholesky factorisation of a block on a grid: one matrix, or several small ones, in the memory of a workgroup. */
import { k } from '../../build.ts';
import { v } from '../../value.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { wordsOf } from '../element.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import type { MatrixElement, Teams } from './matrix.ts';
import {
  Held,
  lessProduct,
  matrixIn,
  overBlock,
  placeParams,
  realValue,
  scaled,
  seated,
  settled,
  teamsFor,
} from './matrix.ts';

export interface CholeskyBlock {
  readonly element: MatrixElement;
  /** Most rows: a power of two. */
  readonly side: number;
  /** The code of the failure that a matrix is not positive definite. */
  readonly code: number;
}

/** How many matrices a workgroup takes. */
export const choleskyTeams = ({ element, side }: Pick<CholeskyBlock, 'element' | 'side'>): Teams =>
  teamsFor(side * side, wordsOf(element) * side * side);

/**
 * The kernel that replaces the lower triangles of `count` matrices of n rows by their factors. A column is divided by the root on its
 * diagonal when all is done: until then it is of use as it is.
 */
export function buildCholeskyBlock({ element, side, code }: CholeskyBlock): GridKernel {
  const teams = choleskyTeams({ element, side });
  return gridKernel(
    `cholesky ${side} ${element}`,
    teams.lanes * teams.teams,
    { work: 'write', status: 'atomic' },
    { count: 'i32', n: 'i32', [CHECK_PARAM]: 'i32', ...placeParams('a') },
    (b, { work, status }, p) =>
      seated(b, teams, p.count, ({ lane, team, item, isThere }) => {
        const held = new Held(b, element, teams.teams * side * side);
        const own = held.matrix(b.let(k.mul(team, side * side), 'first'), side);
        const a = matrixIn(b, work, element, p, 'a', item);
        const overLower = (body: Parameters<typeof overBlock>[4]): void =>
          overBlock(b, teams, lane, [side, side], (row, column) =>
            b.if(k.and(k.lt(row, p.n), k.le(column, row)), () => body(row, column)),
          );
        overLower((row, column) => own.set(row, column, a.get(row, column)));
        b.barrier();
        b.for(0, p.n, 1, (j) => {
          const pivot = v.re(own.get(j, j));
          b.if(k.and(k.and(k.eq(lane, 0), isThere), k.not(k.gt(pivot, 0))), () =>
            fail(b, status, p[CHECK_PARAM], code, []),
          );
          overLower((row, column) =>
            b.if(k.gt(column, j), () => {
              const ratio = settled(b, scaled(own.get(row, j), k.div(k.const('f32', 1), pivot)));
              own.set(row, column, lessProduct(own.get(row, column), ratio, v.conj(own.get(column, j))));
            }),
          );
          b.barrier();
        });
        b.if(isThere, () =>
          overLower((row, column) => {
            const root = b.let(k.sqrt(v.re(own.get(column, column))), 'root');
            const quotient = scaled(own.get(row, column), k.div(k.const('f32', 1), root));
            a.set(row, column, v.select(k.eq(row, column), realValue(element, root), quotient));
          }),
        );
      }),
  );
}
