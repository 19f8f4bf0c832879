/** Tiles of products without workgroup memory: each invocation reads what its block needs of the operands, and no one waits. */
import { k } from '../../build.ts';
import { at, vectorOf } from '../build.ts';
import type { GridBody } from '../build.ts';
import type { Expr } from '../../ir.ts';
import { valueOf } from '../../value.ts';
import type { GridRing } from './ring.ts';
import { LANES, existing } from './source.ts';
import type { BlockSums, TileJob, TileOperand } from './tiles.ts';
import { addDepth, blockOf, blockSums } from './tiles.ts';

/** `multiplyTile` for tiles that are not staged. Such kernels are kept short, for drivers that take long to compile. */
export function multiplyDirectly(b: GridBody, job: TileJob): void {
  const { tile } = job;
  const { down, across } = blockOf(b, tile);
  const row = b.let(k.mul(down, tile.blockRows), 'row');
  const column = b.let(k.mul(across, tile.blockColumns), 'column');
  writeBlock(b, job, row, column, sumBlock(b, job, row, column));
}

/** The sums of the block that begins at a row and column of the tile. */
function sumBlock(b: GridBody, job: TileJob, row: Expr, column: Expr): BlockSums {
  const { ring, tile, operands, from, to, prepare } = job;
  const left = linesOf(b, ring, operands[0], row, tile.blockRows);
  const right = linesOf(b, ring, operands[1], column, tile.blockColumns);
  const sums = blockSums(b, ring, tile);
  // Where four depths are read at a time, all of them are multiples of four.
  const count = operands.some(({ reading }) => reading === 'along4') ? 4 : 1;
  const sumUp = (first: Expr, end: Expr): void =>
    b.for(first, end, count, (depth) => {
      const places = Array.from({ length: count }, (_, i) => b.let(k.add(depth, i), 'place'));
      const [ours, theirs] = [left(places), right(places)];
      places.forEach((_, i) => addDepth(b, ring, sums, ours[i], theirs[i]));
    });
  if (!prepare) {
    sumUp(from, to);
    return sums;
  }
  prepare(from);
  b.barrier();
  b.for(from, to, tile.depth, (first) => {
    const next = b.let(k.add(first, tile.depth), 'next');
    prepare(next);
    sumUp(first, b.let(k.min(next, to), 'end'));
    b.barrier();
  });
  return sums;
}

/** Writes the sums of a block, one place after the other. */
function writeBlock(b: GridBody, job: TileJob, row: Expr, column: Expr, sums: BlockSums): void {
  const { ring, tile, together, write } = job;
  const { blockRows, blockColumns } = tile;
  const kept = b.own(ring.type, blockRows * blockColumns, 'sums');
  sums.forEach((own, r) =>
    own.forEach((sum, q) =>
      LANES.forEach((lane) => b.put(kept, r * blockColumns + 4 * q + lane, k.extract(sum, lane))),
    ),
  );
  b.for(0, blockRows * blockColumns, together * ring.parts, (first) => {
    const place = {
      row: k.add(row, k.shr(first, Math.log2(blockColumns))),
      column: k.add(column, k.and(first, blockColumns - 1)),
    };
    write(place, () =>
      Array.from({ length: together }, (_, i) =>
        valueOf(
          Array.from({ length: ring.parts }, (_, part) => at(kept, k.add(first, i * ring.parts + part))),
        ),
      ),
    );
  });
}

/** The numbers of some lines at each of some depths, in vectors of four lines. */
type LineReader = (places: readonly Expr[]) => readonly (readonly Expr[])[];

/** Reads `count` lines from one on; those that do not exist are read as others that do. */
function linesOf(b: GridBody, ring: GridRing, operand: TileOperand, first: Expr, count: number): LineReader {
  const readers = Array.from({ length: count / 4 }, (_, q) =>
    fourLines(b, ring, operand, q === 0 ? first : k.add(first, 4 * q)),
  );
  return (places) => {
    const slots = readers.map((read) => read(places));
    return places.map((_, i) => slots.map((slot) => slot[i]));
  };
}

/** The same of four lines: a vector for each depth. */
function fourLines(
  b: GridBody,
  { vector }: GridRing,
  { reading, lines }: TileOperand,
  first: Expr,
): (places: readonly Expr[]) => readonly Expr[] {
  const settled = (slots: readonly Expr[]): Expr[] => slots.map((slot) => b.let(slot, 'slot'));
  if (reading === 'across4') {
    const read = lines.four!(b.let(k.min(first, k.sub(lines.count, 4)), 'line'));
    return (places) => settled(places.map(read));
  }
  const numbers = LANES.map((lane) => b.let(existing(k.add(first, lane), lines), 'line'));
  if (reading === 'along4') {
    const readers = numbers.map(lines.four!);
    return ([place]) => {
      const own = settled(readers.map((read) => read(place)));
      return settled(
        LANES.map((depth) =>
          vectorOf(
            vector,
            own.map((x) => k.extract(x, depth)),
          ),
        ),
      );
    };
  }
  const readers = numbers.map(lines.line);
  return (places) =>
    settled(
      places.map((place) =>
        vectorOf(
          vector,
          readers.map((read) => read(place)),
        ),
      ),
    );
}
