/** Axes in another order: views only. */
import { AxisError, ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { transpose as transposed } from '../../ops/views.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';

type Axes = readonly number[] | null;

/**
 * The axes in another order: a view.
 *
 * @param axes - a permutation of the axes; reversed by default.
 * @throws ValueError if `axes` is no permutation; AxisError.
 * @example
 * np.transpose(np.ones([2, 3])).shape; // [3, 2]
 */
export function transpose(a: ArrayLike, ...args: Args<{ axes: Axes }, ['axes']>): NDArray {
  const { axes = null } = bind<{ axes: Axes }>('transpose', args, ['axes']);
  return transposeArray(asArray(a), axes);
}

/** `transpose` with parsed arguments. */
export function transposeArray(a: NDArray, axes: Axes): NDArray {
  if (axes === null)
    return transposed(
      a,
      a.shape.map((_, i) => a.ndim - 1 - i),
    );
  if (axes.length !== a.ndim) throw new ValueError("axes don't match array");
  const order = axes.map((axis) => normalizeAxis(axis, a.ndim));
  if (new Set(order).size !== order.length) throw new ValueError('repeated axis in transpose');
  return transposed(a, order);
}

/** `transpose` under its array-API name. */
export const permute_dims: typeof transpose = transpose;

/**
 * The last two axes exchanged.
 *
 * @throws ValueError for fewer than two axes.
 * @example
 * np.matrix_transpose(np.ones([5, 2, 3])).shape; // [5, 3, 2]
 */
export function matrix_transpose(x: ArrayLike): NDArray {
  const a = asArray(x);
  if (a.ndim < 2) throw new ValueError(`Input array must be at least 2-dimensional, but it is ${a.ndim}`);
  return swapaxes(a, -1, -2);
}

/**
 * Two axes exchanged.
 *
 * @throws AxisError.
 * @example
 * np.swapaxes(np.ones([2, 3, 4]), 0, 2).shape; // [4, 3, 2]
 */
export function swapaxes(a: ArrayLike, axis1: number, axis2: number): NDArray {
  const x = asArray(a);
  const order = x.shape.map((_, i) => i);
  const first = normalizeAxis(axis1, x.ndim, 'axis1');
  const second = normalizeAxis(axis2, x.ndim, 'axis2');
  order[first] = second;
  order[second] = first;
  return transposed(x, order);
}

/**
 * Axes moved to new positions, the others keeping their order.
 *
 * @throws AxisError; ValueError for a repeated axis or different counts.
 * @example
 * np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export function moveaxis(
  a: ArrayLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): NDArray {
  const x = asArray(a);
  const from = namedAxes(source, x.ndim, 'source');
  const to = namedAxes(destination, x.ndim, 'destination');
  if (from.length !== to.length) {
    throw new ValueError('`source` and `destination` arguments must have the same number of elements');
  }
  const order = x.shape.map((_, i) => i).filter((i) => !from.includes(i));
  const moves = to
    .map((position, i) => ({ position, axis: from[i] }))
    .sort((p, q) => p.position - q.position);
  for (const { position, axis } of moves) order.splice(position, 0, axis);
  return transposed(x, order);
}

function namedAxes(axis: number | readonly number[], ndim: number, name: string): number[] {
  const list = typeof axis === 'number' ? [axis] : axis;
  list.forEach((one) => normalizeAxis(one, ndim, name));
  try {
    return normalizeAxes(list, ndim);
  } catch {
    throw new ValueError(`repeated axis in \`${name}\` argument`);
  }
}

/**
 * An axis rolled backwards until it lies in front of position `start`.
 *
 * @throws AxisError.
 * @example
 * np.rollaxis(np.ones([3, 4, 5, 6]), 3, 1).shape; // [3, 6, 4, 5]
 */
export function rollaxis(a: ArrayLike, axis: number, ...args: Args<{ start: number }, ['start']>): NDArray {
  const { start = 0 } = bind<{ start: number }>('rollaxis', args, ['start']);
  const x = asArray(a);
  const from = normalizeAxis(axis, x.ndim);
  const before = start < 0 ? start + x.ndim : start;
  if (before < 0 || before > x.ndim) throw new AxisError(start, x.ndim + 1, 'start');
  const order = x.shape.map((_, i) => i);
  order.splice(from, 1);
  order.splice(from < before ? before - 1 : before, 0, from);
  return transposed(x, order);
}
