/** LU factorisation of panels on a grid, with partial pivoting, and exchanges of rows. */
import type { Body } from '../../build.ts';
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { partsOf, v, valueOf } from '../../value.ts';
import { at, gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import type { BufferArray } from '../ir.ts';
import type { MatrixElement, Params } from './matrix.ts';
import { lessProduct, matrixIn, partTypes, placeParams, realValue, settled, startOf } from './matrix.ts';
import type { PanelShape } from './panel.ts';
import { PANEL_PARAMS, overPanels, panelTeams } from './panel.ts';

export interface LuPanel extends PanelShape {
  /** The code of the failure that a pivot is zero; null if that is none. */
  readonly code: number | null;
}

/** What pivots are chosen by. NaN is chosen first: another pivot may be zero, and the matrix look singular. */
function magnitude(b: Body, x: Value): Expr {
  const parts = partsOf(x).map((part) => k.abs(part));
  const sum = b.let(
    parts.reduce((all, part) => k.add(all, part)),
    'sum',
  );
  return k.select(k.eq(sum, sum), sum, Infinity);
}

/**
 * The kernel that factors panels, each within itself. Pivots are numbers of rows of the matrix, of which the panel's first one is
 * `first`; those of a matrix are `pivotStep` behind those of the one before.
 *
 * Column j is divided by its pivot while column j + 1 is worked on, when no other lane reads it any more.
 */
export function buildLuPanel({ code, ...shape }: LuPanel): GridKernel {
  const { element } = shape;
  const teams = panelTeams(shape);
  return gridKernel(
    `lu ${shape.held ?? 'tall'}x${shape.width} ${element}`,
    teams.lanes * teams.teams,
    {
      work: 'write' as const,
      pivots: 'write' as const,
      ...(code === null ? {} : { status: 'atomic' as const }),
    },
    {
      ...PANEL_PARAMS,
      ...{ first: 'i32', pivotStep: 'i32' },
      ...(code === null ? {} : { [CHECK_PARAM]: 'i32' }),
    } as Readonly<Record<string, 'i32'>>,
    (b, named: Readonly<Record<string, BufferArray>>, p) =>
      overPanels(b, shape, named['work'], p, (panel) => {
        const { a, column, row, rowLanes, isColumn, seat } = panel;
        const best = panel.perLane('f32', 'i32');
        const pivotRow = panel.perLane(...partTypes(element));
        const size = b.let(k.const('f32', -1), 'size');
        const place = b.let(k.const('i32', 0), 'place');
        const consider = (value: Value, r: Expr): void => {
          const own = b.let(magnitude(b, value), 'own');
          b.if(k.gt(own, size), () => {
            b.set(size, own);
            b.set(place, r);
          });
        };
        const share = (): void => {
          best.put([size, place]);
          b.barrier();
        };
        /** The row of the largest of the elements that the lanes of a column have considered, the first of equal ones. */
        const chosen = (j: Expr): Expr => {
          const [top, found] = [b.let(k.const('f32', -1), 'top'), b.let(j, 'found')];
          b.for(0, rowLanes, 1, (lane) => {
            const [s, r] = best.find(lane, j);
            const isFirst = k.or(k.gt(s, top), k.and(k.eq(s, top), k.lt(r, found)));
            b.if(k.and(k.ge(s, 0), isFirst), () => {
              b.set(top, s);
              b.set(found, r);
            });
          });
          return found;
        };
        const divided = (x: Value, pivot: Value): Value => {
          const nonzero = v.truth(pivot);
          return settled(b, v.select(nonzero, v.div(x, v.select(nonzero, pivot, realValue(element, 1))), x));
        };
        b.if(k.eq(column, 0), () => panel.overRows(k.const('i32', 0), (r) => consider(a.get(r, column), r)));
        share();
        const steps = b.let(k.min(p['rows'], p['columns']), 'steps');
        const isLeader = b.let(k.and(k.eq(seat.lane, 0), seat.isThere), 'isLeader');
        b.for(0, steps, 1, (j) => {
          const found = chosen(j);
          b.if(k.and(k.eq(row, 0), isColumn), () => {
            const [above, below] = [a.get(j, column), a.get(found, column)];
            a.set(j, column, below);
            a.set(found, column, above);
            pivotRow.put(partsOf(below));
          });
          b.if(isLeader, () => {
            const index = k.add(k.mul(seat.item, p['pivotStep']), k.add(p['first'], j));
            b.put(named['pivots'], index, k.bitcast('u32', k.add(p['first'], found)));
          });
          b.barrier();
          const top = k.const('i32', 0);
          const pivot = valueOf(pivotRow.find(top, j));
          if (code !== null)
            b.if(k.and(isLeader, k.not(v.truth(pivot))), () =>
              fail(b, named['status'], p[CHECK_PARAM], code, []),
            );
          const own = valueOf(pivotRow.find(top, column));
          b.set(size, -1);
          b.if(k.and(k.gt(column, j), isColumn), () =>
            panel.overRows(k.add(j, 1), (r) => {
              const value = settled(b, lessProduct(a.get(r, column), divided(a.get(r, j), pivot), own));
              a.set(r, column, value);
              b.if(k.eq(column, k.add(j, 1)), () => consider(value, r));
            }),
          );
          const isDone = k.and(k.gt(j, 0), k.eq(column, k.sub(j, 1)));
          b.if(isDone, () => {
            const before = a.get(column, column);
            panel.overRows(j, (r) => a.set(r, column, divided(a.get(r, column), before)));
          });
          share();
        });
        b.if(k.eq(column, k.sub(steps, 1)), () => {
          const before = a.get(column, column);
          panel.overRows(steps, (r) => a.set(r, column, divided(a.get(r, column), before)));
        });
      }),
  );
}

/** Invocations of a workgroup that exchanges rows. */
export const EXCHANGE_GROUP = 64;

/**
 * The kernel that exchanges rows of `count` matrices: row j with row pivots[j], for `number` rows from `first` on, `turn` (1 or -1)
 * apart. An invocation takes a column; of the `columns` there are, those behind `skipFrom` are moved by `skip`.
 */
export function buildExchange(element: MatrixElement): GridKernel {
  const params = {
    count: 'i32',
    columns: 'i32',
    skipFrom: 'i32',
    skip: 'i32',
    first: 'i32',
    number: 'i32',
    turn: 'i32',
    ...placeParams('a', 'p'),
  } as const;
  return gridKernel(
    `exchange ${element}`,
    EXCHANGE_GROUP,
    { work: 'write', pivots: 'read' },
    params,
    (b, { work, pivots }, p) =>
      b.if(k.lt(b.invocation, k.mul(p.count, p.columns)), () => {
        const matrix = b.let(k.idiv(b.invocation, p.columns), 'matrix');
        const among = b.let(k.sub(b.invocation, k.mul(matrix, p.columns)), 'among');
        const column = b.let(k.select(k.lt(among, p.skipFrom), among, k.add(among, p.skip)), 'column');
        const a = matrixIn(b, work, element, p, 'a', matrix);
        const places: Params = p;
        const start = startOf(b, places, 'p', matrix);
        b.for(0, p.number, 1, (i) => {
          const j = b.let(k.add(p.first, k.mul(i, p.turn)), 'j');
          const other = b.let(k.bitcast('i32', at(pivots, k.add(start, k.mul(j, places['pRow'])))), 'other');
          b.if(k.ne(j, other), () => {
            const [x, y] = [a.get(j, column), a.get(other, column)];
            a.set(j, column, y);
            a.set(other, column, x);
          });
        });
      }),
  );
}
