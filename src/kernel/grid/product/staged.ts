/**
 * Tiles of products by way of workgroup memory: tiles of the operands pass through it, and each invocation sums a block of the result in
 * registers.
 */
import { k } from '../../build.ts';
import { at } from '../build.ts';
import type { GridBody } from '../build.ts';
import type { LocalArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { GridRing } from './ring.ts';
import type { TilePlan, TileSource } from './source.ts';
import { lineOf, slotStride, tileSource } from './source.ts';
import type { BlockSums, TileJob, TileShape } from './tiles.ts';
import { addDepth, blockOf, blockSums } from './tiles.ts';
import { valueOf } from '../../value.ts';

/** `multiplyTile` for tiles that are staged. */
export function multiplyStaged(b: GridBody, job: TileJob): void {
  const { ring, tile, operands } = job;
  const planOf = (i: 0 | 1, lines: number): TilePlan => {
    return { lines, depth: tile.depth, reading: operands[i].reading, last: i === 1 };
  };
  const plans = [planOf(0, tile.rows), planOf(1, tile.columns)] as const;
  const sourceOf = (i: 0 | 1): TileSource => tileSource(b, ring, plans[i], operands[i].lines);
  writeSums(b, job, plans, sumTiles(b, job, [sourceOf(0), sourceOf(1)]));
}

/**
 * Sums the products of tiles over a range of the depth. While a tile is computed with, the next one is on its way from memory.
 *
 * @returns the block's sums: the invocation's rows are the lanes of the slots `down + q * rows / blockRows` of the left tile, its
 *   columns those of the slots `across + q * columns / blockColumns` of the right one
 */
function sumTiles(
  b: GridBody,
  { ring, tile, from, to, prepare }: TileJob,
  [left, right]: readonly [TileSource, TileSource],
): BlockSums {
  const { depth } = tile;
  const sums = blockSums(b, ring, tile);
  const fetch = (at: Expr): void => {
    left.fetch(at, to);
    right.fetch(at, to);
    // The next tile's, which its fetch finds behind a barrier.
    prepare?.(k.add(at, depth));
  };
  if (prepare) {
    prepare(from);
    b.barrier();
  }
  fetch(from);
  b.for(from, to, depth, (at) => {
    left.put();
    right.put();
    b.barrier();
    const next = b.let(k.add(at, depth), 'next');
    b.if(k.lt(next, to), () => fetch(next));
    addTiles(b, ring, tile, left.tile, right.tile, sums);
    b.barrier();
  });
  return sums;
}

/** Multiplications of vectors that a step of the loop along the depth of a tile consists of. */
const STEP = 64;

/** Adds the product of two tiles in workgroup memory to the sums. */
function addTiles(
  b: GridBody,
  ring: GridRing,
  tile: TileShape,
  left: LocalArray,
  right: LocalArray,
  sums: BlockSums,
): void {
  const { rows, columns, depth, blockRows, blockColumns } = tile;
  const { down, across } = blockOf(b, tile);
  const steps = Math.min(depth, STEP / (blockRows * (blockColumns / 4)));
  b.for(0, depth, steps, (first) => {
    const [leftSlot, rightSlot] = [
      b.let(k.add(down, k.mul(first, slotStride(rows))), 'leftSlot'),
      b.let(k.add(across, k.mul(first, slotStride(columns))), 'rightSlot'),
    ];
    for (let d = 0; d < steps; d++) {
      const ours = slotsOf(b, left, k.add(leftSlot, d * slotStride(rows)), blockRows, rows);
      const theirs = slotsOf(b, right, k.add(rightSlot, d * slotStride(columns)), blockColumns, columns);
      addDepth(b, ring, sums, ours, theirs);
    }
  });
}

/** The slots of an invocation's block at a depth of a tile. */
const slotsOf = (b: GridBody, tile: LocalArray, first: Expr, block: number, lines: number): Expr[] =>
  Array.from({ length: block / 4 }, (_, q) => b.let(at(tile, k.add(first, (q * lines) / block)), 'slot'));

/**
 * Hands out the sums such that neighbouring invocations get neighbours of a row. They go through workgroup memory, one row and four
 * columns of each block at a time.
 */
function writeSums(
  b: GridBody,
  { ring, tile, together, write }: TileJob,
  [left, right]: readonly [TilePlan, TilePlan],
  sums: BlockSums,
): void {
  const { rows, columns, blockRows, blockColumns } = tile;
  const { down, across } = blockOf(b, tile);
  const [tall, wide] = [rows / blockRows, columns / blockColumns];
  const stage = b.shared(ring.type, 4 * tall * wide, 'stage');
  const adjacent = right.reading === 'across4';
  const quarters = blockColumns / 4;
  const words = together * ring.parts;
  b.for(0, blockRows * quarters, 1, (round) => {
    sums.forEach((row, r) =>
      row.forEach((sum, q) =>
        b.if(k.eq(round, r * quarters + q), () => {
          for (let lane = 0; lane < 4; lane++) {
            const column = adjacent ? k.add(k.mul(across, 4), lane) : k.add(across, lane * wide);
            b.put(stage, k.add(k.mul(down, 4 * wide), column), k.extract(sum, lane));
          }
        }),
      ),
    );
    b.barrier();
    const r = b.let(k.shr(round, Math.log2(quarters)), 'r');
    const q = b.let(k.and(round, quarters - 1), 'q');
    b.for(b.local, (4 * tall * wide) / words, b.size, (item) => {
      const first = b.let(k.mul(item, words), 'first');
      const inRow = b.let(k.and(first, 4 * wide - 1), 'inRow');
      const slot = k.add(k.shr(first, Math.log2(4 * wide)), k.mul(k.shr(r, 2), tall));
      const row = lineOf(left, slot, k.and(r, 3));
      const column = adjacent
        ? k.add(k.mul(q, 4 * wide), inRow)
        : lineOf(right, k.add(k.and(inRow, wide - 1), k.mul(q, wide)), k.shr(inRow, Math.log2(wide)));
      write({ row, column }, () =>
        Array.from({ length: together }, (_, i) =>
          valueOf(
            Array.from({ length: ring.parts }, (_, part) => at(stage, k.add(first, i * ring.parts + part))),
          ),
        ),
      );
    });
    b.barrier();
  });
}
