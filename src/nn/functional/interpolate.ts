/** Images of other sizes. Every mode is a sparse matrix along each axis in turn. */
import { float16, float32 } from '../../array/dtype.ts';
import { NotImplementedError, ValueError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import type { Entry } from '../../ops/window/resample.ts';
import { resampleAxes, sparseMatrix } from '../../ops/window/resample.ts';
import { adaptiveAverage } from './average_pooling.ts';
import type { Size } from './images.ts';
import { floatArray, listed, sizesOf } from './images.ts';

export type InterpolateMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

export interface InterpolateOptions {
  /** The spatial lengths of the result. */
  size?: Size | null;
  /** How many times as long the axes get. */
  scaleFactor?: Size | null;
  mode?: InterpolateMode;
  /** Whether the centres of the corner pixels stay where they are, instead of the images' edges. Linear and cubic modes only. */
  alignCorners?: boolean | null;
  /** Whether the scale is taken from the lengths, which are rounded, and not from `scaleFactor`. */
  recomputeScaleFactor?: boolean | null;
  /** Whether pixels between those of a smaller image count too. Two axes in modes 'bilinear' and 'bicubic' only. */
  antialias?: boolean;
}

const UPSAMPLE = ['size', 'scaleFactor', 'mode', 'alignCorners'] as const;
const OPTIONS = [...UPSAMPLE, 'recomputeScaleFactor', 'antialias'] as const;

/** What is known of an axis when its matrix is made. */
interface Axis {
  readonly input: number;
  readonly output: number;
  /** Input elements for one of the output, if that is not what the lengths say. */
  readonly scale: number | null;
  readonly align: boolean;
  /** Rounds to the precision in which PyTorch computes places and weights. */
  readonly round: (x: number) => number;
}

/** Spatial axes of each mode, and how it makes the entries of an output element; 'area' has none. */
interface Mode {
  readonly ranks: readonly number[];
  readonly entries?: (axis: Axis) => (i: number) => Entry[];
  /** With `antialias`: the filter, and how many elements it reaches to each side. */
  readonly filter?: { readonly weight: (x: number) => number; readonly support: number };
}

/** Input elements for one output element. */
function scaleOf({ input, output, scale, align, round }: Axis): number {
  if (align) return output > 1 ? round((input - 1) / (output - 1)) : 0;
  return round(scale === null ? input / output : 1 / scale);
}

/** Where the centre of an output element lies, counted in input elements. */
function centre(scale: number, i: number, { align, round }: Axis): number {
  return align ? round(scale * i) : round(round(scale * (i + 0.5)) - 0.5);
}

/** The element before a place, and how far the place lies behind it. */
function before(place: number, { input, round }: Axis): [number, number] {
  const index = Math.min(Math.floor(place), input - 1);
  return [index, Math.min(Math.max(round(place - index), 0), 1)];
}

const nearest =
  (offset: number) =>
  (axis: Axis) =>
  (i: number): Entry[] => {
    const { input, output, scale } = axis;
    if (offset === 0 && output === input) return [[i, 1]];
    if (offset === 0 && output === 2 * input) return [[i >> 1, 1]];
    // Places are computed in float32 whatever the images' dtype.
    const step = Math.fround(scale === null ? input / output : 1 / scale);
    return [[Math.min(Math.floor(Math.fround((i + offset) * step)), input - 1), 1]];
  };

const linear =
  (axis: Axis) =>
  (i: number): Entry[] => {
    const { input, output, round } = axis;
    if (input === output) return [[i, 1]];
    const [index, share] = before(Math.max(centre(scaleOf(axis), i, axis), 0), axis);
    const next = Math.min(index + 1, input - 1);
    return [
      [index, round(1 - share)],
      [next, share],
    ];
  };

/** Keys' cubic kernel: within one element of its centre, and from there to two. */
const cubicKernel = (a: number) => ({
  near: (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1,
  far: (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a,
});

const cubic =
  (axis: Axis) =>
  (i: number): Entry[] => {
    const { near, far } = cubicKernel(-0.75);
    const [index, share] = before(centre(scaleOf(axis), i, axis), axis);
    const weights = [far(share + 1), near(share), near(1 - share), far(2 - share)];
    return weights.map((weight, tap) => {
      const place = Math.min(Math.max(index - 1 + tap, 0), axis.input - 1);
      return [place, axis.round(weight)];
    });
  };

/** With antialiasing: a filter that is as wide as the output's elements, where these are the larger ones. */
const filtered =
  ({ weight, support }: NonNullable<Mode['filter']>) =>
  (axis: Axis) =>
  (i: number): Entry[] => {
    const scale = scaleOf(axis);
    const stretch = Math.max(scale, 1);
    const middle = scale * (i + 0.5);
    const first = Math.max(Math.trunc(middle - support * stretch + 0.5), 0);
    const end = Math.min(Math.trunc(middle + support * stretch + 0.5), axis.input);
    const weights = Array.from({ length: end - first }, (_, j) =>
      weight(Math.abs(j + first - middle + 0.5) / stretch),
    );
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w, j) => [first + j, w / total]);
  };

const triangle = (x: number): number => Math.max(1 - x, 0);

function cubicFilter(x: number): number {
  const { near, far } = cubicKernel(-0.5);
  return x < 1 ? near(x) : x < 2 ? far(x) : 0;
}

const MODES: Readonly<Record<InterpolateMode, Mode>> = {
  nearest: { ranks: [1, 2, 3], entries: nearest(0) },
  'nearest-exact': { ranks: [1, 2, 3], entries: nearest(0.5) },
  area: { ranks: [1, 2, 3] },
  linear: { ranks: [1], entries: linear },
  bilinear: { ranks: [2], entries: linear, filter: { weight: triangle, support: 1 } },
  trilinear: { ranks: [3], entries: linear },
  bicubic: { ranks: [2], entries: cubic, filter: { weight: cubicFilter, support: 2 } },
};

const isAligned = (mode: InterpolateMode): boolean => !/^(nearest|area)/.test(mode);

/** The lengths of the result and, for each axis, the scale where it is not theirs. */
function sizes(spatial: readonly number[], given: InterpolateOptions) {
  const { size = null, scaleFactor = null, recomputeScaleFactor } = given;
  const rank = spatial.length;
  if (size === null && scaleFactor === null)
    throw new ValueError('interpolate: either size or scaleFactor should be defined');
  if (size !== null && scaleFactor !== null)
    throw new ValueError('interpolate: only one of size or scaleFactor should be defined');
  if (size !== null) {
    if (recomputeScaleFactor)
      throw new ValueError('interpolate: recomputeScaleFactor is not meaningful with an explicit size');
    return { output: sizesOf('interpolate', 'size', size, rank), scales: spatial.map(() => null) };
  }
  const factors = typeof scaleFactor === 'number' ? spatial.map(() => scaleFactor) : [...scaleFactor!];
  if (factors.length !== rank) {
    throw new ValueError(
      `interpolate: input and scaleFactor must have the same number of spatial dimensions, but got input with spatial dimensions ${listed(spatial)} and scaleFactor ${listed(factors)}`,
    );
  }
  const output = spatial.map((n, d) => Math.floor(n * factors[d]));
  return { output, scales: recomputeScaleFactor ? spatial.map(() => null) : factors };
}

function modeOf(name: InterpolateMode, rank: number, antialias: boolean): Mode {
  const mode = Object.hasOwn(MODES, name) ? MODES[name] : undefined;
  if (!mode || rank < 1 || rank > 3) {
    throw new NotImplementedError(
      `interpolate: only 3D, 4D and 5D inputs are supported (got ${rank + 2}D) for the modes: ${Object.keys(MODES).join(' | ')} (got ${String(name)})`,
    );
  }
  if (!mode.ranks.includes(rank)) {
    throw new NotImplementedError(
      `interpolate: got ${rank + 2}D input, but ${name} mode needs ${mode.ranks[0] + 2}D input`,
    );
  }
  if (antialias && !mode.filter)
    throw new ValueError(
      'interpolate: antialias is only supported for bilinear and bicubic modes of 4D inputs',
    );
  return mode;
}

/**
 * Images of another size, their pixels interpolated.
 *
 * @param input - (n, channels, length), (n, channels, height, width) or (n, channels, depth, height, width), in a float dtype
 * @param args - `size`, `scaleFactor`, `mode` ('nearest'), `alignCorners`, `recomputeScaleFactor`, `antialias`
 * @returns (n, channels, ...size)
 * @throws ValueError unless one of `size` and `scaleFactor` is given, for lengths below 1, or options that the mode does not have;
 *   NotImplementedError for a mode that there is not, or not for so many axes; TypeError for another dtype than a float's.
 * @example
 * np.nn.functional.interpolate([[[1, 3]]], { size: 4, mode: 'linear' }); // [[[1.  1.5 2.5 3. ]]]
 */
export function interpolate(input: ArrayLike, ...args: Args<InterpolateOptions, typeof OPTIONS>): NDArray {
  const given = bind<InterpolateOptions>('interpolate', args, OPTIONS);
  const { mode: name = 'nearest', alignCorners = null, antialias = false } = given;
  const images = floatArray('interpolate', input);
  const [, , ...spatial] = images.shape;
  const mode = modeOf(name, images.ndim - 2, antialias);
  if (alignCorners !== null && !isAligned(name)) {
    throw new ValueError(
      'interpolate: alignCorners can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    );
  }
  const { output, scales } = sizes(spatial, given);
  if ([...spatial, ...output].some((n) => n < 1)) {
    throw new ValueError(
      `interpolate: input and output sizes should be greater than 0, but got input ${listed(spatial)} output ${listed(output)}`,
    );
  }
  if (!mode.entries) return adaptiveAverage(images, output);
  const entries = antialias ? filtered(mode.filter!) : mode.entries;
  const round = images.dtype.name === 'float64' ? (x: number) => x : Math.fround;
  const matrices = output.map((length, d) => {
    const axis = { input: spatial[d], output: length, scale: scales[d], align: alignCorners ?? false, round };
    return sparseMatrix(
      spatial[d],
      Array.from({ length }, (_, i) => entries(axis)(i)),
    );
  });
  const innermostFirst = matrices.map((matrix, d) => ({ matrix, axis: d + 2 })).reverse();
  return widened(images, (a) => resampleAxes(a, innermostFirst));
}

/** Computes in float32 what is float16, so that nothing between the steps is rounded to that. */
function widened(images: NDArray, fn: (a: NDArray) => NDArray): NDArray {
  if (images.dtype !== (float16 as NDArray['dtype'])) return fn(images);
  return cast(fn(cast(images, float32 as NDArray['dtype'])), images.dtype);
}

/**
 * `interpolate` under its older name, without its last two options.
 *
 * @param input - (n, channels, ...spatial), in a float dtype
 * @param args - `size`, `scaleFactor`, `mode`, `alignCorners`
 * @throws as `interpolate`.
 * @example
 * np.nn.functional.upsample([[[1, 3]]], { scaleFactor: 2 }); // [[[1. 1. 3. 3.]]]
 */
export function upsample(
  input: ArrayLike,
  ...args: Args<Omit<InterpolateOptions, 'recomputeScaleFactor' | 'antialias'>, typeof UPSAMPLE>
): NDArray {
  return interpolate(input, bind<InterpolateOptions>('upsample', args, UPSAMPLE));
}
