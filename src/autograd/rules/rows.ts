/**
 * Derivatives of what works on rows. Each is written twice: as a kernel of few passes, and with functions that differentiate again, for
 * when the backward pass is itself recorded.
 */
import type { NDArray } from '../../array/ndarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { take_along_axis } from '../../np/indexing/take.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { mean, sum } from '../../np/statistics/index.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import * as np from '../../np/ufuncs.ts';
import { BATCH_NORM } from '../../ops/batchnorm.ts';
import type { NormOptions } from '../../ops/rows/norm.ts';
import { NORM, normGradients } from '../../ops/rows/norm.ts';
import {
  CROSS_ENTROPY,
  LOG_SOFTMAX,
  SOFTMAX,
  crossEntropyGradient,
  logSoftmaxGradient,
  logSoftmaxOf,
  softmaxGradient,
  softmaxOf,
} from '../../ops/rows/softmax.ts';
import { SCALE_GRADIENT } from '../../ops/scale.ts';
import { deviating, unstandardized } from '../../ops/ufuncs/activations.ts';
import type { Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';
import { scatterAlong } from './moves.ts';

const mul = np.multiply as (a: NDArray, b: NDArray | number) => NDArray;
const sub = np.subtract as (a: NDArray, b: NDArray) => NDArray;
const add = np.add as (a: NDArray, b: NDArray | number) => NDArray;

/** Whether the derivative is to be recorded. */
const axisOf = ({ args }: Known): number => args[1] as number;

const summed = (a: NDArray, axis: number | readonly number[]): NDArray =>
  sum(a, { axis: axis as number, keepdims: true }) as NDArray;

const averaged = (a: NDArray, axis: readonly number[]): NDArray =>
  mean(a, { axis: axis as number[], keepdims: true }) as NDArray;

function defineSoftmax(): void {
  define(
    SOFTMAX,
    rule(
      by('o', (g, known) => {
        const { o } = known;
        const axis = axisOf(known);
        if (!isTraced(g)) return softmaxGradient(g, o, axis);
        return mul(o, sub(g, g.ndim === 0 ? mul(g, o) : summed(mul(g, o), axis)));
      }),
      null,
    ),
  );
  define(
    LOG_SOFTMAX,
    rule(
      by('o', (g, known) => {
        const { o } = known;
        const axis = axisOf(known);
        if (!isTraced(g)) return logSoftmaxGradient(g, o, axis);
        return sub(g, mul(np.exp(o) as NDArray, g.ndim === 0 ? g : summed(g, axis)));
      }),
      null,
    ),
  );
}

/** A column of the rows' numbers. */
const column = (a: NDArray): NDArray => reshapeArray(a, [a.size, 1]);

/** What each row's softmax has at its label, of rows without one at 0. */
const places = (labels: NDArray): NDArray => column(np.maximum(labels, 0) as NDArray);

function defineCrossEntropy(): void {
  define(
    CROSS_ENTROPY,
    rule(
      by('xyz', (g, { x, y: labels, z: weights }) => {
        const own = mul(g, weights);
        if (!isTraced(g)) return crossEntropyGradient(own, x, labels);
        const counted = column(mul(own, np.greater_equal(labels, 0) as NDArray));
        return sub(mul(softmaxOf(x, 1), counted), scatterAlong(counted, places(labels), 1, x.shape));
      }),
      null,
      by('xy', (g, { x, y: labels }) => {
        const own = take_along_axis(logSoftmaxOf(x, 1), places(labels), 1);
        const loss = np.negative(reshapeArray(own, [x.shape[0]])) as NDArray;
        return mul(mul(g, loss), np.greater_equal(labels, 0) as NDArray);
      }),
    ),
  );
}

type Gradients = (NDArray | null)[];

const together = /* @__PURE__ */ new WeakMap<Known, { g: NDArray; all: Gradients }>();

/** The gradient of an operand, one of those that are computed together when the first is asked for. */
function jointly(
  g: NDArray,
  known: Known,
  operand: number,
  compute: (g: NDArray, known: Known) => Gradients,
): NDArray | null {
  const kept = together.get(known);
  const all = kept?.g === g ? kept.all : compute(g, known);
  const isLast = known.kinds.findLastIndex((kind) => kind !== null) === operand;
  if (isLast) together.delete(known);
  else together.set(known, { g, all });
  return all[operand];
}

function normGradientsOf(g: NDArray, known: Known): Gradients {
  const options = known.args[3] as NormOptions;
  const { x } = known;
  const weight = known.y as NDArray | null;
  if (isTraced(g)) return composedNormGradients(g, x, weight, options);
  return normGradients(g, x, weight, known.kinds[2] !== null, options);
}

const axesFrom = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, i) => first + i);

function composedNormGradients(
  g: NDArray,
  x: NDArray,
  weight: NDArray | null,
  { axes, centered, eps }: NormOptions,
): NDArray[] {
  const first = x.ndim - axes;
  const [last, outer] = [axesFrom(first, x.ndim), axesFrom(0, first)];
  const total = (a: NDArray): NDArray => (outer.length > 0 ? (sum(a, { axis: outer }) as NDArray) : a);
  const { slope, y } = slopeOfNorm(weight ? mul(g, weight) : g, x, last, centered, eps);
  return [slope, total(mul(g, y)), total(g)];
}

/** The gradient of what is normalised along axes, and the normalised numbers. */
function slopeOfNorm(
  g: NDArray,
  x: NDArray,
  axes: readonly number[],
  centered: boolean,
  eps: number,
): { slope: NDArray; y: NDArray } {
  const deviation = centered ? sub(x, averaged(x, axes)) : x;
  const root = np.sqrt(add(averaged(mul(deviation, deviation), axes), eps)) as NDArray;
  const scale = np.reciprocal(root) as NDArray;
  const y = mul(deviation, scale);
  const level = centered ? sub(g, averaged(g, axes)) : g;
  return { slope: mul(scale, sub(level, mul(y, averaged(mul(g, y), axes)))), y };
}

function defineNorm(): void {
  define(
    NORM,
    rule(
      ...[0, 1, 2].map((operand) => by('xy', (g, known) => jointly(g, known, operand, normGradientsOf))),
      null,
    ),
  );
}

/** The gradients of x, weight and bias, of few passes over the batch. */
function batchNormGradients(g: NDArray, known: Known): NDArray[] {
  const [x, weight, , mean, variance, eps, axes] = known.operands as [
    NDArray,
    NDArray | null,
    null,
    NDArray,
    NDArray,
    number,
    number[],
  ];
  if (isTraced(g)) {
    const { slope, y } = slopeOfNorm(weight ? mul(g, weight) : g, x, axes, true, eps);
    return [slope, summed(mul(g, y), axes), summed(g, axes)];
  }
  const count = x.size / mean.size;
  const scale = np.reciprocal(np.sqrt(add(variance, eps)) as NDArray) as NDArray;
  const ofBias = summed(g, axes);
  const ofWeight = mul(summed(callUFunc(deviating, [g, x, mean]) as NDArray, axes), scale);
  const slope = mul(mul(ofWeight, scale), 1 / count);
  const factor = weight ? mul(weight, scale) : scale;
  const ofX = callUFunc(unstandardized, [g, x, mean, factor, mul(ofBias, 1 / count), slope]) as NDArray;
  return [ofX, ofWeight, ofBias];
}

function defineBatchNorm(): void {
  // x, weight, mean and variance.
  const keeps = 0b11011;
  const derivatives = [0, 1, 2].map((operand) => ({
    keeps,
    pullback: (g: NDArray, known: Known) => jointly(g, known, operand, batchNormGradients),
  }));
  define(BATCH_NORM, rule(...derivatives, null));
}

export function defineRows(): void {
  defineBatchNorm();
  defineSoftmax();
  defineCrossEntropy();
  defineNorm();
  define(
    SCALE_GRADIENT,
    rule(
      by('y', (g, { y }) => mul(g, y)),
      null,
    ),
  );
}
