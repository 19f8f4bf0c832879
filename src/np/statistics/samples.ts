/** What a statistic is taken of, along one axis. */
import { normalizeAxes, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { transpose } from '../../ops/views.ts';
import { reshapeArray } from '../shape/reshape.ts';
import type { Axis } from './reductions.ts';

/** The axes to reduce moved together to the front as one axis, and the shape with those axes of length 1. */
export function axesToFront(
  a: NDArray,
  axis: Axis | undefined,
): { samples: NDArray; kept: number[]; keptdims: number[] } {
  const axes = normalizeAxes(axis, a.ndim);
  const others = a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const moved = transpose(a, [...axes, ...others]);
  const kept = others.map((i) => a.shape[i]);
  const samples = reshapeArray(moved, [sizeOf(axes.map((i) => a.shape[i])), ...kept]);
  return { samples, kept, keptdims: a.shape.map((n, i) => (axes.includes(i) ? 1 : n)) };
}
