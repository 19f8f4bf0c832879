/** Positions along several axes and positions in the flattened array: ravel_multi_index, unravel_index. */
import { bool_, int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { broadcastShapes, denseStrides, normalizeShape, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { emptyArray, arrayOrScalar, viewArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { asConstant, isTraced } from '../../array/tracing.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { holdsRemote, isRemote, narrowArray, there } from '../../ops/given.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { mapKernel, runMap } from '../../ops/map.ts';
import type { Refusal } from '../../ops/refuse.ts';
import { refusable, refuseWhere } from '../../ops/refuse.ts';
import { k } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { MapSpec } from '../../kernel/map.ts';
import type { ShapeLike } from '../creation/index.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from './arguments.ts';
import { requireMode } from './arguments.ts';

/** What indices are computed in: on the processor int64, on devices without it int32. */
type Integer = 'i64' | 'i32';

const integers = (
  name: string,
  inputs: number,
  expr: (...x: Expr[]) => Expr,
): Readonly<Record<Integer, MapSpec>> => {
  const of = (type: Integer): MapSpec => ({
    name,
    inputs: new Array<Integer>(inputs).fill(type),
    outputs: [type],
    expr: (...x) => expr(...(x as Expr[])),
  });
  return { i64: of('i64'), i32: of('i32') };
};

const outside = (type: Integer, unsigned: 'u64' | 'u32'): MapSpec => ({
  name: 'outside',
  inputs: [type, type],
  outputs: ['bool'],
  expr: (x, n) => k.ge(k.bitcast(unsigned, x as Expr), k.bitcast(unsigned, n as Expr)),
});

/** Whether an index is no position of an axis of length n. */
const OUTSIDE = { i64: /* @__PURE__ */ outside('i64', 'u64'), i32: /* @__PURE__ */ outside('i32', 'u32') };

const fromEnd = (x: Expr, n: Expr): Expr => k.select(k.lt(x, 0), k.add(x, n), x);

/** `sum + position * stride`, the position wrapped or clipped to an axis of length n. */
const PLACE: Readonly<Record<ClipMode, Readonly<Record<Integer, MapSpec>>>> = {
  raise: /* @__PURE__ */ integers('place', 4, (sum, x, stride) => k.add(sum, k.mul(x, stride))),
  wrap: /* @__PURE__ */ integers('place wrapped', 4, (sum, x, stride, n) =>
    k.add(sum, k.mul(fromEnd(k.irem(x, n), n), stride)),
  ),
  clip: /* @__PURE__ */ integers('place clipped', 4, (sum, x, stride, n) =>
    k.add(sum, k.mul(k.max(k.min(x, k.sub(n, 1)), 0), stride)),
  ),
};

/** The position along an axis of length n in a flattened array. */
const ALONG = /* @__PURE__ */ integers('along', 3, (x, stride, n) => k.irem(k.idiv(x, stride), n));

/** Indices of one type, and how a number is given to a kernel of it. */
const typeOf = ({ dtype }: NDArray): { type: Integer; scalar: (n: number) => number | bigint } =>
  dtype.itemsize === 8 ? { type: 'i64', scalar: BigInt } : { type: 'i32', scalar: Number };

const COORDINATES: Refusal = {
  name: 'invalid entry in coordinates array',
  error: () => new ValueError('invalid entry in coordinates array'),
};

const FLAT_INDEX: Refusal = {
  name: 'index out of bounds for a size',
  error: ([i], [size]) => new ValueError(`index ${i} is out of bounds for array with size ${size}`),
};

export interface RavelOptions {
  /** What to do with positions out of range; one for all axes or one for each. */
  mode?: ClipMode | readonly ClipMode[];
  order?: 'C' | 'F';
}

/**
 * Positions in the flattened array of positions along its axes.
 *
 * @param multi_index - for each axis an integer array (of an array its first axis); they broadcast
 * @param dims - the shape of the array
 * @throws ValueError for positions out of range with mode 'raise' (there are no negative ones), or another number of axes;
 *   TypeError for positions that are no integers.
 * @example
 * np.ravel_multi_index([[3, 6], [4, 5]], [7, 6]); // [22 41]
 */
export function ravel_multi_index(
  multi_index: ArrayLike,
  dims: ShapeLike,
  ...args: Args<RavelOptions, ['mode', 'order']>
): ArrayOrScalar {
  if (isTraced([multi_index, dims])) return asConstant(ravel_multi_index, multi_index, dims, ...args);
  const { mode = 'raise', order = 'C' } = bind<RavelOptions>('ravel_multi_index', args, ['mode', 'order']);
  const shape = normalizeShape(dims as number | number[]);
  const given = positionsOf(multi_index, shape.length);
  const modes = (Array.isArray(mode) ? mode : shape.map(() => mode)).map(requireMode);
  if (modes.length !== shape.length) throw new ValueError('the list of modes must have the length of dims');
  const strides = denseStrides(shape, 1, requireOrder(order));
  const positions = given.map((x, i) => (modes[i] === 'raise' ? insideOnly(x, shape[i], COORDINATES) : x));
  const lengths = broadcastShapes(...positions.map((x) => x.shape));
  const result = emptyArray(lengths, positions.length > 0 ? positions[0].dtype : int64);
  const { type, scalar } = typeOf(result);
  positions.forEach((x, i) => {
    const sum = i === 0 ? scalar(0) : result;
    const kinds = [i === 0 ? 'scalar' : type, type, 'scalar', 'scalar'] as const;
    const operands = [sum, x, scalar(strides[i]), scalar(shape[i])];
    runMap(mapKernel(PLACE[modes[i]][type], kinds, [type]), operands, [result]);
  });
  return arrayOrScalar(result);
}

function positionsOf(multiIndex: ArrayLike, count: number): NDArray[] {
  const rows = Array.isArray(multiIndex) ? (multiIndex as ArrayLike[]) : rowsOf(asArray(multiIndex));
  if (rows.length !== count)
    throw new ValueError(`parameter multi_index must be a sequence of length ${count}`);
  const positions = rows.map((x) => intsOnly(x));
  return positions.some(isRemote) ? positions.map((x) => there(narrowArray(x))) : positions;
}

/** The pieces of the first axis. */
function rowsOf(a: NDArray): NDArray[] {
  if (a.ndim === 0) throw new TypeError('iteration over a 0-d array');
  const [length] = a.shape;
  return Array.from({ length }, (_, i) =>
    viewArray(a, a.shape.slice(1), a.strides.slice(1), a.offset + i * a.strides[0]),
  );
}

function intsOnly(x: ArrayLike): NDArray {
  const refuse = (): TypeError => new TypeError('only int indices permitted');
  return holdsRemote(x)
    ? integersOf(x as NDArray, refuse)
    : placedOn(null, () => integersOf(asArray(x), refuse));
}

function requireOrder(order: unknown): 'C' | 'F' {
  if (order === 'C' || order === 'F') return order;
  throw new ValueError(`only 'C' or 'F' order is permitted`);
}

/** Refuses indices that are negative or not below `length`. Returns those to be used. */
function insideOnly(x: NDArray, length: number, refusal: Refusal): NDArray {
  const mask = emptyArray(x.shape, bool_);
  const { type, scalar } = typeOf(x);
  runMap(mapKernel(OUTSIDE[type], [type, 'scalar'], ['bool']), [x, scalar(length)], [mask]);
  const used = refusable(x);
  refuseWhere(used, mask, refusal, [x], [length]);
  return used;
}

/**
 * Positions along the axes of an array of positions in the flattened one: the inverse of `ravel_multi_index`.
 *
 * @param indices - integers, at least 0
 * @param shape - the shape of the array
 * @returns for each axis an int64 array of the indices' shape; numbers for a number
 * @throws ValueError for an index out of range; TypeError for indices that are no integers.
 * @example
 * np.unravel_index([22, 41], [7, 6]); // [array([3, 6]), array([4, 5])]
 */
export function unravel_index(
  indices: ArrayLike,
  shape: ShapeLike,
  ...args: Args<{ order: 'C' | 'F' }, ['order']>
): ArrayOrScalar[] {
  if (isTraced(indices)) return asConstant(unravel_index, indices, shape, ...args);
  const { order = 'C' } = bind<{ order: 'C' | 'F' }>('unravel_index', args, ['order']);
  const dims = normalizeShape(shape as number | number[]);
  const flat = insideOnly(intsOnly(indices), sizeOf(dims), FLAT_INDEX);
  const { type, scalar } = typeOf(flat);
  return denseStrides(dims, 1, requireOrder(order)).map((stride, axis) => {
    const along = emptyArray(flat.shape, flat.dtype);
    const operands = [flat, scalar(stride), scalar(dims[axis])];
    runMap(mapKernel(ALONG[type], [type, 'scalar', 'scalar'], [type]), operands, [along]);
    return arrayOrScalar(along);
  });
}
