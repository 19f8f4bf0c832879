/** Tiles of products without workgroup memory: each invocation reads what its block needs of the operands, and no one waits. */
import { k } from '../../build.ts';
import { vectorOf } from '../build.ts';
import type { GridBody } from '../build.ts';
import type { Expr } from '../../ir.ts';
import type { GridRing } from './ring.ts';
import type { TileJob, TileOperand } from './tiles.ts';
import { addDepth, blockOf, blockSums, valueOfNumbers } from './tiles.ts';

/** Depths that are read together. */
const AHEAD = 4;

const LANES = [0, 1, 2, 3];

/** `multiplyTile` for tiles that are not staged. */
export function multiplyDirectly(b: GridBody, job: TileJob): void {
  const { ring, tile, operands, from, to, prepare, together, write } = job;
  const { depth, blockRows, blockColumns } = tile;
  const { down, across } = blockOf(b, tile);
  const row = b.let(k.mul(down, blockRows), 'row');
  const column = b.let(k.mul(across, blockColumns), 'column');
  const [left, right] = [
    linesOf(b, ring, operands[0], row, blockRows),
    linesOf(b, ring, operands[1], column, blockColumns),
  ];
  const sums = blockSums(b, ring, tile);
  const place = b.let(from, 'depth');
  const advance = (count: number): void => {
    const places = Array.from({ length: count }, (_, i) => b.let(k.add(place, i), 'place'));
    const [ours, theirs] = [left(places), right(places)];
    places.forEach((_, i) => addDepth(b, ring, sums, ours[i], theirs[i]));
    b.bump(place, count);
  };
  // Where four depths are read at a time, all of them are multiples of four.
  const isWhole = operands.some(({ reading }) => reading === 'along4');
  const advanceTo = (end: Expr): void => {
    b.while(k.lt(k.add(place, AHEAD - 1), end), () => advance(AHEAD));
    if (!isWhole) b.while(k.lt(place, end), () => advance(1));
  };
  if (prepare) {
    prepare(from);
    b.barrier();
    b.for(from, to, depth, (at) => {
      const next = b.let(k.add(at, depth), 'next');
      prepare(next);
      advanceTo(b.let(k.min(next, to), 'end'));
      b.barrier();
    });
  } else {
    advanceTo(to);
  }
  const words = together * ring.parts;
  sums.forEach((own, r) => {
    for (let c = 0; c < blockColumns; c += words) {
      const number = (i: number): Expr => k.extract(own[(c + i) >> 2], (c + i) & 3);
      write({ row: k.add(row, r), column: k.add(column, c) }, () =>
        Array.from({ length: together }, (_, i) =>
          valueOfNumbers(Array.from({ length: ring.parts }, (_, part) => number(i * ring.parts + part))),
        ),
      );
    }
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
  const existing = LANES.map((lane) => b.let(k.min(k.add(first, lane), k.sub(lines.count, 1)), 'line'));
  if (reading === 'along4') {
    const readers = existing.map(lines.four!);
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
  const readers = existing.map(lines.line);
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
