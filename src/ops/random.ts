/** Random arrays: bits of a generator, and a map from bits to numbers (kernel/distributions.ts). */
import type { DType } from '../array/dtype.ts';
import { bool_, complex128, complex64, float16, float32, float64, uint32, uint64 } from '../array/dtype.ts';
import type { Scalar } from '../array/element.ts';
import { ValueError } from '../array/errors.ts';
import { placedOn, placement } from '../array/remote.ts';
import { sizeOf } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import { allocate } from '../array/storage.ts';
import type { RandomFloat } from '../kernel/distributions.ts';
import { BERNOULLI, INTEGERS, normalSpec, uniformSpec } from '../kernel/distributions.ts';
import type { MapSpec } from '../kernel/map.ts';
import { cast } from './cast.ts';
import type { Generator } from './generator.ts';
import { arrayOver, randomBits } from './generator.ts';
import { mapKernel, runMap } from './map.ts';
import { argsortAxis } from './sort.ts';

/** What is drawn for a dtype: numbers of a float type, two for a complex number. */
interface Drawn {
  readonly float: RandomFloat;
  readonly dtype: DType;
  readonly bits: DType;
  readonly parts: number;
}

const SINGLE: Drawn = { float: 'f32', dtype: float32, bits: uint32, parts: 1 };
const DOUBLE: Drawn = { float: 'f64', dtype: float64, bits: uint64, parts: 1 };

/** @throws TypeError for a dtype that is neither float nor complex. */
function drawnFor(dtype: DType, name: string): Drawn {
  switch (dtype) {
    case float16:
    case float32:
      return SINGLE;
    case float64:
      return DOUBLE;
    case complex64:
      return { ...SINGLE, parts: 2 };
    case complex128:
      return { ...DOUBLE, parts: 2 };
    default:
      throw new TypeError(`${name}() gives float and complex dtypes, not ${dtype.name}`);
  }
}

/** Runs a map from fresh bits, which are given back afterwards. */
function mapBits(spec: MapSpec, bits: readonly NDArray[], rest: readonly Scalar[], out: NDArray): void {
  const types = [...bits.map((a) => a.dtype.element), ...rest.map(() => 'scalar' as const)];
  runMap(mapKernel(spec, types, [out.dtype.element]), [...bits, ...rest], [out]);
  for (const a of bits) a.storage.dispose();
}

/**
 * Numbers that are equally likely from `low` up to `high`, which itself comes only where rounding makes it. The parts of a complex
 * number are independent.
 *
 * @param dtype - float or complex
 * @throws TypeError for another dtype.
 */
export function uniform(
  generator: Generator,
  shape: readonly number[],
  dtype: DType,
  low = 0,
  high = 1,
): NDArray {
  const { float, bits, parts, dtype: part } = drawnFor(dtype, 'uniform');
  const out = emptyArray(shape, dtype);
  const flat = [out.size * parts];
  const target = arrayOver(out.storage, flat, dtype === (float16 as DType) ? dtype : part);
  mapBits(
    uniformSpec(float, dtype === (float16 as DType)),
    [randomBits(generator, flat, bits)],
    [low, high],
    target,
  );
  return out;
}

/**
 * Normally distributed numbers. Of a complex number the parts have half the variance each, and the mean is real.
 *
 * @param dtype - float or complex
 * @param deviation - the standard deviation
 * @throws TypeError for another dtype; ValueError for a negative deviation.
 */
export function normal(
  generator: Generator,
  shape: readonly number[],
  dtype: DType,
  mean = 0,
  deviation = 1,
): NDArray {
  const { float, bits, parts, dtype: part } = drawnFor(dtype, 'normal');
  if (!(deviation >= 0)) throw new ValueError(`normal expects std >= 0.0, but found std ${deviation}`);
  const pairs = [Math.ceil((sizeOf(shape) * parts) / 2)];
  const storage = allocate(pairs[0] * 2 * part.itemsize);
  const target = arrayOver(storage, pairs, float === 'f32' ? complex64 : complex128);
  const sources = [randomBits(generator, pairs, bits), randomBits(generator, pairs, bits)];
  const parameters = parts === 2 ? [mean, 0, deviation * Math.SQRT1_2] : [mean, mean, deviation];
  mapBits(normalSpec(float), sources, parameters, target);
  const isHalf = dtype === (float16 as DType);
  const result = arrayOver(storage, shape, isHalf ? part : dtype);
  return isHalf ? cast(result, dtype) : result;
}

/**
 * Integers from `low` to `high - 1`, equally likely.
 *
 * @param dtype - what they are cast to
 * @throws ValueError if there is no integer between the bounds.
 */
export function integers(
  generator: Generator,
  shape: readonly number[],
  dtype: DType,
  low: number | bigint,
  high: number | bigint,
): NDArray {
  const [from, to] = [BigInt(low), BigInt(high)];
  if (from >= to) throw new ValueError(`random integers need low < high, got ${from} and ${to}`);
  if (from < -(1n << 63n) || to > 1n << 63n)
    throw new ValueError(`random integers are int64, which does not hold ${from} to ${to - 1n}`);
  // 64-bit integers are drawn on the processor.
  const { home } = placement;
  if (home !== null) return home.near(placedOn(null, () => integers(generator, shape, dtype, low, high)));
  const out = emptyArray(shape, dtype);
  const target = arrayOver(out.storage, [out.size], dtype);
  mapBits(INTEGERS, [randomBits(generator, target.shape, uint64)], [from, to - from], target);
  return out;
}

/** The integers below `n` in random order, as int64: the order of 64 random bits each. */
export function permutation(generator: Generator, n: number): NDArray<'int64'> {
  return placedOn(null, () => orderOfBits(generator, n));
}

function orderOfBits(generator: Generator, n: number): NDArray<'int64'> {
  const keys = randomBits(generator, [n], uint64);
  const order = argsortAxis(keys, 0);
  keys.storage.dispose();
  return order;
}

/**
 * One with a probability, and zero otherwise.
 *
 * @param probability - for all elements, or an array of them that broadcasts to `shape`
 * @param dtype - of the result
 * @throws ValueError for a number that is no probability.
 */
export function bernoulli(
  generator: Generator,
  shape: readonly number[],
  probability: number | NDArray,
  dtype: DType = bool_,
): NDArray {
  if (typeof probability === 'number' && !(probability >= 0 && probability <= 1))
    throw new ValueError(`a probability must be between 0 and 1, but got ${probability}`);
  const out = emptyArray(shape, dtype);
  const bits = randomBits(generator, shape, uint32);
  const second = typeof probability === 'number' ? 'scalar' : probability.dtype.element;
  const kernel = mapKernel(BERNOULLI, ['u32', second], [dtype.element]);
  runMap(kernel, [bits, probability], [out]);
  bits.storage.dispose();
  return out;
}
