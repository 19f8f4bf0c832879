/** Tensors of random numbers, as PyTorch makes them. */
import type { DTypeLike } from '../array/dtype.ts';
import { dtype as toDType, float32, int32, int64 } from '../array/dtype.ts';
import { ValueError } from '../array/errors.ts';
import { normalizeShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { isKeywords, requireKnown } from '../np/args.ts';
import { cast } from '../ops/cast.ts';
import type { Generator } from '../ops/generator.ts';
import { defaultGenerator } from '../ops/generator.ts';
import { integers, normal, permutation, uniform } from '../ops/random.ts';
import { placedOn, placement } from '../array/remote.ts';
import type { DeviceLike } from './device.ts';
import { requireDevice } from './device.ts';
import type { Tensor } from './tensor.ts';
import { wrap } from './tensor.ts';

/** What random tensors may be. */
export interface RandomOptions {
  /** The dtype of the result. */
  dtype?: DTypeLike | null;
  /** Where the tensor lives. */
  device?: DeviceLike | null;
  /** Whether operations on it are recorded. */
  requiresGrad?: boolean;
  /** The source of randomness, instead of the one that `np.manualSeed` seeds. */
  generator?: Generator | null;
}

const OPTIONS = ['dtype', 'device', 'requiresGrad', 'generator'];

type Size = number | readonly number[];
type SizeArgs = readonly (Size | RandomOptions)[];

/** The arguments before the options, and the options. */
function split(fn: string, args: readonly unknown[]): [unknown[], RandomOptions] {
  const last = args.at(-1);
  if (!isKeywords(last)) return [[...args], {}];
  requireKnown(fn, last, OPTIONS);
  return [args.slice(0, -1), last];
}

/** A shape given as one list or as lengths. */
function shapeOf(sizes: readonly unknown[]): readonly number[] {
  const [first] = sizes;
  return normalizeShape((sizes.length === 1 && Array.isArray(first) ? first : sizes) as number[]);
}

/** The array on the device that new ones are made on. */
const placedHere = (a: NDArray): NDArray => placement.home?.near(a) ?? a;

function made(
  { dtype, device, requiresGrad = false, generator }: RandomOptions,
  byDefault: NDArray['dtype'],
  draw: (generator: Generator, dtype: NDArray['dtype']) => NDArray,
): Tensor {
  const home = requireDevice(device ?? 'cpu');
  const onDevice = (usual: NDArray['dtype']): NDArray['dtype'] =>
    home !== null && usual === int64 ? int32 : usual;
  const result = placedOn(home, () =>
    wrap(draw(generator ?? defaultGenerator(), dtype ? toDType(dtype) : onDevice(byDefault))),
  );
  if (requiresGrad) result.requiresGrad = true;
  return result;
}

/**
 * Numbers that are equally likely from 0 up to 1.
 *
 * @param args - the shape, as a list or as lengths; then `{ dtype, device, requiresGrad, generator }`. float32 by default.
 * @throws TypeError for a dtype that is neither float nor complex.
 * @example
 * np.rand([2, 3]).shape; // [2, 3]
 */
export function rand(...args: SizeArgs): Tensor {
  const [sizes, options] = split('rand', args);
  const shape = shapeOf(sizes);
  return made(options, float32, (generator, dtype) => uniform(generator, shape, dtype));
}

/**
 * Numbers of the normal distribution with mean 0 and variance 1.
 *
 * @param args - the shape, as a list or as lengths; then `{ dtype, device, requiresGrad, generator }`. float32 by default.
 * @throws TypeError for a dtype that is neither float nor complex.
 * @example
 * np.randn(2, 3, { requiresGrad: true }).shape; // [2, 3]
 */
export function randn(...args: SizeArgs): Tensor {
  const [sizes, options] = split('randn', args);
  const shape = shapeOf(sizes);
  return made(options, float32, (generator, dtype) => normal(generator, shape, dtype));
}

/**
 * Integers that are equally likely from `low` (0 if left out) to `high - 1`.
 *
 * @param args - `low`, `high` and the shape, or `high` and the shape; then `{ dtype, device, requiresGrad, generator }`. int64 by
 *   default.
 * @throws ValueError if there is no integer between the bounds.
 * @example
 * np.randint(10, [5]).shape; // [5]
 * np.randint(-3, 4, [5]).dtype; // int64
 */
export function randint(high: number | bigint, size: Size, options?: RandomOptions): Tensor;
export function randint(
  low: number | bigint,
  high: number | bigint,
  size: Size,
  options?: RandomOptions,
): Tensor;
export function randint(...args: readonly unknown[]): Tensor {
  const [given, options] = split('randint', args);
  if (given.length < 2 || given.length > 3)
    throw new TypeError('randint() takes (high, size) or (low, high, size), then options');
  const [low, high, size] = (given.length === 3 ? given : [0, ...given]) as [number, number, Size];
  for (const bound of [low, high]) {
    if (typeof bound !== 'bigint' && !Number.isInteger(bound))
      throw new TypeError(`randint() needs integers as bounds, got ${String(bound)}`);
  }
  const shape = normalizeShape(size);
  return made(options, int64, (generator, dtype) => integers(generator, shape, dtype, low, high));
}

/**
 * The integers below `n` in random order.
 *
 * @param options - `{ dtype, device, requiresGrad, generator }`. int64 by default.
 * @throws ValueError for a negative `n`; TypeError if it is no integer.
 * @example
 * np.randperm(4).shape; // [4]
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const [[count], checked] = split('randperm', [n, options]);
  if (!Number.isInteger(count)) throw new TypeError(`randperm() needs an integer, got ${String(count)}`);
  if (n < 0) throw new ValueError(`randperm() needs a number of at least 0, got ${n}`);
  return made(checked, int64, (generator, dtype) =>
    placedHere(placedOn(null, () => cast(permutation(generator, n), dtype))),
  );
}
