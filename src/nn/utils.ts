/** `np.nn.utils`: what is done to the gradients and parameters of a model as a whole. */
import { RuntimeError, ValueError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { bind } from '../np/args.ts';
import { clip } from '../np/numeric/rounding.ts';
import { dot } from '../np/products/dot.ts';
import { concatenate } from '../np/shape/join.ts';
import { reshape, reshapeArray } from '../np/shape/reshape.ts';
import { max, sum } from '../np/statistics/reductions.ts';
import { abs, add, divide, maximum, minimum, multiply, power, sqrt, square } from '../np/ufuncs.ts';
import { asArray } from '../ops/asarray.ts';
import { castInto } from '../ops/cast.ts';
import { narrow } from '../ops/views.ts';
import { asTensor } from '../tensor/create.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import { Tensor, unwrap } from '../tensor/tensor.ts';

type Parameters = Tensor | Iterable<Tensor>;

const listOf = (parameters: Parameters): Tensor[] =>
  parameters instanceof Tensor ? [parameters] : [...parameters];

/** The gradients that there are, as plain arrays. */
function gradientsOf(parameters: Parameters): NDArray[] {
  return listOf(parameters).flatMap(({ ownGrad }) => (ownGrad === null ? [] : [unwrap(ownGrad)]));
}

/** Says that an array was written to. */
function changed(a: NDArray): void {
  a.storage.version++;
}

function norm(a: NDArray, type: number): number {
  if (a.size === 0) return 0;
  if (type === Infinity) return Number(max(abs(a) as NDArray));
  const flat = reshapeArray(a, [a.size]);
  if (type === 2 && a.dtype.kind === 'f') return Math.sqrt(Number(dot(flat, flat)));
  return Number(sum(power(abs(flat), type) as NDArray)) ** (1 / type);
}

interface ClipNormOptions {
  /** Which norm: a positive number, or Infinity for the largest element. */
  normType?: number;
  /** Whether a norm that is NaN or infinite is an error. */
  errorIfNonfinite?: boolean;
}

/**
 * Scales gradients down, all alike, so that their norm together is at most `maxNorm`.
 *
 * @param parameters - a tensor or several; those without a gradient are passed over
 * @param args - `normType` (2), `errorIfNonfinite` (false)
 * @returns the norm before, a tensor without axes
 * @throws RuntimeError for a norm that is NaN or infinite, if that is to be an error (which it can't be on a GPU); nothing is changed
 *   then. ValueError for a norm
 *   type that is not positive.
 * @example
 * const w = np.tensor([0, 0], { requiresGrad: true });
 * w.grad = np.tensor([3, 4]);
 * np.nn.utils.clipGradNorm_([w], 1).tolist(); // 5
 */
export function clipGradNorm_(
  parameters: Parameters,
  maxNorm: number,
  ...args: Args<ClipNormOptions, ['normType', 'errorIfNonfinite']>
): Tensor {
  const options = bind<ClipNormOptions>('clipGradNorm_', args, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  if (typeof maxNorm !== 'number') throw new TypeError(`maxNorm must be a number, got ${String(maxNorm)}`);
  if (!(normType > 0)) throw new ValueError(`clipGradNorm_ needs a positive normType, got ${normType}`);
  const gradients = gradientsOf(parameters);
  if (gradients.some(({ storage }) => storage.remote !== null)) {
    if (!errorIfNonfinite) return onPlainArrays(() => clipUnseen(gradients, maxNorm, normType));
    throw new RuntimeError(
      "clipGradNorm_ can't wait for the norm of gradients on a GPU: without errorIfNonfinite they are scaled there",
    );
  }
  const norms = gradients.map((g) => norm(g, normType));
  const total = norm(asArray(norms), normType);
  if (errorIfNonfinite && !Number.isFinite(total)) {
    throw new RuntimeError(
      `the norm of order ${normType} of the gradients is ${total}, so they cannot be clipped; without errorIfNonfinite they are scaled by it all the same`,
    );
  }
  const factor = Math.min(maxNorm / (total + 1e-6), 1);
  if (factor !== 1) {
    for (const g of gradients) {
      multiply(g, factor, { out: g });
      changed(g);
    }
  }
  return scalarTensor(total, gradients);
}

/** The same where values can't be looked at: the norm and the factor stay arrays, on the device of the gradients. */
function clipUnseen(gradients: readonly NDArray[], maxNorm: number, type: number): Tensor {
  const total = unseenNorm(gradients, type);
  const factor = minimum(divide(maxNorm, add(total, 1e-6)), 1) as NDArray;
  for (const g of gradients) {
    multiply(g, factor, { out: g });
    changed(g);
  }
  factor.storage.dispose();
  return asTensor(total);
}

function unseenNorm(gradients: readonly NDArray[], type: number): NDArray {
  const sizes = gradients.filter(({ size }) => size > 0).map((g) => abs(g) as NDArray);
  if (type === Infinity) return sizes.map((x) => max(x) as NDArray).reduce(pairwise(maximum));
  const powers = sizes.map((x) => sum(type === 2 ? square(x) : power(x, type)) as NDArray);
  const total = powers.reduce(pairwise(add));
  return (type === 2 ? sqrt(total) : power(total, 1 / type)) as NDArray;
}

const pairwise =
  (fn: (a: NDArray, b: NDArray) => unknown) =>
  (a: NDArray, b: NDArray): NDArray =>
    fn(a, b) as NDArray;

/** A number as a tensor without axes, of the dtype of the first array's magnitudes. */
function scalarTensor(x: number, like: readonly NDArray[]): Tensor {
  const dtype = like.length > 0 ? (abs(emptyArray([0], like[0].dtype)) as NDArray).dtype : undefined;
  const result = emptyArray([], dtype ?? asArray(new Float32Array()).dtype);
  castInto(result, asArray(x));
  return asTensor(result);
}

/**
 * Limits every element of the gradients to the range from `-clipValue` to `clipValue`.
 *
 * @param parameters - a tensor or several; those without a gradient are passed over
 * @throws ValueError for a negative limit.
 * @example
 * const w = np.tensor([0, 0], { requiresGrad: true });
 * w.grad = np.tensor([3, -0.5]);
 * np.nn.utils.clipGradValue_([w], 1);
 * w.grad.tolist(); // [1, -0.5]
 */
export function clipGradValue_(parameters: Parameters, clipValue: number): void {
  if (!(clipValue >= 0)) throw new ValueError(`clipGradValue_ needs a limit of at least 0, got ${clipValue}`);
  for (const g of gradientsOf(parameters)) {
    clip(g, -clipValue, clipValue, { out: g });
    changed(g);
  }
}

/**
 * All parameters as one vector, one after the other; gradients flow through it.
 *
 * @throws ValueError if there is none.
 * @example
 * np.nn.utils.parametersToVector([np.tensor([[1, 2]]), np.tensor([3])]).tolist(); // [1, 2, 3]
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  const flat = [...parameters].map((p) => reshape(p, [p.size]));
  if (flat.length === 0) throw new ValueError('parametersToVector needs at least one parameter');
  return concatenate(flat) as Tensor;
}

/**
 * Sets parameters from one vector, as `parametersToVector` has made it; unrecorded.
 *
 * @throws ValueError if the vector has not as many elements as the parameters.
 * @example
 * const w = np.tensor([[0, 0]]);
 * np.nn.utils.vectorToParameters(np.tensor([1, 2]), [w]);
 * w.tolist(); // [[1, 2]]
 */
export function vectorToParameters(vector: NDArray, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const size = list.reduce((n, p) => n + p.size, 0);
  if (vector.ndim !== 1 || vector.size !== size) {
    throw new ValueError(
      `vectorToParameters needs a vector of ${size} elements, got an array of shape [${vector.shape.join(', ')}]`,
    );
  }
  const values: NDArray = unwrap(vector);
  let from = 0;
  for (const p of list) {
    castInto(unwrap(p), reshapeArray(narrow(values, 0, from, p.size), p.shape));
    changed(p);
    from += p.size;
  }
}
