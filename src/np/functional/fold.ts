/** What the ufuncs of JavaScript functions do along axes and at chosen elements. */
import type { Scalar } from '../../array/element.ts';
import { ValueError } from '../../array/errors.ts';
import { normalizeAxes, normalizeAxis } from '../../array/layout.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import { NDArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { getIndex } from '../../ops/index/get.ts';
import type { IndexArg } from '../../ops/index/parse.ts';
import { indexArgs } from '../../ops/index/parse.ts';
import { slicesOf } from '../../ops/slices.ts';
import { broadcastTo } from '../../ops/views.ts';
import { bind } from '../args.ts';
import { arange } from '../creation/ranges.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { requireOperands } from '../ufunc/at.ts';
import { startsOf } from '../ufunc/reduceat.ts';
import type { ElementFunction } from './elementwise.ts';
import { arrayOf, elementsOf } from './elementwise.ts';

export interface FoldOptions {
  axis?: number | readonly number[] | null;
  keepdims?: boolean;
  initial?: Scalar;
}

/** A function of two elements that lines of them are combined with. */
export interface Fold {
  readonly name: string;
  readonly func: ElementFunction;
  readonly binary: boolean;
  readonly identity: Scalar | null;
}

/** @throws ValueError unless the function takes two operands and gives one result. */
export function requireBinary({ name, binary }: Fold, method: string): void {
  if (!binary)
    throw new ValueError(`${name}.${method} is only supported for functions of two operands with one result`);
}

/** One result for the elements along axes. */
export function reduce(fold: Fold, a: NDArray, args: readonly unknown[]): ArrayOrScalar {
  requireBinary(fold, 'reduce');
  const {
    axis = 0,
    keepdims = false,
    initial,
  } = bind<FoldOptions>(`${fold.name}.reduce`, args, ['axis'], ['keepdims', 'initial']);
  const axes = normalizeAxes(axis, a.ndim);
  if (axes.length > 1 && fold.identity === null) {
    throw new ValueError(
      `reduction operation '${fold.name}' is not reorderable, so at most one axis may be specified`,
    );
  }
  const start = initial ?? fold.identity ?? undefined;
  const kept = a.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = kept.map((i) => a.shape[i]);
  const values = linesOf(a, kept, axes).map((line) => combined(fold, line, start).at(-1)!);
  if (keepdims)
    return arrayOf(
      values,
      a.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    ) as ArrayOrScalar;
  return (shape.length > 0 ? arrayOf(values, shape) : values[0]) as ArrayOrScalar;
}

/** All intermediate results along an axis. */
export function accumulate(fold: Fold, a: NDArray, args: readonly unknown[]): NDArray {
  requireBinary(fold, 'accumulate');
  const { axis = 0 } = bind<{ axis: number }>(`${fold.name}.accumulate`, args, ['axis']);
  const [at] = normalizeAxes(axis, a.ndim);
  const kept = a.shape.map((_, i) => i).filter((i) => i !== at);
  const values = linesOf(a, kept, [at]).flatMap((line) => (line.length > 0 ? combined(fold, line) : []));
  const moved = arrayOf(values, [...kept.map((i) => a.shape[i]), a.shape[at]]);
  return axesInOrder(moved, backFrom(a, kept, at));
}

/** One result for the elements from each index up to the next, or to the end; where that is not greater, the one element. */
export function reduceat(fold: Fold, a: NDArray, indices: ArrayLike, args: readonly unknown[]): NDArray {
  requireBinary(fold, 'reduceat');
  if (a.ndim === 0) throw new TypeError('cannot reduceat on a scalar');
  const { axis = 0 } = bind<{ axis: number }>(`${fold.name}.reduceat`, args, ['axis']);
  const at = normalizeAxis(axis, a.ndim);
  const slices = slicesOf(startsOf(fold.name, asArray(indices), a.shape[at]), a.shape[at]);
  const kept = a.shape.map((_, i) => i).filter((i) => i !== at);
  const values = linesOf(a, kept, [at]).flatMap((line) =>
    slices.map(([start, stop]) => combined(fold, line.slice(start, stop)).at(-1)!),
  );
  const moved = arrayOf(values, [...kept.map((i) => a.shape[i]), slices.length]);
  return axesInOrder(moved, backFrom(a, kept, at));
}

/** A function of one or two elements, for `at`. */
export interface Updating {
  readonly name: string;
  readonly nin: number;
  readonly nout: number;
  readonly func: ElementFunction;
}

/**
 * `a[indices] = f(a[indices], b)`, one element after the other: an index that occurs twice counts twice.
 *
 * @throws TypeError if `a` is no array; ValueError for a read-only one, another number of operands or results, or a `b` that does not
 *   broadcast; IndexError. Nothing is written then.
 */
export function atElements(
  { nin, nout, func }: Updating,
  a: NDArray,
  indices: IndexArg,
  b?: ArrayLike,
): void {
  if (!(a instanceof NDArray)) throw new TypeError('first operand must be array');
  requireOperands({ nin, nout }, b);
  if (!a.writeable) throw new ValueError('operand array with iterator write flag set is read-only');
  const chosen = asArray(getIndex(reshapeArray(arange(a.size), a.shape), indexArgs(indices)));
  const operand = b === undefined ? null : elementsOf(broadcastTo(asArray(b), chosen.shape));
  const elements = elementsOf(a);
  elementsOf(chosen).forEach((place, i) => {
    const at = Number(place);
    elements[at] = (operand ? func(elements[at], operand[i]) : func(elements[at])) as Scalar;
  });
  castInto(a, arrayOf(elements, a.shape, a.dtype));
}

/** Where the axes of an array are after those in `kept` and, as the last, `at`. */
function backFrom(a: NDArray, kept: readonly number[], at: number): number[] {
  return a.shape.map((_, i) => (i === at ? kept.length : kept.indexOf(i)));
}

/** The elements along `axes`, a list for each position of the others. */
function linesOf(a: NDArray, kept: readonly number[], axes: readonly number[]): Scalar[][] {
  const elements = elementsOf(axesInOrder(a, [...kept, ...axes]));
  const length = axes.reduce((product, i) => product * a.shape[i], 1);
  const count = kept.reduce((product, i) => product * a.shape[i], 1);
  return Array.from({ length: count }, (_, i) => elements.slice(i * length, (i + 1) * length));
}

function axesInOrder(a: NDArray, axes: readonly number[]): NDArray {
  return viewArray(
    a,
    axes.map((i) => a.shape[i]),
    axes.map((i) => a.strides[i]),
  );
}

/** All intermediate results along a line. */
function combined({ name, func }: Fold, line: readonly Scalar[], start?: Scalar): Scalar[] {
  const all = start === undefined ? line : [start, ...line];
  if (all.length === 0)
    throw new ValueError(`zero-size array to reduction operation ${name} which has no identity`);
  const results = [all[0]];
  for (let i = 1; i < all.length; i++) results.push(func(results[i - 1], all[i]) as Scalar);
  return results;
}
