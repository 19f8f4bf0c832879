import { describe, expect, it } from 'vitest';
import * as math from '../../src/kernel/math.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import { elementOf, evaluateEverywhere, readReference, ulpError } from './mathReference.ts';

/** The largest error in units in the last place. Most of float32 is computed in float64 and so all but correctly rounded. */
const LIMITS: Readonly<Record<string, readonly [float64: number, float32: number]>> = {
  // Above 0.52 only where the result is subnormal and rounded twice.
  exp: [0.75, 0.94],
  exp2: [0.76, 0.82],
  expm1: [0.7, 0.51],
  log: [0.9, 0.8],
  log2: [0.51, 0.51],
  log10: [0.51, 0.51],
  log1p: [0.85, 0.51],
  sin: [0.8, 0.51],
  cos: [0.8, 0.51],
  tan: [0.85, 0.51],
  arcsin: [0.7, 0.51],
  arccos: [0.7, 0.51],
  arctan: [0.8, 0.51],
  arctan2: [0.85, 0.51],
  sinh: [0.75, 0.51],
  cosh: [0.75, 0.51],
  tanh: [0.6, 0.51],
  arcsinh: [0.85, 0.51],
  arccosh: [0.85, 0.51],
  arctanh: [0.85, 0.51],
  cbrt: [0.67, 0.51],
  // Two roundings where the result is subnormal.
  pow: [0.75, 0.51],
  hypot: [0.51, 0.51],
  logaddexp: [0.6, 0.51],
  logaddexp2: [1, 0.51],
};

type Function = (...x: Expr[]) => Expr;
const functions = math as unknown as Readonly<Record<string, Function>>;

describe('elementary functions: error in units in the last place', () => {
  const entries = readReference().filter(({ kind }) => kind === 'real');

  it('has references for every function', () => {
    expect(new Set(entries.map(({ name }) => name))).toEqual(new Set(Object.keys(LIMITS)));
  });

  it.each(entries.map((entry) => [`${entry.name} ${entry.type}`, entry] as const))('%s', (_, entry) => {
    const type = entry.type as 'float64' | 'float32';
    const { nearest, rest } = entry.arrays as { nearest: Float64Array; rest?: Int8Array };
    const inputs = Object.keys(entry.arrays)
      .filter((label) => label.startsWith('x'))
      .map((label) => entry.arrays[label]);
    const element = elementOf(type);
    const what = {
      inputs: inputs.map(() => element),
      outputs: [element],
      expr: (...x: unknown[]) => functions[entry.name](...(x as Expr[])),
    };
    const { values, disagreements } = evaluateEverywhere(what, inputs);
    expect(disagreements).toEqual([]);
    let worst = 0;
    let where = '';
    values[0].forEach((x: number | bigint, i: number) => {
      const error = ulpError(Number(x), nearest[i], rest?.[i] ?? 0, type);
      if (error > worst) {
        worst = error;
        where = `${entry.name}(${inputs.map((a) => a[i]).join(', ')}) = ${x}, not ${nearest[i]}`;
      }
    });
    expect(worst, where).toBeLessThanOrEqual(LIMITS[entry.name][type === 'float64' ? 0 : 1]);
  });
});
