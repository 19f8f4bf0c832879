/** The order in which `nditer` takes places: axes sorted, turned and merged. */
import type { NDArray } from '../../array/ndarray.ts';
import type { Order } from '../../ops/order.ts';
import { strideOrder } from '../../ops/order.ts';

/** An axis of the iteration. */
export interface IterAxis {
  readonly length: number;
  /** Bytes from one place to the next, for each operand, and for the running index last. */
  readonly strides: readonly number[];
  /** The axis of the operands that it is, and whether it is walked from its end. */
  readonly axis: number;
  readonly turned: boolean;
}

/** Where a loop over places begins, and its axes, the fastest first. */
export interface IterPlan {
  readonly axes: readonly IterAxis[];
  /** What to add to each operand's offset, and to the running index, for the first place. */
  readonly starts: readonly number[];
}

/**
 * Plans the loop over operands of one shape.
 *
 * @param views - the operands, broadcast
 * @param indexStrides - what each axis counts for in the running index
 * @param merge - whether neighbouring axes may become one
 */
export function planAxes(
  shape: readonly number[],
  views: readonly NDArray[],
  order: Order,
  indexStrides: readonly number[],
  merge: boolean,
): IterPlan {
  const starts = new Array<number>(views.length + 1).fill(0);
  const sorted = fastestFirst(shape.length, views, order).map((axis): IterAxis => {
    const strides = [...views.map((v) => v.strides[axis]), indexStrides[axis]];
    const own = strides.slice(0, -1);
    const turned = order === 'K' && own.some((s) => s < 0) && own.every((s) => s <= 0);
    if (turned) strides.forEach((s, i) => (starts[i] += s * (shape[axis] - 1)));
    return { length: shape[axis], strides: turned ? strides.map((s) => 0 - s) : strides, axis, turned };
  });
  return { axes: merge ? merged(sorted) : sorted, starts };
}

function fastestFirst(ndim: number, views: readonly NDArray[], order: Order): number[] {
  const forward = Array.from({ length: ndim }, (_, i) => i);
  if (order === 'K') return strideOrder(ndim, views);
  const isF = order === 'F' || (order === 'A' && views.every((v) => v.fContiguous && !v.cContiguous));
  return isF ? forward : forward.reverse();
}

/** Neighbouring axes that everything walks as one are one. */
function merged(axes: readonly IterAxis[]): IterAxis[] {
  const result: IterAxis[] = [];
  for (const axis of axes) {
    const inner = result.at(-1);
    if (inner?.length === 1) result[result.length - 1] = axis;
    else if (
      inner &&
      (axis.length === 1 || axis.strides.every((s, i) => s === inner.strides[i] * inner.length))
    ) {
      result[result.length - 1] = { ...inner, length: inner.length * axis.length };
    } else result.push(axis);
  }
  return result;
}
