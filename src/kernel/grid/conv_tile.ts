/** Tiles of products: how a workgroup shares one, and the product of two panels in workgroup memory. */
import { k } from '../build.ts';
import { at } from '../grid.ts';
import type { GridBody } from '../grid.ts';
import type { LocalArray } from '../grid_ir.ts';
import type { Expr, Local } from '../ir.ts';
import type { VectorType } from '../types.ts';

/** A tile of the result, the depth of a step, and the rows and columns (4 or 8) of an invocation. */
export interface ConvTile {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly eachRows: 4 | 8;
  readonly eachColumns: 4 | 8;
}

/** Invocations that share a tile. */
export function tileSize({ rows, columns, eachRows, eachColumns }: ConvTile): number {
  return (rows / eachRows) * (columns / eachColumns);
}

/** A vector of four scalars. */
export function vectorOf4(type: VectorType, lanes: readonly Expr[]): Expr {
  return lanes.reduce((v, x, lane) => (lane === 0 ? k.splat(type, x) : k.replace(v, lane, x)), lanes[0]);
}

/** Four neighbouring columns of a row of the tile: which four, and their sums. */
export interface QuadSum {
  readonly quad: Expr;
  readonly sum: Local;
}

/** The sums of an invocation: quads of rows and of columns, which lie apart so that neighbours read neighbouring words. */
export class Accumulators {
  readonly rowQuads: readonly Local[];
  readonly columnQuads: readonly Local[];
  /** By row quad, row in it, column quad. */
  readonly sums: readonly (readonly (readonly Local[])[])[];

  constructor(rowQuads: readonly Local[], columnQuads: readonly Local[], sums: Accumulators['sums']) {
    this.rowQuads = rowQuads;
    this.columnQuads = columnQuads;
    this.sums = sums;
  }

  /** Visits the rows: each one's number in the tile, and its sums. */
  eachRow(b: GridBody, visit: (row: Expr, sums: readonly QuadSum[]) => void): void {
    this.sums.forEach((rows, q) =>
      rows.forEach((sums, lane) => {
        const row = b.let(k.add(k.mul(this.rowQuads[q], 4), lane), 'row');
        visit(
          row,
          sums.map((sum, i) => ({ quad: this.columnQuads[i], sum })),
        );
      }),
    );
  }
}

/** The sums of an invocation, all zero. */
export function accumulators(b: GridBody, { rows, columns, eachRows, eachColumns }: ConvTile): Accumulators {
  const [down, across] = [rows / eachRows, columns / eachColumns];
  const y = b.let(k.shr(b.local, Math.log2(across)), 'y');
  const x = b.let(k.and(b.local, across - 1), 'x');
  const quads = (own: Local, each: number, apart: number): Local[] =>
    Array.from({ length: each / 4 }, (_, i) => b.let(k.add(own, i * apart), 'quad'));
  const rowQuads = quads(y, eachRows, down);
  const columnQuads = quads(x, eachColumns, across);
  const sums = rowQuads.map(() =>
    [0, 1, 2, 3].map(() => columnQuads.map(() => b.let(k.splat('f32x4', 0), 'sum'))),
  );
  return new Accumulators(rowQuads, columnQuads, sums);
}

/**
 * Adds the product of two panels to the sums.
 *
 * @param left - for each depth the tile's rows, four to an element, and one element of padding
 * @param right - the same of its columns
 */
export function multiplyTiles(
  b: GridBody,
  tile: ConvTile,
  left: LocalArray,
  right: LocalArray,
  { rowQuads, columnQuads, sums }: Accumulators,
): void {
  b.for(0, tile.depth, 1, (depth) => {
    const [leftAt, rightAt] = [tile.rows, tile.columns].map((n) => b.let(k.mul(depth, n / 4 + 1), 'at'));
    const rows = rowQuads.map((quad) => b.let(at(left, k.add(leftAt, quad)), 'rows'));
    const columns = columnQuads.map((quad) => b.let(at(right, k.add(rightAt, quad)), 'columns'));
    sums.forEach((ofQuad, q) =>
      ofQuad.forEach((ofRow, lane) => {
        const factor = b.let(k.splat('f32x4', k.extract(rows[q], lane)), 'factor');
        ofRow.forEach((sum, i) => b.set(sum, k.add(sum, k.mul(factor, columns[i]))));
      }),
    );
  });
}
