/**
 * Cholesky factorisation by recursion on the leading half: its factor, the triangular solution for the rows below, their product with
 * themselves subtracted from the other half, and that half's factor.
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule } from '../ir.ts';
import type { Value } from '../value.ts';
import { v } from '../value.ts';
import type { Field } from './field.ts';
import { assign, at, fieldOf, halfOf, held, i32, load, real, store, subtractProduct } from './field.ts';

/** Columns that are eliminated one by one. */
const FEW = 16;
/** Rows of a product with themselves that are not worth halving, to leave the upper triangle out. */
const SQUARE = 64;
/** Rows of right sides that are solved for together. */
const TOGETHER = 4;

/** Subtracts from each of `sums` the product of its row with the conjugate of `other`, over `bytes` bytes of adjacent elements. */
function subtractDots(
  b: Body,
  field: Field,
  sums: readonly Value[],
  rows: readonly Expr[],
  other: Expr,
  bytes: Expr,
): void {
  b.for(0, bytes, field.size, (offset) => {
    const factor = held(b, v.conj(load(field, k.add(other, offset))));
    rows.forEach((row, i) => {
      assign(b, sums[i], v.sub(sums[i], v.mul(load(field, k.add(row, offset)), factor)));
    });
  });
}

/** `rows(m, n, l, b, row)`: X L^H = B in place of B, some rows at a time. */
function solveRows(field: Field): KernelFunction {
  const params = { m: 'i32', n: 'i32', l: 'i32', b: 'i32', row: 'i32' } as const;
  const { size } = field;
  return func('rows', params, undefined, (body, { m, n, l, b, row }) => {
    const bytes = body.let(k.mul(n, size), 'bytes');
    const some = (count: number): void => {
      const rows = Array.from({ length: count }, (_, i) => body.let(at(b, i32(i), row), 'line'));
      const equation = body.let(l, 'equation');
      body.for(0, bytes, size, (before) => {
        const places = rows.map((line) => body.let(k.add(line, before), 'place'));
        const sums = places.map((place) => held(body, load(field, place)));
        subtractDots(body, field, sums, rows, equation, before);
        const divisor = real(field, body.let(v.re(load(field, k.add(equation, before))), 'divisor'));
        sums.forEach((sum, i) => store(body, field, places[i], divided(sum, divisor)));
        body.bump(equation, row);
      });
    };
    for (const count of [TOGETHER, 1]) {
      body.while(k.ge(m, count), () => {
        some(count);
        body.bump(m, -count);
        body.set(b, at(b, i32(count), row));
      });
    }
  });
}

/** A value divided by a real one. */
function divided(x: Value, divisor: Value): Value {
  const by = v.re(divisor);
  return 'op' in x ? k.div(x, by) : { re: k.div(x.re, by), im: k.div(x.im, by) };
}

/** `below(m, n, l, b, row, left, right)`: X L^H = B in place of B, m x n, by halves of L. */
function solveBelow(field: Field, subtract: KernelFunction): KernelFunction {
  const few = solveRows(field);
  const params = {
    m: 'i32',
    n: 'i32',
    l: 'i32',
    b: 'i32',
    row: 'i32',
    left: 'i32',
    right: 'i32',
  } as const;
  const size = i32(field.size);
  return func('below', params, undefined, (body, { m, n, l, b, row, left, right }, self) => {
    body.if(k.le(n, FEW), () => {
      body.call(few, m, n, l, b, row);
      body.return();
    });
    const one = halfOf(body, n);
    const two = body.let(k.sub(n, one), 'two');
    const beside = body.let(at(b, one, size), 'beside');
    const lower = body.let(at(l, one, row), 'lower');
    body.call(self, m, one, l, b, row, left, right);
    body.call(subtract, m, two, one, b, row, size, lower, size, row, beside, row, left, right);
    body.call(self, m, two, at(lower, one, size), beside, row, left, right);
  });
}

/** `square(n, depth, a, c, row, left, right)`: c -= a a^H; of c's upper triangle a part. */
function subtractSquare(field: Field, subtract: KernelFunction): KernelFunction {
  const params = {
    n: 'i32',
    depth: 'i32',
    a: 'i32',
    c: 'i32',
    row: 'i32',
    left: 'i32',
    right: 'i32',
  } as const;
  const size = i32(field.size);
  return func('square', params, undefined, (body, { n, depth, a, c, row, left, right }, self) => {
    const times = (rows: Expr, columns: Expr, x: Expr, y: Expr, to: Expr): void =>
      body.call(subtract, rows, columns, depth, x, row, size, y, size, row, to, row, left, right);
    body.if(k.le(n, SQUARE), () => {
      times(n, n, a, a, c);
      body.return();
    });
    const one = halfOf(body, n);
    const two = body.let(k.sub(n, one), 'two');
    const lower = body.let(at(a, one, row), 'lower');
    const below = body.let(at(c, one, row), 'below');
    body.call(self, one, depth, a, c, row, left, right);
    times(two, one, lower, a, below);
    body.call(self, two, depth, lower, at(below, one, size), row, left, right);
  });
}

const PARAMS = { n: 'i32', a: 'i32', row: 'i32', left: 'i32', right: 'i32' } as const;

/** `few(...)`: factors row by row. Gives 1 if the matrix is not positive definite. */
function factorFew(field: Field): KernelFunction {
  const { size } = field;
  return func('few', PARAMS, 'i32', (b, { n, a, row }) => {
    const line = b.let(a, 'line');
    b.for(0, k.mul(n, size), size, (diagonal) => {
      const above = b.let(a, 'above');
      b.for(0, diagonal, size, (before) => {
        const place = b.let(k.add(line, before), 'place');
        const sum = held(b, load(field, place));
        subtractDots(b, field, [sum], [line], above, before);
        const divisor = real(field, v.re(load(field, k.add(above, before))));
        store(b, field, place, divided(sum, divisor));
        b.bump(above, row);
      });
      const place = b.let(k.add(line, diagonal), 'place');
      const square = held(b, real(field, v.re(load(field, place))));
      subtractDots(b, field, [square], [line], line, diagonal);
      b.if(k.not(k.gt(v.re(square), 0)), () => b.return(i32(1)));
      store(b, field, place, real(field, k.sqrt(v.re(square))));
      b.bump(line, row);
    });
    b.return(i32(0));
  });
}

/** `lower(...)`: the factor in place of the lower triangle; of the upper one a part is lost. */
function factorLower(field: Field): KernelFunction {
  const few = factorFew(field);
  const subtract = subtractProduct(field, 'right');
  const below = solveBelow(field, subtract);
  const square = subtractSquare(field, subtract);
  return func('lower', PARAMS, 'i32', (b, { n, a, row, left, right }, self) => {
    b.if(k.le(n, FEW), () => b.return(k.call(few, n, a, row, left, right)));
    const one = halfOf(b, n);
    const two = b.let(k.sub(n, one), 'two');
    b.if(k.ne(k.call(self, one, a, row, left, right), 0), () => b.return(i32(1)));
    const lower = b.let(at(a, one, row), 'lower');
    const corner = b.let(at(lower, one, field.size), 'corner');
    b.call(below, two, one, a, lower, row, left, right);
    b.call(square, two, one, lower, corner, row, left, right);
    b.return(k.call(self, two, corner, row, left, right));
  });
}

/** Visits the places above the diagonal, each with its mirror image below. */
function eachAbove(
  b: Body,
  { size }: Field,
  n: Expr,
  a: Expr,
  visit: (above: Expr, below: Expr) => void,
): void {
  const row = b.let(k.mul(n, size), 'row');
  const diagonal = b.let(a, 'diagonal');
  b.for(1, n, 1, (i) => {
    const above = b.let(diagonal, 'above');
    const below = b.let(diagonal, 'below');
    b.for(i, n, 1, () => {
      b.bump(above, size);
      b.bump(below, row);
      visit(above, below);
    });
    b.bump(diagonal, k.add(row, size));
  });
}

/**
 * `cholesky(count, n, a, upper, left, right)`: the factors of `count` dense matrices in their place, with zeros in the other triangle. Gives 1
 * at the first that is not positive definite.
 */
export function buildCholesky(element: ElementType): KernelModule {
  const field = fieldOf(element);
  const lower = factorLower(field);
  const params = { count: 'i32', n: 'i32', a: 'i32', upper: 'i32', left: 'i32', right: 'i32' } as const;
  const cholesky = func('cholesky', params, 'i32', (b, { count, n, a, upper, left, right }) => {
    const row = b.let(k.mul(n, field.size), 'row');
    const zero = held(b, real(field, k.const(field.part, 0)));
    const each = (visit: (above: Expr, below: Expr) => void): void => eachAbove(b, field, n, a, visit);
    b.for(0, count, 1, () => {
      b.if(k.ne(upper, 0), () =>
        each((above, below) => store(b, field, below, held(b, v.conj(load(field, above))))),
      );
      b.if(k.ne(k.call(lower, n, a, row, left, right), 0), () => b.return(i32(1)));
      b.if(
        k.ne(upper, 0),
        () =>
          each((above, below) => {
            store(b, field, above, held(b, v.conj(load(field, below))));
            store(b, field, below, zero);
          }),
        () => each((above) => store(b, field, above, zero)),
      );
      b.set(a, at(a, n, row));
    });
    b.return(i32(0));
  });
  return { exports: [cholesky] };
}
