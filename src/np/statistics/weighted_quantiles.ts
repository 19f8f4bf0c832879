/** Quantiles of weighted samples: where the running sum of weights first reaches the fraction ('inverted_cdf'). */
import { float64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, scalarAt, viewArray, truth } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { cast, castInto } from '../../ops/cast.ts';
import { argsortAxis } from '../../ops/sort.ts';
import { getIndex } from '../../ops/index/get.ts';
import { broadcastTo } from '../../ops/views.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { divide, less } from '../ufuncs.ts';
import { fittingWeights } from './average.ts';
import { cumsum } from './cumulative.ts';
import type { Fractions } from './quantiles.ts';
import type { Axis } from './reductions.ts';
import { any } from './reductions.ts';
import { axesToFront } from './samples.ts';

/** One row of the result for each fraction, along the first axis of `samples`. */
export function weightedQuantiles(
  a: NDArray,
  samples: NDArray,
  q: Fractions,
  weights: NDArray,
  axis: Axis | undefined,
): NDArray[] {
  const fitting = broadcastTo(fittingWeights(weights, a, axis), a.shape);
  if (truth(any(less(fitting, 0) as ArrayLike))) throw new ValueError('Weights must be non-negative.');
  const [values, portions] = [asColumns(samples), asColumns(axesToFront(fitting, axis).samples)];
  const rows = q.values.map(() => emptyArray([values.shape[1]], samples.dtype));
  for (let j = 0; j < values.shape[1]; j++) {
    const column = columnAt(values, j);
    const order = argsortAxis(column, 0);
    const sorted = getIndex(column, [order]) as NDArray;
    const distribution = cumulated(getIndex(columnAt(portions, j), [order]) as NDArray, q);
    rows.forEach((row, i) =>
      castInto(elementAt(row, j), elementAt(sorted, firstReaching(sorted, distribution, q.values[i]))),
    );
  }
  return rows.map((row) => reshapeArray(row, samples.shape.slice(1)));
}

/** All axes but the first as one. */
function asColumns(a: NDArray): NDArray {
  return reshapeArray(a, [a.shape[0], sizeOf(a.shape.slice(1))]);
}

function columnAt(a: NDArray, j: number): NDArray {
  return viewArray(a, [a.shape[0]], [a.strides[0]], a.offset + j * a.strides[1]);
}

function elementAt(a: NDArray, i: number): NDArray {
  return viewArray(a, [], [], a.offset + i * a.strides[0]);
}

/** The empirical distribution function at the sorted samples. */
function cumulated(weights: NDArray, q: Fractions): number[] {
  const totals = cumsum(weights, { dtype: float64 });
  const whole = scalarAt(
    elementAt(totals, totals.size - 1),
    totals.offset + (totals.size - 1) * totals.strides[0],
  );
  const distribution = cast(
    divide(totals, whole as number) as NDArray,
    q.dtype.kind === 'f' ? q.dtype : float64,
  );
  const values = distribution.tolist() as number[];
  if (Number.isNaN(values[values.length - 1]))
    throw new ValueError('Weights included NaN, inf or were all zero.');
  return values;
}

/** The first sample of positive weight at which the distribution reaches the fraction; NaN if one takes part. */
function firstReaching(sorted: NDArray, distribution: readonly number[], fraction: number): number {
  const last = sorted.size - 1;
  if (Number.isNaN(Number(scalarAt(sorted, sorted.offset + last * sorted.strides[0])))) return last;
  const found = distribution.findIndex((total) => total >= fraction && total > 0);
  return found < 0 ? last : found;
}
