/** Triangular systems of equations, by recursion: half of the unknowns, a product subtracted from the other equations, and these. */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule } from '../ir.ts';
import type { Value } from '../value.ts';
import { v } from '../value.ts';
import type { Field } from './field.ts';
import {
  assign,
  at,
  fieldOf,
  halfOf,
  held,
  i32,
  load,
  splatFactor,
  store,
  subtractProduct,
  times,
} from './field.ts';

/** Unknowns that are solved for one by one. */
const FEW = 16;
/** Right sides that are worth a product by blocks. */
const MANY = 8;
/** Vectors of right sides that are solved for together. */
const STRIP = 4;

const PARAMS = {
  n: 'i32',
  /** Right sides, the columns of b. */
  k: 'i32',
  a: 'i32',
  aRow: 'i32',
  aColumn: 'i32',
  b: 'i32',
  bRow: 'i32',
  /** Whether a's diagonal counts as ones. */
  unit: 'i32',
  left: 'i32',
  right: 'i32',
} as const;

type Params = { readonly [Name in keyof typeof PARAMS]: Expr };

/** One row of a strip of right sides, as it is held while the unknowns before it are taken off. */
interface Row {
  /** Subtracts `factor` times the solution's row at `place`. */
  subtract(factor: Value, place: Expr): void;
  divide(divisor: Value): void;
  write(): void;
}

/** Vectors side by side. */
function vectorRow(body: Body, field: Field, vectors: number, place: Expr): Row {
  const sums = Array.from({ length: vectors }, (_, i) =>
    body.let(k.load(field.vector, place, 16 * i), 'sum'),
  );
  const each = (value: (sum: Expr, i: number) => Expr): void =>
    sums.forEach((sum, i) => body.set(sum, value(sum, i)));
  return {
    subtract(factor, from) {
      const inVectors = splatFactor(body, field, factor);
      each((sum, i) => k.sub(sum, times(field, inVectors, k.load(field.vector, from, 16 * i))));
    },
    divide(divisor) {
      if (!field.isComplex) {
        const inVectors = body.let(k.splat(field.vector, divisor as Expr), 'divisor');
        return each((sum) => k.div(sum, inVectors));
      }
      const inverse = splatFactor(body, field, held(body, v.div(ONE(field), divisor)));
      each((sum) => times(field, inverse, sum));
    },
    write: () => sums.forEach((sum, i) => body.store(place, sum, 16 * i)),
  };
}

const ONE = ({ part }: Field): Value => ({ re: k.const(part, 1), im: k.const(part, 0) });

/** A single element. */
function elementRow(body: Body, field: Field, place: Expr): Row {
  const sum = held(body, load(field, place));
  return {
    subtract: (factor, from) => assign(body, sum, v.sub(sum, v.mul(factor, load(field, from)))),
    divide: (divisor) => assign(body, sum, v.div(sum, divisor)),
    write: () => store(body, field, place, sum),
  };
}

/** Solves for a strip of right sides at `strip`, row by row. */
function solveStrip(
  body: Body,
  field: Field,
  p: Params,
  strip: Expr,
  conjugate: boolean,
  rowAt: (place: Expr) => Row,
): void {
  const entry = (place: Expr): Value => {
    const x = load(field, place);
    return held(body, conjugate ? v.conj(x) : x);
  };
  const equation = body.let(p.a, 'equation');
  const place = body.let(strip, 'place');
  body.for(0, p.n, 1, (i) => {
    const row = rowAt(place);
    const [coefficient, known] = [body.let(equation, 'coefficient'), body.let(strip, 'known')];
    body.for(0, i, 1, () => {
      row.subtract(entry(coefficient), known);
      body.bump(coefficient, p.aColumn);
      body.bump(known, p.bRow);
    });
    body.if(k.eq(p.unit, 0), () => row.divide(entry(coefficient)));
    row.write();
    body.bump(equation, p.aRow);
    body.bump(place, p.bRow);
  });
}

/** `strips(...)`: solves for few unknowns. */
function strips(field: Field, conjugate: boolean): KernelFunction {
  return func('strips', PARAMS, undefined, (body, p) => {
    const strip = body.let(p.b, 'strip');
    const bytes = body.let(k.mul(p.k, field.size), 'bytes');
    const during = (width: number, rowAt: (place: Expr) => Row): void => {
      body.while(k.ge(bytes, width), () => {
        solveStrip(body, field, p, strip, conjugate, rowAt);
        body.bump(strip, width);
        body.bump(bytes, -width);
      });
    };
    for (const vectors of [STRIP, 1]) during(16 * vectors, (place) => vectorRow(body, field, vectors, place));
    if (field.size < 16) during(field.size, (place) => elementRow(body, field, place));
  });
}

/**
 * `forward(n, k, a, aRow, aColumn, b, bRow, unit, left, right)`: the solution of a x = b in place of b, from the first unknown to the last: a is
 * lower triangular, or upper triangular and given backwards with b. The right sides of an equation are adjacent.
 */
export function forwardSolve(field: Field, conjugate = false): KernelFunction {
  const few = strips(field, conjugate);
  const subtract = subtractProduct(field, conjugate ? 'left' : 'none');
  return func('forward', PARAMS, undefined, (body, p, self) => {
    const { n, a, aRow, aColumn, b, bRow, unit, left, right } = p;
    body.if(k.or(k.le(n, FEW), k.lt(p.k, MANY)), () => {
      body.call(few, ...Object.values(p));
      body.return();
    });
    const one = halfOf(body, n);
    const two = body.let(k.sub(n, one), 'two');
    const lower = body.let(at(a, one, aRow), 'lower');
    const below = body.let(at(b, one, bRow), 'below');
    const size = i32(field.size);
    body.call(self, one, p.k, a, aRow, aColumn, b, bRow, unit, left, right);
    body.call(subtract, two, p.k, one, lower, aRow, aColumn, b, bRow, size, below, bRow, left, right);
    const corner = at(lower, one, aColumn);
    body.call(self, two, p.k, corner, aRow, aColumn, below, bRow, unit, left, right);
  });
}

/**
 * `solve(count, n, k, a, aNext, aRow, aColumn, b, bNext, bRow, unit, left, right)`: `forward` for `count` systems, whose matrices lie `aNext` and
 * `bNext` bytes apart.
 */
export function buildSolve(element: ElementType, conjugate: boolean): KernelModule {
  const forward = forwardSolve(fieldOf(element), conjugate);
  const params = {
    count: 'i32',
    n: 'i32',
    k: 'i32',
    a: 'i32',
    aNext: 'i32',
    aRow: 'i32',
    aColumn: 'i32',
    b: 'i32',
    bNext: 'i32',
    bRow: 'i32',
    unit: 'i32',
    left: 'i32',
    right: 'i32',
  } as const;
  const solve = func('solve', params, undefined, (body, { count, aNext, bNext, ...p }) => {
    body.for(0, count, 1, () => {
      body.call(forward, p.n, p.k, p.a, p.aRow, p.aColumn, p.b, p.bRow, p.unit, p.left, p.right);
      body.bump(p.a, aNext);
      body.bump(p.b, bNext);
    });
  });
  return { exports: [solve] };
}
