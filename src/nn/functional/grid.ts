/** Images sampled at points of a grid, and the grids of affine maps. Compositions of elementwise functions and picked pixels. */
import { ValueError } from '../../array/errors.ts';
import { sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { where } from '../../np/indexing/choose.ts';
import { matmul } from '../../np/products/matmul.ts';
import { broadcast_to } from '../../np/shape/broadcast.ts';
import { stack } from '../../np/shape/join.ts';
import { reshape } from '../../np/shape/reshape.ts';
import { swapaxes } from '../../np/shape/transpose.ts';
import * as ufuncs from '../../np/ufuncs.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import { narrow } from '../../ops/views.ts';
import { indexDType, pickAt } from '../../ops/window/places.ts';
import { floatArray, listed } from './images.ts';

type Binary = (a: NDArray | number, b: NDArray | number) => NDArray;

const [add, subtract, multiply, divide] = [
  ufuncs.add,
  ufuncs.subtract,
  ufuncs.multiply,
  ufuncs.divide,
] as unknown as Binary[];
const [greater, less, fmod, both] = [
  ufuncs.greater,
  ufuncs.less,
  ufuncs.fmod,
  ufuncs.logical_and,
] as unknown as Binary[];
const [floor, rint] = [ufuncs.floor, ufuncs.rint] as unknown as ((x: NDArray) => NDArray)[];

export type GridSampleMode = 'bilinear' | 'nearest' | 'bicubic';
export type GridPaddingMode = 'zeros' | 'border' | 'reflection';

export interface GridSampleOptions {
  /** How pixels are combined; 'bilinear' by default. */
  mode?: GridSampleMode;
  /** What stands outside: zeros (the default), the nearest pixel of the border, or the image reflected at its border. */
  paddingMode?: GridPaddingMode;
  /** Whether -1 and 1 are the centres of the corner pixels, or (the default) the image's edges. */
  alignCorners?: boolean | null;
}

const OPTIONS = ['mode', 'paddingMode', 'alignCorners'] as const;

/** An axis of the images, and the points' places along it, counted in pixels: shape (n, 1, points). */
interface Axis {
  readonly length: number;
  readonly align: boolean;
  readonly padding: GridPaddingMode;
  readonly places: NDArray;
}

/** A pixel that counts for every point: its place along an axis, and its weight. */
interface Tap {
  readonly place: NDArray;
  readonly weight: NDArray;
}

/** Within 0 ... last; constant beyond, so that nothing flows back from there. */
const clamped = (x: NDArray, last: number): NDArray => where(greater(x, 0), where(less(x, last), x, last), 0);

/** Places reflected at both ends until they lie between them. */
function reflected(x: NDArray, { length, align }: Axis): NDArray {
  const [low, span] = align ? [0, length - 1] : [-0.5, length];
  if (span === 0) return multiply(x, 0);
  const offset = subtract(x, low);
  const distance = where(less(offset, 0), multiply(offset, -1), offset);
  const rest = fmod(distance, span);
  const isEven = less(fmod(floor(divide(distance, span)), 2), 1);
  return add(where(isEven, rest, subtract(span, rest)), low);
}

/** The places that stand for those outside. */
function inside(x: NDArray, axis: Axis): NDArray {
  if (axis.padding === 'zeros') return x;
  return clamped(axis.padding === 'border' ? x : reflected(x, axis), axis.length - 1);
}

/** Keys' cubic kernel with a = -0.75: within one pixel, and from there to two. */
const A = -0.75;
const horner = (x: NDArray, ...coefficients: number[]): NDArray =>
  coefficients.slice(1).reduce((sum, c) => add(multiply(sum, x), c), add(multiply(x, 0), coefficients[0]));
const near = (x: NDArray): NDArray => horner(x, A + 2, -(A + 3), 0, 1);
const far = (x: NDArray): NDArray => horner(x, A, -5 * A, 8 * A, -4 * A);

const TAPS: Readonly<Record<GridSampleMode, (axis: Axis) => Tap[]>> = {
  nearest: (axis) => {
    const x = inside(axis.places, axis);
    // 1 whatever the place, so that the grid has a gradient of zeros.
    return [{ place: rint(x), weight: add(clamped(x, 0), 1) }];
  },
  bilinear: (axis) => {
    const x = inside(axis.places, axis);
    const first = floor(x);
    const second = add(first, 1);
    return [
      { place: first, weight: subtract(second, x) },
      { place: second, weight: subtract(x, first) },
    ];
  },
  bicubic: (axis) => {
    const first = floor(axis.places);
    const t = subtract(axis.places, first);
    const back = subtract(1, t);
    const weights = [far(add(t, 1)), near(t), near(back), far(add(back, 1))];
    return weights.map((weight, i) => ({ place: inside(add(first, i - 1), axis), weight }));
  },
};

/** All combinations that take one item of each list. */
const combined = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((x) => [...head, x])), [[]]);

/** The sum over pixels around every point, each with its weight; pixels outside count as zeros. */
function sampled(flat: NDArray, axes: readonly Axis[], mode: GridSampleMode): NDArray {
  const terms = combined(axes.map((axis) => TAPS[mode](axis))).map((taps) => {
    let index: NDArray | null = null;
    let isInside: NDArray | null = null;
    let weight: NDArray | null = null;
    taps.forEach((tap, d) => {
      const { length } = axes[d];
      const within = both(greater(tap.place, -1), less(tap.place, length));
      isInside = isInside ? both(isInside, within) : within;
      const place = clamped(tap.place, length - 1);
      index = index ? add(multiply(index, length), place) : place;
      weight = weight ? multiply(weight, tap.weight) : tap.weight;
    });
    const pixels = where(
      isInside!,
      pickAt(flat, cast(index!, indexDType(flat)) as NDArray as NDArray<'int64'>),
      0,
    );
    return multiply(pixels, weight!);
  });
  return terms.reduce((sum, term) => add(sum, term));
}

function requireGrid(images: NDArray, grid: NDArray, mode: GridSampleMode): void {
  const rank = images.ndim - 2;
  const given = `got input with sizes ${listed(images.shape)} and grid with sizes ${listed(grid.shape)}`;
  const refuse = (expected: string): never => {
    throw new ValueError(`gridSample: expected ${expected}, but ${given}`);
  };
  if (images.dtype !== grid.dtype) {
    throw new TypeError(
      `gridSample: expected input and grid to have the same dtype, but input is ${images.dtype.name} and grid is ${grid.dtype.name}`,
    );
  }
  if (images.ndim !== grid.ndim || rank < 2 || rank > 3)
    refuse('4D or 5D input and grid with as many dimensions');
  if (images.shape[0] !== grid.shape[0]) refuse('grid and input to have same batch size');
  if (grid.shape[grid.ndim - 1] !== rank) refuse(`grid to have size ${rank} in last dimension`);
  if (images.shape.slice(1).includes(0)) refuse('input to have non-empty dimensions besides the batch');
  if (rank === 3 && mode === 'bicubic') refuse("4D input for mode 'bicubic'");
}

/**
 * Images sampled at points.
 *
 * @param input - (n, channels, height, width) or (n, channels, depth, height, width), in a float dtype
 * @param grid - the points, (n, ..., 2) or (n, ..., 3) with as many axes as `input`: along the width, the height and the depth, from -1
 *   to 1; in the same dtype
 * @param args - `mode`, `paddingMode`, `alignCorners`
 * @returns (n, channels, ...), for every point of the grid
 * @throws ValueError for shapes that do not fit, or a mode that there is not; TypeError for dtypes that are not equal or no floats.
 * @example
 * const x = np.array([[[[1, 2], [3, 4]]]]);
 * np.nn.functional.gridSample(x, [[[[0, 0], [1, 1]]]], { alignCorners: true }); // [[[[2.5 4. ]]]]
 */
export function gridSample(
  input: ArrayLike,
  grid: ArrayLike,
  ...args: Args<GridSampleOptions, typeof OPTIONS>
): NDArray {
  const given = bind<GridSampleOptions>('gridSample', args, OPTIONS);
  const { mode = 'bilinear', paddingMode = 'zeros' } = given;
  if (!Object.hasOwn(TAPS, mode)) {
    throw new ValueError(
      `gridSample: expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${String(mode)}'`,
    );
  }
  if (!['zeros', 'border', 'reflection'].includes(paddingMode)) {
    throw new ValueError(
      `gridSample: expected paddingMode to be 'zeros', 'border', or 'reflection', but got: '${String(paddingMode)}'`,
    );
  }
  const [images, points] = [floatArray('gridSample', input), floatArray('gridSample', grid, 'grid')];
  requireGrid(images, points, mode);
  const [n, channels, ...spatial] = images.shape;
  const places = points.shape.slice(1, -1);
  const align = given.alignCorners ?? false;
  const axes = spatial.map((length, d): Axis => {
    const along = narrow(points, points.ndim - 1, spatial.length - 1 - d, 1);
    const from = reshape(add(along, 1), [n, 1, sizeOf(places)]);
    const pixels = align
      ? multiply(divide(from, 2), length - 1)
      : divide(subtract(multiply(from, length), 1), 2);
    return { length, align, padding: paddingMode, places: pixels };
  });
  const flat = reshape(images, [n, channels, sizeOf(spatial)]);
  return reshape(sampled(flat, axes, mode), [n, channels, ...places]);
}

/** `count` numbers from -1 to 1: the centres of as many pixels, of which the outer ones' centres or edges are the ends. */
function centres(count: number, align: boolean, round: (x: number) => number): number[] {
  if (count === 1) return [0];
  const step = round(2 / (count - 1));
  const from = (i: number) => round(i < count / 2 ? -1 + round(step * i) : 1 - round(step * (count - 1 - i)));
  const shrink = (x: number) => round(round(x * (count - 1)) / count);
  return Array.from({ length: count }, (_, i) => (align ? from(i) : shrink(from(i))));
}

/**
 * The grids for `gridSample` that map the pixels of images affinely.
 *
 * @param theta - (n, 2, 3) for images or (n, 3, 4) for volumes: a matrix and a translation each; in a float dtype
 * @param size - the images' shape, (n, channels, height, width) or (n, channels, depth, height, width)
 * @param args - `alignCorners`, as for `gridSample`
 * @returns (n, height, width, 2) or (n, depth, height, width, 3)
 * @throws ValueError for sizes that are not positive or do not fit `theta`; TypeError for another dtype than a float's.
 * @example
 * const shift = [[[1, 0, 0.5], [0, 1, 0]]];
 * np.nn.functional.affineGrid(shift, [1, 1, 1, 2], true); // [[[[-0.5  0. ] [ 1.5  0. ]]]]
 */
export function affineGrid(
  theta: ArrayLike,
  size: readonly number[],
  ...args: Args<{ alignCorners: boolean | null }, ['alignCorners']>
): NDArray {
  const { alignCorners } = bind<{ alignCorners: boolean | null }>('affineGrid', args, ['alignCorners']);
  const matrices = floatArray('affineGrid', theta);
  const [n, , ...spatial] = size;
  const rank = spatial.length;
  if (size.some((length) => !Number.isInteger(length) || length < 1))
    throw new ValueError(`affineGrid: expected non-zero, positive output size, but got ${listed(size)}`);
  const expected = [n, rank, rank + 1];
  if (rank < 2 || rank > 3 || String(matrices.shape) !== String(expected)) {
    throw new ValueError(
      `affineGrid: expected affine matrices of shape n x 2 x 3 or n x 3 x 4 that fit the size ${listed(size)}, but got theta of size ${listed(matrices.shape)}`,
    );
  }
  const round = matrices.dtype.name === 'float64' ? (x: number) => x : Math.fround;
  const along = spatial.map((length, d) => {
    const values = asArray(centres(length, alignCorners ?? false, round), matrices.dtype);
    const shape = spatial.map((_, i) => (i === d ? length : 1));
    return broadcast_to(reshape(values, shape), spatial);
  });
  const ones = broadcast_to(asArray(1, matrices.dtype), spatial);
  const base = reshape(stack([...along.reverse(), ones], -1), [sizeOf(spatial), rank + 1]);
  const grid = matmul(base, swapaxes(matrices, 1, 2)) as NDArray;
  return reshape(grid, [n, ...spatial, rank]);
}
