/** Positions along several axes and positions in the flattened array: ravel_multi_index, unravel_index. */
import { bool_, int64 } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { broadcastShapes, denseStrides, normalizeShape, sizeOf } from '../../array/layout.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { emptyArray, arrayOrScalar, scalarAt } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { getIndex } from '../../ops/index/get.ts';
import { integersOf } from '../../ops/index/integers.ts';
import { countTrue } from '../../ops/index/masks.ts';
import { mapKernel, runMap } from '../../ops/map.ts';
import { k } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { MapSpec } from '../../kernel/map.ts';
import type { ShapeLike } from '../creation/index.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { ClipMode } from './arguments.ts';
import { requireMode } from './arguments.ts';

const integers = (name: string, inputs: number, expr: (...x: Expr[]) => Expr): MapSpec => ({
  name,
  inputs: new Array(inputs).fill('i64'),
  outputs: ['i64'],
  expr: (...x) => expr(...(x as Expr[])),
});

/** Whether an index is no position of an axis of length n. */
const OUTSIDE: MapSpec = {
  name: 'outside',
  inputs: ['i64', 'i64'],
  outputs: ['bool'],
  expr: (x, n) => k.ge(k.bitcast('u64', x as Expr), k.bitcast('u64', n as Expr)),
};

const fromEnd = (x: Expr, n: Expr): Expr => k.select(k.lt(x, 0), k.add(x, n), x);

/** `sum + position * stride`, the position wrapped or clipped to an axis of length n. */
const PLACE: Readonly<Record<ClipMode, MapSpec>> = {
  raise: /* @__PURE__ */ integers('place', 4, (sum, x, stride) => k.add(sum, k.mul(x, stride))),
  wrap: /* @__PURE__ */ integers('place wrapped', 4, (sum, x, stride, n) =>
    k.add(sum, k.mul(fromEnd(k.irem(x, n), n), stride)),
  ),
  clip: /* @__PURE__ */ integers('place clipped', 4, (sum, x, stride, n) =>
    k.add(sum, k.mul(k.max(k.min(x, k.sub(n, 1)), 0), stride)),
  ),
};

/** The position along an axis of length n in a flattened array. */
const ALONG: MapSpec = /* @__PURE__ */ integers('along', 3, (x, stride, n) => k.irem(k.idiv(x, stride), n));

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
  const { mode = 'raise', order = 'C' } = bind<RavelOptions>('ravel_multi_index', args, ['mode', 'order']);
  const shape = normalizeShape(dims as number | number[]);
  const positions = positionsOf(multi_index, shape.length);
  const modes = (Array.isArray(mode) ? mode : shape.map(() => mode)).map(requireMode);
  if (modes.length !== shape.length) throw new ValueError('the list of modes must have the length of dims');
  const strides = denseStrides(shape, 1, requireOrder(order));
  positions.forEach(
    (x, i) => modes[i] === 'raise' && requireInside(x, shape[i], () => 'invalid entry in coordinates array'),
  );
  const result = emptyArray(broadcastShapes(...positions.map((x) => x.shape)), int64);
  positions.forEach((x, i) => {
    const sum = i === 0 ? 0n : result;
    const kinds = [i === 0 ? 'scalar' : 'i64', 'i64', 'scalar', 'scalar'] as const;
    runMap(
      mapKernel(PLACE[modes[i]], kinds, ['i64']),
      [sum, x, BigInt(strides[i]), BigInt(shape[i])],
      [result],
    );
  });
  return arrayOrScalar(result);
}

function positionsOf(multiIndex: ArrayLike, count: number): NDArray<'int64'>[] {
  const rows = Array.isArray(multiIndex) ? (multiIndex as ArrayLike[]) : [...asArray(multiIndex)];
  if (rows.length !== count)
    throw new ValueError(`parameter multi_index must be a sequence of length ${count}`);
  return rows.map((x) => intsOnly(x));
}

function intsOnly(x: ArrayLike): NDArray<'int64'> {
  return integersOf(asArray(x), () => new TypeError('only int indices permitted'));
}

function requireOrder(order: unknown): 'C' | 'F' {
  if (order === 'C' || order === 'F') return order;
  throw new ValueError(`only 'C' or 'F' order is permitted`);
}

/** The first element for which the mask holds. */
function firstOf(x: NDArray, mask: NDArray): number | bigint {
  const found = getIndex(x, [mask]) as NDArray;
  return scalarAt(found, found.offset) as number | bigint;
}

/** @throws ValueError if some index is negative or not below `length`; `message` is given the first one. */
function requireInside(x: NDArray, length: number, message: (index: number | bigint) => string): void {
  const outside = emptyArray(x.shape, bool_);
  runMap(mapKernel(OUTSIDE, ['i64', 'scalar'], ['bool']), [x, BigInt(length)], [outside]);
  if (countTrue(outside) > 0) throw new ValueError(message(firstOf(x, outside)));
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
  const { order = 'C' } = bind<{ order: 'C' | 'F' }>('unravel_index', args, ['order']);
  const dims = normalizeShape(shape as number | number[]);
  const flat = intsOnly(indices);
  const size = sizeOf(dims);
  requireInside(flat, size, (i) => `index ${i} is out of bounds for array with size ${size}`);
  return denseStrides(dims, 1, requireOrder(order)).map((stride, axis) => {
    const along = emptyArray(flat.shape, int64);
    runMap(
      mapKernel(ALONG, ['i64', 'scalar', 'scalar'], ['i64']),
      [flat, BigInt(stride), BigInt(dims[axis])],
      [along],
    );
    return arrayOrScalar(along);
  });
}
