/** Values that a function refuses: thrown at the call, or, where the values lie on a device, by reads of what is computed of them. */
import type { NDArray } from '../array/ndarray.ts';
import { scalarAt } from '../array/ndarray.ts';
import { asConstant, isTraced } from '../array/tracing.ts';
import { acceleratorOf } from './accelerator.ts';
import { copyOf } from './cast.ts';
import { countTrue, truePositions } from './index/masks.ts';

/** The value that an array has at the place, as JavaScript has it. */
export type Shown = number | bigint;

/** What a function says of values that it refuses. */
export interface Refusal {
  readonly name: string;
  /**
   * The error.
   *
   * @param shown - the values of the arrays at the first place that was found
   * @param details - the integers that were given
   */
  readonly error: (shown: readonly Shown[], details: readonly number[]) => Error;
}

/**
 * Refuses values where a mask is true.
 *
 * @param spoilt - a new array of the function's own that is worth nothing then, and with it what is computed of it: written already, and
 *   on the mask's device
 * @param mask - bool, of any shape
 * @param refusal - makes the error; a constant, since devices number refusals
 * @param shown - real arrays of the mask's shape, whose values at the place the error tells
 * @param details - integers of at most 32 bits for the error
 * @throws the refusal's error; where the mask lies on a device, reads of `spoilt` do, and of what is computed of it.
 */
export function refuseWhere(
  spoilt: NDArray,
  mask: NDArray,
  refusal: Refusal,
  shown: readonly NDArray[] = [],
  details: readonly number[] = [],
): void {
  if (isTraced([spoilt, mask, shown])) return asConstant(refuseWhere, spoilt, mask, refusal, shown, details);
  const on = acceleratorOf(mask);
  if (on !== null) return on.refuseWhere(spoilt, mask, refusal, shown, details);
  if (countTrue(mask) === 0) return;
  const place = truePositions(mask).map((along) => Number(scalarAt(along, along.offset)));
  throw refusal.error(
    shown.map((a) => valueAt(a, place)),
    details,
  );
}

function valueAt(a: NDArray, place: readonly number[]): Shown {
  const address = place.reduce((sum, i, axis) => sum + i * a.strides[axis], a.offset);
  return scalarAt(a, address) as Shown;
}

/** An operand of integers that a function goes on with where `refuseWhere` may refuse its values: itself, or a copy on a device. */
export function refusable<A extends NDArray>(a: A): A {
  return acceleratorOf(a) === null ? a : (copyOf(a, a.dtype, 'C') as A);
}
