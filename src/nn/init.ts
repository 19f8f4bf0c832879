/** `np.nn.init`: first values of parameters. Each function writes into the tensor it is given, unrecorded, and returns it. */
import { ValueError, shapeText } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Args } from '../np/args.ts';
import { bind } from '../np/args.ts';
import { eye } from '../np/creation/matrices.ts';
import { where } from '../np/indexing/choose.ts';
import { reshapeArray } from '../np/shape/reshape.ts';
import { less, multiply } from '../np/ufuncs.ts';
import { float64, uint64 } from '../array/dtype.ts';
import { asArray } from '../ops/asarray.ts';
import { castInto } from '../ops/cast.ts';
import type { Generator } from '../ops/generator.ts';
import { defaultGenerator, randomBits } from '../ops/generator.ts';
import { normal, uniform } from '../ops/random.ts';
import { argsortAxis } from '../ops/sort.ts';
import { narrow, transpose } from '../ops/views.ts';
import { unwrap } from '../tensor/tensor.ts';
import { orthonormalRows } from './orthonormal.ts';
import { truncatedNormal } from './truncated.ts';

interface Random {
  /** The source of randomness, instead of the one that `np.manualSeed` seeds. */
  generator?: Generator;
}

/** Puts values into a tensor. */
function fill<T extends NDArray>(t: T, values: NDArray): T {
  if (t.size > 0) castInto(unwrap(t), values);
  t.storage.version++;
  return t;
}

/** The dtype to draw in: float and complex ones themselves. */
const drawn = (t: NDArray): NDArray['dtype'] =>
  t.dtype.kind === 'f' || t.dtype.kind === 'c' ? t.dtype : float64;

/**
 * Values that are equally likely from `a` (0) to `b` (1).
 *
 * @example
 * np.nn.init.uniform_(np.tensor([0, 0, 0]), -1, 1);
 */
export function uniform_<T extends NDArray>(
  tensor: T,
  ...args: Args<{ a: number; b: number } & Random, ['a', 'b', 'generator']>
): T {
  const options = bind<{ a: number; b: number } & Random>('uniform_', args, ['a', 'b', 'generator']);
  const { a = 0, b = 1, generator = defaultGenerator() } = options;
  if (!(a <= b)) throw new ValueError(`uniform_ expects a <= b, but found ${a} and ${b}`);
  return fill(tensor, uniform(generator, tensor.shape, drawn(tensor), a, b));
}

interface NormalOptions extends Random {
  mean?: number;
  /** The standard deviation. */
  std?: number;
}

/**
 * Values of a normal distribution with `mean` (0) and standard deviation `std` (1).
 *
 * @throws ValueError for a negative `std`.
 * @example
 * np.nn.init.normal_(np.tensor([0, 0, 0]), 0, 0.02);
 */
export function normal_<T extends NDArray>(
  tensor: T,
  ...args: Args<NormalOptions, ['mean', 'std', 'generator']>
): T {
  const options = bind<NormalOptions>('normal_', args, ['mean', 'std', 'generator']);
  const { mean = 0, std = 1, generator = defaultGenerator() } = options;
  return fill(tensor, normal(generator, tensor.shape, drawn(tensor), mean, std));
}

interface TruncatedOptions extends NormalOptions {
  /** The least and the greatest value. */
  a?: number;
  b?: number;
}

/**
 * Values of a normal distribution as far as they lie between `a` (-2) and `b` (2).
 *
 * @throws ValueError for a `std` that is not positive, or bounds with nothing between them.
 * @example
 * np.nn.init.truncNormal_(np.tensor([0, 0, 0]), { std: 0.02 });
 */
export function truncNormal_<T extends NDArray>(
  tensor: T,
  ...args: Args<TruncatedOptions, ['mean', 'std', 'a', 'b', 'generator']>
): T {
  const names = ['mean', 'std', 'a', 'b', 'generator'] as const;
  const { mean = 0, std = 1, a = -2, b = 2, generator } = bind<TruncatedOptions>('truncNormal_', args, names);
  const values = truncatedNormal(generator ?? defaultGenerator(), tensor.shape, {
    mean,
    std,
    low: a,
    high: b,
  });
  return fill(tensor, values);
}

/**
 * One value everywhere.
 *
 * @example
 * np.nn.init.constant_(np.tensor([0, 0]), 0.5).tolist(); // [0.5, 0.5]
 */
export function constant_<T extends NDArray>(tensor: T, val: number): T {
  return fill(tensor, asArray(val));
}

/**
 * Ones.
 *
 * @example
 * np.nn.init.ones_(np.tensor([0, 0])).tolist(); // [1, 1]
 */
export function ones_<T extends NDArray>(tensor: T): T {
  return constant_(tensor, 1);
}

/**
 * Zeros.
 *
 * @example
 * np.nn.init.zeros_(np.tensor([1, 2])).tolist(); // [0, 0]
 */
export function zeros_<T extends NDArray>(tensor: T): T {
  return constant_(tensor, 0);
}

/** @throws ValueError unless a tensor has so many axes. */
function requireAxes(fn: string, { shape }: NDArray, least: number, most = Infinity): void {
  if (shape.length >= least && shape.length <= most) return;
  const wanted = most === Infinity ? `${least} or more` : least === most ? `${least}` : `${least} to ${most}`;
  throw new ValueError(`${fn} needs a tensor of ${wanted} dimensions, got one of shape ${shapeText(shape)}`);
}

/**
 * The identity matrix: ones on the diagonal.
 *
 * @throws ValueError unless the tensor has two axes.
 * @example
 * np.nn.init.eye_(np.tensor([[1, 2], [3, 4]])).tolist(); // [[1, 0], [0, 1]]
 */
export function eye_<T extends NDArray>(tensor: T): T {
  requireAxes('eye_', tensor, 2, 2);
  return fill(tensor, eye(tensor.shape[0], tensor.shape[1]));
}

/**
 * Kernels of a convolution that changes nothing: each output channel is the input channel of its number.
 *
 * @param args - `groups` (1) of channels, each of which is kept by itself
 * @throws ValueError unless the tensor has three to five axes, the first divisible by `groups`.
 * @example
 * np.nn.init.dirac_(np.randn([3, 16, 5, 5]));
 */
export function dirac_<T extends NDArray>(tensor: T, ...args: Args<{ groups: number }, ['groups']>): T {
  const { groups = 1 } = bind<{ groups: number }>('dirac_', args, ['groups']);
  requireAxes('dirac_', tensor, 3, 5);
  const [outputs, inputs, ...window] = tensor.shape;
  if (outputs % groups !== 0)
    throw new ValueError(`dirac_: ${outputs} output channels are not divisible by ${groups} groups`);
  zeros_(tensor);
  const plain: NDArray = unwrap(tensor);
  const centre = window.reduce((t, n, i) => narrow(t, 2 + i, n >> 1, 1), plain);
  const perGroup = outputs / groups;
  const identity = reshapeArray(eye(perGroup, inputs), [perGroup, inputs, ...window.map(() => 1)]);
  for (let g = 0; g < groups; g++) castInto(narrow(centre, 0, g * perGroup, perGroup), identity);
  return tensor;
}

/** How many elements an output depends on, and how many depend on an input. */
interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

function fansOf(fn: string, tensor: NDArray): Fans {
  requireAxes(fn, tensor, 2);
  const [outputs, inputs, ...window] = tensor.shape;
  const field = window.reduce((product, n) => product * n, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

type XavierArgs = Args<{ gain: number } & Random, ['gain', 'generator']>;

function xavierDeviation(fn: string, tensor: NDArray, args: XavierArgs): { std: number } & Random {
  const { gain = 1, generator } = bind<{ gain: number } & Random>(fn, args, ['gain', 'generator']);
  const { fanIn, fanOut } = fansOf(fn, tensor);
  return { std: gain * Math.sqrt(2 / (fanIn + fanOut)), generator };
}

/** Equally likely values between the bounds that have this standard deviation. */
const evenly = <T extends NDArray>(tensor: T, std: number, generator?: Generator): T =>
  uniform_(tensor, { a: -Math.sqrt(3) * std, b: Math.sqrt(3) * std, generator });

/**
 * Uniform values that keep the variance of signals and of gradients alike. After Glorot and Bengio, "Understanding the difficulty of
 * training deep feedforward neural networks" (2010).
 *
 * @param args - `gain` (1)
 * @throws ValueError for a tensor of fewer than two axes.
 * @example
 * np.nn.init.xavierUniform_(np.randn([3, 5]), np.nn.init.calculateGain('relu'));
 */
export function xavierUniform_<T extends NDArray>(tensor: T, ...args: XavierArgs): T {
  const { std, generator } = xavierDeviation('xavierUniform_', tensor, args);
  return evenly(tensor, std, generator);
}

/**
 * The same with normal values.
 *
 * @param args - `gain` (1)
 * @throws ValueError for a tensor of fewer than two axes.
 * @example
 * np.nn.init.xavierNormal_(np.randn([3, 5]));
 */
export function xavierNormal_<T extends NDArray>(tensor: T, ...args: XavierArgs): T {
  return normal_(tensor, xavierDeviation('xavierNormal_', tensor, args));
}

interface KaimingOptions extends Random {
  /** The negative slope of leaky_relu. */
  a?: number;
  /** Whether signals or gradients are to keep their variance. */
  mode?: 'fan_in' | 'fan_out';
  /** What follows the layer; see `calculateGain`. */
  nonlinearity?: string;
}

type KaimingArgs = Args<KaimingOptions, ['a', 'mode', 'nonlinearity', 'generator']>;

function kaimingDeviation(fn: string, tensor: NDArray, args: KaimingArgs): { std: number } & Random {
  const names = ['a', 'mode', 'nonlinearity', 'generator'] as const;
  const options = bind<KaimingOptions>(fn, args, names);
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu', generator } = options;
  if (mode !== 'fan_in' && mode !== 'fan_out')
    throw new ValueError(`mode ${String(mode)} not supported, please use one of fan_in, fan_out`);
  const { fanIn, fanOut } = fansOf(fn, tensor);
  const fan = mode === 'fan_in' ? fanIn : fanOut;
  return { std: calculateGain(nonlinearity, a) / Math.sqrt(fan), generator };
}

/**
 * Uniform values that keep the variance through layers of rectified units. After He, Zhang, Ren and Sun, "Delving deep into rectifiers"
 * (2015).
 *
 * @param args - `a` (0), `mode` ('fan_in'), `nonlinearity` ('leaky_relu')
 * @throws ValueError for a tensor of fewer than two axes, or an unknown mode or nonlinearity.
 * @example
 * np.nn.init.kaimingUniform_(np.randn([3, 5]), { nonlinearity: 'relu' });
 */
export function kaimingUniform_<T extends NDArray>(tensor: T, ...args: KaimingArgs): T {
  const { std, generator } = kaimingDeviation('kaimingUniform_', tensor, args);
  return tensor.size === 0 ? tensor : evenly(tensor, std, generator);
}

/**
 * The same with normal values.
 *
 * @param args - `a` (0), `mode` ('fan_in'), `nonlinearity` ('leaky_relu')
 * @throws ValueError for a tensor of fewer than two axes, or an unknown mode or nonlinearity.
 * @example
 * np.nn.init.kaimingNormal_(np.randn([3, 5]), { mode: 'fan_out', nonlinearity: 'relu' });
 */
export function kaimingNormal_<T extends NDArray>(tensor: T, ...args: KaimingArgs): T {
  const options = kaimingDeviation('kaimingNormal_', tensor, args);
  return tensor.size === 0 ? tensor : normal_(tensor, options);
}

/**
 * A random matrix whose rows (or columns, if there are fewer) are orthogonal and of length `gain` (1); further axes count as columns.
 * After Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2013).
 *
 * @throws ValueError for a tensor of fewer than two axes.
 * @example
 * np.nn.init.orthogonal_(np.randn([3, 5]));
 */
export function orthogonal_<T extends NDArray>(
  tensor: T,
  ...args: Args<{ gain: number } & Random, ['gain', 'generator']>
): T {
  const options = bind<{ gain: number } & Random>('orthogonal_', args, ['gain', 'generator']);
  const { gain = 1, generator = defaultGenerator() } = options;
  requireAxes('orthogonal_', tensor, 2);
  if (tensor.size === 0) return tensor;
  const rows = tensor.shape[0];
  const columns = tensor.size / rows;
  const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)];
  const q = orthonormalRows(normal(generator, [few, many], float64));
  const matrix = rows <= columns ? q : transpose(q, [1, 0]);
  return fill(tensor, reshapeArray(multiply(matrix, gain) as NDArray, tensor.shape));
}

/**
 * Normal values with standard deviation `std` (0.01), of which a share in each column is zero. After Martens, "Deep learning via
 * Hessian-free optimization" (2010).
 *
 * @param sparsity - that share
 * @throws ValueError unless the tensor has two axes and the share is from 0 to 1.
 * @example
 * np.nn.init.sparse_(np.randn([10, 3]), 0.5);
 */
export function sparse_<T extends NDArray>(
  tensor: T,
  sparsity: number,
  ...args: Args<{ std: number } & Random, ['std', 'generator']>
): T {
  const options = bind<{ std: number } & Random>('sparse_', args, ['std', 'generator']);
  const { std = 0.01, generator = defaultGenerator() } = options;
  requireAxes('sparse_', tensor, 2, 2);
  if (!(sparsity >= 0 && sparsity <= 1))
    throw new ValueError(`sparse_ expects a sparsity between 0 and 1, but found ${sparsity}`);
  const values = normal(generator, tensor.shape, drawn(tensor), 0, std);
  // Each column of places is a permutation of the rows.
  const places = argsortAxis(randomBits(generator, tensor.shape, uint64), 0);
  const isZero = less(places, Math.ceil(sparsity * tensor.shape[0])) as NDArray;
  return fill(tensor, where(isZero, asArray(0, values.dtype), values));
}

const GAINS: Readonly<Record<string, number>> = {
  linear: 1,
  identity: 1,
  conv1d: 1,
  conv2d: 1,
  conv3d: 1,
  conv_transpose1d: 1,
  conv_transpose2d: 1,
  conv_transpose3d: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.SQRT2,
  selu: 3 / 4,
};

/**
 * What the weights before a nonlinearity are to be multiplied by, so that it keeps the variance.
 *
 * @param nonlinearity - 'linear', 'conv2d' and the like, 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu'; 'leakyRelu' will do as well
 * @param param - the negative slope of leaky_relu, 0.01 by default
 * @throws ValueError for an unknown nonlinearity, or a slope that is no number.
 * @example
 * np.nn.init.calculateGain('tanh'); // 1.6666666666666667
 */
export function calculateGain(nonlinearity: string, param?: number | null): number {
  const name = String(nonlinearity).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (Object.hasOwn(GAINS, name)) return GAINS[name];
  if (name !== 'leaky_relu') throw new ValueError(`Unsupported nonlinearity ${String(nonlinearity)}`);
  const slope = param ?? 0.01;
  if (typeof slope !== 'number') throw new ValueError(`negativeSlope ${String(slope)} not a valid number`);
  return Math.sqrt(2 / (1 + slope ** 2));
}
