/** QR factorisation of panels on a grid, by Householder reflections, and Q of small matrices. */
import { k } from '../../build.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Value } from '../../value.ts';
import { isComplexValue, partsOf, v, valueOf } from '../../value.ts';
import { gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { storeElement } from '../element.ts';
import type { MatrixElement } from './matrix.ts';
import {
  lessProduct,
  matrixIn,
  partTypes,
  placeParams,
  realValue,
  scaled,
  settled,
  square,
} from './matrix.ts';
import type { Panel, PanelShape } from './panel.ts';
import { PANEL_PARAMS, overPanels, panelTeams } from './panel.ts';

const ONE = /* @__PURE__ */ k.const('f32', 1);
const ZERO = /* @__PURE__ */ k.const('f32', 0);
const LARGEST = /* @__PURE__ */ k.const('f32', 2 ** 128 - 2 ** 104);
const FIRST = /* @__PURE__ */ k.const('i32', 0);

/** A reflection I - tau v v^H: where v is 1 a column has `beta` afterwards, and elsewhere v is the column times `factor`. */
interface Reflection {
  readonly beta: Expr;
  readonly tau: Value;
  readonly factor: Value;
}

/**
 * The reflection of a column, as LAPACK's larfg has it.
 *
 * @param alpha - the column's first element
 * @param rest - the sum of the squares of the others' magnitudes, times `unit` squared
 * @param unit - makes squares of the column's elements neither too large nor too small
 */
function reflection(b: GridBody, element: MatrixElement, alpha: Value, rest: Expr, unit: Expr): Reflection {
  const [re, im] = [v.re(alpha), v.im(alpha)];
  const length = b.let(k.sqrt(k.add(square(scaled(alpha, unit)), rest)), 'length');
  const isNone = b.let(k.and(k.eq(rest, 0), k.eq(im, 0)), 'isNone');
  const beta = b.let(k.neg(k.copysign(k.div(length, unit), re)), 'beta');
  const part = (x: Expr): Expr => b.let(k.select(isNone, ZERO, k.div(x, k.select(isNone, ONE, beta))), 'tau');
  const real = part(k.sub(beta, re));
  const tau = isComplexValue(alpha) ? { re: real, im: part(k.neg(im)) } : real;
  const one = realValue(element, 1);
  const difference = v.sub(alpha, realValue(element, beta));
  const isNothing = k.eq(rest, 0);
  const inverse = v.div(one, v.select(isNothing, one, difference));
  const factor = settled(b, v.select(isNothing, realValue(element, 0), inverse), 'factor');
  return { beta: b.let(k.select(isNone, re, beta), 'beta'), tau, factor };
}

/** The range in which numbers have reciprocals that are no subnormals, and units for those beyond. */
const [TINY, HUGE] = [2 ** -100, 2 ** 100];

/** What numbers up to this one are multiplied by before they are squared. There is none for infinities. */
function unitFor(most: Expr): Expr {
  const isHuge = k.gt(most, HUGE);
  const isTiny = k.lt(most, TINY);
  const reciprocal = k.div(ONE, k.select(k.or(isHuge, isTiny), ONE, most));
  const beyond = k.select(k.le(most, LARGEST), k.const('f32', TINY), k.const('f32', NaN));
  return k.select(isTiny, k.const('f32', HUGE), k.select(isHuge, beyond, reciprocal));
}

/** For each lane's column: what its elements are multiplied by before they are squared. Reflections make no column longer. */
function unitOf(b: GridBody, panel: Panel): Expr {
  const largest = panel.perLane('f32');
  const most = b.let(ZERO, 'most');
  b.if(panel.isColumn, () =>
    panel.overRows(FIRST, (r) => {
      for (const part of partsOf(panel.a.get(r, panel.column))) b.set(most, k.max(most, k.abs(part)));
    }),
  );
  largest.put([most]);
  b.barrier();
  b.for(0, panel.rowLanes, 1, (lane) => b.set(most, k.max(most, largest.find(lane, panel.column)[0])));
  b.barrier();
  return b.let(unitFor(most), 'unit');
}

/**
 * The kernel that factors panels, each within itself: R, with the reflections below its diagonal. Their tau go from `tauStart` on, those
 * of a matrix `tauStep` behind those of the one before.
 *
 * Column j is made the reflection's vector while column j + 1 is worked on, when no other lane reads it any more.
 */
export function buildQrPanel(shape: PanelShape): GridKernel {
  const { element } = shape;
  const teams = panelTeams(shape);
  return gridKernel(
    `qr ${shape.held ?? 'tall'}x${shape.width} ${element}`,
    teams.lanes * teams.teams,
    { work: 'write', taus: 'write' },
    { ...PANEL_PARAMS, tauStart: 'i32', tauStep: 'i32' },
    (b, { work, taus }, p) =>
      overPanels(b, shape, work, p, (panel) => {
        const { a, column, row, rowLanes, isColumn, seat } = panel;
        const own = unitOf(b, panel);
        const lengths = panel.perLane('f32', 'f32');
        const sums = panel.perLane(...partTypes(element));
        /** The square of the lane's part of its column, from a row on, as far as later reflections are made of it. */
        const part = b.let(ZERO, 'part');
        const measure = (value: Value): void => b.bump(part, square(scaled(value, own)));
        const share = (): void => {
          lengths.put([part, own]);
          b.barrier();
        };
        b.if(k.eq(column, 0), () => panel.overRows(k.const('i32', 1), (r) => measure(a.get(r, column))));
        share();
        const before = settled(b, realValue(element, 0), 'before');
        const finish = (from: Expr): void =>
          panel.overRows(from, (r) => a.set(r, column, v.mul(a.get(r, column), before)));
        const steps = b.let(k.min(p.rows, p.columns), 'steps');
        b.for(0, steps, 1, (j) => {
          const rest = b.let(ZERO, 'rest');
          b.for(0, rowLanes, 1, (lane) => b.bump(rest, lengths.find(lane, j)[0]));
          const { beta, tau, factor } = reflection(b, element, a.get(j, j), rest, lengths.find(FIRST, j)[1]);
          const isRight = b.let(k.and(k.gt(column, j), isColumn), 'isRight');
          const next = b.let(k.add(j, 1), 'next');
          const sum = settled(b, realValue(element, 0), 'sum');
          const top = settled(b, sum, 'top');
          b.if(isRight, () => {
            assign(b, top, a.get(j, column));
            panel.overRows(next, (r) => {
              const vector = settled(b, v.mul(a.get(r, j), factor));
              assign(b, sum, v.add(sum, v.mul(v.conj(vector), a.get(r, column))));
            });
          });
          sums.put(partsOf(sum));
          b.barrier();
          assign(b, sum, top);
          b.for(0, rowLanes, 1, (lane) => assign(b, sum, v.add(sum, valueOf(sums.find(lane, column)))));
          const weight = settled(b, v.mul(v.conj(tau), sum), 'weight');
          b.set(part, 0);
          b.if(isRight, () => {
            b.if(k.eq(row, 0), () => a.set(j, column, v.sub(top, weight)));
            panel.overRows(next, (r) => {
              const vector = settled(b, v.mul(a.get(r, j), factor));
              const value = settled(b, lessProduct(a.get(r, column), vector, weight));
              a.set(r, column, value);
              b.if(k.and(k.eq(column, next), k.gt(r, next)), () => measure(value));
            });
          });
          b.if(k.and(k.gt(j, 0), k.eq(column, k.sub(j, 1))), () => finish(j));
          b.if(k.and(k.eq(column, j), k.eq(row, 0)), () => {
            a.set(j, j, realValue(element, beta));
            b.if(seat.isThere, () => {
              const index = k.add(p.tauStart, k.add(k.mul(seat.item, p.tauStep), j));
              storeElement(b, taus, element, element, index, tau);
            });
          });
          assign(b, before, factor);
          share();
        });
        b.if(k.eq(column, k.sub(steps, 1)), () => finish(steps));
      }),
  );
}

/** `target = value`, which may be computed of the target. */
function assign(b: GridBody, target: Value, value: Value): void {
  const parts = partsOf(settled(b, value));
  partsOf(target).forEach((part, i) => b.set(part as Local, parts[i]));
}

/** Invocations of a workgroup that forms Q column by column. */
export const REFLECT_GROUP = 64;

/**
 * The kernel that writes the first `columns` columns of Q for `count` small matrices of so many rows, of `number` reflections. An
 * invocation computes a column.
 */
export function buildSmallQ(element: MatrixElement): GridKernel {
  const params = {
    count: 'i32',
    rows: 'i32',
    columns: 'i32',
    number: 'i32',
    ...placeParams('v', 't', 'q'),
  } as const;
  return gridKernel(
    `small q ${element}`,
    REFLECT_GROUP,
    { reflectors: 'read', taus: 'read', q: 'write' },
    params,
    (b, { reflectors, taus, q: result }, p) =>
      b.if(k.lt(b.invocation, k.mul(p.count, p.columns)), () => {
        const matrix = b.let(k.idiv(b.invocation, p.columns), 'matrix');
        const column = b.let(k.sub(b.invocation, k.mul(matrix, p.columns)), 'column');
        const vectors = matrixIn(b, reflectors, element, p, 'v', matrix);
        const tauOf = matrixIn(b, taus, element, p, 't', matrix);
        const q = matrixIn(b, result, element, p, 'q', matrix);
        b.for(0, p.rows, 1, (r) => {
          const isOne = k.convert('f32', k.eq(r, column));
          q.set(r, column, realValue(element, isOne));
        });
        const i = b.let(k.sub(p.number, 1), 'i');
        b.while(k.ge(i, 0), () => {
          const tau = tauOf.get(i, FIRST);
          const sum = q.get(i, column);
          b.for(k.add(i, 1), p.rows, 1, (r) =>
            assign(b, sum, v.add(sum, v.mul(v.conj(vectors.get(r, i)), q.get(r, column)))),
          );
          const weight = settled(b, v.mul(tau, sum), 'weight');
          q.set(i, column, v.sub(q.get(i, column), weight));
          b.for(k.add(i, 1), p.rows, 1, (r) =>
            q.set(r, column, lessProduct(q.get(r, column), vectors.get(r, i), weight)),
          );
          b.bump(i, -1);
        });
      }),
  );
}
