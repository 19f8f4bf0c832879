import { describe, expect, it } from 'vitest';
import { complex } from '../../src/kernel/math.ts';
import type { ComplexValue, Value } from '../../src/kernel/value.ts';
import type { Entry } from './mathReference.ts';
import { evaluateEverywhere, readReference } from './mathReference.ts';

type ComplexFunction = (...z: ComplexValue[]) => ComplexValue;
const functions = complex as unknown as Readonly<Record<string, ComplexFunction>>;

/** The largest distance from the true value, relative to its absolute value, in units of 2^-52. */
const LIMITS: Readonly<Record<string, number>> = {
  tan: 4,
  tanh: 4,
  // NumPy rounds z log 2 before it takes the exponential.
  exp2: 12,
};

/** The error counts relative to this at least: NumPy's log1p rounds 1 + z, and so loses small z. */
const LEAST: Readonly<Record<string, number>> = { log1p: 1 };

function run(entry: Entry, inputs: readonly Entry['arrays'][string][]): Entry['arrays'][string] {
  const element = entry.type === 'float64' ? 'c128' : 'c64';
  const what = {
    inputs: inputs.map(() => element) as ('c128' | 'c64')[],
    outputs: [element] as ('c128' | 'c64')[],
    expr: (...z: Value[]) => functions[entry.name](...(z as ComplexValue[])),
  };
  const { values, disagreements } = evaluateEverywhere(what, inputs);
  expect(disagreements).toEqual([]);
  return values[0];
}

const entriesOf = (kind: string): (readonly [string, Entry])[] =>
  readReference()
    .filter((entry) => entry.kind === kind)
    .map((entry) => [`${entry.name} ${entry.type}`, entry] as const);

describe('complex functions', () => {
  it.each(entriesOf('complex'))('%s: close to the true value', (_, entry) => {
    const { x, nearest } = entry.arrays as Readonly<Record<string, Float64Array<ArrayBuffer>>>;
    const values = run(entry, [x]) as Float64Array;
    for (let i = 0; i < x.length; i += 2) {
      const distance = Math.hypot(values[i] - nearest[i], values[i + 1] - nearest[i + 1]);
      const size = Math.max(Math.hypot(nearest[i], nearest[i + 1]), LEAST[entry.name] ?? 0);
      const error = distance / size / 2 ** -52;
      expect(error, `${entry.name}(${x[i]}, ${x[i + 1]})`).toBeLessThanOrEqual(LIMITS[entry.name] ?? 3);
    }
  });

  /** Equal, or equal but for rounding. */
  function expectClose(
    entry: Entry,
    values: ArrayLike<number>,
    expected: ArrayLike<number>,
    tolerance: number,
  ): void {
    const { x } = entry.arrays as Readonly<Record<string, Float64Array<ArrayBuffer>>>;
    for (let i = 0; i < values.length; i++) {
      const [value, target] = [values[i], expected[i]];
      const isClose = Math.abs(value - target) <= tolerance * Math.abs(target) && value !== 0;
      const at = i & ~1;
      const message = `${entry.name}(${x[at]}, ${x[at + 1]})[${i & 1}] = ${value}, not ${target}`;
      expect(Object.is(value, target) || isClose, message).toBe(true);
    }
  }

  it.each(entriesOf('complex special'))("%s: NumPy's special values and branch cuts", (_, entry) => {
    const { x, y } = entry.arrays as Readonly<Record<string, Float64Array<ArrayBuffer>>>;
    expectClose(entry, run(entry, [x]) as Float64Array, y, entry.type === 'float64' ? 1e-14 : 1e-5);
  });

  it.each(entriesOf('complex power'))("%s: NumPy's special values, whole powers", (_, entry) => {
    const { x, n, y } = entry.arrays as Readonly<Record<string, Float64Array<ArrayBuffer>>>;
    expectClose(entry, run(entry, [x, n]) as Float64Array, y, 1e-14);
  });
});
