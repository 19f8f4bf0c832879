/**
 * QR factorisation by Householder reflections, in panels of columns whose reflections are applied to the rest together, as I - V T V^H
 * (R. Schreiber and C. van Loan, "A Storage-Efficient WY Representation for Products of Householder Transformations", 1989). Signs and
 * storage are LAPACK's (geqrf, orgqr).
 */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { ElementType } from '../element.ts';
import type { Expr, KernelFunction, KernelModule } from '../ir.ts';
import { v } from '../value.ts';
import type { Field } from './field.ts';
import {
  addScaled,
  assign,
  at,
  fieldOf,
  held,
  i32,
  load,
  product,
  real,
  store,
  subtractProduct,
  zeroSum,
} from './field.ts';
import { reflection } from './reflection.ts';

/** Columns of a panel. */
const PANEL = 32;

/** Where working memory of a panel lies, and what it takes for matrices of m rows and n columns. */
interface Work {
  /** V, m x PANEL. */
  readonly v: Expr;
  /** V^H, PANEL x m. */
  readonly vh: Expr;
  /** V^H V, and T or T^H: PANEL x PANEL each. */
  readonly gram: Expr;
  readonly t: Expr;
  /** V^H C and its product with T: PANEL x n each. */
  readonly w: Expr;
  readonly tw: Expr;
  readonly left: Expr;
  readonly right: Expr;
}

/** Elements of working memory for matrices of m rows and n columns that are factored or formed. */
export const panelElements = (m: number, n: number): number =>
  n <= PANEL ? PANEL : PANEL * (2 * m + 2 * PANEL + 2 * n);

/** The sides of the largest products with such matrices; none for narrow ones. */
export const panelProducts = (m: number, n: number): readonly [number, number, number] =>
  n <= PANEL ? [0, 0, 0] : [Math.max(m, PANEL), Math.max(n, PANEL), Math.max(m, PANEL)];

const WORK = { work: 'i32', left: 'i32', right: 'i32' } as const;

function layOut(b: Body, field: Field, m: Expr, n: Expr, p: { work: Expr; left: Expr; right: Expr }): Work {
  const { size } = field;
  const column = b.let(k.mul(m, PANEL * size), 'column');
  const block = i32(PANEL * PANEL * size);
  const vh = b.let(k.add(p.work, column), 'vh');
  const gram = b.let(k.add(vh, column), 'gram');
  const t = b.let(k.add(gram, block), 't');
  const w = b.let(k.add(t, block), 'w');
  const tw = b.let(k.add(w, k.mul(n, PANEL * size)), 'tw');
  return { v: p.work, vh, gram, t, w, tw, left: p.left, right: p.right };
}

/** `apply(m, n, v, row, c, cRow, tau, w)`: c := (I - tau v v^H) c for an m x n matrix; v is a column whose first element counts as 1. */
function applyOne(field: Field): KernelFunction {
  const params = {
    m: 'i32',
    n: 'i32',
    v: 'i32',
    row: 'i32',
    c: 'i32',
    cRow: 'i32',
    tau: 'i32',
    w: 'i32',
    /** Whether tau is conjugated. */
    adjoint: 'i32',
  } as const;
  return func('apply', params, undefined, (b, p) => {
    const bytes = b.let(k.mul(p.n, field.size), 'bytes');
    b.copy(p.w, p.c, bytes);
    const overRows = (visit: (element: Expr, line: Expr) => void): void => {
      const [element, line] = [b.let(p.v, 'element'), b.let(p.c, 'line')];
      b.for(1, p.m, 1, () => {
        b.bump(element, p.row);
        b.bump(line, p.cRow);
        visit(element, line);
      });
    };
    overRows((element, line) => addScaled(b, field, p.w, line, held(b, v.conj(load(field, element))), bytes));
    const tau = load(field, p.tau);
    const minus = held(b, v.neg(v.select(k.ne(p.adjoint, 0), v.conj(tau), tau)));
    addScaled(b, field, p.c, p.w, minus, bytes);
    overRows((element, line) =>
      addScaled(b, field, line, p.w, held(b, v.mul(minus, load(field, element))), bytes),
    );
  });
}

/** `copy(m, n, a, row, v, vh)`: V and V^H, dense, of the reflections of a panel of n columns. */
function copyReflectors(field: Field): KernelFunction {
  const params = { m: 'i32', n: 'i32', a: 'i32', row: 'i32', v: 'i32', vh: 'i32' } as const;
  const { size } = field;
  return func('copy', params, undefined, (b, p) => {
    const [zero, one] = [0, 1].map((x) => real(field, k.const(field.part, x)));
    const across = b.let(k.mul(p.m, size), 'across');
    b.for(0, p.m, 1, (i) => {
      const [from, to] = [b.let(at(p.a, i, p.row), 'from'), b.let(at(p.vh, i, size), 'to')];
      b.for(0, p.n, 1, (j) => {
        const x = held(b, load(field, from));
        const kept = held(b, v.select(k.gt(i, j), x, v.select(k.eq(i, j), one, zero)));
        store(b, field, p.v, kept);
        store(b, field, to, v.conj(kept));
        b.bump(from, size);
        b.bump(p.v, size);
        b.bump(to, across);
      });
    });
  });
}

/**
 * `triangle(n, gram, tau, t, adjoint)`: T of V T V^H, column by column: T(:j, j) = -tau_j T(:j, :j) (V^H V)(:j, j); or T^H. Both are
 * dense n x n, zeros included.
 */
function makeTriangle(field: Field): KernelFunction {
  const params = { n: 'i32', gram: 'i32', tau: 'i32', t: 'i32', adjoint: 'i32' } as const;
  const { size } = field;
  return func('triangle', params, undefined, (b, p) => {
    const row = b.let(k.mul(p.n, size), 'row');
    const isAdjoint = k.ne(p.adjoint, 0);
    const down = b.let(k.select(isAdjoint, i32(size), row), 'down');
    const right = b.let(k.select(isAdjoint, row, i32(size)), 'right');
    const oriented = (x: ReturnType<typeof load>) => v.select(isAdjoint, v.conj(x), x);
    const entry = (i: Expr, j: Expr): Expr => at(at(p.t, i, down), j, right);
    b.fill(p.t, 0, k.mul(p.n, row));
    b.for(0, p.n, 1, (j) => {
      const tau = held(b, load(field, at(p.tau, j, size)));
      store(b, field, entry(j, j), oriented(tau));
      b.for(0, j, 1, (i) => {
        const sum = zeroSum(b, field);
        b.for(i, j, 1, (l) => {
          const inner = load(field, at(at(p.gram, l, row), j, size));
          assign(b, sum, v.add(sum, v.mul(oriented(load(field, entry(i, l))), inner)));
        });
        store(b, field, entry(i, j), held(b, oriented(v.neg(v.mul(tau, sum)))));
      });
    });
  });
}

const APPLY = {
  /** Rows of the panel, its columns, and columns of c. */
  m: 'i32',
  panel: 'i32',
  n: 'i32',
  a: 'i32',
  row: 'i32',
  tau: 'i32',
  c: 'i32',
  cRow: 'i32',
  /** Whether the panel's reflections are applied from the first to the last, as to a matrix that is factored. */
  adjoint: 'i32',
  ...WORK,
} as const;

/** `block(...)`: applies a panel's reflections to c together. */
function applyBlock(field: Field, multiply: KernelFunction): KernelFunction {
  const copy = copyReflectors(field);
  const triangle = makeTriangle(field);
  const subtract = subtractProduct(field);
  const size = i32(field.size);
  return func('block', APPLY, undefined, (b, p) => {
    const work = layOut(b, field, p.m, p.n, p);
    const [narrow, deep, wide] = [p.panel, p.m, p.n].map((n) => b.let(k.mul(n, field.size), 'row'));
    const times = (m: Expr, n: Expr, depth: Expr, operands: readonly Expr[], to: Expr, row: Expr): void => {
      const [x, xRow, y, yRow] = operands;
      b.call(multiply, m, n, depth, x, xRow, size, y, yRow, size, to, row, work.left, work.right);
    };
    b.call(copy, p.m, p.panel, p.a, p.row, work.v, work.vh);
    times(p.panel, p.panel, p.m, [work.vh, deep, work.v, narrow], work.gram, narrow);
    b.call(triangle, p.panel, work.gram, p.tau, work.t, p.adjoint);
    times(p.panel, p.n, p.m, [work.vh, deep, p.c, p.cRow], work.w, wide);
    times(p.panel, p.n, p.panel, [work.t, narrow, work.w, wide], work.tw, wide);
    b.call(
      subtract,
      p.m,
      p.n,
      p.panel,
      work.v,
      narrow,
      size,
      work.tw,
      wide,
      size,
      p.c,
      p.cRow,
      work.left,
      work.right,
    );
  });
}

/** `panel(m, n, a, row, tau, w)`: factors a panel column by column. */
function factorPanel(field: Field, apply: KernelFunction): KernelFunction {
  const params = { m: 'i32', n: 'i32', a: 'i32', row: 'i32', tau: 'i32', w: 'i32' } as const;
  const { size } = field;
  const reflect = reflection(field);
  return func('panel', params, undefined, (b, { m, n, a, row, tau, w }) => {
    b.for(0, k.min(m, n), 1, (j) => {
      const below = b.let(k.sub(m, j), 'below');
      b.call(reflect, below, a, row, tau);
      const behind = b.let(k.sub(k.sub(n, j), 1), 'behind');
      b.if(k.gt(behind, 0), () =>
        b.call(apply, below, behind, a, row, k.add(a, i32(size)), row, tau, w, i32(1)),
      );
      b.bump(a, k.add(row, size));
      b.bump(tau, size);
    });
  });
}

/**
 * `qr(count, m, n, a, tau, work, left, right)`: factors `count` dense m x n matrices in their place, and writes min(m, n) elements of tau for each.
 */
function factor(field: Field, apply: KernelFunction, block: KernelFunction): KernelFunction {
  const panel = factorPanel(field, apply);
  const params = { count: 'i32', m: 'i32', n: 'i32', a: 'i32', tau: 'i32', ...WORK } as const;
  const { size } = field;
  return func('qr', params, undefined, (b, p) => {
    const row = b.let(k.mul(p.n, size), 'row');
    const steps = b.let(k.min(p.m, p.n), 'steps');
    b.for(0, p.count, 1, () => {
      b.for(0, steps, PANEL, (j) => {
        const corner = b.let(at(at(p.a, j, row), j, size), 'corner');
        const tau = b.let(at(p.tau, j, size), 'tau');
        const below = b.let(k.sub(p.m, j), 'below');
        // A narrow matrix is one panel, even if it has fewer rows than columns.
        const columns = b.let(k.select(k.le(p.n, PANEL), p.n, k.min(k.sub(steps, j), PANEL)), 'columns');
        b.call(panel, below, columns, corner, row, tau, p.work);
        const behind = b.let(k.sub(k.sub(p.n, j), columns), 'behind');
        const beside = b.let(at(corner, columns, size), 'beside');
        b.if(k.gt(behind, 0), () =>
          b.call(
            block,
            below,
            columns,
            behind,
            corner,
            row,
            tau,
            beside,
            row,
            i32(1),
            p.work,
            p.left,
            p.right,
          ),
        );
      });
      b.set(p.a, at(p.a, p.m, row));
      b.set(p.tau, at(p.tau, steps, size));
    });
  });
}

/**
 * `form(count, m, steps, columns, a, aNext, row, tau, q, work, left, right)`: the first columns of Q, into `count` dense m x columns matrices, from
 * dense ones of reflections with rows of `row` bytes and `steps` elements of tau.
 */
function form(field: Field, apply: KernelFunction, block: KernelFunction): KernelFunction {
  const params = {
    count: 'i32',
    m: 'i32',
    steps: 'i32',
    columns: 'i32',
    a: 'i32',
    aNext: 'i32',
    row: 'i32',
    tau: 'i32',
    tauNext: 'i32',
    q: 'i32',
    ...WORK,
  } as const;
  const { size } = field;
  return func('form', params, undefined, (b, p) => {
    const qRow = b.let(k.mul(p.columns, size), 'qRow');
    const bytes = b.let(k.mul(p.m, qRow), 'bytes');
    const one = real(field, k.const(field.part, 1));
    const corner = (base: Expr, row: Expr, j: Expr): Expr => at(at(base, j, row), j, size);
    const rest = (total: Expr, j: Expr): Expr => k.sub(total, j);
    b.for(0, p.count, 1, () => {
      b.fill(p.q, 0, bytes);
      b.for(0, p.columns, 1, (j) => store(b, field, corner(p.q, qRow, j), one));
      const backwards = (step: number, visit: (j: Expr) => void): void =>
        b.for(0, p.steps, step, (done) => {
          const last = k.sub(k.sub(p.steps, 1), done);
          visit(b.let(step === 1 ? last : k.and(last, -step), 'j'));
        });
      b.if(
        k.le(p.columns, PANEL),
        () =>
          backwards(1, (j) =>
            b.call(
              apply,
              rest(p.m, j),
              rest(p.columns, j),
              corner(p.a, p.row, j),
              p.row,
              corner(p.q, qRow, j),
              qRow,
              at(p.tau, j, size),
              p.work,
              i32(0),
            ),
          ),
        () =>
          backwards(PANEL, (j) =>
            b.call(
              block,
              rest(p.m, j),
              k.min(rest(p.steps, j), PANEL),
              rest(p.columns, j),
              corner(p.a, p.row, j),
              p.row,
              at(p.tau, j, size),
              corner(p.q, qRow, j),
              qRow,
              i32(0),
              p.work,
              p.left,
              p.right,
            ),
          ),
      );
      b.bump(p.a, p.aNext);
      b.bump(p.tau, p.tauNext);
      b.bump(p.q, bytes);
    });
  });
}

export function buildQr(element: ElementType): KernelModule {
  const field = fieldOf(element);
  const apply = applyOne(field);
  const block = applyBlock(field, product(field));
  return { exports: [factor(field, apply, block), form(field, apply, block)] };
}
