/** Joining arrays: concatenate, the stack family, block. */
import type { Casting, DType, DTypeLike } from '../../array/dtype.ts';
import { canCast, dtype as toDType, promote } from '../../array/dtype.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import { normalizeAxis, sameShape } from '../../array/layout.ts';
import { viewArray } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { orderedEmpty } from '../../ops/order.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import { isTraced, primitive, tracing } from '../../array/tracing.ts';
import { array } from '../creation/array.ts';
import { atleast_1d, atleast_2d, atleast_3d, expand_dims, ravelArray } from './reshape.ts';

export interface ConcatenateOptions {
  /** The axis to join along; `null` joins the flattened arrays. */
  axis?: number | null;
  out?: NDArray | null;
  dtype?: DTypeLike | null;
  casting?: Casting;
}

type JoinKeywords = Omit<ConcatenateOptions, 'axis' | 'out'>;

/** Arrays given as a list, or the rows of one array. */
export type Sequence = readonly ArrayLike[] | NDArray;

/**
 * Arrays joined along an axis that they all have.
 *
 * @param arrays - arrays whose shapes differ only along the axis.
 * @throws ValueError for no arrays, 0-d arrays, or shapes that differ elsewhere; AxisError; TypeError for a forbidden cast.
 * @example
 * np.concatenate([[1, 2], [3]]); // [1. 2. 3.]
 */
export function concatenate(arrays: Sequence, ...args: Args<ConcatenateOptions, ['axis', 'out']>): NDArray {
  const options = bind<ConcatenateOptions>('concatenate', args, ['axis', 'out'], ['dtype', 'casting']);
  const { axis = 0, ...rest } = options;
  const parts = sequenceOf(arrays);
  return axis === null
    ? join(
        parts.map((a) => ravelArray(a)),
        0,
        rest,
      )
    : join(parts, axis, rest);
}

/** `concatenate` under its array-API name. */
export const concat: typeof concatenate = concatenate;

function sequenceOf(arrays: Sequence): NDArray[] {
  if (Array.isArray(arrays)) return arrays.map((a: ArrayLike) => asArray(a));
  const all = asArray(arrays as ArrayLike);
  if (all.ndim === 0) throw new TypeError('The first input argument needs to be a sequence');
  return rowsOf(all);
}

/** The elements of the first axis, as views. */
export function rowsOf(a: NDArray): NDArray[] {
  const shape = a.shape.slice(1);
  const strides = a.strides.slice(1);
  return Array.from({ length: a.shape[0] }, (_, i) =>
    viewArray(a, shape, strides, a.offset + i * a.strides[0]),
  );
}

function join(parts: readonly NDArray[], axis: number, options: Omit<ConcatenateOptions, 'axis'>): NDArray {
  if (parts.length === 0) throw new ValueError('need at least one array to concatenate');
  if (parts[0].ndim === 0) throw new ValueError('zero-dimensional arrays cannot be concatenated');
  const along = normalizeAxis(axis, parts[0].ndim);
  parts.forEach((part, i) => checkPart(parts[0], part, i, along));
  if (tracing.tracer !== null && isTraced(parts)) {
    const lengths = parts.map((part) => part.shape[along]);
    return tracing.tracer.call(CONCATENATE, [parts, along, options, lengths]) as NDArray;
  }
  const length = parts.reduce((n, part) => n + part.shape[along], 0);
  const shape = parts[0].shape.with(along, length);
  const result = target(parts, shape, options);
  let at = 0;
  for (const part of parts) {
    const n = part.shape[along];
    const place = viewArray(
      result,
      shape.with(along, n),
      result.strides,
      result.offset + at * result.strides[along],
    );
    castInto(place, part);
    at += n;
  }
  return result;
}

/** Joining as a primitive of the parts, the axis, the options and the parts' lengths. */
export const CONCATENATE = /* @__PURE__ */ primitive(
  'concatenate',
  (parts: readonly NDArray[], axis: number, options: JoinKeywords, _lengths: readonly number[]) =>
    join(parts, axis, options),
);

function checkPart(first: NDArray, part: NDArray, index: number, axis: number): void {
  if (part.ndim !== first.ndim) {
    throw new ValueError(
      'all the input array dimensions except for the concatenation axis must match exactly, ' +
        `but along dimension 0, the array at index 0 has ${first.ndim} dimension(s) and the array at index ${index} has ${part.ndim} dimension(s)`,
    );
  }
  const differs = part.shape.findIndex((n, i) => i !== axis && n !== first.shape[i]);
  if (differs >= 0) {
    throw new ValueError(
      `all the input array dimensions except for the concatenation axis must match exactly, but along dimension ${differs}, ` +
        `the array at index 0 has size ${first.shape[differs]} and the array at index ${index} has size ${part.shape[differs]}`,
    );
  }
}

function target(
  parts: readonly NDArray[],
  shape: readonly number[],
  { out, dtype, casting = 'same_kind' }: Omit<ConcatenateOptions, 'axis'>,
): NDArray {
  if (out && dtype)
    throw new TypeError('concatenate() only takes `out` or `dtype` as an argument, but both were provided.');
  const to = out ? out.dtype : dtype ? toDType(dtype) : parts.map((p): DType => p.dtype).reduce(promote);
  for (const part of parts) {
    if (!canCast(part.dtype, to, casting)) {
      throw new TypeError(
        `Cannot cast array data from dtype('${part.dtype.name}') to dtype('${to.name}') according to the rule '${casting}'`,
      );
    }
  }
  if (!out)
    return orderedEmpty(
      shape,
      to,
      'K',
      parts.filter((p) => p.size > 0 || parts.length === 1),
    );
  if (!sameShape(out.shape, shape)) {
    throw new ValueError(
      `Output array is the wrong shape: expected ${shapeText(shape)}, got ${shapeText(out.shape)}`,
    );
  }
  if (!out.writeable) throw new ValueError('output array is read-only');
  return out;
}

/**
 * Arrays of one shape stacked along a new axis.
 *
 * @param axis - where the new axis lies in the result.
 * @throws ValueError for no arrays or different shapes; AxisError.
 * @example
 * np.stack([[1, 2], [3, 4]], { axis: -1 }); // [[1. 3.] [2. 4.]]
 */
export function stack(
  arrays: Sequence,
  ...args: Args<ConcatenateOptions & { axis: number }, ['axis', 'out']>
): NDArray {
  const { axis = 0, ...rest } = bind<ConcatenateOptions>(
    'stack',
    args,
    ['axis', 'out'],
    ['dtype', 'casting'],
  );
  const parts = sequenceOf(arrays);
  if (parts.length === 0) throw new ValueError('need at least one array to stack');
  if (parts.some((p) => !sameShape(p.shape, parts[0].shape))) {
    throw new ValueError('all input arrays must have the same shape');
  }
  const position = normalizeAxis(axis as number, parts[0].ndim + 1);
  return join(
    parts.map((p) => expand_dims(p, position)),
    position,
    rest,
  );
}

const KEYWORDS = ['dtype', 'casting'] as const;

function stacked(
  name: string,
  arrays: Sequence,
  args: readonly unknown[],
  prepare: (a: NDArray) => NDArray,
  axisOf: (first: NDArray) => number,
): NDArray {
  const options = bind<JoinKeywords>(name, args, [], KEYWORDS);
  const parts = sequenceOf(arrays).map(prepare);
  return join(parts, parts.length ? axisOf(parts[0]) : 0, options);
}

/**
 * Arrays stacked as rows.
 *
 * @throws ValueError if shapes differ elsewhere than along the first axis.
 * @example
 * np.vstack([[1, 2], [3, 4]]).shape; // [2, 2]
 */
export function vstack(tup: Sequence, ...args: Args<JoinKeywords>): NDArray {
  return stacked(
    'vstack',
    tup,
    args,
    (a) => atleast_2d(a),
    () => 0,
  );
}

/**
 * Arrays joined along the second axis; vectors along their only one.
 *
 * @throws ValueError if shapes differ elsewhere.
 * @example
 * np.hstack([[1, 2], [3]]); // [1. 2. 3.]
 */
export function hstack(tup: Sequence, ...args: Args<JoinKeywords>): NDArray {
  return stacked(
    'hstack',
    tup,
    args,
    (a) => atleast_1d(a),
    (first) => (first.ndim === 1 ? 0 : 1),
  );
}

/**
 * Arrays joined along the third axis.
 *
 * @throws ValueError if shapes differ elsewhere.
 * @example
 * np.dstack([[1, 2], [3, 4]]).shape; // [1, 2, 2]
 */
export function dstack(tup: Sequence): NDArray {
  return stacked(
    'dstack',
    tup,
    [],
    (a) => atleast_3d(a),
    () => 2,
  );
}

/**
 * Vectors as the columns of a matrix, matrices beside each other.
 *
 * @throws ValueError if the numbers of rows differ.
 * @example
 * np.column_stack([[1, 2], [3, 4]]); // [[1. 3.] [2. 4.]]
 */
export function column_stack(tup: Sequence): NDArray {
  const asColumns = (a: NDArray): NDArray => (a.ndim < 2 ? expand_dims(atleast_1d(a), 1) : a);
  return stacked('column_stack', tup, [], asColumns, () => 1);
}

/** Arrays nested in lists as blocks of an array. */
export type Blocks = ArrayLike | readonly Blocks[];

/**
 * An array put together from nested lists of blocks: the innermost lists join along the last axis, the next along the one
 * before, and so on.
 *
 * @throws ValueError for lists of different depth or an empty list, or blocks that do not fit.
 * @example
 * np.block([[np.ones([2, 2]), np.zeros([2, 1])]]); // [[1. 1. 0.] [1. 1. 0.]]
 */
export function block(arrays: Blocks): NDArray {
  const depth = depthOf(arrays);
  const blocks = leavesOf(arrays);
  const ndim = Math.max(depth, ...blocks.map((a) => a.ndim));
  const result = joinBlocks(arrays, depth, ndim, 0);
  return depth === 0 ? array(result) : result;
}

function depthOf(x: Blocks): number {
  if (!Array.isArray(x)) return 0;
  if (x.length === 0) throw new ValueError('List at arrays cannot be empty');
  const depths = x.map((item: Blocks) => depthOf(item));
  if (depths.some((d: number) => d !== depths[0])) {
    throw new ValueError(
      `List depths are mismatched. First element was at depth ${depths[0] + 1}, but there is an element at depth ${depths.find((d: number) => d !== depths[0])! + 1}`,
    );
  }
  return depths[0] + 1;
}

function leavesOf(x: Blocks): NDArray[] {
  return Array.isArray(x) ? x.flatMap((item: Blocks) => leavesOf(item)) : [asArray(x as ArrayLike)];
}

function joinBlocks(x: Blocks, depth: number, ndim: number, level: number): NDArray {
  if (!Array.isArray(x)) return withAxes(asArray(x as ArrayLike), ndim);
  return join(
    x.map((item: Blocks) => joinBlocks(item, depth, ndim, level + 1)),
    ndim - depth + level,
    {},
  );
}

/** Axes of length 1 in front, up to `ndim`. */
function withAxes(a: NDArray, ndim: number): NDArray {
  return a.ndim >= ndim
    ? a
    : expand_dims(
        a,
        Array.from({ length: ndim - a.ndim }, (_, i) => i),
      );
}
