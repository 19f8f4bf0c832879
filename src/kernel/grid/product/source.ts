/**
 * How tiles of a product's operands get to workgroup memory. There a tile lies as rows along the depth of the product, each a run of
 * slots of four lines (rows of the left operand, columns of the right one), whatever the operand's own layout is.
 */
import { k } from '../../build.ts';
import { at, vectorOf } from '../build.ts';
import type { GridBody } from '../build.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { GridRing } from './ring.ts';

/**
 * Which neighbours in memory neighbouring invocations read: numbers `across` the lines or `along` the depth, one at a time or four.
 * Four at a time need a stride of 1 that way, and everything else in multiples of four.
 */
export type Reading = 'across' | 'along' | 'across4' | 'along4';

/** One operand of the tiles of a workgroup. */
export interface TilePlan {
  /** Lines and depth of a tile. */
  readonly lines: number;
  readonly depth: number;
  readonly reading: Reading;
  /** Whether the last invocations read rather than the first, where not all are needed. */
  readonly last: boolean;
}

/** An operand as a matrix of lines, for the workgroup's tile. */
export interface Lines {
  /** How many lines there are from the tile's first one on. */
  readonly count: Expr;
  /** The number at a depth on a line of the tile, which both exist. What depends on the line alone is computed when that is given. */
  readonly line: (line: Expr) => (depth: Expr) => Expr;
  /** For four at a time: the same in groups of four, `across4` on four lines from a multiple of four on, `along4` at four depths. */
  readonly four?: (line: Expr) => (depth: Expr) => Expr;
}

/** The tiles of an operand in turn: fetched to registers, while others may be computed with, and then put into workgroup memory. */
export interface TileSource {
  readonly tile: LocalArray;
  /** Fetches the tile from a depth on; beyond `end` it is nought. */
  fetch(depth: Expr, end: Expr): void;
  put(): void;
}

/** Slots from one depth to the next: one more than there are, so that invocations that put along the depth meet other banks. */
export const slotStride = (lines: number): number => lines / 4 + 1;

/** Whether the four lines of a slot are neighbours; otherwise they are a quarter of the tile apart, so that single reads are neighbours. */
export const isAdjacent = (reading: Reading): boolean => reading === 'across4';

/** The line of the tile that a lane of a slot holds. */
export function lineOf(plan: Pick<TilePlan, 'lines' | 'reading'>, slot: Expr, lane: number | Expr): Expr {
  if (isAdjacent(plan.reading)) return k.add(k.mul(slot, 4), lane);
  const quarter = plan.lines / 4;
  return k.add(slot, typeof lane === 'number' ? lane * quarter : k.mul(lane, quarter));
}

/** The source of an operand's tiles. */
export function tileSource(b: GridBody, ring: GridRing, plan: TilePlan, lines: Lines): TileSource {
  const tile = b.shared(ring.vector, plan.depth * slotStride(plan.lines), 'tile');
  const source = { along4: fourDeep, across4: fourWide, across: oneByOne, along: oneByOne }[plan.reading];
  const { fetch, put } = source(b, ring, plan, lines, tile);
  return { tile, fetch, put };
}

type Source = (
  b: GridBody,
  ring: GridRing,
  plan: TilePlan,
  lines: Lines,
  tile: LocalArray,
) => Pick<TileSource, 'fetch' | 'put'>;

/** A piece of the tile that one invocation reads. */
interface Item {
  readonly slot: Expr;
  readonly depth: Expr;
}

/** Shares `slots` by `depths` items among the invocations, the faster count first; `each` runs for those that have one. */
function shares(
  b: GridBody,
  { last }: TilePlan,
  slots: number,
  depths: number,
  slotsFirst: boolean,
): { readonly items: readonly Item[]; readonly each: (run: () => void) => void } {
  const total = slots * depths;
  const short = b.size > total;
  const first = short && last ? b.let(k.sub(b.local, b.size - total), 'item') : b.local;
  const items = Array.from({ length: Math.ceil(total / b.size) }, (_, c) => {
    const item = c === 0 ? first : k.add(first, c * b.size);
    const fast = slotsFirst ? slots : depths;
    const low = b.let(k.and(item, fast - 1), 'low');
    const high = b.let(k.shr(item, Math.log2(fast)), 'high');
    return slotsFirst ? { slot: low, depth: high } : { slot: high, depth: low };
  });
  const has = last ? k.ge(first, 0) : k.lt(first, total);
  return { items, each: (run) => (short ? b.if(has, run) : run()) };
}

/** A line that exists, in place of one that may not. */
export const existing = (line: Expr, { count }: Lines): Expr => k.min(line, k.sub(count, 1));

/** Single numbers, of any layout. */
const oneByOne: Source = (b, ring, plan, lines, tile) => {
  const { items, each } = shares(b, plan, plan.lines / 4, plan.depth, plan.reading === 'across');
  const readers = items.map(({ slot }) =>
    LANES.map((lane) => lines.line(b.let(existing(lineOf(plan, slot, lane), lines), 'line'))),
  );
  const fetched = items.map(() => b.let(nothing(ring), 'fetched'));
  return {
    fetch: (from, end) =>
      each(() =>
        items.forEach(({ depth }, c) => {
          const place = b.let(k.add(from, depth), 'depth');
          const inside = b.let(k.lt(place, end), 'inside');
          const exists = b.let(k.min(place, k.sub(end, 1)), 'depth');
          const parts = readers[c].map((read) => k.select(inside, read(exists), 0));
          b.set(fetched[c], vectorOf(ring.vector, parts));
        }),
      ),
    put: () =>
      each(() => items.forEach((item, c) => b.put(tile, slotAt(plan, item.slot, item.depth), fetched[c]))),
  };
};

/** Four neighbouring lines at a time, as they go into a slot. */
const fourWide: Source = (b, ring, plan, lines, tile) => {
  const { items, each } = shares(b, plan, plan.lines / 4, plan.depth, true);
  const readers = items.map(({ slot }) =>
    lines.four!(b.let(k.min(lineOf(plan, slot, 0), k.sub(lines.count, 4)), 'line')),
  );
  const fetched = items.map(() => b.let(nothing(ring), 'fetched'));
  return {
    fetch: (from, end) =>
      each(() =>
        items.forEach(({ depth }, c) => {
          const place = b.let(k.add(from, depth), 'depth');
          b.set(fetched[c], nothing(ring));
          b.if(k.lt(place, end), () => b.set(fetched[c], readers[c](place)));
        }),
      ),
    put: () =>
      each(() => items.forEach((item, c) => b.put(tile, slotAt(plan, item.slot, item.depth), fetched[c]))),
  };
};

/** Four depths of each line of a slot at a time: squares of sixteen numbers, which are transposed in registers. */
const fourDeep: Source = (b, ring, plan, lines, tile) => {
  const { items, each } = shares(b, plan, plan.lines / 4, plan.depth / 4, false);
  const readers = items.map(({ slot }) =>
    LANES.map((lane) => lines.four!(b.let(existing(lineOf(plan, slot, lane), lines), 'line'))),
  );
  const fetched = items.map(() => LANES.map((): Local => b.let(nothing(ring), 'fetched')));
  return {
    fetch: (from, end) =>
      each(() =>
        items.forEach(({ depth }, c) => {
          const place = b.let(k.add(from, k.mul(depth, 4)), 'depth');
          for (const own of fetched[c]) b.set(own, nothing(ring));
          b.if(k.lt(place, end), () =>
            fetched[c].forEach((own, lane) => b.set(own, readers[c][lane](place))),
          );
        }),
      ),
    put: () =>
      each(() =>
        items.forEach(({ slot, depth }, c) =>
          LANES.forEach((lane) => {
            const parts = fetched[c].map((own) => k.extract(own, lane));
            b.put(tile, slotAt(plan, slot, k.add(k.mul(depth, 4), lane)), vectorOf(ring.vector, parts));
          }),
        ),
      ),
  };
};

/** Lanes of a slot. */
export const LANES = [0, 1, 2, 3];

const nothing = (ring: GridRing): Expr => k.splat(ring.vector, 0);

const slotAt = ({ lines }: TilePlan, slot: Expr, depth: Expr): Expr =>
  k.add(k.mul(depth, slotStride(lines)), slot);

/** Four numbers of a buffer of groups of words, from an index on that is a multiple of four. */
export function loadFour({ vector }: GridRing, buffer: BufferArray, index: Expr): Expr {
  return k.bitcast(vector, at(buffer, k.shr(index, 2)));
}
