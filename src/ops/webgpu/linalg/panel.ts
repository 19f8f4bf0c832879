/** Panels of matrices, for kernels that factor some columns at a time. */
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { BLOCK } from '../../../kernel/grid/linalg/matrix.ts';
import type { PanelShape } from '../../../kernel/grid/linalg/panel.ts';
import { fits } from '../../../kernel/grid/linalg/panel.ts';
import { powerFrom } from './stack.ts';

/** A panel of a matrix. */
export interface PanelPlace {
  /** The row and the column in which it begins. */
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
  /** How many of its columns are factored, and how many of the matrix are to the right of it. */
  readonly steps: number;
  readonly right: number;
}

/** The panels of a matrix of m rows and n columns. The last one takes all columns that are left, if those are few. */
export function panelsOf(m: number, n: number): PanelPlace[] {
  const all = Math.min(m, n);
  return Array.from({ length: Math.ceil(all / BLOCK) }, (_, i) => {
    const first = i * BLOCK;
    const steps = Math.min(BLOCK, all - first);
    const columns = n - first <= BLOCK ? n - first : steps;
    return { first, rows: m - first, columns, steps, right: n - first - columns };
  });
}

/** How a workgroup takes a panel. */
export function panelShape(element: MatrixElement, { rows, columns }: PanelPlace): PanelShape {
  const width = powerFrom(4, columns);
  const held = { element, width, held: powerFrom(4, rows) };
  return fits(held) ? held : { element, width, held: null };
}
