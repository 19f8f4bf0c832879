/** Derivatives of reductions and scans. */
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { asArray } from '../../ops/asarray.ts';
import { indexDType } from '../../ops/index/integers.ts';
import { iota } from '../../ops/iota.ts';
import { broadcastTo } from '../../ops/views.ts';
import { isEmpty } from '../values.ts';
import { concatenate } from '../../np/shape/join.ts';
import { flip } from '../../np/shape/rearrange.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { moveaxis } from '../../np/shape/transpose.ts';
import { where } from '../../np/indexing/choose.ts';
import { ones } from '../../np/creation/filled.ts';
import { cumprod, cumsum } from '../../np/statistics/cumulative.ts';
import type { VarOptions } from '../../np/statistics/moments.ts';
import {
  MEAN,
  STD,
  VAR_OF,
  countOf,
  countingDType,
  degreesOfFreedom,
  freedomLost,
  meanArray,
} from '../../np/statistics/moments.ts';
import { sum } from '../../np/statistics/reductions.ts';
import type { AccumulateOptions } from '../../np/ufunc/accumulate.ts';
import type { ReduceOptions } from '../../np/ufunc/reduce.ts';
import * as np from '../../np/ufuncs.ts';
import { accumulateArray } from '../../np/ufunc/accumulate.ts';
import { maximum as maximumRow } from '../../ops/ufuncs/arithmetic.ts';
import type { Derivative, Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';
import { cj } from './elementwise.ts';
import { scatterAlong } from './moves.ts';

const mul = np.multiply as (a: NDArray, b: NDArray) => NDArray;
const div = np.divide as (a: NDArray, b: NDArray | number) => NDArray;
const add = np.add as (a: NDArray, b: NDArray) => NDArray;

const optionsOf = (known: Known): ReduceOptions => known.args[1] as ReduceOptions;

/** The operand's shape. */
const shapeOf = (known: Known): readonly number[] => known.kinds[0]!.shape;

/** The axes that were reduced. */
function axesOf(known: Known): number[] {
  const { length } = shapeOf(known);
  return length === 0 ? [] : normalizeAxes(optionsOf(known).axis, length);
}

/** A result, or its gradient, with the reduced axes as length 1. */
export function kept(a: NDArray, known: Known): NDArray {
  const axes = axesOf(known);
  return reshapeArray(
    a,
    shapeOf(known).map((n, i) => (axes.includes(i) ? 1 : n)),
  );
}

/** The gradient at every element that took part, zero at others. */
function spread(g: NDArray, known: Known): NDArray {
  const { where: mask } = optionsOf(known);
  const all = broadcastTo(kept(g, known), shapeOf(known));
  return mask === undefined || mask === true ? all : where(mask, all, 0);
}

/** Shared evenly by the elements that are equal to the result. */
const ofEqual: Derivative = /* @__PURE__ */ by('xo', (g, known) => {
  const mask = np.equal(known.x, kept(known.o, known)) as NDArray;
  const dtype = countingDType(mask);
  const count = np.maximum(sum(mask, { axis: axesOf(known), keepdims: true, dtype }), 1) as NDArray;
  return where(mask, div(spread(g, known), count), 0);
});

/** The product of all others: a division, unless there is a zero. */
const ofProduct: Derivative = /* @__PURE__ */ by('xo', (g, known) => {
  const { x } = known;
  const { where: mask } = optionsOf(known);
  const factors = mask === undefined || mask === true ? x : where(mask, x, 1);
  if (hasNoZero(factors)) return mul(spread(g, known), cj(div(kept(known.o, known), factors)));
  return mul(spread(g, known), cj(productOfOthers(factors, axesOf(known))));
});

/** Whether no number is zero; not known of numbers on a device. */
const hasNoZero = (x: NDArray): boolean =>
  x.size === 0 || (x.storage.remote === null && isEmpty(np.equal(x, 0) as NDArray));

function productOfOthers(x: NDArray, axes: readonly number[]): NDArray {
  const last = moveaxis(
    x,
    axes,
    axes.map((_, i) => i - axes.length),
  );
  const rows = reshapeArray(last, [...last.shape.slice(0, last.ndim - axes.length), -1]);
  const before = exclusive(rows);
  const after = flip(exclusive(flip(rows, -1) as NDArray), -1) as NDArray;
  const others = reshapeArray(mul(before, after), last.shape);
  return moveaxis(
    others,
    axes.map((_, i) => i - axes.length),
    axes,
  );
}

/** Along the last axis the product of the elements before each. */
function exclusive(rows: NDArray): NDArray {
  const first = ones([...rows.shape.slice(0, -1), 1], { dtype: rows.dtype });
  return cumprod(concatenate([first, rows.get('..., :-1') as NDArray], -1), -1);
}

/** The share of each term: softmax. */
const ofLogSum = (exp: typeof np.exp, o: (a: NDArray, b: NDArray) => NDArray): Derivative =>
  by('xo', (g, known) => mul(spread(g, known), exp(o(known.x, kept(known.o, known))) as NDArray));

export const REDUCTIONS: Readonly<Record<string, Derivative>> = {
  add: by('', spread),
  multiply: ofProduct,
  maximum: ofEqual,
  minimum: ofEqual,
  fmax: ofEqual,
  fmin: ofEqual,
  logaddexp: ofLogSum(np.exp, np.subtract as (a: NDArray, b: NDArray) => NDArray),
  logaddexp2: ofLogSum(np.exp2, np.subtract as (a: NDArray, b: NDArray) => NDArray),
  hypot: by('xo', (g, known) => mul(spread(g, known), div(known.x, kept(known.o, known)))),
};

/** The elements that each mean is made of, less the degrees of freedom lost. */
function divisorOf(known: Known): number | NDArray {
  const options = optionsOf(known) as VarOptions;
  const shaped = broadcastTo(asArray(0), shapeOf(known));
  const count = countOf(shaped, options.axis, true, options.where);
  return degreesOfFreedom(count, freedomLost(options));
}

/** The mean that deviations are taken from, over the same elements. */
const centre = (known: Known): NDArray => {
  const { axis, where: mask, mean: given } = optionsOf(known) as VarOptions;
  return given ? asArray(given) : meanArray(known.x, { axis, keepdims: true, where: mask });
};

const ofVariance = (g: NDArray, known: Known): NDArray =>
  mul(
    spread(g, known),
    div(np.multiply(np.subtract(known.x, centre(known)), 2) as NDArray, divisorOf(known)),
  );

export function defineMoments(): void {
  define(
    MEAN,
    rule(
      by('', (g, known) => div(spread(g, known), divisorOf(known))),
      null,
    ),
  );
  define(VAR_OF, rule(by('x', ofVariance), null));
  define(
    STD,
    rule(
      by('xo', (g, known) => {
        const { o } = known;
        const flat = np.equal(o, 0) as NDArray;
        return ofVariance(where(flat, 0, div(g, np.multiply(where(flat, 1, o), 2) as NDArray)), known);
      }),
      null,
    ),
  );
}

function axisOf(known: Known): number {
  const { axis = 0 } = known.args[1] as AccumulateOptions;
  return normalizeAxis(Number(Array.isArray(axis) ? (axis[0] ?? 0) : (axis ?? 0)), shapeOf(known).length);
}

/** The sums from each element to the end. */
const sumsBehind = (g: NDArray, axis: number): NDArray =>
  flip(cumsum(flip(g, axis) as NDArray, axis), axis) as NDArray;

const ofRunningProduct: Derivative = /* @__PURE__ */ by('xo', (g, known) => {
  const axis = axisOf(known);
  const { x, o } = known;
  if (hasNoZero(x)) return div(sumsBehind(mul(g, cj(o)), axis), cj(x) as NDArray);
  if (x.storage.remote !== null && !isTraced(g)) return ofRunningProductOn(g, x, o, axis);
  const [rows, gradients] = [moveaxis(x, axis, -1), moveaxis(g, axis, -1)];
  return moveaxis(mul(cj(exclusive(rows)), productsBehind(cj(rows), gradients)), -1, axis);
});

/**
 * The same in a fixed number of steps, for a device. The products from the first zero on are zero; the gradient of that zero is made of
 * the products without it, and those behind it have none.
 */
function ofRunningProductOn(g: NDArray, x: NDArray, o: NDArray, axis: number): NDArray {
  const isZero = np.equal(x, 0) as NDArray;
  const zeros = cumsum(isZero, axis);
  const isFirst = np.logical_and(isZero, np.equal(zeros, 1)) as NDArray;
  const before = div(sumsBehind(mul(g, cj(o)), axis), cj(where(isZero, 1, x)) as NDArray);
  const without = sumsBehind(mul(g, cj(cumprod(where(isFirst, 1, x), axis))), axis);
  return where(np.equal(zeros, 0) as NDArray, before, where(isFirst, without, 0));
}

/** r[i] = g[i] + x[i + 1] r[i + 1]: what each element is multiplied with further on, in sum. */
function productsBehind(x: NDArray, g: NDArray): NDArray {
  const n = x.shape[x.ndim - 1];
  const at = (a: NDArray, i: number): NDArray => a.get('...', np_slice(i)) as NDArray;
  const found: NDArray[] = [];
  for (let i = n - 1; i >= 0; i--) {
    const own = at(g, i);
    found.unshift(i === n - 1 ? own : add(own, mul(at(x, i + 1), found[0])));
  }
  return concatenate(found, -1);
}

const np_slice = (i: number): string => `${i}:${i + 1}`;

/** All to the place that the running extremum was last taken from. */
const ofRunningExtremum: Derivative = /* @__PURE__ */ by('xo', (g, known) => {
  const axis = axisOf(known);
  const { x, o } = known;
  const shape = x.shape.map((n, i) => (i === axis ? n : 1));
  const positions = broadcastTo(reshapeArray(iota(x.shape[axis], 0, 1, indexDType(x)), shape), x.shape);
  const own = where(np.equal(x, o) as NDArray, positions, 0);
  return scatterAlong(g, accumulateArray(maximumRow, own, { axis }), axis, x.shape);
});

/** Of a running sum of exponentials: what each later sum keeps of an earlier one falls from step to step. */
const ofRunningLogSum: Derivative = /* @__PURE__ */ by('xo', (g, known) => {
  const axis = axisOf(known);
  const [x, o, gradients] = [known.x, known.o, g].map((a) => moveaxis(a, axis, -1));
  const falls = np.exp(np.subtract(o.get('..., :-1'), o.get('..., 1:'))) as NDArray;
  const decay = concatenate([ones([...o.shape.slice(0, -1), 1], { dtype: o.dtype }), falls], -1);
  const behind = productsBehind(decay, gradients);
  return moveaxis(mul(np.exp(np.subtract(x, o)) as NDArray, behind), -1, axis);
});

export const SCANS: Readonly<Record<string, Derivative>> = {
  add: by('', (g, known) => sumsBehind(g, axisOf(known))),
  multiply: ofRunningProduct,
  logaddexp: ofRunningLogSum,
  maximum: ofRunningExtremum,
  minimum: ofRunningExtremum,
};
