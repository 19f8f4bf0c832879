/**
 * Matrix products by tiles: a workgroup computes a tile of the result, of tiles of the operands that pass through its memory. Each
 * invocation sums a block of the tile in registers.
 */
import { k } from '../../build.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import type { GridRing, MatrixParams } from './ring.ts';
import { fromNumber, integers, loadNumber, matrixOf, stackParams } from './ring.ts';
import type { ProductEnd } from './results.ts';
import { endBuffers, endParams, writeEnd, writtenTogether } from './results.ts';
import type { Lines, Reading, TilePlan, TileSource } from './source.ts';
import { lineOf, loadFour, slotStride, tileSource } from './source.ts';

/** The tile of the result that a workgroup computes, and the block of it that an invocation does. All are powers of two. */
export interface TileShape {
  readonly rows: number;
  readonly columns: number;
  /** How deep the tiles of the operands are. */
  readonly depth: number;
  /** Multiples of four. */
  readonly blockRows: number;
  readonly blockColumns: number;
}

/** Invocations of a workgroup. */
export const invocationsOf = ({ rows, columns, blockRows, blockColumns }: TileShape): number =>
  (rows / blockRows) * (columns / blockColumns);

/** Bytes of workgroup memory. */
export function tileMemory(tile: TileShape): number {
  const { rows, columns, depth } = tile;
  return 16 * depth * (slotStride(rows) + slotStride(columns)) + 4 * 4 * invocationsOf(tile);
}

export interface TileProduct {
  readonly ring: GridRing;
  readonly tile: TileShape;
  readonly left: Reading;
  readonly right: Reading;
  /** Axes of the stack. */
  readonly rank: number;
  /** Whether the depth is split among workgroups, which write partial sums one after the other. */
  readonly split: boolean;
  readonly end: ProductEnd;
}

/** The sums of an invocation: vectors along its columns, by rows. */
export type BlockSums = readonly (readonly Local[])[];

/** Tile rows that neighbouring workgroups share, so that what they read of the operands is still in the cache. */
const BAND = 8;

/**
 * The kernel of a product by tiles. Its buffers: a, b, and the end's. Its parameters: groups, m, n, k, matrices in the stack, tiles
 * down and across, how many parts the depth is split into and how deep each is, where the operands are (`stackParams`), and the
 * end's. The depth is counted in numbers of the ring.
 */
export function buildTileProduct(product: TileProduct): GridKernel {
  const { ring, tile, left, right, rank, split, end } = product;
  const { rows, columns, depth } = tile;
  const name = `product ${rows}x${columns}${split ? ' split' : ''} ${ring.element}${end.key && ` ${end.key}`}`;
  return gridKernel(
    name,
    invocationsOf(tile),
    { a: operandBuffer(left), b: operandBuffer(right), ...endBuffers(end) },
    {
      ...integers('groups', 'm', 'n', 'k', 'matrices', 'down', 'across', 'splits', 'chunk'),
      ...stackParams(rank),
      ...endParams(end),
    },
    (b, arrays, p: Readonly<Record<string, Local>>) =>
      b.if(k.lt(b.group, p['groups']), () => {
        const { row, column, part, matrix } = tileOf(b, tile, p);
        const from = b.let(k.mul(part, p['chunk']), 'from');
        const to = b.let(k.min(k.add(from, p['chunk']), p['k']), 'to');
        const [a, c] = ['a', 'b'].map((which) => matrixOf(b, which, matrix, rank, p));
        const plan = (lines: number, reading: Reading, last: boolean): TilePlan => ({
          lines,
          depth,
          reading,
          last,
        });
        const plans = [plan(rows, left, false), plan(columns, right, true)] as const;
        const sources = [
          tileSource(b, ring, plans[0], leftLines(b, ring, arrays['a'], a, row, p['m'])),
          tileSource(b, ring, plans[1], rightLines(b, ring, arrays['b'], c, column, p['n'])),
        ] as const;
        const sums = sumTiles(b, ring, tile, sources, from, to);
        const first = b.let(k.mul(k.add(k.mul(part, p['matrices']), matrix), k.mul(p['m'], p['n'])), 'first');
        writeSums(b, { ring, tile, together: writtenTogether(end) }, plans, sums, (line, stage) => {
          const i = b.let(k.add(row, line.row), 'i');
          const j = b.let(toElements(ring, k.add(column, line.column)), 'j');
          b.if(k.and(k.lt(i, p['m']), k.lt(j, p['n'])), () => {
            const index = b.let(k.add(first, k.add(k.mul(i, p['n']), j)), 'index');
            const values = stage().map((sum) => (split ? sum : fromNumber(ring, sum)));
            writeEnd(b, end, arrays, p, index, j, values);
          });
        });
      }),
  );
}

const operandBuffer = (reading: Reading): 'read' | { access: 'read'; type: 'u32x4' } =>
  reading.endsWith('4') ? { access: 'read', type: 'u32x4' } : 'read';

type Params = Readonly<Record<string, Expr>>;

/** Columns as the ring counts them: complex numbers have two. */
const toElements = ({ parts }: GridRing, column: Expr): Expr => (parts === 2 ? k.shr(column, 1) : column);

/** Which tile the workgroup computes: where it begins in its matrix, of which part of the depth. */
function tileOf(
  b: GridBody,
  { rows, columns }: TileShape,
  p: Params,
): { readonly row: Expr; readonly column: Expr; readonly part: Expr; readonly matrix: Expr } {
  const quotient = (x: Expr, y: Expr): Expr => b.let(k.idiv(x, y), 'quotient');
  const remainder = (x: Expr, y: Expr, q: Expr): Expr => b.let(k.sub(x, k.mul(q, y)), 'rest');
  const tiles = b.let(k.mul(p['down'], p['across']), 'tiles');
  const whole = quotient(b.group, tiles);
  const tile = remainder(b.group, tiles, whole);
  const matrix = quotient(whole, p['splits']);
  const part = remainder(whole, p['splits'], matrix);
  const bandSize = b.let(k.mul(p['across'], BAND), 'bandSize');
  const band = quotient(tile, bandSize);
  const inBand = remainder(tile, bandSize, band);
  const height = b.let(k.min(k.sub(p['down'], k.mul(band, BAND)), BAND), 'height');
  const across = quotient(inBand, height);
  const down = k.add(k.mul(band, BAND), remainder(inBand, height, across));
  return {
    row: b.let(k.mul(down, rows), 'row'),
    column: b.let(k.mul(across, columns), 'column'),
    part,
    matrix,
  };
}

/** The rows of the left operand; a complex element counts as two numbers along the depth, re and im. */
function leftLines(
  b: GridBody,
  ring: GridRing,
  buffer: BufferArray,
  { start, row, column }: MatrixParams,
  first: Expr,
  m: Expr,
): Lines {
  const lineStart = (line: Expr): Expr => b.let(k.add(start, k.mul(k.add(first, line), row)), 'start');
  return {
    count: b.let(k.sub(m, first), 'count'),
    line: (line) => {
      const origin = lineStart(line);
      if (ring.parts === 1)
        return (depth) => loadNumber(ring, buffer, k.add(origin, k.mul(depth, column))) as Expr;
      return (depth) => wordAt(buffer, k.add(origin, k.mul(k.shr(depth, 1), column)), k.and(depth, 1));
    },
    four: (line) => {
      const origin = lineStart(line);
      return (depth) => loadFour(ring, buffer, k.add(origin, k.mul(depth, column)));
    },
  };
}

/** The columns of the right operand; a complex element counts as the numbers [[re, im], [-im, re]]. */
function rightLines(
  b: GridBody,
  ring: GridRing,
  buffer: BufferArray,
  { start, row, column }: MatrixParams,
  first: Expr,
  n: Expr,
): Lines {
  const lineStart = (line: Expr): Expr =>
    b.let(k.add(start, k.mul(toElements(ring, k.add(first, line)), column)), 'start');
  return {
    count: b.let(k.sub(ring.parts === 2 ? k.mul(n, 2) : n, first), 'count'),
    line: (line) => {
      const origin = lineStart(line);
      if (ring.parts === 1)
        return (depth) => loadNumber(ring, buffer, k.add(origin, k.mul(depth, row))) as Expr;
      const part = b.let(k.and(line, 1), 'part');
      return (depth) => {
        const own = k.and(depth, 1);
        const word = wordAt(buffer, k.add(origin, k.mul(k.shr(depth, 1), row)), k.xor(own, part));
        return k.select(k.gt(own, part), k.neg(word), word);
      };
    },
    four: (line) => {
      const origin = lineStart(line);
      return (depth) => loadFour(ring, buffer, k.add(origin, k.mul(depth, row)));
    },
  };
}

/** A part of a complex number. */
const wordAt = (buffer: BufferArray, index: Expr, part: Expr): Expr =>
  k.bitcast('f32', at(buffer, k.add(k.mul(index, 2), part)));

/** Where an invocation's block is among those of the tile. */
function blockOf(
  b: GridBody,
  { columns, blockColumns }: TileShape,
): { readonly down: Expr; readonly across: Expr } {
  const wide = columns / blockColumns;
  return {
    down: b.let(k.shr(b.local, Math.log2(wide)), 'down'),
    across: b.let(k.and(b.local, wide - 1), 'across'),
  };
}

/**
 * Sums the products of tiles over a range of the depth. While a tile is computed with, the next one is on its way from memory.
 *
 * @returns the block's sums: the invocation's rows are the lanes of the slots `down + q * rows / blockRows` of the left tile, its
 *   columns those of the slots `across + q * columns / blockColumns` of the right one
 */
export function sumTiles(
  b: GridBody,
  ring: GridRing,
  tile: TileShape,
  [left, right]: readonly [TileSource, TileSource],
  from: Expr,
  to: Expr,
): BlockSums {
  const { depth, blockRows, blockColumns } = tile;
  const sums = Array.from({ length: blockRows }, () =>
    Array.from({ length: blockColumns / 4 }, () => b.let(k.splat(ring.vector, 0), 'sum')),
  );
  const fetch = (at: Expr): void => {
    left.fetch(at, to);
    right.fetch(at, to);
  };
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
      sums.forEach((row, r) => {
        const number = k.splat(ring.vector, k.extract(ours[r >> 2], r & 3));
        row.forEach((sum, q) => b.set(sum, ring.add(sum, ring.mul(number, theirs[q]) as Expr) as Expr));
      });
    }
  });
}

/** The slots of an invocation's block at a depth of a tile. */
const slotsOf = (b: GridBody, tile: LocalArray, first: Expr, block: number, lines: number): Expr[] =>
  Array.from({ length: block / 4 }, (_, q) => b.let(at(tile, k.add(first, (q * lines) / block)), 'slot'));

/** A place in the tile. */
interface TilePlace {
  readonly row: Expr;
  readonly column: Expr;
}

/**
 * Hands out the sums such that neighbouring invocations get neighbours of a row. They go through workgroup memory, one row and four
 * columns of each block at a time.
 */
export function writeSums(
  b: GridBody,
  { ring, tile, together }: Pick<TileProduct, 'ring' | 'tile'> & { readonly together: number },
  [left, right]: readonly [TilePlan, TilePlan],
  sums: BlockSums,
  write: (place: TilePlace, values: () => readonly Value[]) => void,
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
        Array.from({ length: together }, (_, i): Value => {
          const number = (part: number): Expr => at(stage, k.add(first, i * ring.parts + part));
          return ring.parts === 2 ? { re: number(0), im: number(1) } : number(0);
        }),
      );
    });
    b.barrier();
  });
}
