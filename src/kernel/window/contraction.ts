/**
 * Products of tensors read where they lie: the blocked matrix product of product/gemm.ts, except that columns and depth are
 * index spaces of several axes, whose places are looked up in tables (D. Matthews, "High-Performance Tensor Contraction without
 * Transposition", SIAM J. Sci. Comput. 40, 2018). A convolution, its adjoints included, is such a product: an element of the
 * image lies at the offset of its window plus its offset in the window.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import type { Ring } from '../product/ring.ts';
import { i32 } from '../product/ring.ts';
import { TILE_ROWS, packedTile, tileColumns } from '../product/tile.ts';
import { offsetTables } from './offsets.ts';
import { consecutive, readOffsets, tablePacker } from './pack.ts';

/** Rows, depth and columns of a block. */
const BLOCK_ROWS = 128;
const BLOCK_DEPTH = 256;
const BLOCK_COLUMNS = 1024;

/** Where the working memory has what, in bytes: the tables of a block, a tile, and then the packed panels of the left. */
const WORK = {
  columnRight: 0,
  columnResult: 4 * BLOCK_COLUMNS,
  depthLeft: 8 * BLOCK_COLUMNS,
  depthRight: 8 * BLOCK_COLUMNS + 4 * BLOCK_DEPTH,
  rowLeft: 8 * BLOCK_COLUMNS + 8 * BLOCK_DEPTH,
  tile: 8 * BLOCK_COLUMNS + 8 * BLOCK_DEPTH + 4 * BLOCK_ROWS,
  panels: 8 * BLOCK_COLUMNS + 8 * BLOCK_DEPTH + 4 * BLOCK_ROWS + 512,
} as const;

/** Bytes of working memory that a product of these sizes needs: tables and left panels, and right panels. */
export function workBytes(ring: Ring, m: number, n: number, depth: number): { left: number; right: number } {
  const roundUp = (x: number, to: number) => Math.ceil(x / to) * to;
  const deep = Math.min(depth, BLOCK_DEPTH) * ring.size;
  const rows = roundUp(Math.min(m, BLOCK_ROWS), TILE_ROWS);
  const columns = roundUp(Math.min(n, BLOCK_COLUMNS), tileColumns(ring));
  return { left: roundUp(WORK.panels + rows * deep, 64), right: columns * deep };
}

const min = (a: Expr, b: number): Expr => k.min(a, i32(b));

/** Runs `body` for each block of at most `step` of `total`: its start and its length. */
function blocks(b: Body, total: Local, step: number, body: (start: Local, length: Local) => void): void {
  b.for(0, total, step, (i) => body(i, b.let(min(k.sub(total, i), step), 'length')));
}

const TILE = { depth: 'i32', a: 'i32', b: 'i32', c: 'i32', cRow: 'i32', first: 'bool' } as const;

/** A tile of up to 4 rows. */
function tileOfHeight(ring: Ring): KernelFunction {
  const [one, two, four] = [1, 2, TILE_ROWS].map((rows) => packedTile(ring, rows));
  const params = { height: 'i32', ...TILE } as const;
  return func('tileOfHeight', params, undefined, (body, { height, depth, a, b, c, cRow, first }) => {
    body.if(k.eq(height, TILE_ROWS), () => {
      body.call(four, depth, a, b, c, cRow, first);
      body.return();
    });
    body.if(k.ge(height, 2), () => {
      body.call(two, depth, a, b, c, cRow, first);
      body.bump(a, 2 * ring.size);
      body.bump(c, k.mul(cRow, 2));
    });
    body.if(k.ne(k.and(height, 1), 0), () => body.call(one, depth, a, b, c, cRow, first));
  });
}

/** Moves a tile between its dense form and the places of its columns in the result. */
function moveTile(ring: Ring, direction: 'gather' | 'scatter'): KernelFunction {
  const scratchRow = tileColumns(ring) * ring.size;
  const params = {
    scratch: 'i32',
    c: 'i32',
    cRow: 'i32',
    columns: 'i32',
    height: 'i32',
    across: 'i32',
  } as const;
  return func(`${direction}Tile`, params, undefined, (b, { scratch, c, cRow, columns, height, across }) => {
    b.for(0, height, 1, () => {
      const [table, dense] = [b.let(columns, 'table'), b.let(scratch, 'dense')];
      b.for(0, across, 1, () => {
        const place = k.add(c, k.load('i32', table));
        if (direction === 'gather') b.store(dense, k.load(ring.type, place));
        else b.store(place, k.load(ring.type, dense));
        b.bump(table, 4);
        b.bump(dense, ring.size);
      });
      b.bump(scratch, scratchRow);
      b.bump(c, cRow);
    });
  });
}

/** Multiplies packed panels. Tiles whose columns are not adjacent in the result go through `scratch`. */
function multiplyPacked(ring: Ring): KernelFunction {
  const tile = tileOfHeight(ring);
  const [gather, scatter] = (['gather', 'scatter'] as const).map((direction) => moveTile(ring, direction));
  const width = tileColumns(ring);
  const scratchRow = i32(width * ring.size);
  const params = {
    rows: 'i32',
    columns: 'i32',
    depth: 'i32',
    a: 'i32',
    b: 'i32',
    c: 'i32',
    cRow: 'i32',
    table: 'i32',
    first: 'bool',
    scratch: 'i32',
  } as const;
  return func('multiplyPacked', params, undefined, (body, p) => {
    const { rows, columns, depth, a, b, c, cRow, table, first, scratch } = p;
    const eachTile = (start: Expr, visit: (left: Local, place: Local, height: Local) => void): void => {
      const [left, place] = [body.let(a, 'left'), body.let(start, 'place')];
      body.for(0, rows, TILE_ROWS, (i) => {
        visit(left, place, body.let(min(k.sub(rows, i), TILE_ROWS), 'height'));
        body.bump(left, k.mul(depth, TILE_ROWS * ring.size));
        body.bump(place, k.mul(cRow, TILE_ROWS));
      });
    };
    body.for(0, columns, width, (j) => {
      const across = body.let(min(k.sub(columns, j), width), 'across');
      const offsets = readOffsets(body, table, width);
      body.if(
        k.and(k.eq(across, width), consecutive(offsets, ring.size)),
        () =>
          eachTile(k.add(c, offsets[0]), (left, place, height) =>
            body.call(tile, height, depth, left, b, place, cRow, first),
          ),
        () =>
          eachTile(c, (left, place, height) => {
            const move = [scratch, place, cRow, table, height, across];
            body.if(k.not(first), () => body.call(gather, ...move));
            body.call(tile, height, depth, left, b, scratch, scratchRow, first);
            body.call(scatter, ...move);
          }),
      );
      body.bump(b, k.mul(depth, scratchRow));
      body.bump(table, width * 4);
    });
  });
}

const PARAMS = {
  m: 'i32',
  n: 'i32',
  k: 'i32',
  groups: 'i32',
  a: 'i32',
  aRow: 'i32',
  aGroup: 'i32',
  b: 'i32',
  bGroup: 'i32',
  c: 'i32',
  cRow: 'i32',
  cGroup: 'i32',
  columnAxes: 'i32',
  depthAxes: 'i32',
  accumulate: 'bool',
  work: 'i32',
  packedRight: 'i32',
} as const;

/**
 * `contract(m, n, k, groups, a, aRow, aGroup, b, bGroup, c, cRow, cGroup, columnAxes, depthAxes, accumulate, work, packedRight)`:
 * for each group, c[i, j] (+)= sum over l of a[i, l] b[l, j], where i has a stride, and j and l run over `AXES` axes: those of j with
 * strides in b and c, those of l with strides in a and b.
 */
export function contraction(ring: Ring): KernelModule {
  const packLeft = tablePacker('packLeft', ring, TILE_ROWS);
  const packRight = tablePacker('packRight', ring, tileColumns(ring));
  const [offsets, multiply] = [offsetTables(), multiplyPacked(ring)];
  const main = func('contract', PARAMS, undefined, (body, p) => {
    const at = (bytes: number): Local => body.let(k.add(p.work, bytes), 'at');
    const [columnRight, columnResult] = [at(WORK.columnRight), at(WORK.columnResult)];
    const [depthLeft, depthRight, rowLeft] = [at(WORK.depthLeft), at(WORK.depthRight), at(WORK.rowLeft)];
    const [tile, panels] = [at(WORK.tile), at(WORK.panels)];
    body.for(0, min(p.m, BLOCK_ROWS), 1, (i) => body.store(k.add(rowLeft, k.mul(i, 4)), k.mul(i, p.aRow)));
    blocks(body, p.n, BLOCK_COLUMNS, (j, columns) => {
      body.call(offsets, p.columnAxes, j, columns, columnRight, columnResult);
      blocks(body, p.k, BLOCK_DEPTH, (step, depth) => {
        body.call(offsets, p.depthAxes, step, depth, depthLeft, depthRight);
        const first = body.let(k.and(k.eq(step, 0), k.not(p.accumulate)), 'first');
        body.for(0, p.groups, 1, (group) => {
          const right = k.add(p.b, k.mul(group, p.bGroup));
          body.call(packRight, p.packedRight, right, columnRight, columns, depthRight, depth);
          blocks(body, p.m, BLOCK_ROWS, (i, rows) => {
            const left = k.add(k.add(p.a, k.mul(group, p.aGroup)), k.mul(i, p.aRow));
            body.call(packLeft, panels, left, rowLeft, rows, depthLeft, depth);
            const place = k.add(k.add(p.c, k.mul(group, p.cGroup)), k.mul(i, p.cRow));
            // prettier-ignore
            body.call(
              multiply, rows, columns, depth, panels, p.packedRight, place, p.cRow, columnResult, first, tile,
            );
          });
        });
      });
    });
  });
  return { exports: [main] };
}
