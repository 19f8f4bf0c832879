/** Dropout: elements, or whole channels, set to zero at random while training. */
import { ValueError } from '../../array/errors.ts';
import type { ArrayOrScalar, NDArray } from '../../array/ndarray.ts';
import { placedOn, placement } from '../../array/remote.ts';
import type { Args } from '../../np/args.ts';
import { leave } from '../../autograd/leftover.ts';
import { bind } from '../../np/args.ts';
import { multiply } from '../../np/ufuncs.ts';
import { callUFunc } from '../../np/ufunc/call.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Generator } from '../../ops/generator.ts';
import { defaultGenerator } from '../../ops/generator.ts';
import { bernoulli } from '../../ops/random.ts';
import { dropped, droppedTo } from '../../ops/ufuncs/activations.ts';
import { SELU_ALPHA, SELU_SCALE } from '../../ops/ufuncs/activations.ts';
import { requireProbability } from './arguments.ts';
import { floatArray, listed } from './images.ts';

export interface DropoutOptions {
  /** The probability of an element to be dropped. */
  p?: number;
  /** Whether anything is dropped at all. */
  training?: boolean;
  /** What decides; the default generator where none is given. */
  generator?: Generator;
}

const KEYWORDS = ['p', 'training'] as const;

type DropoutArgs = Args<DropoutOptions, typeof KEYWORDS>;

/** The shape of what is drawn, for an input. */
type MaskShape = (x: NDArray) => readonly number[];

const eachElement: MaskShape = ({ shape }) => shape;

/** One draw for each of the first axes. */
const leading =
  (count: number): MaskShape =>
  ({ shape }) =>
    shape.map((n, i) => (i < count ? n : 1));

/** One draw for each channel of images of so many spatial axes, batched or not. */
const channelsOf =
  (fn: string, rank: number): MaskShape =>
  (x) => {
    if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
      throw new ValueError(
        `${fn}: Expected ${rank + 1}D or ${rank + 2}D input, but received a ${x.ndim}D input of size ${listed(x.shape)}`,
      );
    }
    return leading(x.ndim - rank)(x);
  };

/** At least two axes; what follows them is dropped together. */
const features: MaskShape = (x) => {
  if (x.ndim < 2)
    throw new ValueError(
      `Feature dropout requires at least 2 dimensions in the input, got ${listed(x.shape)}`,
    );
  return leading(2)(x);
};

interface Parsed {
  readonly x: NDArray;
  readonly p: number;
  /** Which are kept; null if all are. */
  readonly keeps: (() => NDArray) | null;
}

function parse(
  fn: string,
  input: ArrayLike,
  args: readonly unknown[],
  trains: boolean,
  shapeOf: MaskShape,
): Parsed {
  const options = bind<DropoutOptions>(fn, args, KEYWORDS, ['generator']);
  const { p = 0.5, training = trains, generator = defaultGenerator() } = options;
  requireProbability(p);
  const x = floatArray(fn, input);
  const shape = shapeOf(x);
  const home = x.storage.remote?.home ?? placement.home;
  const keeps = training && p > 0 ? () => placedOn(home, () => bernoulli(generator, shape, 1 - p)) : null;
  return { x, p, keeps };
}

/** What a mask makes that only the derivative needs afterwards. */
function masked(mask: NDArray, compute: (mask: NDArray) => unknown): ArrayOrScalar {
  const y = compute(mask);
  leave(mask.storage, y);
  return y as ArrayOrScalar;
}

/** Dropped elements are zero, and the others larger for it. */
function drop({ x, p, keeps }: Parsed): ArrayOrScalar {
  if (keeps === null) return x as ArrayOrScalar;
  if (p === 1) return multiply(x, 0) as ArrayOrScalar;
  return masked(keeps(), (mask) => callUFunc(dropped, [x, mask, 1 / (1 - p)]));
}

/** What SELU gives for -infinity. */
const SATURATED = -SELU_ALPHA * SELU_SCALE;

/** Dropped elements saturate, and all are scaled and shifted so that mean and variance stay. */
function dropAlpha({ x, p, keeps }: Parsed): ArrayOrScalar {
  if (keeps === null) return x as ArrayOrScalar;
  if (p === 1) return multiply(x, 0) as ArrayOrScalar;
  const scale = 1 / Math.sqrt((SATURATED ** 2 * p + 1) * (1 - p));
  const shift = -SATURATED * scale * p;
  return masked(keeps(), (mask) => callUFunc(droppedTo, [x, mask, scale, SATURATED * scale + shift, shift]));
}

/**
 * Sets elements to zero with probability p and multiplies the others by 1 / (1 - p) (Hinton et al. 2012).
 *
 * @param args - `p` (0.5), `training` (true), `generator`
 * @throws ValueError for what is no probability.
 * @example
 * np.nn.functional.dropout(np.ones(3), 0.5, false); // array([1., 1., 1.])
 */
export function dropout(input: ArrayLike, ...args: DropoutArgs): ArrayOrScalar {
  return drop(parse('dropout', input, args, true, eachElement));
}

const dropoutOfChannels =
  (rank: number) =>
  (input: ArrayLike, ...args: DropoutArgs): ArrayOrScalar => {
    const fn = `dropout${rank}d`;
    return drop(parse(fn, input, args, true, channelsOf(fn, rank)));
  };

/**
 * Dropout of whole channels of (n, channels, length) or (channels, length).
 *
 * @throws ValueError for what is no probability, or another number of axes.
 * @example
 * np.nn.functional.dropout1d(np.ones([1, 2, 3]), 0); // array([[[1., 1., 1.], [1., 1., 1.]]])
 */
export const dropout1d = /* @__PURE__ */ dropoutOfChannels(1);

/**
 * Dropout of whole channels of (n, channels, height, width) or (channels, height, width).
 *
 * @throws ValueError for what is no probability, or another number of axes.
 * @example
 * np.nn.functional.dropout2d(np.ones([1, 2, 3, 3]), { p: 1 }).sum(); // 0
 */
export const dropout2d = /* @__PURE__ */ dropoutOfChannels(2);

/**
 * Dropout of whole channels of (n, channels, depth, height, width) or (channels, depth, height, width).
 *
 * @throws ValueError for what is no probability, or another number of axes.
 * @example
 * np.nn.functional.dropout3d(np.ones([1, 2, 3, 3, 3]), { p: 1 }).sum(); // 0
 */
export const dropout3d = /* @__PURE__ */ dropoutOfChannels(3);

/**
 * Dropout that keeps the mean and variance that SELU makes (Klambauer et al. 2017).
 *
 * @param args - `p` (0.5), `training` (false), `generator`
 * @throws ValueError for what is no probability.
 * @example
 * np.nn.functional.alphaDropout(np.ones(2)); // array([1., 1.])
 */
export function alphaDropout(input: ArrayLike, ...args: DropoutArgs): ArrayOrScalar {
  return dropAlpha(parse('alphaDropout', input, args, false, eachElement));
}

/**
 * The same for whole channels (axis 1).
 *
 * @throws ValueError for what is no probability, or fewer than two axes.
 * @example
 * np.nn.functional.featureAlphaDropout(np.ones([1, 2])); // array([[1., 1.]])
 */
export function featureAlphaDropout(input: ArrayLike, ...args: DropoutArgs): ArrayOrScalar {
  return dropAlpha(parse('featureAlphaDropout', input, args, false, features));
}
