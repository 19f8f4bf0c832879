/** Coordinates of grids: meshgrid, indices, fromfunction; and `require`. */
import type { DType, DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType, float64, int64 } from '../../array/dtype.ts';
import { KeyError, ValueError } from '../../array/errors.ts';
import { normalizeShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto, copyOf } from '../../ops/cast.ts';
import { iota } from '../../ops/iota.ts';
import type { Args } from '../args.ts';
import { bind, isKeywords } from '../args.ts';
import { broadcast_arrays } from '../shape/broadcast.ts';
import { reshapeArray } from '../shape/reshape.ts';
import { array } from './array.ts';
import type { ShapeLike } from './filled.ts';

export interface MeshgridOptions {
  /** Copies; otherwise views, which share memory with the vectors. */
  copy?: boolean;
  /** Open grids, with length 1 along the other axes. */
  sparse?: boolean;
  /** 'xy' exchanges the first two axes, as in plots; 'ij' does not. */
  indexing?: 'xy' | 'ij';
}

/**
 * The coordinates of a grid, one array for each vector.
 *
 * @throws ValueError for another `indexing`.
 * @example
 * const [x, y] = np.meshgrid([1, 2, 3], [4, 5]); // [[1. 2. 3.] [1. 2. 3.]], [[4. 4. 4.] [5. 5. 5.]]
 */
export function meshgrid(...args: (ArrayLike | MeshgridOptions)[]): NDArray[] {
  const last = args.at(-1);
  const {
    copy = true,
    sparse = false,
    indexing = 'xy',
  } = bind<MeshgridOptions>('meshgrid', isKeywords(last) ? [last] : [], [], ['copy', 'sparse', 'indexing']);
  if (indexing !== 'xy' && indexing !== 'ij')
    throw new ValueError("Valid values for `indexing` are 'xy' and 'ij'.");
  const vectors = (isKeywords(last) ? args.slice(0, -1) : args) as ArrayLike[];
  const open = vectors.map((v, i) =>
    alongAxis(asArray(v), gridAxis(i, vectors.length, indexing), vectors.length),
  );
  const grids = sparse ? open : broadcast_arrays(...open);
  return copy ? grids.map((grid) => copyOf(grid, grid.dtype, sparse ? 'K' : 'C')) : grids;
}

function gridAxis(i: number, count: number, indexing: 'xy' | 'ij'): number {
  return indexing === 'xy' && count > 1 && i < 2 ? 1 - i : i;
}

/** A vector laid along one axis of `ndim`. */
function alongAxis(v: NDArray, axis: number, ndim: number): NDArray {
  const shape = new Array<number>(ndim).fill(1);
  shape[axis] = v.size;
  return reshapeArray(v, shape);
}

interface IndicesOptions {
  dtype?: DTypeLike | null;
  sparse?: boolean;
}

/**
 * The index of each element along each axis, as an array with one more axis in front; with `sparse` an open grid.
 *
 * @throws ValueError for a negative length.
 * @example
 * np.indices([2, 3]).shape; // [2, 2, 3]
 */
export function indices(dimensions: ShapeLike, options: IndicesOptions & { sparse: true }): NDArray[];
export function indices(dimensions: ShapeLike, ...args: Args<IndicesOptions, ['dtype', 'sparse']>): NDArray;
export function indices(dimensions: ShapeLike, ...args: unknown[]): NDArray | NDArray[] {
  const { dtype, sparse = false } = bind<IndicesOptions>('indices', args, ['dtype', 'sparse']);
  const shape = normalizeShape(dimensions);
  const type: DType = dtype ? toDType(dtype) : int64;
  const open = shape.map((n, axis) => alongAxis(iota(n, 0, 1, type), axis, shape.length));
  if (sparse) return open;
  const result = emptyArray([shape.length, ...shape], type);
  open.forEach((grid, i) =>
    castInto(viewArray(result, shape, result.strides.slice(1), result.offset + i * result.strides[0]), grid),
  );
  return result;
}

/**
 * The value of a function of the indices: it is called once, with one index array for each axis.
 *
 * @param dtype - of the index arrays; float64 by default.
 * @example
 * np.fromfunction((i, j) => np.add(i, j), [2, 2]); // [[0. 1.] [1. 2.]]
 */
export function fromfunction<R>(
  fn: (...indices: NDArray[]) => R,
  shape: ShapeLike,
  ...args: Args<{ dtype: DTypeLike | null }, ['dtype']>
): R {
  const { dtype } = bind<{ dtype: DTypeLike | null }>('fromfunction', args, ['dtype']);
  const grid = indices(shape, { dtype: dtype ?? float64 });
  const axes = Array.from({ length: grid.shape[0] }, (_, i) =>
    viewArray(grid, grid.shape.slice(1), grid.strides.slice(1), grid.offset + i * grid.strides[0]),
  );
  return fn(...axes);
}

const REQUIREMENTS: Readonly<Record<string, string>> = {
  C: 'C',
  C_CONTIGUOUS: 'C',
  CONTIGUOUS: 'C',
  F: 'F',
  F_CONTIGUOUS: 'F',
  FORTRAN: 'F',
  A: 'A',
  ALIGNED: 'A',
  W: 'W',
  WRITEABLE: 'W',
  O: 'O',
  OWNDATA: 'O',
  E: 'E',
  ENSUREARRAY: 'E',
};

interface RequireOptions {
  dtype?: DTypeLike | null;
  /** 'C', 'F', 'A' (aligned), 'W' (writeable), 'O' (owns its data), 'E', or their long names. */
  requirements?: string | readonly string[] | null;
}

/**
 * The array itself or a copy that meets requirements.
 *
 * @throws KeyError for an unknown requirement; ValueError for both orders.
 * @example
 * np.require(np.ones([2, 3]).T, null, ['C', 'W']).flags.c_contiguous; // true
 */
export function require(a: ArrayLike, ...args: Args<RequireOptions, ['dtype', 'requirements']>): NDArray {
  const { dtype = null, requirements } = bind<RequireOptions>('require', args, ['dtype', 'requirements']);
  const wanted = new Set([requirements ?? []].flat().map(requirement));
  if (wanted.has('C') && wanted.has('F')) throw new ValueError('Cannot specify both "C" and "F" order');
  const order = wanted.has('F') ? 'F' : wanted.has('C') ? 'C' : 'A';
  const made = array(a, { dtype, order, copy: null });
  const fails = (wanted.has('W') && !made.writeable) || (wanted.has('O') && made.base !== null);
  return fails ? copyOf(made, made.dtype, order) : made;
}

function requirement(name: string): string {
  const known = REQUIREMENTS[name.toUpperCase()];
  if (known === undefined) throw new KeyError(name.toUpperCase());
  return known;
}
