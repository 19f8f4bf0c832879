/**
 * Register tiles: a few rows times a few columns of the result, summed over all of a block's depth in registers.
 *
 * 4 rows by 2 vectors leave room in the 16 registers of x86 for the operands; larger tiles or unrolling spill.
 */
import { func, k, local } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, Local } from '../ir.ts';
import type { Ring } from './ring.ts';
import { zero } from './ring.ts';

/** Rows of a packed panel of the left matrix. */
export const TILE_ROWS = 4;
/** Vectors in a row of a packed panel of the right matrix. */
export const TILE_VECTORS = 2;

/** Columns of a packed panel of the right matrix. */
export function tileColumns(ring: Ring): number {
  return TILE_VECTORS * ring.lanes;
}

export interface TileShape {
  readonly rows: number;
  /** Vectors side by side; 0 is one column of scalars. */
  readonly vectors: number;
}

/** Where a tile finds its operands, in the first and the second half of a round, which takes two steps in depth. */
interface Walk {
  left(row: number, half: 0 | 1): Place;
  right(half: 0 | 1): Place;
  /** Moves on between the halves, and at the end of a round. */
  middle(): void;
  end(): void;
}

interface Place {
  readonly address: Expr;
  readonly offset: number;
}

type Sums = readonly (readonly Local[])[];

function makeSums(ring: Ring, { rows, vectors }: TileShape): Sums {
  const type = vectors > 0 ? ring.vector : ring.type;
  return Array.from({ length: rows }, () =>
    Array.from({ length: Math.max(vectors, 1) }, () => local(type, 'sum')),
  );
}

/**
 * `sums += left column times right row`, `depth` times (at least once). The branch out between the two halves of a round
 * also keeps the engine from loading both halves' operands first, for which there are not enough registers.
 */
function accumulate(b: Body, ring: Ring, sums: Sums, depth: Local, walk: Walk): void {
  const { type } = sums[0][0];
  const step = (half: 0 | 1) => {
    const { address, offset } = walk.right(half);
    const columns = sums[0].map((_, j) => b.let(k.load(type, address, offset + 16 * j), 'right'));
    sums.forEach((row, r) => {
      const place = walk.left(r, half);
      const scalar = k.load(ring.type, place.address, place.offset);
      const left = b.let(type === ring.type ? scalar : k.splat(ring.vector, scalar), 'left');
      row.forEach((sum, j) => b.set(sum, ring.add(sum, ring.mul(left, columns[j]))));
    });
  };
  b.while(k.const('bool', true), () => {
    step(0);
    b.if(k.eq(depth, 1), () => b.break());
    walk.middle();
    step(1);
    walk.end();
    b.bump(depth, -2);
    b.if(k.eq(depth, 0), () => b.break());
  });
}

/** Visits the sums with the address of their place in the result. */
function eachPlace(
  b: Body,
  sums: Sums,
  c: Expr,
  cRow: Expr,
  visit: (sum: Local, address: Expr, offset: number) => void,
): void {
  const row = b.let(c, 'row');
  sums.forEach((of, r) => {
    if (r > 0) b.bump(row, cRow);
    of.forEach((sum, j) => visit(sum, row, 16 * j));
  });
}

/** Runs `sum` on sums that start at nought or, if not `first`, at or added to what the result holds. */
function intoResult(
  b: Body,
  ring: Ring,
  sums: Sums,
  c: Expr,
  cRow: Expr,
  first: Expr,
  sum: () => void,
): void {
  const begin = (start: (sum: Local, address: Expr, offset: number) => Expr) =>
    eachPlace(b, sums, c, cRow, (s, address, offset) => b.set(s, start(s, address, offset)));
  const fromZero = () => sums.flat().forEach((s) => b.set(s, zero(s.type)));
  const store = (value: (s: Local, address: Expr, offset: number) => Expr) =>
    eachPlace(b, sums, c, cRow, (s, address, offset) => b.store(address, value(s, address, offset), offset));
  const held = (s: Local, address: Expr, offset: number) => k.load(s.type, address, offset);
  if (ring.sequential) {
    b.if(first, fromZero, () => begin(held));
    sum();
    store((s) => s);
  } else {
    fromZero();
    sum();
    b.if(
      first,
      () => store((s) => s),
      () => store((s, address, offset) => ring.add(held(s, address, offset), s)),
    );
  }
}

/** A tile of packed panels: a full one, or its first `rows` rows. */
export function packedTile(ring: Ring, rows: number = TILE_ROWS): KernelFunction {
  const params = { depth: 'i32', a: 'i32', b: 'i32', c: 'i32', cRow: 'i32', first: 'bool' } as const;
  return func(`packedTile${rows}`, params, undefined, (body, { depth, a, b, c, cRow, first }) => {
    const sums = makeSums(ring, { rows, vectors: TILE_VECTORS });
    intoResult(body, ring, sums, c, cRow, first, () =>
      accumulate(body, ring, sums, depth, {
        left: (row, half) => ({ address: a, offset: (half * TILE_ROWS + row) * ring.size }),
        right: (half) => ({ address: b, offset: half * 16 * TILE_VECTORS }),
        middle: () => undefined,
        end: () => {
          body.bump(a, 2 * TILE_ROWS * ring.size);
          body.bump(b, 2 * 16 * TILE_VECTORS);
        },
      }),
    );
  });
}

/** A tile of matrices as they lie: any strides on the left, rows of adjacent columns on the right. */
export function directTile(ring: Ring, shape: TileShape): KernelFunction {
  const params = {
    depth: 'i32',
    a: 'i32',
    aRow: 'i32',
    aStep: 'i32',
    b: 'i32',
    bStep: 'i32',
    c: 'i32',
    cRow: 'i32',
  } as const;
  const name = `tile${shape.rows}x${shape.vectors}`;
  return func(name, params, undefined, (body, { depth, a, aRow, aStep, b, bStep, c, cRow }) => {
    const sums = makeSums(ring, shape);
    const rows: Expr[] = [body.let(aRow, 'aRow')];
    while (rows.length < shape.rows - 1) rows.push(body.let(k.add(rows.at(-1)!, aRow), 'aRow'));
    const advance = () => {
      body.bump(a, aStep);
      body.bump(b, bStep);
    };
    const always = k.const('bool', true);
    intoResult(body, ring, sums, c, cRow, always, () =>
      accumulate(body, ring, sums, depth, {
        left: (row) => ({ address: row === 0 ? a : k.add(a, rows[row - 1]), offset: 0 }),
        right: () => ({ address: b, offset: 0 }),
        middle: advance,
        end: advance,
      }),
    );
  });
}
