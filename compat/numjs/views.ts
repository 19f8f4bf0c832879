/** Views by numjs's rules: `null` is a whole axis, a slice never drops one. */
import * as np from '../../src/index.ts';
import type { NDArray } from '../../src/index.ts';

/** A slice of one axis: `n` is `n:`, `[n]` is `:n`, `[a, b]` and `[a, b, step]`, `[a, null, null, step]` is `a::step`, `null` is all. */
export type SliceArg = number | null | undefined | readonly (number | null | undefined)[];

type IndexArg = Parameters<NDArray['get']>[number];

const ALL = /* @__PURE__ */ np.slice(null, null);

const view = (x: NDArray, ranges: readonly IndexArg[]): NDArray => x.get(...ranges);

/** Start, end and step. */
function rangeOf(arg: SliceArg): readonly [number | null, number | null, number] {
  if (arg === null || arg === undefined) return [null, null, 1];
  if (typeof arg === 'number') return [arg, null, 1];
  const [first = null, second = null, third, fourth] = arg;
  if (arg.length === 4) return [first, null, fourth ?? 1];
  return arg.length < 2 ? [null, first, 1] : [first, second, third ?? 1];
}

/** A slice of every axis. A negative step walks what lies between start and end backwards, as in numjs. */
export function slice(x: NDArray, args: readonly SliceArg[]): NDArray {
  const ranges = args.map(rangeOf);
  const forward = view(
    x,
    ranges.map(([start, end, step]) => np.slice(start, end, step < 0 ? 1 : step)),
  );
  if (ranges.every(([, , step]) => step >= 0)) return forward;
  return view(
    forward,
    ranges.map(([, , step]) => (step < 0 ? np.slice(null, null, step) : ALL)),
  );
}

/** An argument for one axis; what is no number, or negative, leaves the axis as it is (as in scijs). */
export type AxisArg = number | null | undefined;

const isGiven = (arg: AxisArg): arg is number => typeof arg === 'number' && arg >= 0;

/** From these indices on. */
export const lo = (x: NDArray, args: readonly AxisArg[]): NDArray =>
  view(
    x,
    args.map((arg) => (isGiven(arg) ? np.slice(arg, null) : ALL)),
  );

/** Up to these lengths. */
export const hi = (x: NDArray, args: readonly AxisArg[]): NDArray =>
  view(
    x,
    args.map((arg) => (isGiven(arg) ? np.slice(null, arg) : ALL)),
  );

/** Every n-th element, backwards for a negative n. */
export const step = (x: NDArray, args: readonly AxisArg[]): NDArray =>
  view(
    x,
    args.map((arg) => (typeof arg === 'number' ? np.slice(null, null, arg) : ALL)),
  );

/** One index of an axis, which is dropped. The ellipsis keeps an array of no axes an array. */
export function pick(x: NDArray, args: readonly AxisArg[]): NDArray {
  const indices: IndexArg[] = args.map((arg) => (isGiven(arg) ? arg : ALL));
  if (args.length >= x.ndim) indices.push('...');
  return view(x, indices);
}

/** The axes in another order; those that are not named stay where they are. */
export const transpose = (x: NDArray, axes: readonly AxisArg[]): NDArray =>
  np.transpose(
    x,
    x.shape.map((_, i) => axes[i] ?? i),
  );

/** The elements whose indices are all equal. */
export function diagonal(x: NDArray): NDArray {
  const along = x.strides.reduce((sum, stride) => sum + stride, 0);
  return np.lib.stride_tricks.as_strided(x, [Math.min(...x.shape)], [along]);
}
