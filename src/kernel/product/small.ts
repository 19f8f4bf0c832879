/** Products of small matrices, multiplied as they lie. */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import type { Ring } from './ring.ts';
import { TILE_ROWS, TILE_VECTORS, directTile } from './tile.ts';

/** Heights of tiles, the tallest first; each goes as often as it fits into what the ones before it left. */
const HEIGHTS = [TILE_ROWS, 2, 1];
/** Widths of tiles in vectors; 0 is one column. */
const WIDTHS = [TILE_VECTORS, 1, 0];

/** Runs `body` for as many pieces of `step` as `total` holds from `at` on, which moves along. */
function pieces(b: Body, at: Local, total: Expr, step: number, body: () => void): void {
  b.while(k.le(k.add(at, step), total), () => {
    body();
    b.bump(at, step);
  });
}

/** One product: the result is covered by tiles, column panel by column panel. */
function multiplyDirect(ring: Ring): KernelFunction {
  const params = {
    m: 'i32',
    n: 'i32',
    k: 'i32',
    a: 'i32',
    aRow: 'i32',
    aStep: 'i32',
    b: 'i32',
    bStep: 'i32',
    c: 'i32',
    cRow: 'i32',
  } as const;
  return func('multiplyDirect', params, undefined, (body, p) => {
    const j = body.let(k.const('i32', 0), 'j');
    for (const vectors of WIDTHS) {
      const width = vectors > 0 ? vectors * ring.lanes : 1;
      const tiles = HEIGHTS.map((rows) => directTile(ring, { rows, vectors }));
      pieces(body, j, p.n, width, () => {
        const across = body.let(k.mul(j, ring.size), 'across');
        const left = body.let(p.a, 'left');
        const right = body.let(k.add(p.b, across), 'right');
        const place = body.let(k.add(p.c, across), 'place');
        const i = body.let(k.const('i32', 0), 'i');
        HEIGHTS.forEach((rows, h) => {
          pieces(body, i, p.m, rows, () => {
            body.call(tiles[h], p.k, left, p.aRow, p.aStep, right, p.bStep, place, p.cRow);
            body.bump(left, k.mul(p.aRow, rows));
            body.bump(place, k.mul(p.cRow, rows));
          });
        });
      });
    }
  });
}

/**
 * `small(count, aNext, bNext, cNext, m, n, k, a, aRow, aStep, b, bStep, c, cRow)`: `count` products c = a b, the matrices of one
 * `aNext`, `bNext` and `cNext` bytes after those of the one before. The columns of b and c are adjacent.
 */
export function small(ring: Ring): KernelModule {
  const multiply = multiplyDirect(ring);
  const params = {
    count: 'i32',
    aNext: 'i32',
    bNext: 'i32',
    cNext: 'i32',
    m: 'i32',
    n: 'i32',
    k: 'i32',
    a: 'i32',
    aRow: 'i32',
    aStep: 'i32',
    b: 'i32',
    bStep: 'i32',
    c: 'i32',
    cRow: 'i32',
  } as const;
  const main = func('small', params, undefined, (body, p) => {
    body.for(0, p.count, 1, () => {
      body.call(multiply, p.m, p.n, p.k, p.a, p.aRow, p.aStep, p.b, p.bStep, p.c, p.cRow);
      body.bump(p.a, p.aNext);
      body.bump(p.b, p.bNext);
      body.bump(p.c, p.cNext);
    });
  });
  return { exports: [main] };
}
