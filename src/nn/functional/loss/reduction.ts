/** What becomes of the losses of single elements: all of them, their mean, or their sum. */
import { ValueError } from '../../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../../array/ndarray.ts';
import { mean } from '../../../np/statistics/moments.ts';
import { sum } from '../../../np/statistics/reductions.ts';
import type { ArrayLike } from '../../../ops/asarray.ts';
import { callUFunc } from '../../../np/ufunc/call.ts';
import type { UFuncRow } from '../../../ops/ufunc.ts';
import { beside, requireBroadcast } from '../arguments.ts';
import { floatArray } from '../images.ts';

export type Reduction = 'none' | 'mean' | 'sum';

export interface Reduced {
  /** 'mean' by default. */
  reduction?: Reduction;
}

/** @throws ValueError for another word. */
export function reductionOf(given: Reduction | undefined): Reduction {
  if (given === undefined) return 'mean';
  if (given !== 'none' && given !== 'mean' && given !== 'sum')
    throw new ValueError(`${String(given)} is not a valid value for reduction: use 'none', 'mean' or 'sum'`);
  return given;
}

/** The losses themselves, their mean or their sum. */
export function reduce(losses: ArrayOrScalar | NDArray, reduction: Reduction): ArrayOrScalar {
  if (reduction === 'none') return losses as ArrayOrScalar;
  return reduction === 'mean' ? mean(losses) : sum(losses);
}

/** An input and a target of the same dtype, whose shapes broadcast. */
export function pair(fn: string, input: ArrayLike, target: ArrayLike): [NDArray, NDArray] {
  const x = floatArray(fn, input);
  const y = beside(target, x);
  requireBroadcast(x, y);
  return [x, y];
}

/** The elements' losses by a formula. */
export const losses = (row: UFuncRow, ...operands: unknown[]): NDArray => callUFunc(row, operands) as NDArray;
