/**
 * Products of a matrix and a vector, y = M x, and of two vectors. A matrix whose rows are adjacent in memory is taken as
 * dot products, one whose columns are adjacent as a sum of scaled columns, so that memory is read in order either way.
 */
import { func, k, local } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import type { Ring } from './ring.ts';
import { zero } from './ring.ts';

/** Rows that a pass over x multiplies at once; with more, the engine runs out of registers. */
const ROWS = 2;
/** Columns that a pass over y adds at once. */
const COLUMNS = 4;
/** Vectors of each row or column in a round, so that additions do not wait for each other. */
const ROUND = 2;
/** Sums that the product of two strided vectors is split into. */
const STRIDED_SUMS = 4;
/** Elements of y that stay in the first cache while columns are added. */
const STRIP = 1024;

/** All lanes of a vector summed, in order. */
function sumLanes(ring: Ring, vector: Expr): Expr {
  const parts = Array.from({ length: ring.lanes }, (_, i) => k.extract(vector, i));
  return parts.reduce((sum, part) => ring.add(sum, part));
}

/** Dot products of `rows` rows from `left` on with x, given as expressions of the sums. */
function dots(
  b: Body,
  ring: Ring,
  left: Expr,
  row: Expr,
  x: Expr,
  depth: Expr,
  rows: number,
  round: number,
): Expr[] {
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: round }, () => local(ring.vector, 'sum')),
  );
  for (const sum of sums.flat()) b.set(sum, zero(ring.vector));
  const at = [b.let(left, 'at')];
  while (at.length < rows) at.push(b.let(k.add(at.at(-1)!, row), 'at'));
  const right = b.let(x, 'right');
  const rest = b.let(depth, 'rest');
  const advance = (bytes: number) => [...at, right].forEach((p) => b.bump(p, bytes));
  const step = (width: number) => {
    b.while(k.ge(rest, width * ring.lanes), () => {
      const xs = sums[0].slice(0, width).map((_, j) => b.let(k.load(ring.vector, right, 16 * j), 'x'));
      xs.forEach((value, j) => {
        sums.forEach((of, r) =>
          b.set(of[j], ring.add(of[j], ring.mul(k.load(ring.vector, at[r], 16 * j), value))),
        );
      });
      advance(16 * width);
      b.bump(rest, -width * ring.lanes);
    });
  };
  step(round);
  if (round > 1) step(1);
  const totals = sums.map((of) =>
    b.let(sumLanes(ring, b.let(of.slice(1).reduce<Expr>((s, t) => ring.add(s, t), of[0]))), 'total'),
  );
  b.while(k.gt(rest, 0), () => {
    const value = b.let(k.load(ring.type, right), 'x');
    totals.forEach((total, r) => b.set(total, ring.add(total, ring.mul(k.load(ring.type, at[r]), value))));
    advance(ring.size);
    b.bump(rest, -1);
  });
  return totals;
}

/** `rowProducts(m, k, a, aRow, x, y, yStep)`: y = a x, where the elements of a row and of x are adjacent. */
function rowProducts(ring: Ring): KernelFunction {
  const params = { m: 'i32', k: 'i32', a: 'i32', aRow: 'i32', x: 'i32', y: 'i32', yStep: 'i32' } as const;
  return func('rowProducts', params, undefined, (b, { m, k: depth, a, aRow, x, y, yStep }) => {
    const rowsAtOnce = (rows: number, round: number) =>
      b.while(k.ge(m, rows), () => {
        for (const total of dots(b, ring, a, aRow, x, depth, rows, round)) {
          b.store(y, total);
          b.bump(y, yStep);
        }
        b.bump(a, k.mul(aRow, rows));
        b.bump(m, -rows);
      });
    rowsAtOnce(ROWS, ROUND);
    rowsAtOnce(1, ROWS * ROUND);
  });
}

/** `y += sum of scaled columns`, for a strip of y; `columns` of them at once. */
function addColumns(
  b: Body,
  ring: Ring,
  y: Expr,
  length: Expr,
  a: Expr,
  aStep: Expr,
  xs: readonly Local[],
): void {
  const target = b.let(y, 'target');
  const at = [b.let(a, 'at')];
  while (at.length < xs.length) at.push(b.let(k.add(at.at(-1)!, aStep), 'at'));
  const wide = xs.map((x) => b.let(k.splat(ring.vector, x), 'wide'));
  const rest = b.let(length, 'rest');
  const pass = (count: number, type: typeof ring.vector | typeof ring.type, scale: readonly Local[]) => {
    const bytes = type === ring.vector ? 16 : ring.size;
    const values = count * (bytes / ring.size);
    b.while(k.ge(rest, values), () => {
      for (let j = 0; j < count; j++) {
        const sum = scale.reduce<Expr>(
          (total, s, c) => ring.add(total, ring.mul(k.load(type, at[c], bytes * j), s)),
          k.load(type, target, bytes * j),
        );
        b.store(target, sum, bytes * j);
      }
      for (const p of [target, ...at]) b.bump(p, bytes * count);
      b.bump(rest, -values);
    });
  };
  pass(ROUND, ring.vector, wide);
  pass(1, ring.type, xs);
}

/** `columnSum(m, k, a, aStep, x, xStep, y)`: y = a x, where the elements of a column and of y are adjacent. */
function columnSum(ring: Ring): KernelFunction {
  const params = { m: 'i32', k: 'i32', a: 'i32', aStep: 'i32', x: 'i32', xStep: 'i32', y: 'i32' } as const;
  return func('columnSum', params, undefined, (b, { m, k: depth, a, aStep, x, xStep, y }) => {
    b.fill(y, 0, k.mul(m, ring.size));
    b.for(0, m, STRIP, (i) => {
      const length = b.let(k.min(k.sub(m, i), k.const('i32', STRIP)), 'length');
      const offset = k.mul(i, ring.size);
      const strip = b.let(k.add(y, offset), 'strip');
      const column = b.let(k.add(a, offset), 'column');
      const scale = b.let(x, 'scale');
      const rest = b.let(depth, 'rest');
      const columnsAtOnce = (columns: number) =>
        b.while(k.ge(rest, columns), () => {
          const xs = Array.from({ length: columns }, () => {
            const value = b.let(k.load(ring.type, scale), 'x');
            b.bump(scale, xStep);
            return value;
          });
          addColumns(b, ring, strip, length, column, aStep, xs);
          b.bump(column, k.mul(aStep, columns));
          b.bump(rest, -columns);
        });
      columnsAtOnce(COLUMNS);
      columnsAtOnce(1);
    });
  });
}

/** `stridedDot(k, a, aStep, b, bStep, y)`: the product of two vectors of any strides. */
function stridedDot(ring: Ring): KernelFunction {
  const params = { k: 'i32', a: 'i32', aStep: 'i32', b: 'i32', bStep: 'i32', y: 'i32' } as const;
  return func('stridedDot', params, undefined, (body, { k: depth, a, aStep, b, bStep, y }) => {
    const sums = Array.from({ length: STRIDED_SUMS }, () => body.let(zero(ring.type), 'sum'));
    const step = (count: number) =>
      body.while(k.ge(depth, count), () => {
        for (const sum of sums.slice(0, count)) {
          body.set(sum, ring.add(sum, ring.mul(k.load(ring.type, a), k.load(ring.type, b))));
          body.bump(a, aStep);
          body.bump(b, bStep);
        }
        body.bump(depth, -count);
      });
    step(STRIDED_SUMS);
    step(1);
    body.store(
      y,
      sums.slice(1).reduce<Expr>((total, sum) => ring.add(total, sum), sums[0]),
    );
  });
}

/** The products with vectors, for matrices whose elements are the ring's values. */
export function vectorProducts(ring: Ring): KernelModule {
  return { exports: [rowProducts(ring), columnSum(ring), stridedDot(ring)] };
}
