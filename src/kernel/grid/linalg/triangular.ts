/** Triangular systems of a block on a grid: right sides, several at a time, in the memory of a workgroup. */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { isComplexValue, v } from '../../value.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { wordsOf } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import { integers } from '../product/ring.ts';
import type { MatrixElement, Params, Teams } from './matrix.ts';
import {
  Held,
  lessProduct,
  matrixIn,
  overBlock,
  overBlockEitherWay,
  placeParams,
  realValue,
  seated,
  settled,
  teamsFor,
} from './matrix.ts';

export interface TriangularBlock {
  readonly element: MatrixElement;
  /** Most rows, and columns of right sides that a team takes: powers of two. */
  readonly side: number;
  readonly width: number;
  readonly unit: boolean;
  /** Whether the triangle is in the buffer of the right sides. */
  readonly inPlace: boolean;
}

type Sizes = Pick<TriangularBlock, 'element' | 'side' | 'width'>;

export const triangularTeams = ({ element, side, width }: Sizes): Teams =>
  teamsFor(side * width, wordsOf(element) * side * (side + width));

/**
 * The kernel that replaces right sides by solutions: `count` stacks of n rows, `columns` wide, which are cut into `tiles`. The triangle
 * is a lower one, whose imaginary parts are multiplied by `sign`; `aDown` and `xDown` say (1 or 0) whether neighbours in a column are
 * closer in memory than those in a row. Each step subtracts what a row of the solution accounts for; rows are divided by the diagonal
 * when they are used.
 */
export function buildTriangularBlock(block: TriangularBlock): GridKernel {
  const { element, side, width, unit, inPlace } = block;
  const teams = triangularTeams(block);
  return gridKernel(
    `solve ${side}x${width} ${element}`,
    teams.lanes * teams.teams,
    { ...(inPlace ? {} : { triangle: 'read' as const }), work: 'write' as const },
    {
      ...integers('count', 'n', 'columns', 'tiles', 'aDown', 'xDown'),
      sign: 'f32' as const,
      ...placeParams('a', 'x'),
    },
    (b, named: Readonly<Record<string, BufferArray>>, p: Params) =>
      seated(b, teams, k.mul(p['count'], p['tiles']), ({ lane, team, item, isThere }) => {
        const held = (rows: number, columns: number) =>
          new Held(b, element, teams.teams * rows * columns).matrix(k.mul(team, rows * columns), columns);
        const [t, x] = [held(side, side), held(side, width)];
        const matrix = b.let(k.idiv(item, p['tiles']), 'matrix');
        const first = b.let(k.mul(k.sub(item, k.mul(matrix, p['tiles'])), width), 'first');
        const a = matrixIn(b, named[inPlace ? 'work' : 'triangle'], element, p, 'a', matrix);
        const sides = matrixIn(b, named['work'], element, p, 'x', matrix);
        const overSides = (body: (row: Expr, column: Expr, there: Expr) => void): void =>
          overBlockEitherWay(b, teams, lane, [side, width], k.ne(p['xDown'], 0), (row, column) => {
            const there = b.let(k.add(first, column), 'there');
            b.if(k.and(k.lt(row, p['n']), k.lt(there, p['columns'])), () => body(row, column, there));
          });
        overBlockEitherWay(b, teams, lane, [side, side], k.ne(p['aDown'], 0), (row, column) => {
          const isRead = unit ? k.lt(column, row) : k.le(column, row);
          b.if(k.and(k.lt(row, p['n']), isRead), () => {
            const value = a.get(row, column);
            t.set(row, column, isComplexValue(value) ? { ...value, im: k.mul(value.im, p['sign']) } : value);
          });
        });
        overBlock(b, teams, lane, [side, width], (row, column) => x.set(row, column, realValue(element, 0)));
        b.barrier();
        overSides((row, column, there) => x.set(row, column, sides.get(row, there)));
        b.barrier();
        const solved = (row: Expr, column: Expr): Value =>
          unit ? x.get(row, column) : settled(b, v.div(x.get(row, column), t.get(row, row)));
        b.for(0, p['n'], 1, (j) => {
          // Lanes are a multiple of the width: each stays in its column.
          const own = solved(j, b.let(k.and(lane, width - 1), 'column'));
          overBlock(b, teams, lane, [side, width], (row, column) =>
            b.if(k.and(k.gt(row, j), k.lt(row, p['n'])), () =>
              x.set(row, column, lessProduct(x.get(row, column), t.get(row, j), own)),
            ),
          );
          b.barrier();
        });
        b.if(isThere, () => overSides((row, column, there) => sides.set(row, there, solved(row, column))));
      }),
  );
}
