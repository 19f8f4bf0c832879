/** Tiles of a product's result: what a workgroup computes of what, and the sums of its invocations. */
import { k } from '../../build.ts';
import type { GridBody } from '../build.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import type { GridRing } from './ring.ts';
import type { Lines, Reading } from './source.ts';
import { slotStride } from './source.ts';

/** A workgroup's tile of the result, and the block of it that an invocation does. All numbers are powers of two. */
export interface TileShape {
  readonly rows: number;
  readonly columns: number;
  /** How much of the operands' depth is dealt with at a time; at least four. */
  readonly depth: number;
  /** Multiples of four. */
  readonly blockRows: number;
  readonly blockColumns: number;
  /** Whether operands pass through workgroup memory, for all invocations to read there; otherwise each reads what its block needs. */
  readonly staged: boolean;
}

/** Invocations of a workgroup. */
export const invocationsOf = ({ rows, columns, blockRows, blockColumns }: TileShape): number =>
  (rows / blockRows) * (columns / blockColumns);

/** Bytes of workgroup memory. */
export function tileMemory(tile: TileShape): number {
  const { rows, columns, depth, staged } = tile;
  return staged ? 16 * depth * (slotStride(rows) + slotStride(columns)) + 4 * 4 * invocationsOf(tile) : 0;
}

/** A place in the tile. */
export interface TilePlace {
  readonly row: Expr;
  readonly column: Expr;
}

export interface TileOperand {
  readonly reading: Reading;
  /** Rows of the left operand, columns of the right one, from the tile's first on. */
  readonly lines: Lines;
}

export interface TileJob {
  readonly ring: GridRing;
  readonly tile: TileShape;
  readonly operands: readonly [TileOperand, TileOperand];
  /** The range of the depth. */
  readonly from: Expr;
  readonly to: Expr;
  /**
   * Puts what the operands' lines need for `tile.depth` depths from one on into workgroup memory. It is called for the next ones while
   * they read those of before.
   */
  readonly prepare?: (depth: Expr) => void;
  /** Elements next to each other in a row that are written together. */
  readonly together: number;
  /** Writes them; the place is in numbers of the ring and may be beyond the end of the result. */
  readonly write: (place: TilePlace, values: () => readonly Value[]) => void;
}

/** Where an invocation's block is among those of the tile. */
export function blockOf(
  b: GridBody,
  { columns, blockColumns }: TileShape,
): { readonly down: Expr; readonly across: Expr } {
  const wide = columns / blockColumns;
  return {
    down: b.let(k.shr(b.local, Math.log2(wide)), 'down'),
    across: b.let(k.and(b.local, wide - 1), 'across'),
  };
}

/** The sums of an invocation: vectors along its columns, by rows. */
export type BlockSums = readonly (readonly Local[])[];

/** Sums that are nought. */
export function blockSums(
  b: GridBody,
  { vector }: GridRing,
  { blockRows, blockColumns }: TileShape,
): BlockSums {
  return Array.from({ length: blockRows }, () =>
    Array.from({ length: blockColumns / 4 }, () => b.let(k.splat(vector, 0), 'sum')),
  );
}

/**
 * Adds what one depth contributes.
 *
 * @param ours - the numbers of the block's rows, in vectors of four
 * @param theirs - those of its columns
 */
export function addDepth(
  b: GridBody,
  ring: GridRing,
  sums: BlockSums,
  ours: readonly Expr[],
  theirs: readonly Expr[],
): void {
  sums.forEach((row, r) => {
    const number = k.splat(ring.vector, k.extract(ours[r >> 2], r & 3));
    row.forEach((sum, q) => b.set(sum, ring.add(sum, ring.mul(number, theirs[q]) as Expr) as Expr));
  });
}
