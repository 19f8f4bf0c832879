/**
 * The blocked matrix product (K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34, 2008):
 * a block of the right matrix that fits the last cache and one of the left that fits the second are packed, then multiplied
 * tile by tile.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import type { Change } from './pack.ts';
import { packLeft, packRight } from './pack.ts';
import type { Ring } from './ring.ts';
import { i32 } from './ring.ts';
import { TILE_ROWS, packedTile, tileColumns } from './tile.ts';

/** Rows, depth and columns of a block, in values of 8 bytes; smaller values make longer rows. */
const BLOCK_ROWS = 128;
const BLOCK_DEPTH = 256;
const BLOCK_COLUMNS = 1024;

const min = (a: Expr, b: number): Expr => k.min(a, i32(b));

/** Copies a `rows` by `bytes` rectangle. */
function copyRectangle(
  b: Body,
  to: Expr,
  toRow: Expr,
  from: Expr,
  fromRow: Expr,
  rows: Expr,
  bytes: Expr,
): void {
  const [target, source] = [b.let(to, 'target'), b.let(from, 'source')];
  b.for(0, rows, 1, () => {
    b.copy(target, source, bytes);
    b.bump(target, toRow);
    b.bump(source, fromRow);
  });
}

/** Multiplies packed panels: `c (+)= a b` for `rows` by `columns` values. Tiles over the edge go through `scratch`. */
function multiplyPacked(ring: Ring): KernelFunction {
  const tile = packedTile(ring);
  const width = tileColumns(ring);
  const scratchRow = width * ring.size;
  const params = {
    rows: 'i32',
    columns: 'i32',
    depth: 'i32',
    a: 'i32',
    b: 'i32',
    c: 'i32',
    cRow: 'i32',
    first: 'bool',
    scratch: 'i32',
  } as const;
  return func(
    'multiplyPacked',
    params,
    undefined,
    (body, { rows, columns, depth, a, b, c, cRow, first, scratch }) => {
      const edge = (left: Expr, place: Expr, height: Expr, across: Expr) => {
        const bytes = body.let(k.mul(across, ring.size), 'bytes');
        body.if(k.not(first), () =>
          copyRectangle(body, scratch, i32(scratchRow), place, cRow, height, bytes),
        );
        body.call(tile, depth, left, b, scratch, i32(scratchRow), first);
        copyRectangle(body, place, cRow, scratch, i32(scratchRow), height, bytes);
      };
      const panelBytes = body.let(k.mul(depth, TILE_ROWS * ring.size), 'panelBytes');
      body.for(0, columns, width, (j) => {
        const left = body.let(a, 'left');
        const place = body.let(k.add(c, k.mul(j, ring.size)), 'place');
        const across = body.let(min(k.sub(columns, j), width), 'across');
        body.for(0, rows, TILE_ROWS, (i) => {
          const height = body.let(min(k.sub(rows, i), TILE_ROWS), 'height');
          body.if(
            k.and(k.eq(height, TILE_ROWS), k.eq(across, width)),
            () => body.call(tile, depth, left, b, place, cRow, first),
            () => edge(left, place, height, across),
          );
          body.bump(left, panelBytes);
          body.bump(place, k.mul(cRow, TILE_ROWS));
        });
        body.bump(b, k.mul(depth, scratchRow));
      });
    },
  );
}

/** What a product is of: changes of the elements of either matrix, and whether it is added to what the result holds. */
export interface ProductForm {
  readonly left?: Change;
  readonly right?: Change;
  readonly adds?: boolean;
}

/**
 * `gemm(m, n, k, a, aRow, aStep, b, bStep, bColumn, c, cRow, left, right)`: c = a b, where the result's columns are adjacent.
 * `left` and `right` are working memory of `workBytes` bytes.
 */
export function blockedProduct(ring: Ring, form: ProductForm = {}): KernelFunction {
  const left = packLeft(ring, form.left);
  const right = packRight(ring, form.right);
  const multiply = multiplyPacked(ring);
  const { parts } = ring;
  const resultBytes = parts * ring.size;
  const params = {
    m: 'i32',
    n: 'i32',
    k: 'i32',
    a: 'i32',
    aRow: 'i32',
    aStep: 'i32',
    b: 'i32',
    bStep: 'i32',
    bColumn: 'i32',
    c: 'i32',
    cRow: 'i32',
    packedLeft: 'i32',
    packedRight: 'i32',
  } as const;
  return func('gemm', params, undefined, (body, p) => {
    const scratch = p.packedLeft;
    const panels = body.let(k.add(p.packedLeft, SCRATCH), 'panels');
    blocks(body, p.n, BLOCK_COLUMNS / parts, (j, columns) => {
      blocks(body, p.k, BLOCK_DEPTH / parts, (step, depth) => {
        const from = k.add(p.b, k.add(k.mul(step, p.bStep), k.mul(j, p.bColumn)));
        body.call(right, p.packedRight, from, columns, depth, p.bColumn, p.bStep);
        const isFirst = form.adds ? k.const('bool', false) : k.eq(step, 0);
        blocks(body, p.m, BLOCK_ROWS, (i, rows) => {
          const fromLeft = k.add(p.a, k.add(k.mul(i, p.aRow), k.mul(step, p.aStep)));
          body.call(left, panels, fromLeft, rows, depth, p.aRow, p.aStep);
          const place = k.add(p.c, k.add(k.mul(i, p.cRow), k.mul(j, resultBytes)));
          const values = (count: Expr) => k.mul(count, parts);
          body.call(
            multiply,
            rows,
            values(columns),
            values(depth),
            panels,
            p.packedRight,
            place,
            p.cRow,
            isFirst,
            scratch,
          );
        });
      });
    });
  });
}

/** The product as a module. */
export const gemm = (ring: Ring): KernelModule => ({ exports: [blockedProduct(ring)] });

/** Bytes for a tile at the front of the left working memory. */
const SCRATCH = 512;

/** Runs `body` for each block of at most `step` of `total`: its start and its length. */
function blocks(b: Body, total: Local, step: number, body: (start: Local, length: Local) => void): void {
  b.for(0, total, step, (i) => body(i, b.let(min(k.sub(total, i), step), 'length')));
}

/** Bytes of working memory that a product of these sizes needs for its packed blocks. */
export function workBytes(ring: Ring, m: number, n: number, depth: number): { left: number; right: number } {
  const roundUp = (x: number, to: number) => Math.ceil(x / to) * to;
  const deep = Math.min(depth * ring.parts, BLOCK_DEPTH);
  const rows = roundUp(Math.min(m, BLOCK_ROWS), TILE_ROWS);
  const columns = roundUp(Math.min(n * ring.parts, BLOCK_COLUMNS), tileColumns(ring));
  return { left: roundUp(SCRATCH + rows * deep * ring.size, 64), right: columns * deep * ring.size };
}
