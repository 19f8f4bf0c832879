/**
 * Singular values by one-sided Jacobi rotations (M. Hestenes, "Inversion of Matrices by Biorthogonalization and Related Results", 1958): two
 * rows at a time are turned until all are orthogonal to each other. J A = S V^H, where J is the product of the rotations.
 */
import { func, k, lift } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { hypot } from '../math.ts';
import { BYTES } from '../types.ts';
import type { Value } from '../value.ts';
import { isComplexValue, partsOf, v } from '../value.ts';
import type { Field } from './field.ts';
import {
  addScaled,
  at,
  fieldOf,
  held,
  i32,
  load,
  real,
  splatFactor,
  store,
  swapped,
  times,
} from './field.ts';

interface Limits {
  readonly epsilon: number;
  /** Matrices whose largest element is not between these are scaled. */
  readonly low: number;
  readonly high: number;
  /** Of the largest square of a row's length: what products are too small to matter, and whose rows have no direction. */
  readonly nothing: number;
}

const LIMITS: Readonly<Record<'f32' | 'f64', Limits>> = {
  f32: { epsilon: 2 ** -23, low: 1e-6, high: 1e6, nothing: 1e-30 },
  f64: { epsilon: 2 ** -52, low: 1e-40, high: 1e40, nothing: 1e-160 },
};

const limitsOf = ({ part }: Field): Limits => LIMITS[part as 'f32' | 'f64'];

/** Rounds over all pairs of rows; a few suffice. */
const MOST_ROUNDS = 60;

const absolute = (x: Value): Expr => (isComplexValue(x) ? hypot(x.re, x.im) : k.abs(x));

/** The sum of x conj(y) over two rows of `bytes` bytes. */
function product(b: Body, field: Field, x: Expr, y: Expr, bytes: Expr): Value {
  const { vector, part, isComplex, size } = field;
  const zero = k.splat(vector, 0);
  const direct = b.let(zero, 'direct');
  const crossed = isComplex ? b.let(zero, 'crossed') : null;
  const whole = b.let(k.and(bytes, -16), 'whole');
  b.for(0, whole, 16, (offset) => {
    const [left, right] = [x, y].map((row) => b.let(k.load(vector, k.add(row, offset)), 'lanes'));
    b.set(direct, k.add(direct, k.mul(left, right)));
    if (crossed) b.set(crossed, k.add(crossed, k.mul(swapped(field, left), right)));
  });
  const lanes = 16 / BYTES[part];
  const sum = (lanesOf: Local, sign: 1 | -1): Local => {
    const terms = Array.from({ length: lanes }, (_, i) => k.extract(lanesOf, i));
    const signed = terms.map((term, i) => (sign < 0 && i % 2 === 1 ? k.neg(term) : term));
    return b.let(signed.reduce(k.add), 'sum') as Local;
  };
  const total: Value = crossed ? { re: sum(direct, 1), im: sum(crossed, -1) } : sum(direct, 1);
  if (size < 16) {
    b.for(whole, bytes, size, (offset) => {
      const term = v.mul(load(field, k.add(x, offset)), v.conj(load(field, k.add(y, offset))));
      const next = partsOf(held(b, v.add(total, term)));
      partsOf(total).forEach((local, i) => b.set(local as Local, next[i]));
    });
  }
  return total;
}

/**
 * `turn(x, y, bytes, shrink, re, im)`: turns two rows, x := c x - f y and y := c y + conj(f) x. c is given as what it lacks to 1, so that rows
 * keep their length over thousands of small turns (H. Rutishauser, "The Jacobi Method for Real Symmetric Matrices", 1966).
 */
const turning = (field: Field): KernelFunction => {
  const { part, vector, size } = field;
  const params = { x: 'i32', y: 'i32', bytes: 'i32', shrink: part, re: part, im: part } as const;
  return func('turn', params, undefined, (b, p) => {
    const factor: Value = field.isComplex ? { re: p.re, im: p.im } : p.re;
    const [away, back] = [held(b, v.neg(factor)), held(b, v.conj(factor))];
    const shrink = real(field, p.shrink);
    const whole = b.let(size < 16 ? k.and(p.bytes, -16) : p.bytes, 'whole');
    const lanes = [away, back].map((x) => splatFactor(b, field, x));
    const less = b.let(k.splat(vector, p.shrink), 'less');
    b.for(0, whole, 16, (offset) => {
      const places = [p.x, p.y].map((row) => b.let(k.add(row, offset), 'place'));
      const rows = places.map((place) => b.let(k.load(vector, place), 'row'));
      const turned = rows.map((row, i) =>
        k.add(row, k.sub(times(field, lanes[i], rows[1 - i]), k.mul(less, row))),
      );
      b.stores(turned.map((value, i) => ({ address: places[i], offset: 0, value })));
    });
    b.for(whole, p.bytes, size, (offset) => {
      const places = [p.x, p.y].map((row) => b.let(k.add(row, offset), 'place'));
      const rows = places.map((place) => held(b, load(field, place)));
      const turned = rows.map((row, i) =>
        held(b, v.add(row, v.sub(v.mul([away, back][i], rows[1 - i]), v.mul(shrink, row)))),
      );
      places.forEach((place, i) => store(b, field, place, turned[i]));
    });
  });
};

const PARAMS = {
  n: 'i32',
  /** n rows of n elements. */
  a: 'i32',
  /** Room for J, if it is wanted: 0 otherwise. */
  turns: 'i32',
  /** The squares of the rows' lengths. */
  squares: 'i32',
} as const;

/** `round(n, a, turns, squares, least)`: turns every pair of rows once where it pays; gives whether any was. */
function oneRound(field: Field): KernelFunction {
  const { size, part } = field;
  const width = BYTES[part];
  const turn = turning(field);
  const limit = 1 / limitsOf(field).epsilon;
  return func('round', { ...PARAMS, least: part, accuracy: part }, 'i32', (b, p) => {
    const bytes = b.let(k.mul(p.n, size), 'bytes');
    const turned = b.let(i32(0), 'turned');
    b.for(0, p.n, 1, (i) => {
      const [x, own] = [b.let(at(p.a, i, bytes), 'x'), b.let(at(p.squares, i, width), 'own')];
      b.for(k.add(i, 1), p.n, 1, (j) => {
        const [y, other] = [b.let(at(p.a, j, bytes), 'y'), b.let(at(p.squares, j, width), 'other')];
        const inner = product(b, field, x, y, bytes);
        const length = b.let(absolute(inner), 'length');
        const [alpha, beta] = [own, other].map((place) => b.let(k.load(part, place), 'square'));
        const small = k.mul(p.accuracy, k.mul(k.sqrt(alpha), k.sqrt(beta)));
        b.if(k.and(k.gt(length, small), k.gt(length, p.least)), () => {
          const ratio = b.let(k.div(k.sub(beta, alpha), k.add(length, length)), 'ratio');
          const steep = b.let(k.abs(ratio), 'steep');
          // The square of a steep one may overflow.
          const root = k.select(k.lt(steep, limit), k.sqrt(k.add(k.mul(ratio, ratio), 1)), steep);
          const one = lift(1, part);
          const tangent = b.let(k.div(k.copysign(one, ratio), k.add(steep, root)), 'tangent');
          const c = b.let(k.div(one, k.sqrt(k.add(k.mul(tangent, tangent), 1))), 'cosine');
          const s = b.let(k.mul(c, tangent), 'sine');
          const shrink = b.let(k.div(k.mul(s, s), k.add(c, 1)), 'shrink');
          const [re, im = lift(0, part)] = partsOf(inner).map((x) => b.let(k.mul(s, k.div(x, length)), 'f'));
          b.call(turn, x, y, bytes, shrink, re, im);
          b.if(k.ne(p.turns, 0), () =>
            b.call(turn, at(p.turns, i, bytes), at(p.turns, j, bytes), bytes, shrink, re, im),
          );
          const change = b.let(k.mul(tangent, length), 'change');
          b.store(own, k.max(k.sub(alpha, change), 0));
          b.store(other, k.add(beta, change));
          b.set(turned, 1);
        });
      });
    });
    b.return(turned);
  });
}

/** Visits the elements of a dense n x n matrix. */
function everyElement(b: Body, { size }: Field, n: Expr, a: Expr, visit: (place: Expr) => void): void {
  const place = b.let(a, 'place');
  b.for(0, k.mul(n, n), 1, () => {
    visit(place);
    b.bump(place, size);
  });
}

/** Writes the squares of the rows' lengths; the largest of them. */
function measure(b: Body, field: Field, n: Expr, a: Expr, squares: Expr): Expr {
  const bytes = b.let(k.mul(n, field.size), 'bytes');
  const largest = b.let(lift(0, field.part), 'largest');
  b.for(0, n, 1, (i) => {
    const row = b.let(at(a, i, bytes), 'row');
    const square = v.re(product(b, field, row, row, bytes));
    b.store(at(squares, i, BYTES[field.part]), square);
    b.set(largest, k.max(largest, square));
  });
  return largest;
}

/** `order(n, a, turns, squares)`: the longest row first. */
function ordering(field: Field): KernelFunction {
  const { size, part } = field;
  const width = BYTES[part];
  return func('order', PARAMS, undefined, (b, { n, a, turns, squares }) => {
    const bytes = b.let(k.mul(n, size), 'bytes');
    const exchange = (base: Expr, i: Expr, j: Expr): void => {
      const [x, y] = [b.let(at(base, i, bytes), 'x'), b.let(at(base, j, bytes), 'y')];
      b.for(0, bytes, 4, (offset) =>
        b.stores([
          { address: k.add(x, offset), offset: 0, value: k.load('i32', k.add(y, offset)) },
          { address: k.add(y, offset), offset: 0, value: k.load('i32', k.add(x, offset)) },
        ]),
      );
    };
    b.for(0, n, 1, (i) => {
      const best = b.let(i, 'best');
      const own = b.let(at(squares, i, width), 'own');
      const most = b.let(k.load(part, own), 'most');
      b.for(k.add(i, 1), n, 1, (j) => {
        const square = b.let(k.load(part, at(squares, j, width)), 'square');
        b.if(k.gt(square, most), () => {
          b.set(most, square);
          b.set(best, j);
        });
      });
      b.if(k.ne(best, i), () => {
        b.store(at(squares, best, width), k.load(part, own));
        b.store(own, most);
        exchange(a, i, best);
        b.if(k.ne(turns, 0), () => exchange(turns, i, best));
      });
    });
  });
}

/** `complete(n, a, row)`: a row of length 1 that is orthogonal to those before it, made of an axis that they leave enough of. */
function completing(field: Field): KernelFunction {
  const { size, part } = field;
  return func('complete', { n: 'i32', a: 'i32', row: 'i32' }, undefined, (b, { n, a, row }) => {
    const bytes = b.let(k.mul(n, size), 'bytes');
    const target = b.let(at(a, row, bytes), 'target');
    const enough = b.let(k.div(lift(0.5, part), k.convert(part, n)), 'enough');
    b.for(0, n, 1, (tried) => {
      const axis = b.let(k.irem(k.add(row, tried), n), 'axis');
      b.fill(target, 0, bytes);
      store(b, field, at(target, axis, size), real(field, lift(1, part)));
      b.for(0, 2, 1, () =>
        b.for(0, row, 1, (i) => {
          const other = b.let(at(a, i, bytes), 'other');
          addScaled(b, field, target, other, held(b, v.neg(product(b, field, target, other, bytes))), bytes);
        }),
      );
      const square = b.let(v.re(product(b, field, target, target, bytes)), 'square');
      b.if(k.gt(square, enough), () => {
        const inverse = b.let(k.div(lift(1, part), k.sqrt(square)), 'inverse');
        scaleRow(b, field, target, bytes, inverse);
        b.return();
      });
    });
  });
}

function scaleRow(b: Body, field: Field, row: Expr, bytes: Expr, factor: Expr): void {
  b.for(0, bytes, BYTES[field.part], (offset) => {
    const place = b.let(k.add(row, offset), 'place');
    b.store(place, k.mul(k.load(field.part, place), factor));
  });
}

/** `finish(n, a, turns, squares, scale, nothing)`: rows of length 1, and their lengths for the squares of these. */
function finishing(field: Field): KernelFunction {
  const { size, part } = field;
  const order = ordering(field);
  const complete = completing(field);
  return func('finish', { ...PARAMS, scale: part, nothing: part }, undefined, (b, p) => {
    const bytes = b.let(k.mul(p.n, size), 'bytes');
    measure(b, field, p.n, p.a, p.squares);
    b.call(order, p.n, p.a, p.turns, p.squares);
    b.for(0, p.n, 1, (i) => {
      const place = b.let(at(p.squares, i, BYTES[part]), 'place');
      const square = b.let(k.load(part, place), 'square');
      const length = b.let(k.sqrt(square), 'length');
      b.store(place, k.mul(length, p.scale));
      b.if(k.ne(p.turns, 0), () =>
        b.if(
          k.gt(square, p.nothing),
          () => scaleRow(b, field, at(p.a, i, bytes), bytes, k.div(lift(1, part), length)),
          () => b.call(complete, p.n, p.a, i),
        ),
      );
    });
  });
}

/**
 * `jacobi(count, n, a, turns, values)`: for `count` dense n x n matrices the singular values, falling; in place of a matrix V^H, and its J, if
 * `turns` is not 0. Gives 1 at the first matrix that is not finite, or for which it does not end.
 */
export function buildJacobi(element: ElementType): KernelModule {
  const field = fieldOf(element);
  const { size, part } = field;
  const { epsilon, low, high, nothing } = limitsOf(field);
  const round = oneRound(field);
  const finish = finishing(field);
  const params = { count: 'i32', n: 'i32', a: 'i32', turns: 'i32', values: 'i32' } as const;
  const jacobi = func('jacobi', params, 'i32', (b, { count, n, a, turns, values }) => {
    const bytes = b.let(k.mul(k.mul(n, n), size), 'bytes');
    const accuracy = b.let(k.mul(k.sqrt(k.convert(part, k.max(n, 64))), lift(epsilon, part)), 'accuracy');
    b.for(0, count, 1, () => {
      const largest = b.let(lift(0, part), 'largest');
      everyElement(b, field, n, a, (place) => {
        for (const x of partsOf(load(field, place))) b.set(largest, k.max(largest, k.abs(x)));
      });
      b.if(k.not(k.lt(largest, Infinity)), () => b.return(i32(1)));
      const scale = b.let(lift(1, part), 'scale');
      const extreme = k.or(k.lt(largest, low), k.gt(largest, high));
      b.if(k.and(extreme, k.gt(largest, 0)), () => {
        b.set(scale, largest);
        everyElement(b, field, n, a, (place) => {
          const x = held(b, load(field, place));
          store(b, field, place, held(b, v.div(x, real(field, scale))));
        });
      });
      b.if(k.ne(turns, 0), () => {
        b.fill(turns, 0, bytes);
        const step = b.let(k.mul(k.add(n, 1), size), 'step');
        b.for(0, n, 1, (i) => store(b, field, at(turns, i, step), real(field, lift(1, part))));
      });
      const rounds = b.let(i32(0), 'rounds');
      const least = b.let(lift(0, part), 'least');
      b.while(k.const('bool', true), () => {
        b.set(least, k.mul(measure(b, field, n, a, values), nothing));
        b.if(k.eq(k.call(round, n, a, turns, values, least, accuracy), 0), () => b.break());
        b.bump(rounds, 1);
        b.if(k.ge(rounds, MOST_ROUNDS), () => b.return(i32(1)));
      });
      b.call(finish, n, a, turns, values, scale, least);
      b.bump(a, bytes);
      b.if(k.ne(turns, 0), () => b.bump(turns, bytes));
      b.set(values, at(values, n, BYTES[part]));
    });
    b.return(i32(0));
  });
  return { exports: [jacobi] };
}
