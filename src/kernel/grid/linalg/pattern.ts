/** Matrices with a pattern, on a grid. */
import { k } from '../../build.ts';
import { gridKernel } from '../build.ts';
import type { GridKernel } from '../build.ts';
import { storeElement } from '../element.ts';
import type { MatrixElement } from './matrix.ts';
import { realValue } from './matrix.ts';

/** Ones on the diagonal and zeros beside, or zeros on one side of the diagonal and the rest as it is. */
export type Pattern = 'identity' | 'lower' | 'upper';

export const PATTERN_GROUP = 256;

/** The kernel that gives a pattern to dense matrices of so many rows and columns, of `total` elements. */
export function buildPattern(element: MatrixElement, pattern: Pattern): GridKernel {
  return gridKernel(
    `${pattern} ${element}`,
    PATTERN_GROUP,
    { work: 'write' },
    { total: 'i32', rows: 'i32', columns: 'i32' },
    (b, { work }, p) =>
      b.if(k.lt(b.invocation, p.total), () => {
        const line = b.let(k.idiv(b.invocation, p.columns), 'line');
        const column = b.let(k.sub(b.invocation, k.mul(line, p.columns)), 'column');
        const row = b.let(k.irem(line, p.rows), 'row');
        const isOne = k.convert('f32', k.eq(row, column));
        const put = (): void =>
          storeElement(
            b,
            work,
            element,
            element,
            b.invocation,
            realValue(element, pattern === 'identity' ? isOne : 0),
          );
        if (pattern === 'identity') put();
        else b.if(pattern === 'lower' ? k.lt(row, column) : k.gt(row, column), put);
      }),
  );
}
