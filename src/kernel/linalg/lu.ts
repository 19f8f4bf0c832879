/**
 * LU factorisation with partial pivoting, by recursion on the columns: the left half, the triangular solution for the right half's upper
 * rows, a product subtracted from its lower rows, and these. S. Toledo, "Locality of Reference in LU Decomposition with Partial
 * Pivoting", SIAM J. Matrix Anal. Appl. 18, 1997.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule } from '../ir.ts';
import { v } from '../value.ts';
import type { Field } from './field.ts';
import { at, fieldOf, halfOf, held, i32, load, magnitude, store, subtractProduct } from './field.ts';
import { forwardSolve } from './solve.ts';

/** Columns that are factored one by one. */
const PANEL = 8;

/** Exchanges two runs of `bytes` bytes, a multiple of 4. */
function exchangeRuns(b: Body, one: Expr, other: Expr, bytes: Expr): void {
  const [x, y] = [b.let(one, 'x'), b.let(other, 'y')];
  const whole = b.let(k.and(bytes, -16), 'whole');
  const loop = (type: 'i64x2' | 'i32', from: Expr, to: Expr, step: number): void =>
    b.for(from, to, step, (offset) => {
      const [first, second] = [b.let(k.add(x, offset), 'first'), b.let(k.add(y, offset), 'second')];
      b.stores([
        { address: first, offset: 0, value: k.load(type, second) },
        { address: second, offset: 0, value: k.load(type, first) },
      ]);
    });
  loop('i64x2', i32(0), whole, 16);
  loop('i32', whole, bytes, 4);
}

const PARAMS = {
  /** The panel: m x n elements, its first one and the bytes from row to row, which are the whole matrix's. */
  m: 'i32',
  n: 'i32',
  a: 'i32',
  row: 'i32',
  /** The first element of the matrix's row that the panel begins in, and that row's number. */
  line: 'i32',
  first: 'i32',
  pivots: 'i32',
  left: 'i32',
  right: 'i32',
} as const;

/** The first of the largest elements of a column from `place` on; the number of elements before it. */
function findPivot(b: Body, field: Field, place: Expr, row: Expr, count: Expr): Expr {
  const walk = b.let(place, 'walk');
  const best = b.let(magnitude(load(field, walk)), 'best');
  const found = b.let(i32(0), 'found');
  b.for(1, count, 1, (i) => {
    b.bump(walk, row);
    const size = b.let(magnitude(load(field, walk)), 'size');
    b.if(k.gt(size, best), () => {
      b.set(best, size);
      b.set(found, i);
    });
  });
  return found;
}

/** `panel(...)`: factors few columns, one by one; gives 1 if there is a zero on U's diagonal. */
function panelOf(field: Field): KernelFunction {
  const { size } = field;
  return func('panel', PARAMS, 'i32', (b, { m, n, a, row, line, first, pivots }) => {
    const singular = b.let(i32(0), 'singular');
    const steps = b.let(k.min(m, n), 'steps');
    const rest = b.let(k.mul(n, size), 'rest');
    const corner = b.let(a, 'corner');
    b.for(0, steps, 1, (j) => {
      b.bump(rest, -size);
      const below = b.let(k.sub(m, j), 'below');
      const down = b.let(findPivot(b, field, corner, row, below), 'down');
      b.store(at(pivots, j, 4), k.add(k.add(first, j), down));
      b.if(k.ne(down, 0), () => {
        const own = b.let(at(line, j, row), 'own');
        exchangeRuns(b, own, at(own, down, row), row);
      });
      const pivot = held(b, load(field, corner));
      b.if(
        v.eq(pivot, 0),
        () => b.set(singular, 1),
        () => {
          const place = b.let(corner, 'place');
          b.for(1, below, 1, () => {
            b.bump(place, row);
            const factor = held(b, v.div(load(field, place), pivot));
            store(b, field, place, factor);
            b.for(size, k.add(rest, size), size, (offset) => {
              const to = b.let(k.add(place, offset), 'to');
              const x = load(field, k.add(corner, offset));
              store(b, field, to, v.sub(load(field, to), v.mul(factor, x)));
            });
          });
        },
      );
      b.bump(corner, k.add(row, size));
    });
    b.return(singular);
  });
}

/** `columns(...)`: factors a panel with at least as many rows as columns. */
function columnsOf(field: Field, solve: KernelFunction): KernelFunction {
  const panel = panelOf(field);
  const subtract = subtractProduct(field);
  const size = i32(field.size);
  return func('columns', PARAMS, 'i32', (b, p, self) => {
    const { m, n, a, row, line, first, pivots, left, right } = p;
    b.if(k.le(n, PANEL), () => b.return(k.call(panel, ...Object.values(p))));
    const one = halfOf(b, n);
    const two = b.let(k.sub(n, one), 'two');
    const before = b.let(k.call(self, m, one, a, row, line, first, pivots, left, right), 'before');
    const upper = b.let(at(a, one, size), 'upper');
    const lower = b.let(at(a, one, row), 'lower');
    const corner = b.let(at(upper, one, row), 'corner');
    const below = b.let(k.sub(m, one), 'below');
    b.call(solve, one, two, a, row, size, upper, row, i32(1), left, right);
    b.call(subtract, below, two, one, lower, row, size, upper, row, size, corner, row, left, right);
    const behind = k.call(
      self,
      below,
      two,
      corner,
      row,
      at(line, one, row),
      k.add(first, one),
      at(pivots, one, 4),
      left,
      right,
    );
    b.return(k.or(before, behind));
  });
}

/**
 * `lu(count, m, n, a, pivots, left, right)`: factors `count` dense m x n matrices in place, one behind the other, and writes min(m, n) pivots of each. Gives 1 if
 * some U has a zero on its diagonal. `left` and `right` are working memory for products of that size.
 */
function factor(field: Field): KernelFunction {
  const solve = forwardSolve(field);
  const columns = columnsOf(field, solve);
  const params = {
    count: 'i32',
    m: 'i32',
    n: 'i32',
    a: 'i32',
    pivots: 'i32',
    left: 'i32',
    right: 'i32',
  } as const;
  return func('lu', params, 'i32', (b, { count, m, n, a, pivots, left, right }) => {
    const singular = b.let(i32(0), 'singular');
    const row = b.let(k.mul(n, field.size), 'row');
    const bytes = b.let(k.mul(m, row), 'bytes');
    const square = b.let(k.min(m, n), 'square');
    b.for(0, count, 1, () => {
      const found = k.call(columns, m, square, a, row, a, i32(0), pivots, left, right);
      b.set(singular, k.or(singular, found));
      b.if(k.gt(n, m), () => {
        const beside = at(a, m, field.size);
        b.call(solve, m, k.sub(n, m), a, row, i32(field.size), beside, row, i32(1), left, right);
      });
      b.bump(a, bytes);
      b.bump(pivots, k.mul(square, 4));
    });
    b.return(singular);
  });
}

export const buildLu = (element: ElementType): KernelModule => ({ exports: [factor(fieldOf(element))] });

/**
 * `exchange(count, b, next, row, pivots, pivotsNext, steps, backwards)`: the row exchanges of `count` dense matrices with rows of `row`
 * bytes, `next` bytes apart; their lists of `steps` pivots are `pivotsNext` bytes apart.
 */
function exchange(): KernelFunction {
  const params = {
    count: 'i32',
    matrix: 'i32',
    next: 'i32',
    row: 'i32',
    pivots: 'i32',
    pivotsNext: 'i32',
    steps: 'i32',
    backwards: 'i32',
  } as const;
  return func('exchange', params, undefined, (b, p) => {
    const last = b.let(k.sub(p.steps, 1), 'last');
    b.for(0, p.count, 1, () => {
      b.for(0, p.steps, 1, (i) => {
        const step = b.let(k.select(k.ne(p.backwards, 0), k.sub(last, i), i), 'step');
        const other = b.let(k.load('i32', at(p.pivots, step, 4)), 'other');
        b.if(k.ne(other, step), () =>
          exchangeRuns(b, at(p.matrix, step, p.row), at(p.matrix, other, p.row), p.row),
        );
      });
      b.bump(p.matrix, p.next);
      b.bump(p.pivots, p.pivotsNext);
    });
  });
}

export const buildExchange = (): KernelModule => ({ exports: [exchange()] });
