/**
 * Derivatives of what works on rows. Each is written twice: as a kernel of few passes, and with functions that differentiate again, for
 * when the backward pass is itself recorded.
 */
import type { NDArray } from '../../array/ndarray.ts';
import { tracing } from '../../array/tracing.ts';
import { take_along_axis } from '../../np/indexing/take.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { mean, sum } from '../../np/statistics/index.ts';
import * as np from '../../np/ufuncs.ts';
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
import type { Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';
import { scatterAlong } from './moves.ts';

const mul = np.multiply as (a: NDArray, b: NDArray | number) => NDArray;
const sub = np.subtract as (a: NDArray, b: NDArray) => NDArray;
const add = np.add as (a: NDArray, b: NDArray | number) => NDArray;

/** Whether the derivative is to be recorded. */
const isRecorded = (g: NDArray): boolean => tracing.tracer !== null && g.traced;

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
        if (!isRecorded(g)) return softmaxGradient(g, o, axis);
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
        if (!isRecorded(g)) return logSoftmaxGradient(g, o, axis);
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
        if (!isRecorded(g)) return crossEntropyGradient(own, x, labels);
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

/** The gradients of a norm's operands, computed together when the first is asked for. */
const together = /* @__PURE__ */ new WeakMap<Known, { g: NDArray; all: (NDArray | null)[] }>();

function normGradientsOf(g: NDArray, known: Known): (NDArray | null)[] {
  const kept = together.get(known);
  if (kept?.g === g) return kept.all;
  const options = known.args[3] as NormOptions;
  const { x } = known;
  const weight = known.y as NDArray | null;
  const bias = known.kinds[2] !== null;
  const all = isRecorded(g)
    ? composedNormGradients(g, x, weight, options)
    : normGradients(g, x, weight, bias, options);
  together.set(known, { g, all });
  return all;
}

function composedNormGradients(
  g: NDArray,
  x: NDArray,
  weight: NDArray | null,
  { axes, centered, eps }: NormOptions,
): NDArray[] {
  const last = x.shape.map((_, i) => i).slice(x.ndim - axes);
  const outer = x.shape.map((_, i) => i).slice(0, x.ndim - axes);
  const deviation = centered ? sub(x, averaged(x, last)) : x;
  const scale = np.reciprocal(
    np.sqrt(add(averaged(mul(deviation, deviation), last), eps)) as NDArray,
  ) as NDArray;
  const y = mul(deviation, scale);
  const own = weight ? mul(g, weight) : g;
  const level = centered ? sub(own, averaged(own, last)) : own;
  const ofX = mul(scale, sub(level, mul(y, averaged(mul(own, y), last))));
  const total = (a: NDArray): NDArray => (outer.length > 0 ? (sum(a, { axis: outer }) as NDArray) : a);
  return [ofX, total(mul(g, y)), total(g)];
}

function defineNorm(): void {
  define(
    NORM,
    rule(...[0, 1, 2].map((operand) => by('xy', (g, known) => normGradientsOf(g, known)[operand])), null),
  );
}

export function defineRows(): void {
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
