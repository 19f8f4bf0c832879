/** Arrays with labelled axes: diagonals of repeated labels, sums over labels, and products of two arrays. */
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import { isTraced } from '../../array/tracing.ts';
import { cast } from '../../ops/cast.ts';
import { contract } from '../../ops/contract.ts';
import { add } from '../../ops/ufuncs/arithmetic.ts';
import { transpose } from '../../ops/views.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { reduceToArray } from '../ufunc/reduce.ts';
import { multiply } from '../ufuncs.ts';
import type { Labelled } from './subscripts.ts';

/** The view in which every label has one axis: the diagonal of those that share it. */
export function diagonals({ array, labels }: Labelled): Labelled {
  const unique = [...new Set(labels)];
  if (unique.length === labels.length) return { array, labels };
  const strideOf = (label: string): number =>
    labels.reduce((sum, other, axis) => (other === label ? sum + array.strides[axis] : sum), 0);
  const shape = unique.map((label) => array.shape[labels.indexOf(label)]);
  return { array: viewArray(array, shape, unique.map(strideOf)), labels: unique };
}

/** The view with the axes in the order of `labels`, which must be the array's own. */
export function ordered({ array, labels }: Labelled, order: readonly string[]): NDArray {
  if (order.every((label, i) => label === labels[i])) return array;
  return transpose(
    array,
    order.map((label) => labels.indexOf(label)),
  );
}

/** The sum over all labels but those kept, in the array's own dtype. Labels must be distinct. */
export function sumOver(term: Labelled, kept: (label: string) => boolean): Labelled {
  const { array, labels } = term;
  const axis = labels.map((_, i) => i).filter((i) => !kept(labels[i]));
  if (axis.length === 0) return term;
  return { array: reduceToArray(add, array, { axis, dtype: array.dtype }), labels: labels.filter(kept) };
}

/**
 * The product of two arrays of one dtype, summed over the labels that are not kept.
 *
 * Labels of one array alone are summed first; what remains is an elementwise product, or a matrix product whose stack axes are the
 * labels that both have and that are kept.
 *
 * @returns the kept labels, in an order that suits the arrays
 */
export function productOver(one: Labelled, other: Labelled, kept: (label: string) => boolean): Labelled {
  const [a, b] = [prepared(one, other, kept), prepared(other, one, kept)];
  const shared = a.labels.filter((label) => b.labels.includes(label));
  if (shared.every(kept)) return elementwise(a, b);
  return matrixProduct(a, b, kept);
}

/** `term` without the labels that its partner makes superfluous or that it alone has to sum over. */
function prepared(term: Labelled, partner: Labelled, kept: (label: string) => boolean): Labelled {
  const single = diagonals(term);
  const narrow = withoutStretched(single, partner);
  return sumOver(narrow, (label) => kept(label) || partner.labels.includes(label));
}

/** `term` without axes of length 1 that broadcast against the partner's. */
function withoutStretched(term: Labelled, partner: Labelled): Labelled {
  const { array, labels } = term;
  const stays = (label: string, axis: number): boolean =>
    array.shape[axis] !== 1 || [-1, 1].includes(lengthIn(partner, label));
  if (labels.every(stays)) return term;
  const axisStays = (_: number, axis: number): boolean => stays(labels[axis], axis);
  const view = viewArray(array, array.shape.filter(axisStays), array.strides.filter(axisStays));
  return { array: view, labels: labels.filter(stays) };
}

function lengthIn({ array, labels }: Labelled, label: string): number {
  const axis = labels.indexOf(label);
  return axis < 0 ? -1 : array.shape[axis];
}

function elementwise(a: Labelled, b: Labelled): Labelled {
  const labels = [...a.labels, ...b.labels.filter((label) => !a.labels.includes(label))];
  const [x, y] = [spread(a, labels), spread(b, labels)];
  const out = labels.length === 0 && !isTraced([x, y]) ? emptyArray([], x.dtype) : null;
  return { array: multiply(x, y, { out }) as NDArray, labels };
}

/** The view with an axis of length 1 for each label that the array lacks. */
function spread({ array, labels }: Labelled, all: readonly string[]): NDArray {
  const axes = all.map((label) => labels.indexOf(label));
  return viewArray(
    array,
    axes.map((axis) => (axis < 0 ? 1 : array.shape[axis])),
    axes.map((axis) => (axis < 0 ? 0 : array.strides[axis])),
  );
}

function matrixProduct(a: Labelled, b: Labelled, kept: (label: string) => boolean): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const stack = shared.filter(kept);
  const summed = shared.filter((label) => !kept(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const product = contract(grouped(a, stack, rows, summed), grouped(b, stack, summed, columns));
  const shape = [
    ...stack.map((label) => lengthIn(a, label)),
    ...rows.map((label) => lengthIn(a, label)),
    ...columns.map((label) => lengthIn(b, label)),
  ];
  return { array: reshapeArray(product, shape), labels: [...stack, ...rows, ...columns] };
}

/** The stack's axes, then two groups of axes as one axis each. */
function grouped(
  x: Labelled,
  stack: readonly string[],
  first: readonly string[],
  second: readonly string[],
): NDArray {
  const length = (group: readonly string[]): number => group.reduce((n, label) => n * lengthIn(x, label), 1);
  const moved = ordered(x, [...stack, ...first, ...second]);
  return reshapeArray(moved, [...stack.map((label) => lengthIn(x, label)), length(first), length(second)]);
}

/** The same arrays in another dtype. */
export function castLabelled({ array, labels }: Labelled, dtype: NDArray['dtype']): Labelled {
  return { array: cast(array, dtype), labels };
}
