/** Elementary functions on the GPU: float32 against float64 on the processor, complex64 against complex128. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { samplePairs, ulpOf } from '../kernel/narrowSamples.ts';
import { closeGpu, onGpu, openGpu, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const COUNT = 8192;
const [x, y] = samplePairs(COUNT);
const [a, b] = [np.array(x), np.array(y)] as const;

type Unary = (x: np.ArrayLike) => unknown;
type Binary = (x: np.ArrayLike, y: np.ArrayLike) => unknown;

/** The largest errors in units in the last place. */
const UNARY: Readonly<Record<string, readonly [Unary, number]>> = {
  exp: [np.exp, 1.5],
  exp2: [np.exp2, 1.5],
  expm1: [np.expm1, 1.5],
  log: [np.log, 1.5],
  log2: [np.log2, 1.5],
  log10: [np.log10, 1.5],
  log1p: [np.log1p, 1.5],
  sin: [np.sin, 2],
  cos: [np.cos, 2],
  tan: [np.tan, 2],
  arcsin: [np.arcsin, 1.5],
  arccos: [np.arccos, 1.5],
  arctan: [np.arctan, 1.5],
  sinh: [np.sinh, 1.5],
  cosh: [np.cosh, 1.5],
  tanh: [np.tanh, 1.5],
  arcsinh: [np.arcsinh, 1.5],
  arccosh: [np.arccosh, 1.5],
  arctanh: [np.arctanh, 1.5],
  cbrt: [np.cbrt, 1],
};
const BINARY: Readonly<Record<string, readonly [Binary, number]>> = {
  power: [np.power, 1.5],
  arctan2: [np.arctan2, 1.5],
  hypot: [np.hypot, 1],
  fmod: [np.fmod, 0],
  remainder: [np.remainder, 0],
};

/** Devices may take subnormals for zero, and so lose what is this near to them. */
const LEAST = 2 ** -100;

function worstError(
  values: ArrayLike<number>,
  targets: ArrayLike<number>,
  args: readonly Float32Array[],
): [number, string] {
  let worst = 0;
  let where = '';
  for (let i = 0; i < COUNT; i++) {
    const [value, target] = [values[i]!, targets[i]!];
    const given = args.map((array) => array[i]!);
    if ([...given, target].some((v) => v !== 0 && Math.abs(v) < LEAST)) continue;
    if (Math.abs(target) > 3.4028233e38 && Math.abs(target) < 3.4028238e38) continue;
    const rounded = Math.fround(target);
    if (Object.is(value, rounded)) continue;
    const special = !Number.isFinite(rounded) || !Number.isFinite(value) || (value === 0 && rounded === 0);
    const error = special ? Infinity : Math.abs(value - target) / ulpOf(target);
    if (error > worst) [worst, where] = [error, `(${given}) gives ${value}, not ${target}`];
  }
  return [worst, where];
}

const float64 = (array: np.NDArray): np.NDArray => array.astype('float64') as np.NDArray;
const valuesOf = async (result: unknown): Promise<Float32Array> =>
  (await tensor(result).array()).data as unknown as Float32Array;
const targetsOf = (result: unknown): Float64Array => (result as np.NDArray).data as unknown as Float64Array;

describe('float32 functions', () => {
  test.each(Object.entries(UNARY))('%s', async (_, [f, bound]) => {
    const values = await valuesOf(f(onGpu(a)));
    const [worst, where] = worstError(values, targetsOf(f(float64(a))), [x]);
    expect(worst, where).toBeLessThanOrEqual(bound);
  });

  test.each(Object.entries(BINARY))('%s', async (_, [f, bound]) => {
    const values = await valuesOf(f(onGpu(a), onGpu(b)));
    // What is exact is so in float32: a quotient of doubles has other digits.
    const reference =
      bound === 0 ? Float64Array.from(targetsOf(f(a, b))) : targetsOf(f(float64(a), float64(b)));
    const [worst, where] = worstError(values, reference, [x, y]);
    expect(worst, where).toBeLessThanOrEqual(bound);
  });
});

/** The largest distances from the value in complex128, relative to its absolute value, in units of 2^-23. */
const COMPLEX: Readonly<Record<string, readonly [Unary, number]>> = {
  exp: [np.exp, 2],
  log: [np.log, 1],
  sqrt: [np.sqrt, 1],
  sin: [np.sin, 2],
  cos: [np.cos, 2],
  tan: [np.tan, 4.5],
  sinh: [np.sinh, 2],
  cosh: [np.cosh, 2],
  tanh: [np.tanh, 4.5],
  arcsin: [np.arcsin, 2],
  arccos: [np.arccos, 2],
  arctan: [np.arctan, 3.6],
  arcsinh: [np.arcsinh, 2],
  arccosh: [np.arccosh, 2],
  arctanh: [np.arctanh, 3.6],
};

test.each(Object.entries(COMPLEX))('complex %s', async (_, [f, bound]) => {
  const usual = (v: number): boolean => Math.abs(v) > 2 ** -40 && Math.abs(v) < 80;
  const kept = Array.from(x, (re, i) => [re, y[i]!] as const).filter((parts) => parts.every(usual));
  const z = np.array(new Float32Array(kept.flat())).view('complex64') as np.NDArray;
  const targets = targetsOf(f(z.astype('complex128')));
  const values = await valuesOf(f(onGpu(z)));
  let worst = 0;
  let where = '';
  for (let i = 0; i < 2 * kept.length; i += 2) {
    const size = Math.hypot(targets[i]!, targets[i + 1]!);
    if (size > 1e30) continue;
    const error = Math.hypot(values[i]! - targets[i]!, values[i + 1]! - targets[i + 1]!) / size / 2 ** -23;
    if (!(error <= worst)) [worst, where] = [error, `(${kept[i / 2]}) gives ${values[i]}, ${values[i + 1]}`];
  }
  expect(worst, where).toBeLessThanOrEqual(bound);
});
