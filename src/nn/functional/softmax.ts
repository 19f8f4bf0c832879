/** Softmax and what is made with it. */
import { ValueError } from '../../array/errors.ts';
import type { DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { argmax } from '../../np/statistics/arg.ts';
import { arange } from '../../np/creation/ranges.ts';
import { add, divide, equal, log, multiply, negative, subtract } from '../../np/ufuncs.ts';
import { expand_dims, reshape } from '../../np/shape/reshape.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { cast } from '../../ops/cast.ts';
import type { Generator } from '../../ops/generator.ts';
import { defaultGenerator } from '../../ops/generator.ts';
import { uniform } from '../../ops/random.ts';
import { logSoftmaxOf, softmaxOf } from '../../ops/rows/softmax.ts';
import { constant, dimOf, peek } from './arguments.ts';
import { floatArray } from './images.ts';

export interface SoftmaxOptions {
  /** The axis whose sum is 1. */
  dim: number;
  /** Converts the input first. */
  dtype?: DTypeLike | null;
}

const KEYWORDS = ['dim', 'dtype'] as const;

type SoftmaxArgs = Args<SoftmaxOptions, typeof KEYWORDS>;

/** The input and the axis. */
function parse(fn: string, input: ArrayLike, args: readonly unknown[]): [NDArray, number] {
  const { dim, dtype } = bind<SoftmaxOptions>(fn, args, KEYWORDS);
  const x = floatArray(fn, dtype ? cast(asArray(input), toDType(dtype)) : input);
  return [x, dimOf(fn, dim, x.ndim)];
}

/**
 * exp x / sum exp x along an axis.
 *
 * @param args - `dim`: the axis, required; `dtype`: to convert to first
 * @throws TypeError without an axis; IndexError if there is no such axis.
 * @example
 * np.nn.functional.softmax(np.array([0, 0]), 0); // array([0.5, 0.5])
 */
export function softmax(input: ArrayLike, ...args: SoftmaxArgs): NDArray {
  return softmaxOf(...parse('softmax', input, args));
}

/**
 * Softmax of -x.
 *
 * @throws TypeError without an axis; IndexError if there is no such axis.
 * @example
 * np.nn.functional.softmin(np.array([0, 0]), 0); // array([0.5, 0.5])
 */
export function softmin(input: ArrayLike, ...args: SoftmaxArgs): NDArray {
  const [x, axis] = parse('softmin', input, args);
  return softmaxOf(negative(x) as NDArray, axis);
}

/**
 * The logarithm of softmax, without loss of digits.
 *
 * @throws TypeError without an axis; IndexError if there is no such axis.
 * @example
 * np.nn.functional.logSoftmax(np.array([0, 0]), 0); // array([-0.69314718, -0.69314718])
 */
export function logSoftmax(input: ArrayLike, ...args: SoftmaxArgs): NDArray {
  return logSoftmaxOf(...parse('logSoftmax', input, args));
}

export interface GumbelSoftmaxOptions {
  /** The temperature: the lower, the nearer to one class. */
  tau?: number;
  /** Whether the result is exactly one class; gradients are those of the soft one. */
  hard?: boolean;
  /** Has no effect, as in PyTorch. */
  eps?: number;
  dim?: number;
  generator?: Generator;
}

const GUMBEL = ['tau', 'hard', 'eps', 'dim'] as const;

/**
 * A sample of a class with the probabilities of a softmax that differentiates (Jang et al., "Categorical reparameterization with
 * Gumbel-softmax").
 *
 * @throws ValueError for a temperature that is not positive; IndexError if there is no such axis.
 * @example
 * np.nn.functional.gumbelSoftmax(np.zeros([2, 3]), { hard: true }).sum(1); // array([1., 1.])
 */
export function gumbelSoftmax(
  logits: ArrayLike,
  ...args: Args<GumbelSoftmaxOptions, typeof GUMBEL>
): NDArray {
  const options = bind<GumbelSoftmaxOptions>('gumbelSoftmax', args, GUMBEL, ['generator']);
  const { tau = 1, hard = false, dim = -1, generator = defaultGenerator() } = options;
  const x = floatArray('gumbelSoftmax', logits);
  const axis = dimOf('gumbelSoftmax', dim, x.ndim);
  if (!(tau > 0)) throw new ValueError(`gumbelSoftmax: tau must be positive, got ${tau}`);
  const gumbel = peek(() => gumbelNoise(generator, x));
  const soft = softmaxOf(divide(add(x, gumbel), tau) as NDArray, axis);
  if (!hard) return soft;
  // The value is that of the class, the gradient that of the softmax.
  const chosen = peek(() => oneAlong(soft, axis));
  return add(subtract(chosen, constant(soft)), soft) as NDArray;
}

/** -log(-log u) of uniform u: one minus the random number is never zero. */
function gumbelNoise(generator: Generator, { shape, dtype }: NDArray): NDArray {
  const u = subtract(1, uniform(generator, shape, dtype)) as NDArray;
  return negative(log(negative(log(u)))) as NDArray;
}

/** 1 at the largest element along an axis. */
function oneAlong(a: NDArray, axis: number): NDArray {
  if (a.ndim === 0) return cast(asArray(1), a.dtype);
  const places = arange(a.shape[axis], { dtype: 'int64' });
  const shaped = reshape(
    places,
    a.shape.map((n, i) => (i === axis ? n : 1)),
  );
  const largest = expand_dims(asArray(argmax(a, axis) as ArrayLike), axis);
  return multiply(equal(shaped, largest) as NDArray, cast(asArray(1), a.dtype)) as NDArray;
}
