/** np.einsum: sums of products written with Einstein's subscripts. */
import type { Casting, DType, DTypeLike } from '../../array/dtype.ts';
import { canCast, dtype as toDType, float32, promote } from '../../array/dtype.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import { NDArray, arrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayOrScalar } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { cast, castInto, copyOf } from '../../ops/cast.ts';
import type { Order } from '../../ops/order.ts';
import { bind, isKeywords } from '../args.ts';
import { requireWriteable } from '../ufunc/call.ts';
import { add } from '../ufuncs.ts';
import type { EinsumStep, Optimize } from './einsum_path.ts';
import { findPath } from './einsum_path.ts';
import { castLabelled, diagonals, ordered, productOver, sumOver } from './labelled.ts';
import type { Labelled, Sublist, Subscripts } from './subscripts.ts';
import { parseSubscripts } from './subscripts.ts';

/** Keywords of `einsum`. */
export interface EinsumOptions {
  out?: NDArray | null;
  /** The dtype to compute in. */
  dtype?: DTypeLike | null;
  /** The memory order of the result. */
  order?: Order;
  casting?: Casting;
  /** The order of contraction: see `einsum_path`. */
  optimize?: Optimize;
}

const KEYWORDS = ['out', 'dtype', 'order', 'casting', 'optimize'] as const;

/**
 * The sum of products over the labels that the result lacks.
 *
 * `einsum('ij,jk->ik', a, b)` labels each axis of each operand; without `->` the result has the labels that appear once, in
 * alphabetical order. A label that one operand has twice takes its diagonal, axes of length 1 broadcast, and `...` stands for the
 * axes without a label. The other form is `einsum(a, [0, 1], b, [1, 2], [0, 2])`.
 *
 * One operand of which nothing is summed gives a writeable view. Every product of two operands is one matrix product; more
 * operands are contracted pairwise, in the order of `optimize` where it is given and otherwise the greedy one.
 *
 * @param args - subscripts and operands, then keywords: `out`, `dtype`, `order` ('K'), `casting` ('safe'), `optimize` (false)
 * @returns an array, or a scalar if no label is left
 * @throws ValueError for malformed subscripts, operands that do not fit them, or an `out` of another shape; TypeError where a
 *   cast is not allowed; KeyError, IndexError or RuntimeError for a wrong `optimize`.
 * @example
 * const a = np.arange(9.5).reshape([2, 5]);
 * np.einsum('ij,kj->ik', a, a).shape; // [2, 2]
 * np.einsum('ij->j', a); // [ 5. 7. 9. 11. 13.]
 */
export function einsum(subscripts: string, ...args: readonly (ArrayLike | EinsumOptions)[]): ArrayOrScalar;
export function einsum(
  operand: ArrayLike,
  sublist: Sublist,
  ...args: readonly (ArrayLike | Sublist | EinsumOptions)[]
): ArrayOrScalar;
export function einsum(...args: readonly unknown[]): ArrayOrScalar {
  const keywords = isKeywords(args.at(-1)) ? args.slice(-1) : [];
  const options = bind<EinsumOptions>('einsum', keywords, [], KEYWORDS);
  const { optimize = false, casting = 'safe', order = 'K', out = null } = options;
  const plain = optimize === false;
  const problem = parseSubscripts(args.slice(0, args.length - keywords.length), !plain);
  const path = plain ? [problem.operands.map((_, i) => i)] : findPath(problem, optimize);
  const dtype = resultDType(problem, options.dtype, casting);
  requireOrder(order);
  if (out) checkOut(problem, dtype, casting, out);
  const view = out ? null : viewOf(problem);
  if (view) return arrayOrScalar(view);
  const computed = ordered(evaluate(problem, path, dtype), problem.output);
  const result = plain && viewOf(problem) === null ? withoutNegativeZeros(computed) : computed;
  return out ? written(out, cast(result, dtype)) : arrayOrScalar(laidOut(result, dtype, order, problem));
}

/** The result as a view, if one operand's axes only move or meet in diagonals. */
function viewOf({ operands, output }: Subscripts): NDArray | null {
  if (operands.length > 1) return null;
  const single = diagonals(operands[0]);
  return single.labels.length === output.length ? ordered(single, output) : null;
}

function resultDType({ operands }: Subscripts, wanted: EinsumOptions['dtype'], casting: Casting): DType {
  const dtypes = operands.map(({ array }) => array.dtype);
  const dtype = wanted ? toDType(wanted) : dtypes.reduce(promote);
  dtypes.forEach((from, i) => {
    if (canCast(from, dtype, casting)) return;
    throw new TypeError(
      `Iterator operand ${i} dtype could not be cast from dtype('${from.name}') to dtype('${dtype.name}') according to the rule '${casting}'`,
    );
  });
  return dtype;
}

/** @throws ValueError for what is no memory order. */
function requireOrder(order: Order): void {
  if (['C', 'F', 'A', 'K'].includes(order)) return;
  throw new ValueError(`order must be one of 'C', 'F', 'A', or 'K' (got '${String(order)}')`);
}

function checkOut(
  { operands, output, sizes }: Subscripts,
  dtype: DType,
  casting: Casting,
  out: NDArray,
): void {
  if (!(out instanceof NDArray)) throw new TypeError('keyword parameter out must be an array for einsum');
  const shape = output.map((label) => sizes.get(label)!);
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `non-broadcastable output operand with shape ${shapeText(out.shape)} doesn't match the broadcast shape ${shapeText(shape)}`,
    );
  }
  if (!canCast(dtype, out.dtype, casting)) {
    throw new TypeError(
      `Iterator requested dtype could not be cast from dtype('${dtype.name}') to dtype('${out.dtype.name}'), the operand ${operands.length} dtype, according to the rule '${casting}'`,
    );
  }
  requireWriteable(out);
}

/** Carries out the steps of a path. float16 is computed in float32 and rounded once, at the end. */
function evaluate(
  { operands, output, sizes }: Subscripts,
  path: readonly EinsumStep[],
  dtype: DType,
): Labelled {
  const working = dtype.name === 'float16' ? (float32 as DType) : dtype;
  const left = operands.map((term) => castLabelled(term, working));
  for (const step of path) {
    const taken = [...step].sort((a, b) => a - b).map((position) => left[position]);
    for (const term of taken) left.splice(left.indexOf(term), 1);
    left.push(together(taken, [...output, ...left.flatMap(({ labels }) => labels)], sizes));
  }
  return left[0];
}

/** NumPy's plain loop adds every product to a zero, so that its results are never -0. */
function withoutNegativeZeros(fresh: NDArray): NDArray {
  const isInexact = fresh.dtype.kind === 'f' || fresh.dtype.kind === 'c';
  return isInexact && !fresh.traced ? (add(fresh, 0, { out: fresh }) as NDArray) : fresh;
}

/** Contracts some operands to one that has the labels needed later. */
function together(
  terms: readonly Labelled[],
  needed: readonly string[],
  sizes: Subscripts['sizes'],
): Labelled {
  const kept = (label: string): boolean => needed.includes(label);
  if (terms.length === 1) return sumOver(diagonals(terms[0]), kept);
  if (terms.length === 2) return productOver(terms[0], terms[1], kept);
  const labels = [...new Set(terms.flatMap((term) => term.labels))];
  const part = { operands: terms, output: labels.filter(kept), sizes };
  const left = [...terms];
  for (const [first, second] of pairwise(findPath(part, 'greedy'))) {
    const others = left.filter((_, i) => i !== first && i !== second);
    const later = new Set([...needed, ...others.flatMap((term) => term.labels)]);
    others.push(productOver(left[first], left[second], (label) => later.has(label)));
    left.splice(0, left.length, ...others);
  }
  return left[0];
}

/** A path with every step of several operands taken apart into pairs. */
function pairwise(path: readonly EinsumStep[]): EinsumStep[] {
  return path.flatMap((step) => (step.length <= 2 ? [step] : pairsOf(step)));
}

function pairsOf(step: EinsumStep): EinsumStep[] {
  const count = step.length;
  return Array.from({ length: count - 1 }, (_, i) => (i === 0 ? [0, 1] : [0, count - 1 - i]));
}

function written(out: NDArray, result: NDArray): ArrayOrScalar {
  castInto(out, result);
  return out as ArrayOrScalar;
}

/** A fresh result in its dtype and memory order, as an array of its own. */
function laidOut(result: NDArray, dtype: DType, order: Order, { operands }: Subscripts): NDArray {
  const array = cast(result, dtype);
  if (order === 'K') return owned(array);
  const allF = operands.every((term) => term.array.fContiguous && !term.array.cContiguous);
  const wanted = order === 'A' ? (allF ? 'F' : 'C') : order;
  const fits = wanted === 'C' ? array.cContiguous : array.fContiguous;
  return fits ? owned(array) : copyOf(array, dtype, wanted);
}

/** A view of fresh memory that nobody else holds, as an array of its own. */
function owned(array: NDArray): NDArray {
  if (array.traced) return array;
  const { storage, dtype, shape, strides, offset } = array;
  return new NDArray(storage, dtype, shape, strides, offset, null);
}
