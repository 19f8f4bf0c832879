/**
 * Sorting rows on a grid by merging, which is stable. Workgroups first sort tiles in their own memory: invocations sort a few
 * neighbours each and then merge runs, two into one, until the tile is one run. Passes over memory merge the tiles of long rows.
 *
 * In every merge each invocation, or workgroup, finds by bisection which parts of both runs its share of the result comes from.
 * Source: S. Odeh, O. Green and others, Merge Path, 2012.
 */
import { k } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { wordsOf } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Item, Run } from './items.ts';
import { SharedItems, before, loadBits, loadWords, storeWords } from './items.ts';

/** Invocations of a workgroup. */
export const SORT_GROUP = 256;
/** Items of an invocation. */
const EACH = 4;
const TILE_BITS = 10;
/** Items of a workgroup. */
export const SORT_TILE = 2 ** TILE_BITS;

export interface GridSort {
  readonly element: ElementType;
  /** Whether the elements are written, as words of their bits. */
  readonly values: boolean;
  /** Whether their positions in their rows are. */
  readonly positions: boolean;
}

const partsOfItem = ({ element, positions }: GridSort): number => wordsOf(element) + Number(positions);

type Outputs = Readonly<Record<string, BufferArray>>;

/** The buffers of what is written: `values`, then `positions`. */
const outputs = ({ values, positions }: GridSort): Readonly<Record<string, 'write'>> => ({
  ...(values ? { values: 'write' } : {}),
  ...(positions ? { positions: 'write' } : {}),
});

function writeItem(b: GridBody, sort: GridSort, buffers: Outputs, index: Expr, item: Item): void {
  const words = wordsOf(sort.element);
  if (sort.values) storeWords(b, buffers['values'], index, item.slice(0, words));
  if (sort.positions) b.put(buffers['positions'], index, item[words]);
}

/** Calls `body` with the places in the tile that an invocation moves to or from memory, beside those of its neighbours. */
function overTile(b: GridBody, body: (place: Local) => void): void {
  for (let j = 0; j < EACH; j++) body(b.let(k.add(b.local, j * SORT_GROUP), 'place'));
}

/**
 * How many of the first `diagonal` items of the merged runs come from the first run.
 *
 * @param diagonal - no more than the items of both
 */
function bisect(b: GridBody, element: ElementType, first: Run, second: Run, diagonal: Expr): Local {
  const low = b.let(k.max(k.sub(diagonal, second.length), 0), 'low');
  const high = b.let(k.min(diagonal, first.length), 'high');
  b.while(k.lt(low, high), () => {
    const middle = b.let(k.shr(k.add(low, high), 1), 'middle');
    const rival = second.load(k.sub(k.sub(diagonal, 1), middle));
    b.if(
      before(element, rival, first.load(middle)),
      () => b.set(high, middle),
      () => b.set(low, k.add(middle, 1)),
    );
  });
  return low;
}

/** The items of the merged runs from `diagonal` on. Behind the last there are any. */
function merged(b: GridBody, element: ElementType, first: Run, second: Run, diagonal: Expr): Local[][] {
  const all = k.add(first.length, second.length);
  const start = b.let(k.min(diagonal, all), 'start');
  const i = bisect(b, element, first, second, start);
  const j = b.let(k.sub(start, i), 'j');
  return Array.from({ length: EACH }, () => {
    const [x, y] = [first.load(i), second.load(j)];
    const isNext = k.or(k.ge(j, second.length), k.not(before(element, y, x)));
    const takesFirst = b.let(k.and(k.lt(i, first.length), isNext), 'takesFirst');
    const item = x.map((part, p) => b.let(k.select(takesFirst, part, y[p]), 'taken'));
    b.bump(i, k.convert('i32', takesFirst));
    b.bump(j, k.convert('i32', k.not(takesFirst)));
    return item;
  });
}

const LAYOUT = { rows: 'i32', n: 'i32', tiles: 'i32' } as const;

/**
 * The kernel that sorts tiles: rows, several to a workgroup, or parts of rows. Buffers: elements, results. A tile has `slots` of
 * 2^`bits` items; rows are cut into `tiles` pieces of as many, the last of which may be shorter. `offset` counts elements.
 */
export function buildGridTiles(sort: GridSort): GridKernel {
  const { element } = sort;
  const params = { ...LAYOUT, bits: 'i32', offset: 'i32' } as const;
  const buffers = { elements: 'read' as const, ...outputs(sort) };
  return gridKernel('sort', SORT_GROUP, buffers, params, (b, named, p) => {
    const items = new SharedItems(b, partsOfItem(sort), SORT_TILE);
    const slot = b.let(k.shl(k.const('i32', 1), p.bits), 'slot');
    const slots = b.let(k.shl(b.group, k.sub(k.const('i32', TILE_BITS), p.bits)), 'slots');
    /** Of the slot that a place of the tile is in: where its items begin in the row and in memory, and how many they are. */
    const slotOf = (place: Expr) => {
      const piece = b.let(k.add(slots, k.shr(place, p.bits)), 'piece');
      const row = b.let(k.idiv(piece, p.tiles), 'row');
      const start = b.let(k.shl(k.sub(piece, k.mul(row, p.tiles)), p.bits), 'start');
      const rest = k.min(k.sub(p.n, start), slot);
      const count = b.let(k.select(k.lt(row, p.rows), rest, 0), 'count');
      const within = b.let(k.and(place, k.sub(slot, 1)), 'within');
      return { start, count, within, index: b.let(k.add(k.add(k.mul(row, p.n), start), within), 'index') };
    };
    overTile(b, (place) => {
      const { start, count, within, index } = slotOf(place);
      b.if(k.lt(within, count), () => {
        const bits = loadBits(named.elements, element, k.add(p.offset, index));
        const position = k.bitcast('u32', k.add(start, within));
        items.store(place, sort.positions ? [...bits, position] : bits);
      });
    });
    b.barrier();
    const own = b.let(k.mul(b.local, EACH), 'own');
    const { count, within } = slotOf(own);
    const left = b.let(k.sub(count, within), 'left');
    storeAll(items, own, sortedFew(b, element, items, own, left));
    b.barrier();
    const first = b.let(k.sub(own, within), 'first');
    const run = b.let(k.const('i32', EACH), 'run');
    b.while(k.lt(run, slot), () => {
      const pair = b.let(k.and(within, k.neg(k.mul(run, 2))), 'pair');
      const runAt = (from: Expr): Run =>
        items.run(k.add(first, from), b.let(k.max(k.min(k.sub(count, from), run), 0), 'length'));
      const result = merged(b, element, runAt(pair), runAt(k.add(pair, run)), k.sub(within, pair));
      b.barrier();
      storeAll(items, own, result);
      b.barrier();
      b.set(run, k.mul(run, 2));
    });
    overTile(b, (place) => {
      const { count, within, index } = slotOf(place);
      b.if(k.lt(within, count), () => writeItem(b, sort, named, index, items.load(place)));
    });
  });
}

function storeAll(items: SharedItems, from: Expr, all: readonly Item[]): void {
  all.forEach((item, j) => items.store(k.add(from, j), item));
}

/** The items of an invocation in order, of which `left` count. Only neighbours are exchanged, so that equal ones stay in order. */
function sortedFew(
  b: GridBody,
  element: ElementType,
  items: SharedItems,
  from: Expr,
  left: Expr,
): readonly Item[] {
  const all = Array.from({ length: EACH }, (_, j) => items.load(k.add(from, j)));
  for (let round = 0; round < EACH; round++)
    for (let j = round % 2; j + 1 < EACH; j += 2) {
      const [x, y] = [all[j], all[j + 1]];
      const exchange = b.let(k.and(k.gt(left, j + 1), before(element, y, x)), 'exchange');
      all[j] = x.map((part, p) => b.let(k.select(exchange, y[p], part), 'lower'));
      all[j + 1] = y.map((part, p) => b.let(k.select(exchange, x[p], part), 'upper'));
    }
  return all;
}

/**
 * The kernel that merges runs of `run` items, a power of two of tiles, in pairs; each workgroup writes a tile. Buffers: the words of
 * the elements, their positions if those are moved, results.
 */
export function buildGridMerge(sort: GridSort): GridKernel {
  const { element, positions } = sort;
  const words = wordsOf(element);
  const buffers = {
    words: 'read' as const,
    ...(positions ? { order: 'read' as const } : {}),
    ...outputs(sort),
  };
  return gridKernel('merge', SORT_GROUP, buffers, { ...LAYOUT, run: 'i32' }, (b, named: Outputs, p) => {
    const items = new SharedItems(b, partsOfItem(sort), SORT_TILE);
    const ends = b.shared('i32', 2, 'ends');
    const row = b.let(k.idiv(b.group, p.tiles), 'row');
    const out = b.let(k.shl(k.sub(b.group, k.mul(row, p.tiles)), TILE_BITS), 'out');
    const pair = b.let(k.and(out, k.neg(k.mul(p.run, 2))), 'pair');
    const start = b.let(k.add(k.mul(row, p.n), pair), 'start');
    const runAt = (from: Expr): Run => {
      const length = k.max(k.min(k.sub(p.n, k.add(pair, from)), p.run), 0);
      const base = b.let(k.add(start, from), 'base');
      return {
        length: b.let(k.select(k.lt(row, p.rows), length, 0), 'length'),
        load: (i) => loadWords(named['words'], k.add(base, i), words).map((word) => b.let(word, 'word')),
      };
    };
    const runs = [runAt(k.const('i32', 0)), runAt(p.run)] as const;
    const all = b.let(k.add(runs[0].length, runs[1].length), 'all');
    const diagonal = (tile: Expr | number): Expr =>
      k.min(k.add(k.sub(out, pair), k.mul(k.const('i32', SORT_TILE), tile)), all);
    b.if(k.lt(b.local, 2), () =>
      b.put(ends, b.local, bisect(b, element, runs[0], runs[1], b.let(diagonal(b.local), 'end'))),
    );
    b.barrier();
    const from = b.let(diagonal(0), 'from');
    const total = b.let(k.sub(diagonal(1), from), 'total');
    const firstFrom = b.let(at(ends, 0), 'firstFrom');
    const firstCount = b.let(k.sub(at(ends, 1), firstFrom), 'firstCount');
    const secondFrom = b.let(k.sub(k.add(p.run, k.sub(from, firstFrom)), firstCount), 'secondFrom');
    overTile(b, (place) =>
      b.if(k.lt(place, total), () => {
        const origin = k.select(k.lt(place, firstCount), firstFrom, secondFrom);
        const index = b.let(k.add(k.add(start, origin), place), 'index');
        const item = loadWords(named['words'], index, words);
        items.store(place, positions ? [...item, at(named['order'], index)] : item);
      }),
    );
    b.barrier();
    const own = b.let(k.mul(b.local, EACH), 'own');
    const first = items.run(k.const('i32', 0), firstCount);
    const second = items.run(firstCount, b.let(k.sub(total, firstCount), 'secondCount'));
    const result = merged(b, element, first, second, own);
    b.barrier();
    storeAll(items, own, result);
    b.barrier();
    const to = b.let(k.add(start, from), 'to');
    overTile(b, (place) =>
      b.if(k.lt(place, total), () => writeItem(b, sort, named, k.add(to, place), items.load(place))),
    );
  });
}
