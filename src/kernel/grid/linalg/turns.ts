/** Rotations that were found (jacobi.ts), applied to the rows of matrices in memory. */
import { k } from '../../build.ts';
import type { Expr } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { v } from '../../value.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { MatrixElement } from './matrix.ts';
import { Variable, matrixIn, realValue, settled } from './matrix.ts';
import type { JacobiShape } from './rounds.ts';
import { ROUND_PARAMS, meeting, rowsOf } from './rounds.ts';

export interface RowTurns extends JacobiShape {
  /** Whether the rotations are conjugated, as those of the columns of a Hermitian matrix are. */
  readonly conjugate: boolean;
}

/** Invocations of a workgroup that applies rotations. */
export const TURN_GROUP = 64;

/** The kernel that applies the rotations of a round to the rows of matrices, of so many columns. An invocation takes a column of a pair. */
export function buildRowTurns({ element, side, conjugate }: RowTurns): GridKernel {
  return gridKernel(
    `turn ${conjugate ? 'columns' : 'rows'} ${side} ${element}`,
    TURN_GROUP,
    { work: 'write', turns: 'read', notes: 'read' },
    { ...ROUND_PARAMS, columns: 'i32', moved: 'i32' },
    (b, { work, turns, notes }, p) => {
      const item = b.let(k.idiv(b.invocation, p.columns), 'item');
      b.if(k.lt(item, k.mul(p.count, p.pairs)), () =>
        b.if(k.ne(at(notes, k.add(p.moved, item)), 0), () => {
          const matrix = b.let(k.idiv(item, p.pairs), 'matrix');
          const pair = b.let(k.sub(item, k.mul(matrix, p.pairs)), 'pair');
          const column = b.let(k.sub(b.invocation, k.mul(item, p.columns)), 'column');
          const rowAt = rowsOf(b, side, meeting(b, p.pairs, p.round, pair));
          const a = matrixIn(b, work, element, p, 'a', matrix);
          const old = Array.from({ length: side }, (_, i) => {
            const row = rowAt(k.const('i32', i));
            const value = new Variable(b, realValue(element, 0));
            b.if(k.lt(row, p.n), () => value.set(a.get(row, column)));
            return value.value;
          });
          b.for(0, side, 1, (i) => {
            const start = b.let(k.mul(k.add(k.mul(item, side), i), side), 'start');
            const row = rowAt(i);
            b.if(k.lt(row, p.n), () => {
              const change = changeOf(b, { element, turns, start, conjugate }, old);
              a.set(row, column, settled(b, v.add(a.get(row, column), change)));
            });
          });
        }),
      );
    },
  );
}

interface TurnRow {
  readonly element: MatrixElement;
  readonly turns: BufferArray;
  readonly start: Expr;
  readonly conjugate: boolean;
}

/** A row of rotations, less that of the identity, times a column. */
function changeOf(
  b: GridBody,
  { element, turns, start, conjugate }: TurnRow,
  column: readonly Value[],
): Value {
  const sum = new Variable(b, realValue(element, 0));
  column.forEach((x, i) => {
    const factor = loadElement(turns, element, element, k.add(start, i));
    sum.set(v.add(sum.value, v.mul(conjugate ? v.conj(factor) : factor, x)));
  });
  return sum.value;
}
